"""Whether one item works differently in two groups of pupils with the same rest score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from resilience_lib.models.ordinal import (
    OddsFit,
    fit_proportional_odds,
    null_log_likelihood,
)
from resilience_lib.reliability.answers import FEWEST

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

_NAN = float("nan")


@dataclass(frozen=True)
class ItemTest:
    """Likelihood-ratio tests, their sizes, and Wald tests clustered by school.

    Attributes
    ----------
    chi2, p_value : float
        Group and group x rest score together, 2 df.
    p_uniform, p_nonuniform : float
        Group; group x rest score given group; 1 df each.
    r2_change, r2_uniform, mcfadden_change : float
        What both add to Nagelkerke's R2, what group alone adds, and what both add to
        McFadden's.
    log_odds, std_error : float
        Of group in the uniform model; the error clustered by school.
    p_uniform_clustered, p_clustered : float
        By t(k - 1), and by F(2, k - 2).
    reason : str
    """

    chi2: float = _NAN
    p_value: float = _NAN
    p_uniform: float = _NAN
    p_nonuniform: float = _NAN
    r2_change: float = _NAN
    r2_uniform: float = _NAN
    mcfadden_change: float = _NAN
    log_odds: float = _NAN
    std_error: float = _NAN
    p_uniform_clustered: float = _NAN
    p_clustered: float = _NAN
    reason: str = ""


def compare_item(answer: Array, rest: Array, group: NDArray[np.bool_], school: Codes) -> ItemTest:
    """Uniform and non-uniform functioning of one item (Zumbo 1999).

    Three proportional-odds models of the answer: rest score; with group; with group x rest
    score. Twice the gain in log likelihood is chi-squared, pupils independent; the Wald
    tests beside use the sandwich by school, t(k - 1) for one coefficient and for two
    (k - 2) / (2 (k - 1)) W as F(2, k - 2) (Korn & Graubard 1990, The American Statistician
    44). Nagelkerke 1991: R2 = (1 - exp(-2 (l - l0) / n)) / (1 - exp(2 l0 / n)); McFadden
    1974: 1 - l / l0; l0 of the shares of the answers alone.

    Parameters
    ----------
    answer, rest : array (n,)
    group : array (n,)
        True for the group named first.
    school : array (n,)
        Codes 0 to k - 1.

    Returns
    -------
    ItemTest
        NaN with the reason for a group of fewer than 10, fewer than two answers left, a
        rest score that does not vary, or a model without a maximum. Answers that nobody in
        one of the groups gave are merged with a neighbour, and the reason says which.

    Examples
    --------
    >>> y = np.tile([1.0, 2, 2, 3, 1, 3, 2, 3], 5)
    >>> rest = np.tile([2.0, 3, 5, 4, 4, 6, 3, 5], 5)
    >>> got = compare_item(y, rest, np.arange(40) < 20, np.arange(40) // 8)
    >>> got.reason, round(got.r2_change, 3)
    ('', 0.001)
    >>> compare_item(y[:12], rest[:12], np.arange(12) < 3, np.arange(12) // 4).reason
    'fewer than 10 pupils in a group'
    """
    if min(group.sum(), (~group).sum()) < FEWEST:
        return ItemTest(reason=f"fewer than {FEWEST} pupils in a group")
    category, note = merge_empty(answer, group)
    if category.max(initial=0) < 1:
        why = "fewer than two answers that both groups gave"
        return ItemTest(reason="; ".join(text for text in (why, note) if text))
    centred = rest - rest.mean()
    columns = np.column_stack([centred, group, centred * group])
    fits = [fit_proportional_odds(category, columns[:, :q], school) for q in (1, 2, 3)]
    failed = [fit.reason for fit in fits if fit.reason]
    if failed:
        return ItemTest(reason="; ".join(text for text in (failed[0], note) if text))
    null = null_log_likelihood(category)
    likelihood = np.array([fit.log_likelihood for fit in fits])
    top = 1 - np.exp(2 * null / len(answer))
    nagelkerke = (1 - np.exp(-2 * (likelihood - null) / len(answer))) / top
    gain = np.maximum(2 * np.diff(likelihood), 0.0)
    schools = int(school.max()) + 1
    clustered_uniform, clustered_both = _wald(fits, schools)
    return ItemTest(
        chi2=float(gain.sum()),
        p_value=float(stats.chi2.sf(gain.sum(), 2)),
        p_uniform=float(stats.chi2.sf(gain[0], 1)),
        p_nonuniform=float(stats.chi2.sf(gain[1], 1)),
        r2_change=float(nagelkerke[2] - nagelkerke[0]),
        r2_uniform=float(nagelkerke[1] - nagelkerke[0]),
        mcfadden_change=float((likelihood[0] - likelihood[2]) / null),
        log_odds=float(fits[1].slopes[1]),
        std_error=float(np.sqrt(fits[1].clustered[1, 1])),
        p_uniform_clustered=clustered_uniform,
        p_clustered=clustered_both,
        reason=note,
    )


def merge_empty(answer: Array, group: NDArray[np.bool_]) -> tuple[Codes, str]:
    """Codes 0, 1, ... of the answers, each given in both groups, and what was merged.

    An answer that nobody in one group gave is merged with its neighbour, the rarer where
    there are two, until none is left.

    Examples
    --------
    >>> codes, note = merge_empty(np.array([1.0, 2, 3, 1, 2, 2]), np.arange(6) < 3)
    >>> codes.tolist(), note
    ([0, 1, 1, 0, 1, 1], 'answers 2 and 3 merged: one was empty in a group')
    """
    levels, code = np.unique(answer, return_inverse=True)
    names = [[f"{level:g}"] for level in levels]
    counts = np.stack([np.bincount(code[g], minlength=len(levels)) for g in (group, ~group)])
    while len(names) > 1 and (counts == 0).any():
        empty = int(np.flatnonzero((counts == 0).any(axis=0))[0])
        sides = [side for side in (empty - 1, empty + 1) if 0 <= side < len(names)]
        other = min(sides, key=lambda side: int(counts[:, side].sum()))
        low, high = sorted((empty, other))
        code = np.where(code >= high, code - 1, code)
        counts[:, low] += counts[:, high]
        counts = np.delete(counts, high, axis=1)
        names[low] += names.pop(high)
    merged = [" and ".join(name) for name in names if len(name) > 1]
    note = "; ".join(f"answers {text} merged: one was empty in a group" for text in merged)
    return np.asarray(code, dtype=np.int64), note


def _wald(fits: list[OddsFit], schools: int) -> tuple[float, float]:
    """p-values by the sandwich: of group, and of group with group x rest score."""
    if schools < 2:
        return _NAN, _NAN
    one, both = fits[1], fits[2]
    t = one.slopes[1] / np.sqrt(one.clustered[1, 1])
    p_one = float(2 * stats.t.sf(abs(t), schools - 1))
    if schools < 4:
        return p_one, _NAN
    wald = both.slopes[1:] @ np.linalg.solve(both.clustered[1:, 1:], both.slopes[1:])
    f = (schools - 2) / (2 * (schools - 1)) * wald
    return p_one, float(stats.f.sf(f, 2, schools - 2))
