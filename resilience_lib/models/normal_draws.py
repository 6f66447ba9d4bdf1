"""Steps of a Gibbs sampler for a multivariate normal with school intercepts, many chains at once.

Rows y_i = beta_g + u_j + e_i, u_j ~ N(0, between), e_i ~ N(0, within), g the group and j the
school of row i. Rows without a gap enter as sums over cells (school x group), made once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Pattern = tuple[Whole, Whole, Whole, Whole]


@dataclass(frozen=True)
class Prior:
    """Inverse Wishart priors of two covariances of standardised columns; flat for the means.

    Attributes
    ----------
    within_df, between_df : float
        As many as columns is the least informative that is proper.
    within_guess, between_guess : float
        Prior guess of the variances: df times it is the scale matrix's diagonal.
    """

    within_df: float
    within_guess: float
    between_df: float
    between_guess: float


@dataclass(frozen=True)
class Layout:
    """What does not change while gaps are filled: n rows, p columns, k schools, G groups.

    Attributes
    ----------
    rows : array (q,)
        Rows with a gap, sorted by cell; gaps are filled in these alone.
    cell : array (q,)
        Their cell, school x groups + group.
    first : array (c,)
        Where each cell that occurs among them begins.
    size : array (k, G)
        Rows of each cell, complete ones included.
    sums, squares : array (k G, p), array (p, p)
        Of the complete rows.
    patterns : list of (members, observed, gaps, positions)
        Rows (into `rows`) with the same gaps, columns observed and not, and where the normal
        draws of these gaps stand.
    gaps : int
    """

    rows: Whole
    cell: Whole
    first: Whole
    size: Array
    sums: Array
    squares: Array
    patterns: tuple[Pattern, ...]
    gaps: int


@dataclass(frozen=True)
class State:
    """Current draw of m chains: y (m, q, p), u (m, k, p), beta (m, G, p), covariances (m, p, p)."""

    y: Array
    u: Array
    beta: Array
    within: Array
    between: Array


def lay_out(values: Array, school: Whole, group: Whole) -> Layout:
    """Sort rows, sum up the complete ones, and group the others by their gaps.

    Parameters
    ----------
    values : array (n, p)
        NaN where missing.
    school, group : array (n,)
        Codes 0, 1, ...

    Examples
    --------
    >>> made = lay_out(np.array([[1.0, 2], [3, np.nan]]), np.array([0, 1]), np.array([0, 0]))
    >>> made.rows.tolist(), made.sums.tolist(), made.gaps
    ([1], [[1.0, 2.0], [0.0, 0.0]], 1)
    """
    schools, groups = int(school.max()) + 1, int(group.max()) + 1
    cell = school * groups + group
    missing = np.isnan(values)
    has_gap = missing.any(axis=1)
    size: Array = np.zeros(schools * groups)
    np.add.at(size, cell, 1.0)
    complete = values[~has_gap]
    sums: Array = np.zeros((schools * groups, values.shape[1]))
    np.add.at(sums, cell[~has_gap], complete)
    rows = np.flatnonzero(has_gap)
    rows = rows[np.argsort(cell[rows], kind="stable")]
    _, first = np.unique(cell[rows], return_index=True)
    kinds, which = np.unique(missing[rows], axis=0, return_inverse=True)
    patterns: list[Pattern] = []
    begin = 0
    for number, kind in enumerate(kinds):
        members = np.flatnonzero(which.ravel() == number)
        gaps = np.flatnonzero(kind)
        count = len(members) * len(gaps)
        positions = np.arange(begin, begin + count).reshape(len(members), len(gaps))
        patterns.append((members, np.flatnonzero(~kind), gaps, positions))
        begin += count
    return Layout(
        rows,
        cell[rows],
        first,
        size.reshape(schools, groups),
        sums,
        complete.T @ complete,
        tuple(patterns),
        begin,
    )


def cell_sums(layout: Layout, y: Array) -> Array:
    """Sums of all rows in each cell, (m, k, G, p).

    Examples
    --------
    >>> made = lay_out(np.array([[1.0, 2], [3, np.nan]]), np.array([0, 1]), np.array([0, 0]))
    >>> cell_sums(made, np.array([[[3.0, 9.0]]])).ravel().tolist()
    [1.0, 2.0, 3.0, 9.0]
    """
    sums = np.broadcast_to(layout.sums, (len(y), *layout.sums.shape)).copy()
    if len(layout.rows):
        sums[:, layout.cell[layout.first]] += np.add.reduceat(y, layout.first, axis=1)
    return sums.reshape(len(y), *layout.size.shape, -1)


def how_many(layout: Layout) -> int:
    """Normal draws that one step of one chain takes."""
    (k, groups), p = layout.size.shape, layout.squares.shape[0]
    return int((k + groups + 1) * p + p * (p - 1) + layout.gaps)


def step(layout: Layout, state: State, prior: Prior, normal: Array, chi: Array) -> State:
    """One sweep: school effects, means, both covariances, then the gaps.

    Parameters
    ----------
    layout, state, prior
    normal : array (m, how_many(layout))
        Standard normal.
    chi : array (m, 2, p)
        Roots of chi-square draws for the two covariances (`bartlett_df`).

    Returns
    -------
    State

    Notes
    -----
    Schafer & Yucel 2002, Journal of Computational and Graphical Statistics 11, 437-457. A
    shift common to all schools is moved between means and school effects in a step of its
    own (the likelihood does not see it), without which the means creep.
    """
    (k, groups), p = layout.size.shape, layout.squares.shape[0]
    m = len(state.y)
    parts = np.split(normal, np.cumsum([k * p, groups * p, p, p * (p - 1)]), axis=1)
    z_u, z_beta, z_shift = (x.reshape(m, -1, p) for x in parts[:3])
    lower = parts[3].reshape(m, 2, -1)
    sums, size = cell_sums(layout, state.y), layout.size
    precise = np.linalg.inv(state.within)
    here = size.sum(axis=1)
    spread = np.linalg.inv(
        here[None, :, None, None] * precise[:, None] + np.linalg.inv(state.between)[:, None]
    )
    pull = (sums.sum(axis=2) - size @ state.beta) @ precise
    u = _times(spread, pull) + _times(np.linalg.cholesky(spread), z_u)
    root = np.linalg.cholesky(state.between)
    shift = u.mean(axis=1, keepdims=True) + z_shift @ root.transpose(0, 2, 1) / np.sqrt(k)
    u = u - shift
    each = size.sum(axis=0)[:, None]
    beta = (sums.sum(axis=1) - size.T @ u) / each
    beta = beta + z_beta @ np.linalg.cholesky(state.within).transpose(0, 2, 1) / np.sqrt(each)
    centre = u[:, :, None] + beta[:, None]
    crossed = np.einsum("mkgp,mkgq->mpq", sums, centre)
    rest = layout.squares + state.y.transpose(0, 2, 1) @ state.y
    rest = rest - crossed - crossed.transpose(0, 2, 1)
    rest = rest + np.einsum("kg,mkgp,mkgq->mpq", size, centre, centre)
    identity = np.eye(p)
    within = _inverse_wishart(
        rest + prior.within_df * prior.within_guess * identity, lower[:, 0], chi[:, 0]
    )
    between = _inverse_wishart(
        u.transpose(0, 2, 1) @ u + prior.between_df * prior.between_guess * identity,
        lower[:, 1],
        chi[:, 1],
    )
    y = _fill(layout, state.y, centre.reshape(m, -1, p), within, parts[4])
    return State(y, u, beta, within, between)


def bartlett_df(layout: Layout, prior: Prior) -> Array:
    """Degrees of freedom of the chi-square draws that `step` takes, (2, p).

    Examples
    --------
    >>> made = lay_out(np.array([[1.0, 2], [3, np.nan]]), np.array([0, 1]), np.array([0, 0]))
    >>> bartlett_df(made, Prior(2, 1.0, 2, 0.05)).tolist()
    [[4.0, 3.0], [4.0, 3.0]]
    """
    less = np.arange(layout.squares.shape[0])
    n, k = layout.size.sum(), layout.size.shape[0]
    return np.stack([prior.within_df + n - less, prior.between_df + k - less])


def _times(matrix: Array, vector: Array) -> Array:
    return np.asarray((matrix @ vector[..., None])[..., 0])


def _inverse_wishart(scale: Array, lower: Array, chi: Array) -> Array:
    """C (A A')^-1 C' with scale = C C' and A as in Bartlett's decomposition."""
    p = scale.shape[-1]
    a = np.zeros_like(scale)
    row, column = np.tril_indices(p, -1)
    a[:, row, column] = lower
    a[:, np.arange(p), np.arange(p)] = chi
    half = np.linalg.cholesky(scale) @ np.linalg.inv(a).transpose(0, 2, 1)
    return np.asarray(half @ half.transpose(0, 2, 1))


def _fill(layout: Layout, y: Array, centre: Array, within: Array, normal: Array) -> Array:
    """Gaps drawn from their normal distribution given what the same row shows."""
    filled = y.copy()
    for members, seen, gaps, positions in layout.patterns:
        middle = centre[:, layout.cell[members]]
        known = within[:, seen[:, None], seen]
        shared = within[:, seen[:, None], gaps]
        slope = np.linalg.solve(known, shared)
        rest = within[:, gaps[:, None], gaps] - shared.transpose(0, 2, 1) @ slope
        shown = y[:, members[:, None], seen] - middle[:, :, seen]
        noise = normal[:, positions] @ np.linalg.cholesky(rest).transpose(0, 2, 1)
        filled[:, members[:, None], gaps] = middle[:, :, gaps] + shown @ slope + noise
    return filled
