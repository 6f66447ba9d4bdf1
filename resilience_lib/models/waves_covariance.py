"""Covariance of a pupil's scores over waves by maximum likelihood, and rows whitened by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import Cr2Fit, ModelInputError, fit_cr2

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

FIXED_CORRELATION = 0.5
FEWEST_SHARED = 10
"""Pupils with scores at both of two waves from which their correlation is estimated."""
_STEPS = 200
_CONVERGED = 1e-10
_SINGULAR = 1e-6
_HALVINGS = 8


@dataclass(frozen=True)
class WavesCovariance:
    """A pupil's covariance matrix over waves.

    Attributes
    ----------
    matrix : array (w, w)
        Waves in the order of their labels. In squared points; where it is fixed, variances are 1
        and correlations 0.5.
    reason : str
        Why it is fixed; empty where it is estimated.
    refused : str
        Why no mean of all pupils can be told with it: scores are missing, and what a pupil's other
        scores say of them is not known. Empty where it can.
    """

    matrix: Array
    reason: str
    refused: str = ""


@dataclass(frozen=True)
class _Sums:
    """By pattern of waves p and group g: pupils (p, g), sums (p, g, w), squares (p, g, w, w)."""

    mask: Array
    n: Array
    first: Array
    second: Array


def fit_waves(
    score: ArrayLike, design: ArrayLike, pupil: ArrayLike, wave: ArrayLike, group: ArrayLike,
    school: ArrayLike,
) -> tuple[Cr2Fit, WavesCovariance]:  # fmt: skip
    """Generalised least squares over waves, prepared for CR2 contrasts by school.

    Parameters
    ----------
    score : array (n,)
        One row for each score, finite; pupils seen once as well.
    design : array (n, p)
        Columns of the regression: an indicator for each wave x group cell.
    pupil, wave, group, school : array (n,)
        Labels. A pupil has one school and one group.

    Returns
    -------
    Cr2Fit, WavesCovariance

    Raises
    ------
    ModelInputError
        As `models.cr2.fit_cr2`; a pupil twice at a wave, or in two schools or groups.

    Notes
    -----
    CR2 with a working covariance V is CR2 with the identity on rows whitened by V (Pustejovsky &
    Tipton 2018, section 2.1); it is valid whatever V is. V takes pupils as independent, a pupil's
    scores having the covariance of `estimate_covariance`.

    Examples
    --------
    >>> from resilience_lib.models.cr2 import contrast_cr2
    >>> wave = [0, 1] * 4
    >>> fit, covariance = fit_waves([1.0, 2, 2, 4, 4, 5, 3, 6], np.eye(2)[wave], list("11223344"),
    ...                             wave, [0] * 8, list("aabbccdd"))
    >>> round(contrast_cr2(fit, [-1.0, 1.0]).estimate, 9), covariance.reason
    (1.75, 'fewer than 10 pupils with both of two waves')
    """
    y, x = np.asarray(score, dtype=float), np.asarray(design, dtype=float)
    codes = [_codes(labels, len(y)) for labels in (pupil, wave, group, school)]
    for other, what in zip(codes[2:], ("groups", "schools"), strict=True):
        if len(np.unique(codes[0] * (other.max(initial=0) + 1) + other)) > codes[0].max() + 1:
            raise ModelInputError(f"a pupil in two {what}: one is needed")
    place = _places(codes[0], codes[1])
    covariance = estimate_covariance(y, *codes[:3])
    both = _whitened(np.column_stack([y, x]), place, covariance.matrix)
    return fit_cr2(both[:, 0], both[:, 1:], codes[3]), covariance


def estimate_covariance(score: Array, pupil: Codes, wave: Codes, group: Codes) -> WavesCovariance:
    """One variance for each wave and one correlation for each pair, alike in all groups.

    Parameters
    ----------
    score : array (n,)
    pupil, wave, group : array (n,)
        Codes 0, 1, ...

    Returns
    -------
    WavesCovariance
        Fixed, with the reason, where fewer than 10 pupils have scores at both of two waves, where
        the matrix is singular (one wave's scores follow from others') or where the likelihood has
        no maximum that is found. In the last two cases it is also refused, unless all pupils of a
        group have the same waves: then means do not depend on it. A wave of constant scores has
        correlations of 0: nothing predicts what does not vary.

    Raises
    ------
    ModelInputError
        A pupil twice at a wave.

    Notes
    -----
    Normal likelihood with a mean for each wave and group, over patterns of missing waves: right
    where scores are missing at random given a pupil's other scores and group (Little & Rubin 2019,
    chapter 11). Fisher's scoring (Jennrich & Schluchter 1986, Biometrics 42); a step that does not
    raise the likelihood is halved, and in the end replaced by one of the EM algorithm.

    Examples
    --------
    >>> wave = np.tile([0, 1], 12)
    >>> score = np.arange(24.0) % 7 + wave
    >>> got = estimate_covariance(score, np.arange(24) // 2, wave, np.zeros(24, dtype=int))
    >>> got.matrix.round(3).tolist(), got.reason
    ([[4.306, 0.611], [0.611, 3.722]], '')
    """
    place = _places(pupil, wave)
    waves = place.shape[1]
    seen = place >= 0
    shared = seen.astype(float).T @ seen
    fixed = np.full((waves, waves), FIXED_CORRELATION) + np.eye(waves) * (1 - FIXED_CORRELATION)
    if shared.min() < FEWEST_SHARED:
        return WavesCovariance(fixed, f"fewer than {FEWEST_SHARED} pupils with both of two waves")
    wide = np.where(seen, score[place], np.nan)
    middle = np.nanmean(wide, axis=0)
    scale = np.nanstd(wide, axis=0)
    varies = scale > 1e-12 * np.nanmax(np.abs(wide))
    own = np.zeros(len(place), dtype=np.int64)
    own[pupil] = group
    matrix = np.diag(np.where(varies, scale, 1.0) ** 2)
    if not varies.any():
        return WavesCovariance(matrix, "")
    there = np.ix_(varies, varies)
    inside, spread = seen[:, varies], scale[varies]
    even = np.where(inside, (wide - middle)[:, varies] / spread, 0.0)
    some = inside.any(axis=1)
    try:
        found = _maximum(_sums(even[some], inside[some], own[some]), fixed[there])
    except np.linalg.LinAlgError:
        found = None
    flaw = "did not converge" if found is None else "is singular"
    reason = f"the covariance of a pupil's scores {flaw}"
    if found is None or not _positive(found):
        gaps = f"{reason}, and scores are missing" if _ragged(inside, own) else ""
        return WavesCovariance(fixed, reason, gaps)
    matrix[there] = found * np.outer(spread, spread)
    return WavesCovariance(matrix, "")


def _positive(matrix: Array) -> bool:
    root = np.sqrt(np.diag(matrix))
    usable = bool(np.isfinite(root).all() and (root > _SINGULAR).all())
    return usable and bool(np.linalg.eigvalsh(matrix / np.outer(root, root))[0] >= _SINGULAR)


def _ragged(seen: NDArray[np.bool_], group: Codes) -> bool:
    """Whether pupils of one group have scores at different waves."""
    pattern = _patterns(seen)
    return len(np.unique(pattern * (group.max() + 1) + group)) > len(np.unique(group))


def _maximum(sums: _Sums, start: Array) -> Array | None:
    """The covariance of the largest likelihood; None where it is not found."""
    waves = len(start)
    pairs = np.tril_indices(waves)
    spread = np.zeros((waves * waves, len(pairs[0])))
    for column, (i, j) in enumerate(zip(*pairs, strict=True)):
        spread[[i * waves + j, j * waves + i], column] = 1.0
    total, count = sums.n.sum(axis=1), sums.n.sum()
    now, last, state = start, np.zeros_like(start), _state(sums, start)
    for _ in range(_STEPS):
        if state is None:
            return None
        inverse, rest, height = state
        slope = np.einsum("pij,pjk,pkl->il", inverse, rest, inverse)
        slope -= np.einsum("p,pij->ij", total, inverse)
        weighted = np.einsum("p,pik,pjl->ijkl", total, inverse, inverse)
        information = spread.T @ weighted.reshape(waves**2, waves**2) @ spread
        step = np.linalg.solve(information, spread.T @ slope.ravel())
        move = (spread @ step).reshape(waves, waves)
        # with many gaps expected information is too small, and steps swing around the top
        if float((move * last).sum()) < -0.25 * float((last**2).sum()):
            move = move / 2
        last = move
        moves = [move / 2**k for k in range(_HALVINGS)] + [now @ slope @ now / count]
        # near the top rounding decides whether a step rises
        close = float(np.abs(move).max()) < 1e-6
        for one in moves:
            state = _state(sums, now + one)
            if state is not None and (close or state[2] >= height):
                now = now + one
                break
        else:
            return None
        if float(np.abs(move).max()) < _CONVERGED:
            return np.asarray(now)
    return None


def _state(sums: _Sums, sigma: Array) -> tuple[Array, Array, float] | None:
    """Inverses by pattern, sums of squared residuals, log likelihood; None if not positive."""
    waves = np.eye(len(sigma))
    observed = sums.mask[:, :, None] * sums.mask[:, None, :]
    padded = sigma * observed + waves * (1 - sums.mask)[:, None, :]
    value = np.linalg.eigvalsh(padded)
    if not value.min() > _SINGULAR**2:
        return None
    inverse = np.linalg.inv(padded) * observed
    bread = np.einsum("pg,pij->gij", sums.n, inverse)
    # a group without scores at a wave has no mean there: any number does
    bread += waves * (np.einsum("gii->gi", bread) == 0)[:, None, :]
    mean = np.linalg.solve(bread, np.einsum("pij,pgj->gi", inverse, sums.first)[..., None])[..., 0]
    m = mean[None] * sums.mask[:, None, :]
    cross = sums.first[..., :, None] * m[..., None, :]
    square = m[..., :, None] * m[..., None, :] * sums.n[..., None, None]
    rest = (sums.second - cross - cross.swapaxes(-1, -2) + square).sum(axis=1)
    height = -float(sums.n.sum(axis=1) @ np.log(value).sum(axis=1) + (inverse * rest).sum()) / 2
    return inverse, rest, height


def _sums(wide: Array, seen: NDArray[np.bool_], group: Codes) -> _Sums:
    pattern = _patterns(seen)
    groups, waves = int(group.max()) + 1, wide.shape[1]
    patterns = int(pattern.max()) + 1
    key, keys = pattern * groups + group, patterns * groups
    n = np.bincount(key, minlength=keys).reshape(patterns, groups)
    member = [wide[key == k] for k in range(keys)]
    first = np.stack([rows.sum(axis=0) for rows in member]).reshape(patterns, groups, waves)
    second = np.stack([rows.T @ rows for rows in member]).reshape(patterns, groups, waves, waves)
    mask = np.zeros((patterns, waves))
    mask[pattern] = seen
    return _Sums(mask, n.astype(float), first, second)


def _patterns(seen: NDArray[np.bool_]) -> Codes:
    code, _ = pd.factorize(seen @ (1 << np.arange(seen.shape[1])))
    return np.asarray(code, dtype=np.int64)


def _places(pupil: Codes, wave: Codes) -> Codes:
    """Row of each pupil's score at each wave, (pupils, waves); -1 where there is none."""
    place = np.full((int(pupil.max()) + 1, int(wave.max()) + 1), -1, dtype=np.int64)
    place[pupil, wave] = np.arange(len(pupil))
    if (place >= 0).sum() != len(pupil):
        raise ModelInputError("a pupil has two scores at one wave: keep one row")
    return place


def _whitened(rows: Array, place: Codes, matrix: Array) -> Array:
    """Each pupil's rows times the inverse of the Cholesky factor of their part of `matrix`."""
    result = np.empty_like(rows)
    for waves, index in _blocks(place):
        root = np.linalg.cholesky(matrix[np.ix_(waves, waves)])
        result[index] = np.linalg.inv(root) @ rows[index]
    return result


def _blocks(place: Codes) -> Iterator[tuple[Codes, Codes]]:
    """Of each pattern of waves: the waves, and rows of its pupils (pupils, waves)."""
    seen = place >= 0
    pattern = _patterns(seen)
    for code in range(int(pattern.max()) + 1):
        own = place[pattern == code]
        waves = np.flatnonzero(own[0] >= 0)
        yield waves, own[:, waves]


def _codes(labels: ArrayLike, rows: int) -> Codes:
    code, _ = pd.factorize(np.asarray(labels), sort=True)
    if len(code) != rows or rows == 0 or (code < 0).any():
        raise ModelInputError(f"each of {rows} scores needs a pupil, a wave, a group and a school")
    return np.asarray(code, dtype=np.int64)
