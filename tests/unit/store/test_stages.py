"""A stage reads only what it declared and replaces its folder whole."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.errors import FaultsError, ResilienceError
from resilience_lib.store.stages import open_stage, read_table


def test_commit_replaces_the_folder_whole(empty_root: Path) -> None:
    first = open_stage("toy", "1_clean")
    first.write("old", pd.DataFrame({"a": [1]}))
    first.commit()
    second = open_stage("toy", "1_clean")
    second.write("new", pd.DataFrame({"a": [1]}))
    folder = empty_root / "data" / "processed" / "toy" / "1_clean"
    assert [path.name for path in folder.iterdir()] == ["old.csv"], "nothing before commit"
    assert second.commit() == "wrote 1 files to data/processed/toy/1_clean/"
    assert [path.name for path in folder.iterdir()] == ["new.csv"]
    assert [path.name for path in folder.parent.iterdir()] == ["1_clean"]


def test_numbers_and_ids_come_back_as_they_were(empty_root: Path) -> None:
    stage = open_stage("toy", "1_clean")
    written = pd.DataFrame({"pupil": ["007", None], "score": [0.1 + 0.2, float("nan")]})
    stage.write("waves", written)
    stage.commit()
    read = read_table("toy", "1_clean", "waves")
    assert read["pupil"].iloc[0] == "007"
    assert pd.isna(read["pupil"].iloc[1])
    assert read["score"].iloc[0] == 0.30000000000000004


def test_only_declared_stages_open(empty_root: Path) -> None:
    stage = open_stage("toy", "2_score")
    with pytest.raises(ResilienceError, match="may read 1_clean only; it asked for 4_estimate"):
        stage.read("4_estimate", "estimates")
    with pytest.raises(FaultsError, match="the table does not exist"):
        stage.read("1_clean", "waves")


def test_a_stage_that_wrote_nothing_keeps_the_old_folder(empty_root: Path) -> None:
    first = open_stage("toy", "1_clean")
    first.write("old", pd.DataFrame({"a": [1]}))
    first.commit()
    with pytest.raises(ResilienceError, match="wrote nothing"):
        open_stage("toy", "1_clean").commit()
    assert read_table("toy", "1_clean", "old")["a"].tolist() == [1]
