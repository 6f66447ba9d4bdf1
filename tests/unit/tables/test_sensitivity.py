"""The table of sensitivity, from rows worked out by hand."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.gates import clear
from resilience_lib.effects.answers import answer
from resilience_lib.figures.captions import CAUTION
from resilience_lib.figures.labels import Labels
from resilience_lib.frames import estimate_frame
from resilience_lib.tables.sensitivity import ODDS, table_sensitivity

CR2, JACKKNIFE, FLAGGED = (answer(n).label for n in ("cr2", "jackknife", "unflagged_items"))


def row(name, estimate, low, high, **more):
    return {
        "outcome": "reading", "contrast": "T2 - T1", "subgroup": "all",
        "estimand": "mean_change", "estimate": estimate, "conf_low": low, "conf_high": high,
        "method": "regression", "n": 400, "n_clusters": 11, "answer": name,
    } | more  # fmt: skip


def laid_out(plan, rows, odds=()):
    answers = pd.Series([r["answer"] for r in rows], dtype="str")
    frame = estimate_frame([{k: v for k, v in r.items() if k != "answer"} for r in rows])
    cleared = clear("sensitivity", frame.assign(answer=answers), plan)
    estimates = clear("estimates", estimate_frame(odds), plan)
    return table_sensitivity(cleared, estimates, Labels.from_study(plan))


def odds_ratio(estimate, low, high, **more):
    found = row("", estimate, low, high, estimand="change_odds_ratio", **more)
    return {k: v for k, v in found.items() if k != "answer"}


def test_a_column_for_each_answer_and_a_row_for_each_contrast(made_up):
    table, cleared = laid_out(
        made_up.study(),
        [
            row("cr2", -1.26, -2.0, -0.5),
            row("jackknife", -1.3, -2.12, -0.48),
            row("cr2", 0.44, -0.4, 1.3, subgroup="girls - boys"),
            row("cr2", 9.0, 8.0, 10.0, subgroup="girls"),
            row("delta", 0.7, None, None, estimand="tipping_delta"),
        ],
    )
    # a scale of 0 to 100 is printed to one place; genders alone stand in the table of tests
    assert cleared.frame.to_dict("records") == [
        {"Outcome": "Reading", "Contrast": "T1 to T2", "Group": "All pupils",
         CR2: "−1.3 [−2.0, −0.5]", JACKKNIFE: "−1.3 [−2.1, −0.5]"},
        {"Outcome": "Reading", "Contrast": "T1 to T2", "Group": "Girls − boys",
         CR2: "0.4 [−0.4, 1.3]", JACKKNIFE: ""},
    ]  # fmt: skip
    assert ODDS not in table.note


def test_one_group_is_cautioned_and_arms_are_not(made_up):
    rows = [row("cr2", 1.0, 0.5, 1.5)]
    assert CAUTION in laid_out(made_up.study(), rows)[0].note
    of_arms = [row("cr2", 1.0, 0.5, 1.5, estimand="mean_difference", contrast="b - a at T2")]
    table, cleared = laid_out(made_up.study(arms=("a", "b")), of_arms)
    assert CAUTION not in table.note
    assert cleared.frame["Contrast"].tolist() == ["b − a at T2"]


def test_odds_ratios_have_two_places_and_their_own_words(made_up):
    table, cleared = laid_out(
        made_up.study(),
        [row("cr2", 1.0, 0.5, 1.5), row("cr2", 2.0, 1.0, 3.0, contrast="T3 - T1")],
        [odds_ratio(1.204, 1.0349, 1.4), odds_ratio(9.0, 8.0, 9.9, contrast="T9 - T1")],
    )
    assert cleared.frame[ODDS].tolist() == ["1.20 [1.03, 1.40]", ""]
    assert "proportional odds of a higher score" in table.note


def test_an_answer_that_is_none_says_so_and_a_missing_interval_is_left_out(made_up):
    _, cleared = laid_out(
        made_up.study(),
        [
            row("cr2", 1.0, None, None, reason="one school"),
            row("unflagged_items", None, None, None, reason="no item is flagged"),
        ],
    )
    assert cleared.frame.iloc[0][[CR2, FLAGGED]].tolist() == ["1.0", "none"]


def test_what_is_suppressed_is_not_called_none(made_up):
    confidential = made_up.study(open_data=False)
    few = row("cr2", 1.0, 0.5, 1.5, n=9)
    table, cleared = laid_out(confidential, [few])
    assert cleared.frame[CR2].tolist() == ["x"]
    assert "x: not shown" in table.note and "below 10" in table.note


def test_invented_pupils_are_marked_in_title_and_note(made_up):
    rows = [row("cr2", 1.0, 0.5, 1.5)]
    table, _ = laid_out(made_up.study(synthetic=True), rows)
    assert table.title == "The same contrast under every method (SYNTHETIC DATA)"
    assert table.note.endswith("Synthetic data: made up for a test.")
    assert laid_out(made_up.study(), rows)[0].title == "The same contrast under every method"


def test_a_study_without_any_answer_has_an_empty_table(made_up):
    _, cleared = laid_out(made_up.study(), [])
    assert cleared.frame.empty and list(cleared.frame) == ["Outcome", "Contrast", "Group"]
