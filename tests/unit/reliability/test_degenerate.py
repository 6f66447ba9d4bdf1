"""What cannot be estimated is missing with a reason: no warning alone, no finite number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.reliability.answers import Subscale
from resilience_lib.reliability.table import reliability_table

pytestmark = pytest.mark.filterwarnings("error")

VALUES = ["estimate", "std_error", "conf_low", "conf_high"]


def answered(n: int = 120, schools: int = 6, categories: int = 3) -> pd.DataFrame:
    random = np.random.default_rng(12)
    factor = random.normal(size=n)
    cuts = np.linspace(-0.7, 0.7, categories - 1)
    frame = pd.DataFrame({"pupil": range(n), "wave": "T1", "gender": "girls"})
    frame["school"] = [f"s{i % schools}" for i in range(n)]
    for item in ("q1", "q2", "q3", "q4"):
        frame[item] = np.searchsorted(cuts, 1.5 * factor + random.normal(size=n)).astype(float)
    return frame


def rows_of(frame: pd.DataFrame, items: str = "q1 q2 q3 q4", categories: int = 3) -> pd.DataFrame:
    scale = {"x": Subscale(tuple(items.split()), categories)}
    table = reliability_table(frame, scale, waves=["T1"], seed=3, draws=200)
    # what is missing says why
    missing = table[table["estimate"].isna() | table["conf_low"].isna()]
    assert (missing["reason"] != "").all()
    return table.set_index("estimand")


def test_all_is_well_with_enough():
    table = rows_of(answered())
    assert np.isfinite(table["estimate"]).all() and np.isfinite(table["conf_low"]).all()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda f: f.head(3), "fewer than 10 pupils answered all items"),
        (lambda f: f.head(9), "fewer than 10 pupils answered all items"),
        (lambda f: f.head(0), "no pupil answered all items"),
        (lambda f: f.assign(q2=np.nan), "no pupil answered all items"),
        (lambda f: f.assign(q2=2.0, q4=1.0), "everyone gives the same answer: q2, q4"),
        (lambda f: f.assign(wave="T2"), "no pupil answered all items"),
    ],
)
def test_nothing_is_estimated(spoil, why):
    table = rows_of(spoil(answered()))
    assert len(table) == 6 and (table["reason"] == why).all()
    assert table[VALUES].isna().all(axis=None)


def test_one_item_has_no_row_but_with_a_reason():
    table = rows_of(answered(), "q1")
    assert (table["reason"] == "one item has no internal consistency").all()
    assert table[VALUES].isna().all(axis=None)


def test_two_items_have_spearman_brown_and_no_omega():
    table = rows_of(answered(), "q1 q2")
    assert table.index.tolist() == ["alpha", "alpha", "spearman_brown", "icc_level"]
    assert np.isfinite(table["estimate"]).all()


def test_one_school_gives_estimates_without_intervals_over_schools():
    table = rows_of(answered(schools=1))
    scales = table.drop(index="icc_level")
    assert np.isfinite(scales["estimate"]).all()
    feldt = table["interval"].str.contains("Feldt")
    assert np.isfinite(table.loc[feldt, "conf_low"]).all()
    assert table.loc[~feldt, ["std_error", "conf_low", "conf_high"]].isna().all(axis=None)
    assert np.isnan(table.loc["icc_level", "estimate"])


@pytest.mark.parametrize(("schools", "drawn", "spared"), [(2, 0, 0), (4, 0, 3), (5, 1, 3)])
def test_few_schools_give_the_intervals_they_can_carry(schools, drawn, spared):
    table = rows_of(answered(schools=schools)).drop(index="icc_level")
    known = table["conf_low"].notna()
    kind = table["interval"]
    assert (known & kind.str.contains("draws")).sum() == drawn
    assert (known & kind.str.contains("jackknife")).sum() == spared


def test_an_item_that_only_one_school_moves_has_no_jackknife():
    frame = answered()
    frame["q1"] = np.where(frame["school"] == "s0", frame["q1"], 1.0)
    table = rows_of(frame)
    assert "missing without 1 of 6 schools" in table.loc["omega_total", "reason"]
    assert "missing without 1 of 6 schools" in table.loc["omega_ordinal", "reason"]


def test_copies_of_an_item_have_no_interval():
    frame = answered().assign(q2=lambda f: f["q1"])
    table = rows_of(frame, "q1 q2")
    np.testing.assert_allclose(table.loc[["alpha", "spearman_brown"], "estimate"], 1)
    assert table.loc[["alpha", "spearman_brown"], ["conf_low", "conf_high"]].isna().all(axis=None)
    table = rows_of(frame.assign(q3=frame["q1"]), "q1 q2 q3")
    assert table.loc["omega_total", "reason"] == "items are linearly dependent"
    assert table.loc["omega_ordinal", "reason"].startswith("polychoric correlation of q1 and q2")
    assert table.loc[["omega_total", "omega_ordinal"], VALUES].isna().all(axis=None)


def test_opposite_items_are_said():
    frame = answered().assign(q2=lambda f: 2 - f["q1"])
    table = rows_of(frame, "q1 q2")
    assert table.loc["spearman_brown", "reason"] == "the two items are each other's opposite"
    assert table.loc[["alpha", "spearman_brown"], "conf_low"].isna().all()


def test_items_that_stand_the_wrong_way_are_said():
    frame = answered().assign(q2=lambda f: 2 - f["q2"])
    table = rows_of(frame, "q1 q2")
    assert (table.loc["alpha", "estimate"] < 0).all()
    assert table["reason"].drop("icc_level").str.startswith("below 0: items correlate neg").all()


@pytest.mark.parametrize(
    ("categories", "why"),
    [(2, "3 different answers, where 2 are offered"), (6, "for up to 5 answers; with 6")],
)
def test_ordinal_omega_needs_the_answers_that_were_offered(categories, why):
    table = rows_of(answered(), categories=categories)
    for name in ("omega_ordinal", "omega_categorical"):
        assert table.loc[name, "reason"].startswith(why) and np.isnan(table.loc[name, "estimate"])
    assert np.isfinite(table.loc["omega_total", "estimate"])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda f: f.drop(columns="q3"), "no column q3"),
        (lambda f: f.assign(q3="often"), "answers must be numbers: q3"),
        (lambda f: f.assign(q3=np.inf), "an infinite answer"),
        (lambda f: f.assign(school=None), "needs a school"),
        (lambda f: pd.concat([f, f.head(1)]), "one row for each pupil and wave"),
    ],
)
def test_frames_that_no_scale_can_be_read_from_are_refused(spoil, why):
    with pytest.raises(ModelInputError, match=why):
        rows_of(spoil(answered()))


def test_pupils_left_out_are_counted(made, scales):
    table = reliability_table(made, {"c": scales["c"]}, waves=["T1"], seed=1, draws=20)
    now = made[made["wave"] == "T1"]
    one = int((now["c1"].isna() ^ now["c2"].isna()).sum())
    assert (table["n"] == now[["c1", "c2"]].notna().all(axis=1).sum()).all()
    assert table["method"].iloc[0].endswith(f"; {one} pupils with an item missing left out")
