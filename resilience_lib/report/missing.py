"""How missing scores were dealt with, in plain sentences with references."""

from __future__ import annotations

from resilience_lib.effects.answers import ANSWERS
from resilience_lib.study.schema import Study


def describe_missing(study: Study) -> list[str]:
    """One sentence a thing that a reader must know of missing scores; empty without contrasts.

    Parameters
    ----------
    study : Study

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> said = describe_missing(load_study("bounce_forward"))
    >>> said[-1].startswith("No answer can show")
    True
    >>> describe_missing(load_study("junior_school_project"))
    []
    """
    changed = bool(study.comparable and study.changes)
    if not changed and study.arms is None:
        return []
    asked = study.sensitivity.answers
    said = [
        "Missing scores: the headline of change and the mixed model use every score, also of "
        "pupils seen once, and take it that who was not seen would have scored like pupils of the "
        "same gender with the same other scores (missing at random given the scores that were "
        "seen). n counts pupils seen at both waves."
        if changed
        else "Missing scores: pupils who were not seen are taken to be like those of the same "
        "school, gender and arm who were."
    ]
    same = "The same contrast is estimated in several ways, side by side, in points of the scale."
    if len(asked) > 1:
        said.append(same)
        said += [entry.sentence for name, entry in ANSWERS.items() if _told(name, study)]
    if "imputed" in asked or "delta" in asked:
        said += _imputation(study)
    if "delta" in asked and study.sensitivity.deltas:
        said += _shifts(study)
    said.append(
        "No answer can show what those who were not seen would have said. Where the answers agree, "
        "the conclusion does not hang on what is thought of them; where they differ, it does."
    )
    return said


def _told(name: str, study: Study) -> bool:
    """Answers that need no more than their own sentence here."""
    apart = {"imputed", "delta", "cr2"}
    if name == "jackknife" and not (study.comparable and study.changes):
        return False
    return name in study.sensitivity.answers and name not in apart


def _imputation(study: Study) -> list[str]:
    asked = study.sensitivity
    helped = [study.outcome(name).label for name in asked.auxiliaries]
    others = f", and of {', '.join(helped)}" if helped else ""
    groups = "gender and arm" if study.arms is not None else "gender"
    return [
        f"Multiple imputation: each gap is filled {asked.imputations} times from the pupil's own "
        f"scores at the other waves{others}, with means by {groups} and a level of the school at "
        "each wave of its own (a multivariate normal model drawn by a Gibbs sampler: Schafer & "
        "Yucel 2002; why the school must be in it: Lüdtke, Robitzsch & Grund 2017). Everyone with "
        "a score of the outcome at one wave or more is counted. Filled-in scores are not rounded "
        "and may lie outside the scale: they serve the mean and its uncertainty, and stand for no "
        "pupil.",
        "The completed data sets are each analysed like the headline and pooled by Rubin's rules "
        "(Rubin 1987); degrees of freedom are those of Barnard and Rubin (1999), with the CR2 "
        "degrees of freedom as those without missing scores. Nothing is imputed, and the reason "
        "stands in its place, where schools are too few for the model, nobody of a group was seen "
        "at a wave, or chains of the sampler do not agree (potential scale reduction above 1.1: "
        "Gelman & Rubin 1992).",
    ]


def _shifts(study: Study) -> list[str]:
    sizes = [f"{abs(d):g} {'lower' if d < 0 else 'higher'}" for d in study.sensitivity.deltas]
    listed = " and ".join(filter(None, [", ".join(sizes[:-1]), sizes[-1]]))
    changed = bool(study.comparable and study.changes)
    at = "at the first wave" if changed else "at the wave of the effect"
    if changed and study.arms is not None:
        at += "; of effects, at their wave"
    said = [
        "Not at random: filled-in later scores are shifted, in case those who were not seen differ "
        f"from the seen ones like them ({listed}, in total standard deviations {at}), "
        "everything else as before (Carpenter & Kenward 2013)."
    ]
    if changed:
        said.append(
            "The tipping point is the shift nearest to 0 at which the interval of a change reaches "
            "0; where it is larger than anybody would think likely, missing scores do not decide."
        )
    return said
