"""What was estimated and how, in plain sentences with references."""

from __future__ import annotations

from resilience_lib.effects.names import PAIRED_NAMES
from resilience_lib.effects.sizes import (
    change_sizes,
    definition_text,
    effect_sizes,
    interval_sentence,
)
from resilience_lib.report.dose import describe_dose
from resilience_lib.report.further import describe_further
from resilience_lib.report.missing import describe_missing
from resilience_lib.report.stories import describe_stories
from resilience_lib.study.schema import Study

_BESIDE = (
    "Beside the headline stands a mixed model with pupils, schools, schools by wave, schools by "
    "wave by gender and, where they are known, classes as random (for effects the class of entry "
    "at each wave, since that is what was assigned), and Satterthwaite degrees of freedom. With "
    "three waves or more it gives a pupil's waves a free covariance matrix: a variance each and a "
    "covariance each pair. With two waves it takes a pupil's waves to be equally correlated; so it "
    "does, saying so, where the free matrix is singular or does not converge."
)


_JOINT = (
    "Joint tests ask whether anything changes at all, and whether girls and boys change alike at "
    "every wave: the HTZ test on the same regression (Pustejovsky & Tipton 2018). Scores with few "
    "values are also taken as ordered steps (proportional odds, errors by school), since a ceiling "
    "shrinks a change in points."
)
_PERSONS = (
    "A change is reliable beyond 1.96 S_diff (Jacobson & Truax 1991). Intervals of shares stand on "
    "the logit scale: CR2 by school, or, since S_diff holds these pupils' own SD, for reliable "
    "change a jackknife that makes the limit anew without each school (too short where scores move "
    "in steps, since a limit can pass one). Beside each share stands what chance alone would show "
    "without a true change: half of those who changed at all, or normal measurement error beyond "
    "the same limit, with half a step where scores move in steps (Cox 1970)."
)


def describe_methods(study: Study) -> list[str]:
    """One sentence a method that the study's estimates use.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> any("never effect" in s for s in describe_methods(load_study("bounce_forward")))
    True
    """
    said = _of_pupils(study) if study.has_pupils else []
    return [*said, *describe_stories(study)]


def _of_pupils(study: Study) -> list[str]:
    changed = bool(study.comparable and study.changes)
    said = []
    if changed:
        said += _of_change(study)
    if study.incomparable:
        said += _of_places(study)
    if changed or study.arms is not None:
        said.append(_BESIDE)
    said += [
        "Intraclass correlations: restricted maximum likelihood, of the level at each wave"
        + (" and of change" if changed else "")
        + ", with Wald's exact interval for unequal groups.",
        "Lost pupils: shares and differences in shares by gender, arm and first score, from a "
        "linear model with CR2 standard errors by school; intervals of shares stand on the logit "
        "scale.",
        "p-values are two-sided; p adjusted is by Holm inside the primary outcomes and by "
        "Benjamini-Hochberg for the others.",
    ]
    said += describe_missing(study)
    if changed:
        said += [_JOINT, _PERSONS, *describe_dose(study)]
    said += describe_further(study)
    if study.arms is None and changed:
        said.append(
            "There is one group and no comparison: the word is change, never effect. Maturation, "
            "retesting and the change of school year cannot be excluded."
        )
    if study.arms is not None:
        inside = study.arms.randomised_within == "school"
        blocks = (
            "with a fixed effect for each wave inside each block of pupils who entered the same "
            "school at the same wave, and terms"
            if inside
            else "with terms"
        )
        caution = (
            ""
            if inside
            else " Pupils were not assigned at random: the arms may differ for other reasons."
        )
        said.append(
            f"Effects: one regression an outcome over all waves {blocks} for arm, wave and "
            f"gender; each arm minus {study.arms.comparison}, CR2 by school. The arm is that of a "
            "pupil's first wave (intention to treat). g_total divides by the total standard "
            "deviation at that wave from a model without covariates, times Hedges' exact "
            "correction (EEF statistical analysis guidance 2022; Hedges 1981); its interval puts "
            "together the CR2 interval of the difference and that of the standard deviation "
            f"(chi-squared; Donner & Zou 2012).{caution}"
        )
        said += _sizes([name for name in effect_sizes(study) if name != "g_total"])
        said += _lead("effects", study.estimand.effect, "g_total")
    return said


def _of_change(study: Study) -> list[str]:
    first, second = study.gender.difference
    return [
        "Change between waves: one regression an outcome with a mean for each wave and gender, by "
        "generalised least squares with a free covariance of a pupil's scores (a variance each "
        "wave, a covariance each pair, by maximum likelihood; Jennrich & Schluchter 1986), or, "
        "where fewer than 10 pupils have two waves, with a correlation of 0.5; standard errors CR2 "
        "by school with Satterthwaite degrees of freedom (Pustejovsky & Tipton 2018), which hold "
        f"whatever that covariance is. The gender difference ({first} minus {second}) is a row of "
        "its own with its interval.",
        "g_change_model: the change divided by the total standard deviation at the first wave "
        "(school and pupil variance, both genders together), times Hedges' exact correction "
        "(Hedges 1981); its interval puts together the CR2 interval of the change and that of the "
        "standard deviation (chi-squared; Donner & Zou 2012).",
        *_sizes([name for name in change_sizes(study) if name != "g_change_model"]),
        *_lead("change", study.estimand.change, "g_change_model"),
    ]


def _sizes(names: list[str]) -> list[str]:
    """One sentence a definition, each with whom it counts, and one on their intervals."""
    if not names:
        return []
    said = [f"{definition_text(name)}, {_counted(name)}." for name in names]
    return [*said, interval_sentence(tuple(names))]


def _counted(name: str) -> str:
    if name in PAIRED_NAMES:
        return "of pupils seen at both waves"
    if name == "g_ancova":
        return "the covariate being the first wave's score, of all pupils who have one"
    if name == "d_ppc2":
        return "from the first wave on, of all pupils with both scores"
    return "of all pupils with a score at that wave, without strata or covariates"


def _lead(what: str, name: str, default: str) -> list[str]:
    return [] if name == default else [f"Tables and forests of {what} lead with {name}."]


def _of_places(study: Study) -> list[str]:
    first, second = study.gender.difference
    labels = ", ".join(study.outcome(name).label for name in study.incomparable)
    return [
        f"No change is estimated of {labels}: the tests of different waves are not, or not "
        "known to be, one scale. What is said of their points stands within a wave.",
        f"Gender gap: {first} minus {second} at each wave by itself, CR2 by school with "
        "Satterthwaite degrees of freedom (Pustejovsky & Tipton 2018); gender_gap_standardised "
        "divides it by the standard deviation of all pupils at that wave, taken as known.",
        "Rank stability: Spearman's and Pearson's correlation of the scores of pupils seen at "
        "both waves; the interval is t on Fisher's z, its standard error from leaving out one "
        "school at a time, with as many degrees of freedom as schools less one.",
        "Schools' places: effects of schools predicted from a one-way model at each wave (REML), "
        "drawn towards the mean of schools as far as they are uncertain, over the standard "
        "deviation of all pupils at that wave. They are no ranking: schools differ in intake.",
    ]
