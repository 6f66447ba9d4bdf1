"""Raw files of open data in the package: as they came, with the schema of their codebook."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from typing import Any

from resilience_lib.codebook.identifying import looks_identifying
from resilience_lib.codebook.variable import NUMERIC, Codebook, Variable
from resilience_lib.export.package import limits, resource
from resilience_lib.readers.delimiter import declared, find_delimiter, physical_lines
from resilience_lib.readers.encoding import decode
from resilience_lib.study.intake import RawFile
from resilience_lib.study.schema import Study

_TYPES = {"integer": "integer", "number": "number", "date": "date"}


def raw_resources(
    study: Study, codebook: Codebook, contents: Mapping[str, bytes]
) -> tuple[dict[str, dict[str, Any]], dict[str, bytes], list[str]]:
    """Descriptions of the raw files of open data, and which of the files go into the package.

    Parameters
    ----------
    study : Study
    codebook : Codebook
    contents : mapping of str to bytes
        Bytes by name, of every raw file.

    Returns
    -------
    resources : dict of str to dict
        By name, of the files that go in.
    schemas : dict of str to bytes
        Of the others: a Table Schema each, by the name of its own file.
    left_out : list of str
        A sentence for each of the others: it is no plain CSV file in UTF-8 (a reader of the
        package could not open it), or it holds columns that its reader drops, or that the
        codebook drops as sensitive or by a name that looks identifying, or pseudonymises.
    """
    made: dict[str, dict[str, Any]] = {}
    schemas: dict[str, bytes] = {}
    left_out: list[str] = []
    for file in study.files if study.disclosure.open_data else ():
        hidden = [v.variable for v in codebook.of(file.name) if _is_hidden(v)]
        delimiter = _delimiter(file, contents[file.name])
        if delimiter is not None:
            hidden += _undescribed(file, contents[file.name], delimiter, codebook)
        schema = {
            "fields": [_field(variable) for variable in codebook.of(file.name)],
            "missingValues": [""],
        }
        if delimiter is not None and not hidden:
            made[file.name] = _resource(file, contents[file.name], delimiter, schema)
            continue
        why = f"holds {', '.join(hidden)}" if hidden else "is no plain CSV file in UTF-8"
        name = f"raw/{file.name}.schema.json"
        schemas[name] = (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()
        left_out.append(f"{file.name} is not here, since it {why}; {name} describes its columns")
    return made, schemas, left_out


def _is_hidden(variable: Variable) -> bool:
    personal = variable.sensitive == "yes" or looks_identifying(variable.variable)
    return (variable.role == "dropped" and personal) or variable.sensitive == "pseudonymise"


def _undescribed(file: RawFile, content: bytes, delimiter: str, codebook: Codebook) -> list[str]:
    """Columns that the codebook need not describe, since the reader drops them: addresses."""
    lines = physical_lines(decode(file.name, content).text)
    described = {variable.variable for variable in codebook.of(file.name)}
    header = next(csv.reader(lines, delimiter=delimiter))
    return [column for column in header if column.strip() not in described]


def _delimiter(file: RawFile, content: bytes) -> str | None:
    if file.reader not in ("csv", "google_forms", "school_records"):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = physical_lines(decode(file.name, content).text)
    return find_delimiter(file.name, lines, 1) if declared(lines) is None else None


def _resource(
    file: RawFile, content: bytes, delimiter: str, schema: dict[str, Any]
) -> dict[str, Any]:
    name = "raw-" + re.sub(r"[^a-z0-9._-]", "-", file.name.lower().removesuffix(".csv"))
    made = resource(name, f"raw/{file.name}", f"Raw file {file.name}, as it came", content)
    dialect = {} if delimiter == "," else {"dialect": {"delimiter": delimiter}}
    return {**made, **dialect, "schema": schema}


def _field(variable: Variable) -> dict[str, Any]:
    plain = variable.type in _TYPES and not variable.mapped
    constraints: dict[str, Any] = {}
    if plain and variable.limits is not None:
        constraints = dict(limits(*variable.limits))
    elif variable.codes and not (plain and variable.type in NUMERIC):
        constraints = {"enum": list(variable.codes)}
    told = [f"{c.code} = {c.meaning}" for c in variable.allowed if c.meaning]
    told += [f"{c.code} = {c.meaning or 'missing'} (missing)" for c in variable.missing_codes]
    made: dict[str, Any] = {
        "name": variable.variable,
        "type": _TYPES[variable.type] if plain else "string",
        "title": variable.label,
    }
    if told:
        made["description"] = "; ".join(told)
    if constraints:
        made["constraints"] = constraints
    if variable.missing_codes:
        # of this column alone: 99 may be a value of another
        made["missingValues"] = ["", *variable.missing]
    return made
