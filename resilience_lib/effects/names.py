"""Names of effect sizes and methods, apart from what estimates them.

Figures and tables read them: a change of an estimator alone must not draw a figure again.
"""

from __future__ import annotations

PAIRED_NAMES: tuple[str, ...] = (
    "d_z",
    "d_av_mean",
    "d_av_rms",
    "d_rm",
    "d_pre",
    "g_z",
    "g_av_mean",
    "g_av_rms",
    "g_rm",
    "g_pre",
)
"""Standardised changes of pupils seen at both waves (`effects.paired_measures`)."""

BESIDE_NAMES: tuple[str, ...] = (
    "g_ancova",
    "d_ppc2",
    "g_independent",
    "d_glass",
    "rank_biserial",
    "prob_superiority",
)
"""Effect sizes of two arms that can stand beside g_total."""

CHANGE_NAMES: tuple[str, ...] = ("g_change_model", *PAIRED_NAMES)
"""Effect sizes of change that a study file may name."""

EFFECT_NAMES: tuple[str, ...] = ("g_total", *BESIDE_NAMES)
"""Effect sizes of arms that it may name."""

CHANGE_METHOD = "regression over waves, CR2 by school"
GAP_METHOD = "OLS at one wave, CR2 by school"
EFFECT_METHOD = "OLS with stratum x wave effects, CR2 by school"
RAW_METHOD = "OLS, CR2 by school, no school effects"
PLAIN_METHOD = "OLS without strata, CR2 by school"
STRATUM_METHOD = "OLS with school effects, CR2 by school, without gender terms"

HEADLINES: dict[str, tuple[str, ...]] = {
    "mean_change": (CHANGE_METHOD,),
    "mean_difference": (EFFECT_METHOD, PLAIN_METHOD),
    "gender_gap": (GAP_METHOD,),
}
"""Estimand to what the method of its headline rows begins with."""
