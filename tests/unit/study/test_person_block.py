"""What a study file may say of changed persons, and what it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.study.load import load_study


def load(root: Path, repository: Path, block: str, study: str = "project_star"):
    text = (repository / "studies" / study / "study.yml").read_text(encoding="utf-8")
    folder = root / "studies" / study
    folder.mkdir(parents=True)
    (folder / "study.yml").write_text(f"{text}\npersons:\n{block}\n", encoding="utf-8")
    return load_study(study)


def test_a_reliability_and_an_important_change_with_their_sources(empty_root, repository):
    block = (
        "  reading: {reliability: 0.87, source: Manual 2001, important: 12,\n"
        "            important_source: Someone 2010}\n"
        "  mathematics: {reliability: first_wave_alpha}"
    )
    persons = load(empty_root, repository, block).persons
    assert persons["reading"].reliability == 0.87 and persons["reading"].important == 12.0
    assert persons["mathematics"].reliability == "first_wave_alpha"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("reading: {reliability: 0.87}", "a reliability goes with its source"),
        ("reading: {reliability: first_wave_alpha, source: x}", "first_wave_alpha has none"),
        ("reading: {reliability: 1.2, source: x}", "between 0 and 1, or first_wave_alpha"),
        ("reading: {reliability: 0, source: x}", "between 0 and 1, or first_wave_alpha"),
        ("reading: {reliability: alpha, source: x}", "between 0 and 1, or first_wave_alpha"),
        ("reading: {reliability: true, source: x}", "between 0 and 1, or first_wave_alpha"),
        ("reading: {important: 3}", "important goes with important_source"),
        ("reading: {important: 0, important_source: x}", "persons.reading.important"),
        ("reading: {}", "give a reliability"),
        ("reading: {relability: 0.8, source: x}", "did you mean reliability?"),
        ("spelling: {reliability: 0.8, source: x}", "spelling is no outcome"),
    ],
)
def test_faults_are_said_once_and_with_their_line(empty_root, repository, entry, said):
    with pytest.raises(FaultsError) as caught:
        load(empty_root, repository, f"  {entry}")
    texts = [str(fault) for fault in caught.value.faults]
    assert sum(said in text for text in texts) == 1, texts
    assert len(texts) == 1 or "relability" in entry, texts
    assert all("study.yml, line" in text for text in texts)


def test_an_outcome_whose_change_is_not_estimated_is_refused(empty_root, repository):
    block = "  english: {reliability: 0.9, source: x}"
    with pytest.raises(FaultsError, match="english is no outcome with comparable_across_waves"):
        load(empty_root, repository, block, "junior_school_project")
