"""Names of figures and tables in a study file."""

import pytest
from made_up_names import of_pupils

from resilience_lib.disclosure.gates import Published
from resilience_lib.errors import FaultsError
from resilience_lib.figures.registry import FIGURES, check_figures, make_figure
from resilience_lib.study.schema import Contrasts
from resilience_lib.tables.registry import TABLES, check_tables


def with_names(study, **names):
    return study.model_copy(update=names)


def test_an_unknown_figure_is_refused_with_the_nearest_name(made_up):
    with pytest.raises(FaultsError) as caught:
        check_figures(with_names(made_up.study(), figures=("wave_mean", "changes_forest")))
    assert [fault.remedy for fault in caught.value.faults] == [
        "did you mean wave_means?",
        "did you mean change_forest?",
    ]
    assert caught.value.faults[0].file == "studies/made_up/study.yml"


def test_effects_need_a_comparison(made_up):
    with pytest.raises(FaultsError, match="no comparison"):
        check_figures(with_names(made_up.study(), figures=("effect_forest",)))
    every = made_up.study(
        outcomes=("reading", "test"), incomparable=("test",), arms=("regular", "small")
    )
    named = [n for n in of_pupils(FIGURES) if FIGURES[n].fit.design != "items"]
    check_figures(with_names(every, figures=tuple(named)))
    check_tables(
        with_names(
            every,
            tables=[
                n
                for n in of_pupils(TABLES)
                if TABLES[n].fit.design not in ("items", "dose", "further")
            ],
        )
    )


def faults(check, study, **names):
    with pytest.raises(FaultsError) as caught:
        check(with_names(study, **names))
    return [(fault.value, fault.rule, fault.remedy) for fault in caught.value.faults]


def test_change_of_tests_that_differ_is_refused_by_name_with_what_fits(made_up):
    study = made_up.study(outcomes=("test",), incomparable=("test",))
    asked = ("change_forest", "change_distribution", "school_change", "gender_gaps")
    said = faults(check_figures, study, figures=asked)
    rule = "it shows change, and no outcome has comparable_across_waves: true"
    assert said == [
        # gender_gaps is asked for already
        ("change_forest", rule, "take it out of figures"),
        ("change_distribution", rule,
         "take it out of figures, or put rank_stability in its place"),
        ("school_change", rule, "take it out of figures, or put school_positions in its place"),
    ]  # fmt: skip
    said = faults(check_tables, study, tables=("tests", "effect_sizes"))
    assert said == [
        (name, rule, "take it out of tables, or put positions in its place")
        for name in ("tests", "effect_sizes")
    ]
    # effects at a wave are no change: the table of tests has them
    both = made_up.study(outcomes=("test",), incomparable=("test",), arms=("a", "b"))
    check_tables(with_names(both, tables=("tests",)))


def test_places_are_for_tests_that_differ_alone(made_up):
    said = faults(check_figures, made_up.study(), figures=("gender_gaps",))
    assert "every outcome here has comparable_across_waves: true" in said[0][1]
    assert said[0][2] == "take it out of figures, or put change_forest in its place"
    said = faults(check_tables, made_up.study(), tables=("positions",))
    assert said[0][2] == "take it out of tables, or put tests in its place"


def test_change_between_no_waves_is_refused(made_up):
    said = faults(check_figures, made_up.study(), figures=("change_forest",), contrasts=Contrasts())
    assert said == [
        ("change_forest", "it shows change, and contrasts.change names no waves",
         "take it out of figures, or declare it")
    ]  # fmt: skip


def test_a_name_twice_and_an_unknown_table(made_up):
    with pytest.raises(FaultsError, match="stands once"):
        check_figures(with_names(made_up.study(), figures=("wave_means", "wave_means")))
    with pytest.raises(FaultsError, match="did you mean descriptives"):
        check_tables(with_names(made_up.study(), tables=("descriptive",)))


def test_a_missing_frame_is_named(made_up, tmp_path):
    with pytest.raises(KeyError, match="estimates"):
        make_figure("wave_means", Published({}.__getitem__, made_up.study()), tmp_path)
