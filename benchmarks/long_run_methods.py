"""The methods of benchmarks/long_run.py: each a small function from a generated study to answers.

A new method is one function and one entry of `METHODS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from long_run_answers import (
    MISSING,
    Answer,
    Answers,
    by_jackknife,
    ends,
    of,
    of_test,
    row_of,
    welch,
)
from long_run_data import TRUE_G, Array, Codes, Drawn
from scipy import stats

from resilience_lib.adapters.mixedlm import contrast_satterthwaite, fit_random_terms
from resilience_lib.effects.completed import complete_outcome
from resilience_lib.effects.imputed import estimate_change_imputed
from resilience_lib.effects.mixed import estimate_change_mixed, estimate_effects_mixed
from resilience_lib.effects.paired import estimate_paired
from resilience_lib.effects.standardised import standardise
from resilience_lib.models.cr2 import Cr2Fit, contrast_cr2, fit_cr2
from resilience_lib.models.cr2_joint import joint_cr2
from resilience_lib.models.one_way import summarise, total_sd
from resilience_lib.models.waves_covariance import fit_waves
from resilience_lib.models.wild import wild_bootstrap
from resilience_lib.resampling.bca import acceleration, bca_interval
from resilience_lib.resampling.permutation import flip_schools, permute_arms
from resilience_lib.resampling.schools import draw_schools, leave_one_out, percentile_interval
from resilience_lib.resampling.signs import school_weights
from resilience_lib.resampling.streams import stream

HEADLINE = "cr2_satterthwaite"
DRAWS = 999
IMPUTATIONS = 10
GIRLS_LESS_BOYS = (1.0, -1.0, -1.0, 1.0)
"""Weights of the cells boys at T1, girls at T1, boys at T2, girls at T2."""
WAVES, CHANGES, GENDER = ("T1", "T2"), [("T1", "T2")], ("girls", "boys")


@dataclass(frozen=True)
class Method:
    """What is run, how it is called in the figure, and how often in a cell."""

    run: Callable[[Drawn, int], Answers]
    label: str
    runs: int


def cr2(data: Drawn, _number: int) -> Answers:
    """As `estimate_change` and `estimate_effects`, whose frames are left out: they take 7 ms."""
    fit, everyone = change_fit(data)
    change = contrast_cr2(fit, everyone)
    # a change of all later scores moves the estimate and its ends, and nothing else
    places = ("estimate", "conf_low", "conf_high")
    moved = replace(change, **{name: getattr(change, name) + TRUE_G for name in places})
    sd, df = total_sd(summarise(data.first, data.school))
    there = data.twice()
    school = data.school[there]
    effect = fit_cr2(data.second[there], np.eye(2)[data.arm[there]], school)
    inside = fit_cr2(data.own_second[there], np.eye(2)[data.own_arm[there]], school, absorb=school)
    return {
        "change": of(change),
        "gender_difference": of(contrast_cr2(fit, GIRLS_LESS_BOYS)),
        "g_change_model": of(standardise(moved, sd, df))._replace(p_value=np.nan),
        "arm_schools": of(contrast_cr2(effect, [-1, 1])),
        "arm_within_schools": of(contrast_cr2(inside, [-1, 1])),
    }


def pairs_only(data: Drawn, _number: int) -> Answers:
    """Pupils seen at both waves alone, each compared with itself; CR2 by school."""
    there = data.twice()
    girl, n = data.girl[there], int(there.sum())
    fit = fit_cr2(
        np.r_[data.first[there], data.second[there]],
        np.eye(4)[np.r_[girl, girl + 2]],
        np.tile(data.school[there], 2),
        absorb=np.tile(np.arange(n), 2),
    )
    return {
        "change": of(contrast_cr2(fit, weights_of_all(girl))),
        "gender_difference": of(contrast_cr2(fit, GIRLS_LESS_BOYS)),
    }


def htz(data: Drawn, _number: int) -> Answers:
    """Whether girls and boys, both, do not change: the joint test beside the headline."""
    fit, _ = change_fit(data)
    p_value = joint_cr2(fit, [[-1, 0, 1, 0], [0, -1, 0, 1]]).p_value
    return {"both_genders": MISSING._replace(p_value=p_value)}


def wild_bootstrap_t(data: Drawn, number: int) -> Answers:
    """Wild cluster bootstrap: every vector of signs up to 12 schools, else `DRAWS` of them."""
    fit, everyone = change_fit(data)
    signs = school_weights(fit.n_clusters, stream(number, data.cell.name, "signs"), draws=DRAWS)
    weights = {"change": everyone, "gender_difference": GIRLS_LESS_BOYS}
    return {name: of(wild_bootstrap(fit, one, signs)) for name, one in weights.items()}


def imputed(data: Drawn, number: int) -> Answers:
    """Multilevel multiple imputation; without gaps it is the headline, and is left out."""
    if data.cell.dropout == "none":
        return {}
    frame = data.frame()
    filled = complete_outcome(
        frame, "score", waves=WAVES, gender=GENDER, imputations=IMPUTATIONS, seed=number
    )
    rows = estimate_change_imputed(frame, filled, changes=CHANGES, gender=GENDER)["imputed"]
    return {
        "change": row_of(rows, "all"),
        "gender_difference": row_of(rows, "girls - boys"),
    }


def mixed_model(data: Drawn, _number: int) -> Answers:
    """The library's mixed models, with the random terms that the design calls for."""
    frame = data.frame()
    change = estimate_change_mixed(frame, waves=WAVES, changes=CHANGES, gender=GENDER)
    arms = ("comparison", "programme")
    effect = estimate_effects_mixed(frame[frame["wave"] == "T2"], waves=("T2",), arms=arms)
    return {
        "change": row_of(change, "all"),
        "gender_difference": row_of(change, "girls - boys"),
        "arm_schools": row_of(effect, "all"),
    }


def intercepts_only(data: Drawn, _number: int) -> Answers:
    """Intercepts of school and pupil alone: what is usually fitted."""
    scores, waves = np.r_[data.first, data.second], np.repeat([0, 1], len(data.first))
    seen = np.isfinite(scores)
    girl, school = np.tile(data.girl, 2)[seen], np.tile(data.school, 2)[seen]
    pupil = np.tile(np.arange(len(data.first)), 2)[seen]
    cells = np.eye(4)[girl + 2 * waves[seen]]
    fit = fit_random_terms(scores[seen], cells, {"school": school, "pupil": pupil})
    if not fit.converged:
        return {"change": MISSING, "gender_difference": MISSING}
    share = float(data.girl[data.twice()].mean())
    found = {
        "change": contrast_satterthwaite(fit, [share - 1, -share, 1 - share, share]),
        "gender_difference": contrast_satterthwaite(fit, GIRLS_LESS_BOYS),
    }
    return {name: Answer(e, low, high, p) for name, (e, _, _, p, low, high) in found.items()}


def paired_t(data: Drawn, _number: int) -> Answers:
    """t tests of pupils as if there were no schools (Welch's for two groups)."""
    there = data.twice()
    change, girl, arm = data.second[there] - data.first[there], data.girl[there], data.arm[there]
    own, own_arm = data.own_second[there], data.own_arm[there]
    second = data.second[there]
    return {
        "change": of_test(stats.ttest_1samp(change, 0.0), change.mean()),
        "gender_difference": welch(change[girl == 1], change[girl == 0]),
        "arm_schools": welch(second[arm == 1], second[arm == 0]),
        "arm_within_schools": welch(own[own_arm == 1], own[own_arm == 0]),
    }


def bootstrap_pupils(data: Drawn, number: int) -> Answers:
    """Percentiles of the mean change of drawn pupils, as if there were no schools."""
    there = data.twice()
    change = data.second[there] - data.first[there]
    random = stream(number, data.cell.name, "pupils")
    drawn = change[random.integers(0, len(change), (DRAWS, len(change)))].mean(axis=1)
    return {"change": ends(float(change.mean()), drawn)}


def bootstrap_schools(data: Drawn, number: int) -> Answers:
    """Plain percentiles of drawn schools."""
    whole, drawn = school_draws(data, number)
    return {name: ends(whole[name], drawn[name]) for name in whole}


def bootstrap_expanded(data: Drawn, number: int) -> Answers:
    """The same draws, with percentiles expanded for few schools (Hesterberg 2015)."""
    whole, drawn = school_draws(data, number)
    found = {n: percentile_interval(whole[n], drawn[n], data.cell.schools) for n in whole}
    return {n: Answer(whole[n], one.low, one.high, np.nan) for n, one in found.items()}


def bootstrap_bca(data: Drawn, number: int) -> Answers:
    """BCa of the same draws of schools, the acceleration from leaving out one school."""
    whole, drawn = school_draws(data, number)
    left = statistics(leave_one_out(school_sums(data)))
    found = {n: bca_interval(whole[n], drawn[n], acceleration([left[n][1:]])) for n in whole}
    return {n: Answer(whole[n], one.low, one.high, np.nan) for n, one in found.items()}


def permutation(data: Drawn, number: int) -> Answers:
    """Signs of schools' changes, and arms of whole schools, permuted."""
    there = data.twice()
    sums, pupils = school_sums(data).sum(axis=1).T
    random = stream(number, data.cell.name, "permuted")
    signs = school_weights(len(sums), random, draws=DRAWS)
    test, interval = flip_schools(sums, pupils, signs)
    second = np.bincount(data.school[there], data.second[there], len(sums))
    treated = np.bincount(data.school, data.arm) > 0
    arms = permute_arms(second, pupils, treated, random, draws=DRAWS)
    change = Answer(float(sums.sum() / pupils.sum()), interval.low, interval.high, test.p_value)
    return {"change": change, "arm_schools": MISSING._replace(p_value=arms.p_value)}


def jackknife(data: Drawn, _number: int) -> Answers:
    """Schools left out one at a time, t(k - 1); for d_z and d_av_mean the library's own rows."""
    left = statistics(leave_one_out(school_sums(data)))
    answers = {name: by_jackknife(float(each[0]), each[1:]) for name, each in left.items()}
    frame = data.frame()
    frame.loc[frame["wave"] == "T2", "score"] += TRUE_G
    paired = estimate_paired(frame, waves=WAVES, changes=CHANGES)
    for name in ("d_z", "d_av_mean"):
        answers[name] = row_of(paired[paired["estimand"] == name], "all")._replace(p_value=np.nan)
    return answers


METHODS: dict[str, Method] = {
    HEADLINE: Method(cr2, "CR2, Satterthwaite df (headline)", 4000),
    "pairs_only": Method(pairs_only, "pairs only, CR2", 1000),
    "htz": Method(htz, "CR2, joint test (HTZ)", 2000),
    "wild_bootstrap": Method(wild_bootstrap_t, "wild cluster bootstrap", 400),
    "imputed": Method(imputed, "multiple imputation, CR2", 200),
    "mixed_model": Method(mixed_model, "mixed model, terms of the design", 200),
    "mixed_intercepts": Method(intercepts_only, "mixed model, intercepts only", 200),
    "paired_t": Method(paired_t, "t test, schools ignored", 1000),
    "bootstrap_pupils": Method(bootstrap_pupils, "bootstrap over pupils", 200),
    "bootstrap_schools": Method(bootstrap_schools, "bootstrap over schools, percentile", 1000),
    "bootstrap_expanded": Method(bootstrap_expanded, "bootstrap over schools, expanded", 1000),
    "bootstrap_bca": Method(bootstrap_bca, "bootstrap over schools, BCa", 1000),
    "permutation": Method(permutation, "permutation by school", 400),
    "jackknife": Method(jackknife, "jackknife over schools, t(k - 1)", 200),
}
"""By the word that a study file or the Estimate frame `sensitivity` uses, the headline first."""


def change_fit(data: Drawn) -> tuple[Cr2Fit, Array]:
    """The headline's regression of change, and the weights of everyone in it."""
    there, n = data.twice(), len(data.first)
    pupil = np.r_[np.arange(n), np.flatnonzero(there)]
    wave, girl = np.repeat([0, 1], [n, int(there.sum())]), data.girl[pupil]
    score = np.r_[data.first, data.second[there]]
    cells = np.eye(4)[girl + 2 * wave]
    fit, _ = fit_waves(score, cells, pupil, wave, girl, data.school[pupil])
    return fit, weights_of_all(data.girl)


def weights_of_all(girl: Codes) -> Array:
    """Weights of the change of all pupils, genders by their share."""
    share = float(girl.mean())
    return np.array([share - 1, -share, 1 - share, share])


def school_sums(data: Drawn) -> Array:
    """Sums of change and numbers of pupils by school and gender: array (k, 2, 2)."""
    there = data.twice()
    change = data.second[there] - data.first[there]
    place, k = data.school[there] * 2 + data.girl[there], data.cell.schools
    sums = [np.bincount(place, weight, 2 * k) for weight in (change, np.ones(len(change)))]
    return np.stack(sums, axis=-1).reshape(k, 2, 2)


def statistics(sums: Array) -> dict[str, Array]:
    """Mean change and gender difference of summed schools, array (..., 2, 2)."""
    boys, girls = sums[..., 0, :], sums[..., 1, :]
    everyone = boys + girls
    return {
        "change": everyone[..., 0] / everyone[..., 1],
        "gender_difference": girls[..., 0] / girls[..., 1] - boys[..., 0] / boys[..., 1],
    }


def school_draws(data: Drawn, number: int) -> tuple[dict[str, float], dict[str, Array]]:
    """Both statistics of all schools, and of each draw of schools."""
    sums = school_sums(data)
    times = draw_schools(stream(number, data.cell.name, "schools"), len(sums), DRAWS)
    drawn = statistics((times @ sums.reshape(len(sums), 4)).reshape(-1, 2, 2))
    return {name: float(v) for name, v in statistics(sums.sum(axis=0)).items()}, drawn
