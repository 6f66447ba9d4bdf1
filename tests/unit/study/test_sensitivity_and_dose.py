"""What the blocks sensitivity and dose refuse, with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.study.load import load_study


def faults(root: Path, repository: Path, block: str) -> list[str]:
    """Faults of the synthetic study with a block of these lines at its end."""
    text = (repository / "studies" / "bounce_forward" / "study.yml").read_text(encoding="utf-8")
    kept = text.split("# Gaps are filled from")[0]
    rest = "families:" + text.split("families:")[1]
    folder = root / "studies" / "bounce_forward"
    folder.mkdir(parents=True)
    (folder / "study.yml").write_text(kept + rest + block, encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        load_study("bounce_forward")
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("answers: [cr2, guess]", "sensitivity.answers.1"),
        ("answers: [cr2, cr2]", "each of answers stands once"),
        ("deltas: [0]", "a shift of 0 is the answer imputed"),
        ("deltas: [0.1, 0.1]", "each of deltas stands once"),
        ("deltas: [3]", "sensitivity.deltas.0"),
        ("imputations: 1", "sensitivity.imputations"),
        ("auxiliaries: [height]", "an auxiliary is one of the outcomes: family_connection"),
        ("shift: 2", "sensitivity.shift"),
    ],
)
def test_sensitivity_refuses(empty_root: Path, repository: Path, line: str, rule: str) -> None:
    said = faults(empty_root, repository, f"sensitivity:\n  {line}\n")
    assert len(said) == 1 and rule in said[0]


def test_two_doses_of_one_name_and_from_no_file(empty_root: Path, repository: Path) -> None:
    one = "{name: led, label: Led, unit: session, holds: staff, column: led, school: School}"
    twice = faults(empty_root, repository, f"dose:\n  - {one}\n  - {one}\n")
    assert len(twice) == 1 and "names of doses are unique" in twice[0]


def test_a_dose_from_a_file_that_is_not_there(empty_root: Path, repository: Path) -> None:
    path = repository / "studies" / "project_star" / "study.yml"
    folder = empty_root / "studies" / "project_star"
    folder.mkdir(parents=True)
    one = "{name: led, label: Led, unit: session, holds: staff, column: led, school: School}"
    text = path.read_text(encoding="utf-8") + f"dose: [{one}]\n"
    (folder / "study.yml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError, match="no file of this study holds staff"):
        load_study("project_star")


def test_what_stands_where_nothing_is_said() -> None:
    asked = load_study("junior_school_project").sensitivity
    assert (asked.imputations, asked.deltas, asked.auxiliaries) == (20, (-0.2, 0.2), ())
    assert load_study("junior_school_project").dose == ()


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("picked: [{outcome: height, change: [T1, T2], cut: 1}]", "outcomes that fit: family"),
        ("picked: [{outcome: empathy, change: [T2, T3], cut: 1}]", "one of contrasts.change"),
        ("picked: [{outcome: empathy, change: [T1, T2], cut: 1, reliability: .8}]", "needs source"),
        ("picked: [{outcome: empathy, change: [T1, T2], cut: 1, reliability: 1}]", "reliability"),
        ("raters: [{pupil: empathy, teacher: tact, wave: T1}]", "further.raters.0.teacher"),
        ("raters: [{pupil: empathy, teacher: empathy, wave: T4}]", "waves of this study"),
        ("sites: {north: [S01], south: [S01, S02]}", "a school stands at one site"),
        ("guess: 1", "further.guess"),
    ],
)
def test_further_refuses(empty_root: Path, repository: Path, lines: str, rule: str) -> None:
    said = faults(empty_root, repository, f"further:\n  {lines}\n")
    assert len(said) == 1 and rule in said[0]


def test_a_rate_from_a_file_that_is_not_there_or_of_one_term(
    empty_root: Path, repository: Path
) -> None:
    rate = "{name: a, label: A, holds: school_records, events: e, exposure: x, school: s, by: t, "
    rate += "compare: [Autumn, Autumn]}"
    said = faults(empty_root, repository, f"further:\n  rates: [{rate}]\n")
    assert len(said) == 1 and "two values that differ" in said[0]
