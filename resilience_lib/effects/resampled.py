"""Effect sizes with intervals from draws: of pupils by BCa and percentiles, and of schools."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.one_way import small_sample_factor
from resilience_lib.resampling.bca import acceleration, bca_interval, plain_percentiles
from resilience_lib.resampling.moments import draw_moments, leave_one_out_moments
from resilience_lib.resampling.schools import Interval, draw_sums, percentile_interval
from resilience_lib.resampling.streams import stream

Array = NDArray[np.float64]
Measure = Callable[[Array], Array]

PAIRED: tuple[str, ...] = ("mean_change", "d_z", "g_z")
_NO_SD = 1e-10


def estimate_paired_resampled(
    first: ArrayLike,
    second: ArrayLike,
    *,
    seed: int,
    stream_name: Sequence[str],
    names: Sequence[str] = ("g_z",),
    school: ArrayLike | None = None,
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
        Of `PAIRED`.
    school : array (n,), optional
        Where given, schools are drawn for the first interval of each estimand.
    draws : int
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame: for each name the interval from draws of schools (where `school` is
        given), then BCa and plain percentiles of draws of pupils, taken as independent.

    Raises
    ------
    ModelInputError
        Unequal lengths, missing or infinite scores, a missing school, an unknown name.

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
        {name: lambda sums, name=name: _paired(name, sums, shift) for name in names},  # type: ignore[misc]
        [difference - shift],
        place,
        lambda what: stream(seed, "paired", what, *stream_name),
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
    seed, stream_name, draws, conf_level
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
        {"g_independent": lambda sums: _independent(sums, shift[0] - shift[1])},
        [g - s for g, s in zip(groups, shift, strict=True)],
        place,
        lambda what: stream(seed, "independent", what, *stream_name),
        draws,
        conf_level,
    )
    return estimate_frame({**row, "method": "two groups; pooled SD"} for row in rows)


def _rows(
    measures: dict[str, Measure],
    groups: list[Array],
    school: list[NDArray[np.object_]] | None,
    random: Callable[[str], np.random.Generator],
    draws: int,
    conf_level: float,
) -> list[dict[str, object]]:
    """Rows of each estimand from its measure of the groups' n, sums and sums of squares."""
    whole = np.concatenate([[len(g), g.sum(), g @ g] for g in groups])
    n = int(whole[::3].sum())
    by = None if school is None else _school_parts(groups, school)
    drawn: dict[str, Array] = {}
    rows: list[dict[str, object]] = []
    for name, measure in measures.items():
        estimate = float(measure(whole))
        found: list[tuple[str, Interval]] = []
        flaw = "" if np.isfinite(estimate) else "too few pupils, or scores that do not vary"
        if by is not None:
            k = sum(len(parts) for parts in by)
            if not flaw and "schools" not in drawn:
                source = random("schools")
                drawn["schools"] = np.hstack([draw_sums(source, part, draws) for part in by])
            # two groups drawn by themselves have one mean more to estimate
            schools = k - len(by) + 1
            got = (
                _nothing(flaw)
                if flaw
                else percentile_interval(estimate, measure(drawn["schools"]), schools, conf_level)
            )
            found.append((f"expanded percentile, {draws:,} draws of schools", got))
        ways = [
            f"{w}, {draws:,} draws of pupils, pupils independent" for w in ("BCa", "percentile")
        ]
        if flaw:
            found += [(way, _nothing(flaw)) for way in ways]
        else:
            if "pupils" not in drawn:
                drawn["pupils"] = _drawn_pupils(groups, random("pupils"), draws)
            values = measure(drawn["pupils"])
            tilt = acceleration([measure(left) for left in _left_out(groups, whole)])
            found.append((ways[0], bca_interval(estimate, values, tilt, conf_level)))
            found.append((ways[1], plain_percentiles(estimate, values, conf_level)))
        rows += [
            {
                "estimand": name,
                "estimate": estimate,
                "std_error": got.std_error,
                "conf_low": got.low,
                "conf_high": got.high,
                "conf_level": conf_level,
                "interval": f"{100 * conf_level:g}% {how}",
                "n": n,
                "n_clusters": None if by is None else k,
                "reason": got.reason,
            }
            for how, got in found
        ]
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


def _paired(name: str, sums: Array, shift: float) -> Array:
    n, total, squares = np.moveaxis(sums, -1, 0)
    n = np.where(n > 1, n, np.nan)
    change = shift + total / n
    if name == "mean_change":
        return np.asarray(change)
    sd = _sd(squares - total**2 / n, n - 1, change)
    return np.asarray(change / sd * (_factors(n - 1) if name == "g_z" else 1.0))


def _independent(sums: Array, shift: float) -> Array:
    n1, total1, squares1, n2, total2, squares2 = np.moveaxis(sums, -1, 0)
    n1, n2 = (np.where(n > 0, n, np.nan) for n in (n1, n2))
    difference = shift + total1 / n1 - total2 / n2
    within = squares1 - total1**2 / n1 + squares2 - total2**2 / n2
    df = np.where(n1 + n2 > 2, n1 + n2 - 2, np.nan)
    return np.asarray(difference / _sd(within, df, difference) * _factors(df))


def _sd(squares: Array, df: Array, scale: Array) -> Array:
    sd = np.sqrt(np.maximum(squares, 0.0) / df)
    # an SD at the level of rounding is no SD
    return np.asarray(np.where(sd > _NO_SD * (1 + np.abs(scale)), sd, np.nan))


def _factors(df: Array) -> Array:
    """J of each df, worked out once for each that is found."""
    found, where = np.unique(df, return_inverse=True)
    return np.asarray(np.array([small_sample_factor(float(d)) for d in found])[where])


def _finite(values: ArrayLike) -> Array:
    found = np.asarray(values, dtype=float)
    if found.ndim != 1 or not np.isfinite(found).all():
        raise ModelInputError("scores must be one row of finite numbers: drop missing pupils first")
    return found


def _nothing(reason: str) -> Interval:
    nan = float("nan")
    return Interval(nan, nan, nan, nan, reason)
