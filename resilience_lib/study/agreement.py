"""What the blocks of a study file must say together, each problem at its own key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study


@dataclass(frozen=True)
class Problem:
    """Where in the file, the rule that is broken, and what stands there."""

    place: tuple[str | int, ...]
    rule: str
    value: Any


def study_problems(study: Study) -> Iterator[Problem]:
    """Everything in a study file whose blocks are well formed and do not fit together.

    Parameters
    ----------
    study : Study

    Yields
    ------
    Problem
    """
    yield from _waves(study)
    yield from _outcomes(study)
    yield from _groups(study)
    yield from _files(study)
    if study.synthetic and study.synthetic_because is None:
        rule = "synthetic: true needs synthetic_because, how the data were invented"
        yield Problem(("synthetic",), rule, "true")


def _waves(study: Study) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, wave in enumerate(study.waves):
        if wave.name != f"T{number + 1}":
            rule = f"waves are named T1, T2, ... in the order of time; this one T{number + 1}"
            yield Problem(("waves", number, "name"), rule, wave.name)
        if wave.value in seen:
            yield Problem(("waves", number, "value"), "a value stands for one wave", wave.value)
        if wave.value is not None:
            seen.add(wave.value)
    names = study.wave_names
    for number, (first, last) in enumerate(study.changes):
        if first not in names or last not in names or names.index(first) >= names.index(last):
            rule = f"[{first}, {last}] is no pair of waves, earlier first"
            yield Problem(("changes", number), rule, f"[{first}, {last}]")


def _outcomes(study: Study) -> Iterator[Problem]:
    names = [outcome.name for outcome in study.outcomes]
    for number, outcome in enumerate(study.outcomes):
        above = names[:number]
        if outcome.name in above:
            yield Problem(("outcomes", number, "name"), "outcome names are unique", outcome.name)
        for part in outcome.sum_of or ():
            if part not in above:
                rule = f"{part} is no outcome above it"
                yield Problem(("outcomes", number, "sum_of"), rule, part)


def _groups(study: Study) -> Iterator[Problem]:
    pair = study.gender.difference
    if not set(pair) <= set(study.gender.values.values()) or len(set(pair)) != 2:
        rule = "gender.difference names two groups of gender.values"
        yield Problem(("gender", "difference"), rule, f"[{', '.join(pair)}]")
    if study.arms is not None and study.arms.comparison not in study.arms.values.values():
        rule = "arms.comparison is one of the names in arms.values"
        yield Problem(("arms", "comparison"), rule, study.arms.comparison)


def _files(study: Study) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, file in enumerate(study.files):
        if file.name in seen:
            rule = "a file is named once (of several sheets each is saved as a file of its own)"
            yield Problem(("files", number, "name"), rule, file.name)
        seen.add(file.name)
        if file.wave is not None and file.wave not in study.wave_names:
            rule = f"{file.wave} is no wave of this study"
            yield Problem(("files", number, "wave"), rule, file.wave)
        if (file.reader == "redcap") != (file.dictionary is not None):
            rule = "dictionary goes with reader: redcap"
            yield Problem(("files", number, "dictionary"), rule, file.dictionary)
    if not any(file.holds == "pupils" for file in study.files):
        yield Problem(("files",), "at least one of files holds pupils", None)
