"""Reliability of each subscale at each wave, for all pupils and by gender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.icc import icc_row
from resilience_lib.reliability.alpha import alpha_schools, feldt_interval
from resilience_lib.reliability.answers import Answers, Subscale, complete_answers
from resilience_lib.reliability.omega import omega_ordinal, omega_total, spearman_brown
from resilience_lib.resampling.schools import Interval, jackknife_interval
from resilience_lib.resampling.streams import stream

Array = NDArray[np.float64]

ALPHA_METHOD = "variances of items and total"
OMEGA_METHOD = "one factor, maximum likelihood on covariances"
ORDINAL_METHOD = "one factor, least squares on polychoric correlations"
TWO_ITEMS_METHOD = "correlation of the two items"
_NEGATIVE = "below 0: items correlate negatively, look at their direction"


def reliability_table(
    items: pd.DataFrame,
    subscales: Mapping[str, Subscale],
    *,
    waves: Sequence[str],
    gender: Sequence[str] = (),
    seed: int,
    draws: int = 1000,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Alpha, omega, ordinal omega or Spearman-Brown, and the school ICC of each scale.

    Parameters
    ----------
    items : DataFrame
        One row for each pupil and wave: `pupil`, `wave`, `school`, `gender` and the
        columns of the items, already reversed; NaN is missing.
    subscales : mapping
        Name -> `Subscale`.
    waves : sequence of str
    gender : sequence of str
        Levels; "all" holds every pupil, with or without a gender.
    seed : int
        The study's.
    draws : int
        Draws of schools for alpha's interval.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame: outcome the subscale, contrast the wave, subgroup "all" or a
        gender. Alpha stands twice: by Feldt's interval, which takes pupils as independent,
        and by schools drawn with replacement; all others have delete-one-school intervals.

    Raises
    ------
    ModelInputError
        See `answers.complete_answers`; or two rows for one pupil at one wave.

    Examples
    --------
    >>> rows = [(f"{s}{i}", "T1", s, (i + k) % 3, (i * i + k) % 3, i % 3)
    ...         for k, s in enumerate("abcdef") for i in range(12)]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "wave", "school", "q1", "q2", "q3"])
    >>> got = reliability_table(frame, {"x": Subscale(("q1", "q2"), 3)}, waves=["T1"], seed=1)
    >>> got["estimand"].tolist()
    ['alpha', 'alpha', 'spearman_brown', 'icc_level']
    """
    if items.duplicated(["pupil", "wave"]).any():
        raise ModelInputError("one row for each pupil and wave is needed")
    rows = []
    for name, subscale in subscales.items():
        for wave in waves:
            now = items[items["wave"] == wave]
            for group in ("all", *gender):
                part = now if group == "all" else now[now["gender"] == group]
                place = {"outcome": name, "contrast": wave, "subgroup": group}
                random = stream(seed, "alpha", name, wave, group)
                found = subscale_rows(
                    complete_answers(part, subscale.items),
                    subscale.categories,
                    random,
                    draws=draws,
                    conf_level=conf_level,
                )
                rows += [row | place for row in found]
    return estimate_frame(rows)


def subscale_rows(
    answers: Answers,
    categories: int,
    random: np.random.Generator,
    *,
    draws: int = 1000,
    conf_level: float = 0.95,
) -> list[dict[str, object]]:
    """Rows of one subscale at one wave in one group; parameters as in `reliability_table`.

    Examples
    --------
    >>> frame = pd.DataFrame({"school": list("abc"), "q": [1.0, 2, 3], "r": [1.0, 1, 2]})
    >>> got = subscale_rows(complete_answers(frame, ["q", "r"]), 4, np.random.default_rng(1))
    >>> got[0]["reason"]
    'fewer than 10 pupils answered all items'
    """
    base: dict[str, object] = {
        "conf_level": conf_level,
        "n": answers.n,
        "n_clusters": answers.n_schools,
    }
    level = f"{100 * conf_level:g}%"
    left = f"; {answers.incomplete} pupils with an item missing left out"
    note = left if answers.incomplete else ""
    feldt = base | {
        "estimand": "alpha",
        "interval": f"{level} Feldt, pupils independent",
        "method": ALPHA_METHOD + note,
    }
    schools = feldt | {"interval": f"{level} expanded percentile, {draws} draws of schools"}
    spare = base | {"interval": f"{level} jackknife over schools, log(1 - r), t"}
    two = spare | {"estimand": "spearman_brown", "method": TWO_ITEMS_METHOD + note}
    total = spare | {"estimand": "omega_total", "method": OMEGA_METHOD + note}
    ordinal = spare | {"estimand": "omega_ordinal", "method": ORDINAL_METHOD + note}
    scored = ordinal | {"estimand": "omega_categorical"}
    icc: dict[str, object] = base | {"estimand": "icc_level"}
    factored = [total, ordinal, scored]
    if answers.flaw:
        rest = [two] if len(answers.items) == 2 else factored
        return [row | {"reason": answers.flaw} for row in (feldt, schools, *rest, icc)]
    alpha, interval = alpha_schools(answers, random, draws=draws, conf_level=conf_level)
    low, high = feldt_interval(alpha, answers.n, len(answers.items), conf_level)
    doubt = _NEGATIVE if alpha < 0 else "no interval: the estimate is 1" if np.isnan(low) else ""
    rows = [
        feldt | {"estimate": alpha, "conf_low": low, "conf_high": high, "reason": doubt},
        _with_interval(schools, alpha, interval, _NEGATIVE if alpha < 0 else ""),
    ]
    if len(answers.items) == 2:
        rows.append(_spared(two, *spearman_brown(answers), conf_level))
    else:
        rows.append(_spared(total, *omega_total(answers), conf_level))
        latent, observed, why = omega_ordinal(answers, categories)
        rows.append(_spared(ordinal, latent, why, conf_level))
        rows.append(_spared(scored, observed, why, conf_level))
    rows.append(icc | icc_row(answers.values.mean(axis=1), answers.school, conf_level))
    return rows


def _spared(
    row: Mapping[str, object], values: Array, why: str, conf_level: float
) -> dict[str, object]:
    """The row with the first of `values` and its delete-one-school interval."""
    if why:
        return {**row, "reason": why}
    whole = float(values[0])
    interval = jackknife_interval(whole, values[1:], conf_level)
    return _with_interval(row, whole, interval, _NEGATIVE if whole < 0 else "")


def _with_interval(
    row: Mapping[str, object], estimate: float, interval: Interval, doubt: str
) -> dict[str, object]:
    return {
        **row,
        "estimate": estimate,
        "std_error": interval.std_error,
        "conf_low": interval.low,
        "conf_high": interval.high,
        "df": interval.df,
        "reason": "; ".join(text for text in (doubt, interval.reason) if text),
    }
