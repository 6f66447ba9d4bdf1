"""Counts of what stories tell, worked out by hand on four sources of three schools."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.mixed.coverage import cover_codes
from resilience_lib.mixed.matrix import value_matrix
from resilience_lib.mixed.telling import (
    count_flows,
    count_reach,
    cycle_steps,
    story_orders,
    transitions,
)
from resilience_lib.mixed.together import code_pairs, compare_assigned
from resilience_lib.stories.coding_frames import load_frame

FRAME = "value_creation_2011"
CODED = [
    # story, order, code, by
    ("a", 1, "immediate", "coder"),
    ("a", 1, "immediate", "teller"),
    ("a", 2, "applied", "coder"),
    ("a", 2, "realised", "teller"),
    ("a", 3, "potential", "coder"),
    ("a", 4, "reframing", "coder"),
    ("b", 1, "potential", "coder"),
    ("b", 1, "applied", "coder"),
    ("b", 3, "realised", "coder"),
    ("c", 1, "reframing", "coder"),
]
SCHOOL = {"a": "1", "b": "1", "c": "2", "d": "3"}
ROLE = {"a": "teacher", "b": "teacher", "c": "head", "d": "head"}


@pytest.fixture
def codes() -> pd.DataFrame:
    return load_frame(FRAME).assign(frame=FRAME)


@pytest.fixture
def segments() -> pd.DataFrame:
    rows = pd.DataFrame(CODED, columns=["story", "order", "code", "assigned_by"])
    segment = rows["story"] + " #" + rows["order"].astype("str")
    return rows.assign(
        source=rows["story"], segment=segment, frame=FRAME, school=rows["story"].map(SCHOOL)
    )


@pytest.fixture
def sources() -> pd.DataFrame:
    names = pd.Series(list(SCHOOL))
    return pd.DataFrame(
        {
            "source": names,
            "story": names,
            "asked": "yes",
            "told": "yes",
            "school": names.map(SCHOOL),
            "role": names.map(ROLE),
        }
    )


def test_counts_are_of_sources_out_of_those_asked(
    segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame
) -> None:
    found = cover_codes(segments, sources, codes, ["role"], "staff")
    by = found.set_index(["kind", "group", "code", "assigned_by"])["words"]
    assert by["all", "all", "potential", "coder"] == "2 of 4 staff, in 1 of 3 schools"
    assert by["all", "all", "reframing", "coder"] == "2 of 4 staff, in 2 of 3 schools"
    # a teller's own word is counted apart
    assert by["all", "all", "realised", "coder"] == "1 of 4 staff, in 1 of 3 schools"
    assert by["all", "all", "realised", "teller"] == "1 of 4 staff, in 1 of 3 schools"
    assert by["role", "head", "immediate", "coder"] == "0 of 2 staff, in 0 of 2 schools"
    assert len(found) == 5 * 2 * 3


def test_a_move_counts_for_its_compartment(sources: pd.DataFrame) -> None:
    frame = load_frame("resilience_framework").assign(frame="resilience_framework")
    child = frame[frame["parent"] == "coping"].iloc[0]["code"]
    rows = pd.DataFrame(
        {"source": ["a", "a", "b"], "segment": ["a 1", "a 2", "b 1"], "assigned_by": "coder",
         "frame": "resilience_framework", "code": [child, "coping", child], "school": "1"}
    )  # fmt: skip
    found = cover_codes(rows, sources, frame, []).set_index("code")
    assert found.loc["coping", ["sources", "segments"]].tolist() == [2, 3]
    assert found.loc[child, ["sources", "segments"]].tolist() == [2, 2]


def test_the_telling_of_each_story(segments: pd.DataFrame) -> None:
    steps = cycle_steps(segments)
    orders = story_orders(steps, transitions(steps)).set_index("story")
    assert orders.loc["a", "cycles"] == "immediate > applied > potential > reframing"
    # a: forward over one cycle (a break), then back, then to a cycle that is no step
    assert orders.loc["a", ["forward", "back", "breaks", "reach"]].tolist() == [1, 1, 1, "applied"]
    # b: both cycles of the first segment go on to the next; one passes over `applied`
    assert orders.loc["b", ["forward", "back", "breaks", "reach"]].tolist() == [2, 0, 1, "realised"]
    assert orders.loc["c", ["segments", "reach"]].tolist() == [1, "none"]


def test_flows_and_reach(
    segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame
) -> None:
    steps = cycle_steps(segments)
    moves = transitions(steps)
    flows = count_flows(moves, steps, codes)
    edges = flows[["source_code", "target_code", "kind", "stories", "told"]].to_numpy().tolist()
    assert edges == [
        ["immediate", "applied", "forward", 1, 3],
        ["potential", "realised", "forward", 1, 3],
        ["potential", "reframing", "other", 1, 3],
        ["applied", "potential", "back", 1, 3],
        ["applied", "realised", "forward", 1, 3],
    ]
    reach = count_reach(story_orders(steps, moves), sources, codes)
    assert reach[["code", "stories"]].to_numpy().tolist() == [
        ["none", 1],
        ["immediate", 0],
        ["potential", 0],
        ["applied", 1],
        ["realised", 1],
    ]
    # d told of no cycle of the frame
    whole = reach[["told", "spoken", "asked"]].drop_duplicates()
    assert whole.to_numpy().tolist() == [[3, 4, 4]]


def test_the_matrix_says_what_stands_alone(
    segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame
) -> None:
    claims = segments.head(1).assign(frame="indicators", code="shown")
    indicators = pd.DataFrame(
        {"id": ["shown", "lone"], "frame": FRAME, "cycle": ["immediate", "realised"],
         "what": ["Came", "Better"], "unit": "%", "value": [80.0, 3.0], "source": "x",
         "conf_low": float("nan"), "conf_high": float("nan")}
    )  # fmt: skip
    got = value_matrix(pd.concat([segments, claims]), sources, codes, indicators)
    # b alone by the coder: that a's teller says realised where the coder says applied is no other
    rows = got[["code", "indicator", "stories", "claims", "note"]].fillna(-1).to_numpy().tolist()
    assert rows == [
        ["immediate", "shown", 1, 1, ""],
        ["potential", "", 2, -1, "no indicator"],
        ["applied", "", 2, -1, "no indicator"],
        ["realised", "lone", 1, 0, "no story claims it"],
        ["reframing", "", 2, -1, "no indicator"],
    ]


def test_tellers_and_coders_are_compared_segment_by_segment(
    segments: pd.DataFrame, codes: pd.DataFrame
) -> None:
    got = compare_assigned(segments, codes)
    pairs = got[["teller_code", "coder_code", "segments"]].to_numpy().tolist()
    assert pairs == [
        ["immediate", "immediate", 1],
        ["realised", "applied", 1],
        ["none", "potential", 2],
        ["none", "applied", 1],
        ["none", "realised", 1],
        ["none", "reframing", 2],
    ]


def test_codes_that_stand_together(
    segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame
) -> None:
    got = code_pairs(segments[segments["assigned_by"] == "coder"], sources, codes)
    rows = got.set_index(["code_a", "code_b"])[["sources", "segments"]]
    # a has immediate, potential, applied, reframing; b potential, applied (one segment), realised
    assert rows.loc[("potential", "applied")].tolist() == [2, 1]
    assert rows.loc[("immediate", "reframing")].tolist() == [1, 0]
    assert ("immediate", "realised") not in rows.index
    assert set(got["asked"]) == {4}


def test_what_tellers_and_coders_said_is_never_added_up(
    segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame
) -> None:
    # a's teller said realised of a segment that the coder called applied
    pairs = code_pairs(segments, sources, codes).set_index(["code_a", "code_b"])
    assert ("immediate", "realised") not in pairs.index
    assert pairs.loc[("potential", "applied"), ["sources_a", "sources_b"]].tolist() == [2, 2]
    steps = cycle_steps(segments[segments["segment"] != "a #2"])
    assert steps.loc[steps["story"] == "a", "code"].tolist() == [
        "immediate",
        "potential",
        "reframing",
    ]


def test_a_frame_of_tellers_alone_has_no_zeros_of_coders(
    segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame
) -> None:
    own = segments[segments["assigned_by"] == "teller"]
    found = cover_codes(own, sources, codes, [], "staff")
    assert set(found["assigned_by"]) == {"teller"}
    assert found.set_index("code").loc["realised", "sources"] == 1
    assert cycle_steps(own)["code"].tolist() == ["immediate", "realised"]


def test_a_matrix_of_moves_counts_what_is_below(sources: pd.DataFrame) -> None:
    frame = load_frame("resilience_framework").assign(frame="resilience_framework")
    child = frame[frame["parent"] == "coping"].iloc[0]["code"]
    rows = pd.DataFrame(
        {"source": ["a", "b"], "story": ["a", "b"], "segment": ["a 1", "b 1"],
         "assigned_by": "coder", "frame": "resilience_framework", "code": [child, "coping"]}
    )  # fmt: skip
    indicators = pd.DataFrame(
        {"id": ["i"], "frame": "resilience_framework", "cycle": ["coping"], "what": ["x"],
         "unit": "", "value": [1.0], "source": "y", "conf_low": [None], "conf_high": [None]}
    )  # fmt: skip
    got = value_matrix(rows, sources, frame, indicators).set_index("code")
    assert got.loc["coping", "stories"] == 2 and got.loc[child, "stories"] == 1
