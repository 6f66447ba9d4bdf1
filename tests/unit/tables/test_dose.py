"""The table of dose, from slopes worked out by hand."""

from __future__ import annotations

from resilience_lib.disclosure.gates import clear
from resilience_lib.figures.labels import Labels
from resilience_lib.frames import estimate_frame
from resilience_lib.tables.dose import table_dose


def slope(estimand, estimate, low, high, **more):
    return {
        "outcome": "reading", "contrast": "T2 - T1", "subgroup": "sessions_led, per session",
        "estimand": estimand, "estimate": estimate, "conf_low": low, "conf_high": high,
        "df": 6.34, "p_value": 0.0213, "n": 412, "n_clusters": 11, "method": "OLS, CR2 by school",
    } | more  # fmt: skip


def laid_out(plan, rows):
    frame = estimate_frame(rows)
    # as many pupils and schools have another dose than the commonest
    frame = frame.assign(smaller=frame["n"], smaller_clusters=frame["n_clusters"])
    return table_dose(clear("dose", frame, plan), Labels.from_study(plan))


def test_slopes_have_three_places_and_say_who_is_compared(made_up):
    table, cleared = laid_out(
        made_up.study(),
        [
            slope("dose_slope", -0.0456, -0.08, -0.0114),
            slope("dose_slope_within", 0.01, -0.1, 0.12),
            slope("dose_slope_between", 0.2, 0.1, 0.3),
            slope("mean_change", 5.0, 4.0, 6.0),
        ],
    )
    assert cleared.frame.iloc[0].to_dict() == {
        "Outcome": "Reading", "Change": "T1 to T2", "One more": "session (sessions led)",
        "Compared": "All", "Slope, points": "−0.046", "95% CI": "[−0.080, −0.011]",
        "df": "6.3", "p": ".021", "n": "412", "Schools": "11",
    }  # fmt: skip
    compared = ["All", "Classes of one school", "Schools' means"]
    assert cleared.frame["Compared"].tolist() == compared
    assert "no cause is shown" in table.note


def test_a_slope_that_does_not_exist_is_none(made_up):
    row = slope("dose_slope", None, None, None, df=None, p_value=None, reason="one dose only")
    _, cleared = laid_out(made_up.study(), [row])
    shown = cleared.frame.iloc[0]
    assert (shown["Slope, points"], shown["95% CI"], shown["p"]) == ("none", "", "")
    assert (shown["n"], shown["Schools"]) == ("412", "11")


def test_a_slope_over_two_schools_is_not_shown(made_up):
    plan = made_up.study(open_data=False)
    table, cleared = laid_out(plan, [slope("dose_slope", 0.1, 0.0, 0.2, n_clusters=2)])
    shown = cleared.frame.iloc[0]
    for column in ("Slope, points", "95% CI", "n", "Schools"):
        assert shown[column] == "x", column
    assert (shown["df"], shown["p"]) == ("", "")
    assert "x: not shown" in table.note


def test_invented_pupils_are_marked(made_up):
    table, _ = laid_out(made_up.study(synthetic=True), [slope("dose_slope", 0.1, 0.0, 0.2)])
    assert table.title == "Change as it goes with dose (SYNTHETIC DATA)"


def test_a_study_without_a_row_has_an_empty_table(made_up):
    _, cleared = laid_out(made_up.study(), [])
    assert cleared.frame.empty and cleared.frame.columns[0] == "Outcome"
