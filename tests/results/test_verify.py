"""The reviewer's verdict: the same; what differs; and why."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
STUDY = ("verify", "--study", "bounce_forward")
pytestmark = pytest.mark.build


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_all_the_same(built: Path, run: Run) -> None:
    said = run(built, "verify")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "differs" not in said.stdout
    assert "missing" not in said.stdout
    assert "105 numbers: 105 same" in said.stdout


def test_an_altered_number_is_named(copy: Path, run: Run) -> None:
    path = copy / "studies" / "bounce_forward" / "numbers.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    name = "synthetic_mean_self_esteem_T1_girls"
    at = next(number for number, row in enumerate(rows) if row.startswith(name))
    cells = rows[at].split(",")
    cells[3] = "9.99"
    rows[at] = ",".join(cells)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    said = run(copy, *STUDY)
    assert said.returncode == 1
    differing = [line for line in said.stdout.splitlines() if line.startswith("  differs")]
    assert len(differing) == 1
    assert name in differing[0]
    assert "outside the tolerance of 9.99" in differing[0]
    assert "nothing but numbers.csv itself" in said.stdout


def test_altered_raw_data_are_said(copy: Path, run: Run) -> None:
    raw = copy / "data" / "raw" / "bounce_forward" / "survey_end_SYNTHETIC.csv"
    text = raw.read_text(encoding="utf-8")
    raw.write_text(text.replace(",Girl,", ",Boy,", 1), encoding="utf-8", newline="")
    said = run(copy, *STUDY)
    assert said.returncode == 1
    assert "the raw data differ: source.yml has sha256" in said.stdout
    assert "raw data differ: survey_end_SYNTHETIC.csv" in said.stdout
    assert "code differs" not in said.stdout


def test_a_change_of_code_that_moves_numbers_is_said(copy: Path, run: Run) -> None:
    module = copy / "resilience_lib" / "effects" / "schools.py"
    replace(module, '"""Change of each pupil', '"""The change of each pupil')
    scores = copy / "resilience_lib" / "instruments" / "scores.py"
    replace(scores, '"score": score}', '"score": score + 1}')
    said = run(copy, *STUDY)
    assert said.returncode == 1
    assert "differs  synthetic_mean_self_esteem_T1_girls" in said.stdout
    assert "code differs: effects, instruments" in said.stdout
    assert "raw data differ" not in said.stdout


def test_a_number_that_is_not_there_any_more(copy: Path, run: Run) -> None:
    study = copy / "studies" / "bounce_forward" / "study.yml"
    replace(study, "[[T1, T2], [T1, T3]]", "[[T1, T2]]")
    said = run(copy, *STUDY)
    assert said.returncode == 1
    assert "missing  synthetic_change_self_esteem_T3_T1_all_estimate" in said.stdout
    assert "study file or codebook differ: studies/bounce_forward/study.yml" in said.stdout
