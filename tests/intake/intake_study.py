"""A good study of twelve rows in any of its formats, to be spoiled, checked and read again."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ITEMS = ("11", "12", "13", "14", "15", "16")
HEADER = ("pupil", "school", "wave", "gender", "score", "seen", *(f"q{item}" for item in ITEMS))
GRID: tuple[tuple[str, ...], ...] = (
    ("0101", "A", "before", "F", "41", "2021-03-01", "2", "1", "2", "1", "0", "2"),
    ("0102", "A", "before", "M", "52.5", "2021-03-01", "0", "0", "1", "0", "2", "0"),
    ("0103", "A", "before", "F", "63", "2021-03-02", "1", "1", "1", "2", "1", "1"),
    ("0204", "B", "before", "M", "74", "2021-03-02", "0", "1", "0", "0", "2", "0"),
    ("0205", "B", "before", "F", "85", "2021-03-03", "2", "2", "1", "2", "0", "2"),
    ("0206", "B", "before", "M", "96", "2021-03-03", "1", "0", "1", "1", "1", "1"),
    ("0101", "A", "after", "F", "42", "2021-07-01", "1", "1", "2", "1", "1", "2"),
    ("0102", "A", "after", "M", "51.5", "2021-07-01", "0", "0", "0", "0", "2", "0"),
    ("0103", "A", "after", "F", "64", "2021-07-02", "1", "2", "1", "2", "0", "1"),
    ("0204", "B", "after", "M", "73", "2021-07-02", "0", "1", "0", "1", "2", "0"),
    ("0205", "B", "after", "F", "86", "2021-07-03", "2", "2", "2", "2", "0", "2"),
    ("0206", "B", "after", "M", "95", "2021-07-03", "1", "0", "1", "0", "1", "1"),
)
ROLES: dict[str, dict[str, str]] = {
    "pupil": {"role": "pupil"},
    "school": {"role": "school", "type": "category", "allowed": "A|B"},
    "wave": {"role": "wave", "type": "category", "allowed": "before|after"},
    "gender": {"role": "gender", "type": "category", "allowed": "F=girl|M=boy"},
    "score": {"role": "outcome", "type": "number", "allowed": "0|100", "missing_codes": "999=away"},
    "seen": {"type": "date"},
    **{
        f"q{item}": {"role": "item", "type": "integer", "allowed": "0|2", "missing_codes": "9",
                     "instrument": "mmf", "item": item}
        for item in ITEMS
    },
}  # fmt: skip
BOOK = ("file", "variable", "label", "type", "unit", "allowed", "missing_codes", "instrument",
        "item", "wave", "source_question", "sensitive", "role")  # fmt: skip
STUDY = """\
study: toy
title: Toy
question: Is it read rightly?
synthetic: true
synthetic_because: Written for a test.
citations: []
seed: 1
files:
{files}
waves:
  - {{name: T1, value: before, label: Before}}
  - {{name: T2, value: after, label: After}}
gender: {{values: {{girl: girls, boy: boys}}, difference: [girls, boys]}}
outcomes:
  - {{name: score, column: score, label: Score, unit: points, range: [0, 100],
      higher_is_better: true, comparable_across_waves: false, role: primary}}
  - {{name: behaviour, instrument: mmf, scale: behavioural, label: Behaviour, unit: points,
      range: [0, 12], higher_is_better: false, comparable_across_waves: false, role: secondary}}
families: {{primary: holm, other: benjamini_hochberg}}
disclosure: {{open_data: true, reason: Invented.}}
figures: []
tables: []
"""
RAW = Path("data/raw/toy")
PLACES = {"study.yml": Path("studies/toy/study.yml")}
CHECK = "data/processed/toy/check.xlsx"
Waves = dict[tuple[str, str], dict[str, object]]


def table(rows: Iterable[Iterable[str]] = GRID, header: Iterable[str] = HEADER) -> str:
    """A header and rows as CSV text."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def codebook(
    columns: Iterable[str] = HEADER,
    changed: Mapping[str, Mapping[str, str]] | None = None,
    file: str = "pupils.csv",
) -> str:
    """Rows of a codebook for one file, with its header."""
    rows = [
        {"file": file, "variable": column, "label": "x", "type": "text", "sensitive": "no",
         "role": "kept", **ROLES.get(column, {}), **(changed or {}).get(column, {})}
        for column in columns
    ]  # fmt: skip
    return table(([row.get(cell, "") for cell in BOOK] for row in rows), BOOK)


def place(root: Path, name: str) -> Path:
    """Where a file of the toy study lies."""
    if name.startswith("instruments/"):
        return root / "studies" / "toy" / name
    return root / PLACES.get(name, RAW / name)


def shown(name: str) -> str:
    """The same as messages show it."""
    return place(Path(), name).as_posix()


def source(files: Mapping[str, bytes]) -> str:
    """Birth certificates with the files' sums."""
    return "files:\n" + "".join(
        f"  - {{name: '{name}', origin: {{kind: team, collected: by a test}}, licence: none, "
        f"consent: none, citation: none, sha256: '{hashlib.sha256(content).hexdigest()}'}}\n"
        for name, content in files.items()
    )


def lay(root: Path, case: Mapping[str, Any]) -> None:
    """Write the study of a case.

    files: raw files by name (pupils.csv as in `GRID` where left out), text or bytes or a function
    of the good file's bytes; entries: what the study file says of each; codebook: its text;
    more: further lines of the study file; edits: (file, old, new) in what was laid, each found
    once; also: further files, written last; signed: False leaves the sums of the good files.
    """
    good = table().encode()
    files = {
        name: content(good) if callable(content) else _bytes(content)
        for name, content in case.get("files", {"pupils.csv": good}).items()
    }
    entries = case.get("entries", dict.fromkeys(files, "reader: csv"))
    listed = "\n".join(f"  - {{name: '{name}', {entry}}}" for name, entry in entries.items())
    laid: dict[str, bytes] = {
        **files,
        "codebook.csv": _bytes(case.get("codebook", codebook())),
        "study.yml": _bytes(STUDY.format(files=listed) + case.get("more", "")),
    }
    unedited = {name: laid[name] for name in files}
    for name, old, new in case.get("edits", ()):
        if name == "source.yml":
            continue
        assert laid[name].count(_bytes(old)) >= 1, (name, old)
        laid[name] = laid[name].replace(_bytes(old), _bytes(new), 1)
    signed = unedited if case.get("signed") is False else {name: laid[name] for name in files}
    laid["source.yml"] = _bytes(source(signed))
    for name, old, new in case.get("edits", ()):
        if name == "source.yml":
            assert _bytes(old) in laid[name], (name, old)
            laid[name] = laid[name].replace(_bytes(old), _bytes(new), 1)
    for name, content in {**laid, **case.get("also", {})}.items():
        path = place(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(_bytes(content))


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def everything(root: Path) -> dict[str, bytes]:
    """All files below a root."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def listed_faults(root: Path) -> list[tuple[str, int | None, str | None, str | None, str, str]]:
    """Rows of check.xlsx: file, line, column, value, rule, remedy."""
    from openpyxl import load_workbook

    header, *rows = load_workbook(root / CHECK).active.iter_rows(values_only=True)
    assert header == ("file", "row", "column", "value", "rule", "what to do")
    return [tuple(row) for row in rows]


def waves_of_grid(rows: Iterable[Iterable[str]] = GRID) -> Waves:
    """What the good rows mean, worked out without the library."""
    waves = {"before": "T1", "after": "T2"}
    genders = {"F": "girls", "M": "boys"}
    found: Waves = {}
    for pupil, school, wave, gender, score, _seen, *answers in rows:
        items = {f"mmf_{item}": float(a) for item, a in zip(ITEMS, answers, strict=True)}
        found[pupil, waves[wave]] = {
            "school": school, "gender": genders[gender], "score": float(score), **items,
        }  # fmt: skip
    return found


def expected(case: Mapping[str, Any]) -> Waves:
    """The good waves with the changes of a case: cells by pupil and wave, None for a row gone."""
    found: Waves = waves_of_grid()
    for key, cells in case["reads"].items():
        if cells is None:
            del found[key]
        else:
            found[key] = {**found.get(key, {}), **cells}
    return found


def waves_read() -> Waves:
    """What the library makes of the study that lies at RESILIENCE_ROOT; missing as None."""
    from resilience_lib.cleaning.intake import read_files
    from resilience_lib.cleaning.waves import clean_study
    from resilience_lib.store.pseudonyms import pseudonyms
    from resilience_lib.study.load import load_study

    study = load_study("toy")
    tables, book = read_files(study)
    waves = clean_study(tables, study, book, pseudonyms("toy")).waves
    columns = ["school", "gender", "score", *(c for c in waves.columns if c.startswith("mmf_"))]
    found: Waves = {}
    for row in waves.to_dict("records"):
        key = row["pupil"], row["wave"]
        assert key not in found
        found[key] = {c: None if row[c] != row[c] else row[c] for c in columns}
    return found


def kind(rule: str) -> str:
    """A rule without the numbers, names and lists that it holds in one case."""
    rule = re.sub(r"[0-9]+(?:[.,][0-9]+)*", "#", rule)
    return re.split(r"; |: | \(", rule)[0]
