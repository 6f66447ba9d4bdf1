"""Families of benchmarks/long_run_further.py with coders of ordered codes.

A story says something on a scale of variance 1, of which `icc` lies between schools. A coder hears
it with a tilt of their own and with noise: what they hear is worth a share `effect` of the
variance, so that at 0 coders agree by chance. They give one of four codes. Coders are these three;
stories stand for more of them, of more schools.
"""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pandas as pd
from long_run_data import MEAN_SIZE, Array, Codes
from long_run_study import Study, Told, rows_of
from scipy import special, stats

from resilience_lib.reliability.coders import estimate_coders, estimate_codes

CODERS = ("ann", "ben", "cleo")
TILTS = np.array([-0.3, 0.0, 0.3])
CUTS = np.array([-0.9, 0.0, 0.7])
CODES = np.arange(len(CUTS) + 1)
CODE = 3
"""From this value on a coder gives the code whose prevalence is asked for."""
PER_SCHOOL = 3
GRID = np.linspace(-8.0, 8.0, 2001)
"""Nodes of the trapezoid rule, which is exact to rounding for smooth functions of a normal."""


def coded_by_three(study: Study) -> Told:
    """Weighted kappas of the two who are furthest apart, Fleiss' kappa and a code's prevalence."""
    school, codings = _codings(study)
    true = _agreements(study.effect)
    pair = codings[[CODERS[0], CODERS[-1]]]
    for names, given in (
        (("cohen_kappa_linear", "cohen_kappa_quadratic"), pair),
        (("fleiss_kappa",), codings),
    ):
        yield from rows_of(estimate_coders(given, names, school=school), true)
    code = {"told": (codings >= CODE).astype(float)}
    # a study's own tables leave out stories, wherever they come from, below five schools
    for left_out in (school, None):
        yield from rows_of(estimate_codes(code, (), school=left_out), true)


def coded_with_distances(study: Study) -> Told:
    """Krippendorff's alphas of ordered codes."""
    school, codings = _codings(study)
    names = ("krippendorff_ordinal", "krippendorff_interval")
    got = estimate_coders(codings, names, school=school)
    yield from rows_of(got, _agreements(study.effect))


def _codings(study: Study) -> tuple[Codes, pd.DataFrame]:
    """Where stories come from, three of a school of mean size, and what the coders gave."""
    sizes = np.bincount(study.school)
    stories = np.maximum(np.round(PER_SCHOOL * sizes / MEAN_SIZE), 1).astype(np.int64)
    school = np.repeat(np.arange(study.schools), stories)
    lean = study.random.normal(0.0, np.sqrt(study.icc), study.schools)[school]
    said = lean + study.random.normal(0.0, np.sqrt(1 - study.icc), len(school))
    noise = study.random.normal(0.0, np.sqrt(1 - study.effect), (len(school), len(CODERS)))
    heard = np.sqrt(study.effect) * (said[:, None] + TILTS) + noise
    codes = np.searchsorted(CUTS, heard).astype(float)
    return school, pd.DataFrame(codes, columns=list(CODERS))


@functools.cache
def _agreements(worth: float) -> dict[str, float]:
    """Of the population of stories, by integration over what a story says; the same at any icc."""
    weight = stats.norm.pdf(GRID)
    weight /= weight.sum()
    at = CUTS - np.sqrt(worth) * (GRID[:, None, None] + TILTS[:, None])
    below = special.ndtr(at / np.sqrt(1 - worth))
    chance = np.diff(below, axis=2, prepend=0.0, append=1.0)
    share = np.tensordot(weight, chance, 1)
    both = np.einsum("s,sia,sjb->ijab", weight, chance, chance)
    first, last, gap = share[0], share[-1], np.abs(CODES[:, None] - CODES)
    apart = np.mean([both[i, j] for i, j in itertools.permutations(range(len(CODERS)), 2)], axis=0)
    pooled = share.mean(axis=0)
    return {
        "cohen_kappa_linear": _beyond_chance(both[0, -1], first, last, gap),
        "cohen_kappa_quadratic": _beyond_chance(both[0, -1], first, last, gap**2),
        "fleiss_kappa": _beyond_chance(apart, pooled, pooled, gap > 0),
        "krippendorff_ordinal": _beyond_chance(apart, pooled, pooled, _ranks_between(pooled) ** 2),
        "krippendorff_interval": _beyond_chance(apart, pooled, pooled, gap**2),
        "code_prevalence": float(pooled[CODE:].sum()),
    }


def _beyond_chance(both: Array, first: Array, second: Array, distance: Array | Codes) -> float:
    """One less disagreement over that of chance; 0 where it is no more than rounding."""
    expected = float(first @ distance @ second)
    return round(1 - float((both * distance).sum()) / expected, 12) + 0.0


def _ranks_between(share: Array) -> Array:
    """How many codings lie between two codes, half of each code's own included."""
    middle = np.cumsum(share) - share / 2
    return np.asarray(np.abs(middle[:, None] - middle))
