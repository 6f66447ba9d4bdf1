"""Scales of the synthetic Bounce Forward study: what was declared of them is found, and no more.

R is given the true answers (tests/references/bounce_forward_answers.py) and repeats the change of
peer support without the item that was made to work differently for girls.
"""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.cleaning.intake import read_files
from resilience_lib.cleaning.waves import clean_study
from resilience_lib.instruments.declared import measure_items
from resilience_lib.instruments.keys_of import load_keys
from resilience_lib.instruments.scores import score_waves
from resilience_lib.joins.pupils import make_analysis, make_pupils
from resilience_lib.reliability.declared import ScaleMeasures, measure_scales
from resilience_lib.store.pseudonyms import pseudonyms
from resilience_lib.store.raw import fetch
from resilience_lib.study.load import load_study

STUDY = "bounce_forward"


@pytest.fixture(scope="module")
def scales() -> ScaleMeasures:
    study = load_study(STUDY)
    fetch(STUDY)
    tables, codebook = read_files(study)
    waves = clean_study(tables, study, codebook, pseudonyms(STUDY)).waves
    keys = load_keys(study)
    scores = score_waves(waves, study, keys)
    pupils = make_pupils(waves, study.wave_names)
    analysis = make_analysis(waves, scores, pupils, study)
    items = measure_items(waves, scores, study, keys)
    # the generator reverses item 15 as the key says: every item runs with its scale
    assert (items.direction["finding"] == "as keyed").all()
    return measure_scales(items.answers, analysis, pupils, study, keys)


def test_the_one_item_that_was_made_to_differ_is_flagged_and_no_other(scales) -> None:
    flagged = scales.functioning[scales.functioning["flagged"]]
    assert flagged[["subscale", "item", "contrast", "subgroup"]].to_numpy().tolist() == [
        ["peer_support", "srs_peer12_21", wave, "girls - boys"] for wave in ("T1", "T2", "T3")
    ]
    # girls were given lower thresholds: a higher answer at the same rest score
    assert (flagged["log_odds"] > 1).all()


@pytest.mark.reference
def test_the_change_repeated_without_it_equals_r(scales, request) -> None:
    path = request.config.rootpath / "tests" / "references" / "bounce_forward.csv"
    theirs = pd.read_csv(path)
    theirs = theirs[
        (theirs["outcome"] == "peer_support_without_21") & (theirs["estimand"] == "mean_change")
    ]
    keys = ["contrast", "subgroup"]
    both = theirs.merge(scales.repeated, on=keys, suffixes=("", "_ours"), validate="one_to_one")
    assert len(both) == len(scales.repeated) == 8
    for name in ("estimate", "std_error", "df"):
        assert both[f"{name}_ours"].to_numpy() == pytest.approx(both[name].to_numpy(), rel=1e-6)
    assert (
        both["reason_ours" if "reason_ours" in both else "reason"]
        .str.contains("peer_support without srs_peer12_21, which works differently: 11 of 12 items")
        .all()
    )


def test_every_scale_and_wave_has_its_coefficients(scales) -> None:
    whole = scales.reliability[scales.reliability["subgroup"] == "all"]
    two_items = ["participation_community", "empathy", "goals_aspirations"]
    counted = whole.groupby("estimand")["outcome"].nunique()
    assert counted["alpha"] == 12
    assert counted["spearman_brown"] == len(two_items)
    assert counted["omega_total"] == 12 - len(two_items)
    # ordinal coefficients for up to five answers: SRS and Me & My Feelings both
    assert counted["omega_ordinal"] == 12 - len(two_items)
    assert (whole["study"] == STUDY).all()
