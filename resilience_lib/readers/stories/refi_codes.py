"""The codebook of REFI-QDA, in a project or by itself: nested codes as paths."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from resilience_lib.errors import Fault
from resilience_lib.readers.stories.refi_xml import guid, local, named, text_of

DEEPEST = 50
"""Levels of codes below one another; nobody's codebook has as many."""


@dataclass(frozen=True)
class Code:
    """A code: its name with all levels above, what it means, and whether texts can have it."""

    path: str
    memo: str | None
    codable: bool


def codes_of(file: str, root: ElementTree.Element) -> tuple[dict[str, Code], list[Fault]]:
    """The codes by guid.

    Parameters
    ----------
    file : str
        The file as messages show it.
    root : Element
        A project or a codebook.

    Returns
    -------
    tuple of dict and list of Fault
        Categories too, which are codes that are not codable; a fault for a code without a name
        or a guid, and for levels without end.

    Examples
    --------
    >>> root = ElementTree.fromstring('<CodeBook><Codes><Code guid="A" name="cycle">'
    ...     '<Code guid="B" name="applied"/></Code></Codes></CodeBook>')
    >>> [one.path for one in codes_of("a.qdc", root)[0].values()]
    ['cycle', 'cycle::applied']
    """
    found: dict[str, Code] = {}
    faults: list[Fault] = []

    def walk(element: ElementTree.Element, above: tuple[str, ...]) -> None:
        for child in named(element, "Code"):
            name, key = (child.get("name") or "").strip(), guid(child.get("guid"))
            if not name or not key or len(above) >= DEEPEST:
                rule = f"a code has a name and a guid, and at most {DEEPEST} levels above it"
                value = "::".join([*above[:3], name])
                faults.append(Fault(file, rule, "export it again", column="Code", value=value))
                continue
            path = (*above, name)
            codable = (child.get("isCodable") or "true").strip().lower() in ("true", "1")
            found[key] = Code("::".join(path), text_of(child, "Description"), codable)
            walk(child, path)

    book = root if local(root) == "CodeBook" else next(iter(named(root, "CodeBook")), None)
    for codes in named(book, "Codes") if book is not None else ():
        walk(codes, ())
    if book is None:
        rule = "REFI-QDA has the element CodeBook"
        faults.append(Fault(file, rule, "export it again", column="CodeBook", value=local(root)))
    return found, faults
