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
    "joins": ("joins", ("join_stories", "asked_roles")),
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
        "All sources": "7 of 19",
        "Schools": "6 of 11",
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
    frames = made_up_stories.frames()
    table, cleared = make("stories_told", frames)
    told = cleared.frame.set_index(["Part", "What"])["Count"]
    # one of them without a cycle
    assert told["Stories told", "All sources"] == "20 of 22"
    assert told["Sources asked", "Teachers"] == "10"
    far = "Furthest along in a story: Value Creation Framework (2011, five cycles)"
    assert [told[far, what] for what in ("Immediate", "Realised", "None of the four")] == [
        "1 of 19", "8 of 19", "2 of 19",
    ]  # fmt: skip
    assert "no ladder" in table.note
    _, cleared = make("stories_told", frames | {"reach": frames["reach"].assign(told=0.0)})
    rows = cleared.frame[cleared.frame["Part"].eq(far)]
    assert rows[["What", "Count"]].to_numpy().tolist() == [["Stories with a cycle", "0 of 22"]]


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
    assert table.title.startswith("In their words, by role")
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
    # 38 units that two people coded are 76 codings
    assert first["Prevalence"] == "38 of 76 (50%)"
    assert (first["Cohen's kappa"], first["Fleiss' kappa"]) == ("0.61 [0.20, 0.88]", "")
    assert (first["Units"], first["Coders"]) == ("38 segments", "coder 1 and coder 2")
    assert (last["Code"], last["Krippendorff's alpha"], last["Note"]) == (
        "All codes together", "none", "one code alone was used",
    )  # fmt: skip
    assert "intervals of 95%" in table.note
    hidden = frames["agreement"].assign(reason=f"{SUPPRESSED}too few")
    _, cleared = make("agreement", {"agreement": hidden})
    assert set(cleared.frame["Cohen's kappa"]) == {"x"} and set(cleared.frame["Units"]) == {"x"}


def test_agreement_of_two_coders_is_one_row_a_code_and_of_three_one_a_pair():
    rows = made_up_stories.frames(cycles=("value_creation_2011",))["agreement"].iloc[:2]
    share, kappa = rows.iloc[[0]].assign(contrast=""), rows.iloc[[1]]
    fleiss = kappa.assign(contrast="", estimand="fleiss_kappa", estimate=0.5)
    _, cleared = make("agreement", {"agreement": pd.concat([share, kappa, fleiss])})
    (row,) = cleared.frame.to_dict("records")
    assert (row["Cohen's kappa"][:4], row["Fleiss' kappa"][:4]) == ("0.61", "0.50")
    # why an interval is missing, with the coefficient of which it is
    gone = fleiss.assign(reason="no interval: missing without one of the stories")
    _, cleared = make("agreement", {"agreement": pd.concat([share, kappa, gone])})
    assert (
        cleared.frame.loc[0, "Note"]
        == "Fleiss' kappa: no interval: missing without one of the stories"
    )
    third = kappa.assign(contrast="coder_1 with coder_3")
    _, cleared = make("agreement", {"agreement": pd.concat([share, kappa, third, fleiss])})
    assert list(cleared.frame["Coders"]) == ["all", "coder 1 and coder 2", "coder 1 and coder 3"]
    # how many codings three coders gave is not known: a share, no count
    assert cleared.frame.loc[0, "Prevalence"] == "50%"


def test_joins_say_what_was_expected():
    _, cleared = make("joins", made_up_stories.frames())
    (row,) = cleared.frame.to_dict("records")
    assert (row["Joined"], row["Only in the first"], row["Only in the second"]) == (
        "Stories with schools", "0 (0)", "25 (0)",
    )  # fmt: skip
    assert (row["Most rows, first"], row["Most rows, second"]) == ("3 (any)", "1 (1)")
    assert (row["Relation"], row["As expected"]) == ("many to one", "no")
    assert row["Note"] == "25 schools told nothing"


def test_joins_to_roles_say_how_many_of_them_were_asked():
    frames = made_up_stories.frames()
    joins = frames["join_stories"].assign(right="roles", by="role", detail="", relation="")
    table, cleared = make("joins", frames | {"join_stories": joins})
    (row,) = cleared.frame.to_dict("records")
    assert row["Note"] == (
        "Teachers: 7 of 24 asked; Heads: not shown of 11; Aides: 5 asked; Leads: not shown"
    )
    assert row["Relation"] == "x" and "x: too few" in table.note and table.landscape
    none = frames["asked_roles"].iloc[:0]
    table, cleared = make("joins", {"join_stories": joins, "asked_roles": none})
    assert "Note" not in cleared.frame and "Asked" not in table.note and not table.landscape


def test_plan_thread_and_checklist_keep_their_words():
    frames = made_up_stories.frames()
    _, cleared = make("collection", frames)
    assert cleared.frame.loc[0, "Measured"] == "Empathy (SRS), T1 and T2"
    _, cleared = make("thread", frames)
    assert list(cleared.frame["Step"]) == ["1", "2", "3"]
    table, cleared = make("checklist", frames)
    assert list(cleared.frame["Verdict"]) == ["met", "for a person to judge"]
    assert table.note.startswith("Met: 1, for a person to judge: 1.")


def test_a_theme_that_was_not_measured_is_told_alone():
    collection = made_up_stories.frames()["collection"]
    both = pd.concat([collection, collection.assign(measured="not measured")])
    _, cleared = make("collection", {"collection": both})
    assert list(cleared.frame["Part"]) == ["Measured and told", "Told alone"]


def test_names_of_files_stay_out_of_plans_and_threads(made_up):
    study = made_up.study(outcomes=("empathy",))
    outcome = study.outcomes[0].model_copy(update={"instrument": "srs_peer12"})
    labels = Labels.from_study(study.model_copy(update={"outcomes": (outcome,)}))
    thread = made_up_stories.frames()["thread"]
    thread["what"] = ["Empathy (srs_peer12), T1, T2", "quote Q01", "judge_a"]
    thread["finding"] = ["improved (T2 - T1)", "She asks. (a teacher)", "agreement: both rise"]
    _, cleared = make("thread", {"thread": thread}, labels)
    assert list(cleared.frame["What"]) == ["Empathy, T1, T2", "quote Q01", "Judge a"]
    assert list(cleared.frame["Finding"])[:2] == ["improved (T1 to T2)", "“She asks.” (a teacher)"]


def test_a_quote_stands_at_the_finest_code_alone():
    quotes = made_up_stories.frames()["quotes"].iloc[[1]].assign(frame="resilience_framework")
    both = pd.concat([
        quotes.assign(code="belonging", label="Belonging", position=11.0),
        quotes.assign(code="somewhere_to_belong", label="Somewhere", position=12.0),
        quotes.assign(code="coping", label="Coping", position=30.0),
    ])  # fmt: skip
    _, cleared = make("quote_matrix", {"quotes": both})
    assert list(cleared.frame["Code"]) == ["Somewhere", "Coping"]


def test_what_cannot_be_shown_does_not_fill_the_table():
    frames = made_up_stories.frames()
    pairs = frames["cooccurrence"].iloc[:4].copy()
    pairs.loc[pairs.index[1:], "sources"] = float("nan")
    table, cleared = make("cooccurrence", {"cooccurrence": pairs})
    assert len(cleared.frame) == 1 and "3 more pairs stand together" in table.note
    frames["reach"]["stories"] = float("nan")
    _, cleared = make("stories_told", frames)
    far = cleared.frame[cleared.frame["Part"].str.startswith("Furthest")]
    assert far[["What", "Count"]].to_numpy().tolist() == [["No count can be shown", "x"]]


def test_codes_of_a_long_frame_that_nobody_tells_of_are_named_in_the_note():
    coverage = made_up_stories.frames(groups=())["coverage"].iloc[[0]]
    long = pd.concat([
        coverage.assign(code=f"c{at}", label=f"Code {at}", position=float(at), sources=float(at))
        for at in range(12)
    ])  # fmt: skip
    table, cleared = make("theme_counts", {"coverage": long})
    assert "Code 0" not in set(cleared.frame["Code"]) and len(cleared.frame) == 11
    assert (
        "No source tells of (Value Creation Framework (2011, five cycles)): Code 0." in table.note
    )
    _, cleared = make("theme_counts", {"coverage": long.iloc[:5]})
    assert "Code 0" in set(cleared.frame["Code"])


def test_a_study_without_schools_has_no_column_of_them():
    frames = made_up_stories.frames()
    frames["coverage"][["schools", "schools_asked"]] = 0.0
    _, cleared = make("stories_told", frames)
    assert list(cleared.frame.columns) == ["Part", "What", "Count"]


def test_notes_speak_of_pupils_only_where_pupils_are_counted():
    frames = made_up_stories.frames()
    for name in TABLES:
        table, _ = make(name, frames, open_data=False)
        assert ("counts of pupils" in table.note) == (name == "joint_display"), name
        assert table.note.count("x: ") <= 1


@pytest.mark.parametrize("name", TABLES)
def test_widths_of_columns_are_those_of_the_page(name, tmp_path):
    from docx import Document

    table, cleared = make(name, made_up_stories.frames())
    assert len(table.widths) == len(cleared.frame.columns) - 1
    write_table(table, name, cleared, tmp_path)
    document = Document(str(tmp_path / f"{name}.docx"))
    (grid,), (section,) = document.tables, document.sections
    room = section.page_width - section.left_margin - section.right_margin
    wide = [column.width for column in grid.columns]
    assert sum(wide) <= room and sum(wide) > 0.99 * room
    assert wide.index(max(wide)) == table.widths.index(max(table.widths))
    assert all(row._tr.trPr.xpath("w:cantSplit") for row in grid.rows)


def test_counts_stand_on_the_right_under_any_name(tmp_path):
    table, cleared = make("flows", made_up_stories.frames())
    write_table(table, "flows", cleared, tmp_path)
    page = (tmp_path / "flows.html").read_text()
    assert re.search(r'gt_right"[^>]*id="flows-Stories"|id="flows-Stories"[^>]*gt_right', page) or (
        re.search(r"gt_right[^>]*>\s*Stories", page)
    )
