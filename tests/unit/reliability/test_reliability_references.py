"""Alpha, omega, ordinal and categorical omega and two items against psych, lavaan, semTools."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadr
import pytest

from resilience_lib.reliability.answers import Subscale
from resilience_lib.reliability.table import reliability_table

KEYS = ["outcome", "contrast", "subgroup", "estimand", "interval"]
ENDS = ["estimate", "std_error", "conf_low", "conf_high"]


def joined(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """R's rows with ours beside them; each of R's must have one."""
    short = {"Feldt": "Feldt", "draws": "draws", "jackknife": "jackknife"}
    kind = ours["interval"].map(lambda text: next((s for s in short if s in text), ""))
    both = theirs.merge(
        ours.assign(interval=kind), on=KEYS, suffixes=("_r", ""), validate="one_to_one"
    )
    assert len(both) == len(theirs)
    assert (both["n"] == both["n_r"]).all() and (both["n_clusters"] == both["k"]).all()
    return both


def agree(both: pd.DataFrame, tolerance: float, columns: list[str]) -> None:
    for name in columns:
        known = both[both[f"{name}_r"].notna()]
        np.testing.assert_allclose(known[name], known[f"{name}_r"], rtol=tolerance, err_msg=name)


@pytest.fixture(scope="module")
def answered(made, scales, bfi, reference) -> pd.DataFrame:
    ours = reliability_table(
        made, scales, waves=["T1", "T2"], gender=["girls", "boys"], seed=1, draws=20000
    )
    agreeable = {"agreeableness": Subscale(("A1", "A2", "A3", "A4", "A5"), 6)}
    theirs = reliability_table(bfi, agreeable, waves=["T1"], gender=["girls", "boys"], seed=1)
    return joined(pd.concat([ours, theirs]), reference("reliability.csv"))


@pytest.mark.reference
@pytest.mark.parametrize(
    ("estimand", "interval", "tolerance", "rows"),
    [
        ("alpha", "Feldt", 1e-6, 21),
        ("spearman_brown", "jackknife", 1e-6, 6),
        ("omega_total", "jackknife", 1e-4, 15),
        ("omega_ordinal", "jackknife", 1e-4, 12),
        ("omega_categorical", "jackknife", 1e-4, 12),
    ],
)
def test_values_and_intervals_equal_r(answered, estimand, interval, tolerance, rows):
    both = answered[(answered["estimand"] == estimand) & (answered["interval"] == interval)]
    assert len(both) == rows
    agree(both, tolerance, ENDS)


@pytest.mark.reference
def test_drawn_schools_equal_frames_put_one_below_the_other(answered):
    both = answered[answered["interval"] == "draws"]
    assert len(both) == 3
    # 20,000 draws on either side: see tests/references/README.md
    np.testing.assert_allclose(both["std_error"], both["std_error_r"], rtol=0.02)
    for end in ("conf_low", "conf_high"):
        np.testing.assert_allclose(both[end], both[f"{end}_r"], atol=0.003)


@pytest.mark.reference
def test_real_pupils_in_thirty_classes(shared_data, reference):
    answers = pyreadr.read_r(str(shared_data / "cran_youth_likert" / "SWMDK.rda"))["SWMDK"]
    answers = answers.rename(columns={"classId": "school"}).assign(
        pupil=range(len(answers)), wave="T1"
    )
    scales = {
        "teachers": Subscale(tuple(f"Item{i}" for i in range(1, 8)), 5),
        "classmates": Subscale(tuple(f"Item{i}" for i in range(8, 14)), 5),
    }
    ours = reliability_table(answers, scales, waves=["T1"], seed=1)
    agree(joined(ours, reference("reliability_swmdk.csv")), 1e-4, ENDS)
    # what the folder's own notes give: alpha .8681, and lme4's ICC of the mean .177
    teachers = ours[ours["outcome"] == "teachers"].set_index("estimand")["estimate"]
    assert round(float(teachers["alpha"].iloc[0]), 4) == 0.8681
    assert round(float(teachers["icc_level"]), 3) == 0.177


def test_bfi_has_the_alpha_its_manual_prints(bfi):
    # psych's manual, ?alpha on bfi: raw alpha of the five agreeableness items .70 (all
    # available pairs; complete cases round to the same)
    scale = {"agreeableness": Subscale(("A1", "A2", "A3", "A4", "A5"), 6)}
    table = reliability_table(bfi, scale, waves=["T1"], seed=1)
    assert round(float(table["estimate"].iloc[0]), 2) == 0.70
