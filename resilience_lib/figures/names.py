"""Names in a study file against a registry's."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resilience_lib.errors import Fault
from resilience_lib.paths import relative, study_file
from resilience_lib.study.schema import Study

BOTH = "pupils and stories"
STORY_DESIGNS: dict[str, str] = {
    "stories": "coded stories",
    "coders": "how coders agree",
    "themes": "themes",
    "indicators": "indicators",
    "quotes": "cleared quotes",
    "convergence": "judgements of convergence",
    "triads": "positions that tellers gave",
    "joins": "joins",
    "associations": "associations",
}
"""What figures and tables of stories need, in words; `BOTH` needs themes and pupils."""


@dataclass(frozen=True)
class Fit:
    """Which studies a figure or table is for.

    Parameters
    ----------
    design : str
        "pupils" needs pupils, "change" an outcome that is one scale at all waves and declared
        changes, "effect" a comparison arm, "contrast" one of the two, "place" an outcome that is
        not one scale, "items" one that is scored from the items of an instrument, "dose" a
        declared dose, "further" a further question; "stories" needs coded stories, and "coders",
        "themes", "indicators", "convergence", "triads", "joins", "associations" what they are
        called after.
    instead : str
        What shows the same of a study that it is not for; "" where nothing does.
    """

    design: str = "pupils"
    instead: str = ""


def faults_of_names(
    study: Study, key: str, chosen: Sequence[str], known: Mapping[str, Fit]
) -> list[Fault]:
    """What is wrong with the names under one key of a study file.

    Parameters
    ----------
    study : Study
        The study.
    key : str
        "figures" or "tables".
    chosen : sequence of str
        Names in the study file.
    known : mapping of str to Fit
        Registered names, and which studies each is for.
    """
    file = relative(study_file(study.study))
    faults = []
    for name in chosen:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            rule = f"there is no such name among the {key}"
        else:
            rule, remedy = _misfit(study, key, chosen, known[name])
            if not rule:
                continue
        faults.append(Fault(file, rule, remedy, _line(study, key, name), key, name))
    repeated = {name for name in chosen if list(chosen).count(name) > 1}
    faults += [
        Fault(
            file,
            "each name stands once",
            "delete the second one",
            _line(study, key, name),
            key,
            name,
        )
        for name in sorted(repeated)
    ]
    return faults


def _misfit(study: Study, key: str, chosen: Sequence[str], fit: Fit) -> tuple[str, str]:
    """Why a name does not fit the design of a study, and what to do; ("", "") where it does."""
    out = f"take it out of {key}"
    if fit.design in STORY_DESIGNS or fit.design == BOTH:
        what = "" if _tells(study, fit.design) else STORY_DESIGNS.get(fit.design, "stories")
        return (f"it shows {what}, and the study file declares none", out) if what else ("", "")
    if not study.has_pupils:
        return "it shows pupils, and this study has stories alone", out
    replaced = f", or put {fit.instead} in its place"
    swap = out + (replaced if fit.instead and fit.instead not in chosen else "")
    if fit.design == "effect" and study.arms is None:
        rule = "it shows effects, and a study without arms has no comparison"
        return rule, f"{out}, or declare arms"
    if fit.design == "items" and not any(outcome.instrument for outcome in study.outcomes):
        rule = "it shows answers to items, and no outcome names an instrument and its scale"
        return rule, f"{out}; cleaning and links fit every study"
    if fit.design == "dose" and not study.dose:
        return "it shows dose, and the study file declares none", f"{out}, or declare dose"
    if fit.design == "further" and not study.further.asked:
        rule = "it shows further questions, and the study file asks none"
        return rule, f"{out}, or declare further"
    if fit.design == "place" and not study.incomparable:
        rule = (
            "it shows places within waves where tests differ, and every outcome here has "
            "comparable_across_waves: true"
        )
        return rule, swap
    if fit.design == "change" or (fit.design == "contrast" and study.arms is None):
        if not study.comparable:
            return "it shows change, and no outcome has comparable_across_waves: true", swap
        if not study.changes:
            return "it shows change, and contrasts.change names no waves", f"{out}, or declare it"
    return "", ""


def _tells(study: Study, design: str) -> bool:
    """Whether a study with stories has what a figure or table of stories shows."""
    stories, mixed = study.stories, study.mixed
    if stories is None:
        return False
    coders = {export.coder for export in stories.exports}
    themes = mixed is not None and bool(mixed.themes)
    judged = mixed is not None and mixed.convergence is not None
    asked = mixed is not None and bool(mixed.associations)
    return {
        "stories": True,
        # a file may hold several coders where the study file names none
        "coders": None in coders or len(coders) > 1,
        "themes": themes,
        "indicators": stories.indicators is not None,
        "quotes": stories.quotes is not None,
        "convergence": themes and judged,
        "triads": stories.triads is not None,
        "joins": bool(study.joins),
        "associations": asked,
        BOTH: themes and study.has_pupils,
    }[design]


def _line(study: Study, key: str, name: str) -> int | None:
    """Line on which a name stands below its key; None where there is no study file."""
    path = study_file(study.study)
    if not path.exists():
        return None
    below = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        below = below or line.startswith(f"{key}:")
        if below and re.search(rf"\b{re.escape(name)}\b", line):
            return number
    return None
