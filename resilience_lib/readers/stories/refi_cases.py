"""Cases and variables of a REFI-QDA project."""

from __future__ import annotations

from xml.etree import ElementTree

from resilience_lib.errors import Fault
from resilience_lib.readers.stories.export import Log
from resilience_lib.readers.stories.measures import plain
from resilience_lib.readers.stories.refi_archive import AGAIN
from resilience_lib.readers.stories.refi_selections import Source
from resilience_lib.readers.stories.refi_xml import guid, local, named

Columns = dict[str, list[object]]


def _values(
    file: str, element: ElementTree.Element, variables: dict[str, str]
) -> tuple[list[tuple[str, str | None]], list[Fault]]:
    """Name and value of each variable of a source or a case."""
    found: list[tuple[str, str | None]] = []
    faults = []
    for one in named(element, "VariableValue"):
        target = next((ref.get("targetGUID") for ref in named(one, "VariableRef")), None)
        name = variables.get(guid(target))
        if name is None:
            rule = "a value's variable is in the list of variables"
            faults.append(Fault(file, rule, AGAIN, column="VariableRef", value=target or ""))
            continue
        texts = (
            "".join(child.itertext()).strip() for child in one if local(child) != "VariableRef"
        )
        found.append((name, next((text for text in texts if text), None)))
    return found, faults


def attributes_and_cases(
    file: str,
    root: ElementTree.Element,
    sources: list[Source],
    spans: dict[str, tuple[str, int, int]],
    log: Log,
) -> tuple[Columns, Columns, list[Fault]]:
    """Values of variables by source and case, and the places that belong to a case.

    Parameters
    ----------
    file : str
        The file as messages show it.
    root : Element
        The project.
    sources : list of Source
        Its texts.
    spans : dict of str to tuple
        Source, start and end of each selection, by guid.
    log : list
        Lines are added.

    Returns
    -------
    tuple of dict, dict and list of Fault
        Columns of attributes and of cases, and what is wrong. A whole source runs from 0 to its
        length where its text is there.
    """
    variables = {
        guid(one.get("guid")): (one.get("name") or "").strip()
        for group in named(root, "Variables")
        for one in named(group, "Variable")
    }
    attributes: Columns = {"of": [], "name": [], "attribute": [], "value": []}
    cases: Columns = {"case": [], "source": [], "start": [], "end": []}
    faults: list[Fault] = []

    def add(of: str, name: str, element: ElementTree.Element) -> None:
        values, found = _values(file, element, variables)
        faults.extend(found)
        for attribute, value in values:
            for key, cell in zip(attributes, (of, name, attribute, value), strict=True):
                attributes[key].append(cell)

    by_guid: dict[str, tuple[str, int | None, int | None]] = {}
    for source in sources:
        add("source", source.name, source.element)
        length = None if source.raw is None else len(plain(source.raw))
        start = None if length is None else 0
        by_guid[guid(source.element.get("guid"))] = (source.name, start, length)
    by_guid |= spans
    elsewhere = 0
    for group in named(root, "Cases"):
        for case in named(group, "Case"):
            name = (case.get("name") or "").strip()
            add("case", name, case)
            for reference in named(case, "SourceRef", "SelectionRef"):
                place = by_guid.get(guid(reference.get("targetGUID")))
                if place is None:
                    elsewhere += 1
                    continue
                for key, cell in zip(cases, (name, *place), strict=True):
                    cases[key].append(cell)
    if elsewhere:
        detail = "of pictures, recordings or PDF files, which are not read"
        log.append(("places of cases not read", detail, elsewhere))
    return attributes, cases, faults
