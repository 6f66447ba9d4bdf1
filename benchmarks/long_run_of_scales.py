"""Families of benchmarks/long_run_further.py with scales: reliability, and items that differ.

Items have five answers. A scale's factor has a variance of 1 over all pupils, of which `icc` lies
between schools, so that the population's reliability is the same at every `icc`.

The item that may differ follows a proportional-odds model of the rest score, the group and a normal
effect of schools (and of pupils, where they answer twice); that of schools has the variance `icc`,
in squared log odds. The estimated model has no such effect: its truth is that of the model which
is nearest to the population.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from long_run_data import Array, Codes
from long_run_study import Study, Told, rows_of
from scipy import optimize, special, stats

from resilience_lib.reliability.answers import Subscale
from resilience_lib.reliability.flagged import functioning_estimates
from resilience_lib.reliability.functioning import item_functioning
from resilience_lib.reliability.table import reliability_table

LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])
CUTS = np.array([-1.3, -0.5, 0.3, 1.0])
ITEMS = ("q1", "q2", "q3", "q4")
SCALES = {"four": Subscale(ITEMS, len(CUTS) + 1), "two": Subscale(ITEMS[:2], len(CUTS) + 1)}
GRID = np.linspace(-8.0, 8.0, 2001)
"""Nodes of the trapezoid rule, which is exact to rounding for smooth functions of a normal."""

IMPACT = 0.3
"""How far girls are ahead on the factor that the rest score measures: no functioning of items."""
SLOPE, MIDDLE, ITEM_CUTS = 0.4, 6, np.array([-2.2, -0.7, 0.7, 2.2])
"""Of the item on the rest score, less its middle; in log odds."""
COMMON = 2 / 3
"""Share of the schools' variance that both groups have in common; the rest is each group's own."""
PUPIL_VARIANCE = 1.0
"""Of a pupil's own leaning to the item, the same at both waves; in squared log odds."""
RATIO = "likelihood ratio, pupils independent"


def reliable(study: Study) -> Told:
    """Four items, and the first two of them alone."""
    factor = study.between(study.icc) + study.noise(1 - study.icc)
    frame = pd.DataFrame(_answers(study, factor, LOADINGS), columns=list(ITEMS))
    frame = frame.assign(pupil=np.arange(study.n), school=study.school, wave="T1")
    seed = int(study.random.integers(1 << 30))
    got = reliability_table(frame, SCALES, waves=["T1"], seed=seed, draws=500)
    true = _reliabilities(study.icc)
    yield from rows_of(got[got["outcome"] == "four"], true)
    two = got[got["outcome"] == "two"]
    yield from rows_of(two, {"spearman_brown": true["spearman_brown"]})


def functioning(study: Study) -> Told:
    """An item that girls answer higher by `effect`, whose gap between genders varies by school."""
    girl = (study.random.random(study.n) < 0.5).astype(np.int64)
    factor = study.between(study.icc) + study.noise(1 - study.icc) + IMPACT * girl
    anchors = _answers(study, factor, LOADINGS[:3])
    shift = study.effect * girl + _of_schools(study, study.icc, girl)
    item = _item(study, anchors.sum(axis=1), shift)
    frame = pd.DataFrame(np.c_[item, anchors], columns=list(ITEMS)).assign(
        pupil=np.arange(study.n), school=study.school, wave="T1",
        gender=np.where(girl == 1, "girls", "boys"),
    )  # fmt: skip
    four = {"four": SCALES["four"]}
    got = item_functioning(frame, four, waves=["T1"], gender=("girls", "boys"))
    yield from _functions(got, *_of_population(study.effect, study.icc))


def functioning_by_wave(study: Study) -> Told:
    """An item that pupils who answer twice lean to, whose change varies by school; no drift."""
    factors = study.waves()
    lean = study.noise(PUPIL_VARIANCE) + study.between(COMMON * study.icc)
    frames = []
    for wave, factor in zip(("T1", "T2"), factors, strict=True):
        anchors = _answers(study, factor, LOADINGS[:3])
        own = study.between((1 - COMMON) * study.icc)
        item = _item(study, anchors.sum(axis=1), lean + own)
        frame = pd.DataFrame(np.c_[item, anchors], columns=list(ITEMS))
        frame[np.isnan(factor)] = np.nan
        frames.append(frame.assign(pupil=np.arange(study.n), school=study.school, wave=wave))
    both = pd.concat(frames, ignore_index=True)
    got = item_functioning(both, {"four": SCALES["four"]}, waves=["T1", "T2"])
    yield from _functions(got, 0.0, 0.0)


def _functions(table: pd.DataFrame, log_odds: float, r2: float) -> Told:
    """The first item's estimates; where nothing differs, the other tests by their columns."""
    first = table[table["item"] == ITEMS[0]]
    got = functioning_estimates(first)
    yield from rows_of(got, {"dif_log_odds": log_odds})
    for name, truth, row in rows_of(got, {"dif_r2": r2}):
        # without an interval: the method says what the likelihood ratio takes as independent
        yield name, truth, row | {"interval": row["method"]}
    if log_odds != 0:
        return
    record = first.iloc[0]
    for name in ("p_uniform", "p_nonuniform"):
        yield name, 0.0, {"p_value": record[name], "interval": RATIO}
    yield "p_clustered", 0.0, {"p_value": record["p_clustered"], "interval": "sandwich by school"}
    # an item is flagged or not: as a test it rejects or does not
    yield "flagged", 0.0, {"p_value": float(not record["flagged"]), "interval": RATIO}


def _answers(study: Study, factor: Array, loadings: Array) -> Array:
    """Answers 0 to 4 of pupils to items that the factor loads on."""
    error = study.random.normal(size=(study.n, len(loadings))) * np.sqrt(1 - loadings**2)
    return np.searchsorted(CUTS, factor[:, None] * loadings + error).astype(float)


def _of_schools(study: Study, variance: float, group: Codes) -> Array:
    """A normal value of each school, and of each of two groups in it, on pupils."""
    own = study.random.normal(0.0, np.sqrt((1 - COMMON) * variance), (study.schools, 2))
    return np.asarray(study.between(COMMON * variance) + own[study.school, group])


def _item(study: Study, rest: Array, shift: Array) -> Array:
    """Answers 0 to 4, whose log odds in a school are SLOPE (rest - 6) + shift - cut."""
    latent = SLOPE * (rest - MIDDLE) + shift + study.random.logistic(size=study.n)
    return np.searchsorted(ITEM_CUTS, latent).astype(float)


def _mean(values: Array) -> Array:
    """Mean over a standard normal of values on `GRID`, the first axis."""
    weight = stats.norm.pdf(GRID)
    return np.asarray(np.tensordot(weight / weight.sum(), values, 1))


def _expected(loadings: Array) -> Array:
    """Mean answer of each item where the standard normal that loads on it is as on `GRID`."""
    at = (GRID[:, None, None] * loadings[:, None] - CUTS) / np.sqrt(1 - loadings**2)[:, None]
    return np.asarray(special.ndtr(at).sum(axis=2))


def _scored_covariance(loadings: Array) -> Array:
    """Covariances of the answers over all pupils."""
    given = _expected(loadings)
    between = _mean(given[:, :, None] * given[:, None, :])
    # an answer is the number of cuts passed: of its square, each cut counts 2 j - 1
    square = special.ndtr(-CUTS) @ (2 * np.arange(1, len(CUTS) + 1) - 1)
    np.fill_diagonal(between, square)
    return between - np.outer(_mean(given), _mean(given))


@functools.cache
def _reliabilities(icc: float) -> dict[str, float]:
    """Of the population of schools; only the schools' share of the score depends on `icc`."""
    covariance = _scored_covariance(LOADINGS)
    total, p = covariance.sum(), len(LOADINGS)
    common = LOADINGS.sum() ** 2
    r = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    return {
        "alpha": float(p / (p - 1) * (1 - np.trace(covariance) / total)),
        "omega_total": _one_factor_omega(covariance),
        "omega_ordinal": float(common / (common + (1 - LOADINGS**2).sum())),
        "omega_categorical": _explained(LOADINGS) / float(total),
        "icc_level": _explained(LOADINGS * np.sqrt(icc)) / float(total),
        "spearman_brown": float(2 * r / (1 + r)),
    }


def _explained(loadings: Array) -> float:
    """Variance of the score by the standard normal that loads on the items."""
    score = _expected(loadings).sum(axis=1)
    return float(_mean((score - _mean(score)) ** 2))


def _one_factor_omega(covariance: Array) -> float:
    """Of the one-factor model nearest to the population by maximum likelihood."""
    p = len(covariance)

    def parts(theta: Array) -> tuple[Array, Array]:
        return theta[:p], np.exp(theta[p:])

    def discrepancy(theta: Array) -> float:
        loading, unique = parts(theta)
        sigma = np.outer(loading, loading) + np.diag(unique)
        return float(np.linalg.slogdet(sigma)[1] + np.trace(np.linalg.solve(sigma, covariance)))

    start = np.r_[np.sqrt(np.diag(covariance) / 2), np.log(np.diag(covariance) / 2)]
    loading, unique = parts(optimize.minimize(discrepancy, start, tol=1e-12).x)
    return float(loading.sum() ** 2 / (loading.sum() ** 2 + unique.sum()))


@functools.cache
def _of_population(effect: float, variance: float) -> tuple[float, float]:
    """Log odds ratio of group, and what it adds to Nagelkerke's R2, in models fitted to everyone.

    Without a difference in any school both are 0 but for 0.0001 of log odds, since a logistic curve
    averaged over schools is not quite one, and girls' rest scores are other than boys'.
    """
    if effect == 0:
        return 0.0, 0.0
    rest = _rest_scores()
    score, group = np.meshgrid(np.arange(rest.shape[1]) - MIDDLE, np.array([0.0, 1.0]))
    lean = np.sqrt(variance) * GRID[:, None, None]
    given = _mean(_chances(SLOPE * score + effect * group + lean, ITEM_CUTS))
    weight = rest[:, :, None] / 2 * given
    columns = np.stack([score, group, group * score])
    alone, uniform, both = (_nearest(columns[:q], weight) for q in (1, 2, 3))
    share = weight.sum(axis=(0, 1))
    null = float((share * np.log(share)).sum())
    gain = np.exp(-2 * (alone[1] - null)) - np.exp(-2 * (both[1] - null))
    return float(uniform[0][1]), float(gain / (1 - np.exp(2 * null)))


def _nearest(columns: Array, weight: Array) -> tuple[Array, float]:
    """Slopes of the proportional-odds model nearest to the population, and its log likelihood."""
    q = len(columns)

    def discrepancy(theta: Array) -> float:
        chance = _chances(np.tensordot(theta[:q], columns, 1), theta[q:])
        return -float((weight * np.log(np.maximum(chance, 1e-300))).sum())

    start = np.r_[SLOPE, np.zeros(q - 1), ITEM_CUTS]
    found = optimize.minimize(discrepancy, start, tol=1e-10)
    return np.asarray(found.x[:q]), -float(found.fun)


def _chances(middle: Array, cuts: Array) -> Array:
    """Of the answers, last axis, by proportional odds."""
    below = special.expit(cuts - middle[..., None])
    ends = [np.zeros((*middle.shape, 1)), below, np.ones((*middle.shape, 1))]
    return np.diff(np.concatenate(ends, axis=-1), axis=-1)


def _rest_scores() -> Array:
    """Chance of each sum of the three other items, of boys and of girls."""
    found = []
    for ahead in (0.0, IMPACT):
        scores = np.ones((len(GRID), 1))
        for loading in LOADINGS[:3]:
            at = (CUTS - loading * (GRID[:, None] + ahead)) / np.sqrt(1 - loading**2)
            below = special.ndtr(at)
            chance = np.diff(below, axis=1, prepend=0.0, append=1.0)
            longer = np.zeros((len(GRID), scores.shape[1] + len(CUTS)))
            for answer, share in enumerate(chance.T):
                longer[:, answer : answer + scores.shape[1]] += share[:, None] * scores
            scores = longer
        found.append(_mean(scores))
    return np.array(found)
