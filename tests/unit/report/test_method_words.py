"""What the report says of effect sizes follows the study file."""

from __future__ import annotations

from resilience_lib.report.methods import describe_methods
from resilience_lib.study.schema import Estimands


def told(made_up, arms=(), **chosen) -> str:
    plan = made_up.study(arms=arms).model_copy(update={"estimand": Estimands(**chosen)})
    return " ".join(describe_methods(plan))


def test_nothing_is_said_of_what_was_not_asked_for(made_up):
    said = told(made_up, also=())
    assert "g_change_model: the change divided" in said and "(Hedges 1981)" in said
    for name in ("d_av_mean", "d_z", "left out at a time (jackknife", "g_total", "lead with"):
        assert name not in said


def test_each_definition_has_a_sentence_with_its_reference(made_up):
    said = told(made_up, also=("d_pre", "g_av_rms"))
    assert "d_pre: change in SDs of the first wave (Becker 1988), of pupils seen at both" in said
    assert (
        "g_av_rms: change in root mean variances, corrected for few pupils (Cumming 2012;" in said
    )
    assert "Interval of d_pre and g_av_rms: one school left out at a time (jackknife;" in said
    # references of textbook intervals, which are not the ones printed
    assert "Bonett" not in said and "Algina" not in said


def test_leads_are_named_and_those_of_arms_only_with_arms(made_up):
    chosen = {"change": "d_rm", "effect": "g_ancova", "also": ()}
    said = told(made_up, ("a", "b"), **chosen)
    assert "Tables and forests of change lead with d_rm." in said
    assert "Tables and forests of effects lead with g_ancova." in said
    assert "g_ancova: difference adjusted for covariates" in said
    assert "g_ancova" not in told(made_up, change="d_rm", also=())
