"""Tables and forests of the effect sizes that a study file names."""

from __future__ import annotations

import pytest

from resilience_lib.disclosure.gates import clear
from resilience_lib.figures.change_forest import (
    caption_change_forest,
    draw_change_forest,
    select_change_forest,
)
from resilience_lib.figures.effect_forest import (
    caption_effect_forest,
    draw_effect_forest,
    select_effect_forest,
)
from resilience_lib.figures.labels import Labels
from resilience_lib.frames import estimate_frame
from resilience_lib.study.schema import Estimands
from resilience_lib.tables.effect_sizes import table_effect_sizes
from resilience_lib.tables.tests import table_tests

CR2 = "95% CR2, Satterthwaite df"
JACKKNIFE = "95% jackknife over schools, t(k - 1)"
CHANGE = "regression over waves, CR2 by school"
EFFECT = "OLS with stratum x wave effects, CR2 by school"
MIXED = "mixed model (school, pupil)"


def row(estimand, estimate, method, interval=CR2, **more):
    return {
        "outcome": "reading", "contrast": "T2 - T1", "subgroup": "all", "estimand": estimand,
        "estimate": estimate, "conf_low": estimate - 0.1, "conf_high": estimate + 0.1,
        "interval": interval, "method": method, "n": 400, "n_clusters": 11,
    } | more  # fmt: skip


CHANGES = [
    row("mean_change", 2.0, CHANGE),
    row("mean_change", 2.1, MIXED),
    row("g_change_model", 0.2, f"{CHANGE}; J x change"),
    row("d_rm", 0.33, "pupils seen at both waves", JACKKNIFE),
    row("d_z", 0.44, "pupils seen at both waves", JACKKNIFE),
]
AT = {"contrast": "b - a at T2"}
EFFECTS = [
    row("mean_difference", 3.0, EFFECT, **AT),
    row("mean_difference", 3.3, "OLS, CR2 by school, no school effects", **AT),
    row("mean_difference", 3.1, MIXED, **AT),
    row("g_total", 0.3, f"{EFFECT}; J x difference", **AT),
    row("prob_superiority", 0.62, "pairs of pupils", JACKKNIFE, **AT),
    row("g_ancova", 0.35, "difference adjusted", **AT),
]


def made(made_up, rows, arms=(), **chosen):
    plan = made_up.study(arms=arms).model_copy(update={"estimand": Estimands(**chosen)})
    return clear("estimates", estimate_frame(rows), plan), Labels.from_study(plan)


def test_the_lead_stands_with_the_headline_and_not_with_the_mixed_model(made_up):
    table, cleared = table_tests(*made(made_up, CHANGES, change="d_rm"))
    shown = cleared.frame.set_index("Method")
    assert shown["d_rm"].to_dict() == {"CR2": "0.33", "Mixed model": ""}
    assert shown.loc["CR2", "95% CI of d_rm"] == "[0.23, 0.43]"
    assert "g" not in shown
    assert (
        "effect size of change: d_rm: change in SDs, from the SD of the differences" in table.note
    )
    assert "2002), its interval one school left out at a time (jackknife" in table.note


def test_left_to_the_default_g_stands_with_the_headline(made_up):
    table, cleared = table_tests(*made(made_up, CHANGES))
    assert cleared.frame.set_index("Method")["g"].to_dict() == {
        "CR2": "0.20",
        "Mixed model": "",
    }
    assert "g: standardised by the total SD" in table.note


def test_a_lead_of_effects_stands_with_the_headline_alone(made_up):
    _, cleared = table_tests(*made(made_up, EFFECTS, ("a", "b"), effect="g_ancova"))
    shown = cleared.frame.set_index("Method")["g_ancova"]
    assert shown.to_dict() == {"CR2": "0.35", "CR2, no school effects": "", "Mixed model": ""}


def test_two_kinds_of_lead_share_a_column_that_names_neither(made_up):
    chosen = {"effect": "g_ancova"}
    table, cleared = table_tests(*made(made_up, CHANGES + EFFECTS, ("a", "b"), **chosen))
    headline = cleared.frame[cleared.frame["Method"] == "CR2"]
    assert headline.set_index("Contrast")["Effect size"].to_dict() == {
        "T1 to T2": "0.20", "b − a at T2": "0.35",
    }  # fmt: skip
    assert "effect size of change: g_change_model" in table.note
    assert "effect size of effect: g_ancova" in table.note


def test_definitions_are_those_of_the_study_file_the_lead_first(made_up):
    chosen = {"change": "d_rm", "also": ("g_change_model", "d_z")}
    table, cleared = table_effect_sizes(*made(made_up, CHANGES, **chosen))
    (shown,) = cleared.frame.to_dict("records")
    assert list(shown)[3::2] == ["d_rm", "g_change_model", "d_z"]
    assert [shown[name] for name in ("d_rm", "g_change_model", "d_z")] == ["0.33", "0.20", "0.44"]
    assert "Interval of d_rm and d_z: one school left out at a time" in table.note
    assert "Interval of g_change_model: CR2 by school" in table.note
    assert "d_av_mean" not in table.note


def test_effect_sizes_of_arms_that_are_asked_for_stand_below_those_of_change(made_up):
    chosen = {"also": ("prob_superiority",)}
    table, cleared = table_effect_sizes(*made(made_up, CHANGES + EFFECTS, ("a", "b"), **chosen))
    assert cleared.frame["Contrast"].tolist() == ["T1 to T2", "b − a at T2"]
    assert cleared.frame["g_total"].tolist() == ["", "0.30"]
    assert cleared.frame["prob_superiority"].tolist() == ["", "0.62"]
    assert table.title == "Standardised change and effect by outcome and gender"


def test_an_effect_size_that_does_not_exist_is_none_and_a_hidden_one_x(made_up):
    gone = row("d_rm", float("nan"), "pupils", reason="scores do not vary")
    _, cleared = table_effect_sizes(*made(made_up, [gone], change="d_rm", also=()))
    assert cleared.frame["d_rm"].tolist() == ["none"]


@pytest.mark.parametrize(("chosen", "estimate", "words"), [
    ({}, 0.2, "as g (model contrast over the total SD at T1). 400 pupils in 11 schools; "
              "interval: 95% CR2, Satterthwaite df."),
    ({"change": "d_rm"}, 0.33, "as d_rm: change in SDs, from the SD of the differences and r "
     "(Lakens 2013; Morris & DeShon 2002); pupils seen at both waves. 400 pupils in 11 schools; "
     "interval: 95% jackknife over schools, t(k - 1)."),
])  # fmt: skip
def test_the_forest_of_change_draws_its_lead_and_says_its_interval(
    made_up, chosen, estimate, words
):
    estimates, labels = made(made_up, CHANGES, **chosen)
    drawn = select_change_forest(estimates, labels)
    assert drawn.frame["estimate"].tolist() == [estimate]
    assert words in caption_change_forest(drawn, labels)
    name = "(d_rm)" if chosen else "(g)"
    assert name in draw_change_forest(drawn, labels).get_supxlabel()


def test_the_forest_of_effects_has_its_line_where_the_lead_is_nothing(made_up):
    estimates, labels = made(made_up, EFFECTS, ("a", "b"), effect="prob_superiority")
    drawn = select_effect_forest(estimates, labels)
    assert drawn.frame["estimate"].tolist() == [0.62]
    caption = caption_effect_forest(drawn, labels)
    assert "Of all pupils only: prob_superiority is not estimated by gender." in caption
    assert "Grey" not in caption
    (axes,) = draw_effect_forest(drawn, labels).axes
    # half of all pairs, by the registry's own null
    assert list(axes.lines[0].get_xdata()) == [0.5, 0.5]
