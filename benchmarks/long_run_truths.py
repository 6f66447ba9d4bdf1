"""What is true of those seen twice, where loss goes with the first score: by integration.

A pupil's scores (x, y) are normal with means 0 and `rise`, variances 1 and `later`, and covariance
`shared`; the chance to be seen again is that of long_run_data.LOST. The regression of y on x is
the same for the seen and all, so that their moments follow from those of x.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from long_run_data import LOST, Array
from scipy import stats

POINTS = np.linspace(-8.0, 8.0, 1601)
"""Where densities are looked at, in SDs of the first wave; steps of .01."""


@dataclass(frozen=True)
class Pairs:
    """Moments of those seen twice: means, SDs and correlation of two waves, and of the change."""

    first: float
    second: float
    sd_first: float
    sd_second: float
    r: float

    @property
    def change(self) -> float:
        return self.second - self.first

    @property
    def sd_change(self) -> float:
        both = 2 * self.r * self.sd_first * self.sd_second
        return float(np.sqrt(self.sd_first**2 + self.sd_second**2 - both))


def seen_again(first: Array, dropout: str) -> Array:
    """The chance of a second score, by the first."""
    if dropout == "none":
        return np.ones_like(first)
    at_mean, per_sd = LOST[dropout]
    return np.asarray(1 / (1 + np.exp(at_mean + per_sd * first)))


def density_of_seen(dropout: str) -> Array:
    """Density of the first score among those seen again, at `POINTS`."""
    weight = stats.norm.pdf(POINTS) * seen_again(POINTS, dropout)
    return np.asarray(weight / weight.sum())


def exact(value: float) -> float:
    """Without what rounding left of a sum: a truth of 0 is 0."""
    return round(float(value), 12) + 0.0


@functools.cache
def pairs(shared: float, later: float, dropout: str, rise: float = 0.0) -> Pairs:
    """Moments of those seen twice."""
    weight = density_of_seen(dropout)
    mean = exact(weight @ POINTS)
    variance = float(weight @ (POINTS - mean) ** 2)
    after = shared**2 * variance + later - shared**2
    r = shared * variance / np.sqrt(variance * after)
    return Pairs(mean, rise + shared * mean, variance**0.5, after**0.5, float(r))


@functools.cache
def rank_correlation(shared: float, later: float, dropout: str) -> float:
    """Spearman's: 12 E[F(x) G(y)] - 3, F and G the distributions of the seen."""
    weight = density_of_seen(dropout)
    error = np.sqrt(later - shared**2)
    below = np.cumsum(weight) - weight / 2
    y = shared * POINTS[:, None] + error * np.linspace(-5, 5, 401)[None, :]
    inside = stats.norm.pdf(np.linspace(-5, 5, 401))
    inside /= inside.sum()
    upto = weight @ stats.norm.cdf((POINTS[None, :] - shared * POINTS[:, None]) / error)
    g = np.interp(y, POINTS, upto) @ inside
    return float(12 * (weight * below) @ g - 3)


@functools.cache
def signed_ranks(shared: float, later: float, dropout: str, rise: float) -> float:
    """2 P(two pupils' changes add to more than 0) - 1, of those seen twice."""
    weight, error = density_of_seen(dropout), np.sqrt(later - shared**2)
    change = (shared - 1) * POINTS + rise
    density = weight @ stats.norm.pdf(POINTS[None, :], change[:, None], error)
    density /= density.sum()
    # the other's change is above the negative of the first
    above = weight @ stats.norm.cdf((change[:, None] + POINTS[None, :]) / error)
    return exact(2 * density @ above - 1)


@functools.cache
def icc_of_change(
    within_r: float, level: float, change: float, dropout: str, *, leaves: bool
) -> float:
    """Share of the variance of the seen's changes that lies between schools.

    x = u + b, y = u + c + `within_r` b + e: u of variance `level` and c of variance `change` are
    the school's; u is not in y where a school `leaves` its level. Loss by x shifts the changes of
    schools of a low u, since their b are picked.
    """
    nodes, by = np.polynomial.hermite_e.hermegauss(41)
    by = by / by.sum()
    places = np.sqrt(level) * nodes
    own = np.sqrt(1 - level) * nodes
    seen = seen_again(places[:, None] + own[None, :], dropout) * by
    share = seen / seen.sum(axis=1, keepdims=True)
    mean = share @ own
    spread = (share * (own[None, :] - mean[:, None]) ** 2).sum(axis=1)
    shift = (within_r - 1) * mean - leaves * places
    # rounding must not make a variance of 0 less than 0
    between = change + max(float(by @ (shift - by @ shift) ** 2), 0.0)
    within = (1 - within_r) ** 2 * float(by @ spread) + (1 - within_r**2) * (1 - level)
    return between / (between + within)
