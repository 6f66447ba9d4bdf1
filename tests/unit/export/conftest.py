"""A small study of the tests' own, cleaned and scored, without running a notebook."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from resilience_lib.cleaning.intake import read_files
from resilience_lib.cleaning.waves import clean_study
from resilience_lib.export.make import export_study
from resilience_lib.instruments.keys_of import load_keys
from resilience_lib.instruments.scores import score_waves
from resilience_lib.store.pseudonyms import pseudonyms
from resilience_lib.store.stages import open_stage
from resilience_lib.study.load import load_study

STUDY = """\
study: toy
title: Toy's study.
question: Does it export?
synthetic: {synthetic}
synthetic_because: Written for a test.
citations: []
seed: 1
files:
  - {{name: answers.csv, reader: csv}}
waves:
  - {{name: T1, value: before, label: Before}}
  - {{name: T2, value: after, label: After}}
gender: {{values: {{girl: girls, boy: boys, other: another}}, difference: [girls, boys]}}
arms:
  values: {{"0": "=control", "1": new}}
  comparison: "=control"
  assigned_at: first_wave_seen
  randomised_within: none
outcomes:
  - {{name: wellbeing, instrument: invented, scale: wellbeing, label: Wellbeing,
      unit: mean of items, range: [0, 2], higher_is_better: true, comparable_across_waves: true,
      comparable_because: The same items., role: primary}}
  - {{name: with, column: mark, label: Mark, unit: points, range: [0, 20],
      higher_is_better: true, comparable_across_waves: false, role: secondary}}
contrasts: {{change: {changes}}}
families: {{primary: holm, other: benjamini_hochberg}}
disclosure: {disclosure}
figures: []
tables: []
"""
KEY = """\
name: invented
form: two items
title: Invented
citation: none
licence: none
languages: [English]
informant: self
responses:
  - {items: [1, 2], codes: [0, 2], certainty: chosen, source: this test}
reversed: {items: [2], certainty: chosen, source: this test}
subscales:
  - name: wellbeing
    label: Wellbeing
    items: [1, 2]
    scoring: mean
    missing: {minimum_answered: 1, prorated: false, certainty: chosen, source: this test}
    rounding: none
    range: [0, 2]
    higher_is_better: true
    certainty: chosen
    source: this test
"""
BOOK = """\
file,variable,label,type,unit,allowed,missing_codes,instrument,item,wave,source_question,sensitive,role
answers.csv,id,pupil,text,,,,,,,none,yes,pupil
answers.csv,school,school,text,,,,,,,none,yes,school
answers.csv,class,class,text,,,,,,,none,yes,classroom
answers.csv,when,wave,category,,before|after,,,,,none,no,wave
answers.csv,sex,gender,category,,F=girl|M=boy|X=other,,,,,none,no,gender
answers.csv,arm,arm,category,,0|1,,,,,none,no,arm
answers.csv,q1,first,integer,,Never=0|Sometimes=1|Always=2,,invented,1,,none,no,item
answers.csv,q2,"second, reversed",integer,answer,0|2,99=refused,invented,2,,none,no,item
answers.csv,mark,mark,number,points,0|20,,,,,none,no,outcome
"""
ANSWERS = """\
id,school,class,when,sex,arm,q1,q2,mark
@A1,Hill,03-04,before,F,0,Never,0,3.5
@A1,Hill,03-04,after,F,0,Sometimes,1,
P2,Hill,5b,before,M,1,Always,99,20
P2,Dale,,after,,1,,2,7
P3,Dale,5a,before,X,1,Sometimes,,12.25
"""
CONFIDENTIAL = "{open_data: false, minimum_cell: 10, minimum_base: 10, minimum_schools: 3}"


class Exported:
    """Lays the study, cleans and scores it, and exports it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "data" / "processed" / "toy" / "export"
        self.said: list[str] = []

    def make(
        self,
        *,
        answers: str = ANSWERS,
        book: str = BOOK,
        synthetic: bool = False,
        changes: str = "[[T1, T2]]",
        disclosure: str = CONFIDENTIAL,
        licence: str = "only for this test",
    ) -> Exported:
        raw, own = self.root / "data" / "raw" / "toy", self.root / "studies" / "toy"
        sha = hashlib.sha256(answers.encode()).hexdigest()
        texts = {
            raw / "answers.csv": answers,
            raw / "codebook.csv": book,
            raw / "source.yml": "files:\n  - {name: answers.csv, origin: {kind: team, collected: "
            f"on paper}}, licence: {licence}, consent: asked, citation: Toy (2026), "
            f"sha256: '{sha}'}}\n",
            own / "instruments" / "invented.yml": KEY,
            own / "study.yml": STUDY.format(
                synthetic=str(synthetic).lower(), changes=changes, disclosure=disclosure
            ),
        }
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        study = load_study("toy")
        tables, codebook = read_files(study)
        waves = clean_study(tables, study, codebook, pseudonyms("toy")).waves
        for stage, table, frame in (
            ("1_clean", "waves", waves),
            ("2_score", "scores", score_waves(waves, study, load_keys(study))),
        ):
            opened = open_stage("toy", stage)
            opened.write(table, frame)
            opened.commit()
        self.said = export_study("toy")
        return self

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8-sig")


@pytest.fixture
def exported(empty_root: Path) -> Exported:
    """`exported.make(...)` exports the toy study."""
    return Exported(empty_root)
