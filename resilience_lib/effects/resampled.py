"""Effect sizes with intervals from draws: of pupils by BCa and percentiles, and of schools."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.effects.from_moments import PAIRED, independent_measure, paired_measure
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.resampling.bca import acceleration, bca_interval, plain_percentiles
from resilience_lib.resampling.moments import draw_moments, leave_one_out_moments
from resilience_lib.resampling.schools import (
    ONE_SCHOOL,
    Interval,
    draw_sums,
    percentile_interval,
)
from resilience_lib.resampling.streams import stream

Array = NDArray[np.float64]
Measure = Callable[[Array], Array]

INTERVALS: tuple[str, ...] = ("schools", "bca", "percentile")
_HOW = {
    "schools": "expanded percentile, {:,} draws of schools",
    "bca": "BCa, {:,} draws of pupils, pupils independent",
    "percentile": "percentile, {:,} draws of pupils, pupils independent",
}


def estimate_paired_resampled(
    first: ArrayLike,
    second: ArrayLike,
    *,
    seed: int,
    stream_name: Sequence[str],
    names: Sequence[str] = ("g_z",),
    school: ArrayLike | None = None,
    intervals: Sequence[str] = INTERVALS,
    draws: int = 10_000,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`mean_change`, `d_z` or `g_z` of pupils seen twice, with bootstrap intervals.

    Parameters
    ----------
    first, second : array (n,)
        Scores of the same pupils, in points.
    seed : int
        The study's.
    stream_name : sequence of str
        What is estimated of what (outcome, contrast, subgroup); draws of pupils and of schools
        have a stream each, which the estimands share.
    names : sequence of str
        Of `effects.from_moments.PAIRED`.
    school : array (n,), optional
        Without it no schools are drawn.
    intervals : sequence of str
        Of `INTERVALS`: from draws of schools, and BCa and plain percentiles from draws of
        pupils.
    draws : int
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame, for each name a row an interval: that from draws of schools first; those
        from draws of pupils take pupils as independent.

    Raises
    ------
    ModelInputError
        Unequal lengths, missing or infinite scores, a missing school, an unknown name or
        interval.

    Notes
    -----
    d_z = mean / SD of the differences; g_z = J(n - 1) d_z, J exact (Hedges 1981). BCa: Efron &
    Tibshirani 1993, section 14.3, with the jackknife in closed form; schools: Hesterberg 2015,
    section 4.5, from each school's sums.

    Examples
    --------
    >>> got = estimate_paired_resampled([1, 2, 3, 4, 2, 3], [2, 4, 3, 5, 5, 3], seed=1,
    ...                                 stream_name=("toy",), draws=999)
    >>> got["interval"].iloc[0], round(float(got["estimate"].iloc[0]), 3)
    ('95% BCa, 999 draws of pupils, pupils independent', 0.839)
    """
    x, y = _finite(first), _finite(second)
    if len(x) != len(y):
        raise ModelInputError(f"{len(x)} first and {len(y)} second scores: pairs are needed")
    if unknown := sorted(set(names) - set(PAIRED)):
        raise ModelInputError(f"{unknown} are not among the paired estimands {PAIRED}")
    difference = y - x
    shift = float(difference.mean()) if len(x) else 0.0
    place = None if school is None else [np.asarray(school, dtype=object)]
    rows = _rows(
        {name: lambda sums, name=name: paired_measure(name, sums, shift) for name in names},  # type: ignore[misc]
        [difference - shift],
        place,
        lambda what: stream(seed, "paired", what, *stream_name),
        intervals,
        draws,
        conf_level,
    )
    method = "pupils seen at both waves; SD of the differences"
    return estimate_frame({**row, "method": method} for row in rows)


def estimate_independent_resampled(
    first: ArrayLike,
    second: ArrayLike,
    *,
    seed: int,
    stream_name: Sequence[str],
    school: tuple[ArrayLike, ArrayLike] | None = None,
    intervals: Sequence[str] = INTERVALS,
    draws: int = 10_000,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`g_independent` of two groups of pupils, first - second, with bootstrap intervals.

    Parameters
    ----------
    first, second : array (n_1,), array (n_2,)
        Scores; each group is drawn by itself.
    school : pair of arrays, optional
        Schools of the two groups. Schools are drawn together where one holds pupils of both
        groups, else those of each group by themselves.
    seed, stream_name, intervals, draws, conf_level
        As in `estimate_paired_resampled`, whose rows these are.

    Notes
    -----
    g = J(n_1 + n_2 - 2) difference / pooled SD (Hedges 1981).

    Examples
    --------
    >>> got = estimate_independent_resampled([1, 2, 3, 4], [0, 2, 1, 2], seed=1,
    ...                                      stream_name=("toy",), draws=999)
    >>> got["estimand"].tolist(), round(float(got["estimate"].iloc[0]), 3)
    (['g_independent', 'g_independent'], 0.955)
    """
    groups = [_finite(first), _finite(second)]
    shift = [float(g.mean()) if len(g) else 0.0 for g in groups]
    place = None if school is None else [np.asarray(s, dtype=object) for s in school]
    rows = _rows(
        {"g_independent": lambda sums: independent_measure(sums, shift[0] - shift[1])},
        [g - s for g, s in zip(groups, shift, strict=True)],
        place,
        lambda what: stream(seed, "independent", what, *stream_name),
        intervals,
        draws,
        conf_level,
    )
    return estimate_frame({**row, "method": "two groups; pooled SD"} for row in rows)


def _rows(
    measures: dict[str, Measure],
    groups: list[Array],
    school: list[NDArray[np.object_]] | None,
    random: Callable[[str], np.random.Generator],
    intervals: Sequence[str],
    draws: int,
    conf_level: float,
) -> list[dict[str, object]]:
    """Rows of each estimand from its measure of the groups' n, sums and sums of squares."""
    if unknown := sorted(set(intervals) - set(INTERVALS)):
        raise ModelInputError(f"{unknown} are not among the intervals {INTERVALS}")
    whole = np.concatenate([[len(g), g.sum(), g @ g] for g in groups])
    by = None if school is None else _school_parts(groups, school)
    wanted = [way for way in INTERVALS if way in intervals and (way != "schools" or by is not None)]
    estimates = {name: float(measure(whole)) for name, measure in measures.items()}
    some = any(np.isfinite(estimate) for estimate in estimates.values())
    schools = pupils = np.empty((0, len(whole)))
    left: list[Array] = []
    if some and by is not None and "schools" in wanted:
        source = random("schools")
        schools = np.hstack([draw_sums(source, part, draws) for part in by])
    if some and {"bca", "percentile"} & set(wanted):
        pupils, left = _drawn_pupils(groups, random("pupils"), draws), _left_out(groups, whole)

    def interval(way: str, measure: Measure, estimate: float) -> Interval:
        if not np.isfinite(estimate):
            nan = float("nan")
            return Interval(nan, nan, nan, nan, "too few pupils, or scores that do not vary")
        if way == "schools" and by is not None:
            if len(by) > 1 and min(map(len, by)) < 2:
                return Interval(np.nan, np.nan, np.nan, np.nan, ONE_SCHOOL)
            fewest, df = min(map(len, by)), sum(map(len, by)) - len(by)
            return percentile_interval(estimate, measure(schools), fewest, conf_level, df=df)
        values = measure(pupils)
        if way == "percentile":
            return plain_percentiles(estimate, values, conf_level)
        tilt = acceleration([measure(part) for part in left])
        return bca_interval(estimate, values, tilt, conf_level)

    base = {
        "conf_level": conf_level,
        "n": whole[::3].sum(),
        "n_clusters": None if by is None else sum(map(len, by)),
    }
    rows: list[dict[str, object]] = []
    for name, measure in measures.items():
        for way in wanted:
            got = interval(way, measure, estimates[name])
            ends = {"std_error": got.std_error, "conf_low": got.low, "conf_high": got.high}
            how = {"interval": f"{100 * conf_level:g}% {_HOW[way].format(draws)}"}
            what = {"estimand": name, "estimate": estimates[name], "reason": got.reason}
            rows.append({**base, **what, **how, **ends})
    return rows


def _drawn_pupils(groups: list[Array], random: np.random.Generator, draws: int) -> Array:
    parts = []
    for group in groups:
        parts += [np.full((draws, 1), len(group), dtype=float), draw_moments(group, random, draws)]
    return np.hstack(parts)


def _left_out(groups: list[Array], whole: Array) -> list[Array]:
    found = []
    for place, group in enumerate(groups):
        left = np.tile(whole, (len(group), 1))
        left[:, 3 * place] -= 1
        left[:, 3 * place + 1 : 3 * place + 3] = leave_one_out_moments(group)
        found.append(left)
    return found


def _school_parts(groups: list[Array], school: list[NDArray[np.object_]]) -> list[Array]:
    """Sums of each school, all groups side by side; apart where no school has two groups."""
    labels = np.concatenate(school)
    if len(labels) != sum(map(len, groups)) or pd.isna(labels).any():
        raise ModelInputError("each pupil needs a school")
    code, unique = pd.factorize(labels)
    parts: list[Array] = []
    start = 0
    for group in groups:
        here = code[start : start + len(group)]
        moments = (np.ones(len(group)), group, group**2)
        parts.append(np.stack([np.bincount(here, m, len(unique)) for m in moments], axis=1))
        start += len(group)
    if len(groups) > 1 and not (np.stack(parts)[:, :, 0] > 0).all(axis=0).any():
        return [part[part[:, 0] > 0] for part in parts]
    return [np.hstack(parts)]


def _finite(values: ArrayLike) -> Array:
    found = np.asarray(values, dtype=float)
    if found.ndim != 1 or not np.isfinite(found).all():
        raise ModelInputError("scores must be one row of finite numbers: drop missing pupils first")
    return found
