"""Tables of coded stories: counts in words, denominators, x, and no p. All frames are made up."""

from __future__ import annotations

import importlib
import re

import made_up_stories
import pandas as pd
import pytest

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.write import write_table

TABLES = {
    "joint_display": ("joint_display", ("displays",)),
    "theme_counts": ("story_counts", ("coverage",)),
    "stories_told": ("story_counts", ("coverage", "reach")),
    "cooccurrence": ("story_counts", ("cooccurrence",)),
    "quote_matrix": ("quote_matrix", ("quotes",)),
    "value_matrix": ("value_cycles", ("value_matrix",)),
    "flows": ("value_cycles", ("flows",)),
    "convergence": ("convergence", ("convergence",)),
    "agreement": ("agreement", ("agreement",)),
    "collection": ("mixed_plan", ("collection",)),
    "joins": ("mixed_plan", ("join_stories",)),
    "thread": ("mixed_plan", ("thread",)),
    "checklist": ("mixed_plan", ("checklist",)),
}
CASES = {
    "three": {"stories": 3, "groups": (), "themes": 1, "schools": 2},
    "nineteen": {},
    "thousands": {
        "stories": 3000,
        "groups": tuple(("school", f"School {i}") for i in range(20)),
    },
    "hidden": {"hidden": True},
    "long": {"long": True},
}


def make(name, frames, labels=None, **rules):
    module, reads = TABLES[name]
    function = getattr(importlib.import_module(f"resilience_lib.tables.{module}"), f"table_{name}")
    # no table needs a study with pupils
    labels = labels or Labels.from_study(made_up_stories.alone())
    table, cleared = function(*(made_up_stories.cleared(frames[r], **rules) for r in reads), labels)
    assert isinstance(cleared, Cleared) and table.group in cleared.frame.columns
    return table, cleared


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", TABLES)
def test_cells_are_text_without_p_and_marked_synthetic(name, case):
    table, cleared = make(name, made_up_stories.frames(**CASES[case]))
    cells = cleared.frame
    assert len(cells) and cells.map(lambda cell: isinstance(cell, str)).all(axis=None)
    assert not any(column.lower() in ("p", "p_value") for column in cells)
    assert "0.0123" not in cells.to_csv() and not re.search(r"\bnan\b", cells.to_csv())
    assert table.title.endswith("(SYNTHETIC DATA)")
    assert table.note.endswith("Synthetic data: made up for a test.")
    if case in ("three", "nineteen") and name != "agreement":
        assert "%" not in cells.to_csv()


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_frame_is_written_too(name, tmp_path):
    empty = {read: frame.iloc[:0] for read, frame in made_up_stories.frames().items()}
    table, cleared = make(name, empty, open_data=False)
    assert cleared.frame.empty
    assert len(write_table(table, name, cleared, tmp_path)) == 3


@pytest.mark.parametrize("name", ["theme_counts", "flows", "cooccurrence", "value_matrix"])
def test_what_is_hidden_stays_hidden_in_every_column(name):
    table, cleared = make(name, made_up_stories.frames(hidden=True))
    cells = cleared.frame.drop(columns=["Frame", "Value"], errors="ignore")
    assert not cells.map(lambda cell: bool(re.search(r"\d+ of|^\d+$", cell))).any(axis=None)
    said = "fewer than 3" if name == "theme_counts" else "x: too few sources to be shown"
    assert said in cells.to_csv() + table.note


def test_counts_stand_with_denominators_and_shares_from_thirty_on():
    counts = made_up_stories.frames()["coverage"].iloc[:5].copy()
    counts["sources"] = [7.0, 0.0, float("nan"), 15.0, 3.0]
    counts["asked"] = [19.0, 10.0, 9.0, 30.0, 29.0]
    counts["sources_words"] = ["7", "0", "fewer than 3", "15", "3"]
    counts["words"] = ["7 of 19 staff, in 6 of 11 schools", "", "", "", ""]
    table, cleared = make("theme_counts", {"coverage": counts})
    (row,) = cleared.frame.to_dict("records")
    assert row == {
        "Frame": "Value Creation Framework (2011, five cycles)",
        "Code": "Immediate",
        "All sources": "7 of 19 staff, in 6 of 11 schools",
        "Teachers": "0 of 10",
        "Teaching assistants": "fewer than 3",
        "North": "15 of 30 (50%)",
        "South": "3 of 29",
    }
    assert "of the sources asked" in table.note and "silence is not a zero" in table.note


def test_many_groups_have_a_row_each_and_shared_names_their_kind():
    counts = made_up_stories.frames(
        cycles=("value_creation_2011",),
        groups=(("role", "North"), ("site", "North"), *(("wave", f"T{i}") for i in range(7))),
    )
    _, cleared = make("theme_counts", counts)
    assert list(cleared.frame.columns) == ["Frame", "Code", "Group", "Sources"]
    assert len(cleared.frame) == 5 * 10
    assert {"North (role)", "North (site)", "All sources"} <= set(cleared.frame["Group"])


def test_who_placed_a_code_is_said_where_both_did():
    counts = made_up_stories.frames(cycles=("value_creation_2011",), groups=())["coverage"]
    both = pd.concat([counts, counts.assign(assigned_by="teller")])
    _, cleared = make("theme_counts", {"coverage": both})
    assert [name.rpartition(", ")[2] for name in cleared.frame["Frame"].unique()] == [
        "as coders read them", "as tellers placed them",
    ]  # fmt: skip


def test_stories_told_say_how_far_along_of_those_told():
    table, cleared = make("stories_told", made_up_stories.frames())
    told = cleared.frame.set_index(["Part", "What"])["Count"]
    assert told["Stories told", "All sources"] == "19 of 22"
    assert told["Sources asked", "Teachers"] == "10"
    far = "Furthest along in a story: Value Creation Framework (2011, five cycles)"
    assert [told[far, what] for what in ("Immediate", "Realised", "None of the four")] == [
        "1 of 19", "8 of 19", "2 of 19",
    ]  # fmt: skip
    assert "no ladder" in table.note


def test_the_joint_display_holds_both_arms_whole(made_up):
    labels = Labels.from_study(made_up.study(outcomes=("empathy",)))
    table, cleared = make("joint_display", made_up_stories.frames(), labels)
    first, *_, last = cleared.frame.to_dict("records")
    assert first["Numbers"] == (
        "T1 to T2: 3.00 [1.50, 4.50] score points (0 to 100); least that matters: 2; improved"
    )
    assert made_up_stories.QUOTE in first["Quotes"] and "(a teaching assistant)" in first["Quotes"]
    assert (first["Judgement"], first["Ids"]) == ("agreement", "Q01; Q07")
    assert first["Together"].startswith("Both say so")
    assert (last["Outcome"], last["Numbers"]) == ("Not measured", "not measured")
    assert last["Judgement"] == "open"
    assert "change, not effect" in table.note and "only those that were cleared" in table.note


def test_quotes_stand_by_the_finest_groups_there_are():
    frames = made_up_stories.frames()
    table, cleared = make("quote_matrix", frames)
    assert list(cleared.frame.columns) == ["Frame", "Code", "Teachers"]
    assert cleared.frame["Teachers"].str.endswith("(a teacher; Q01)").sum() == 2
    assert table.title.startswith("In their words by role")
    more = frames["quotes"].query("kind == 'role'").iloc[:1]
    other = more.assign(group="Governors", code="applied", label="Applied", position=2.0)
    _, cleared = make("quote_matrix", {"quotes": pd.concat([more, other])})
    assert cleared.frame.set_index("Code").loc["Immediate", "Governors"] == "–"
    many = pd.concat([more.assign(group=f"Group {i}") for i in range(5)])
    _, cleared = make("quote_matrix", {"quotes": many})
    assert list(cleared.frame.columns) == ["Frame", "Code", "Group", "Quotes"]


def test_the_matrix_says_where_indicator_or_story_is_missing():
    _, cleared = make("value_matrix", made_up_stories.frames())
    first, second, *_ = cleared.frame.to_dict("records")
    assert (first["Stories"], first["Claim it"], first["Value"]) == (
        "0 of 19", "0", "6.00 [2.20, 13.10]",
    )  # fmt: skip
    assert first["Note"] == "no story claims it"
    assert (second["Indicator"], second["Claim it"], second["Note"]) == (
        "none", "", "no indicator",
    )  # fmt: skip


def test_transitions_are_counted_of_the_stories_told():
    flows = made_up_stories.frames(stories=3)["flows"].iloc[:1]
    table, cleared = make("flows", {"flows": flows.assign(stories=1.0, transitions=2.0)})
    row = cleared.frame.iloc[0]
    assert (row["Stories"], row["Times"], row["Kind"]) == ("1 of 3", "2", "stays")
    assert "not what caused what" in table.note


def test_convergence_gives_both_reasons_and_the_check():
    table, cleared = make("convergence", made_up_stories.frames())
    third = cleared.frame[cleared.frame["Theme"] == "Pupils ask for help, 2"]
    said = third.set_index("What")
    assert said.loc["Judge 1 (reader 1)", "Because"] == "stories and scores both rise"
    assert said.loc["Judge 2 (reader 2)", "Because"] == "scores rise less than stories say"
    assert said.loc["Check", "Finding"].startswith("silence is judged")
    assert "2 of 5 themes are open" in table.note


def test_agreement_has_prevalence_coefficient_interval_unit_and_n():
    frames = made_up_stories.frames(cycles=("value_creation_2011",))
    table, cleared = make("agreement", frames)
    first, *_, last = cleared.frame.to_dict("records")
    assert first["Prevalence"] == "19 of 38 (50%)" and first["Coefficient"] == "Cohen's kappa"
    assert (first["Estimate"], first["Interval"]) == ("0.61", "[0.20, 0.88]")
    assert (first["Unit"], first["n"], first["Coders"]) == (
        "segment", "38", "coder 1 with coder 2",
    )  # fmt: skip
    assert (last["Code"], last["Estimate"], last["Note"]) == (
        "all codes together", "none", "one code alone was used",
    )  # fmt: skip
    assert "Intervals are 95%" in table.note
    hidden = frames["agreement"].assign(reason=f"{SUPPRESSED}too few")
    _, cleared = make("agreement", {"agreement": hidden})
    assert set(cleared.frame["Estimate"]) == {"x"} and set(cleared.frame["n"]) == {"x"}


def test_joins_say_what_was_expected():
    _, cleared = make("joins", made_up_stories.frames())
    (row,) = cleared.frame.to_dict("records")
    assert (row["Joined"], row["Left alone"], row["Right alone"]) == (
        "Stories with schools", "0 (0)", "25 (0)",
    )  # fmt: skip
    assert (row["Most rows of one key"], row["Holds"]) == ("3 (any)", "no")


def test_plan_thread_and_checklist_keep_their_words():
    frames = made_up_stories.frames()
    _, cleared = make("collection", frames)
    assert cleared.frame.loc[0, "Measured"] == "Empathy (SRS), T1 and T2"
    _, cleared = make("thread", frames)
    assert list(cleared.frame["Step"]) == ["1", "2", "3"]
    table, cleared = make("checklist", frames)
    assert list(cleared.frame["Verdict"]) == ["met", "for a person to judge"]
    assert table.note.startswith("Met: 1, for a person to judge: 1.")
