"""source.yml: what a draft leaves open is refused, and what a person wrote stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.study.source import load_source
from resilience_lib.study.source_draft import named_sums, with_entry

TEXT = """\
# Ours since 2024.
files:
- name: "a.csv"    # the first wave
  origin: {kind: team, collected: on paper}
  licence: >-
    Agreement with the school,
    2024.
  consent: asked
  citation: none

  sha256: '11'
# to be continued
"""
ENTRY = """\
- name: b.csv
  origin:
    kind: team
    collected: 'TO FILL IN: how and when it was collected, and how it was exported'
  licence: 'TO FILL IN: under which licence or agreement it may be used'
  consent: 'TO FILL IN: what pupils, parents and schools agreed to'
  citation: 'TO FILL IN: how to cite it'
  sha256: '22'
"""


def test_an_entry_is_added_and_nothing_else_changes() -> None:
    assert with_entry(TEXT, "source.yml", "b.csv", "22") == TEXT + ENTRY
    assert named_sums(TEXT + ENTRY, "source.yml") == {"a.csv": "11", "b.csv": "22"}


def test_the_list_is_indented_as_the_person_indents_it() -> None:
    indented = "files:\n  # one\n  - name: a.csv\n    sha256: '11'\n"
    made = with_entry(indented, "source.yml", "b.csv", "22")
    assert made == indented + "".join(f"  {line}\n" for line in ENTRY.splitlines())


def test_a_draft_is_refused_cell_by_cell_with_its_line(empty_root: Path) -> None:
    folder = empty_root / "data" / "raw" / "toy"
    folder.mkdir(parents=True)
    text = with_entry("", "source.yml", "b.csv", "2" * 64)
    (folder / "source.yml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        load_source("toy")
    lines = text.splitlines()
    rule = "a person fills in what a draft leaves open"
    assert [(f.row, f.rule) for f in caught.value.faults] == [
        (lines.index(next(one for one in lines if f" {key}:" in one)) + 1, rule)
        for key in ("collected", "licence", "consent", "citation")
    ]
    assert "How and when it was collected" in caught.value.faults[0].remedy
    filled = text.replace("TO FILL IN", "known")
    (folder / "source.yml").write_text(filled, encoding="utf-8")
    assert load_source("toy").files[0].licence.startswith("known")


@pytest.mark.parametrize("text", ["files: a.csv\n", "other: 1\n", "files: [1, 2]\n"])
def test_what_is_no_list_of_files_is_refused(text: str) -> None:
    with pytest.raises(FaultsError, match="files is a list with one entry a raw file"):
        with_entry(text, "source.yml", "b.csv", "22")
