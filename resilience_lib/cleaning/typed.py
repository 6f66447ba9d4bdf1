"""From checked text to typed columns under the names that all waves share."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from resilience_lib.cleaning.check import IDS, coded_cells, given_cells
from resilience_lib.cleaning.log import Log
from resilience_lib.codebook.variable import GROUPS, NUMERIC, Variable
from resilience_lib.linking.normalise import normal
from resilience_lib.readers.damage import damaged_ids
from resilience_lib.readers.raw_table import RawTable

Pseudonym = Callable[[str], str]
NAMES: tuple[str, ...] = (*IDS, *GROUPS, "code_part")
"""Roles of columns whose cells name somebody or something, whatever type the codebook gives."""
UNNAMED: tuple[str, ...] = (*IDS, "code_part")
"""Roles whose values stand nowhere in the log: they are (part of) the id of a pupil or a school."""


def type_columns(
    table: RawTable, variables: tuple[Variable, ...], file: str, pseudonym: Pseudonym, log: Log
) -> dict[str, pd.Series]:
    """Every column that is not dropped, typed, by its name in the raw file.

    Parameters
    ----------
    table : RawTable
        Checked against these variables.
    variables : tuple of Variable
        Of this file.
    file : str
        For the log.
    pseudonym : callable
        From an id to what stands for it; called for columns that are to be pseudonymised, with
        the id as linking compares it (`normalise.normal`).
    log : Log
        Gets an entry for everything that changes a cell or drops a column.

    Returns
    -------
    dict of str to Series
        Numbers as float64, ids and all else as text, missing as NaN; index = line.
    """
    rows = (len(table.frame), len(table.frame))
    for gone in table.removed:
        log.add("drop column", file, gone.column, f"reader: {gone.rule}", gone.cells,
                before="values", after="no column", rows=rows)  # fmt: skip
    typed = {}
    for variable in variables:
        if variable.role == "dropped":
            if variable.variable in table.frame.columns:
                filled = int((table.frame[variable.variable] != "").sum())
                log.add("drop column", file, variable.variable, "codebook: role dropped", filled,
                        before="values", after="no column", rows=rows)  # fmt: skip
            continue
        _log_cells(table, variable, file, log)
        typed[variable.variable] = _typed(given_cells(table, variable), variable, pseudonym)
        if variable.sensitive == "pseudonymise":
            changed = int(typed[variable.variable].notna().sum())
            log.add("pseudonymise", file, variable.variable, "codebook: sensitive pseudonymise",
                    changed, before="ids", after="pseudonyms", rows=rows)  # fmt: skip
    return typed


def _typed(cells: pd.Series, variable: Variable, pseudonym: Pseudonym) -> pd.Series:
    if variable.sensitive == "pseudonymise":
        # a keyed sum of "ab1" says nothing of "AB1": spellings are made one before, not after
        sums = {cell: pseudonym(normal(cell)) for cell in cells.dropna().unique()}
        return cells.map(sums).astype("str")
    if variable.mapped:
        cells = cells.map(variable.meanings)
    # an id may be all digits, but it is no number: 007 is not 7
    if variable.type in NUMERIC and variable.role not in NAMES:
        return pd.to_numeric(cells).astype("float64")
    return cells.astype("str")


def _log_cells(table: RawTable, variable: Variable, file: str, log: Log) -> None:
    """What happens to single cells: blanks cut, missing codes, texts that stand for numbers."""
    cells = table.frame[variable.variable]
    rows = (len(cells), len(cells))
    trimmed = cells.str.strip()
    blanks = int((trimmed != cells).sum())
    if blanks:
        log.add("cut blanks", file, variable.variable, "blanks at the ends carry nothing", blanks,
                before="blanks at the ends", after="none", rows=rows)  # fmt: skip
    if variable.role in IDS:
        # other damage was refused; shorter ids may be right, so that they are only pointed at
        short = len(damaged_ids(trimmed[trimmed != ""]))
        if short:
            log.add("look at ids", file, variable.variable, "a spreadsheet may have cut zeros",
                    short, before="shorter than the others", after="as they are",
                    rows=rows)  # fmt: skip
    declared = table.missing.get(variable.variable, {})
    meanings = {code: (f"format: {why}") for code, why in declared.items()}
    meanings |= {c.code: f"codebook: {c.meaning or 'missing code'}" for c in variable.missing_codes}
    counts = coded_cells(table, variable).value_counts()
    for code, why in meanings.items():
        log.add("missing code", file, variable.variable, why, int(counts.get(code, 0)),
                before=code, after="missing", rows=rows)  # fmt: skip
    recoded = [c for c in variable.allowed if variable.mapped and c.meaning not in ("", c.code)]
    if recoded and variable.role in UNNAMED:
        # one entry for all: a code or its label would name a school, with its number of pupils
        log.add("recode", file, variable.variable, "codebook: allowed",
                int(counts.reindex([c.code for c in recoded]).fillna(0).sum()),
                before="codes", after="their labels", rows=rows)  # fmt: skip
        return
    for one in recoded:
        log.add("recode", file, variable.variable, "codebook: allowed",
                int(counts.get(one.code, 0)), before=one.code, after=one.meaning,
                rows=rows)  # fmt: skip
