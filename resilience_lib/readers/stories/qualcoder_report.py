"""QualCoder's report of codings as CSV: one row per coding, without offsets.

Its form is read from QualCoder's source, not from a file of the program: all cells quoted, and
after the memo one column Category per level, its heading repeated, then variables of files and
cases. Rows with fewer levels are not filled up there, so their variables stand further left than
the heading says; such a row is told by its length.
"""

from __future__ import annotations

from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.cells import Cells, read_cells
from resilience_lib.readers.stories.export import CodedExport, Log, assembled
from resilience_lib.readers.stories.tables import other_table

FORMS: tuple[tuple[str, ...], ...] = (
    ("File", "Coder", "Coded", "Id", "Codename", "Coded_Memo"),
    ("Case", "Filename", "Coder", "Coded", "Id", "Codename", "Coded_Memo"),
)
"""How the heading begins in a report of files and in one of cases. The first word stands in the
program's language and is not compared."""
CATEGORY = "Category"
MEDIA = ("imid:", "avid:")
"""How the number of a coding of a picture or of a recording begins."""
VARIABLES: dict[str, str] = {"FileVar_": "source", "CaseVar_": "case"}


def _form(cells: Cells) -> tuple[str, ...] | None:
    head = [cell.strip() for cell in cells.rows[0]]
    return next((form for form in FORMS if tuple(head[1 : len(form)]) == form[1:]), None)


def _split(
    cells: Cells, width: int
) -> tuple[list[tuple[int, dict[str, str], list[str], list[str]]], list[str], list[Fault]]:
    """Each row's line, fixed cells, levels and variables; the variables' names; faults."""
    head = [cell.strip() for cell in cells.rows[0]]
    depth = head[width:].count(CATEGORY)
    variables = head[width + depth :]
    faults = [
        Fault(
            cells.name,
            "after the memo stand Category and then variables",
            "export it again",
            cells.lines[0],
            f"column {width + depth + at + 1}",
            name,
        )
        for at, name in enumerate(variables)
        if not name.startswith(tuple(VARIABLES))
    ]
    rows = []
    for line, row in zip(cells.lines[1:], cells.rows[1:], strict=True):
        least = width + len(variables)
        if not least <= len(row) <= len(head):
            rule = f"a row has {least} to {len(head)} cells; this one has {len(row)}"
            value = ",".join(row)[:60]
            faults.append(Fault(cells.name, rule, "export it again", line, value=value))
            continue
        fixed = dict(zip(head[:width], row[:width], strict=True))
        end = len(row) - len(variables)
        rows.append((line, fixed, [one for one in row[width:end] if one.strip()], row[end:]))
    return rows, variables, faults


def read_qualcoder_csv(
    path: Path, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """QualCoder's report of codings.

    Parameters
    ----------
    path : Path
        A verified raw file.
    coder : str, optional
        Who coded, where a row does not say.
    nested_by : str, optional
        What parts the levels in a code's name; categories always are levels.

    Returns
    -------
    CodedExport
        Without offsets and texts; codings of one quote of a source are one segment.

    Raises
    ------
    FaultsError
        Another table, rows that are too long or too short, empty cells, variables that differ
        between rows of a source or a case.
    """
    other = other_table(path)
    if other is not None:
        raise FaultsError([other])
    cells = read_cells(path)
    form = _form(cells)
    name = relative(path)
    if form is None:
        rule = f"QualCoder's report of codings begins with the columns {', '.join(FORMS[0])}"
        value = ",".join(cells.rows[0])[:60]
        raise FaultsError(
            [Fault(name, rule, "name its reader, or export it again", 1, value=value)]
        )
    rows, variables, faults = _split(cells, len(form))
    # a row that is shorter than the heading is QualCoder's way; what else is broken stays
    faults += [fault for fault in cells.faults if "every line has" not in fault.rule]
    head = [cell.strip() for cell in cells.rows[0]]
    by_case = form == FORMS[1]
    source = "Filename" if by_case else head[0]
    made: dict[str, list[object]] = {
        one: [] for one in ("source", "quote", "coder", "code", "memo")
    }
    told: dict[tuple[str, str, str], str] = {}
    cases: dict[tuple[str, str], None] = {}
    media = 0
    for line, fixed, levels, values in rows:
        if fixed["Id"].strip().startswith(MEDIA):
            media += 1
            continue
        for column in (source, "Coded", "Codename"):
            if not fixed[column].strip():
                rule, remedy = f"every coding has its {column}", "export it again"
                faults.append(Fault(name, rule, remedy, line, column))
        owner = {"source": fixed[source].strip(), "case": fixed[head[0]].strip()}
        if by_case:
            cases[owner["case"], owner["source"]] = None
        for variable, value in zip(variables, values, strict=True):
            of = next((of for mark, of in VARIABLES.items() if variable.startswith(mark)), "source")
            key = (of, owner[of], variable.partition("_")[2])
            if told.setdefault(key, value.strip()) != value.strip():
                rule = f"a variable has one value per {of}; an earlier row has {told[key]!r}"
                remedy = "export it again; codes of different depths may have moved the columns"
                faults.append(Fault(name, rule, remedy, line, variable, value))
        made["source"].append(owner["source"])
        made["quote"].append(fixed["Coded"])
        made["coder"].append(fixed["Coder"].strip() or None)
        # QualCoder lists the nearest category first
        made["code"].append(
            "::".join([*(one.strip() for one in levels[::-1]), fixed["Codename"].strip()])
        )
        made["memo"].append(fixed["Coded_Memo"].strip() or None)
    if not rows and not faults:
        faults.append(
            Fault(name, "there are rows of codings below the heading", "export it again", 1)
        )
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    log: Log = [("note of the reader", note, 1) for note in cells.notes]
    if media:
        log.append(("skipped media codings", "codings of pictures and recordings", media))
    return assembled(
        made,
        attributes={
            "of": [key[0] for key in told],
            "name": [key[1] for key in told],
            "attribute": [key[2] for key in told],
            "value": [value or None for value in told.values()],
        },
        cases={"case": [case for case, _ in cases], "source": [one for _, one in cases]},
        log=log,
        coder=coder,
        nested_by=nested_by,
    )
