"""When the change of one pupil counts as one, and how often chance alone would show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.effects.arrays import spread
from resilience_lib.models.cr2 import ModelInputError

Array = NDArray[np.float64]

_RELIABLE = 0.95
_DIGITS = 9
_MOST = 0.95
_ON_GRID = 1e-3


@dataclass(frozen=True)
class PersonRule:
    """One rule, applied to the pupils of one contrast.

    Attributes
    ----------
    name : str
        "any", "reliable" or "important".
    status : array (n,)
        1 improved, 0 no such change, -1 deteriorated.
    chance : float or None
        Share that chance alone would show in each direction; None where it is half of the share
        that changed.
    method : str
        The rule in words and numbers, and where its reliability or citation is from.
    chance_method, chance_reason : str
        How the share by chance follows, and why it is missing.
    anew : callable or None
        The threshold by the first scores that a mask keeps; None where it is not of these
        pupils' scores.
    change : array (n,) or None
        What is held against it, rounded; above 0 where better.
    step : float
        `score_step`.
    """

    name: str
    status: Array
    chance: float | None
    method: str
    chance_method: str
    chance_reason: str = ""
    anew: Callable[[NDArray[np.bool_]], float] | None = None
    change: Array | None = None
    step: float = 0.0


def difference_error(sd: float, reliability: float) -> float:
    """Standard deviation of the difference of two scores of a pupil who did not change.

    SD sqrt(2 (1 - reliability)); Jacobson & Truax 1991, Journal of Consulting and Clinical
    Psychology 59 (S_diff, with the standard error of measurement SD sqrt(1 - reliability)).

    Parameters
    ----------
    sd : float
        Of the scores at the first wave.
    reliability : float, in (0, 1)

    Examples
    --------
    >>> round(difference_error(7.5, 0.8), 4)
    4.7434
    """
    return float(sd * np.sqrt(2 * (1 - reliability)))


def reliable_limit(start: Array, reliability: float) -> float:
    """1.96 S_diff (`difference_error`), the SD (n - 1) that of `start`; NaN where it is 0.

    Jacobson & Truax 1991, Journal of Consulting and Clinical Psychology 59.

    Examples
    --------
    >>> round(reliable_limit(np.array([1.0, 2.0, 3.0]), 0.8), 3)
    1.24
    """
    sd = spread(start)
    half = float(stats.norm.ppf(0.5 + _RELIABLE / 2))
    return half * difference_error(sd, reliability) if sd > 0 else float("nan")


def reliable_status(change: Array, limit: float) -> Array:
    """1 improved, 0 no reliable change, -1 deteriorated; NaN without a limit.

    Parameters
    ----------
    change : array (n,)
        Above 0 where better.
    limit : float
        `reliable_limit`.

    Examples
    --------
    >>> reliable_status(np.array([2.0, -1.0]), 1.24).tolist()
    [1.0, 0.0]
    """
    if not np.isfinite(limit):
        return np.full(len(change), np.nan)
    return np.where(np.abs(change) > limit, np.sign(change), 0.0)


def score_step(scores: ArrayLike) -> float:
    """Distance between neighbouring scores of a scale that moves in steps; 0 where there is none.

    The widest gap between neighbouring scores on whose grid 95% of the scores lie. The rest is
    what a missing item makes of a mean. Where most scores are held once, there are no steps.

    Examples
    --------
    >>> score_step([1.0, 1.5, 2.0, 3.0] * 8 + [1.1])
    0.5
    """
    rounded = np.round(np.asarray(scores, dtype=float), _DIGITS)
    values, counts = np.unique(rounded, return_counts=True)
    if len(values) < 2 or len(values) > counts.sum() / 2:
        return 0.0
    from_common = values - values[counts.argmax()]
    for gap in np.unique(np.round(np.diff(values), _DIGITS))[::-1]:
        steps = from_common / gap
        if counts[np.abs(steps - np.round(steps)) < _ON_GRID].sum() >= _MOST * counts.sum():
            return float(gap)
    return 0.0


def chance_share(threshold: float, error: float, step: float, *, reached: bool) -> float:
    """Share of unchanged pupils whose difference passes a threshold in one direction.

    1 - Phi(boundary / error): the boundary is the threshold itself, and for a score that moves
    in steps half a step below the first difference that counts (continuity correction: Cox 1970,
    Biometrika 57). Measurement error is normal, without floor or ceiling.

    Parameters
    ----------
    threshold : float, above 0
    error : float, above 0
        `difference_error`.
    step : float
        `score_step`.
    reached : bool
        Whether a difference equal to the threshold counts.

    Examples
    --------
    >>> round(chance_share(1.96, 1.0, 0.0, reached=False), 4)
    0.025
    >>> round(chance_share(1.96, 1.0, 1.0, reached=False), 4)
    0.0668
    """
    boundary = threshold
    if step > 0:
        steps = threshold / step
        counted = np.ceil(steps - _ON_GRID) if reached else np.floor(steps + _ON_GRID) + 1
        boundary = step * (float(counted) - 0.5)
    return float(stats.norm.sf(boundary / error))


def person_rules(
    start: ArrayLike,
    gain: ArrayLike,
    scores: ArrayLike,
    *,
    first: str,
    reliability: float | None,
    source: str,
    important: float | None,
    important_source: str,
) -> tuple[list[PersonRule], str]:
    """The rules that can be applied, and why reliable change cannot where it cannot.

    Parameters
    ----------
    start : array (m,)
        Everyone's score at the earlier wave, whose SD (n - 1) the reliable change uses.
    gain : array (n,)
        Change of the pupils with both scores, above 0 where better.
    scores : array (k,)
        All scores of both waves, for the steps of the scale.
    first : str
        Name of the earlier wave.
    reliability, source, important, important_source
        As in `effects.persons.estimate_persons`.

    Returns
    -------
    (list of PersonRule, str)

    Raises
    ------
    ModelInputError
        A reliability outside (0, 1), an important change of 0 or less, one without its source.

    Notes
    -----
    any: the scores differ. Without a true change both scores are exchangeable, so that either
    direction has half of the share that changed (the sign test: Dixon & Mood 1946, JASA 41).
    reliable: |change| > 1.96 S_diff. important: |change| at least what the citation says.

    Examples
    --------
    >>> rules, why = person_rules([1.0, 3.0], [2.0, -1.0, 0.0], [1.0, 3.0], first="T1",
    ...                           reliability=None, source="", important=2.0,
    ...                           important_source="Manual 2001")
    >>> [(rule.name, rule.status.tolist()) for rule in rules]
    [('any', [1.0, -1.0, 0.0]), ('important', [1.0, 0.0, 0.0])]
    """
    _checked(reliability, source, important, important_source)
    change = np.round(np.asarray(gain, dtype=float), _DIGITS)
    half = "no true change: either direction has half of the share that changed"
    rules = [PersonRule("any", np.sign(change), None, "the two scores differ", half)]
    first_scores = np.asarray(start, dtype=float)
    sd = spread(first_scores)
    lacking, error = "", np.nan
    if reliability is None:
        why = source or "no reliability is given for this outcome"
        lacking = f"{why}: reliable change cannot be told"
    elif not sd > 0:
        lacking = f"scores at {first} do not vary: reliable change cannot be told"
    else:
        error = difference_error(sd, reliability)
    step = score_step(scores)
    known = f"reliability {reliability:.3g} ({source})" if reliability is not None else ""
    normal = "no true change, normal error"
    if step > 0:
        normal += ", half a step for scores in steps"
    if reliability is not None and not lacking:

        def anew(kept: NDArray[np.bool_]) -> float:
            return reliable_limit(first_scores[kept], reliability)

        limit = anew(np.ones(len(first_scores), dtype=bool))
        status = reliable_status(change, limit)
        method = f"change beyond 1.96 S_diff (Jacobson & Truax 1991), SD at {first}, {known}"
        chance = chance_share(limit, error, step, reached=False)
        rules.append(
            PersonRule(
                "reliable", status, chance, method, normal, anew=anew, change=change, step=step
            )
        )
    if important is not None:
        status = np.where(np.abs(change) >= important - 10.0**-_DIGITS, np.sign(change), 0.0)
        method = f"change of {important:g} or more ({important_source})"
        chance = np.nan if lacking else chance_share(important, error, step, reached=True)
        why = lacking.replace("reliable change", "the share by chance")
        rules.append(PersonRule("important", status, chance, method, f"{normal}, {known}", why))
    return rules, lacking


def _checked(
    reliability: float | None, source: str, important: float | None, important_source: str
) -> None:
    if reliability is not None and not 0 < reliability < 1:
        raise ModelInputError(f"a reliability lies between 0 and 1: not {reliability}")
    if important is not None and not 0 < important < np.inf:
        raise ModelInputError(f"an important change is above 0: not {important}")
    if reliability is not None and not source:
        raise ModelInputError("a reliability needs its source")
    if important is not None and not important_source:
        raise ModelInputError("an important change needs its citation")
