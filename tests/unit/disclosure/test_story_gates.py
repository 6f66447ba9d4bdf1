"""What the gates let through of stories: few tellers stay hidden, and cannot be worked out."""

from __future__ import annotations

import itertools

import numpy as np
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
        "pastoral": "not shown of 4 staff",
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
         "label": "", "position": range(5), "stories": [4, 5, 2, 3, 6], "told": 20, "spoken": 20,
         "asked": 25, "gives": False}
    )  # fmt: skip
    got = clear("reach", reach, study).frame["stories"]
    # potential (2) is below 3; applied (3) goes with it, since 20 - 4 - 5 - 3 - 6 = 2
    assert got.isna().tolist() == [False, False, True, True, False]


REACH = ["none", "immediate", "potential", "applied", "realised"]


@pytest.mark.parametrize(
    ("stories", "seen"),
    [
        ([0, 1, 2, 4, 5], [0, 3, 4]),  # 1 and 2 of 3: which is which is not told
        ([0, 1, 1, 1, 6], [4]),  # 9 - 6 would be three of one each: that of none goes with them
        ([4, 1, 1, 1, 6], [4]),  # four go with them
        ([4, 2, 2, 2, 6], [4]),  # 16 - 10 would be three of two, the most that each can be
        # the three that reach realised are those that tell of it, which coverage shows
        ([6, 1, 1, 1, 3], [4]),
        ([4, 5, 2, 6, 3], [1, 3, 4]),
        ([0, 0, 1, 1, 15], [4]),  # 17 - 15 told of two cycles at most, and not of which
        ([5, 0, 4, 0, 2], [0]),  # 2 and none are 2: the four go as well
        ([0, 1, 1, 0, 0], []),
        ([0, 0, 0, 0, 4], [0, 1, 2, 3, 4]),
    ],
)
def test_what_is_hidden_of_reach_does_not_give_itself(
    study: Study, stories: list[int], seen: list[int]
) -> None:
    told = sum(stories)
    reach = pd.DataFrame(
        {"frame": "f", "code": REACH, "label": "", "position": range(5), "stories": stories,
         "told": told, "spoken": told + 1, "asked": 25, "gives": False}
    )  # fmt: skip
    got = clear("reach", reach, study).frame
    assert np.flatnonzero(got["stories"].notna()).tolist() == seen
    # two of three stories are not counted, and three may be
    assert got["told"].notna().all() == (told > 2) and got["spoken"].notna().all()


def test_how_many_reach_the_last_cycle_is_hidden_where_how_many_tell_of_it_is(study: Study) -> None:
    reach = pd.DataFrame(
        {"frame": "f", "code": REACH, "label": "", "position": range(5), "stories": [3, 0, 4, 5, 6],
         "told": 18, "spoken": 18, "asked": 25, "gives": False, "apart": [1, 1, 1, 1, 2.0]}
    )  # fmt: skip
    got = clear("reach", reach, study).frame
    # beside a theme it would tell of two; 18 - 3 - 4 - 5 would be it, so that one goes with it
    assert got["stories"].isna().tolist() == [False, True, False, False, True]
    assert "apart" not in got


def test_few_stories_with_a_cycle_are_not_counted(study: Study) -> None:
    flows = pd.DataFrame({"frame": ["f", "g", "g"], "stories": [1, 1, 3],
                          "transitions": [1, 1, 3], "told": [2, 4, 4], "gives": False})  # fmt: skip
    assert clear("flows", flows, study).frame["told"].isna().tolist() == [True, False, False]


def test_how_many_have_a_cycle_is_not_shown_where_it_gives_the_few_of_one(study: Study) -> None:
    # six have a cycle: four tell of immediate, and two others of applied
    reach = pd.DataFrame(
        {"frame": "f", "code": ["immediate", "applied"], "label": "", "position": [0, 1],
         "stories": [3, 3], "told": 6, "spoken": 6, "asked": 9, "gives": True}
    )  # fmt: skip
    got = clear("reach", reach, study).frame
    assert got[["stories", "told"]].isna().all(axis=None) and got["spoken"].eq(6).all()
    flows = pd.DataFrame({"frame": ["f"], "stories": 4, "transitions": 5, "told": 6, "gives": True})
    got = clear("flows", flows, study).frame
    assert got[["stories", "transitions", "told"]].isna().all(axis=None) and "gives" not in got


def test_groups_of_few_do_not_give_themselves(study: Study) -> None:
    many = {"teacher": 7, "ta": 5, "head": 1, "lead": 1, "nurse": 1}
    found = shown(coverage(dict.fromkeys(many, 0), many), study)
    # 15 - 7 - 5 would be three of one each: the assistants go with them
    assert {name for name, words in found.items() if words == "not shown"} == {
        "ta", "head", "lead", "nurse",
    }  # fmt: skip
    # all hidden, and of as many as there are: their names alone would say one of each
    few = dict.fromkeys(["head", "lead", "nurse"], 1)
    assert set(shown(coverage(dict.fromkeys(few, 0), few), study)) == {"all"}
    assert of_roles([(role, 1, 20.0) for role in few], study) == {}
    # three of two, the most that each can be
    found = of_roles([("teacher", 9, 42), ("ta", 2, 33), ("lead", 2, 14), ("head", 2, 11)], study)
    assert {asked for asked, _ in found.values()} == {-1}


def test_quotes_stand_beside_no_group_of_few_and_no_school(study: Study) -> None:
    quotes = pd.DataFrame(
        [("all", "all", 19), ("role", "teacher", 9), ("role", "head", 2), ("school", "S01", 5)],
        columns=["kind", "group", "asked"],
    ).assign(quote="As cleared", id="Q01", attribution="a teacher")
    assert clear("quotes", quotes, study).frame["group"].tolist() == ["all", "teacher"]
    # cleared without a role: the column of a role would give it
    unnamed = quotes.assign(attribution="a member of staff")
    assert clear("quotes", unnamed, study).frame["group"].tolist() == ["all"]


def test_join_reports_name_no_key(study: Study) -> None:
    joins = pd.DataFrame(
        {"right": ["schools", "pupils"], "detail": "only among stories: S99", "matched": [11, 12],
         "only_left": [1, 0], "only_right": [0, 432], "fan_out": [2, 4],
         "fan_out_right": 1, "relation": "many to one", "asked": 19, "keyed": 19,
         "expected_only_left": [1, 0], "expected_only_right": [0, None],
         "expected_fan_out": [2, None]}
    )  # fmt: skip
    got = clear("join_stories", joins, study).frame
    assert got["detail"].tolist() == ["", ""]
    # one key that did not match is one source; pupils are counted in tens everywhere
    assert got["only_left"].isna().tolist() == [True, False]
    assert got["expected_only_left"].isna().tolist() == [True, False]
    assert got["fan_out"].isna().tolist() == [True, False]
    assert got["matched"].tolist() == [11, 10] and got["only_right"].tolist() == [0, 430]
    # many to one beside a hidden fan-out below 3 would be two
    assert got["relation"].tolist() == ["", "many to one"]
    assert not {"asked", "keyed"} & set(got)


@pytest.mark.parametrize(
    ("fan_out", "asked", "keyed", "seen"),
    [
        (9, 19, 19, True),
        (17, 19, 19, False),  # two sources have all other keys
        (17, 19, 17, False),  # two sources have no key
        (9, 14, 11, False),  # three have no key, which shows, and two another
        (15, 19, 19, True),
        (16, 19, 19, False),  # three sources have three other keys: one each
        (19, 19, 19, True),  # one key alone
    ],
)
def test_the_most_sources_of_one_key_tell_of_no_few_others(
    study: Study, fan_out: int, asked: int, keyed: int, seen: bool
) -> None:
    joins = pd.DataFrame(
        {"right": ["roles"], "detail": "", "matched": 4, "only_left": 0, "only_right": 0,
         "fan_out": fan_out, "fan_out_right": 1, "relation": "many to one",
         "expected_only_left": 0, "expected_only_right": 0, "expected_fan_out": fan_out,
         "expected_fan_out_right": 1, "asked": asked, "keyed": keyed}
    )  # fmt: skip
    row = clear("join_stories", joins, study).frame.iloc[0]
    assert row[["fan_out", "expected_fan_out"]].notna().tolist() == [seen, seen]
    assert row["relation"] == ("many to one" if seen else "")
    # a list that the team wrote speaks of no source
    assert row["fan_out_right"] == 1


def roles(rows: list[tuple[str, int, float]]) -> pd.DataFrame:
    """Roles with as many tellers asked as sources, and the people who hold them."""
    frame = pd.DataFrame(rows, columns=["role", "asked", "people"])
    return frame.assign(label=frame["role"], sources=frame["asked"])


def of_roles(rows: list[tuple[str, int, float]], study: Study) -> dict[str, tuple[float, float]]:
    shown = clear("asked_roles", roles(rows), study).frame.fillna(-1)
    assert "sources" not in shown
    return {row.role: (row.asked, row.people) for row in shown.itertuples()}


def test_few_of_a_role_are_not_counted_and_cannot_be_worked_out(study: Study) -> None:
    found = of_roles([("teacher", 9, 42), ("ta", 5, 33), ("lead", 3, 14), ("head", 2, 11)], study)
    # 19 were asked: less the teachers, assistants and leads they would be the two heads
    assert found == {"teacher": (9, 42), "ta": (5, 33), "lead": (-1, 14), "head": (-1, 11)}
    # two of one asked each are two together: the next goes as well
    found = of_roles([("teacher", 9, 42), ("ta", 5, 33), ("lead", 1, 14), ("head", 1, 11)], study)
    assert found == {"teacher": (9, 42), "ta": (-1, 33), "lead": (-1, 14), "head": (-1, 11)}
    # a role of nobody would not hide the two: the next of which some were asked goes
    found = of_roles([("teacher", 9, 42), ("ta", 5, 33), ("head", 2, 11), ("aide", 0, 8)], study)
    assert found == {"teacher": (9, 42), "ta": (-1, 33), "head": (-1, 11), "aide": (0, 8)}
    found = of_roles([("teacher", 9, 42), ("aide", 0, 8)], study)
    assert found == {"teacher": (9, 42), "aide": (0, 8)}


def test_few_people_and_few_who_were_not_asked_are_not_counted(study: Study) -> None:
    found = of_roles([("teacher", 9, 11), ("ta", 5, 5), ("lead", 4, 7), ("head", 0, 2)], study)
    # two teachers were not asked; two people are head
    assert found == {"teacher": (9, -1), "ta": (5, 5), "lead": (4, 7), "head": (0, -1)}
    # whether three or two of five were asked is not told by what shows
    for few in (1, 2):
        found = of_roles([("teacher", 9, 42), ("lead", 3, 5), ("head", few, 5)], study)
        assert found == {"teacher": (9, 42), "lead": (-1, -1), "head": (-1, -1)}


def test_a_role_outside_the_list_is_not_named_and_hides_others_all_the_same(study: Study) -> None:
    found = of_roles([("teacher", 9, 42), ("lead", 4, 14), ("visitor", 2, float("nan"))], study)
    assert found == {"teacher": (9, 42), "lead": (-1, 14)}


def test_what_the_counts_by_group_hide_is_hidden_of_roles_too(study: Study) -> None:
    # by sources heads are few and leads next; by tellers leads would be many
    frame = roles([("teacher", 9, 42), ("ta", 3, 33), ("lead", 4, 14), ("head", 2, 11)])
    frame["sources"] = [9, 5, 4, 2]
    shown = clear("asked_roles", frame, study).frame.set_index("role")["asked"]
    assert shown.isna().to_dict() == {"teacher": False, "ta": False, "lead": True, "head": True}


def test_no_few_of_a_role_are_left_over_by_subtraction(study: Study) -> None:
    random = np.random.default_rng(1)
    for _ in range(300):
        counts = random.integers(0, 7, size=random.integers(1, 6))
        rows = [(f"r{n}", int(many), 40.0) for n, many in enumerate(counts)]
        shown = clear("asked_roles", roles(rows), study).frame["asked"]
        hidden = shown.isna()
        assert not shown.between(1, 2).any()
        # all were asked in some role, so that those hidden add up to a known number
        rest = counts.sum() - shown.sum()
        assert not hidden.any() or (hidden.sum() > 1 and rest >= 3) or hidden.all(), counts


def test_an_open_study_counts_every_role(study: Study) -> None:
    assert study.stories is not None
    least = study.stories.model_copy(update={"minimum_sources": 1})
    free = study.model_copy(update={"stories": least})
    assert of_roles([("teacher", 9, 9), ("head", 1, 1)], free) == {
        "teacher": (9, 9), "head": (1, 1),
    }  # fmt: skip


def test_positions_of_tellers_are_coarse_and_of_enough(study: Study) -> None:
    triads = pd.DataFrame(
        {"triad": ["t"] * 4 + ["u"] * 2, "a": [0.333, 0.52, 0.1, 0.9, 0.5, 0.5],
         "b": [0.333, 0.28, 0.8, 0.05, 0.25, 0.25], "c": [0.334, 0.2, 0.1, 0.05, 0.25, 0.25],
         "group": ["x", "x", "x", "y", "x", "x"], "fewest": 3}
    )  # fmt: skip
    got = clear("triads", triads, study).frame
    assert set(got["triad"]) == {"t"}
    # a mark without a name would be that of y
    assert got["group"].tolist() == [""] * 4
    more = pd.concat([triads, triads.iloc[[3, 3]].assign(group="z")], ignore_index=True)
    named = clear("triads", more, study).frame["group"]
    assert sorted(named) == [""] * 3 + ["x"] * 3
    # two were asked in a group that is hidden: the positions of x would say so
    few = clear("triads", more.assign(fewest=2), study).frame
    assert set(few["group"]) == {""} and "fewest" not in few
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


def possible(frame: pd.DataFrame) -> list[tuple[int, ...]]:
    """All counts of the groups that fit what is shown of one code, by somebody who knows all but
    which hidden counts are small."""
    whole, groups = frame[frame["kind"] == "all"].iloc[0], frame[frame["kind"] != "all"]
    unseen = int(whole["asked"] - groups["asked"].sum())
    most = [int(n) if n == n else unseen for n in groups["asked"]]
    ranges = [
        [int(n)] if n == n else range(top + 1)
        for n, top in zip(groups["sources"], most, strict=True)
    ]
    hidden = groups["asked"].isna().to_numpy()
    return [
        counts
        for counts in itertools.product(*ranges)
        if (whole["sources"] != whole["sources"] or sum(counts) == whole["sources"])
        and np.array(counts)[hidden].sum() <= unseen
    ]


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_count_of_a_group_can_be_worked_out(study: Study, seed: int) -> None:
    random = np.random.default_rng(seed)
    asked = {f"r{n}": int(random.integers(1, 8)) for n in range(int(random.integers(2, 5)))}
    told = {name: int(random.integers(0, many + 1)) for name, many in asked.items()}
    exact = coverage(told, asked)
    cleared = clear("coverage", exact, study).frame
    groups = cleared[cleared["kind"] != "all"]
    whole = cleared.loc[cleared["kind"] == "all", "sources"].iloc[0]
    if whole in (0, sum(asked.values())):
        return  # what all or none told is known of each
    fits = possible(cleared)
    assert tuple(told[name] for name in groups["group"]) in fits
    for at, hidden in enumerate(groups["sources"].isna()):
        if hidden:
            assert len({counts[at] for counts in fits}) > 1, (asked, told)


def test_groups_that_all_told_it_together_take_another_with_them(study: Study) -> None:
    # 12 - 5 - 4 = 3 of 3: both heads and the one nurse
    found = shown(coverage({"teacher": 5, "ta": 4, "head": 2, "nurse": 1},
                           {"teacher": 9, "ta": 6, "head": 2, "nurse": 1}), study)  # fmt: skip
    assert found["ta"] == "not shown of 6 staff" and found["teacher"].startswith("5 of 9")


def levels(counts: dict[str, int], **more: object) -> pd.DataFrame:
    """Counts of all 19 sources: a code "up" above "a" and "b"."""
    frame = pd.DataFrame({"code": list(counts), "sources": list(counts.values())})
    parent = frame["code"].map(lambda code: "" if code == "up" else "up")
    return frame.assign(kind="all", group="all", frame="own", label="", position=1, parent=parent,
                        assigned_by="coder", asked=19, schools=frame["sources"], schools_asked=11,
                        segments=frame["sources"], words="", **more)  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        # 6 - 5: one source tells of b and not of a
        ({"up": 6, "a": 5, "b": 1}, ["a", "b"]),
        # 5 + 4 - 8: one source tells of both
        ({"up": 8, "a": 5, "b": 4}, ["b"]),
        ({"up": 9, "a": 5, "b": 4}, []),
        ({"up": 8, "a": 8, "b": 2}, ["b"]),
    ],
)
def test_a_code_and_the_one_above_it_tell_of_no_few(
    study: Study, counts: dict[str, int], hidden: list[str]
) -> None:
    got = clear("coverage", levels(counts), study).frame
    assert got.loc[got["sources"].isna(), "code"].tolist() == hidden
    assert not {"parent", "apart"} & set(got.columns)
    # "fewer than 3" beside 8 above 5 would be 2
    assert set(got.loc[got["sources"].isna(), "words"]) <= {"not shown of 19 staff"}


def test_a_code_near_its_theme_is_hidden(study: Study) -> None:
    near = levels({"a": 5, "b": 4}, apart=[1.0, 3.0])
    got = clear("coverage", near, study).frame
    assert got.loc[got["sources"].isna(), "code"].tolist() == ["a"]


def test_what_stands_together_leaves_no_few_alone(study: Study) -> None:
    pairs = pd.DataFrame({"sources": [3, 4, 2], "segments": 1, "asked": 19, "sources_a": [6, 5, 5],
                          "sources_b": [3, 8, 9]})  # fmt: skip
    got = clear("cooccurrence", pairs, study).frame
    # 5 - 4: one source has the first code alone
    assert got["sources"].isna().tolist() == [False, True, True]
    assert list(got.columns) == ["sources", "segments", "asked"]


def test_agreement_on_a_rare_code_does_not_tell_how_rare(study: Study) -> None:
    rows = pd.DataFrame({"outcome": ["own::a", "own::b"], "estimate": [0.1, 0.2], "n": 90,
                         "reason": ["no interval: missing without one of the stories", ""],
                         "sources": [1, 3]})  # fmt: skip
    columns = ["std_error", "conf_low", "conf_high", "df", "p_value", "p_adjusted"]
    got = clear("agreement", rows.assign(**dict.fromkeys(columns, 0.5)), study).frame
    assert got["estimate"].isna().tolist() == [True, False]
    assert got["reason"].tolist() == ["suppressed: fewer than 3 sources", ""]
    assert "sources" not in got


def test_confusion_of_few_sources_is_hidden_and_not_left_over(study: Study) -> None:
    rows = pd.DataFrame(
        [("a", "a", 9, 8), ("a", "b", 1, 1), ("b", "b", 7, 5), ("b", "none", 2, 1)],
        columns=["code_a", "code_b", "units", "sources"],
    ).assign(frame="own", coder_a="x", coder_b="y")
    got = clear("confusion", rows, study).frame
    # a: one hidden unit is left of its sum, so that its diagonal goes; b: three of two cells
    assert got["units"].isna().tolist() == [True, True, False, True]


def test_one_edge_alone_is_not_left_over(study: Study) -> None:
    flows = pd.DataFrame(
        {"frame": "f", "stories": [8, 5, 1], "transitions": [8, 6, 1], "told": 9}
    ).assign(gives=False)
    assert clear("flows", flows, study).frame["stories"].isna().tolist() == [False, True, True]
    many = pd.DataFrame(
        {"frame": "f", "stories": [8, 2, 1], "transitions": [8, 3, 2], "told": 9}
    ).assign(gives=False)
    assert clear("flows", many, study).frame["stories"].isna().tolist() == [False, True, True]
