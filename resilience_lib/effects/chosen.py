"""The effect sizes that a study file names, against the registry and the study's design."""

from __future__ import annotations

from difflib import get_close_matches

from resilience_lib.effects.names import CHANGE_NAMES, EFFECT_NAMES
from resilience_lib.effects.registry import require_estimand
from resilience_lib.errors import EstimandError, Fault, FaultsError
from resilience_lib.paths import relative, study_file
from resilience_lib.study.schema import Study


def check_estimands(study: Study) -> None:
    """Refuse effect sizes that do not exist, or that the study's design does not fit.

    What stands as by default is not held against a study that it says nothing of.

    Parameters
    ----------
    study : Study

    Raises
    ------
    FaultsError
        All at once, each with the nearest name, or the estimand that fits.
    """
    chosen = study.estimand
    asked = [(key, getattr(chosen, key)) for key in ("change", "effect", "also")]
    allowed = {
        "change": CHANGE_NAMES,
        "effect": EFFECT_NAMES,
        "also": (*CHANGE_NAMES, *EFFECT_NAMES),
    }
    has = design_of(study)
    faults = []
    for key, value in asked:
        if value == type(chosen).model_fields[key].default:
            continue
        for name in (value,) if isinstance(value, str) else value:
            said = _misfit(name, allowed[key], has)
            if said:
                place = relative(study_file(study.study))
                faults.append(Fault(place, *said, column=f"estimand.{key}", value=name))
    if faults:
        raise FaultsError(faults)


def design_of(study: Study) -> set[str]:
    """What a study has of `effects.registry.NEEDS`.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> sorted(design_of(load_study("project_star")))
    ['comparable', 'comparison']
    """
    has = set()
    if study.comparable and study.changes:
        has.add("comparable")
    if study.arms is not None:
        has.add("comparison")
    return has


def _misfit(name: str, allowed: tuple[str, ...], has: set[str]) -> tuple[str, str] | None:
    """Rule and remedy; None where the name fits."""
    if name not in allowed:
        near = get_close_matches(name, allowed, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(allowed)}"
        return "there is no such effect size here", remedy
    try:
        require_estimand(name, has)
    except EstimandError as error:
        rule, _, instead = str(error).partition("; ")
        return rule, instead
    return None
