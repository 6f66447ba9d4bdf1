"""Drafts the rows of a codebook from a file: what it shows, and what only a person knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from resilience_lib.codebook.variable import COLUMNS, Code, Role
from resilience_lib.errors import TO_FILL_IN
from resilience_lib.instruments.key import Key
from resilience_lib.readers.raw_table import RawTable
from resilience_lib.scaffold.draft_items import Item, find_items, instrument_cell
from resilience_lib.scaffold.draft_roles import (
    HIDDEN_ID,
    PLATFORM,
    role_by_name,
    role_by_values,
    why_identifying,
    words,
)
from resilience_lib.scaffold.draft_values import Values, read_values
from resilience_lib.scaffold.draft_waves import WaveColumn, wave_columns

IDS: tuple[Role, ...] = ("pupil", "school", "classroom")
FORMS_ID = "ID"
"""Microsoft Forms counts its responses in a column of this name: no pupil's id."""


@dataclass(frozen=True)
class _Column:
    name: str
    label: str
    values: Values
    place: WaveColumn
    role: Role | None = None
    why: str = ""
    item: Item | None = None


def draft_variables(table: RawTable, file: str, keys: Sequence[Key] = ()) -> list[dict[str, str]]:
    """Rows of codebook.csv for one file, as far as the file shows them.

    Parameters
    ----------
    table : RawTable
        As its reader found it.
    file : str
        Name of the raw file.
    keys : sequence of Key
        Instruments that runs of items are held against.

    Returns
    -------
    list of dict of str to str
        One a column of the table, keys `codebook.COLUMNS`. What is guessed says TO FILL IN in the
        same row, so that the codebook is refused until a person has looked at it; the only
        guesses that do not are columns dropped because they look as if they identified somebody
        or are a survey platform's own. The wording of items is left out: it belongs to its owner.

    Examples
    --------
    >>> import pandas as pd
    >>> table = RawTable(pd.DataFrame({"sex": ["F", "M", "F", "M"]}, dtype="str"))
    >>> row = draft_variables(table, "a.csv")[0]
    >>> [row[c] for c in ("variable", "label", "type", "allowed", "role")]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['sex', 'TO FILL IN: what it holds; the role gender is guessed from its name',
     'category', 'F|M', 'gender']
    """
    columns = _with_items(_with_roles(_columns(table)))
    return [_row(column, file, keys) for column in columns]


def _columns(table: RawTable) -> list[_Column]:
    values = {
        str(name): read_values(
            table.frame[name], table.value_labels.get(name, {}), table.missing.get(name, {})
        )
        for name in table.frame.columns
    }
    scores = [name for name, one in values.items() if one.limits and not _few(one)]
    waves = wave_columns(list(values), scores)
    return [
        _Column(
            name, table.labels.get(name, "").strip(), one, waves.get(name, WaveColumn(name, ""))
        )
        for name, one in values.items()
    ]


def _few(values: Values) -> bool:
    low, high = float(values.different[0]), float(values.different[-1])
    return values.type == "integer" and high - low <= 10


def _with_roles(columns: list[_Column]) -> list[_Column]:
    """Roles by name first, then by values; one column a role and wave, the first that fits."""
    taken: set[tuple[Role, str]] = set()
    forms = {"start_time", "completion_time"} <= {words(column.name) for column in columns}
    made = []
    for column in columns:
        role, why = _role(column, forms)
        place = (role, column.place.wave) if role is not None else None
        if place is not None and role != "dropped":
            if place in taken:
                role, why = _second(column)
            else:
                taken.add(place)
        made.append(_Column(column.name, column.label, column.values, column.place, role, why))
    return made


def _role(column: _Column, forms: bool) -> tuple[Role | None, str]:
    if words(column.name) in PLATFORM or (forms and column.name == FORMS_ID):
        return "dropped", "what the survey platform notes of a response"
    named = role_by_name(column.place.base)
    if named is not None and not HIDDEN_ID.search(words(column.name)):
        return named, "its name"
    hidden = why_identifying(column.name, column.label, column.values.different)
    if hidden is not None:
        return "dropped", f"looks as if it identified a person, by {hidden}"
    by_values = role_by_values(column.values.different)
    return by_values, "its values" if by_values is not None else ""


def _second(column: _Column) -> tuple[Role | None, str]:
    """Another column that fits a role already taken: kept, unless it identifies somebody."""
    hidden = why_identifying(column.name, column.label, column.values.different)
    return (
        (None, "")
        if hidden is None
        else ("dropped", f"looks as if it identified a person, by {hidden}")
    )


def _with_items(columns: list[_Column]) -> list[_Column]:
    free = {c.name: (c.place.base, c.place.wave, c.values) for c in columns if c.role is None}
    items = find_items(free)
    return [
        _Column(c.name, c.label, c.values, c.place, "item", "", items[c.name])
        if c.name in items
        else c
        for c in columns
    ]


def _row(column: _Column, file: str, keys: Sequence[Key]) -> dict[str, str]:
    cells = dict.fromkeys(COLUMNS, "") | {
        "file": file,
        "variable": column.name,
        "type": column.values.type,
        "missing_codes": _joined(column.values.missing),
        "wave": column.place.wave,
        "item": _plain(column.place.base) if column.place.wave else "",
        "sensitive": "no",
        "role": column.role or "kept",
    }
    if column.role == "dropped":
        return cells | _dropped(column)
    if column.item is not None:
        return cells | _item_cells(column, column.item, keys)
    cells |= {"label": _label(column), "source_question": _source(column)}
    if column.role in IDS:
        # an id is text, whatever it is made of, and has no codes
        hidden = why_identifying(column.name, "", column.values.different) is not None
        sensitive = "pseudonymise" if hidden else "yes"
        return cells | {"type": "text", "missing_codes": "", "sensitive": sensitive}
    if column.role in ("gender", "wave", "arm"):
        return cells | {"type": "category", "allowed": _codes(column)}
    return cells | _value_cells(column)


def _dropped(column: _Column) -> dict[str, str]:
    why = column.why
    if HIDDEN_ID.search(words(column.name)):
        why += "; to link waves by it: role pupil, sensitive pseudonymise"
    personal = "no" if words(column.name) in PLATFORM or column.name == FORMS_ID else "yes"
    return {"label": why, "type": "text", "missing_codes": "", "wave": "", "item": "",
            "sensitive": personal}  # fmt: skip


def _item_cells(column: _Column, item: Item, keys: Sequence[Key]) -> dict[str, str]:
    if item.whole:
        allowed = f"{item.answers[0]}|{item.answers[-1]}"
        unit = ", ".join(f"{code.code}={code.meaning}" for code in column.values.labels)
    else:
        allowed = "|".join(f"{answer}={TO_FILL_IN}: its number" for answer in item.answers)
        unit = ""
    return {
        "label": f"item {item.number}",
        "type": "integer",
        "unit": unit,
        "allowed": allowed,
        "instrument": instrument_cell(item, keys),
        "item": item.number,
    }


def _value_cells(column: _Column) -> dict[str, str]:
    values = column.values
    if values.type == "category":
        return {"allowed": _codes(column)}
    if values.type in ("number", "integer"):
        named = "".join(f"; {code.code}={code.meaning}" for code in values.labels)
        if values.limits is None:
            return {
                "unit": f"{TO_FILL_IN}: unit and range (seen: always {values.different[0]}){named}"
            }
        low, high = values.limits
        unit = f"{TO_FILL_IN}: unit and range (seen: {low} to {high}){named}"
        return {"allowed": f"{low}|{high}", "unit": unit}
    # a free text may name somebody
    return {"sensitive": "yes"} if values.type == "text" and values.different else {}


def _codes(column: _Column) -> str:
    labels = {code.code: code.meaning for code in column.values.labels}
    codes = list(dict.fromkeys([*labels, *column.values.different]))
    asked = bool(labels) or (column.role == "gender" and all(code.isdigit() for code in codes))
    return _joined(
        tuple(Code(c, labels.get(c, f"{TO_FILL_IN}: its meaning" if asked else "")) for c in codes)
    )


def _joined(codes: Sequence[Code]) -> str:
    return "|".join(f"{c.code}={c.meaning}" if c.meaning else c.code for c in codes)


def _label(column: _Column) -> str:
    asked = [] if column.label else ["what it holds"]
    if column.role is not None:
        asked.append(f"the role {column.role} is guessed from {column.why}")
    if column.place.wave and TO_FILL_IN not in column.place.wave:
        asked.append(f"the wave {column.place.wave} is guessed from its name")
    if not column.values.different and not column.values.labels:
        asked.append("it is empty in this file")
    if not asked:
        return column.label
    question = f"{TO_FILL_IN}: {'; '.join(asked)}"
    return f"{column.label} ({question})" if column.label else question


def _source(column: _Column) -> str:
    return "the file's own label" if column.label else f"{TO_FILL_IN}: question or manual page"


def _plain(base: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", base).strip("_")
