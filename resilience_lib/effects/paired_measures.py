"""The standardised changes of one group between two waves, each by its own name.

Every name is the mean change over another standard deviation S. Written once, for the moments of
one group and of many at a time (each school left out).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilience_lib.models.one_way import small_sample_factor

Array = NDArray[np.float64]

DIVISORS: dict[str, str] = {
    "z": "SD of the differences",
    "av_mean": "mean of the two SDs",
    "av_rms": "root of the mean variance",
    "rm": "SD of the differences / sqrt(2(1 - r))",
    "pre": "SD of the first wave",
}
MISSING = "fewer than two pupils at both waves, or scores that do not vary"


@dataclass(frozen=True)
class Moments:
    """Pupils with both scores: n, mean change, SDs of the first wave, the later, the change.

    Arrays of one shape; SDs with n - 1, NaN below two pupils.
    """

    n: Array
    change: Array
    first: Array
    later: Array
    difference: Array


def moments_of(first: Array, later: Array) -> Moments:
    """Moments of two lists of complete scores.

    Examples
    --------
    >>> got = moments_of(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))
    >>> float(got.change), float(got.later), float(got.difference)
    (2.0, 2.0, 1.0)
    """
    x, y = (values - (values.mean() if len(values) else 0.0) for values in (first, later))
    n = float(len(x))
    change = float((later - first).mean()) if len(x) else float("nan")
    squares = np.array([x @ x, y @ y, (y - x) @ (y - x)])
    sd = np.sqrt(squares / (n - 1)) if n > 1 else np.full(3, np.nan)
    sd[sd <= 1e-12 * max(np.abs(first).max(initial=0), np.abs(later).max(initial=0))] = 0.0
    return Moments(np.array(n), np.array(change), *(np.array(one) for one in sd))


def moments_from_summary(
    means: tuple[float, float], sds: tuple[float, float], n: float, r: float
) -> Moments:
    """Moments from what is published: means and SDs (first wave, later), n and r between them.

    Examples
    --------
    >>> float(moments_from_summary((1.0, 3.0), (1.0, 2.0), 3, 1.0).difference)
    1.0
    """
    first, later = sds if n > 1 else (float("nan"), float("nan"))
    # (s1 - s2)^2 + 2 s1 s2 (1 - r): no digits are lost where r is near 1
    difference = np.sqrt((first - later) ** 2 + 2 * first * later * (1 - r))
    parts = (n, means[1] - means[0], first, later, difference)
    return Moments(*(np.array(part, dtype=float) for part in parts))


def divisor(name: str, m: Moments) -> Array:
    """The standard deviation that `name` divides by; NaN where it is 0 or undefined.

    Parameters
    ----------
    name : str
        Of `PAIRED_NAMES`; d and g divide by the same.
    m : Moments

    Examples
    --------
    >>> from resilience_lib.effects.names import PAIRED_NAMES
    >>> m = moments_from_summary((0.0, 1.0), (3.0, 4.0), 10, 0.5)
    >>> [round(float(divisor(name, m)), 4) for name in PAIRED_NAMES[:5]]
    [3.6056, 3.5, 3.5355, 3.6056, 3.0]
    """
    kind = name[2:]
    if kind == "z":
        sd = m.difference
    elif kind == "av_mean":
        sd = (m.first + m.later) / 2
    elif kind == "av_rms":
        sd = np.sqrt((m.first**2 + m.later**2) / 2)
    elif kind == "pre":
        sd = m.first
    else:
        apart = _apart(m)
        sd = m.difference / np.sqrt(np.where(apart > 0, apart, np.nan))
    # an SD at the level of rounding is no SD
    return np.asarray(np.where(sd > 1e-10 * (1 + np.abs(m.change)), sd, np.nan))


def effective_df(name: str, m: Moments) -> Array:
    """Degrees of freedom of `divisor`, for J.

    Parameters
    ----------
    name : str
        Of `PAIRED_NAMES`.
    m : Moments

    Returns
    -------
    array
        n - 1 for z, pre (both exact) and rm; from n - 1 to 2 (n - 1) for the two averages.

    Notes
    -----
    rm: Borenstein et al. 2009, chapter 4, r taken as known. Averages S, by 1 / (2 df) =
    Var(log S) in two normal scores (Satterthwaite 1946), s and r of the sample:
    av_rms (n - 1) (s1^2 + s2^2)^2 / (s1^4 + s2^4 + 2 r^2 s1^2 s2^2),
    av_mean (n - 1) (s1 + s2)^2 / (s1^2 + s2^2 + 2 r^2 s1 s2). With equal SDs both are
    2 (n - 1) / (1 + r^2), as Cousineau & Goulet-Pelletier 2021 have it. Lakens 2013 takes
    n - 1 throughout, which corrects more.

    Examples
    --------
    >>> from resilience_lib.effects.names import PAIRED_NAMES
    >>> m = moments_from_summary((0.0, 1.0), (2.0, 2.0), 11, 0.5)
    >>> [float(effective_df(name, m)) for name in PAIRED_NAMES[:5]]
    [10.0, 16.0, 16.0, 10.0, 10.0]
    """
    free = np.asarray(m.n - 1)
    if name[2:] not in ("av_mean", "av_rms"):
        return free
    a, b, product = m.first**2, m.later**2, m.first * m.later
    c = (a + b - m.difference**2) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        r2 = np.where(product > 0, (c / product) ** 2, 0.0)
        if name[2:] == "av_rms":
            share = (a + b) ** 2 / (a**2 + b**2 + 2 * r2 * a * b)
        else:
            share = (m.first + m.later) ** 2 / (a + b + 2 * r2 * product)
    # two pupils lie on a line: r^2 is 1, and only rounding could say otherwise
    return np.asarray(np.where(m.n > 2, free * share, free))


def standardised(name: str, m: Moments) -> Array:
    """The standardised change called `name`; NaN where its divisor is 0 or undefined.

    Parameters
    ----------
    name : str
        Of `PAIRED_NAMES`; `g_` is J(`effective_df`) times `d_`, J the exact gamma correction
        (Hedges 1981; `models.one_way.small_sample_factor`).
    m : Moments

    Examples
    --------
    >>> m = moments_from_summary((0.0, 1.0), (2.0, 2.0), 11, 0.5)
    >>> [round(float(standardised(name, m)), 4) for name in ("d_z", "d_pre", "g_pre")]
    [0.5, 0.5, 0.4614]
    """
    d = m.change / divisor(name, m)
    return np.asarray(d * correction(effective_df(name, m)) if name.startswith("g_") else d)


def correction(df: Array) -> Array:
    """`models.one_way.small_sample_factor` of many df at once; NaN where df is not above 1.

    Examples
    --------
    >>> correction(np.array([10.0, 1.0])).round(6).tolist()
    [0.922746, nan]
    """
    return np.reshape([small_sample_factor(float(one)) for one in np.ravel(df)], np.shape(df))


def method_text(name: str, df: float) -> str:
    """The definition in words, with the df of J.

    Examples
    --------
    >>> method_text("g_pre", 10.0)
    'mean change / SD of the first wave; exact J of 10 df'
    """
    corrected = f"; exact J of {df:g} df" if name.startswith("g_") else ""
    return f"mean change / {DIVISORS[name[2:]]}{corrected}"


def _apart(m: Moments) -> Array:
    """2 (1 - r); NaN where one wave does not vary."""
    product = m.first * m.later
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (m.difference**2 - (m.first - m.later) ** 2) / product
    return np.asarray(np.where((product > 0) & (apart > 1e-12), apart, np.nan))
