"""The table of persons, from shares worked out by hand."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.gates import clear
from resilience_lib.figures.captions import CAUTION
from resilience_lib.figures.labels import Labels
from resilience_lib.frames import estimate_frame
from resilience_lib.tables.persons import table_persons

WORDS = {"improved": "Improved, %", "unchanged": "No change, %", "deteriorated": "Deteriorated, %"}


def share(what, estimate, low=None, high=None, **more):
    return {
        "outcome": "reading", "contrast": "T2 - T1", "subgroup": "all", "rule": "reliable",
        "estimand": f"share_{what}", "estimate": estimate, "conf_low": low, "conf_high": high,
        "n": 200, "n_clusters": 11, "method": "Jacobson & Truax 1991",
    } | more  # fmt: skip


def group(**more):
    """Of 200 pupils 50 improved, 120 did not change and 30 deteriorated."""
    return [
        share("improved", 50 / 200, 0.18, 0.3349, **more),
        share("unchanged", 120 / 200, 0.52, 0.68, **more),
        share("deteriorated", 30 / 200, 0.1, 0.2, **more),
        share("improved_by_chance", 0.025, **more),
        share("deteriorated_by_chance", 0.0249, **more),
    ]


def laid_out(plan, rows):
    rules = pd.Series([r["rule"] for r in rows], dtype="str")
    frame = estimate_frame([{k: v for k, v in r.items() if k != "rule"} for r in rows])
    cleared = clear("persons", frame.assign(rule=rules), plan)
    return table_persons(cleared, Labels.from_study(plan))


def test_shares_are_per_cents_with_chance_beside_them(made_up):
    table, cleared = laid_out(made_up.study(), group())
    assert cleared.frame.to_dict("records") == [
        {"Outcome": "Reading", "Change": "T1 to T2", "Rule": "Reliable change",
         "Group": "All pupils", "Improved, %": "25.0 [18.0, 33.5]",
         "Improved by chance, %": "2.5", "No change, %": "60.0 [52.0, 68.0]",
         "Deteriorated, %": "15.0 [10.0, 20.0]", "Deteriorated by chance, %": "2.5",
         "n": "200", "Schools": "11"}
    ]  # fmt: skip
    assert list(cleared.frame) == [
        *("Outcome", "Change", "Rule", "Group", "Improved, %", "Improved by chance, %"),
        *("No change, %", "Deteriorated, %", "Deteriorated by chance, %", "n", "Schools"),
    ]
    assert CAUTION in table.note


def test_rules_and_genders_stand_in_rows_of_their_own_and_differences_do_not(made_up):
    rows = group() + group(subgroup="girls") + group(rule="any")
    rows += [share("improved", 0.1, 0.0, 0.2, subgroup="girls - boys")]
    _, cleared = laid_out(made_up.study(), rows)
    assert cleared.frame[["Rule", "Group"]].to_numpy().tolist() == [
        ["Reliable change", "All pupils"],
        ["Reliable change", "Girls"],
        ["Any change", "All pupils"],
    ]


def test_a_share_that_is_not_known_is_none_and_one_that_was_not_asked_for_is_empty(made_up):
    rows = [share("improved", None, reason="no reliability", n=0, n_clusters=0)]
    _, cleared = laid_out(made_up.study(), rows)
    shown = cleared.frame.iloc[0]
    assert shown["Improved, %"] == "none"
    assert (shown["No change, %"], shown["Deteriorated by chance, %"]) == ("", "")


def test_nine_who_deteriorated_are_not_shown_nor_what_would_give_them(made_up):
    rows = [
        share("improved", 50 / 200, 0.18, 0.33),
        share("unchanged", 141 / 200, 0.6, 0.8),
        share("deteriorated", 9 / 200, 0.02, 0.09),
    ]
    table, cleared = laid_out(made_up.study(open_data=False), rows)
    shown = cleared.frame.iloc[0]
    assert shown["Deteriorated, %"] == "x"
    # 200 less 50 and 141 are 9: one of the two goes as well
    assert "x" in (shown["Improved, %"], shown["No change, %"])
    assert "x: not shown" in table.note


def test_arms_are_not_cautioned_and_invented_pupils_are_marked(made_up):
    assert CAUTION not in laid_out(made_up.study(arms=("a", "b")), group())[0].note
    table, _ = laid_out(made_up.study(synthetic=True), group())
    assert table.title.endswith("deteriorated (SYNTHETIC DATA)")


def test_a_long_label_is_kept_whole(made_up):
    long = "Resilience of the school environment as pupils of the upper years report it " * 2
    _, cleared = laid_out(made_up.study(labels=[long.strip()]), group())
    assert cleared.frame["Outcome"].tolist() == [long.strip()]


def test_a_study_without_a_row_has_an_empty_table(made_up):
    _, cleared = laid_out(made_up.study(), [])
    assert cleared.frame.empty and cleared.frame.columns[0] == "Outcome"
