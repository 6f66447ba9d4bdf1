"""The study file, source.yml, the codebook and the instruments' keys, each broken in one place."""

from __future__ import annotations

import hashlib
from typing import Any

from cases_text import FILE, GOOD, LACKING, UNKNOWN
from intake_study import GRID, HEADER, ITEMS, STUDY, codebook, shown, table

STUDY_FILE, BOOK, SOURCE = shown("study.yml"), shown("codebook.csv"), shown("source.yml")
GOOD_BOOK = codebook()
ROW = {name: row for row, name in enumerate(HEADER, start=2)}
Fault = tuple[str, int | None, str | None, str | None, str]
OWN_KEY = """\
name: own
form: one
title: A scale of our own
citation: Ourselves
licence: ours
languages: [English]
informant: self
responses:
  - {items: [1, 2], codes: [0, 2], certainty: chosen, source: us}
subscales:
  - name: first
    label: First
    items: [1, 2]
    scoring: sum
    missing: {maximum_missing: 0, prorated: false, certainty: chosen, source: us}
    rounding: none
    range: [0, 4]
    higher_is_better: true
    certainty: chosen
    source: us
"""


def study(old: str, new: str, *faults: Fault, **more: Any) -> dict[str, Any]:
    """One edit of the study file."""
    return {"edits": [("study.yml", old, new)], "faults": list(faults), **more}


def at(row: int | None, column: str | None, value: str | None, rule: str) -> Fault:
    return STUDY_FILE, row, column, value, rule


def source(old: str, new: str, *faults: Fault, **more: Any) -> dict[str, Any]:
    return {"edits": [("source.yml", old, new)], "faults": list(faults), **more}


def book(variable: str, changed: dict[str, str], *faults: tuple[str, str | None, str]) -> Any:
    """Other cells in one row of the codebook; faults: (column, value, rule) of that row."""
    return {
        "codebook": codebook(changed={variable: changed}),
        "faults": [(BOOK, ROW[variable], *fault) for fault in faults],
    }


def read(**case: Any) -> dict[str, Any]:
    return {"reads": {}, **case}


def key(text: str, *faults: Fault) -> dict[str, Any]:
    """A key of the study's own, whose scale the second outcome names."""
    return {
        "also": {"instruments/own.yml": text},
        "codebook": codebook(changed={
            f"q{item}": {"instrument": "own", "item": str(n)} if n < 3 else
                        {"role": "kept", "instrument": "", "item": ""}
            for n, item in enumerate(ITEMS, start=1)
        }),
        "edits": [("study.yml", "instrument: mmf, scale: behavioural",
                   "instrument: own, scale: first"),
                  ("study.yml", "range: [0, 12], higher_is_better: false",
                   "range: [0, 4], higher_is_better: true")],
        "faults": list(faults),
    }  # fmt: skip


def sums(good: bytes, now: bytes) -> str:
    first, second = (hashlib.sha256(content).hexdigest() for content in (good, now))
    return f"the raw data differ: source.yml has sha256 {first}, the file {second}"


SPOILED = GOOD.replace(",41,", ",14,", 1)
OWN = shown("instruments/own.yml")
ONE_SUM = hashlib.sha256(GOOD.encode()).hexdigest()
SAID_ONCE = (
    "the wave of a row of pupils.csv is said once: by wave in the study file, by a column with "
    "role wave, or by the codebook's column wave (a wide file)"
)
MMF_11 = "answers to item 11 of mmf are whole numbers from 0 to 2"
UNNAMED_CODE = "has no name for this code (6 cells)"
CODES = "each code stands once, before its ="
LIMITS = "allowed of a number is lowest|highest"
TEXTS = "every text stands for a number"
ONE_BOOK = "a study has one codebook; codebook.csv and codebook.xlsx are both there"

CASES: dict[str, dict[str, Any]] = {
    # study file: YAML
    "a key twice": study("seed: 1", "seed: 1\nseed: 2", at(8, None, None,
                         'found duplicate key "seed"')),
    "an unknown key": study("seed: 1", "sede: 1", at(None, "seed", None, "seed is missing"),
                            at(7, "sede", None, "unknown key sede")),
    "faults in study file, codebook and source.yml at once": {
        "edits": [("study.yml", "seed: 1", "seed: one"),
                  ("source.yml", "licence: none", "licence: ''")],
        "codebook": codebook(changed={"seen": {"sensitive": "maybe"}}),
        "faults": [at(7, "seed", "one", "Input should be a valid integer"),
                   (BOOK, ROW["seen"], "sensitive", "maybe",
                    "sensitive is one of yes, no, pseudonymise"),
                   (SOURCE, 2, "files.0.licence", None, "String should have at least 1 character")],
    },
    "a tab": study("  - {name: T1", "\t- {name: T1",
                   at(11, None, None,
                      "not YAML: found character '\\t' that cannot start any token")),
    "a date that is none": study("title: Toy", "title: 2021-13-45",
                                 at(None, None, None, "not YAML: month must be in 1..12")),
    "a number of 5,000 digits": study(
        "seed: 1", "seed: " + "9" * 5000,
        at(None, None, None, "not YAML: Exceeds the limit (4300 digits) for integer string "
           "conversion: value has 5000 digits")),
    "brackets without end": study(
        "citations: []", "citations: " + "[" * 600,
        at(None, None, None, "not YAML: too many brackets are open inside each other")),
    "a control sign": study("Toy", "T\x07y",
                            at(2, None, None, "not YAML: an invisible control character")),
    "a study file in UTF-16": {
        "also": {"study.yml": STUDY.encode("utf-16")},
        "faults": [at(None, None, None, "the file is not UTF-8 text")],
    },
    "an empty study file": {
        "also": {"study.yml": ""},
        "faults": [at(None, None, None, "the file holds keys and values")],
    },
    "a study file with a byte-order mark": read(edits=[("study.yml", "study: toy",
                                                        "\ufeffstudy: toy")]),
    # study file: values
    "a seed that is no number": study("seed: 1", "seed: abc", at(
        7, "seed", "abc", "Input should be a valid integer")),
    "a value without quotes": study("value: before", "value: 1", at(
        11, "waves.0.value", "1", "Input should be a valid string")),
    "a range that is none": study("[0, 100]", "[.nan, 100]", at(
        15, "outcomes.0.range.0", "nan", "Input should be a finite number")),
    "two waves of one value": study("value: after", "value: before", at(
        12, "waves.1.value", "before", "a value stands for one wave")),
    "waves out of order": study("name: T2", "name: T3", at(
        12, "waves.1.name", "T3", "waves are named T1 to T2 in the order of time")),
    "a file twice": study(
        "name: 'pupils.csv', reader: csv}",
        "name: 'pupils.csv', reader: csv}\n  - {name: 'pupils.csv', reader: csv}",
        at(10, "files.1.name", "pupils.csv",
           "a file stands once (of two sheets: two files)")),
    "a reader that there is not": study("reader: csv", "reader: ods", at(
        9, "files.0.reader", "ods", "Input should be 'csv', 'xlsx', 'sav', 'qualtrics', 'redcap', "
        "'microsoft_forms', 'google_forms' or 'school_records'")),
    "a sheet of a CSV": study("reader: csv", "reader: csv, sheet: S", (
        FILE, None, "sheet", None, "the reader csv takes no sheet")),
    "a wave said twice": study("reader: csv", "reader: csv, wave: T1", (
        BOOK, None, "wave", None, SAID_ONCE)),
    "a gender without a name": study("girl: girls, boy: boys", "girl: girls, lad: boys", (
        FILE, None, "gender", "M", f"the study file's gender.values {UNNAMED_CODE}")),
    "a wave without a name": study("value: after", "value: later", (
        FILE, None, "wave", "after", f"the study file's waves {UNNAMED_CODE}")),
    "an outcome of a column that is none": study("column: score", "column: scor", at(
        None, "outcomes.0.column", "scor",
        "an outcome's column has role outcome in the codebook of a pupils' file")),
    "a range narrower than the scores": study(
        "[0, 100]", "[0, 90]",
        at(None, "outcomes.0.range", "[0, 90]", "scores of score lie in 0 to 90; 1 at T1 do not"),
        at(None, "outcomes.0.range", "[0, 90]", "scores of score lie in 0 to 90; 1 at T2 do not")),
    "another study's name": study("study: toy", "study: tay", at(
        None, "study", "tay", "study is the same as the folder's name")),
    # instruments
    "an instrument that there is not": study(
        "instrument: mmf", "instrument: mmff",
        (shown("instruments/mmff.yml"), None, None, "mmff", "there is no instrument called mmff"),
        at(None, "outcomes.1.instrument", "mmff",
           "an outcome's instrument has items in the codebook of a pupils' file")),
    "a scale that there is not": study("scale: behavioural", "scale: behaviour", at(
        None, "outcomes.1.scale", "behaviour", "the instrument mmf has no scale of that name")),
    "a scale's other range": study("[0, 12]", "[0, 10]", at(
        None, "outcomes.1.range", "(0.0, 10.0)",
        "an outcome has the range of its scale in the instrument's key")),
    "a scale's other direction": study("higher_is_better: false", "higher_is_better: true", at(
        None, "outcomes.1.higher_is_better", "True",
        "an outcome has the higher_is_better of its scale in the instrument's key")),
    "a scale that is switched off": key(
        OWN_KEY.replace("    label: First\n", "    label: First\n    switched_off: Not checked.\n"),
        at(None, "outcomes.1.scale", "first", "first of own is switched off: Not checked")),
    "a key with an unknown key": key(
        OWN_KEY.replace("form: one", "from: one"),
        (OWN, None, "form", None, "form is missing"), (OWN, 2, "from", None, "unknown key from")),
    "a key whose range is another": key(
        OWN_KEY.replace("[0, 4]", "[0, 5]"),
        (OWN, 17, "subscales.0.range", None, "range is what its items can give, [0, 4]")),
    "an item that the key has not": {
        "codebook": codebook(changed={"q11": {"item": "99"}}),
        "faults": [
            (BOOK, ROW["q11"], "item", "99", "the instrument mmf has an item of that name"),
            (BOOK, None, "item", "11", "every item of behavioural of mmf is a column of a pupils' "
             "file; this one is none"),
        ],
    },
    "an item of the scale that is lacking": {
        "files": {"pupils.csv": table((row[:-1] for row in GRID), HEADER[:-1])},
        "codebook": codebook(HEADER[:-1]),
        "faults": [(BOOK, None, "item", "16", "every item of behavioural of mmf is a column of a "
                    "pupils' file; this one is none")],
    },
    "answers beyond the key's range": {
        "codebook": codebook(changed={"q11": {"allowed": "1|3"}}),
        "faults": [
            (BOOK, ROW["q11"], "allowed", "1|3", MMF_11),
            *((FILE, n, "q11", "0", "the value lies in 1 to 3")
              for n, row in enumerate(GRID, start=2) if row[6] == "0"),
        ],
    },
    "answers without a range": book("q11", {"allowed": ""}, ("allowed", None, MMF_11)),
    "answers that may be fractions": book("q11", {"type": "number"}, ("type", "number", MMF_11)),
    "texts for numbers that the key has not": book(
        "q11", {"allowed": "0=0|1=0.5|2=2"}, ("allowed", "0=0|1=0.5|2=2", MMF_11)),
    "answers from 1, mapped to the key's": {
        "files": {"pupils.csv": table((*row[:6], *(str(int(a) + 1) for a in row[6:]))
                                      for row in GRID)},
        "codebook": codebook(changed={f"q{item}": {"allowed": "1=0|2=1|3=2"} for item in ITEMS}),
        "reads": {},
    },
    "a word that is not mapped": {
        "files": {"pupils.csv": table((*row[:6], {"0": "Never", "1": "Sometimes", "2": "Always"}[
            row[6]] if n else "Often", *row[7:]) for n, row in enumerate(GRID))},
        "codebook": codebook(changed={"q11": {"allowed": "Never=0|Sometimes=1|Always=2"}}),
        "faults": [(FILE, 2, "q11", "Often", "allowed are Never, Sometimes, Always")],
    },
    # source.yml
    "no source.yml": {
        "also": {"source.yml": None},
        "faults": [(SOURCE, None, None, None, "the file does not exist")],
    },
    "a file without an entry": source("name: 'pupils.csv'", "name: 'pupil.csv'", (
        SOURCE, None, "files", None,
        "every file of the study file has an entry here; pupils.csv has none")),
    "a file with two entries": source(
        "files:\n", f"files:\n  - {{name: pupils.csv, origin: {{kind: team, collected: x}}, "
        f"licence: n, consent: n, citation: n, sha256: '{ONE_SUM}'}}\n",
        (SOURCE, 3, "files.1.name", "pupils.csv", "a raw file has one entry")),
    "another sum": {
        "files": {"pupils.csv": GOOD}, "signed": False,
        "edits": [("pupils.csv", ",41,", ",14,")],
        "faults": [(FILE, None, None, None, sums(GOOD.encode(), SPOILED.encode()))],
    },
    "a sum that is none": source("sha256: '", "sha256: 'z", (
        SOURCE, 2, "files.0.sha256", f"z{ONE_SUM}",
        "String should match pattern '^[0-9a-f]{64}$'")),
    "an origin that there is not": source("kind: team", "kind: teem", (
        SOURCE, 2, "files.0.origin", None, "Input tag 'teem' found using 'kind' does not match any "
        "of the expected tags: 'package', 'generator', 'committed', 'team'")),
    "a raw file that is not there": {
        "also": {"pupils.csv": None},
        "faults": [(FILE, None, None, None, "the raw file does not exist")],
    },
    # codebook: the file
    "no codebook": {
        "also": {"codebook.csv": None},
        "faults": [(BOOK, None, None, None, "the study has no codebook")],
    },
    "two codebooks": {
        "also": {"codebook.xlsx": b"PK"}, "faults": [(BOOK, None, None, None, ONE_BOOK)],
    },
    "an empty codebook": {
        "codebook": "", "faults": [(BOOK, None, None, None, "the file has content; it is empty")],
    },
    "a codebook of names alone": {
        "codebook": GOOD_BOOK.splitlines()[0] + "\n",
        "faults": [(BOOK, 1, None, None, "there are lines of data below the columns' names")],
    },
    "a codebook with other columns": {
        "edits": [("codebook.csv", "file,variable", "file,name")],
        "faults": [(BOOK, 1, None, None, "columns are file, variable, label, type, unit, allowed, "
                    "missing_codes, instrument, item, wave, source_question, sensitive, role")],
    },
    "a codebook in UTF-16 without its mark": {
        "codebook": GOOD_BOOK.encode("utf-16-le"),
        "faults": [(BOOK, 1, None, None, "the file is text; it holds NUL bytes (binary, or UTF-16 "
                    "without its mark)")],
    },
    "a codebook with semicolons": read(codebook=GOOD_BOOK.replace(",", ";")),
    "a codebook in Windows-1252": read(
        codebook=codebook(changed={"seen": {"label": "Été"}}).encode("cp1252")),
    "a row of the codebook with a cell too many": {
        "edits": [("codebook.csv", "x,date,,,,,,,,no,kept", "x,date,,,,,,,,no,kept,more")],
        "faults": [(BOOK, 7, None, "pupils.csv,seen,x,date,,,,,,,,no,kept,more",
                    "every line has 13 cells like the header; this one has 14")],
    },
    "codebook and raw file, each with its faults": {
        "files": {"pupils.csv": GOOD[:-9]},
        "codebook": codebook(changed={"q11": {"type": "int"}}),
        "faults": [
            (BOOK, ROW["q11"], "type", "int",
             "type is one of text, number, integer, category, date"),
            (FILE, 13, None, "0206,B,after,M,95,2021-07-03,1,0", "every line has 12 cells like the "
             "header; this one has 8 and no end: the file was cut off"),
        ],
    },
    # codebook: its rows
    "a role that there is not": book("seen", {"role": "keep"}, (
        "role", "keep", "role is one of pupil, school, classroom, wave, gender, arm, code_part, "
        "item, outcome, kept, dropped")),
    "neither sensitive nor not": book("seen", {"sensitive": "maybe"}, (
        "sensitive", "maybe", "sensitive is one of yes, no, pseudonymise")),
    "no label": book("seen", {"label": ""}, ("label", None, "label is given")),
    "a draft that nobody finished": book("seen", {"source_question": "TO FILL IN"}, (
        "source_question", "TO FILL IN", "a person fills in what a draft leaves open")),
    "limits the wrong way round": book("score", {"allowed": "100|0"}, ("allowed", "100|0", LIMITS)),
    "three limits": book("score", {"allowed": "0|50|100"}, ("allowed", "0|50|100", LIMITS)),
    "limits with a decimal comma": book("score", {"allowed": "0|99,5"}, (
        "allowed", "0|99,5", LIMITS)),
    "infinite limits": book("score", {"allowed": "0|inf"}, ("allowed", "0|inf", LIMITS)),
    "limits in digits of full width": book("score", {"allowed": "0|１００"}, (
        "allowed", "0|１００", LIMITS)),
    "a category without codes": book("gender", {"allowed": ""}, (
        "allowed", None, "a category lists its codes")),
    "a code twice": book("gender", {"allowed": "F=girl|F=boy"}, (
        "allowed", "F=girl|F=boy", CODES)),
    "a missing code twice": book("q11", {"missing_codes": "9|9"}, ("missing_codes", "9|9", CODES)),
    "a text with codes": book("pupil", {"allowed": "a|b"}, (
        "allowed", "a|b", "a text has no list of codes")),
    "a text that stands for no number": book("q11", {"allowed": "0=no|1=1|2=2"}, (
        "allowed", "0=no|1=1|2=2", TEXTS)),
    "a text that stands for nan": book("q11", {"allowed": "0=nan|1=1|2=2"}, (
        "allowed", "0=nan|1=1|2=2", TEXTS)),
    "a code both allowed and missing": book("gender", {"missing_codes": "F"}, (
        "missing_codes", "F", "a code is either allowed or missing; F is both")),
    "a missing code inside the limits": book("q11", {"missing_codes": "2"}, (
        "missing_codes", "2", "a code is either allowed or missing; 2 is both")),
    "an item without a number": book("q11", {"item": ""}, (
        "item", None, "an item names its instrument and its number there")),
    "an instrument's column that is no item": book("q11", {"role": "kept"}, (
        "role", "kept", "a column of an instrument has role item")),
    "an instrument's name with signs": book("q11", {"instrument": "M&MF"}, (
        "instrument", "M&MF", "an instrument's name has small letters, digits and underscores")),
    "an item twice": book("q12", {"item": "11"}, (
        "item", "11", "an item stands once in a file and wave")),
    "an item of words": book("q11", {"type": "category", "allowed": "0|1|2"}, (
        "type", "category", "answers and scores are numbers")),
    "a score of type text": book("score", {"type": "text", "allowed": ""}, (
        "type", "text", "answers and scores are numbers")),
    "a pseudonym for a score": book("score", {"sensitive": "pseudonymise"}, (
        "sensitive", "pseudonymise",
        "a column with role outcome is no id, so that no pseudonym can stand for it")),
    "a pseudonym for a gender": book("gender", {"sensitive": "pseudonymise"}, (
        "sensitive", "pseudonymise",
        "a column with role gender is no id, so that no pseudonym can stand for it")),
    "a wave that is none": book("score", {"wave": "T0", "item": "score"}, (
        "wave", "T0", "a wave is T1, T2, ...")),
    "a column of one wave without its name": book("score", {"wave": "T1"}, (
        "item", None, "a column of one wave says what it is called at every wave")),
    "a variable twice": {
        "codebook": GOOD_BOOK + GOOD_BOOK.splitlines()[2] + "\n",
        "faults": [(BOOK, 14, "variable", "school", "a variable stands once")],
    },
    "a variable that the file has not": {
        "codebook": GOOD_BOOK + codebook(["ghost"]).splitlines()[1] + "\n",
        "faults": [(BOOK, 14, "variable", "ghost", LACKING)],
    },
    "a row of another file": {
        "edits": [("codebook.csv", "pupils.csv,q16", "staff.csv,q16")],
        "faults": [
            (BOOK, 13, "file", "staff.csv",
             "every file of the codebook is one of the study file's files"),
            (FILE, None, "q16", None, UNKNOWN),
            (BOOK, None, "item", "16", "every item of behavioural of mmf is a column of a pupils' "
             "file; this one is none"),
        ],
    },
    "no pupil": {
        "codebook": codebook(changed={"pupil": {"role": "kept"}}),
        "faults": [(BOOK, None, "role", None, "a column of pupils.csv has role pupil")],
    },
    "two columns of gender": {
        "codebook": codebook(changed={"seen": {"role": "gender", "type": "category",
                                               "missing_codes": "|".join(sorted(
                                                   {row[5] for row in GRID})),
                                               "allowed": "F"}}),
        "faults": [(BOOK, 7, "role", "seen", "one column of pupils.csv has role gender")],
    },
    "a name that is not dropped": {
        "files": {"pupils.csv": table(GRID, [c.replace("seen", "surname") for c in HEADER])},
        "codebook": codebook([c.replace("seen", "surname") for c in HEADER]),
        "faults": [(BOOK, 7, "variable", "surname",
                    "the column looks as if it identified a pupil")],
    },
    "a name that is dropped": {
        "files": {"pupils.csv": table(GRID, [c.replace("seen", "surname") for c in HEADER])},
        "codebook": codebook([c.replace("seen", "surname") for c in HEADER],
                             {"surname": {"role": "dropped"}}),
        "reads": {},
    },
    # pseudonyms
    "an empty key for pseudonyms": {
        "codebook": codebook(changed={"pupil": {"sensitive": "pseudonymise"}}),
        "also": {"pseudonyms.key": "\n"},
        "faults": [(shown("pseudonyms.key"), None, None, None,
                    "the key of the pseudonyms is not empty")],
    },
}  # fmt: skip
