"""What must hold between the keys of a study file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from resilience_lib.study.dose import dose_problems
from resilience_lib.study.further import further_problems
from resilience_lib.study.mixed import mixed_problems
from resilience_lib.study.persons import person_problems
from resilience_lib.study.problems import Problem
from resilience_lib.study.sensitivity import sensitivity_problems
from resilience_lib.study.stories import story_problems

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study


def study_problems(study: Study) -> Iterator[Problem]:
    """All disagreements inside a study file whose blocks are each well formed.

    Parameters
    ----------
    study : Study

    Yields
    ------
    Problem
    """
    yield from _strands(study)
    yield from _waves(study)
    yield from _outcomes(study)
    yield from _changes(study)
    yield from _groups(study)
    yield from _files(study)
    yield from story_problems(study)
    yield from mixed_problems(study)
    yield from person_problems(study)
    yield from sensitivity_problems(study)
    yield from dose_problems(study)
    yield from further_problems(study)
    if study.synthetic and study.synthetic_because is None:
        rule = "synthetic: true needs synthetic_because, how the data were invented"
        yield Problem(("synthetic",), rule, study.synthetic)


def _strands(study: Study) -> Iterator[Problem]:
    """A study has pupils, stories, or both: what pupils need is there with them alone."""
    if not study.files and study.stories is None:
        yield Problem(("files",), "a study has files of pupils, stories, or both", "")
    if study.files:
        for key in ("waves", "gender", "outcomes", "families"):
            if key not in study.model_fields_set:
                yield Problem((key,), f"a study with pupils needs {key}", "")
        if "waves" in study.model_fields_set and len(study.waves) < 2:
            yield Problem(("waves",), "there are two waves at least", "")
        if "outcomes" in study.model_fields_set and not study.outcomes:
            yield Problem(("outcomes",), "there is one outcome at least", "")


def _waves(study: Study) -> Iterator[Problem]:
    for number, wave in enumerate(study.waves):
        if wave.name != f"T{number + 1}":
            rule = f"waves are named T1 to T{len(study.waves)} in the order of time"
            yield Problem(("waves", number, "name"), rule, wave.name)
        if wave.value is not None and wave.value in [w.value for w in study.waves[:number]]:
            yield Problem(("waves", number, "value"), "a value stands for one wave", wave.value)


def _outcomes(study: Study) -> Iterator[Problem]:
    # late: names are checked before a build, which need not wait for pandas
    from resilience_lib.frames import TEXT

    above: list[str] = []
    for number, outcome in enumerate(study.outcomes):
        if outcome.name in above:
            yield Problem(("outcomes", number, "name"), "outcome names are unique", outcome.name)
        if outcome.name in TEXT:
            rule = f"an outcome has a name of its own; write e.g. {outcome.name}_score"
            yield Problem(("outcomes", number, "name"), rule, outcome.name)
        for part in outcome.sum_of or ():
            if part not in above:
                rule = f"sum_of of {outcome.name}: {part} is no outcome above it"
                yield Problem(("outcomes", number, "sum_of"), rule, part)
        above.append(outcome.name)


def _changes(study: Study) -> Iterator[Problem]:
    for number, wave in enumerate(study.contrasts.effect):
        if wave not in study.wave_names or wave in study.contrasts.effect[:number]:
            rule = f"contrasts.effect: each of {', '.join(study.wave_names)} at most once"
            yield Problem(("contrasts", "effect", number), rule, wave)
    if study.contrasts.effect and study.arms is None:
        rule = "contrasts.effect: effects need arms, and this study declares none"
        yield Problem(("contrasts", "effect"), rule, ", ".join(study.contrasts.effect))
    for number, (first, last) in enumerate(study.changes):
        known = first in study.wave_names and last in study.wave_names
        if not known or study.wave_names.index(first) >= study.wave_names.index(last):
            rule = f"contrasts.change: [{first}, {last}] is no pair of waves, earlier first"
            yield Problem(("contrasts", "change", number), rule, f"[{first}, {last}]")
    if study.changes and not study.comparable:
        rule = (
            "contrasts.change: no outcome has comparable_across_waves: true, so that no change "
            "can be estimated; leave it out: gender_gap_standardised and icc_level at each wave "
            "and spearman between waves are estimated instead"
        )
        yield Problem(("contrasts", "change"), rule, "")


def _groups(study: Study) -> Iterator[Problem]:
    if "gender" not in study.model_fields_set:
        return
    groups = set(study.gender.values.values())
    pair = study.gender.difference
    if not set(pair) <= groups or len(set(pair)) != 2:
        rule = "gender.difference names two groups of gender.values"
        yield Problem(("gender", "difference"), rule, ", ".join(pair))
    if study.arms is not None and study.arms.comparison not in study.arms.values.values():
        rule = "arms.comparison is one of the names in arms.values"
        yield Problem(("arms", "comparison"), rule, study.arms.comparison)


def _files(study: Study) -> Iterator[Problem]:
    names: list[str] = []
    for number, file in enumerate(study.files):
        if file.name in names:
            yield Problem(
                ("files", number, "name"),
                "a file stands once (of two sheets: two files)",
                file.name,
            )
        names.append(file.name)
        if file.wave is not None and file.wave not in study.wave_names:
            rule = f"waves of this study are {', '.join(study.wave_names)}"
            yield Problem(("files", number, "wave"), rule, file.wave)
        if (file.reader == "redcap") != (file.dictionary is not None):
            rule = "dictionary goes with reader: redcap, and redcap needs it"
            yield Problem(("files", number, "reader"), rule, file.reader)
    if study.files and not any(file.holds == "pupils" for file in study.files):
        yield Problem(("files",), "at least one of files holds pupils", "")
