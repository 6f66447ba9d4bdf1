"""Mixed-model contrasts against lmerTest's contest1D, singular fits included."""

from __future__ import annotations

import pytest

from resilience_lib.effects.mixed import estimate_change_mixed, estimate_effects_mixed
from resilience_lib.effects.subgroups import cell_columns, complete_scores
from resilience_lib.models.mixed import fit_school_model

GENDER = ("girls", "boys")
COLUMNS = ["estimate", "std_error", "df", "conf_low", "conf_high"]


@pytest.mark.reference
@pytest.mark.parametrize("outcome", ["wellbeing", "flat"])
def test_synthetic_change_equals_lmertest(synthetic, reference, agree, outcome):
    ours = estimate_change_mixed(
        synthetic[synthetic["outcome"] == outcome], waves=("T1", "T2", "T3"),
        changes=[("T1", "T2"), ("T1", "T3"), ("T2", "T3")], gender=GENDER,
    )  # fmt: skip
    r = reference("mixed.csv").query("data == 'synthetic' and outcome == @outcome")
    assert agree(ours, r, 1e-4, COLUMNS) == 12
    assert ours["method"].str.contains("pupil with a free covariance matrix over waves").all()


@pytest.mark.reference
def test_star_change_equals_lmertest(star, reference, agree):
    ours = estimate_change_mixed(
        star[star["outcome"] == "read"], waves=("T1", "T2", "T3", "T4"),
        changes=[("T1", "T2"), ("T2", "T3"), ("T3", "T4")], gender=GENDER,
    )  # fmt: skip
    r = reference("mixed.csv").query("data == 'star' and estimand == 'mean_change'")
    assert agree(ours, r, 1e-4, COLUMNS) == 12
    assert (ours["reason"] == "").all()


@pytest.mark.reference
@pytest.mark.parametrize(
    ("data", "outcome"), [("synthetic", "wellbeing"), ("synthetic", "flat"), ("star", "read")]
)
def test_variances_at_each_wave_equal_lme4(request, reference, data, outcome):
    """Of the terms, and of a pupil's score at each wave (in R with the residual)."""
    frame = request.getfixturevalue(data)
    rows = complete_scores(frame[frame["outcome"] == outcome], frame["wave"].unique(), GENDER)
    cells = cell_columns(rows["wave"] + "|" + rows["group"])[0]
    fit = fit_school_model(rows, cells)[0]
    r = reference("mixed_variances.csv").query("data == @data and outcome == @outcome")
    theirs = r.set_index("term")["variance"].to_dict()
    assert fit is not None and list(fit.variances) == list(theirs)
    # a variance that is 0 is so within the square of what an optimiser calls 0
    assert fit.variances == pytest.approx(theirs, rel=1e-4, abs=1e-8)


@pytest.mark.reference
def test_star_effects_equal_lmertest(star, reference, agree):
    ours = estimate_effects_mixed(
        star[star["outcome"] == "read"], waves=("T1", "T2", "T3", "T4"),
        arms=("reg", "small", "reg+A"), gender=GENDER,
    )  # fmt: skip
    r = reference("mixed.csv").query("data == 'star' and estimand == 'mean_difference'")
    assert agree(ours, r, 1e-4, COLUMNS) == 32
    assert (ours["reason"] == "").all()
    said = "entry class x wave, pupil with a free covariance matrix over waves), Satterthwaite df"
    assert ours["method"].str.contains(said, regex=False).all()


def test_a_singular_fit_says_so(synthetic):
    got = estimate_change_mixed(
        synthetic[synthetic["outcome"] == "flat"], waves=("T1", "T2", "T3"),
        changes=[("T1", "T2")], gender=GENDER,
    )  # fmt: skip
    for column in ("reason", "method"):
        assert got[column].str.contains("singular: no variance estimated for").all()
