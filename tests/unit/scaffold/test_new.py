"""A new study: laid whole or not at all."""

from __future__ import annotations

import csv
import errno
import re
from pathlib import Path

import pytest

from resilience_lib.codebook.load import load_codebook
from resilience_lib.errors import FaultsError
from resilience_lib.figures.registry import FIGURES, check_figures
from resilience_lib.scaffold.new import new_study
from resilience_lib.store.raw import fetch, raw_path
from resilience_lib.study.load import load_study
from resilience_lib.study.persons import PersonChange
from resilience_lib.study.schema import Arms, Disclosure, Outcome, Study
from resilience_lib.tables.registry import TABLES, check_tables


def files(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def test_the_templates_are_a_valid_study(empty_root: Path) -> None:
    said = new_study("hope_2026")
    assert files(empty_root) == [
        "data/raw/hope_2026/codebook.csv",
        "data/raw/hope_2026/source.yml",
        "data/raw/hope_2026/truth.yml",
        "studies/hope_2026/instruments/invented.yml",
        "studies/hope_2026/study.yml",
    ]
    assert "make paper-figures STUDY=hope_2026" in said[-2]
    study = load_study("hope_2026")
    assert study.synthetic and not study.disclosure.open_data
    assert len(load_codebook("hope_2026").variables) == 9
    # every figure and table but those that need a comparison, or tests that differ
    fitting = ("pupils", "change", "contrast", "items")
    assert set(study.figures) == {n for n, s in FIGURES.items() if s.fit.design in fitting}
    assert set(study.tables) == {n for n, s in TABLES.items() if s.fit.design in fitting}
    check_figures(study)
    check_tables(study)


def test_the_checksum_is_that_of_the_pupils_who_will_be_laid(empty_root: Path) -> None:
    new_study("a")
    assert fetch("a")[0].startswith("wrote data/raw/a/pupils_synthetic.csv")
    with raw_path("a", "pupils_synthetic.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["data"] for row in rows} == {"synthetic"}
    # truth.yml: 22 + 25 + 26 + 28 + 30 + 24 pupils
    assert len({row["pupil"] for row in rows}) == 155


def test_the_study_template_mentions_every_key(empty_root: Path) -> None:
    new_study("a")
    text = (empty_root / "studies" / "a" / "study.yml").read_text(encoding="utf-8")
    for block in (Study, Outcome, Arms, Disclosure, PersonChange):
        for key in block.model_fields:
            assert re.search(rf"\b{key}:", text), key


def test_a_block_that_is_commented_out_is_valid_once_it_is_not(empty_root: Path) -> None:
    new_study("a")
    path = empty_root / "studies" / "a" / "study.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    for head, length in (("# arms:", 6), ("# population:", 5), ("# persons:", 6)):
        at = lines.index(head)
        lines[at : at + length] = [line.removeprefix("# ") for line in lines[at : at + length]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    study = load_study("a")
    assert study.arm_names == ("comparison", "programme")
    assert study.population is not None and study.population.schools == 36
    assert study.persons["wellbeing"].important == 2


@pytest.mark.parametrize("name", ["", "Hope", "2026", "a-b", "a b", "../a", "ä", "a\n"])
def test_a_name_that_cannot_be_used(empty_root: Path, name: str) -> None:
    with pytest.raises(FaultsError, match="begins with a letter") as caught:
        new_study(name)
    assert str(caught.value).startswith(f"make new-study, NAME: {name!r}: ")
    assert "NAME=hope_2026" in str(caught.value)
    assert files(empty_root) == []


@pytest.mark.parametrize("folder", ["data/raw/a", "studies/a"])
def test_a_folder_that_is_there_is_never_touched(empty_root: Path, folder: str) -> None:
    own = empty_root / folder / "mine.csv"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    with pytest.raises(FaultsError) as caught:
        new_study("a")
    assert str(caught.value) == (
        f"{folder}: the folder of a study a is there already, and nothing was changed. "
        "Choose another NAME, or move the folder away"
    )
    assert files(empty_root) == [f"{folder}/mine.csv"]


@pytest.mark.parametrize("failing", ["truth.yml", "source.yml", "study.yml"])
def test_a_full_disk_leaves_nothing_behind(
    empty_root: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    write = Path.write_text

    def full(self: Path, *arguments: str, **options: str) -> int:
        if self.name == failing:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return write(self, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        new_study("a")
    assert not (empty_root / "data" / "raw" / "a").exists()
    assert not (empty_root / "studies" / "a").exists()
    monkeypatch.undo()
