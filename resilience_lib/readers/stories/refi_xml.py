"""XML of REFI-QDA, parsed only where it declares nothing: no document type, no entities."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.parsers import expat

from resilience_lib.errors import Fault, FaultsError


def local(element: ElementTree.Element) -> str:
    """An element's name without its namespace.

    Examples
    --------
    >>> local(ElementTree.fromstring('<Code xmlns="urn:QDA-XML:project:1.0"/>'))
    'Code'
    """
    return element.tag.rpartition("}")[2]


def named(element: ElementTree.Element, *names: str) -> list[ElementTree.Element]:
    """The children of an element that have one of these names, whatever their namespace.

    Examples
    --------
    >>> len(named(ElementTree.fromstring("<a><b/><c/><b/></a>"), "b"))
    2
    """
    return [child for child in element if local(child) in names]


def text_of(element: ElementTree.Element, name: str) -> str | None:
    """The text of the first child of a name, or None where there is none or it is empty.

    Examples
    --------
    >>> text_of(ElementTree.fromstring("<a><b> x </b></a>"), "b")
    'x'
    """
    for child in named(element, name):
        found = "".join(child.itertext()).strip()
        return found or None
    return None


def guid(text: str | None) -> str:
    """A guid as it can be compared: tools differ in capitals and braces.

    Examples
    --------
    >>> guid("{AB-1}")
    'ab-1'
    """
    return (text or "").strip().strip("{}").casefold()


def parsed(file: str, content: bytes) -> ElementTree.Element:
    """The root of an XML file that declares neither a document type nor entities.

    Parameters
    ----------
    file : str
        The file as messages show it.
    content : bytes
        All of it.

    Returns
    -------
    Element

    Raises
    ------
    FaultsError
        A document type declaration (it can name other files, or swell), or broken XML.
    """

    def refuse(*_declared: object) -> None:
        rule = "the XML declares no document type or entities (they can name other files)"
        raise FaultsError([Fault(file, rule, "export it again from the program that coded it")])

    # a first pass that builds nothing: the parser itself says what is declared, whatever the
    # encoding, before any entity is expanded
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
        return ElementTree.fromstring(content)
    except (expat.ExpatError, ElementTree.ParseError, LookupError, ValueError) as error:
        rule = f"the XML is whole ({error})"
        raise FaultsError([Fault(file, rule, "export it again")]) from None
