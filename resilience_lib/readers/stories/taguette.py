"""Taguette's project as it stores it (.sqlite3): the only form of it with offsets and coders."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.stories.checks import shown
from resilience_lib.readers.stories.export import CodedExport, Log, assembled
from resilience_lib.readers.stories.html_text import cut, text_and_breaks
from resilience_lib.readers.stories.sqlite_file import opened, rows_of

WANTED: dict[str, tuple[str, ...]] = {
    "projects": ("id", "name"),
    "documents": ("id", "name", "project_id", "contents"),
    "tags": ("id", "project_id", "path", "description"),
    "highlights": ("id", "document_id", "start_offset", "end_offset", "snippet"),
    "highlight_tags": ("highlight_id", "tag_id"),
    "commands": ("id", "date", "user_login", "payload"),
}

HIGHLIGHTS = """
    SELECT h.id, h.document_id, h.start_offset, h.end_offset, h.snippet, x.path
    FROM highlights h
    LEFT JOIN (
        SELECT ht.highlight_id, t.id AS tag, t.path
        FROM highlight_tags ht JOIN tags t ON t.id = ht.tag_id
    ) x ON x.highlight_id = h.id
    ORDER BY h.id, x.tag
"""

ALONE = "admin"
"""The only user of a Taguette that runs on a person's own computer."""

AGAIN = "delete the highlight in Taguette and mark the place again"


class Document:
    """A document's text, and what its byte offsets are in characters."""

    def __init__(self, name: str, html: str) -> None:
        self.name = name
        self.text, self.breaks = text_and_breaks(html)
        content = np.frombuffer(self.text.encode(), dtype=np.uint8)
        # a byte that does not continue a character begins one
        self.before = np.concatenate([[0], np.cumsum((content & 0xC0) != 0x80)])

    @property
    def size(self) -> int:
        """Length of the text in bytes."""
        return len(self.before) - 1


def _documents(file: str, stored: pd.DataFrame) -> tuple[dict[int, Document], list[Fault]]:
    faults = []
    for name in stored.loc[stored.duplicated("name"), "name"].unique():
        rule = "each document has a name of its own"
        remedy = "rename one of them in Taguette, then save the project again"
        faults.append(Fault(file, rule, remedy, column="documents.name", value=str(name)))
    made = {
        int(row["id"]): Document(str(row["name"]), str(row["contents"]))
        for row in stored.to_dict("records")
    }
    return made, faults


def _span(file: str, row: dict[str, object], document: Document) -> tuple[int, int, str] | Fault:
    """A highlight's offsets in characters and its text, or what is wrong with it."""
    start, end, mark = row["start_offset"], row["end_offset"], f"highlight {row['id']}"
    for column, offset in (("start_offset", start), ("end_offset", end)):
        if not isinstance(offset, int):
            rule = "offsets are whole numbers"
            value = f"{mark}: {offset}"
            return Fault(file, rule, AGAIN, column=f"highlights.{column}", value=value)
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= document.size):
        rule = f"a highlight lies inside its document, {document.name}: {document.size} bytes"
        value = f"{mark}: {start} to {end}"
        return Fault(file, rule, AGAIN, column="highlights.end_offset", value=value)
    first, last = int(document.before[start]), int(document.before[end])
    snippet, _breaks = text_and_breaks(str(row["snippet"]), snippet=True)
    there = document.text[first:last]
    if snippet != there:
        rule = f"the stored snippet is the text at its offsets in {document.name}: {shown(there)!r}"
        value = f"{mark}: {shown(snippet)}"
        return Fault(file, rule, AGAIN, column="highlights.snippet", value=value)
    return first, last, cut(document.text, document.breaks, first, last)


def _taggers(commands: pd.DataFrame) -> tuple[dict[int, tuple[str, str]], int]:
    """Who last set the tags of each highlight, and when; and how many lines cannot be read."""
    last: dict[int, tuple[str, str]] = {}
    unread = 0
    for row in commands.itertuples(index=False):
        try:
            said = json.loads(str(row.payload))
            if said["type"] == "highlight_add":
                last[int(said["highlight_id"])] = (str(row.user_login), str(row.date))
        except (ValueError, KeyError, TypeError):
            unread += 1
    return last, unread


def _log(taggers: dict[int, tuple[str, str]], unread: int, coder: str | None) -> Log:
    log: Log = []
    users = sorted({login for login, _date in taggers.values()})
    if unread:
        log.append(("commands that cannot be read", "Taguette's log of who tagged", unread))
    if coder is None and len(users) > 1:
        detail = f"each highlight is its last tagger's: {', '.join(users)}"
        log.append(("several coders in one project", detail, len(users)))
    if coder is None and users == [ALONE]:
        detail = f"Taguette on one's own computer calls everybody {ALONE}: name the coder"
        log.append(("coder is not told", detail, len(taggers)))
    if coder is not None and users:
        detail = f"{coder} for {', '.join(users)}, as the study file says"
        log.append(("coder replaced", detail, len(taggers)))
    return log


def read_taguette(
    path: Path, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """A Taguette project, untagged highlights included.

    Taguette's offsets count UTF-8 bytes of the text without markup, paragraphs joined without
    anything between; here they count characters of that same text.

    Parameters
    ----------
    path : Path
        A verified raw file: the project's .sqlite3.
    coder : str, optional
        Who coded it; without it the login that the log of commands names for each highlight.
    nested_by : str, optional
        What parts the levels of a tag: "." in cycle.applied.

    Returns
    -------
    CodedExport

    Raises
    ------
    FaultsError
        See `sqlite_file.opened`; several projects, documents of one name, highlights outside
        their document or whose snippet is another text.
    """
    file = relative(path)
    with opened(path, "Taguette's", WANTED) as (connection, _tables):
        projects = rows_of(connection, "SELECT name FROM projects ORDER BY id")
        stored = rows_of(connection, "SELECT id, name, contents FROM documents ORDER BY id")
        tags = rows_of(connection, "SELECT path, description FROM tags ORDER BY id")
        marked = rows_of(connection, HIGHLIGHTS)
        commands = rows_of(connection, "SELECT date, user_login, payload FROM commands ORDER BY id")
    if len(projects) != 1:
        names = ", ".join(projects["name"].astype(str)) or "none"
        rule = f"the database holds one project; it holds {len(projects)}"
        remedy = "export the one project from Taguette as .sqlite3"
        raise FaultsError([Fault(file, rule, remedy, value=names)])
    documents, faults = _documents(file, stored)
    taggers, unread = _taggers(commands)
    log = _log(taggers, unread, coder)
    rows: dict[str, list[object]] = {
        name: [] for name in ("segment", "source", "start", "end", "quote", "coder", "code", "date")
    }
    seen: dict[int, tuple[int, int, str] | Fault] = {}
    gone: set[int] = set()
    for row in marked.to_dict("records"):
        number, document = int(row["id"]), documents.get(row["document_id"])
        if document is None:
            gone.add(number)
            continue
        span = seen.get(number)
        if span is None:
            span = seen[number] = _span(file, row, document)
            if isinstance(span, Fault):
                faults.append(span)
        if isinstance(span, Fault):
            continue
        login, date = taggers.get(number, (None, None))
        who = login if coder is None else coder
        cells = (str(number), document.name, *span, who, row["path"] or "", date)
        for column, cell in zip(rows, cells, strict=True):
            rows[column].append(cell)
    if gone:
        log.append(("highlights of what was deleted", "their document is gone", len(gone)))
    if faults:
        raise FaultsError(faults)
    described = [text or None for text in tags["description"]]
    return assembled(
        rows,
        sources={
            "source": [one.name for one in documents.values()],
            "text": [one.text for one in documents.values()],
        },
        codes={"code": tags["path"], "description": described},
        log=log,
        nested_by=nested_by,
    )
