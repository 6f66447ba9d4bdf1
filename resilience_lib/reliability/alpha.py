"""Cronbach's alpha, with Feldt's interval and one that respects schools."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from resilience_lib.reliability.answers import Answers
from resilience_lib.resampling.schools import (
    Interval,
    draw_schools,
    percentile_interval,
)

Array = NDArray[np.float64]


def alpha_sums(answers: Answers) -> Array:
    """What alpha needs of each school: pupils, item sums, sums of squares of items and total.

    Returns
    -------
    array (k, p + 3)
        n, the p item sums, the sum of all squared answers, the sum of squared totals; of
        answers less the items' means over everyone, which changes no variance.
    """
    x = answers.values - answers.values.mean(axis=0)
    total = x.sum(axis=1)
    columns = [np.ones(answers.n), *x.T, (x**2).sum(axis=1), total**2]
    return answers.per_school(np.stack(columns, axis=1))


def alpha_from_sums(sums: Array) -> Array:
    """Alpha = p / (p - 1) (1 - sum of item variances / variance of the total).

    Parameters
    ----------
    sums : array (..., p + 3)
        Sums over pupils as in `alpha_sums`.

    Returns
    -------
    array (...)
        NaN where the total does not vary.

    Notes
    -----
    Cronbach 1951, Psychometrika 16. The divisor of the variances cancels.

    Examples
    --------
    Three pupils, two items (-1, -1), (0, 1), (1, 0): item squares 4, squared totals 6.

    >>> float(alpha_from_sums(np.array([3.0, 0.0, 0.0, 4.0, 6.0])))
    0.6666666666666667
    """
    n, item = sums[..., 0], sums[..., 1:-2]
    p = item.shape[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        items = sums[..., -2] - (item**2).sum(axis=-1) / n
        total = sums[..., -1] - item.sum(axis=-1) ** 2 / n
        # a total that varies by rounding alone does not vary
        total = np.where(total > 1e-12 * sums[..., -2], total, np.nan)
        return np.asarray(p / (p - 1) * (1 - items / total))


def feldt_interval(
    alpha: float, n: int, items: int, conf_level: float = 0.95
) -> tuple[float, float]:
    """Exact interval of alpha under parallel normal items and independent pupils.

    (1 - alpha) / (1 - estimate) is F with n - 1 and (n - 1)(p - 1) df: ends
    1 - (1 - estimate) F quantile (Feldt 1965, Psychometrika 30; Feldt, Woodruff & Salih
    1987, Applied Psychological Measurement 11).

    Parameters
    ----------
    alpha : float
    n, items : int
        Pupils and items, each at least 2.
    conf_level : float, in (0, 1)

    Returns
    -------
    tuple of float
        (low, high); NaN where the estimate is 1, which leaves no error to speak of.

    Examples
    --------
    >>> low, high = feldt_interval(0.8, 41, 5)
    >>> round(low, 3), round(high, 3)
    (0.684, 0.883)
    """
    if alpha > 1 - 1e-12:
        return float("nan"), float("nan")
    df1, df2 = n - 1, (n - 1) * (items - 1)
    ends = stats.f.ppf([0.5 + conf_level / 2, 0.5 - conf_level / 2], df1, df2)
    low, high = 1 - (1 - alpha) * ends
    return float(low), float(high)


def alpha_schools(
    answers: Answers, random: np.random.Generator, *, draws: int, conf_level: float = 0.95
) -> tuple[float, Interval]:
    """Alpha and its expanded percentile interval, schools drawn with replacement.

    Computed from each school's sums (`alpha_sums`): a school drawn twice is two schools.
    In 500 simulated studies of 11 schools by 40 pupils (benchmarks/reliability.py) it held
    the true alpha in 93 to 96%, plain percentiles in 89 to 92%, Feldt's interval in 75 to 97%.

    Parameters
    ----------
    answers : Answers
        Without a flaw.
    random : numpy.random.Generator
        The estimate's own stream.
    draws : int
    conf_level : float, in (0, 1)

    Returns
    -------
    (float, Interval)

    Examples
    --------
    >>> import pandas as pd
    >>> from resilience_lib.reliability.answers import complete_answers
    >>> rows = pd.DataFrame({"school": ["a", "b"] * 3, "q": [1, 2, 3, 1, 2, 3.0],
    ...                      "r": [1, 3, 2, 1, 3, 2.0]})
    >>> alpha, interval = alpha_schools(complete_answers(rows, ["q", "r"]),
    ...                                 np.random.default_rng(1), draws=10)
    >>> round(alpha, 3), interval.reason
    (0.667, 'fewer than 5 schools to draw from: no interval')
    """
    parts = alpha_sums(answers)
    whole = float(alpha_from_sums(parts.sum(axis=0)))
    drawn = alpha_from_sums(draw_schools(random, answers.n_schools, draws) @ parts)
    return whole, percentile_interval(whole, drawn, answers.n_schools, conf_level)
