"""From the raw synthetic file to estimates, against R on the same raw file.

R reads the CSV itself and knows nothing of this project's cleaning, scoring or joins.
"""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.cleaning.waves import clean_waves
from resilience_lib.codebook import load_codebook
from resilience_lib.effects.estimate import estimate_study
from resilience_lib.instruments.scores import score_waves
from resilience_lib.joins.pupils import make_analysis, make_pupils
from resilience_lib.readers.tables import read_csv
from resilience_lib.store.raw import fetch, raw_path
from resilience_lib.study.load import load_study

STUDY = "bounce_forward"
KEYS = ["outcome", "estimand", "contrast", "subgroup"]


@pytest.fixture(scope="module")
def both(reference) -> pd.DataFrame:
    """R's rows with the library's beside them (columns ending in _ours)."""
    theirs = reference("bounce_forward.csv")
    study = load_study(STUDY)
    fetch(STUDY)
    name = study.files[0].name
    raw = read_csv(raw_path(STUDY, name))
    waves = clean_waves(raw, study, load_codebook(STUDY), name).waves
    pupils = make_pupils(waves, study.wave_names)
    analysis = make_analysis(waves, score_waves(waves, study), pupils, study)
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
        ("mean", ["estimate", "n"], 1e-6, 12),
        ("sd", ["estimate", "n"], 1e-6, 12),
        ("icc_level", ["estimate", "n"], 1e-4, 2),
        ("mean_change", ["estimate", "std_error", "df"], 1e-6, 16),
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
    assert len(both) == 42
    assert both["estimate_ours"].notna().all()
