"""REFI-QDA projects (.qdpx), as ATLAS.ti, MAXQDA, NVivo, QualCoder and others export them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.stories.export import CodedExport, Log, assembled
from resilience_lib.readers.stories.measures import plain
from resilience_lib.readers.stories.refi_archive import AGAIN, Archive, read_archive
from resilience_lib.readers.stories.refi_cases import attributes_and_cases
from resilience_lib.readers.stories.refi_codes import Code, codes_of
from resilience_lib.readers.stories.refi_selections import Reading, Source, selections_of
from resilience_lib.readers.stories.refi_xml import guid, local, named, parsed, text_of

MEDIA: tuple[str, ...] = ("PDFSource", "PictureSource", "AudioSource", "VideoSource")


def _stored(archive: Archive, element: ElementTree.Element) -> str | None:
    """A text that an element holds or names; None where it is not in the archive."""
    inside = text_of(element, "PlainTextContent")
    path = element.get("plainTextPath") or ""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    content = archive.texts.get(name) if path.startswith("internal:") else None
    if content is None:
        return inside
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    return content.decode("utf-8", errors="replace")


def _sources(
    file: str, archive: Archive, root: ElementTree.Element, log: Log
) -> tuple[list[Source], list[Fault]]:
    """The texts, and what else was left out."""
    found: list[Source] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    skipped: dict[str, int] = {}
    for group in named(root, "Sources"):
        for element in group:
            if local(element) in MEDIA:
                for one in element.iter():
                    if local(one).endswith("Selection"):
                        count = len(named(one, "Coding"))
                        skipped[local(one)] = skipped.get(local(one), 0) + count
                continue
            if local(element) != "TextSource":
                continue
            name = (element.get("name") or "").strip()
            if not name or name in seen:
                rule = "each source has a name of its own"
                faults.append(
                    Fault(file, rule, "rename it and export again", column="TextSource", value=name)
                )
                continue
            seen.add(name)
            raw = _stored(archive, element)
            if raw is not None and "\ufffd" in raw:
                rule = "texts are UTF-8 (or UTF-16 with its mark)"
                faults.append(Fault(file, rule, AGAIN, column="TextSource", value=name))
                continue
            found.append(Source(name, raw, element))
    for kind, count in skipped.items():
        if count:
            log.append(("skipped media codings", kind, count))
    absent = [one.name for one in found if one.raw is None]
    if absent:
        log.append(("absent texts", ", ".join(absent), len(absent)))
    return found, faults


def _users(root: ElementTree.Element) -> dict[str, str]:
    return {
        guid(user.get("guid")): (user.get("name") or user.get("id") or "").strip()
        for group in named(root, "Users")
        for user in named(group, "User")
    }


def _notes(archive: Archive, root: ElementTree.Element) -> dict[str, str]:
    """Notes by guid: their text, or else what describes them."""
    found = {}
    for group in named(root, "Notes"):
        for note in named(group, "Note"):
            text = _stored(archive, note) or text_of(note, "Description")
            if text:
                found[guid(note.get("guid"))] = plain(text).strip()
    return found


def _book(codes: dict[str, Code]) -> dict[str, list[object]]:
    kept = [one for one in codes.values() if one.codable]
    return {"code": [one.path for one in kept], "description": [one.memo for one in kept]}


def read_refi(path: Path, *, coder: str | None = None, nested_by: str | None = None) -> CodedExport:
    """A REFI-QDA project: texts, selections with their codes and coders, cases and variables.

    Parameters
    ----------
    path : Path
        A verified raw file (.qdpx).
    coder : str, optional
        Who coded, where the project names nobody.
    nested_by : str, optional
        What parts the levels in a code's name; nested codes always are levels.

    Returns
    -------
    CodedExport
        Selections of one place of a source are one segment, called by the guid of the first.
        Where a text is not in the archive, its quotes are missing, unless a selection's name is
        as long as the selection. How offsets count is told by the names of selections, see
        `measures`.

    Raises
    ------
    FaultsError
        See `refi_archive.read_archive` and `refi_xml.parsed`; offsets that are no numbers or lie
        outside their text, codings of a code that is not in the codebook, sources of one name.
    """
    file = relative(path)
    archive = read_archive(path)
    root = parsed(f"{file} (project.qde)", archive.project)
    if local(root) != "Project":
        rule = f"project.qde holds a Project; it holds {local(root)}"
        raise FaultsError([Fault(file, rule, AGAIN)])
    log: Log = []
    codes, faults = codes_of(file, root)
    sources, found = _sources(file, archive, root, log)
    faults += found
    reading = Reading(file, codes, _users(root), _notes(archive, root))
    rows, spans, found = selections_of(reading, sources, log)
    faults += found
    attributes, cases, found = attributes_and_cases(file, root, sources, spans, log)
    faults += found
    if faults:
        raise FaultsError(faults)
    return assembled(
        rows,
        sources={
            "source": [one.name for one in sources],
            "text": [None if one.raw is None else plain(one.raw) for one in sources],
        },
        codes=_book(codes),
        attributes=attributes,
        cases=cases,
        log=log,
        coder=coder,
        nested_by=nested_by,
    )
