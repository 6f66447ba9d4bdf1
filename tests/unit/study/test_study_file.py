"""A study file is refused with every fault, its line and the nearest valid key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.errors import FaultsError
from resilience_lib.study.load import load_study, study_names


@pytest.fixture
def lines(empty_root: Path, repository: Path) -> list[str]:
    text = (repository / "studies" / "project_star" / "study.yml").read_text(encoding="utf-8")
    return text.splitlines()


def faults_of(root: Path, lines: list[str]) -> list[str]:
    folder = root / "studies" / "project_star"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        load_study("project_star")
    return [str(fault) for fault in caught.value.faults]


def replace(lines: list[str], old: str, new: str) -> tuple[list[str], int]:
    row = next(i for i, line in enumerate(lines) if line.startswith(old))
    return [*lines[:row], new, *lines[row + 1 :]], row + 1


def test_all_studies_are_valid() -> None:
    assert study_names() == [
        "autism_education_community",
        "bounce_forward",
        "coach_developers",
        "community_fellows",
        "junior_school_project",
        "project_star",
        "wheelchair_curling",
    ]
    assert [n for n in study_names() if load_study(n).has_pupils] == [
        "bounce_forward",
        "junior_school_project",
        "project_star",
    ]
    assert load_study("junior_school_project").comparable == ()
    assert load_study("project_star").arm_names == ("regular", "small", "regular with aide")
    assert load_study("bounce_forward").arm_names == ()
    assert [w.value for w in load_study("project_star").waves] == ["K", "1", "2", "3"]


def test_unknown_key_names_line_and_nearest_key(empty_root: Path, lines: list[str]) -> None:
    changed, row = replace(lines, "seed:", "sead: 3")
    said = faults_of(empty_root, changed)
    assert any(f"line {row}, sead: " in s and "did you mean seed?" in s for s in said)
    assert any("seed is missing" in s for s in said)


def test_duplicate_key_names_line(empty_root: Path, lines: list[str]) -> None:
    said = faults_of(empty_root, [*lines, "seed: 3"])
    assert len(said) == 1
    assert f"line {len(lines) + 1}" in said[0]
    assert "seed" in said[0]


def test_wrong_types_are_listed_all_at_once(empty_root: Path, lines: list[str]) -> None:
    changed, seed_row = replace(lines, "seed:", 'seed: "many"')
    changed, flag_row = replace(changed, "synthetic:", "synthetic: perhaps")
    said = faults_of(empty_root, changed)
    assert any(f"line {seed_row}, seed" in s for s in said)
    assert any(f"line {flag_row}, synthetic" in s for s in said)


def test_wrong_type_inside_a_list_names_its_own_line(empty_root: Path, lines: list[str]) -> None:
    changed, row = replace(lines, "  - {name: T2", '  - {name: two, value: "1", label: Grade 1}')
    said = faults_of(empty_root, changed)
    assert [f"line {row}, waves.1.name" in s for s in said] == [True]


def test_no_yaml_names_line(empty_root: Path) -> None:
    said = faults_of(empty_root, ["study: project_star", "title: [a"])
    assert "not YAML" in said[0]
    assert "line" in said[0]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("  change:", "  change: [[T2, T1]]", "[T2, T1] is no pair of waves, earlier first"),
        ("  comparison:", "  comparison: big", "arms.comparison is one of the names"),
        ("  change:", "  effect: [T5]", "contrasts.effect: each of T1, T2, T3, T4 at most once"),
        ("  difference:", "  difference: [girls, girls]", "names two groups"),
        ("  open_data:", "  open_data: false", "give minimum_cell, minimum_base"),
        ("    sum_of:", "    sum_of: [reading, spelling]", "spelling is no outcome above it"),
        # a frame's own column of text: its scores would come back as text
        ("  - name: reading", "  - name: family", "name of its own; write e.g. family_score"),
    ],
)
def test_contradictions_are_refused(
    empty_root: Path, lines: list[str], old: str, new: str, rule: str
) -> None:
    changed, _ = replace(lines, old, new)
    assert any(rule in s for s in faults_of(empty_root, changed))


def test_change_of_tests_that_differ_is_refused_with_what_fits(
    empty_root: Path, repository: Path
) -> None:
    path = repository / "studies" / "junior_school_project" / "study.yml"
    folder = empty_root / "studies" / "junior_school_project"
    folder.mkdir(parents=True)
    text = path.read_text(encoding="utf-8") + "contrasts:\n  change:\n    - [T1, T2]\n"
    (folder / "study.yml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError, match="no change can be estimated") as caught:
        load_study("junior_school_project")
    (fault,) = caught.value.faults
    assert set(ESTIMANDS) & set(re.findall(r"\w+", fault.rule)) == {
        "gender_gap_standardised",
        "icc_level",
        "spearman",
    }


def test_synthetic_needs_a_reason(empty_root: Path, lines: list[str]) -> None:
    changed, _ = replace(lines, "synthetic:", "synthetic: true")
    assert any("synthetic_because" in s for s in faults_of(empty_root, changed))


def test_unknown_study_names_the_nearest() -> None:
    with pytest.raises(FaultsError, match="did you mean project_star"):
        load_study("projekt_star")
