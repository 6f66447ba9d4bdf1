"""From the raw synthetic files to estimates, against R on the pupils' true answers.

R is given what each true pupil answered (tests/references/bounce_forward_answers.py) and scores
it itself: it knows nothing of exports, typing faults, linking, words for answers or this project's
scoring, so that all of those are held here as well.
"""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.cleaning.intake import read_files
from resilience_lib.cleaning.waves import clean_study
from resilience_lib.effects.estimate import estimate_study
from resilience_lib.instruments.keys_of import load_keys
from resilience_lib.instruments.scores import score_waves
from resilience_lib.joins.pupils import make_analysis, make_pupils
from resilience_lib.store.pseudonyms import pseudonyms
from resilience_lib.store.raw import fetch
from resilience_lib.study.load import load_study

STUDY = "bounce_forward"
KEYS = ["outcome", "estimand", "contrast", "subgroup"]


@pytest.fixture(scope="module")
def both(reference) -> pd.DataFrame:
    """R's rows with the library's beside them (columns ending in _ours)."""
    theirs = reference("bounce_forward.csv")
    # what is repeated without a flagged item is held in tests/unit/reliability
    theirs = theirs[theirs["outcome"] != "peer_support_without_21"]
    study = load_study(STUDY)
    fetch(STUDY)
    tables, codebook = read_files(study)
    waves = clean_study(tables, study, codebook, pseudonyms(STUDY)).waves
    scores = score_waves(waves, study, load_keys(study))
    pupils = make_pupils(waves, study.wave_names)
    analysis = make_analysis(waves, scores, pupils, study)
    ours = estimate_study(
        analysis,
        study=STUDY,
        outcomes=sorted(theirs["outcome"].unique()),
        waves=study.wave_names,
        changes=study.changes,
        gender=study.gender.difference,
        pupils=pupils,
    )
    # the headline only: paired and mixed answers of the same change stand beside it
    beside = (ours["estimand"] == "mean_change") & ~ours["method"].str.contains("CR2 by school")
    return theirs.merge(
        ours[~beside], on=KEYS, suffixes=("", "_ours"), how="left", validate="one_to_one"
    )


@pytest.mark.reference
@pytest.mark.parametrize(
    ("estimand", "columns", "tolerance", "rows"),
    [
        ("mean", ["estimate", "n"], 1e-6, 18),
        ("sd", ["estimate", "n"], 1e-6, 18),
        ("icc_level", ["estimate", "n"], 1e-4, 3),
        ("mean_change", ["estimate", "std_error", "df"], 1e-6, 24),
    ],
)
def test_estimates_from_the_raw_file_equal_r(both, estimand, columns, tolerance, rows):
    part = both[both["estimand"] == estimand]
    assert len(part) == rows
    for name in columns:
        assert part[f"{name}_ours"].to_numpy() == pytest.approx(
            part[name].to_numpy(), rel=tolerance, abs=0
        ), name


@pytest.mark.reference
def test_every_row_of_r_was_compared(both):
    assert len(both) == 63
    assert both["estimate_ours"].notna().all()
