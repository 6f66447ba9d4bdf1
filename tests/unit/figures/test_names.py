"""Names of figures and tables in a study file."""

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.figures.registry import FIGURES, check_figures, make_figure
from resilience_lib.tables.registry import check_tables


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
    check_figures(with_names(made_up.study(arms=("a", "b")), figures=tuple(FIGURES)))


def test_a_name_twice_and_an_unknown_table(made_up):
    with pytest.raises(FaultsError, match="stands once"):
        check_figures(with_names(made_up.study(), figures=("wave_means", "wave_means")))
    with pytest.raises(FaultsError, match="did you mean descriptives"):
        check_tables(with_names(made_up.study(), tables=("descriptive",)))


def test_a_missing_frame_is_named(made_up, tmp_path):
    with pytest.raises(KeyError, match="estimates"):
        make_figure("wave_means", made_up.study(), {}, tmp_path)
