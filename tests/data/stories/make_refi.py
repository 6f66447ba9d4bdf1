"""A REFI-QDA project (.qdpx) in the shape of the standard (QDA-XML 1.0), with cases and variables.

No program that exports one runs without a window here, save exegete (drive_exegete.py), whose
export has neither. So this one is written by hand after the standard's elements: nested codes,
two users, variables of sources and cases, a note, a PDF with a coding that no reader of texts can
take. Guids are made from names, dates are fixed: it comes out the same every time.
"""

from __future__ import annotations

import uuid
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

SPACE = "urn:QDA-XML:project:1.0"
DATE = "2021-06-01T12:00:00Z"
FIRST_DAY = (2021, 6, 1, 12, 0, 0)


def guid(*names: object) -> str:
    """A guid that is always the same for the same names."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "::".join(str(name) for name in names))).upper()


def place(text: str, quote: str, nth: int) -> tuple[int, int]:
    """Offsets of a quote in characters."""
    at = -1
    for _ in range(nth):
        at = text.index(quote, at + 1)
    return at, at + len(quote)


def sub(parent: ElementTree.Element, tag: str, /, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _codes(root: ElementTree.Element, story: dict[str, Any]) -> None:
    codes = sub(sub(root, "CodeBook"), "Codes")
    groups: dict[str, ElementTree.Element] = {}
    for one in story["codes"]:
        above, _, name = one["path"].rpartition(".")
        if above and above not in groups:
            groups[above] = sub(codes, "Code", guid=guid("code", above), name=above)
            groups[above].set("isCodable", "false")
        parent = groups[above] if above else codes
        code = sub(parent, "Code", guid=guid("code", one["path"]), name=name, isCodable="true")
        if one["description"]:
            sub(code, "Description").text = one["description"]


def _values(element: ElementTree.Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        one = sub(element, "VariableValue")
        sub(one, "VariableRef", targetGUID=guid("variable", name))
        sub(one, "TextValue").text = value


def _sources(root: ElementTree.Element, story: dict[str, Any]) -> dict[str, str]:
    """All sources; returns the text of each member of the archive."""
    members = {}
    sources = sub(root, "Sources")
    for one in story["documents"]:
        key = guid("source", one["name"])
        text = "\n".join(one["paragraphs"])
        members[f"Sources/{key}.txt"] = text
        source = sub(sources, "TextSource", guid=key, name=one["name"])
        source.set("plainTextPath", f"internal://{key}.txt")
        for at, mark in enumerate(story["highlights"]):
            if mark["document"] != one["name"]:
                continue
            start, end = place(text, mark["quote"], mark.get("nth", 1))
            selection = sub(
                source,
                "PlainTextSelection",
                guid=guid("selection", at),
                name=mark["quote"],
                startPosition=str(start),
                endPosition=str(end),
                creatingUser=guid("user", mark["coder"]),
                creationDateTime=DATE,
            )
            for path in mark["codes"]:
                coding = sub(
                    selection,
                    "Coding",
                    guid=guid("coding", at, path),
                    creatingUser=guid("user", mark["coder"]),
                    creationDateTime=DATE,
                )
                sub(coding, "CodeRef", targetGUID=guid("code", path))
            if mark.get("memo"):
                sub(selection, "NoteRef", targetGUID=guid("note", at))
        _values(source, one["attributes"])
    pdf = sub(
        sources, "PDFSource", guid=guid("pdf"), name="poster.pdf", path="internal://poster.pdf"
    )
    area = sub(pdf, "PDFSelection", guid=guid("area"), page="0", firstX="1", firstY="1")
    coding = sub(area, "Coding", guid=guid("coding", "pdf"))
    sub(coding, "CodeRef", targetGUID=guid("code", "mood"))
    return members


def project(story: dict[str, Any]) -> tuple[ElementTree.Element, dict[str, str]]:
    """The project's XML and the texts by member of the archive."""
    ElementTree.register_namespace("", SPACE)
    root = ElementTree.Element("Project", {"xmlns": SPACE, "name": story["project"]["name"]})
    root.set("origin", "tests/data/stories/make_refi.py")
    users = sub(root, "Users")
    for name in dict.fromkeys(one["coder"] for one in story["highlights"]):
        sub(users, "User", guid=guid("user", name), name=name)
    _codes(root, story)
    variables = sub(root, "Variables")
    named = [one["attributes"] for one in story["documents"]] + list(story["cases"].values())
    for name in sorted({name for values in named for name in values}):
        sub(variables, "Variable", guid=guid("variable", name), name=name, typeOfVariable="Text")
    cases = sub(root, "Cases")
    for name, values in story["cases"].items():
        case = sub(cases, "Case", guid=guid("case", name), name=name)
        _values(case, values)
        for one in story["documents"]:
            if one["case"] == name:
                sub(case, "SourceRef", targetGUID=guid("source", one["name"]))
    members = _sources(root, story)
    notes = sub(root, "Notes")
    for at, mark in enumerate(story["highlights"]):
        if mark.get("memo"):
            note = sub(notes, "Note", guid=guid("note", at), name="memo")
            sub(note, "PlainTextContent").text = mark["memo"]
    return root, members


def write(path: Path, root: ElementTree.Element, members: dict[str, str | bytes]) -> None:
    """The archive, the same to the byte every time."""
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"project.qde": content, **members}.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), text)
