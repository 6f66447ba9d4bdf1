"""One wave of a synthetic study as Qualtrics exports it, typing faults and all.

Columns, the three header rows and the texts of the first two follow a real export. Whoever
answers types the parts of a code: the number on the class list, an initial, a month and a house
number; some type one of them wrongly, and a few begin, stop and answer again.
"""

from __future__ import annotations

import csv
import io
import json

import numpy as np

from resilience_lib.synthetic.answers import MISSING, SYNTHETIC, Population
from resilience_lib.synthetic.truth import Truth, TypingFaults

_OWN: tuple[str, ...] = (
    "StartDate",
    "EndDate",
    "Status",
    "IPAddress",
    "Progress",
    "Duration (in seconds)",
    "Finished",
    "RecordedDate",
    "ResponseId",
    "RecipientLastName",
    "RecipientFirstName",
    "RecipientEmail",
    "ExternalReference",
    "LocationLatitude",
    "LocationLongitude",
    "DistributionChannel",
    "UserLanguage",
)
_ASKED: dict[str, str] = {
    "data": "SYNTHETIC: nobody answered this survey",
    "school": "Your school",
    "pupil_number": "The number on your card",
    "gender": "Are you a girl or a boy?",
    "initial": "First letter of your mother's first name",
    "month": "Month in which you were born",
    "house_number": "Number of your house or flat",
}
WORDS: dict[str, tuple[str, ...]] = {"mmf": ("Never", "Sometimes", "Always")}
"""Instruments whose answers the export shows as words, by number from the lowest."""

BEGAN_AGAIN = 2
"""How many at each wave begin, stop and answer again."""


def survey_export(people: Population, truth: Truth, wave: int) -> str:
    """The text of one wave's export.

    Parameters
    ----------
    people : Population
    truth : Truth
    wave : int
        Number of the wave, from 0; typing faults are made from the second on, since at the first
        the class list was at hand.

    Returns
    -------
    str
        CSV with three header rows.
    """
    random = np.random.default_rng([truth.seed, 1, wave])
    codes = _codes(people, np.random.default_rng([truth.seed, 1]))
    faults = truth.files.typing_faults if wave else None
    items = list(people.answers)
    header = [*_OWN, *_ASKED, *(item.upper() for item in items)]
    texts = [
        *_OWN,
        *_ASKED.values(),
        *(f"Item {i.split('_')[1]} (wording not shown)" for i in items),
    ]
    imports = [json.dumps({"ImportId": f"QID{n}"}) for n in range(1, len(header) + 1)]
    here = random.permutation(np.flatnonzero(people.present[:, wave]))
    again = set(here[random.permutation(here.size)[:BEGAN_AGAIN]].tolist())
    rows: list[list[str]] = []
    for pupil in here.tolist():
        answers = [_answer(item, int(people.answers[item][pupil, wave]), truth) for item in items]
        code = _typed(codes[pupil], faults, random)
        if pupil in again:
            begun = [*answers[:8], *[""] * (len(answers) - 8)]
            rows.append([*_tracked(len(rows), wave, "12", random), *code, *begun])
        rows.append([*_tracked(len(rows), wave, "100", random), *code, *answers])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, texts, imports, *rows])
    return out.getvalue()


def _codes(people: Population, random: np.random.Generator) -> list[list[str]]:
    """The parts of everybody's code, rightly typed; the same at every wave."""
    size = people.school.size
    place = np.arange(size) - np.searchsorted(people.school, people.school) + 1
    initial = random.choice(list("ABCDEFGHIJKLMNOPRSTUVWYZ"), size)
    month, house = random.integers(1, 13, size), random.integers(1, 200, size)
    return [
        [
            SYNTHETIC,
            f"S{people.school[i] + 1:02d}",
            f"{people.school[i] + 1:02d}-{place[i]:03d}",
            "Girl" if people.girl[i] else "Boy",
            str(initial[i]),
            str(month[i]),
            str(house[i]),
        ]
        for i in range(size)
    ]


def _typed(code: list[str], faults: TypingFaults | None, random: np.random.Generator) -> list[str]:
    """A code as it is typed: at most one part is wrong, besides small letters and blanks."""
    data, school, number, gender, initial, month, house = code
    chance, place = random.random(3), int(random.integers(0, 3))
    digit, shift = int(random.integers(0, 3)), int(random.integers(1, 9))
    if faults is not None:
        if chance[0] < faults.number:
            at = 3 + digit
            number = f"{number[:at]}{(int(number[at]) + shift) % 10}{number[at + 1 :]}"
        elif chance[1] < faults.other:
            if place == 0:
                initial = chr((ord(initial) - 65 + shift) % 26 + 65)
            elif place == 1:
                month = str((int(month) - 1 + shift) % 12 + 1)
            else:
                house = str(int(house) + shift)
        if chance[2] < faults.spelling:
            number, initial = f" {number}", initial.lower()
    return [data, school, number, gender, initial, month, house]


def _answer(item: str, answer: int, truth: Truth) -> str:
    if answer == MISSING:
        return ""
    instrument = item.rpartition("_")[0]
    return WORDS[instrument][answer] if instrument in WORDS else str(answer)


def _tracked(row: int, wave: int, progress: str, random: np.random.Generator) -> list[str]:
    """What Qualtrics notes of a response; addresses are of the range kept for documentation."""
    minute, seconds = divmod(row, 60)
    began = f"{2018 + wave // 3}-{(3, 6, 9)[wave % 3]:02d}-12 {9 + minute % 6:02d}:{seconds:02d}:00"
    token = "".join(random.choice(list("ABCDEFGHJKLMNPQRSTUVWXYZ23456789"), 15))
    whole = "True" if progress == "100" else "False"
    return [began, began, "IP Address", f"192.0.2.{row % 250 + 1}", progress,
            str(int(random.integers(300, 1500))), whole, began, f"R_{token}", "", "", "", "",
            "53.8", "-3.0", "anonymous", "EN"]  # fmt: skip
