"""How pupils answered: shares of each answer by item and subscale, wave and gender."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.effects.subgroups import ALL
from resilience_lib.instruments.key import Key, Subscale
from resilience_lib.models.cr2 import contrast_cr2, fit_cr2
from resilience_lib.study.schema import Study

RESPONSES_COLUMNS: tuple[str, ...] = (
    "instrument",
    "item",
    "subscale",
    "wave",
    "subgroup",
    "category",
    "label",
    "counted",
    "share",
    "above",
    "low",
    "high",
    "n",
    "n_clusters",
    "answering",
    "pupils",
    "schools",
)


def responses_declared(
    answers: pd.DataFrame,
    pupils: pd.DataFrame,
    study: Study,
    keys: Mapping[str, Key],
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Shares of each answer to the items of every outcome that is scored from items.

    Parameters
    ----------
    answers : DataFrame
        pupil, wave, and a column `<instrument>_<item>` per item, recoded and reversed, so that
        a higher code is a higher score.
    pupils : DataFrame
        One row per pupil: school (the cluster) and gender.
    study : Study
    keys : mapping of str to Key
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        `RESPONSES_COLUMNS`, a row for each code an item can have. `subscale` is the outcome's
        name; `item` is the item's number, or "" for all items of the subscale together. `counted`
        of `n` answers are the code (`share` = counted / n); they are of `pupils` of the
        `answering` pupils, in `schools` of the `n_clusters` schools. At the lowest code above the
        middle of the codes (3 of 0 to 4, 2 of 0 to 2) `above` is the share of answers there and
        higher, with its interval `low` to `high`; they are missing at other codes. `label` is
        the code as it is printed. Answers that are missing are not counted.

    Notes
    -----
    Interval: CR2 by school with Satterthwaite df of the mean of the indicator (Pustejovsky &
    Tipton 2018), cut at 0 and 1; missing where all answer the same or there is one school. Each
    answer weighs the same; answers of one pupil are in one school, so that the interval of a
    subscale respects them too. No wording of items or answers is known here: keys hold none.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> from resilience_lib.study.load import load_study
    >>> study = load_study("bounce_forward")
    >>> key = load_key("mmf")
    >>> answers = pd.DataFrame({"pupil": list("abcd"), "wave": "T1"}).assign(
    ...     **{f"mmf_{item}": [0, 1, 2, 2] for item in key.part("emotional").items})
    >>> pupils = pd.DataFrame({"pupil": list("abcd"), "school": list("1122"), "gender": "girls"})
    >>> got = responses_declared(answers, pupils, study, {"mmf": key})
    >>> whole = got[(got["item"] == "") & (got["subgroup"] == "all")]
    >>> whole[["subscale", "category", "counted", "share"]].values.tolist()[2]
    ['emotional_difficulties', 2.0, 20.0, 0.5]
    """
    who = pupils[["pupil", "school", "gender"]]
    frame = answers.merge(who, on="pupil", how="left", validate="many_to_one")
    rows: list[dict[str, object]] = []
    for outcome in study.outcomes:
        key = keys.get(outcome.instrument or "")
        part = key.part(outcome.scale) if key and outcome.scale else None
        if key is None or not isinstance(part, Subscale):
            continue
        names = {item: f"{key.name}_{item}" for item in part.items if f"{key.name}_{item}" in frame}
        if not names:
            continue
        low, high = key.responses_of(part.items[0]).scores
        for labels, cell in _cells(frame, study):
            block = cell[list(names.values())].to_numpy(dtype=float)
            school = cell["school"].to_numpy(dtype=object)
            given = {"instrument": key.name, "subscale": outcome.name, **labels}
            for item, values in [("", block), *zip(names, block.T[:, :, None], strict=True)]:
                rows += _shares(values, school, range(low, high + 1), conf_level,
                                given | {"item": item})  # fmt: skip
    return pd.DataFrame(rows, columns=list(RESPONSES_COLUMNS))


def _cells(frame: pd.DataFrame, study: Study) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Waves in order, each as a whole and by gender."""
    for wave in study.wave_names:
        now = frame[frame["wave"] == wave]
        for group in (ALL, *study.gender.difference):
            yield (
                {"wave": wave, "subgroup": group},
                now if group == ALL else now[now["gender"] == group],
            )


def _shares(
    values: NDArray[np.float64],
    school: NDArray[np.object_],
    codes: Sequence[int],
    conf_level: float,
    labels: Mapping[str, str],
) -> list[dict[str, object]]:
    """A row for each code, from the answers to one item or several, shape (pupils, items)."""
    there = ~np.isnan(values)
    answer = values[there]
    where = np.repeat(school[:, None], values.shape[1], axis=1)[there]
    n = len(answer)
    middle = (codes[0] + codes[-1]) / 2
    boundary = min(code for code in codes if code > middle)
    rows = []
    for code in codes:
        same = answer == code
        row = {
            "category": float(code),
            "label": str(code),
            "counted": float(same.sum()),
            "share": same.mean() if n else np.nan,
            "above": np.nan,
            "low": np.nan,
            "high": np.nan,
            "n": float(n),
            "n_clusters": float(len(set(where))),
            "answering": float(there.any(axis=1).sum()),
            "pupils": float((values == code).any(axis=1).sum()),
            "schools": float(len(set(where[same]))),
        }
        if code == boundary and n:
            above = (answer > middle).astype(float)
            got = contrast_cr2(fit_cr2(above, np.ones((n, 1)), where), [1.0], conf_level)
            ends = np.clip([got.conf_low, got.conf_high], 0.0, 1.0).tolist()
            row |= {"above": float(above.mean()), "low": ends[0], "high": ends[1]}
        rows.append({**labels, **row})
    return rows
