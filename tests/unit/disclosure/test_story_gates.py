"""What the gates let through of stories: few tellers stay hidden, and cannot be worked out."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.disclosure.gates import clear
from resilience_lib.mixed.coverage import cover_codes
from resilience_lib.study.load import load_study
from resilience_lib.study.schema import Study


@pytest.fixture
def study() -> Study:
    """At least 3 sources and 3 schools behind a count."""
    return load_study("bounce_forward")


def coverage(told: dict[str, int], asked: dict[str, int]) -> pd.DataFrame:
    """Counts of one code; every source has a school of its own."""
    names = [(role, f"{role}{n}", n < told[role]) for role, many in asked.items()
             for n in range(many)]  # fmt: skip
    sources = pd.DataFrame(names, columns=["role", "source", "tells"])
    sources = sources.assign(asked="yes", school=sources["source"])
    segments = sources[sources["tells"]].assign(
        segment=lambda s: s["source"] + " 1", frame="own", code="x", assigned_by="coder"
    )
    codes = pd.DataFrame(
        {"frame": ["own"], "code": ["x"], "label": ["Ex"], "position": [1], "parent": [""]}
    )
    return cover_codes(segments, sources, codes, ["role"], "staff")


def shown(frame: pd.DataFrame, study: Study) -> dict[str, str]:
    cleared = clear("coverage", frame, study).frame
    hidden = cleared["sources"].isna()
    assert cleared.loc[hidden, ["schools", "segments"]].isna().all(axis=None)
    return dict(cleared[["group", "words"]].itertuples(index=False, name=None))


def test_few_sources_are_hidden_and_so_is_what_would_give_them(study: Study) -> None:
    found = shown(coverage({"teacher": 5, "ta": 4, "pastoral": 2},
                           {"teacher": 9, "ta": 6, "pastoral": 4}), study)  # fmt: skip
    # 11 - 5 - 4 would be the two of pastoral leads: the smallest other group goes as well
    assert found == {
        "all": "11 of 19 staff, in 11 of 19 schools",
        "teacher": "5 of 9 staff, in 5 of 9 schools",
        "ta": "not shown of 6 staff",
        "pastoral": "fewer than 3 of 4 staff",
    }


def test_a_group_of_few_is_not_even_counted(study: Study) -> None:
    found = shown(coverage({"teacher": 5, "ta": 4, "head": 2},
                           {"teacher": 9, "ta": 6, "head": 2}), study)  # fmt: skip
    # 17 - 9 - 6 would be the two heads: the smallest other group goes with them
    assert found["head"] == found["ta"] == "not shown"
    assert found["teacher"] == "5 of 9 staff, in 5 of 9 schools"


def test_that_all_of_a_group_said_it_is_hidden(study: Study) -> None:
    found = shown(coverage({"teacher": 5, "ta": 6, "pastoral": 3},
                           {"teacher": 9, "ta": 6, "pastoral": 4}), study)  # fmt: skip
    assert found["ta"] == "not shown of 6 staff"
    assert found["pastoral"] == "not shown of 4 staff"
    assert found["all"] == "14 of 19 staff, in 14 of 19 schools"


def test_nobody_at_all_is_shown_since_it_speaks_of_nobody(study: Study) -> None:
    found = shown(coverage({"teacher": 0, "ta": 0}, {"teacher": 9, "ta": 6}), study)
    assert found["all"] == "0 of 15 staff, in 0 of 15 schools"
    assert found["ta"] == "not shown of 6 staff"


def test_few_schools_are_not_counted(study: Study) -> None:
    frame = coverage({"teacher": 5}, {"teacher": 9}).assign(schools=2)
    assert shown(frame, study)["all"] == "5 of 9 staff"


def test_nothing_is_counted_by_school_in_a_confidential_study(study: Study) -> None:
    frame = coverage({"teacher": 5}, {"teacher": 9})
    by_school = frame[frame["kind"] == "role"].assign(kind="school", group="S01")
    cleared = clear("coverage", pd.concat([frame, by_school]), study).frame
    assert "S01" not in set(cleared["group"])
    told = load_study("wheelchair_curling")
    assert "S01" in set(clear("coverage", pd.concat([frame, by_school]), told).frame["group"])


def test_reach_adds_up_to_what_is_known_so_two_are_hidden(study: Study) -> None:
    reach = pd.DataFrame(
        {"frame": "f", "code": ["none", "immediate", "potential", "applied", "realised"],
         "label": "", "position": range(5), "stories": [4, 5, 2, 3, 6], "told": 20, "asked": 25}
    )  # fmt: skip
    got = clear("reach", reach, study).frame["stories"]
    # potential (2) is below 3; applied (3) goes with it, since 20 - 4 - 5 - 3 - 6 = 2
    assert got.isna().tolist() == [False, False, True, True, False]


def test_quotes_stand_beside_no_group_of_few_and_no_school(study: Study) -> None:
    quotes = pd.DataFrame(
        [("all", "all", 19), ("role", "teacher", 9), ("role", "head", 2), ("school", "S01", 5)],
        columns=["kind", "group", "asked"],
    ).assign(quote="As cleared", id="Q01")
    assert clear("quotes", quotes, study).frame["group"].tolist() == ["all", "teacher"]


def test_join_reports_name_no_key(study: Study) -> None:
    joins = pd.DataFrame({"left": ["stories"], "detail": ["only among stories: S99"]})
    assert clear("join_stories", joins, study).frame["detail"].tolist() == [""]


def test_positions_of_tellers_are_coarse_and_of_enough(study: Study) -> None:
    triads = pd.DataFrame(
        {"triad": ["t"] * 4 + ["u"] * 2, "a": [0.333, 0.52, 0.1, 0.9, 0.5, 0.5],
         "b": [0.333, 0.28, 0.8, 0.05, 0.25, 0.25], "c": [0.334, 0.2, 0.1, 0.05, 0.25, 0.25],
         "group": ["x", "x", "x", "y", "x", "x"]}
    )  # fmt: skip
    got = clear("triads", triads, study).frame
    assert set(got["triad"]) == {"t"}
    assert got["group"].tolist() == ["x", "x", "x", ""]
    assert got[["a", "b"]].round(6).to_numpy().tolist() == [
        [0.1, 0.8],
        [0.35, 0.35],
        [0.5, 0.3],
        [0.9, 0.05],
    ]


def test_the_joint_display_shows_estimates_as_all_tables_do(study: Study) -> None:
    display = pd.DataFrame(
        {
            "theme": ["few", "well"],
            "label": ["Few", "Well"],
            "sources": [2, 7],
            "asked": [19, 19],
            "schools": [2, 6],
            "schools_asked": [11, 11],
            "outcome": ["self_esteem", "peer_support"],
            "contrast": "T2 - T1",
            "estimand": "mean_change",
            "estimate": [0.123456, 0.234567],
            "conf_low": [0.012345, 0.123456],
            "conf_high": [0.234567, 0.345678],
            "conf_level": 0.95,
            "interval": "95% CR2",
            "method": "regression over waves, CR2 by school",
            "n": [407.0, 5.0],
            "n_clusters": [11.0, 11.0],
        }
    )
    got = clear("displays", display, study).frame
    assert got["words"].tolist() == [
        "fewer than 3 of 19 staff",
        "7 of 19 staff, in 6 of 11 schools",
    ]
    # rounded by 407 pupils; five pupils are too few
    assert got["estimate"].iloc[0] == pytest.approx(0.12)
    assert pd.isna(got["estimate"].iloc[1]) and pd.isna(got["n"].iloc[1])
    assert got["n"].iloc[0] == 410


def test_where_one_source_is_enough_nothing_is_hidden() -> None:
    frame = coverage({"teacher": 0, "ta": 1, "head": 2}, {"teacher": 3, "ta": 2, "head": 2})
    told = load_study("wheelchair_curling")
    cleared = clear("coverage", frame, told).frame
    assert cleared["words"].tolist() == frame["words"].str.replace("staff", "sources").tolist()
