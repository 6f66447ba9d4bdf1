"""Selections of texts in a REFI-QDA project, with their codes, coders and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

from resilience_lib.errors import Fault
from resilience_lib.readers.stories.export import Log
from resilience_lib.readers.stories.measures import Measure, Span, begins, chosen, plain
from resilience_lib.readers.stories.refi_archive import AGAIN
from resilience_lib.readers.stories.refi_codes import Code
from resilience_lib.readers.stories.refi_xml import guid, named, text_of

COLUMNS: tuple[str, ...] = (
    "segment",
    "source",
    "start",
    "end",
    "quote",
    "coder",
    "code",
    "memo",
    "date",
)
WHOLE = re.compile(r"\d{1,15}")

Rows = dict[str, list[object]]


@dataclass(frozen=True)
class Source:
    """A text source: its name, its text as stored (None where absent) and its element."""

    name: str
    raw: str | None
    element: ElementTree.Element


@dataclass(frozen=True)
class Reading:
    """What selections refer to: the file as messages show it, codes, users and notes by guid."""

    file: str
    codes: dict[str, Code]
    users: dict[str, str]
    notes: dict[str, str]


@dataclass
class _Found:
    """What was gathered so far; spans are places by a selection's guid."""

    rows: Rows = field(default_factory=lambda: {name: [] for name in COLUMNS})
    spans: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    quoteless: int = 0


def _span(reading: Reading, source: Source, element: ElementTree.Element) -> Span | Fault:
    """The offsets of a selection as they stand there."""
    said = [(element.get(one) or "").strip() for one in ("startPosition", "endPosition")]
    if not all(WHOLE.fullmatch(one) for one in said) or int(said[0]) >= int(said[1]):
        rule = f"a selection in {source.name} has a start and, after it, an end: whole numbers"
        value = f"{element.get('guid')}: {said[0]} to {said[1]}"
        return Fault(reading.file, rule, AGAIN, column="PlainTextSelection", value=value)
    return int(said[0]), int(said[1]), element.get("name")


def _memo(reading: Reading, *elements: ElementTree.Element) -> str | None:
    """Descriptions and notes of a selection and its coding, one below the other."""
    found: list[str] = []
    for element in elements:
        said = [text_of(element, "Description")]
        said += [
            reading.notes.get(guid(one.get("targetGUID"))) for one in named(element, "NoteRef")
        ]
        found += [one for one in said if one and one not in found]
    return "\n".join(found) or None


def _coder(reading: Reading, *elements: ElementTree.Element) -> str | None:
    """The first of these elements whose creating user has a name says it."""
    users = (reading.users.get(guid(one.get("creatingUser"))) for one in elements)
    return next((user for user in users if user), None)


def _codings(
    reading: Reading, found: _Found, element: ElementTree.Element
) -> list[tuple[str, str | None, str | None, str | None]]:
    """Code, coder, memo and date of each coding of a selection; one of "" where it has none."""
    made = []
    for coding in named(element, "Coding"):
        date = coding.get("creationDateTime") or element.get("creationDateTime")
        who, memo = _coder(reading, coding, element), _memo(reading, element, coding)
        for reference in named(coding, "CodeRef"):
            code = reading.codes.get(guid(reference.get("targetGUID")))
            if code is None:
                rule = "a coding's code is in the codebook"
                value = reference.get("targetGUID") or ""
                fault = Fault(reading.file, rule, AGAIN, column="CodeRef", value=value)
                found.faults.append(fault)
                continue
            made.append((code.path, who, memo, date))
    if not named(element, "Coding"):
        date = element.get("creationDateTime")
        made.append(("", _coder(reading, element), _memo(reading, element), date))
    return made


def _place(
    reading: Reading, source: Source, measure: Measure | None, span: Span
) -> tuple[int, int, str | None] | Fault:
    """A selection's offsets in characters and its quote."""
    start, end, name = span
    if measure is None or source.raw is None:
        # without the text a name is the quote only where it is as long: tools shorten it
        return start, end, name if name and len(name) == end - start else None
    quote = measure.cut(plain(source.raw), start, end)
    if quote is None:
        rule = f"a selection lies inside its text, {source.name}: {measure.size} characters"
        value = f"{start} to {end}"
        return Fault(reading.file, rule, AGAIN, column="PlainTextSelection", value=value)
    return int(measure.place[start]), int(measure.place[end]), quote


def _one_source(reading: Reading, source: Source, found: _Found, log: Log) -> None:
    elements = named(source.element, "PlainTextSelection")
    read = [(one, _span(reading, source, one)) for one in elements]
    found.faults += [span for _one, span in read if isinstance(span, Fault)]
    spans = [(one, span) for one, span in read if not isinstance(span, Fault)]
    measure = None
    if source.raw is not None:
        measure, _count = chosen(source.raw, [span for _one, span in spans], begins)
        if measure.name != "characters":
            log.append(("offsets counted otherwise", f"{source.name}: {measure.name}", len(spans)))
    first: dict[tuple[int, int], str] = {}
    for element, span in spans:
        place = _place(reading, source, measure, span)
        if isinstance(place, Fault):
            found.faults.append(place)
            continue
        start, end, quote = place
        found.quoteless += quote is None
        key = guid(element.get("guid"))
        found.spans[key] = (source.name, start, end)
        segment = first.setdefault((start, end), key)
        for code, coder, memo, date in _codings(reading, found, element):
            values = (segment, source.name, start, end, quote, coder, code, memo, date)
            for name, value in zip(COLUMNS, values, strict=True):
                found.rows[name].append(value)


def selections_of(
    reading: Reading, sources: list[Source], log: Log
) -> tuple[Rows, dict[str, tuple[str, int, int]], list[Fault]]:
    """All selections of texts.

    Parameters
    ----------
    reading : Reading
        What they refer to.
    sources : list of Source
        The texts.
    log : list
        Lines are added.

    Returns
    -------
    tuple of dict, dict and list of Fault
        Columns of segments; source, start and end of each selection by guid; what is wrong.
    """
    found = _Found()
    for source in sources:
        _one_source(reading, source, found, log)
    if found.quoteless:
        detail = "their text is not in the archive, and their name is not it"
        log.append(("segments without a quote", detail, found.quoteless))
    # a place without a code is untagged only where no other selection of it has one
    coded = {
        (row[0], row[1])
        for row in zip(found.rows["segment"], found.rows["source"], found.rows["code"], strict=True)
        if row[2]
    }
    keep = [
        bool(code) or (segment, source) not in coded
        for segment, source, code in zip(
            found.rows["segment"], found.rows["source"], found.rows["code"], strict=True
        )
    ]
    if not all(keep):
        detail = "without a code, at the place of one with a code: their notes are not read"
        log.append(("selections left out", detail, keep.count(False)))
    rows: Rows = {
        name: [value for value, kept in zip(values, keep, strict=True) if kept]
        for name, values in found.rows.items()
    }
    return rows, found.spans, found.faults
