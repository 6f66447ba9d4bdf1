"""The wild bootstrap of change against its enumeration on all pupils by R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from resilience_lib.effects.change import estimate_change
from resilience_lib.effects.change_wild import estimate_change_wild
from resilience_lib.models.one_way import summarise, total_sd

GENDER = ("girls", "boys")
ARGUMENTS = {
    "waves": ("T1", "T2", "T3"),
    "changes": [("T1", "T2"), ("T1", "T3")],
    "gender": GENDER,
}


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "schools", "kind"),
    [("6 schools", 6, "rademacher"), ("11 schools", 11, "rademacher"),
     ("webb 4 schools", 4, "webb")],
)  # fmt: skip
def test_every_vector_gives_what_r_gives(synthetic, reference, agree, name, schools, kind):
    kept = sorted(synthetic["school"].unique())[:schools]
    data = synthetic[synthetic["school"].isin(kept) & (synthetic["outcome"] == "wellbeing")]
    ours = estimate_change_wild(data, **ARGUMENTS, seed=1, kind=kind)
    # the tolerance of an estimate or end near 0 is a share of the standard error
    errors = estimate_change(data, **ARGUMENTS)["std_error"].to_numpy()
    r = reference("robust.csv").query(f"data == 'wild {name}'")
    numbers = ["estimate", "p_value", "conf_low", "conf_high"]
    assert agree(ours.assign(std_error=errors), r.drop(columns="std_error"), 1e-6, numbers) == 8
    assert ours["interval"].str.contains(", all ").all()


def test_g_counts_the_sd_of_the_first_wave_as_estimated(synthetic):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    wild, cr2 = (
        run(data, **ARGUMENTS, **more)
        for run, more in ((estimate_change_wild, {"seed": 1}), (estimate_change, {}))
    )
    np.testing.assert_allclose(wild["estimate"], cr2["estimate"], rtol=1e-12)
    raw, g = (wild[wild["estimand"] == e].reset_index() for e in ("mean_change", "g_change_model"))
    first = data[(data["wave"] == "T1") & data["score"].notna()]
    sd, df = total_sd(summarise(first["score"], first["school_attended"]))
    of_sd = sd * np.sqrt(df / stats.chi2.ppf([0.975, 0.025], df))
    for end, side in (("conf_low", -1), ("conf_high", 1)):
        # the equation of an end, and that it lies on its side of the change
        used = np.where(side * raw[end] > 0, *of_sd)
        off = (raw["estimate"] - g[end] * sd) ** 2 - (raw[end] - raw["estimate"]) ** 2
        np.testing.assert_allclose(off, g[end] ** 2 * (used - sd) ** 2, rtol=1e-6, atol=1e-12)
        assert (side * (g[end] - raw["estimate"] / sd) > 0).all()
    ending = "test inverted, put together with that of the SD (chi-squared)"
    assert g["interval"].str.endswith(ending).all()
    np.testing.assert_array_equal(g["p_value"], raw["p_value"])


def schools_of(k: int) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    change = rng.normal(0.4, 0.5, k).repeat(4) + rng.normal(0, 1, 4 * k)
    frame = pd.DataFrame({"pupil": np.arange(4 * k), "school": np.arange(k).repeat(4).astype(str)})
    first = frame.assign(wave="T1", score=0.0)
    return pd.concat([first, frame.assign(wave="T2", score=change)]).assign(outcome="x")


def test_thirteen_schools_are_drawn_from_a_stream_of_their_own_name():
    frame = schools_of(13)
    asked = {"waves": ("T1", "T2"), "changes": [("T1", "T2")], "draws": 1999}
    one, again, other, renamed = (
        estimate_change_wild(data, **asked, seed=seed).iloc[0]
        for data, seed in ((frame, 1), (frame, 1), (frame, 2), (frame.assign(outcome="y"), 1))
    )
    assert "1,999 sign vectors drawn" in one["interval"]
    numbers = [tuple(row[["p_value", "conf_low", "conf_high"]]) for row in (one, again, other)]
    assert numbers[0] == numbers[1] != numbers[2]
    assert numbers[0] != tuple(renamed[["p_value", "conf_low", "conf_high"]])
    # twelve schools of the same kind: every vector, whatever the seed
    few = schools_of(12)
    ends = {estimate_change_wild(few, **asked, seed=s)["conf_low"].iloc[0] for s in (1, 2)}
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (schools_of(1), "one school"),
        (schools_of(5), "no value is rejected at 0.05, the smallest p being 0.0625"),
        (schools_of(6).assign(score=1.0), "nothing varies"),
        (schools_of(6).query("wave == 'T1'"), "no pupils of this group"),
    ],
)
def test_no_interval_without_a_ground(frame, words):
    got = estimate_change_wild(frame, waves=("T1", "T2"), changes=[("T1", "T2")], seed=1).iloc[0]
    assert words in got["reason"]
    assert np.isnan([got["conf_low"], got["conf_high"], got["std_error"]]).all()
