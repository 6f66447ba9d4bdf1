"""Multilevel multiple imputation of scores: a multivariate normal with school intercepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.normal_draws import (
    Layout,
    Prior,
    State,
    bartlett_df,
    cell_sums,
    how_many,
    lay_out,
    step,
)

Array = NDArray[np.float64]

FIRST_SWEEPS = 40
DOUBLINGS = 4
MIXED = 1.1
WITHIN_GUESS, BETWEEN_GUESS = 0.1, 0.05
_DETERMINED = 1e-6


@dataclass(frozen=True)
class Imputed:
    """Completed data sets, or the reason why there are none.

    Attributes
    ----------
    values : array (m, n, p)
        What was observed is the same in each; empty (0, n, p) with a reason.
    missing : array (n, p) of bool
    rhat : float
        Largest potential scale reduction; 1 where nothing is missing.
    sweeps : int
    reason : str
    """

    values: Array
    missing: NDArray[np.bool_]
    rhat: float
    sweeps: int
    reason: str


def impute(
    values: ArrayLike,
    school: ArrayLike,
    group: ArrayLike,
    streams: Sequence[np.random.Generator],
    names: Sequence[str] = (),
    prior: Prior | None = None,
) -> Imputed:
    """Completed data sets, one chain and one stream of random numbers for each.

    Parameters
    ----------
    values : array (n, p)
        Columns (an outcome at each wave, then auxiliaries), NaN where missing. A row needs
        one value; infinite ones are refused.
    school, group : array (n,)
        Labels: the cluster, and the group that has means of its own (gender, arm).
    streams : sequence of Generator
        Two or more (`resampling.streams.stream`).
    names : sequence of str
        What reasons call the columns; numbers by default.
    prior : Prior, optional
        By default as many df as columns, a guess of 0.1 within schools and 0.05 between, on
        standardised columns: small, so that what the scores say of each other is not blurred.

    Returns
    -------
    Imputed
        Without data sets, and with the reason, for fewer schools than columns + 2, a column
        or group never seen at a wave, columns that do not vary or determine each other, and
        chains that do not mix.

    Raises
    ------
    ModelInputError
        Infinite values, rows without any, unequal lengths, missing labels, one stream.

    Notes
    -----
    Gibbs sampler of the multivariate linear mixed model (Schafer & Yucel 2002), as R's `pan`
    with school intercepts; cluster means in imputation as Luedtke, Robitzsch & Grund 2017,
    Psychological Methods 22, ask for. Chains begin scattered; after 40 sweeps, then 80, 160,
    ..., 640, the last half is judged by the potential scale reduction (Gelman & Rubin 1992,
    Statistical Science 7) of each group's completed means and of the variances within schools;
    at 1.1 or less the last sweep of each chain is one completed data set. Values are not
    rounded and not held inside the scale's range (rounding biases: Horton, Lipsitz & Parzen
    2003, The American Statistician 57).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> level = rng.normal(size=(60, 1))
    >>> y = level + rng.normal(size=(60, 2))
    >>> y[:9, 1] = np.nan
    >>> made = impute(y, np.repeat(np.arange(6), 10), np.zeros(60),
    ...               [np.random.default_rng(s) for s in range(5)])
    >>> made.values.shape, bool((made.values[:, 9:] == y[9:]).all()), made.reason
    ((5, 60, 2), True, '')
    """
    y = np.asarray(values, dtype=float)
    if y.ndim != 2 or np.isinf(y).any() or np.isnan(y).all(axis=1).any():
        raise ModelInputError("scores must be finite, and each row needs one")
    if len(streams) < 2:
        raise ModelInputError("multiple imputation needs two data sets or more")
    place, kind = _codes(school, len(y)), _codes(group, len(y))
    missing = np.isnan(y)
    if not missing.any():
        return Imputed(np.repeat(y[None], len(streams), axis=0), missing, 1.0, 0, "")
    reason = _refusal(y, place, kind, list(names) or [str(j + 1) for j in range(y.shape[1])])
    if reason:
        return Imputed(np.empty((0, *y.shape)), missing, float("nan"), 0, reason)
    centre, spread = np.nanmean(y, axis=0), np.nanstd(y, axis=0)
    p = y.shape[1]
    layout = lay_out((y - centre) / spread, place, kind)
    rhat, sweeps, state = _run(
        layout,
        (y - centre) / spread,
        streams,
        prior or Prior(float(p), WITHIN_GUESS, float(p), BETWEEN_GUESS),
    )
    if rhat > MIXED:
        reason = f"not imputed: chains do not agree after {sweeps} sweeps (Rhat {rhat:.2f})"
        return Imputed(np.empty((0, *y.shape)), missing, rhat, sweeps, reason)
    filled = np.repeat(y[None], len(streams), axis=0)
    drawn = state.y * spread + centre
    gaps = missing[layout.rows]
    filled[:, layout.rows] = np.where(gaps, drawn, y[layout.rows])
    return Imputed(filled, missing, rhat, sweeps, "")


def scale_reduction(draws: Array) -> float:
    """Largest potential scale reduction of several quantities.

    sqrt((t - 1) / t + B / W), B the variance of the chains' means, W the mean of their
    variances, over t draws; quantities that do not vary are left out (Gelman & Rubin 1992).

    Parameters
    ----------
    draws : array (t, m, ...)
        t draws of m chains.

    Examples
    --------
    >>> round(scale_reduction(np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]])), 4)
    1.0801
    """
    within = draws.var(axis=0, ddof=1).mean(axis=0)
    between = draws.mean(axis=0).var(axis=0, ddof=1)
    t, varies = len(draws), within > 1e-12
    ratio = between[varies] / within[varies]
    return float(np.sqrt((t - 1) / t + ratio.max(initial=1 / t)))


def _run(
    layout: Layout, y: Array, streams: Sequence[np.random.Generator], prior: Prior
) -> tuple[float, int, State]:
    m, p = len(streams), y.shape[1]
    (k, groups), needed = layout.size.shape, how_many(layout)
    normal = np.empty((m, needed))
    gaps = np.isnan(y[layout.rows])
    start = np.where(gaps, 0.0, y[layout.rows])
    scattered = [start + np.where(gaps, 2 * s.standard_normal((1, p)), 0.0) for s in streams]
    unit = np.broadcast_to(np.eye(p), (m, p, p))
    state = State(
        np.stack(scattered),
        np.zeros((m, k, p)),
        np.zeros((m, groups, p)),
        unit.copy(),
        BETWEEN_GUESS * unit,
    )
    df = bartlett_df(layout, prior)
    kept: list[Array] = []
    sweeps, rhat = FIRST_SWEEPS, float("inf")
    each = layout.size.sum(axis=0)[:, None]
    for _ in range(DOUBLINGS + 1):
        more = sweeps - len(kept)
        chi = np.sqrt(np.stack([s.chisquare(df, (more, 2, p)) for s in streams], axis=1))
        for sweep in range(more):
            for chain, random in enumerate(streams):
                random.standard_normal(out=normal[chain])
            state = step(layout, state, prior, normal, chi[sweep])
            means = cell_sums(layout, state.y).sum(axis=1) / each
            variances = np.diagonal(state.within, axis1=1, axis2=2)[:, None]
            kept.append(np.concatenate([means, variances], axis=1))
        rhat = scale_reduction(np.stack(kept[sweeps // 2 :]))
        if rhat <= MIXED:
            break
        sweeps *= 2
    return rhat, len(kept), state


def _codes(labels: ArrayLike, rows: int) -> NDArray[np.int64]:
    code, _ = pd.factorize(np.asarray(labels, dtype=object), sort=False)
    if len(code) != rows or (code < 0).any():
        raise ModelInputError(f"each row needs a school and a group: {rows} rows")
    return np.asarray(code, dtype=np.int64)


def _refusal(
    y: Array, school: NDArray[np.int64], group: NDArray[np.int64], names: Sequence[str]
) -> str:
    """Why these columns cannot be imputed; empty where they can."""
    seen, p = ~np.isnan(y), y.shape[1]
    for column in range(p):
        if not seen[:, column].any():
            return f"not imputed: no score was seen at {names[column]}"
        if not np.nanstd(y[:, column]) > 1e-12 * np.abs(np.nanmean(y[:, column])):
            return f"not imputed: scores at {names[column]} do not vary"
        for kind in range(int(group.max()) + 1):
            if not seen[group == kind, column].any():
                return f"not imputed: a group has no score at {names[column]}"
    schools = int(school.max()) + 1
    if schools < p + 2:
        return f"not imputed: {schools} schools are too few for {p} scores a pupil ({p + 2} needed)"
    complete = y[seen.all(axis=1)]
    if len(complete) < 2 * p + 2:
        return f"not imputed: {len(complete)} pupils have all {p} scores, too few to learn from"
    spread = complete.std(axis=0)
    flat = not (spread > 0).all()
    if flat or np.linalg.eigvalsh(np.corrcoef(complete.T))[0] < _DETERMINED:
        return "not imputed: the scores determine each other (an auxiliary that is a sum of them?)"
    return ""
