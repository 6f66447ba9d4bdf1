"""A raw file's entry in source.yml, drafted: the checksum is known, the rest a person fills in."""

from __future__ import annotations

import io
import re
from typing import Any

from resilience_lib.errors import TO_FILL_IN, Fault, FaultsError
from resilience_lib.study.yaml_files import parse_yaml

HEAD = """\
# Birth certificate of every raw file. What says TO FILL IN only the study's team knows; it is
# refused until they have written it.
"""


def named_sums(text: str, name: str) -> dict[str, str]:
    """Checksum by file of the entries that a source.yml has, filled in or not.

    Parameters
    ----------
    text : str
        Of source.yml; "" where there is none.
    name : str
        The file, for messages.

    Returns
    -------
    dict of str to str
        "" where an entry has no checksum.

    Raises
    ------
    FaultsError
        No YAML, or no list of files.

    Examples
    --------
    >>> named_sums("files:\\n  - {name: a.csv, sha256: '12'}\\n", "source.yml")
    {'a.csv': '12'}
    """
    return {str(entry.get("name")): str(entry.get("sha256", "")) for entry in _entries(text, name)}


def with_entry(text: str, name: str, file: str, sha256: str) -> str:
    """source.yml with one more entry; comments and all other lines stay as they are.

    Parameters
    ----------
    text : str
        Of source.yml; "" where there is none.
    name : str
        The file, for messages.
    file : str
        The raw file.
    sha256 : str
        Its checksum.

    Returns
    -------
    str

    Raises
    ------
    FaultsError
        As `named_sums`.

    Examples
    --------
    >>> made = with_entry("", "source.yml", "a.csv", "00")
    >>> print(made[made.index("files") :])  # doctest: +ELLIPSIS
    files:
      - name: a.csv
        origin:
          kind: team
          collected: 'TO FILL IN: how and when it was collected, and how it was exported'
        licence: 'TO FILL IN: ...'
        consent: 'TO FILL IN: ...'
        citation: 'TO FILL IN: how to cite it'
        sha256: '00'
    <BLANKLINE>
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import SingleQuotedScalarString as Quoted

    def asked(question: str) -> str:
        quoted: str = Quoted(f"{TO_FILL_IN}: {question}")
        return quoted

    _entries(text, name)
    document = parse_yaml(text or f"{HEAD}files: []\n", name)
    if not text:
        document["files"].fa.set_block_style()
    document["files"].append(
        {
            "name": file,
            "origin": {
                "kind": "team",
                "collected": asked("how and when it was collected, and how it was exported"),
            },
            "licence": asked("under which licence or agreement it may be used"),
            "consent": asked("what pupils, parents and schools agreed to"),
            "citation": asked("how to cite it"),
            "sha256": Quoted(sha256),
        }
    )
    yaml = YAML(typ="rt")
    # long lines stay as the person broke them
    yaml.width = 10_000
    indented = re.search(r"^files:[^\n]*\n(?:\s*#[^\n]*\n|\s*\n)*( *)- ", text, re.MULTILINE)
    offset = 2 if indented is None else len(indented[1])
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _entries(text: str, name: str) -> list[dict[str, Any]]:
    if not text:
        return []
    document = parse_yaml(text, name)
    entries = document.get("files")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        rule, remedy = "files is a list with one entry a raw file", "see another study's"
        raise FaultsError([Fault(name, rule, remedy, column="files")])
    return entries
