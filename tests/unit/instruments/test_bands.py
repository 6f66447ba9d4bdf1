"""Bands by norm set."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.instruments.bands import band_scores
from resilience_lib.instruments.load import load_key


def test_teacher_bands_are_those_printed() -> None:
    """PMC4830858, Table 1: total 0-11, 12-15, 16-18, 19-40; prosocial 6-10, 5, 4, 0-3."""
    key = load_key("sdq_teacher")
    scores = pd.DataFrame(
        {
            "total_difficulties": [0, 11, 12, 15, 16, 18, 19, 40, None],
            "prosocial": [10, 6, 5, 5, 4, 4, 3, 0, None],
            "peer": [2, 2, 3, 4, 5, 5, 6, 10, None],
        }
    )
    bands = band_scores(scores, key, "uk_teacher_four_bands")
    names = ["close to average", "slightly raised", "high", "very high"]
    expected = [name for name in names for _ in range(2)]
    assert bands["total_difficulties"].tolist()[:8] == expected
    assert bands["peer"].tolist()[:8] == expected
    low = ["close to average"] * 2 + ["slightly lowered"] * 2 + ["low"] * 2 + ["very low"] * 2
    assert bands["prosocial"].tolist()[:8] == low
    assert bands.iloc[8].isna().all()
    assert bands["prosocial"].cat.ordered and bands["prosocial"].min() == "very low"


def test_parent_bands_are_those_printed() -> None:
    """doi 10.1186/s12888-021-03218-x, Table 2: total 0-13, 14-16, 17-40; conduct 0-2, 3, 4-10."""
    scores = pd.DataFrame(
        {"total_difficulties": [13, 14, 16, 17], "conduct": [2, 3, 3, 4], "prosocial": [6, 5, 5, 4]}
    )
    bands = band_scores(scores, load_key("sdq_parent"), "uk_parent_three_bands")
    for name in scores:
        assert bands[name].tolist() == ["normal", "borderline", "borderline", "abnormal"]


def test_rosenberg_below_15_is_low() -> None:
    scores = pd.DataFrame({"self_esteem": [0, 14, 14.9, 15, 30]})
    bands = band_scores(scores, load_key("rosenberg"), "code_two_bands")
    assert bands["self_esteem"].tolist() == ["low", "low", "low", "not low", "not low"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sdq_self", "self-report form could not be checked"),
        ("swemwbs", "Sources disagree"),
        ("cyrm_r", "bands of the total could not be checked"),
        ("srs_peer12", "No cut-offs were found"),
    ],
)
def test_what_is_left_out_is_said(name: str, said: str) -> None:
    key = load_key(name)
    with pytest.raises(FaultsError, match=said):
        band_scores(pd.DataFrame({key.parts[0]: [1.0]}), key, "uk_four_bands")
    with pytest.raises(FaultsError, match="norm sets are uk_teacher_four_bands"):
        band_scores(pd.DataFrame(), load_key("sdq_teacher"), "uk_parent_three_bands")


def test_bands_that_are_switched_off() -> None:
    key = load_key("mmf")
    off = key.bands[0].model_copy(update={"switched_off": "the paper says otherwise"})
    key = key.model_copy(update={"bands": (off, key.bands[1])})
    with pytest.raises(FaultsError, match="the paper says otherwise") as caught:
        band_scores(pd.DataFrame({"behavioural": [3.0]}), key, "code_three_bands")
    assert [fault.column for fault in caught.value.faults] == ["emotional"]
