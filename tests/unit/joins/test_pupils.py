"""Five pupils, two schools, three waves: everything worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.instruments.scores import score_waves
from resilience_lib.joins.flow import missing_scores, participation_flow, wave_patterns
from resilience_lib.joins.pupils import make_analysis, make_pupils, report_join
from resilience_lib.study.load import load_study
from resilience_lib.study.schema import Study

WAVES = ("T1", "T2", "T3")


@pytest.fixture
def study() -> Study:
    star = load_study("project_star")
    return star.model_copy(update={"waves": star.waves[:3]})


@pytest.fixture
def waves() -> pd.DataFrame:
    # a moves school and arm; b is away at T2; c leaves; d enters at T2; e's gender comes late
    rows = [
        ("a", "T1", "1", "girls", "small", 10.0, 1.0),
        ("a", "T2", "2", "girls", "regular", 12.0, 2.0),
        ("a", "T3", "2", "girls", "regular", None, 3.0),
        ("b", "T1", "1", "boys", "regular", 11.0, None),
        ("b", "T3", "1", "boys", "regular", 15.0, 3.0),
        ("c", "T1", "2", "boys", "regular", 9.0, 1.0),
        ("d", "T2", "2", "girls", "small", 13.0, 1.0),
        ("d", "T3", "2", "girls", "small", 14.0, 1.0),
        ("e", "T1", "1", None, "small", 10.0, 1.0),
        ("e", "T2", "1", "boys", "small", 10.0, 1.0),
    ]
    columns = ["pupil", "wave", "school", "gender", "arm", "reading", "mathematics"]
    frame = pd.DataFrame(rows, columns=columns).assign(classroom="x")
    return frame.sample(frac=1, random_state=1)


def test_a_pupil_belongs_where_they_entered(waves: pd.DataFrame) -> None:
    pupils = make_pupils(waves, WAVES).set_index("pupil")
    assert pupils["school"].tolist() == ["1", "1", "2", "2", "1"]
    assert pupils["arm"].tolist() == ["small", "regular", "regular", "small", "small"]
    assert pupils["gender"].tolist() == ["girls", "boys", "boys", "girls", "boys"]
    assert pupils["entry_wave"].tolist() == ["T1", "T1", "T1", "T2", "T1"]
    assert pupils["seen_T2"].tolist() == [True, False, False, True, True]


def test_the_analysis_frame(waves: pd.DataFrame, study: Study) -> None:
    pupils = make_pupils(waves, WAVES)
    wide = study.model_copy(
        update={
            "outcomes": tuple(o.model_copy(update={"range": (0.0, 99.0)}) for o in study.outcomes)
        }
    )
    scores = score_waves(waves, wide, {})
    analysis = make_analysis(waves, scores, pupils, wide)
    assert len(analysis) == 30
    a2 = analysis.query("pupil == 'a' and wave == 'T2' and outcome == 'reading'").iloc[0]
    assert (a2["school"], a2["school_attended"]) == ("1", "2")
    assert (a2["arm"], a2["stratum"], a2["score"]) == ("small", "1:T1", 12.0)
    total = analysis[analysis["outcome"] == "reading_and_mathematics"].set_index(["pupil", "wave"])
    assert total.loc[("a", "T2"), "score"] == 14.0
    assert pd.isna(total.loc[("a", "T3"), "score"]), "a sum is missing where a part is"
    report = report_join(waves, scores, pupils)
    assert report["matched"].tolist() == [10, 5]
    assert report["only_left"].tolist() == [0, 0]
    note = "pupils seen in more than one school: 1; with two genders: 0; in more than one arm"
    assert report["note"].iloc[1].startswith(note)
    # outcomes x waves x genders, of 2 girls and 3 boys
    missing = missing_scores(analysis, pupils, study).set_index(["outcome", "wave", "gender"])
    assert missing.loc[("reading", "T3", "all"), "missing"] == 3  # a, c, e
    assert missing.loc[("reading", "T3", "boys"), "missing"] == 2
    assert missing.loc[("mathematics", "T1", "boys"), "missing"] == 1
    assert missing.loc[("mathematics", "T1", "boys"), "share"] == pytest.approx(1 / 3)
    # reading at T3: missing a (1), c (2), e (1); seen b (1), d (2)
    schools = ["schools", "schools_missing", "schools_seen"]
    assert missing.loc[("reading", "T3", "all"), schools].tolist() == [2, 2, 2]
    assert missing.loc[("reading", "T3", "girls"), schools].tolist() == [2, 1, 1]


def test_without_randomisation_inside_schools_schools_are_no_blocks(
    waves: pd.DataFrame, study: Study
) -> None:
    assert study.arms is not None
    loose = study.model_copy(
        update={"arms": study.arms.model_copy(update={"randomised_within": "none"})}
    )
    pupils = make_pupils(waves, WAVES)
    scores = pd.DataFrame({"pupil": ["d"], "wave": ["T3"], "outcome": ["x"], "score": [1.0]})
    assert make_analysis(waves, scores, pupils, loose)["stratum"].isna().all()
    assert make_analysis(waves, scores, pupils, study)["stratum"].tolist() == ["2:T2"]


def test_scores_out_of_range_are_refused(waves: pd.DataFrame, study: Study) -> None:
    with pytest.raises(Exception, match=r"reading lie in 200 to 900; 4 at T1 do not"):
        score_waves(waves, study, {})


def test_flow(waves: pd.DataFrame, study: Study) -> None:
    flow = participation_flow(waves, make_pupils(waves, WAVES), study).set_index("step")
    assert flow["pupils"].to_dict() == {"sample": 5, "T1": 4, "T2": 3, "T3": 3}
    assert flow["schools"].to_dict() == {"sample": 2, "T1": 2, "T2": 2, "T3": 2}
    columns = ["stayed", "entered", "returned", "lost"]
    # stayed a, e; new d; lost b, c; nobody can be back at the second wave
    assert flow.loc["T2", columns].fillna(-1).tolist() == [2, 1, -1, 2]
    assert flow.loc["T3", columns].tolist() == [2, 0, 1, 1]
    schools = [f"schools_{name}" for name in columns]
    assert flow.loc["T2", schools].fillna(-1).tolist() == [1, 1, -1, 2]
    assert flow.loc["T3", schools].tolist() == [2, 0, 1, 1]


def test_flow_begins_with_the_population(waves: pd.DataFrame, study: Study) -> None:
    population = load_study("bounce_forward").population
    known = study.model_copy(update={"population": population})
    first = participation_flow(waves, make_pupils(waves, WAVES), known).iloc[0]
    assert (first["step"], first["pupils"], first["schools"]) == ("eligible", 3134, 36)
    assert first["source"] == "Kara et al. (2021), abstract"


def test_patterns(waves: pd.DataFrame) -> None:
    patterns = wave_patterns(make_pupils(waves, WAVES), WAVES)
    assert patterns.set_index("pattern")["pupils"].to_dict() == {
        "- T2 T3": 1,
        "T1 - -": 1,
        "T1 - T3": 1,
        "T1 T2 -": 1,
        "T1 T2 T3": 1,
    }
    assert patterns["schools"].tolist() == [1, 1, 1, 1, 1]
