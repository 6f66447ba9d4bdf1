"""`make codebook`: describes a raw file as far as it shows itself, and asks for the rest."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

from resilience_lib.errors import TO_FILL_IN, Fault, FaultsError
from resilience_lib.instruments.load import key_names, load_key
from resilience_lib.paths import codebook, raw, relative, root, study_file
from resilience_lib.readers.guess import guess_reader
from resilience_lib.readers.raw_table import RawTable
from resilience_lib.readers.registry import READERS, read_raw
from resilience_lib.scaffold.draft import draft_variables
from resilience_lib.store.checksums import sha256
from resilience_lib.store.described import described_files, with_rows, write_together
from resilience_lib.study.source_draft import named_sums, with_entry

DRAFT = "codebook.draft.csv"
"""Where the rows go of a study whose codebook is a workbook."""

Row = Mapping[str, str]


def draft_codebook(
    study: str,
    file: str,
    reader: str | None = None,
    sheet: str | None = None,
    dictionary: str | None = None,
) -> list[str]:
    """Draft a file's rows of the codebook and its entry in source.yml.

    Parameters
    ----------
    study : str
    file : str
        Its name in data/raw/<study>/, or its path there.
    reader : str, optional
        One of `READERS`; guessed where left out.
    sheet, dictionary : str, optional
        What that reader needs, as in the study file.

    Returns
    -------
    list of str
        What was written, what was guessed, what is left open, and what the study file needs;
        the study file is never changed.

    Raises
    ------
    FaultsError
        Nothing is changed: no such file there, it is described already, source.yml has another
        checksum for it, there are two codebooks, no such reader, or the file cannot be read.
    """
    name = _name_of(study, file)
    path = raw(study) / name
    book = codebook(study)
    target = book if book.suffix == ".csv" else raw(study) / DRAFT
    source = raw(study) / "source.yml"
    text = source.read_text(encoding="utf-8") if source.exists() else ""
    total = sha256(path)
    listed = _refuse(study, name, total, target, named_sums(text, relative(source)))
    said, why = _reader(path, reader, sheet)
    raw_dictionary = None if dictionary is None else raw(study) / _name_of(study, dictionary)
    table = read_raw(path, said, sheet=sheet, dictionary=raw_dictionary)
    keys = [load_key(key, study) for key in key_names(study)]
    rows = draft_variables(table, name, keys)
    contents = {target: with_rows(target, rows)}
    entries = text if listed else with_entry(text, relative(source), name, total)
    if raw_dictionary is not None and raw_dictionary.name not in named_sums(text, ""):
        # a data dictionary is a raw file too
        entries = with_entry(entries, relative(source), raw_dictionary.name, sha256(raw_dictionary))
    if entries != text:
        contents[source] = entries.encode()
    write_together(contents)
    entry = "is there already" if listed else "written, with the checksum"
    return [
        f"{relative(target)}: {len(rows)} rows written for {name}",
        *([f"  copy them into {book.name}, then delete {DRAFT}"] if target != book else []),
        f"{relative(source)}: its entry {entry}",
        *_guessed(rows, table, said, why),
        *_open(rows, relative(target), None if listed else relative(source)),
        *_study_entry(study, name, said, sheet, dictionary, rows),
    ]


def _name_of(study: str, file: str) -> str:
    """The file's name below the study's raw folder, or the fault that it is not there."""
    folder = raw(study)
    given = Path(file)
    for path in (folder / given, root() / given, given):
        if file and path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            return path.resolve().relative_to(folder.resolve()).as_posix()
    place = f"{relative(folder)}/"
    if not file:
        remedy = f"Say e.g. make codebook STUDY={study} FILE=wave_1.csv"
        raise FaultsError([Fault("make codebook", "FILE names the file", remedy, column="FILE")])
    near = difflib.get_close_matches(given.name, [p.name for p in folder.glob("*")], n=1)
    remedy = f"did you mean {near[0]}?" if near else f"Put it into {place}, then run this again"
    rule = f"the file lies in {place}"
    raise FaultsError([Fault("make codebook", rule, remedy, column="FILE", value=file)])


def _refuse(study: str, name: str, total: str, target: Path, sums: Mapping[str, str]) -> bool:
    """Whether source.yml has the file's entry; faults where anything speaks against drafting."""
    if target.name != DRAFT and (raw(study) / "codebook.xlsx").exists():
        rule = "a study has one codebook; codebook.csv and codebook.xlsx are both there"
        raise FaultsError([Fault(relative(target), rule, "move one of the two away")])
    faults = []
    for book in dict.fromkeys((codebook(study), target)):
        if name in described_files(book):
            rule = "the file is described already, and nothing was changed"
            remedy = "to draft it anew, delete its rows first"
            faults.append(Fault(relative(book), rule, remedy, column="file", value=name))
    if sums.get(name, total) != total:
        rule = f"source.yml has the checksum {sums[name] or '(none)'} for it; the file has {total}"
        remedy = "put the original file back, or delete its entry there"
        faults.append(Fault(relative(raw(study) / name), rule, remedy))
    if faults:
        raise FaultsError(faults)
    return name in sums


def _reader(path: Path, reader: str | None, sheet: str | None) -> tuple[str, str]:
    if not reader:
        return guess_reader(path, sheet)
    if reader in READERS:
        return reader, ""
    rule = f"READER is one of {', '.join(READERS)}"
    near = difflib.get_close_matches(reader, READERS, n=1)
    remedy = f"did you mean {near[0]}?" if near else "or leave it out: then it is guessed"
    raise FaultsError([Fault("make codebook", rule, remedy, column="READER", value=reader)])


def _guessed(rows: Sequence[Row], table: RawTable, reader: str, why: str) -> list[str]:
    roles: dict[str, list[str]] = {}
    for row in rows:
        if row["role"] not in ("kept", "item", "dropped"):
            roles.setdefault(f"{row['role']}", []).append(row["variable"])
    said = [f"the reader {reader}: {why}"] if why else []
    said += [f"the role {role}: {', '.join(columns)}" for role, columns in roles.items()]
    runs = dict.fromkeys(row["instrument"] for row in rows if row["instrument"])
    said += [f"items: {run.removeprefix(f'{TO_FILL_IN}: ')}" for run in runs]
    said += [
        f"missing codes of {row['variable']}: {row['missing_codes']}"
        for row in rows
        if TO_FILL_IN in row["missing_codes"] and row["role"] != "item"
    ]
    said += [
        f"dropped: {row['variable']} ({row['label']})" for row in rows if row["role"] == "dropped"
    ]
    said += [f"dropped by the reader: {gone.column} ({gone.rule})" for gone in table.removed]
    said += [f"note: {note}" for note in table.notes]
    return ["Guessed, for you to look at:", *(f"  {one}" for one in said)] if said else []


def _open(rows: Sequence[Row], book: str, source: str | None) -> list[str]:
    cells = sum(TO_FILL_IN in cell for row in rows for cell in row.values())
    told = [f"  {book}: {cells} cells"] if cells else []
    told += [f"  {source}: collected, licence, consent, citation"] if source else []
    told.append("  sensitive and role of every row; a score that is ready-made has role outcome")
    told.append(
        "  allowed holds words that stand in the file: none may be a name, nor a questionnaire's "
        "wording that is not yours to publish"
    )
    return [f"Left open for you (they say {TO_FILL_IN}, and make check refuses them):", *told]


def _study_entry(
    study: str,
    name: str,
    reader: str,
    sheet: str | None,
    dictionary: str | None,
    rows: Sequence[Row],
) -> list[str]:
    entry = f"name: {name}, reader: {reader}"
    entry += f", sheet: {sheet}" if sheet else ""
    entry += f", dictionary: {dictionary}" if dictionary else ""
    if reader == "school_records":
        entry += ", holds: school_records"
    elif not any(row["role"] == "wave" or row["wave"] for row in rows):
        entry += ", wave: T1"
        told = ["  wave: the one wave of all its rows, since no column seems to say it"]
        return [*_add(study, entry), *told]
    return _add(study, entry)


def _add(study: str, entry: str) -> list[str]:
    return [f"Add to files in {relative(study_file(study))}:", f"  - {{{entry}}}"]
