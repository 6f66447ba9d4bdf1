"""Cells, ids and rows that a text file may hold: numbers, dates, codes, pupils, waves, schools."""

from __future__ import annotations

from typing import Any

from cases_text import (
    DAY,
    FILE,
    FREE_SCHOOL,
    GENDERS,
    GOOD,
    LINES,
    LOOKS,
    NUMBER,
    QUOTED,
    SCHOOLS,
    UNSEEN,
    WAVES,
    cell,
    file,
    good,
    swap,
)
from intake_study import GRID, ITEMS, codebook, shown, table

STUDY = shown("study.yml")
WHOLE, ZERO_TO_2 = "the cell is a whole number", "the value lies in 0 to 2"
DIGITS = "a number has at most 15 digits before its point"


def keep(rule: str) -> str:
    return f"linking: {{by: id, keep: {rule}}}\n"


SECOND = "0101,A,before,F,77,2021-03-01,,1,2,1,0,2\n"
LOST = table((row[0].lstrip("0") if row[2] == "after" else row[0], *row[1:]) for row in GRID)
NONE_ANSWERED = table((*row[:6], "9", *row[7:]) for row in GRID)

CASES: dict[str, dict[str, Any]] = {
    # numbers
    "a decimal comma": cell("52.5", '"52,5"', 3, "score", "52,5", NUMBER),
    "a comma for thousands": cell(",63,", ',"1,063",', 4, "score", "1,063", NUMBER),
    "a space for thousands": cell(",63,", ",1 063,", 4, "score", "1 063", NUMBER),
    "a percent sign": cell(",41,", ",41%,", 2, "score", "41%", NUMBER),
    "NA that is no missing code": cell(",41,", ",NA,", 2, "score", "NA", NUMBER),
    "nan": cell(",41,", ",nan,", 2, "score", "nan", NUMBER),
    "infinity": cell(",41,", ",inf,", 2, "score", "inf", NUMBER),
    "a number too large for any": cell(",41,", ",1e999,", 2, "score", "1e999", DIGITS),
    "digits of another script": cell(",41,", ",٤١,", 2, "score", "٤١", NUMBER),
    "digits of full width": cell(",41,", ",４１,", 2, "score", "４１", NUMBER),
    "an underscore": cell(",41,", ",4_1,", 2, "score", "4_1", NUMBER),
    "a formula as text": cell(",41,", ",=40+1,", 2, "score", "=40+1", NUMBER),
    "an error of Excel as text": cell(",41,", ",#N/A,", 2, "score", "#N/A", NUMBER),
    "an apostrophe before a number": cell(",41,", ",'41,", 2, "score", "'41", NUMBER),
    "an answer of TRUE": cell(",2,1,2,1,0,2", ",TRUE,1,2,1,0,2", 2, "q11", "TRUE", NUMBER),
    "half an answer": cell(",2,1,2,1,0,2", ",1.5,1,2,1,0,2", 2, "q11", "1.5", WHOLE),
    "an answer one too high": cell(",2,1,2,1,0,2", ",3,1,2,1,0,2", 2, "q11", "3", ZERO_TO_2),
    "a score above its range": cell(
        ",41,", ",410,", 2, "score", "410", "the value lies in 0 to 100"
    ),
    "2.0 and +2 for 2": good(swap(",2,1,2,1,0,2", ",2.0,1,+2,1,0,2.")),
    "1e0 for 1": good(swap(",2,1,2,1,0,2", ",2,1e0,2,1,0,2")),
    "a missing code": good(
        swap(",41,", ",999,"), reads={("0101", "T1"): {"score": None}}
    ),
    "a missing code with decimals": good(
        swap(",41,", ",999.0,"), reads={("0101", "T1"): {"score": None}}
    ),
    "a missing code with decimals, any number allowed": good(
        swap(",41,", ",999.00,"), reads={("0101", "T1"): {"score": None}},
        codebook=codebook(changed={"score": {"allowed": ""}}),
        edits=[("study.yml", "[0, 100]", "[0, 1000]")],
    ),
    "an empty answer": good(
        swap(",2,1,2,1,0,2", ",,1,2,1,0,2"), reads={("0101", "T1"): {"mmf_11": None}}
    ),
    "an item that nobody answered": file(
        NONE_ANSWERED, (FILE, None, "q11", None, "somebody answered it")
    ),
    # dates
    "a date as a serial number": cell("2021-03-01", "44256", 2, "seen", "44256", DAY),
    "a date in English": cell("2021-03-01", "1/3/2021", 2, "seen", "1/3/2021", DAY),
    "31 February": cell("2021-03-01", "2021-02-31", 2, "seen", "2021-02-31", DAY),
    "text behind a date": cell("2021-03-01", "2021-03-01 ca.", 2, "seen", "2021-03-01 ca.", DAY),
    "superscripts for a date": cell("2021-03-01", "²²²²²", 2, "seen", "²²²²²", DAY),
    # codes
    "a code in small letters": cell(",F,41", ",f,41", 2, "gender", "f", GENDERS),
    "a non-breaking space inside a code": cell(
        "before", "be\xa0fore", 2, "wave", "be\xa0fore", WAVES
    ),
    "a non-breaking space behind a code": good(swap(",A,", ",A\xa0,")),
    "a zero-width space in a code": cell(",A,", ",A\u200b,", 2, "school", "A\u200b", SCHOOLS),
    "a soft hyphen in a code": cell("before", "be\xadfore", 2, "wave", "be\xadfore", WAVES),
    "curly quotes around a code": cell(",A,", ",“A”,", 2, "school", "“A”", SCHOOLS),
    "a school that is not listed": cell("0101,A", "0101,C", 2, "school", "C", SCHOOLS),
    "a school in two spellings": file(
        swap("0101,A,after", "0101,a,after"),
        (FILE, 8, "school", "a", "a school is written in one way in all files; 'A' is the same"),
        codebook=FREE_SCHOOL,
    ),
    "a zero-width space in a school": file(
        swap("0101,A,after", "0101,A\u200b,after"), (FILE, 8, "school", "A\u200b", UNSEEN),
        codebook=FREE_SCHOOL,
    ),
    # ids
    "an id in scientific notation": cell(
        "0101", "1.01E+02", 2, "pupil", "1.01E+02", LOOKS + "scientific notation"
    ),
    "an id that became a date": cell(
        "0101", "01-Mar", 2, "pupil", "01-Mar", LOOKS + "turned into a date"
    ),
    "an id with decimals": cell("0101", "101.0", 2, "pupil", "101.0", LOOKS + "decimals added"),
    "an id that lost its last digits": cell(
        "0101", "1234567890123450000", 2, "pupil", "1234567890123450000",
        LOOKS + "digits lost after the 15th",
    ),
    'an id as ="0101"': cell("0101", '="0101"', 2, "pupil", '="0101"', QUOTED),
    "an id behind an apostrophe": cell("0101", "'0101", 2, "pupil", "'0101", QUOTED),
    "an id in curly quotes": cell("0101", "“0101”", 2, "pupil", "“0101”", QUOTED),
    "an id with a zero-width space": cell(
        "0101", "0101\u200b", 2, "pupil", "0101\u200b", UNSEEN
    ),
    "an id with a control sign": cell("0101", "01\x0701", 2, "pupil", "01\ufffd01", UNSEEN),
    "nothing but a zero-width space for an id": cell(
        "0101", "\u200b", 2, "pupil", "\u200b", UNSEEN
    ),
    "a blank around an id": good(swap("0101,A,after", " 0101 ,A,after")),
    "ids of type integer keep their zeros": good(
        GOOD, codebook=codebook(changed={"pupil": {"type": "integer"}})
    ),
    "ids that lost their zeros in one wave": good(
        LOST, "look at: all files, pupil: 6 ids: another id is the same but for zeros in front",
        {
            **{(row[0], "T2"): None for row in GRID[6:]},
            **{
                (row[0].lstrip("0"), "T2"): {
                    "school": row[1], "gender": "girls" if row[3] == "F" else "boys",
                    "score": float(row[4]),
                    **{f"mmf_{item}": float(a) for item, a in zip(ITEMS, row[6:], strict=True)},
                }
                for row in GRID[6:]
            },
        },
    ),
    # rows
    "a row without an id": cell("0101", "", 2, "pupil", None, "every row has a pupil"),
    "a row without an id, set aside": good(
        swap("0101", ""), reads={("0101", "T1"): None}, more="linking: {without_id: set_aside}\n"
    ),
    "a row without a school": cell("0101,A", "0101,", 2, "school", None, "every row has a school"),
    "a row without a wave": cell("before", "", 2, "wave", None, "every row has a wave"),
    "a row of nothing but a score": file(
        GOOD + ",,,,50,,,,,,,\n", (FILE, 14, "pupil", None, "every row has a pupil"),
        (FILE, 14, "school", None, "every row has a school"),
        (FILE, 14, "wave", None, "every row has a wave"),
    ),
    "a row of totals": file(
        GOOD + "Total,,,,822,,,,,,,\n",
        (FILE, 14, "score", "822", "the value lies in 0 to 100"),
    ),
    "a row of means": file(
        GOOD + "Mean,,,,68.5,,,,,,,\n", (FILE, 14, "school", None, "every row has a school"),
        (FILE, 14, "wave", None, "every row has a wave"),
    ),
    "a pupil twice in a wave": file(GOOD + SECOND, (
        FILE, 2, "pupil", f"0101 at T1, also in {FILE} line 14", "a pupil stands once in a wave")),
    "a pupil twice, the first counts": good(GOOD + SECOND, more=keep("first")),
    "a pupil twice, the last counts": good(
        GOOD + SECOND, reads={("0101", "T1"): {"score": 77.0, "mmf_11": None}}, more=keep("last")
    ),
    "a pupil twice, the one with more answers counts": good(
        LINES[0] + "\n" + SECOND + "\n".join(LINES[1:]) + "\n",
        more=keep("most_answered"),
    ),
    "a pupil in two schools": good(
        swap("0101,A,after", "0101,B,after"),
        f"look at: 1 pupils with another school at another wave, the first in {FILE}, line 2",
        {("0101", "T2"): {"school": "B"}},
    ),
    "a pupil of two genders": good(
        swap("after,F,42", "after,M,42"),
        f"look at: 1 pupils with another gender at another wave, the first in {FILE}, line 2",
        {("0101", "T2"): {"gender": "boys"}},
    ),
    "a wave without rows": file(
        table(GRID[:6]),
        (STUDY, None, "waves.1", "after", "every wave has rows in the raw files; T2 has none"),
    ),
    "an item that one wave did not ask": good(
        table((*row[:6], "", *row[7:]) if row[2] == "after" else row for row in GRID),
        reads={(row[0], "T2"): {"mmf_11": None} for row in GRID[6:]},
    ),
}  # fmt: skip
