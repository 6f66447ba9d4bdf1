"""Change between waves by the wild cluster bootstrap, beside the CR2 answer."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib.effects.change import (
    change_column,
    change_counts,
    change_model,
    in_first_sds,
    unanswered,
)
from resilience_lib.effects.standardised import WITH_SD
from resilience_lib.effects.subgroups import (
    ALL,
    estimate_row,
    shares_text,
    subgroup_weights,
)
from resilience_lib.frames import estimate_frame
from resilience_lib.models.wild import wild_bootstrap
from resilience_lib.resampling.signs import Kind, school_weights
from resilience_lib.resampling.streams import stream

WILD_METHOD = "regression over waves, wild bootstrap by school"


def estimate_change_wild(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    conf_level: float = 0.95,
    seed: int,
    kind: Kind = "rademacher",
    draws: int = 9999,
) -> pd.DataFrame:
    """`mean_change` and `g_change_model` with wild bootstrap p-values and intervals.

    Parameters
    ----------
    analysis, waves, changes, gender, conf_level
        As in `effects.change.estimate_change`, which has the same contrasts and estimates.
    seed : int
        The study's. Used only where not every vector of signs is taken: one stream for each
        outcome, contrast and subgroup.
    kind : str
        "rademacher" takes every vector up to 12 schools; "webb" up to 5, for so few that signs
        alone cannot reach a small p.
    draws : int
        Vectors drawn where there are more schools.

    Returns
    -------
    DataFrame
        Estimate frame, without standard error and df.

    Raises
    ------
    ModelInputError
        See `effects.change.estimate_change`.

    Notes
    -----
    `models.wild.wild_bootstrap`: null imposed, interval by inverting the test. Rows are whitened
    by the headline's covariance of a pupil's scores, which each sample keeps.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, s + i + (w == "T2") * (1 + .1 * s * i), "x")
    ...         for s in range(7) for i in range(4) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_change_wild(frame, waves=("T1", "T2"), changes=[("T1", "T2")], seed=1)
    >>> got["interval"].iloc[0], float(got["p_value"].iloc[0])
    ('95% wild bootstrap by school, all 64 sign vectors, test inverted', 0.015625)
    """
    # weights are drawn for schools in the order of their names, whatever the order of the rows
    model = change_model(analysis.sort_values("school", kind="stable"), waves, gender)
    outcome = str(analysis["outcome"].iloc[0]) if len(analysis) else ""
    rows = []
    for first, later in changes:
        contrast = f"{later} - {first}"
        for subgroup, weights in subgroup_weights(gender, model.shares).items():
            column = change_column(model, first, later, weights)
            drawn = ""
            if model.fit is None or column is None:
                answer = unanswered(model, first, later)
            else:
                random = stream(seed, "wild", kind, outcome, contrast, subgroup)
                signs = school_weights(model.fit.n_clusters, random, kind=kind, draws=draws)
                answer = wild_bootstrap(model.fit, column, signs, conf_level)
                drawn = _drawn(len(signs.values), kind, complete=signs.complete)
            n, schools = change_counts(model.data, first, later, list(weights))
            method = f"{WILD_METHOD} (null imposed, {kind.capitalize()} weights){model.note}" + (
                shares_text(model.shares) if subgroup == ALL else ""
            )
            interval = f"{100 * conf_level:g}% wild bootstrap by school{drawn}, test inverted"
            labels = {
                "contrast": contrast,
                "subgroup": subgroup,
                "n": n,
                "n_clusters": schools,
            }
            points = {"estimand": "mean_change", "method": method, "interval": interval}
            rows.append(estimate_row(answer, conf_level, **points, **labels))
            standard = f"; J x change / total SD at {waves[0]} (REML)"
            rows.append(
                estimate_row(
                    in_first_sds(answer, model, waves[0], conf_level),
                    conf_level,
                    estimand="g_change_model",
                    method=method + standard,
                    interval=interval + WITH_SD,
                    **labels,
                )
            )
    return estimate_frame(rows)


def _drawn(vectors: int, kind: Kind, *, complete: bool) -> str:
    what = "sign vectors" if kind == "rademacher" else "vectors of Webb weights"
    return f", all {vectors:,} {what}" if complete else f", {vectors:,} {what} drawn"
