"""How the estimate of change spreads over draws of schools: histograms for estimation plots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from resilience_lib.effects.change import change_column, change_counts, change_model
from resilience_lib.effects.subgroups import subgroup_weights
from resilience_lib.models.cr2_draws import draw_contrasts
from resilience_lib.resampling.streams import stream
from resilience_lib.study.schema import Study

COLUMNS: tuple[str, ...] = (
    "outcome",
    "contrast",
    "subgroup",
    "estimand",
    "bin_low",
    "bin_high",
    "share",
    "n",
    "n_clusters",
)
DRAWS = 2000
BINS = 40
FEWEST_SCHOOLS = 5


def bootstrap_declared(analysis: pd.DataFrame, pupils: pd.DataFrame, study: Study) -> pd.DataFrame:
    """`bootstrap_changes` of every outcome whose scale is the same at each wave.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame.
    pupils : DataFrame
        Not used: all frames of estimates are asked for in the same words.
    study : Study

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; without a row where the study file declares no change.
    """
    frames = [pd.DataFrame(columns=list(COLUMNS))]
    for outcome in study.comparable if study.changes else ():
        frames.append(
            bootstrap_changes(
                analysis[analysis["outcome"] == outcome],
                waves=study.wave_names,
                changes=study.changes,
                gender=study.gender.difference,
                seed=study.seed,
            )
        )
    kept = [frame for frame in frames if len(frame)]
    return pd.concat(kept, ignore_index=True) if kept else frames[0]


def bootstrap_changes(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    seed: int,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Histograms of `g_change_model` over schools drawn with replacement.

    Parameters
    ----------
    analysis, waves, changes, gender
        As in `effects.change.estimate_change`.
    seed : int
        The study's; one stream for each outcome, whose contrasts share the schools drawn.
    draws : int

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, 40 bins a contrast and subgroup: ends in SDs, `share` of the draws in
        the bin (they add to 1), n and n_clusters of the estimate. No rows for an outcome with
        fewer than 5 schools or without a total SD, or where fewer than half of the draws hold
        every part of the regression.

    Notes
    -----
    Each draw refits the regression over waves to the schools drawn (`models.cr2_draws`); the
    covariance of a pupil's scores, the total SD at the first wave, J and the shares of genders
    stay those of the sample. A draw that
    lacks a part of the regression, such as a gender, is left out. The picture of the spread is
    that of the change alone, and a little too narrow for few schools; intervals are not read
    from it.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, s + i + (w == "T2") * (1 + .1 * s * i), "x")
    ...         for s in range(7) for i in range(4) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = bootstrap_changes(frame, waves=("T1", "T2"), changes=[("T1", "T2")], seed=1)
    >>> len(got), round(float(got["share"].sum()), 6)
    (40, 1.0)
    """
    # schools are drawn in the order of their names, whatever the order of the rows
    model = change_model(analysis.sort_values("school", kind="stable"), waves, gender)
    named: list[dict[str, object]] = []
    columns = []
    for first, later in changes:
        for subgroup, weights in subgroup_weights(gender, model.shares).items():
            column = change_column(model, first, later, weights)
            n, schools = change_counts(model.data, first, later, list(weights))
            if column is not None and schools >= FEWEST_SCHOOLS:
                columns.append(column)
                label: dict[str, object] = {"contrast": f"{later} - {first}", "subgroup": subgroup}
                named.append(label | {"n": float(n), "n_clusters": float(schools)})
    empty = pd.DataFrame(columns=list(COLUMNS))
    if model.fit is None or not columns or not np.isfinite(model.factor):
        return empty
    outcome = str(analysis["outcome"].iloc[0])
    random = stream(seed, "bootstrap", outcome)
    drawn = draw_contrasts(model.fit, np.array(columns), random, draws) * model.factor
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    if len(drawn) < draws / 2:
        return empty
    frames = []
    for labels, values in zip(named, drawn.T, strict=True):
        count, edges = np.histogram(values, bins=BINS)
        bins = {"bin_low": edges[:-1], "bin_high": edges[1:], "share": count / len(values)}
        what = {"outcome": outcome, "estimand": "g_change_model"}
        frames.append(pd.DataFrame(bins).assign(**labels, **what)[list(COLUMNS)])
    return pd.concat(frames, ignore_index=True)
