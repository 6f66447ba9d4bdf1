"""REDCap's data dictionary: which form each column belongs to, its labels, who it identifies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.cells import framed, read_cells

HEADINGS: dict[str, str] = {
    "Variable / Field Name": "name",
    "Form Name": "form",
    "Field Type": "kind",
    "Field Label": "label",
    "Choices, Calculations, OR Slider Labels": "choices",
    "Choices OR Calculations": "choices",
    "Text Validation Type OR Show Slider Number": "validation",
    "Identifier?": "identifier",
    "field_name": "name",
    "form_name": "form",
    "field_type": "kind",
    "field_label": "label",
    "select_choices_or_calculations": "choices",
    "text_validation_type_or_show_slider_number": "validation",
    "identifier": "identifier",
}
"""Columns of a dictionary as its page and its interface for programs call them."""

CHOSEN = ("radio", "dropdown", "checkbox")
FIXED: dict[str, dict[str, str]] = {
    "yesno": {"1": "Yes", "0": "No"},
    "truefalse": {"1": "True", "0": "False"},
}
PERSONAL: dict[str, str] = {
    "email": "an e-mail address identifies a person",
    "phone": "a phone number identifies a person",
}
"""Kinds of text that identify a person whether or not the dictionary marks them."""

MARKED = "the dictionary marks it as an identifier"


@dataclass(frozen=True)
class Column:
    """One column of an export: a field, or one box of a checkbox field.

    Parameters
    ----------
    form, label : str
        Its form and its question.
    values : dict of str to str
        Label by code; empty where anything may be written.
    personal : str
        Why it identifies a person, or "".
    box : bool
        Whether it is a box, ticked (1) or not (0).
    """

    form: str
    label: str
    values: dict[str, str]
    personal: str
    box: bool = False


@dataclass(frozen=True)
class Dictionary:
    """All columns an export can have, and the field that names the person."""

    record: str
    columns: dict[str, Column]
    forms: tuple[str, ...]


def choices(text: str) -> dict[str, str] | None:
    """Label by code of a list of choices, or None where it is none.

    Examples
    --------
    >>> choices("0, No | 1, Yes, often")
    {'0': 'No', '1': 'Yes, often'}
    >>> choices("yes or no") is None
    True
    """
    parts = [part.strip() for part in text.split("|")]
    if not all("," in part for part in parts):
        return None
    pairs = [part.split(",", 1) for part in parts]
    found = {code.strip(): label.strip() for code, label in pairs}
    return found if len(found) == len(pairs) else None


def box_name(field: str, code: str) -> str:
    """Column of one box.

    Examples
    --------
    >>> box_name("race", "-1")
    'race____1'
    """
    return f"{field}___{re.sub(r'[^a-z0-9]', '_', code.lower())}"


def read_dictionary(path: Path) -> Dictionary:
    """A data dictionary as exported, in either of its two sets of headings.

    Parameters
    ----------
    path : Path
        A verified CSV file.

    Returns
    -------
    Dictionary
        Its fields in order; checkbox fields as their boxes.

    Raises
    ------
    FaultsError
        All at once: not a dictionary, a field twice, choices that are not `code, label`.

    """
    frame, _notes = framed(read_cells(path))
    file = relative(path)
    known = {HEADINGS[c]: c for c in frame.columns if c in HEADINGS}
    lacking = [key for key in ("name", "form", "kind", "label", "choices") if key not in known]
    if lacking:
        wanted = [next(h for h, key in HEADINGS.items() if key == one) for one in lacking]
        rule, remedy = "a data dictionary has this column", "export the dictionary from REDCap"
        raise FaultsError([Fault(file, rule, remedy, 1, heading) for heading in wanted])
    rows = frame.rename(columns={heading: key for key, heading in known.items()})
    columns: dict[str, Column] = {}
    faults: list[Fault] = []
    seen: set[str] = set()
    for line, row in zip(rows.index, rows.to_dict(orient="records"), strict=True):
        name, kind = row["name"].strip(), row["kind"].strip()
        if name in seen:
            rule = "a field stands in the dictionary once"
            faults.append(Fault(file, rule, "delete one", line, known["name"], name))
        seen.add(name)
        values = dict(FIXED.get(kind, {}))
        if kind in CHOSEN:
            listed = choices(row["choices"])
            if listed is None:
                rule = "choices are `code, label | code, label`, each code once"
                remedy = "mend them in REDCap and export the dictionary again"
                faults.append(
                    Fault(file, rule, remedy, line, known["choices"], row["choices"][:60])
                )
            values = listed or {}
        marked = row.get("identifier", "").strip().lower() in ("y", "yes", "1")
        personal = MARKED if marked else PERSONAL.get(row.get("validation", "").strip(), "")
        if kind == "checkbox":
            for code, label in values.items():
                ticked = {"0": "not ticked", "1": label}
                box = Column(row["form"], f"{row['label']}: {label}", ticked, personal, box=True)
                columns[box_name(name, code)] = box
        elif kind != "descriptive":
            columns[name] = Column(row["form"], row["label"], values, personal)
    if faults:
        raise FaultsError(faults)
    forms = tuple(dict.fromkeys(rows["form"]))
    states = {"0": "Incomplete", "1": "Unverified", "2": "Complete"}
    for form in forms:
        columns[f"{form}_complete"] = Column(form, f"{form}: is it complete?", states, "")
    return Dictionary(rows["name"].iloc[0].strip(), columns, forms)
