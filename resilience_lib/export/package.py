"""datapackage.json: the exported files as a Frictionless Data Package (Table Schema)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from resilience_lib.export.excel_text import RULE
from resilience_lib.export.fields import Field
from resilience_lib.export.rows import csv_words
from resilience_lib.study.schema import Study
from resilience_lib.study.source import Source

LICENCES: dict[str, str] = {
    "CC0 1.0": "CC0-1.0",
    "CC BY 4.0": "CC-BY-4.0",
    "CC BY-SA 4.0": "CC-BY-SA-4.0",
    "ODC-BY 1.0": "ODC-BY-1.0",
    "ODbL 1.0": "ODbL-1.0",
    "MIT": "MIT",
    "GPL-3": "GPL-3.0",
}
"""Identifiers of the Open Definition by what a source.yml says; other texts are titles."""

_TYPES = {"text": "string", "category": "string", "integer": "integer", "number": "number"}


def data_package(study: Study, source: Source, resources: Sequence[Mapping[str, Any]]) -> bytes:
    """The package's description.

    Parameters
    ----------
    study : Study
    source : Source
        Licences and citations come from here; who made the data is left for a person to add.
    resources : sequence of mapping
        From `scored_resource` and `raw_files.raw_resources`.

    Returns
    -------
    bytes
        JSON; no dates, so that the same data give the same bytes.
    """
    licences = dict.fromkeys(entry.licence for entry in source.files)
    citations = dict.fromkeys(entry.citation for entry in source.files)
    made = {
        "profile": "tabular-data-package",
        "name": study.study,
        "title": f"SYNTHETIC DATA: {study.title}" if study.synthetic else study.title,
        "description": _description(study),
        "licenses": [_licence(text, study.disclosure.open_data) for text in licences],
        "sources": [{"title": text} for text in citations],
        "resources": list(resources),
    }
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()


def scored_resource(
    name: str, title: str, content: bytes, fields: Sequence[Field], keys: Sequence[str]
) -> dict[str, Any]:
    """One exported CSV file.

    Parameters
    ----------
    name : str
        Without its ending.
    title : str
    content : bytes
        The file.
    fields : sequence of Field
    keys : sequence of str
        Columns that together name a row.

    Returns
    -------
    dict
    """
    return {
        **resource(name, f"{name}.csv", title, content),
        "schema": {
            "fields": [_field(field, keys) for field in fields],
            "missingValues": [""],
            "primaryKey": list(keys),
        },
    }


def resource(name: str, path: str, title: str, content: bytes) -> dict[str, Any]:
    """What every CSV file of the package says of itself."""
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
        "title": title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def limits(low: float, high: float) -> dict[str, float]:
    """Constraints of a number; whole limits as whole numbers.

    Examples
    --------
    >>> limits(0.0, 2.5)
    {'minimum': 0, 'maximum': 2.5}
    """
    return {
        key: int(value) if float(value).is_integer() else value
        for key, value in (("minimum", low), ("maximum", high))
    }


def _description(study: Study) -> str:
    told = [study.question]
    if study.synthetic:
        told.append(f"SYNTHETIC DATA, no real pupils. {study.synthetic_because}")
    if not study.disclosure.open_data:
        told.append("CONFIDENTIAL: every row is a pupil's.")
    return " ".join([*told, *study.notes])


def _licence(text: str, open_data: bool) -> dict[str, str]:
    name = LICENCES.get(text, "other-open" if open_data else "other-closed")
    return {"name": name, "title": text}


def _field(field: Field, keys: Sequence[str]) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if field.name in keys else {}
    if field.kind == "category":
        constraints["enum"] = csv_words(field)
    if field.limits is not None:
        constraints |= limits(*field.limits)
    told = [f"Unit: {field.unit}."] if field.unit else []
    if field.kind == "text":
        told.append(f"Text; {RULE}.")
    if field.instrument and field.role == "item":
        told.append(f"Item {field.item} of {field.instrument}, as answered (not reversed).")
    elif field.instrument:
        told.append(f"Score {field.item} of {field.instrument}.")
    made: dict[str, Any] = {"name": field.name, "type": _TYPES[field.kind], "title": field.label}
    if told:
        made["description"] = " ".join(told)
    if constraints:
        made["constraints"] = constraints
    return made
