"""Which random terms a design gets, and when nothing is fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.adapters.mixedlm import contrast_satterthwaite, fit_random_terms
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.mixed import fit_school_model, mixed_row, school_terms, waves_differ


def design(waves: tuple[str, ...], groups: tuple[str, ...]) -> pd.DataFrame:
    rows = [(f"p{s}{i}", f"s{s}", w, groups[i % len(groups)], float(i * s + len(w)))
            for s in range(6) for i in range(6) for w in waves]  # fmt: skip
    return pd.DataFrame(rows, columns=["pupil", "school", "wave", "group", "score"])


def in_classes(data: pd.DataFrame) -> pd.DataFrame:
    """Two classes a school, named alike in every school and at each wave."""
    classroom = np.where(data["pupil"].str[2:].astype(int) < 3, "i", "j")
    return data.assign(school_attended=data["school"], classroom=classroom)


def test_terms_follow_the_design():
    both = design(("T1", "T2"), ("girls", "boys"))
    assert list(school_terms(both)) == [
        "school", "school x wave", "school x wave x gender", "pupil"
    ]  # fmt: skip
    # one wave: school x wave is school, and a pupil is a row
    once = design(("T1",), ("girls", "boys"))
    assert list(school_terms(once)) == ["school", "school x wave x gender"]
    assert list(school_terms(design(("T1",), ("all",)))) == ["school"]


def test_classes_enter_where_every_row_has_one():
    data = design(("T1", "T2"), ("girls", "boys"))
    named = in_classes(data)
    terms = school_terms(named)
    assert list(terms) == [
        "school", "school x wave", "school x wave x gender", "class", "pupil"
    ]  # fmt: skip
    # 6 schools x 2 waves x 2 classes, not the two names
    assert pd.Series(terms["class"]).nunique() == 24
    method = fit_school_model(named, np.ones((len(named), 1)))[1]
    assert "(school, school x wave, school x wave x gender, class, pupil)" in method
    unknown = named.assign(classroom=named["classroom"].mask(named.index == 0))
    assert "class" not in school_terms(unknown)
    assert list(school_terms(unknown)) == list(school_terms(data))
    # one class a school is no grouping of its own
    assert "class" not in school_terms(named.assign(classroom="i"))


def test_a_pupil_who_moved_sits_in_the_class_of_the_school_attended():
    data = design(("T1", "T2"), ("all",))
    named = in_classes(data)
    moved = (named["pupil"] == "p00") & (named["wave"] == "T2")
    named.loc[moved, "school_attended"] = "s1"
    other = (named["pupil"] == "p10") & (named["wave"] == "T2")
    labels = school_terms(named)["class"]
    assert labels[moved.to_numpy()] == labels[other.to_numpy()]


def test_one_school_or_constant_scores_are_not_fitted():
    data = design(("T1", "T2"), ("all",))
    ones = np.ones((len(data), 1))
    assert fit_school_model(data.assign(school="s"), ones)[0] is None
    assert fit_school_model(data.assign(score=3.0), ones)[0] is None


def test_scores_without_residual_variance_give_a_reason_and_no_number():
    data = design(("T1", "T2"), ("girls", "boys"))
    parts = [data["school"].str[1:].astype(int), data["pupil"].str[2:].astype(int)]
    data["score"] = parts[0] + parts[1] + 2.0 * (data["wave"] == "T2")
    cells = np.column_stack([data["wave"] == w for w in ("T1", "T2")]).astype(float)
    fit, method = fit_school_model(data, cells)
    row = mixed_row(fit, np.array([-1.0, 1.0]), 0.95, method)
    assert "not converged" in row["reason"]
    assert "estimate" not in row


def scored(waves: tuple[str, ...], slope: float, noise: float) -> pd.DataFrame:
    """Pupils who differ in level and in how they go on, at `waves`."""
    rng = np.random.default_rng(5)
    data = design(waves, ("all",))
    step = data["wave"].str[1:].astype(int)
    own = data.groupby("pupil").ngroup().to_numpy()
    level, rise = rng.normal(size=(2, own.max() + 1))
    random = noise * rng.normal(size=len(data))
    return data.assign(score=level[own] + slope * rise[own] * step + random)


def by_wave(data: pd.DataFrame) -> np.ndarray:
    return np.column_stack([data["wave"] == w for w in data["wave"].unique()]).astype(float)


def test_two_waves_have_one_correlation_and_three_a_free_matrix():
    two, three = (scored(waves, 1.0, 0.5) for waves in (("T1", "T2"), ("T1", "T2", "T3")))
    assert not waves_differ(two) and waves_differ(three)
    fit, method = fit_school_model(two, by_wave(two))
    assert fit is not None and list(fit.variances)[-2:] == ["pupil", "residual"]
    assert method.startswith("mixed model (school, school x wave, pupil), Satterthwaite df")
    fit, method = fit_school_model(three, by_wave(three))
    assert fit is not None
    assert list(fit.variances)[-3:] == ["pupil at T1", "pupil at T2", "pupil at T3"]
    assert method.startswith(
        "mixed model (school, school x wave, pupil with a free covariance matrix over waves), "
        "Satterthwaite df"
    )


def test_waves_that_share_too_few_pupils_have_no_covariance_to_estimate():
    three = scored(("T1", "T2", "T3"), 1.0, 0.5)
    few = sorted(three["pupil"].unique())[:3]
    apart = three[~((three["wave"] == "T3") & ~three["pupil"].isin(few))]
    assert (apart["wave"] == "T3").sum() == 3 and not waves_differ(apart)
    more = sorted(three["pupil"].unique())[:4]
    assert waves_differ(three[~((three["wave"] == "T3") & ~three["pupil"].isin(more))])


def test_a_singular_matrix_falls_back_to_equal_correlations_and_says_so():
    data = scored(("T1", "T2", "T3"), 1.0, 0.0)
    fit, method = fit_school_model(data, by_wave(data))
    said = (
        "a free covariance matrix over waves is singular or did not converge: "
        "waves of a pupil taken as equally correlated"
    )
    assert fit is not None and fit.converged
    plain = "mixed model (school, school x wave, pupil), Satterthwaite df"
    assert method == f"{plain}; {said}; singular: no variance estimated for school"
    change = np.array([-1.0, 1.0, 0.0])
    row = mixed_row(fit, change, 0.95, method)
    assert str(row["reason"]).startswith(said)
    equal = fit_random_terms(data["score"], by_wave(data), school_terms(data))
    assert row["estimate"] == pytest.approx(contrast_satterthwaite(equal, change)[0], rel=1e-9)


def test_what_is_singular_or_unconverged_stands_in_the_method_too():
    rng = np.random.default_rng(8)
    once = design(("T1",), ("all",)).assign(score=np.tile([1.0, 2, 2, 3, 1, 3], 6))
    fit, method = fit_school_model(once, np.ones((36, 1)))
    assert fit is not None and fit.flaw == "singular: no variance estimated for school"
    assert method == f"mixed model (school), Satterthwaite df; {fit.flaw}"
    # few levels are a doubt, no flaw: they stand in the reason alone
    few = once[once["school"] < "s4"].assign(score=rng.normal(size=24))
    few["score"] += 9.0 * few["school"].str[1:].astype(int)
    fit, method = fit_school_model(few, np.ones((24, 1)))
    assert fit is not None and fit.note == "fewer than 5 levels of school"
    assert method == "mixed model (school), Satterthwaite df"


def test_a_design_that_is_not_of_full_rank_is_refused():
    data = design(("T1", "T2"), ("all",))
    with pytest.raises(ModelInputError, match="a combination of waves, groups and other"):
        fit_school_model(data, np.c_[by_wave(data), np.ones(len(data))])
