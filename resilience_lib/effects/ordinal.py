"""Change from an ordinal model: for scores with few values, many of them at an end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from resilience_lib.effects.change import change_cells, change_counts
from resilience_lib.effects.subgroups import (
    ALL,
    cell_columns,
    cell_weights,
    complete_scores,
    gender_note,
    no_data,
    shares_of,
    shares_text,
    subgroup_weights,
)
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import Contrast
from resilience_lib.models.ordinal import fit_proportional_odds

MOST_VALUES = 25
"""A score with more distinct values is measured, not ordered: means say it better."""

ORDINAL_METHOD = "proportional odds, pupils seen at both waves, sandwich by school k / (k - 1)"

_FEWEST = 10
_FEW_DF = 4


def estimate_change_ordinal(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`change_log_odds` and `change_odds_ratio` for the contrasts of `effects.change`.

    Parameters
    ----------
    As in `effects.change.estimate_change`, whose gender shares "all" uses.

    Returns
    -------
    DataFrame
        Estimate frame. An odds ratio of 2: at each value of the score the odds of being
        above it are twice those at the earlier wave. Of the gender difference it is the
        ratio of two odds ratios. Numbers are NaN with the reason where the score has more
        than 25 values or one, where fewer than 10 pupils were seen at both waves, where a
        group's scores all lie at an end, or (error and interval) where there is one school.

    Raises
    ------
    ModelInputError
        As in `estimate_change`.

    Notes
    -----
    logit P(score <= j) = cut_j - cell, cells wave x gender, of pupils seen at both waves
    (McCullagh 1980); a floor or ceiling is a value like any other, and no distance between
    values is assumed, but that the odds move alike at each of them. Errors: sandwich by
    school times k / (k - 1), t(k - 1) (CR1; R: `MASS::polr`, `sandwich::vcovCL`). The
    odds are those of the group, not of one pupil. The interval of the ratio is that of
    its logarithm, raised.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, min((3 * i * i + i + s + (w == "T2")) % 7 // 2, 2), "x")
    ...         for s in range(6) for i in range(6) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_change_ordinal(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    >>> got["estimand"].tolist(), [round(float(x), 2) for x in got["estimate"]]
    (['change_log_odds', 'change_odds_ratio'], [0.12, 1.13])
    """
    data = complete_scores(analysis, waves, gender)
    data = data[data.groupby("pupil")["wave"].transform("size") > 1]
    shares = shares_of(data)
    method = ORDINAL_METHOD + gender_note(analysis, waves, gender)
    rows = []
    for first, later in changes:
        both = data[data["wave"].isin([first, later])]
        both = both[both.groupby("pupil")["wave"].transform("size") == 2]
        wanted = subgroup_weights(gender, shares)
        cells = {name: change_cells(first, later, weights) for name, weights in wanted.items()}
        answers = _answers(both, cells, conf_level)
        for subgroup, weights in wanted.items():
            n, schools = change_counts(data, first, later, list(weights))
            answer = answers[subgroup]
            labels = {
                "contrast": f"{later} - {first}",
                "subgroup": subgroup,
                "n": n,
                "n_clusters": schools,
                "method": method + (shares_text(shares) if subgroup == ALL else ""),
                "reason": answer.reason,
                "df": answer.df,
                "p_value": answer.p_value,
                "conf_level": conf_level,
                "interval": f"{100 * conf_level:g}% clustered by school, t(k - 1)",
            }
            ends = (answer.conf_low, answer.conf_high)
            rows.append(
                labels
                | {
                    "estimand": "change_log_odds",
                    "estimate": answer.estimate,
                    "std_error": answer.std_error,
                    "conf_low": ends[0],
                    "conf_high": ends[1],
                }
            )
            rows.append(
                labels
                | {
                    "estimand": "change_odds_ratio",
                    "estimate": np.exp(answer.estimate),
                    "conf_low": np.exp(ends[0]),
                    "conf_high": np.exp(ends[1]),
                }
            )
    return estimate_frame(rows)


def _answers(
    both: pd.DataFrame, cells: Mapping[str, Mapping[str, float]], conf_level: float
) -> dict[str, Contrast]:
    """Log odds ratios of one pair of waves, by subgroup."""
    values = both["score"].nunique()
    pupils = both["pupil"].nunique()
    if pupils < _FEWEST:
        return dict.fromkeys(cells, no_data(f"fewer than {_FEWEST} pupils seen at both waves"))
    if values < 2:
        return dict.fromkeys(cells, no_data("every score is the same"))
    if values > MOST_VALUES:
        why = f"{values} distinct scores: an ordinal model is for at most {MOST_VALUES}"
        return dict.fromkeys(cells, no_data(why))
    columns, where = cell_columns(both["wave"] + "|" + both["group"])
    category = np.unique(both["score"], return_inverse=True)[1].astype(np.int64)
    school = pd.factorize(both["school"])[0].astype(np.int64)
    # the first cell is what the others are compared with
    fit = fit_proportional_odds(category, columns[:, 1:], school)
    if fit.reason:
        return dict.fromkeys(cells, no_data(fit.reason))
    found = {}
    for subgroup, wanted in cells.items():
        weights = cell_weights(where, wanted)
        if weights is None:
            found[subgroup] = no_data("no pupils of this group at both waves")
            continue
        w, size = weights[1:], np.abs(weights[1:])
        variance = float(w @ fit.clustered @ w)
        # a difference that is the same in every school: what is left is rounding
        most = float(size @ np.maximum(np.abs(fit.clustered), np.abs(fit.covariance)) @ size)
        flat = variance <= 1e-12 * most
        found[subgroup] = _contrast(
            float(w @ fit.slopes),
            0.0 if flat else variance,
            int(school.max()),
            conf_level,
        )
    return found


def _contrast(estimate: float, variance: float, df: int, conf_level: float) -> Contrast:
    """Interval and test by t(df), df the schools less one."""
    if df < 1:
        why = "one school: no variation between schools can be seen"
        return replace(no_data(why), estimate=estimate)
    if variance == 0:
        return replace(no_data("no variation between schools: no interval"), estimate=estimate)
    error = float(np.sqrt(variance))
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    p_value = float(2 * stats.t.sf(abs(estimate) / error, df))
    doubt = "fewer than 4 df: the interval is unreliable" if df < _FEW_DF else ""
    return Contrast(estimate, error, df, p_value, estimate - half, estimate + half, doubt)
