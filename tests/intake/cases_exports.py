"""Exports of survey tools, SPSS files and school records, each spoiled in its own way."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
from cases_text import FILE, GENDERS, GOOD, LACKING, NO_TYPE, NUMBER, UNKNOWN
from cases_workbook import workbook
from intake_study import GRID, HEADER, ITEMS, ROLES, codebook, shown, table
from openpyxl import Workbook, load_workbook

BOOK, STUDY = shown("codebook.csv"), shown("study.yml")
SAV, XLSX = shown("pupils.sav"), shown("pupils.xlsx")
DICTIONARY, RECORDS = shown("dictionary.csv"), shown("attendance.csv")
Fault = tuple[str, int | None, str | None, str | None, str]


def case(
    reader: str,
    content: Any,
    *faults: Fault,
    name: str = "pupils.csv",
    columns: Any = HEADER,
    changed: Any = None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "files": {name: content, **more.pop("beside", {})},
        "entries": {name: f"reader: {reader}"},
        "codebook": codebook(columns, changed, name),
        **({"faults": list(faults)} if faults else {"reads": {}}),
        **more,
    }


# Qualtrics
OWN = ("StartDate", "IPAddress", "Finished")
NAMES = (*OWN, *HEADER)


def qualtrics(names: Any = NAMES, headers: int = 3, rows: Any = GRID) -> str:
    texts = [f"Question {name}" for name in names]
    ids = [f'{{"ImportId":"{name if name in OWN else "QID_" + name}"}}' for name in names]
    order = [NAMES.index(name) for name in names]
    body = [("2021-03-01 10:00:00", "10.0.0.1", "1", *row) for row in rows]
    return table([texts, ids][: headers - 1] + [[row[at] for at in order] for row in body], names)


LEGACY_NAMES = [f"V{n}" for n in range(1, len(HEADER) + 1)]
LEGACY = table([HEADER, *GRID], LEGACY_NAMES).replace("\n", ",\n")
LEGACY_ROLES = dict(zip(LEGACY_NAMES, HEADER, strict=True))
THREE_ROWS = (
    "a Qualtrics export has three header rows, the third of them ImportIds (the legacy one: two, "
    "the first V1, V2, ...)"
)
SEEN = ("StartDate", "Finished", *HEADER)


def survey(content: Any, *faults: Fault, columns: Any = SEEN, **more: Any) -> dict[str, Any]:
    return case("qualtrics", content, *faults, columns=columns, **more)


# REDCap
FIELDS = ("pupil", "redcap_event_name", "school", "gender", "score", "seen",
          *(f"q{item}" for item in ITEMS), "answers_complete")  # fmt: skip
HEADINGS = ("Variable / Field Name", "Form Name", "Field Type", "Field Label",
            "Choices, Calculations, OR Slider Labels", "Identifier?")  # fmt: skip
EVENTS = {"redcap_event_name": {"role": "wave", "type": "category", "allowed": "before|after"}}
PROJECT = table(
    [(name, "answers", "text", name, "", "") for name in FIELDS
     if name not in ("redcap_event_name", "answers_complete")], HEADINGS,
)  # fmt: skip
PERSONS = table([(r[0], r[2], r[1], *r[3:], "2") for r in GRID], FIELDS)


def redcap(content: Any, *faults: Fault, project: str = PROJECT, **more: Any) -> dict[str, Any]:
    reader = more.pop("reader", "redcap, dictionary: dictionary.csv")
    return case(reader, content, *faults, columns=more.pop("columns", FIELDS),
                changed=more.pop("changed", EVENTS), beside={"dictionary.csv": project},
                **more)  # fmt: skip


# Forms
FORMS = ("ID", "Start time", "Completion time", "Email", "Name")


def microsoft(first: Any = FORMS, *, extra: str | None = None) -> bytes:
    book = Workbook()
    good = load_workbook(io.BytesIO(workbook())).active.iter_rows(values_only=True)
    for n, row in enumerate(good):
        own = first if n == 0 else (n, "2021-03-01", "2021-03-01", "a@b.org", "Ann")
        book.active.append([*own, *row])
    if extra is not None:
        book.active["F1"] = extra
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def forms(content: Any, *faults: Fault, columns: Any = HEADER) -> dict[str, Any]:
    return case("microsoft_forms", content, *faults, name="pupils.xlsx",
                columns=("ID", "Start time", "Completion time", *columns))  # fmt: skip


def google(first: str = "Timestamp", *faults: Fault) -> dict[str, Any]:
    rows = [("01/03/2021 10:00:00", "a@b.org", *row) for row in GRID]
    content = table(rows, (first, "Email Address", *HEADER))
    return case("google_forms", content, *faults, columns=("Timestamp", *HEADER))


# SPSS
def sav(change: Any = None, **options: Any) -> bytes:
    frame = pd.DataFrame(GRID, columns=list(HEADER))
    numbers = ["score", *(f"q{item}" for item in ITEMS)]
    frame[numbers] = frame[numbers].astype("float64")
    frame = frame.astype({c: "object" for c in HEADER if c not in numbers})
    if change is not None:
        change(frame)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sav"
        pyreadstat.write_sav(frame, path, **options)
        return path.read_bytes()


def cell(line: int, column: str, value: Any) -> Any:
    def change(frame: pd.DataFrame) -> None:
        frame.loc[line - 1, column] = value

    return change


def spss(content: Any, *faults: Fault, **more: Any) -> dict[str, Any]:
    return case("sav", content, *faults, name="pupils.sav", **more)


# school records
COUNTS = ("time_period", "geographic_level", "school_urn", "sess_possible", "sess_overall",
          "sess_overall_percent")  # fmt: skip
SCHOOLS = (
    ("202021", "School", "100001", "1000", "50", "5.0"),
    ("202021", "School", "100002", "2000", "x", "x"),
    ("202021", "School", "100003", "3000", "c", "c"),
)


def records(rows: Any, *faults: Fault, names: Any = COUNTS, **more: Any) -> dict[str, Any]:
    files = {"pupils.csv": GOOD, "attendance.csv": table(rows, names)}
    numbers = {name: {"type": "number"} for name in COUNTS[3:]}
    second = codebook(COUNTS, numbers, "attendance.csv").partition("\n")[2]
    entries = {"pupils.csv": "reader: csv",
               "attendance.csv": "reader: school_records, holds: school_records"}  # fmt: skip
    return {"files": files, "entries": entries, "codebook": codebook() + second,
            **({"faults": list(faults)} if faults else {"reads": {}}), **more}  # fmt: skip


def other(row: int, at: int, text: str) -> Any:
    rows = [list(one) for one in SCHOOLS]
    rows[row][at] = text
    return rows


COUNT = "a number from 0 up, or one of x z c low u : ~"
CASES: dict[str, dict[str, Any]] = {
    "Qualtrics": survey(qualtrics()),
    "Qualtrics, columns in another order": survey(qualtrics((*OWN, *reversed(HEADER)))),
    "Qualtrics, the legacy format": case(
        "qualtrics", LEGACY, columns=LEGACY_NAMES,
        changed={v: ROLES.get(name, {}) for v, name in LEGACY_ROLES.items()},
        edits=[("study.yml", "column: score", "column: V5")],
    ),
    "Qualtrics, one header row": survey(
        qualtrics(headers=1),
        (FILE, 3, None, ",".join(("2021-03-01 10:00:00", "10.0.0.1", "1", *GRID[1]))[:60],
         THREE_ROWS),
    ),
    "Qualtrics, two header rows": survey(
        qualtrics(headers=2),
        (FILE, 3, None, ",".join(("2021-03-01 10:00:00", "10.0.0.1", "1", *GRID[0]))[:60],
         THREE_ROWS),
    ),
    "Qualtrics read as CSV": case(
        "csv", table([[f"Question {c}" for c in HEADER], *GRID]),
        (FILE, 2, "school", "Question school", "allowed are A, B"),
        (FILE, 2, "wave", "Question wave", "allowed are before, after"),
        (FILE, 2, "gender", "Question gender", GENDERS),
        (FILE, 2, "score", "Question score", NUMBER),
        (FILE, 2, "seen", "Question seen", "the cell is a date such as 2026-11-24"),
        *((FILE, 2, f"q{item}", f"Question q{item}", NUMBER) for item in ITEMS),
    ),
    "Qualtrics with labels for codes": survey(
        qualtrics(rows=[(*GRID[0][:3], "Female", *GRID[0][4:]), *GRID[1:]]),
        (FILE, 4, "gender", "Female", GENDERS),
    ),
    "REDCap": redcap(PERSONS),
    "REDCap without its dictionary": {
        **redcap(PERSONS, (STUDY, 9, "files.0.reader", "redcap",
                           "dictionary goes with reader: redcap, and redcap needs it"),
                 reader="redcap"),
    },
    "REDCap with another dictionary": redcap(
        PERSONS, (FILE, 1, "score", None, "the dictionary knows the column"),
        project=PROJECT.replace("score,answers,text,score,,\n", ""),
    ),
    "REDCap with the export for a dictionary": redcap(
        PERSONS,
        *((DICTIONARY, 1, heading, None, "a data dictionary has this column")
          for heading in HEADINGS[:5]),
        project=PERSONS,
    ),
    "REDCap, a field twice in the dictionary": redcap(
        PERSONS, (DICTIONARY, 13, HEADINGS[0], "score", "a field stands in the dictionary once"),
        project=PROJECT + "score,answers,text,score,,\n",
    ),
    "REDCap, choices that are none": redcap(
        PERSONS, (DICTIONARY, 4, HEADINGS[4], "F or M",
                  "choices are `code, label | code, label`, each code once"),
        project=PROJECT.replace("gender,answers,text,gender,,", "gender,answers,radio,g,F or M,"),
    ),
    "Microsoft Forms": forms(microsoft()),
    "Microsoft Forms in German": forms(
        microsoft(("ID", "Startzeit", "Endzeit", "E-Mail", "Name")),
        (XLSX, 1, None, "ID, Startzeit, Endzeit, E-Mail, Name", "the first columns of a Microsoft "
         "Forms workbook are ID, Start time, Completion time, Email, Name"),
    ),
    "Microsoft Forms, a question was reworded": forms(
        microsoft(extra="Your number?"), (BOOK, 5, "variable", "pupil", LACKING),
        (XLSX, None, "Your number?", None, UNKNOWN),
    ),
    "Google Forms": google(),
    "Google Forms in French": google(
        "Horodateur", (FILE, 1, None, "Horodateur", "the first column of a Google Forms CSV is "
                       "Timestamp"),
    ),
    "SPSS": spss(sav()),
    "SPSS, cut off": spss(sav()[:-30], (SAV, None, None, None, "the file is whole and in its "
                          "own format (File did not contain the expected number of rows)")),
    "SPSS, cut off in its header": spss(sav()[:100], (SAV, None, None, None, "the file is whole "
                                        "and in its own format (Unable to read from file)")),
    "not SPSS": spss(GOOD.encode(), (SAV, None, None, None, "the file is SPSS data (.sav "
                     "or .zsav); this is something else, perhaps text")),
    "SPSS, an empty file": spss(b"", (SAV, None, None, None,
                                      "the file has content; it is empty")),
    "SPSS read as CSV": case(
        "csv", sav(), (SAV, None, None, None, NO_TYPE + "an SPSS file (.sav)"), name="pupils.sav"
    ),
    "SPSS, an answer outside its labels": spss(
        sav(cell(2, "q11", 5.0), variable_value_labels={"q11": {0.0: "a", 1.0: "b", 2.0: "c"}}),
        (SAV, 2, "q11", "5", "the value lies in 0 to 2"),
    ),
    "SPSS, user-missing values": spss(
        sav(cell(1, "score", 98.0), missing_ranges={"score": [98.0, 99.0]}),
        reads={("0101", "T1"): {"score": None}},
    ),
    "SPSS, a label that says missing and no more": spss(
        sav(cell(1, "score", -1.0), variable_value_labels={"score": {-1.0: "undetermined"}}),
        (SAV, 1, "score", "-1", "the value lies in 0 to 100"),
    ),
    "SPSS, the system's missing value": spss(
        sav(cell(1, "score", float("nan"))), reads={("0101", "T1"): {"score": None}}
    ),
    "school records": records(SCHOOLS),
    "school records, a symbol that is none": records(
        other(1, 4, "n/a"), (RECORDS, 3, "sess_overall", "n/a", COUNT)
    ),
    "school records, digits of another script": records(
        other(0, 4, "٥٠"), (RECORDS, 2, "sess_overall", "٥٠", COUNT)
    ),
    "school records, a percentage that disagrees": records(
        other(0, 5, "6.0"), (RECORDS, 2, "sess_overall_percent", "6.0", "sess_overall_percent is "
                             "sess_overall / sess_possible x 100 (50 / 1000 = 5.0)"),
    ),
    "school records, more missed than possible": records(
        [("202021", "School", "100001", "1000", "1200", "120.0")],
        (RECORDS, 2, "sess_overall", "1200", "sess_overall is no more than sess_possible (1000)"),
    ),
    "school records, a year that is none": records(
        other(2, 0, "202023"), (RECORDS, 4, "time_period", "202023",
                                "time_period is a school year: 201415, or 2014/15"),
    ),
    "school records, a column gone": records(
        [row[:3] + row[4:] for row in SCHOOLS],
        (RECORDS, 1, "sess_possible", None, "school records have this column"),
        names=COUNTS[:3] + COUNTS[4:],
    ),
}  # fmt: skip
