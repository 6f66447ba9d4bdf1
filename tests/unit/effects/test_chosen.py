"""Effect sizes that a study file names."""

from __future__ import annotations

import pytest

from resilience_lib.effects.chosen import check_estimands
from resilience_lib.errors import FaultsError
from resilience_lib.study.load import load_study
from resilience_lib.study.schema import Estimands


def said(study: str, **chosen: object) -> list[tuple[str | None, str | None, str, str]]:
    plan = load_study(study).model_copy(update={"estimand": Estimands.model_validate(chosen)})
    with pytest.raises(FaultsError) as caught:
        check_estimands(plan)
    return [(f.column, f.value, f.rule, f.remedy) for f in caught.value.faults]


def test_what_is_left_to_its_default_fits_every_study() -> None:
    for study in ("project_star", "bounce_forward", "junior_school_project"):
        check_estimands(load_study(study))


def test_unknown_names_come_all_at_once_with_the_nearest() -> None:
    rule = "there is no such effect size here"
    assert said("bounce_forward", change="g_change", also=["d_zz", "d_rm"]) == [
        ("estimand.change", "g_change", rule, "did you mean g_change_model?"),
        ("estimand.also", "d_zz", rule, "did you mean d_z?"),
    ]


def test_a_bare_mean_is_no_effect_size() -> None:
    (fault,) = said("project_star", effect="mean_difference")
    assert fault[:3] == (
        "estimand.effect", "mean_difference", "there is no such effect size here",
    )  # fmt: skip


def test_what_the_design_does_not_fit_is_refused_with_what_does() -> None:
    assert said("bounce_forward", also=["g_ancova"]) == [
        (
            "estimand.also",
            "g_ancova",
            "'g_ancova' is an effect and needs a comparison arm",
            "ask for 'g_change_model': change in total SDs at the first wave",
        )
    ]
    (fault,) = said("junior_school_project", change="d_av_rms")
    assert fault[2] == "'d_av_rms' is a change and needs comparable_across_waves: true"
