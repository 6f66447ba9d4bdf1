"""Qualtrics CSV: three header rows, or the two of its legacy format."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.readers.cells import Cells, framed, read_cells
from resilience_lib.readers.raw_table import RawTable, listed, without

PERSONAL: dict[str, str] = {
    "ipaddress": "an IP address identifies a person",
    "locationlatitude": "coordinates identify a person",
    "locationlongitude": "coordinates identify a person",
    "recipientemail": "an e-mail address identifies a person",
    "recipientfirstname": "a name identifies a person",
    "recipientlastname": "a name identifies a person",
    "externalreference": "an entry of a contact list identifies a person",
    "externaldatareference": "an entry of a contact list identifies a person",
}
"""Why a column of Qualtrics' own goes, by its name or ImportId in small letters."""

PERSONAL_LEGACY: dict[str, str] = {
    **PERSONAL,
    "name": "a name identifies a person",
    "emailaddress": "an e-mail address identifies a person",
}
"""The same by the second row of the legacy format."""

PREVIEW = re.compile(r"1|2|9|17|(?:survey )?(?:preview|test)(?: spam)?|offline (?:survey )?preview")
SPAM = re.compile(r"8|12|40|(?:survey preview |imported |ex )?spam")
UNFINISHED = re.compile(r"0|false|no")
LEGACY_NAME = re.compile(r"V\d+")


def _import_ids(row: list[str]) -> list[str] | None:
    """ImportId of each column, or None where the row is not Qualtrics' third."""
    found = []
    for cell in row:
        try:
            entry = json.loads(cell)
        except ValueError:
            return None
        if not isinstance(entry, dict) or "ImportId" not in entry:
            return None
        found.append(str(entry["ImportId"]))
    return found


def _without_trailing(cells: Cells) -> Cells:
    """The legacy format ends every line in a comma: the column it makes has nothing in it."""
    if any(row and row[-1] for row in cells.rows):
        return cells
    return dataclasses.replace(cells, rows=[row[:-1] for row in cells.rows])


def _kept(frame: pd.DataFrame, system: dict[str, str]) -> list[str]:
    """Notes of previews, spam and unfinished responses, which all stay in the table."""
    notes = []
    status = system.get("status")
    channel = system.get("distributionchannel")
    values = {
        name: frame[column].str.strip().str.lower()
        for name, column in (("status", status), ("channel", channel))
        if column is not None
    }
    no = pd.Series(False, index=frame.index)
    preview = no.copy()
    if "status" in values:
        preview |= values["status"].str.fullmatch(PREVIEW)
    if "channel" in values:
        preview |= values["channel"].isin(["preview", "test"])
    spam = values["status"].str.fullmatch(SPAM) if "status" in values else no
    finished = system.get("finished")
    unfinished = (
        no
        if finished is None
        else frame[finished].str.strip().str.lower().str.fullmatch(UNFINISHED)
    )
    for found, what in (
        (preview, "previews or tests"),
        (spam, "marked as spam"),
        (unfinished, "unfinished"),
    ):
        if found.any():
            notes.append(f"{what}: {listed(frame.index[found])}; kept")
    return notes


def read(path: Path) -> RawTable:
    """A Qualtrics export as text, without the columns that identify a person.

    Parameters
    ----------
    path : Path
        A verified CSV or TSV as Qualtrics wrote it, with all its header rows.

    Returns
    -------
    RawTable
        `labels` holds the question texts; `removed` the columns dropped; previews, spam and
        unfinished responses stay, and `notes` says which lines they are.

    Raises
    ------
    FaultsError
        No Qualtrics header rows, and whatever is wrong with the file as CSV.
    """
    cells = read_cells(path)
    ids = _import_ids(cells.rows[2]) if len(cells.rows) > 2 else None
    legacy = ids is None and len(cells.rows) > 1 and cells.rows[0][0] == "V1"
    if ids is None and not legacy:
        rule = (
            "a Qualtrics export has three header rows, the third of them ImportIds "
            "(the legacy one: two, the first V1, V2, ...)"
        )
        remedy = "export it again from Qualtrics and do not edit it, or name the reader csv"
        row = cells.lines[2] if len(cells.rows) > 2 else cells.lines[-1]
        value = ",".join(cells.rows[min(2, len(cells.rows) - 1)])[:60]
        raise FaultsError([Fault(cells.name, rule, remedy, row, value=value), *cells.faults])
    if legacy:
        cells = _without_trailing(cells)
    texts = cells.rows[1]
    frame, notes = framed(cells, body=2 if legacy else 3)
    labels = dict(zip(frame.columns, texts, strict=True))
    if ids is not None:
        kinds = {
            column: [column.lower(), key.lower()] for column, key in zip(labels, ids, strict=True)
        }
        personal = PERSONAL
    else:
        kinds = {
            column: [text.lower()]
            for column, text in labels.items()
            if LEGACY_NAME.fullmatch(column) or column == text
        }
        personal = PERSONAL_LEGACY
    rules = {
        column: personal[name]
        for column, names in kinds.items()
        for name in names
        if name in personal
    }
    frame, removed = without(frame, rules)
    system = {name: column for column, names in kinds.items() for name in names}
    return RawTable(
        frame,
        removed=tuple(removed),
        labels={column: labels[column] for column in frame.columns},
        notes=(*notes, *_kept(frame, system)),
    )
