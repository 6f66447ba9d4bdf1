"""The table of places within waves, from rows written by hand."""

from __future__ import annotations

import csv

import pytest

from resilience_lib.disclosure.gates import Published
from resilience_lib.frames import estimate_frame
from resilience_lib.tables.registry import make_table


def row(estimand, contrast, subgroup, estimate, low, high, *, n=200, p=0.2, outcome="spelling"):
    return {
        "outcome": outcome, "estimand": estimand, "contrast": contrast, "subgroup": subgroup,
        "estimate": estimate, "conf_low": low, "conf_high": high, "df": 9.5, "p_value": p,
        "p_adjusted": 2 * p if estimand == "gender_gap" else None, "n": n, "n_clusters": 11,
        "method": "CR2 by school",
    }  # fmt: skip


ROWS = [
    row("spearman", "T2 with T1", "girls - boys", -0.0412, -0.1, 0.02, p=0.0312),
    row("icc_level", "T1", "all", 0.105, 0.06, 0.18),
    row("gender_gap_standardised", "T1", "girls - boys", 0.4249, 0.3, 0.55, p=0.0004),
    row("gender_gap", "T1", "girls - boys", 10.566, 7.47, 13.66, p=0.0004),
    row("spearman", "T2 with T1", "all", 0.8646, 0.84, 0.89, p=1e-30),
    row("gender_gap", "T1", "girls - boys", 1.0, 0.0, 2.0, outcome="reading"),
]


@pytest.fixture
def lines(made_up, tmp_path):
    def written(**chosen):
        study = made_up.study(
            outcomes=("reading", "spelling"), incomparable=("spelling",), **chosen
        )
        make_table(
            "positions", Published({"estimates": estimate_frame(ROWS)}.__getitem__, study), tmp_path
        )
        text = (tmp_path / "positions.csv").read_text("utf-8-sig")
        return list(csv.DictReader(text.splitlines()))

    return written


def test_gaps_come_first_and_only_of_tests_that_differ(lines):
    rows = lines()
    assert [(r["What"], r["Wave"], r["Group"]) for r in rows] == [
        ("Gender gap, points", "T1: Before", "Girls - boys"),
        ("Gender gap, SDs of the wave", "T1: Before", "Girls - boys"),
        ("Between schools, ICC", "T1: Before", "All pupils"),
        ("Rank stability, Spearman", "T1 and T2", "Girls - boys"),
        ("Rank stability, Spearman", "T1 and T2", "All pupils"),
    ]
    assert {r["Outcome"] for r in rows} == {"Spelling"}


def test_numbers_stand_as_journals_print_them(lines):
    points, sds, icc, less, stability = lines()
    assert (points["Estimate"], points["95% CI"]) == ("10.6", "[7.5, 13.7]")
    assert (points["p"], points["Adjusted p"], points["n"]) == ("< .001", "< .001", "200")
    assert (sds["Estimate"], sds["95% CI"]) == ("0.42", "[0.30, 0.55]")
    assert (icc["Estimate"], icc["p"]) == ("0.10", "")
    assert (less["Estimate"], less["p"]) == ("-0.04", ".031")
    # that a correlation is above 0 is no news
    assert (stability["Estimate"], stability["p"]) == ("0.86", "")


def test_nine_girls_take_the_gap_with_them(made_up, tmp_path):
    means = [
        {**row("mean", "T1", group, 50.0, 49.0, 51.0, n=n), "p_adjusted": None}
        for group, n in (("all", 200), ("girls", 9), ("boys", 191))
    ]
    study = made_up.study(outcomes=("spelling",), incomparable=("spelling",), open_data=False)
    frames = {"estimates": estimate_frame([*ROWS[:5], *means])}
    make_table("positions", Published(frames.__getitem__, study), tmp_path)
    rows = list(csv.DictReader((tmp_path / "positions.csv").read_text("utf-8-sig").splitlines()))
    shown = {(r["What"], r["Group"]): (r["Estimate"], r["p"], r["Adjusted p"]) for r in rows}
    assert shown["Gender gap, points", "Girls - boys"] == ("x", "", "")
    assert shown["Gender gap, SDs of the wave", "Girls - boys"] == ("x", "", "")
    assert shown["Between schools, ICC", "All pupils"][0] == "0.10"
