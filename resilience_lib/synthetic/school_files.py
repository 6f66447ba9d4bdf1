"""Attendance and staff of a synthetic study, as schools and a form would export them."""

from __future__ import annotations

import csv
import io

import numpy as np

from resilience_lib.synthetic.answers import SYNTHETIC
from resilience_lib.synthetic.truth import Truth

SESSIONS_A_TERM = 130
"""Two sessions a day; a school year has 380 or more."""

ROLES: tuple[str, ...] = ("Class teacher", "Teaching assistant", "Pastoral lead", "Head teacher")
TERMS: tuple[str, ...] = ("Autumn term", "Spring term", "Summer term")


def attendance_file(truth: Truth) -> str:
    """Attendance sessions by school and term, in the tidy columns that England publishes.

    Parameters
    ----------
    truth : Truth
        Gives the schools and their pupils; absence itself is invented here.

    Returns
    -------
    str
        CSV; `sess_overall_percent` = 100 x sess_overall / sess_possible to one decimal. The last
        school's last term is not available ("x").
    """
    random = np.random.default_rng([truth.seed, 2])
    header = ["data", "time_period", "time_identifier", "geographic_level", "school_laestab",
              "enrolments", "sess_possible", "sess_authorised", "sess_unauthorised",
              "sess_overall", "sess_overall_percent"]  # fmt: skip
    rows = [header]
    for school, size in enumerate(truth.school_sizes):
        level = 0.045 + 0.02 * random.random()
        for term in TERMS:
            possible = size * SESSIONS_A_TERM
            authorised = int(random.binomial(possible, level * 0.7))
            unauthorised = int(random.binomial(possible, level * 0.3))
            absent = authorised + unauthorised
            counts = [str(possible), str(authorised), str(unauthorised), str(absent)]
            shown = [*counts, f"{_one_decimal(absent, possible)}"]
            if school == len(truth.school_sizes) - 1 and term == TERMS[-1]:
                shown = ["x"] * 5
            place = [SYNTHETIC, "201718", term, "School", f"S{school + 1:02d}", str(size)]
            rows.append([*place, *shown])
    return _text(rows)


def staff_file(truth: Truth) -> str:
    """Who of the staff gave an account, as a form exports it.

    Parameters
    ----------
    truth : Truth
        `files.staff` members of staff, at least one in each school as far as they go.

    Returns
    -------
    str
        CSV with time stamps and invented addresses, which the reader drops.
    """
    random = np.random.default_rng([truth.seed, 3])
    rows = [["Timestamp", "Email Address", "data", "Staff number", "School", "Role",
             "Sessions that you led"]]  # fmt: skip
    for number in range(truth.files.staff):
        school = number % len(truth.school_sizes)
        rows.append(
            [
                f"2018/07/{2 + number % 18:02d} 15:{number:02d}:00",
                f"nobody{number + 1}@example.org",
                SYNTHETIC,
                f"T{number + 1:02d}",
                f"S{school + 1:02d}",
                ROLES[int(random.choice(4, p=[0.6, 0.2, 0.15, 0.05]))],
                str(int(random.integers(4, 11))),
            ]
        )
    return _text(rows)


def _one_decimal(part: int, whole: int) -> str:
    tenths = (2000 * part + whole) // (2 * whole)  # half up, in whole numbers
    return f"{tenths // 10}.{tenths % 10}"


def _text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
