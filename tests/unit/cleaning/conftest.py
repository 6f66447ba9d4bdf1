"""Small studies of a test's own: a study file, a codebook and raw files in an empty root."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from resilience_lib.cleaning.intake import read_files
from resilience_lib.cleaning.waves import Cleaned, clean_study
from resilience_lib.codebook.variable import COLUMNS
from resilience_lib.errors import FaultsError
from resilience_lib.store.pseudonyms import pseudonyms
from resilience_lib.study.load import load_study

STUDY = """\
study: toy
title: Toy
question: Does cleaning work?
synthetic: true
synthetic_because: Written for a test.
citations: []
seed: 1
files:
{files}
{more}
waves:
  - {{name: T1, value: before, label: Before}}
  - {{name: T2, value: after, label: After}}
gender: {{values: {{girl: girls, boy: boys}}, difference: [girls, boys]}}
outcomes:
  - {{name: score, column: score, label: Score, unit: points, range: [0, 100],
      higher_is_better: true, comparable_across_waves: false, role: primary}}
families: {{primary: holm, other: benjamini_hochberg}}
disclosure: {{open_data: true, reason: Invented.}}
figures: []
tables: []
"""
ROLES = {
    "pupil": {"role": "pupil"},
    "school": {"role": "school"},
    "wave": {"role": "wave", "type": "category", "allowed": "before|after"},
    "gender": {"role": "gender", "type": "category", "allowed": "F=girl|M=boy|girl|boy"},
    "score": {"role": "outcome", "type": "number", "allowed": "0|100", "missing_codes": "999=gone"},
}
"""What the columns of a toy file are, where a test says nothing else."""


class Toy:
    """Lays a study and cleans it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.raw = root / "data" / "raw" / "toy"

    def lay(
        self,
        files: dict[str, str],
        *,
        columns: dict[str, dict[str, str]] | None = None,
        entries: dict[str, str] | None = None,
        more: str = "",
    ) -> None:
        """Write raw files with their codebook, source.yml and study file.

        `columns` gives or changes the codebook's cells by column; `entries` the rest of a file's
        entry in the study file (reader: csv where left out).
        """
        self.raw.mkdir(parents=True, exist_ok=True)
        known = {**ROLES, **(columns or {})}
        book, source, listed = [",".join(COLUMNS)], ["files:"], []
        for name, text in files.items():
            (self.raw / name).write_text(text, encoding="utf-8", newline="")
            for column in text.splitlines()[0].split(","):
                cells = {"file": name, "variable": column, "label": "x", "type": "text",
                         "sensitive": "no", "role": "kept", **known.get(column, {})}  # fmt: skip
                book.append(",".join(f'"{cells.get(c, "")}"' for c in COLUMNS))
            entry = (entries or {}).get(name, "reader: csv")
            listed.append(f"  - {{name: {name}, {entry}}}")
            sha = hashlib.sha256(text.encode()).hexdigest()
            source.append(
                f"  - {{name: {name}, origin: {{kind: team, collected: by a test}}, licence: none,"
                f" consent: none, citation: none, sha256: '{sha}'}}"
            )
        (self.raw / "codebook.csv").write_text("\n".join(book) + "\n", encoding="utf-8")
        (self.raw / "source.yml").write_text("\n".join(source) + "\n", encoding="utf-8")
        study = self.root / "studies" / "toy" / "study.yml"
        study.parent.mkdir(parents=True, exist_ok=True)
        study.write_text(STUDY.format(files="\n".join(listed), more=more), encoding="utf-8")

    def clean(self) -> Cleaned:
        """Read, check and clean it."""
        study = load_study("toy")
        tables, codebook = read_files(study)
        return clean_study(tables, study, codebook, pseudonyms("toy"))

    def faults(self) -> list[str]:
        """What it is refused for."""
        with pytest.raises(FaultsError) as caught:
            self.clean()
        return [str(fault).replace("data/raw/toy/", "") for fault in caught.value.faults]


@pytest.fixture
def toy(empty_root: Path) -> Callable[..., Toy]:
    """`toy(files, columns=..., entries=..., more=...)` lays a study."""

    def make(files: dict[str, str], **options: object) -> Toy:
        made = Toy(empty_root)
        made.lay(files, **options)  # type: ignore[arg-type]
        return made

    return make
