"""REDCap exports, one row per person and event, with the project's data dictionary."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.cells import framed, read_cells
from resilience_lib.readers.raw_table import RawTable, listed, without
from resilience_lib.readers.redcap_dictionary import Dictionary, read_dictionary

EVENT = "redcap_event_name"
REPEAT = "redcap_repeat_instrument"
OWN: tuple[str, ...] = (EVENT, REPEAT, "redcap_repeat_instance", "redcap_data_access_group")
SURVEY_IDENTIFIER = "redcap_survey_identifier"

NOT_THERE = "not at event"
"""Stands in cells of forms that are not filled in at the row's event."""


def _faults(file: str, frame: pd.DataFrame, dictionary: Dictionary) -> list[Fault]:
    """Columns that the dictionary does not know, and boxes that are neither 0 nor 1."""
    faults = []
    if dictionary.record not in frame.columns:
        rule = "the export has the dictionary's first field, which names the person"
        remedy = "export it too, or name the dictionary that belongs to this file"
        faults.append(Fault(file, rule, remedy, 1, dictionary.record))
    surveys = {f"{form}_timestamp" for form in dictionary.forms}
    for column in frame.columns:
        known = dictionary.columns.get(column)
        if known is None and column not in (*OWN, SURVEY_IDENTIFIER, *surveys):
            rule = "the dictionary knows the column"
            remedy = "export raw data (not labels), and the dictionary of the same day"
            faults.append(Fault(file, rule, remedy, 1, column))
        elif known is not None and known.box:
            wrong = frame.loc[~frame[column].isin(["0", "1", ""]), column]
            rule, remedy = "a box is 0 (not ticked) or 1 (ticked)", "export raw data, not labels"
            faults += [
                Fault(file, rule, remedy, line, column, value) for line, value in wrong.items()
            ]
    return faults


def _there(frame: pd.DataFrame, columns: list[str], form: str) -> pd.Series:
    """Rows at which a form can be filled in: somebody has an entry in it at that event."""
    entered = (frame[columns] != "").any(axis=1)
    there = (
        entered if EVENT not in frame.columns else entered.groupby(frame[EVENT]).transform("any")
    )
    if REPEAT in frame.columns:
        there &= frame[REPEAT].isin(["", form])
    return there


def _where(frame: pd.DataFrame, away: pd.Series, form: str) -> str:
    if EVENT in frame.columns:
        events = frame.loc[~away, EVENT].unique().tolist()
        return f"the form {form} is filled in at: {', '.join(events) or 'no event'}"
    return f"the form {form} is filled in at no row but {listed(frame.index[~away])}"


def read(path: Path, *, dictionary: Path) -> RawTable:
    """A REDCap export (raw data) as text.

    Parameters
    ----------
    path : Path
        A verified CSV file: raw values, field names as headings.
    dictionary : Path
        The project's data dictionary, verified.

    Returns
    -------
    RawTable
        The event column stays. A box is "0" or "1". An empty cell of a form that nobody filled in
        at the row's event is "not at event", declared in `missing`; other empty cells are "".
        Fields marked as identifiers, e-mail addresses and phone numbers are dropped.

    Raises
    ------
    FaultsError
        All at once: columns that the dictionary does not know, boxes that are neither 0 nor 1,
        and whatever is wrong with either file.
    """
    frame, notes = framed(read_cells(path))
    known = read_dictionary(dictionary)
    faults = _faults(relative(path), frame, known)
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    missing: dict[str, dict[str, str]] = {}
    said = list(notes)
    for form in known.forms:
        columns = [
            column
            for column in frame.columns
            if column != known.record
            and column in known.columns
            and known.columns[column].form == form
        ]
        away = ~_there(frame, columns, form) if columns else pd.Series(False, index=frame.index)
        if not away.any():
            continue
        # an event at which nobody has an entry holds nothing but empty cells of this form; of a
        # repeated row so do all other forms
        for column in columns:
            frame[column] = frame[column].mask(away & (frame[column] == ""), NOT_THERE)
            missing[column] = {NOT_THERE: f"nobody has an entry in the form {form} at this event"}
        said.append(_where(frame, away, form))
    rules = {c: known.columns[c].personal for c in frame.columns if c in known.columns}
    rules = {column: rule for column, rule in rules.items() if rule and column != known.record}
    if known.columns[known.record].personal:
        said.append(f"{known.record} names the rows and stays, though it identifies a person")
    if SURVEY_IDENTIFIER in frame.columns:
        rules[SURVEY_IDENTIFIER] = "an entry of a contact list identifies a person"
    counted = frame[list(rules)].mask(frame[list(rules)] == NOT_THERE, "")
    _none, removed = without(counted, rules)
    kept = frame.drop(columns=list(rules))
    columns = [column for column in kept.columns if column in known.columns]
    return RawTable(
        kept,
        removed=tuple(removed),
        labels={c: known.columns[c].label for c in columns},
        value_labels={c: known.columns[c].values for c in columns if known.columns[c].values},
        missing={column: codes for column, codes in missing.items() if column in kept.columns},
        notes=tuple(said),
    )
