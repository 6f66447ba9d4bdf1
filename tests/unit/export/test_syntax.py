"""mixed.sps: held against a text written by hand, and its tests against means of cells."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from resilience_lib.export.fields import export_fields
from resilience_lib.export.syntax import mixed_syntax

EXPECTED = """\
* Encoding: UTF-8.
* A made-up study.
* Open this file in the folder of scored.sav, or say CD and that folder first.
* Degrees of freedom are Satterthwaite's, the default of MIXED.
GET FILE='scored.sav'.
AUTORECODE VARIABLES=pupil school school_attended classroom
  /INTO pupil_no school_no school_attended_no classroom_no
  /BLANK=MISSING.

* Reading.
TEMPORARY.
SELECT IF ANY(gender, 1, 2).
MIXED reading BY wave gender
  /FIXED=wave gender wave*gender | SSTYPE(3)
  /METHOD=REML
  /PRINT=SOLUTION TESTCOV
  /RANDOM=INTERCEPT | SUBJECT(school_no) COVTYPE(VC)
  /RANDOM=INTERCEPT | SUBJECT(school_no*wave) COVTYPE(VC)
  /RANDOM=INTERCEPT | SUBJECT(school_no*wave*gender) COVTYPE(VC)
  /RANDOM=INTERCEPT | SUBJECT(school_no*pupil_no) COVTYPE(VC)
  /EMMEANS=TABLES(wave*gender)
  /TEST='T2 - T1, all' wave -1 1 wave*gender -0.75 -0.25 0.75 0.25
  /TEST='T2 - T1, girls' wave -1 1 wave*gender -1 0 1 0
  /TEST='T2 - T1, boys' wave -1 1 wave*gender 0 -1 0 1
  /TEST='T2 - T1, girls - boys' wave*gender -1 1 1 -1.
"""


def analysis(waves: tuple[str, ...] = ("T1", "T2"), per_school: int = 4) -> pd.DataFrame:
    """In each of three schools three girls and a boy, all seen at every wave."""
    rows = [
        (f"{school}{n}", school, wave, "boys" if n == 3 else "girls", 10.0 + n + len(wave))
        for school in "abc"
        for n in range(per_school)
        for wave in waves
    ]
    columns = ["pupil", "school", "wave", "gender", "score"]
    made = pd.DataFrame(rows, columns=columns)
    return made.assign(school_attended=made["school"], classroom=None, outcome="reading")


def syntax(made_up, frame: pd.DataFrame, **options: object) -> str | None:
    study = made_up.study(**options)
    from resilience_lib.codebook.variable import Codebook

    return mixed_syntax(frame, export_fields(study, Codebook("", ()), []), study)


def test_the_whole_text(made_up) -> None:
    assert syntax(made_up, analysis()) == EXPECTED


def test_known_classes_become_a_random_term(made_up) -> None:
    frame = analysis().assign(classroom=lambda d: d["pupil"].str[-1].map({"0": "x", "1": "x"}))
    frame["classroom"] = frame["classroom"].fillna("y")
    text = syntax(made_up, frame)
    assert text is not None
    term = "SUBJECT(school_attended_no*wave*classroom_no) COVTYPE(VC)"
    assert f"  /RANDOM=INTERCEPT | {term}\n" in text


def test_three_waves_have_the_free_matrix_of_the_mixed_model(made_up) -> None:
    """/REPEATED with COVTYPE(UN) in place of the pupil's intercept, and what to do without it."""
    text = syntax(made_up, analysis(("T1", "T2", "T3")), waves=("Before", "During", "After"))
    assert text is not None
    assert (
        "* Waves of a pupil have a free covariance matrix (REPEATED, COVTYPE(UN)).\n"
        "* Where the estimates say that it is singular or did not converge, put in its place\n"
        "* /RANDOM=INTERCEPT | SUBJECT(school_no*pupil_no) COVTYPE(VC).\n"
        "TEMPORARY.\n"
    ) in text
    model = text[text.index("\nMIXED ") :]
    assert re.findall(r"^  /(?:RANDOM|REPEATED).*$", model, re.MULTILINE) == [
        "  /RANDOM=INTERCEPT | SUBJECT(school_no) COVTYPE(VC)",
        "  /RANDOM=INTERCEPT | SUBJECT(school_no*wave) COVTYPE(VC)",
        "  /RANDOM=INTERCEPT | SUBJECT(school_no*wave*gender) COVTYPE(VC)",
        "  /REPEATED=wave | SUBJECT(school_no*pupil_no) COVTYPE(UN)",
    ]


def test_tests_are_differences_of_cell_means_whatever_the_parameters(made_up) -> None:
    """SPSS's parameters are one per wave, gender and cell; a mean is intercept + their sum."""
    waves = ("Before", "During", "After")
    text = syntax(made_up, analysis(("T1", "T2", "T3")), waves=waves)
    rng = np.random.default_rng(4)
    wave, gender, cell = rng.normal(size=3), rng.normal(size=2), rng.normal(size=(3, 2))
    mean = wave[:, None] + gender + cell
    shares = np.array([0.75, 0.25])
    change = {
        "T2 - T1": mean[1] - mean[0], "T3 - T2": mean[2] - mean[1], "T3 - T1": mean[2] - mean[0]
    }  # fmt: skip
    wanted = {}
    for name, (girls, boys) in change.items():
        both = np.array([girls, boys])
        wanted |= {f"{name}, all": both @ shares, f"{name}, girls": girls, f"{name}, boys": boys}
        wanted[f"{name}, girls - boys"] = girls - boys
    found = {}
    assert text is not None
    for label, main, inter in re.findall(
        r"/TEST='(.+?)' (?:wave ([-0-9. ]+) )?wave\*gender ([-0-9. ]+?)\.?$", text, re.MULTILINE
    ):
        weights = np.array([float(x) for x in inter.split()]).reshape(3, 2)
        own = np.array([float(x) for x in main.split()]) if main else np.zeros(3)
        # SPSS wants the weights of a wave to be those of its cells together
        assert weights.sum(axis=1) == pytest.approx(own, abs=1e-9)
        assert weights.sum(axis=0) == pytest.approx(np.zeros(2), abs=1e-9)
        found[label] = own @ wave + (weights * cell).sum()
    assert found == pytest.approx(wanted)


def test_a_cell_without_scores_leaves_the_model_without_tests(made_up) -> None:
    frame = analysis()
    frame = frame[~((frame["gender"] == "boys") & (frame["wave"] == "T2"))]
    text = syntax(made_up, frame)
    assert text is not None and "/TEST" not in text
    assert text.endswith(
        "  /EMMEANS=TABLES(wave*gender).\n"
        "* No scores in some wave of a gender: SPSS cannot form the changes.\n"
    )


def test_a_study_without_change_has_no_syntax(exported) -> None:
    exported.make(changes="[]")
    assert not (exported.folder / "mixed.sps").exists()
    assert "  mixed.sps is not here: the study estimates no change" in exported.said


def test_only_outcomes_whose_scale_stays_the_same_and_names_of_the_sav(exported) -> None:
    exported.make()
    text = exported.text("mixed.sps")
    assert re.findall(r"^MIXED (\w+) ", text, re.MULTILINE) == ["wellbeing"]
    # a quote would open a text, a period at the end of a line would end the comment early
    assert "* Toy’s study.\n" in text
