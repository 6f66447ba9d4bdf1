"""Sides of a change, convergence and coders, worked out by hand."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.frames import estimate_frame
from resilience_lib.mixed.apart import find_apart, mark_apart
from resilience_lib.mixed.asked import _spearman, associate_stories
from resilience_lib.mixed.coders import agree_coders, confuse_coders, to_talk_about
from resilience_lib.mixed.convergence import check_judgements, judge_themes
from resilience_lib.mixed.quotes import name_quotes, quote_codes
from resilience_lib.mixed.schools import schools_with_stories
from resilience_lib.mixed.sides import SIDES, group_sides, side_of
from resilience_lib.mixed.themes import display_themes
from resilience_lib.stories.coding_frames import load_frame
from resilience_lib.stories.unnamed import ids_of
from resilience_lib.study.load import load_study
from resilience_lib.study.mixed import Association
from resilience_lib.study.schema import Study


@pytest.mark.parametrize(
    ("low", "high", "better", "side"),
    [
        (0.10, 0.40, True, "improved"),  # from the smallest important change on
        (0.09, 0.40, True, "unclear"),
        (-0.09, 0.09, True, "no important change"),
        (-0.10, 0.09, True, "unclear"),
        (-0.40, -0.10, True, "worsened"),
        (-0.40, -0.10, False, "improved"),
        (0.10, 0.40, False, "worsened"),
        (float("nan"), float("nan"), True, "unclear"),
    ],
)
def test_the_whole_interval_takes_a_side(low: float, high: float, better: bool, side: str) -> None:
    assert side_of(low, high, 0.1, better) == side


def judged(rows: list[tuple[str, str, str, str]], side: str, sources: int, asked: int) -> list[str]:
    display = pd.DataFrame(
        [{"theme": "t", "label": "T", "quantitative": side, "sources": sources, "asked": asked,
          "schools": 0, "schools_asked": 0}]
    )  # fmt: skip
    given = pd.DataFrame(rows, columns=["theme", "judge", "judgement", "because"])
    got = judge_themes(display, given).iloc[0]
    return [got["judgement"], got["check"]]


def test_two_people_judge_and_the_program_checks() -> None:
    agree = [("t", "a", "agreement", "x"), ("t", "b", "agreement", "y")]
    differ = [("t", "a", "agreement", "x"), ("t", "b", "silence", "y")]
    settled = [*differ, ("t", "settled", "dissonance", "z")]
    assert judged(agree, "improved", 3, 5) == ["agreement", ""]
    assert judged(agree, "unclear", 3, 5) == [
        "agreement",
        "the change is unclear, which is neither agreement nor dissonance",
    ]
    assert judged(agree, "improved", 0, 5) == ["agreement", "no source speaks of it"]
    assert judged(differ, "improved", 3, 5) == [
        "",
        "the two judges differ, and nothing is settled",
    ]
    assert judged(settled, "worsened", 3, 5) == ["dissonance", ""]
    assert judged(agree[:1], "improved", 3, 5) == ["", "1 of two people judged it"]
    silent = [("t", "a", "silence", "x"), ("t", "b", "silence", "y")]
    assert judged(silent, "not measured", 3, 5) == ["silence", ""]
    assert judged(silent, "improved", 0, 0) == [
        "silence",
        "nobody was asked, and not asked is not silence",
    ]
    assert judged(agree, "not measured", 3, 5)[1].startswith("nothing was measured")


MEASURED = ("improved", "worsened", "no important change", "unclear")
BOTH = "both strands speak of it, and silence is where one of them does not"
NEITHER = "neither strand speaks of it, and silence is where one of them does"
UNASKED = "nobody was asked, and not asked is not silence"
UNCLEAR = "the change is unclear, which is neither agreement nor dissonance"
NUMBERS = "nothing was measured, so that it is silence or cannot be judged"
NOBODY = "nothing was measured and no source speaks of it, so that it cannot be judged"
UNTOLD = "no source speaks of it"
TOGETHER = ("agreement", "partial agreement", "dissonance")
FITS: list[tuple[tuple[str, ...], tuple[str, ...], int, int, str]] = [
    # judgements, sides, sources, asked, what does not fit (Farmer et al. 2006)
    (TOGETHER, MEASURED[:3], 3, 5, ""),
    (TOGETHER, MEASURED[:3], 1, 5, ""),
    (("partial agreement",), ("unclear",), 3, 5, ""),
    (("agreement", "dissonance"), ("unclear",), 3, 5, UNCLEAR),
    (("agreement", "dissonance"), ("unclear",), 0, 5, f"{UNCLEAR}; {UNTOLD}"),
    (TOGETHER, MEASURED[:3], 0, 5, UNTOLD),
    (TOGETHER, ("not measured",), 3, 5, NUMBERS),
    (TOGETHER, ("not measured",), 0, 5, NOBODY),
    (TOGETHER, ("not shown",), 3, 5, ""),
    (TOGETHER, ("not shown",), 0, 5, UNTOLD),
    (("silence",), MEASURED, 3, 5, BOTH),
    (("silence",), MEASURED, 1, 5, BOTH),
    (("silence",), MEASURED, 0, 5, ""),
    (("silence",), ("not measured",), 3, 5, ""),
    (("silence",), ("not measured",), 0, 5, NEITHER),
    (("silence",), ("not shown",), 3, 5, ""),
    (("silence",), ("not shown",), 0, 5, ""),
    (("silence",), (*MEASURED, "not measured", "not shown"), 0, 0, UNASKED),
    (("cannot be judged",), (*MEASURED, "not measured", "not shown"), 3, 5, ""),
    (("cannot be judged",), (*MEASURED, "not measured", "not shown"), 0, 5, ""),
]


@pytest.mark.parametrize(("judgements", "sides", "many", "asked", "said"), FITS)
def test_a_judgement_fits_which_strands_speak(
    judgements: tuple[str, ...], sides: tuple[str, ...], many: int, asked: int, said: str
) -> None:
    for judgement, side in itertools.product(judgements, sides):
        both = [("t", "a", judgement, "x"), ("t", "b", judgement, "y")]
        assert judged(both, side, many, asked) == [judgement, said]
        settled = [("t", "a", "agreement", "x"), ("t", "b", "silence", "y"),
                   ("t", "settled", judgement, "z")]  # fmt: skip
        assert judged(settled, side, many, asked) == [judgement, said]


def test_what_fits_and_what_does_not_says_nothing_of_hidden_counts() -> None:
    # 1 and 2 are hidden, 3 and 5 may be hidden beside other themes: all read alike
    for judgement, side in itertools.product((*TOGETHER, "silence"), SIDES):
        both = [("t", "a", judgement, "x"), ("t", "b", judgement, "y")]
        assert len({judged(both, side, many, 5)[1] for many in (1, 2, 3, 5)}) == 1


def test_reasons_hold_no_id(tmp_path: Path) -> None:
    given = pd.DataFrame(
        [("t", "a", "agreement", "staff_01 says so"), ("t", "b", "agreement", "Staff 02, too"),
         ("t", "settled", "agreement", "19 staff, in 2021")],
        columns=["theme", "judge", "judgement", "because"], index=[2, 3, 4],
    )  # fmt: skip
    ids = ids_of(pd.DataFrame({"source": ["staff_01", "staff_02", "staff", "19", "2021"],
                               "teller": ""}))  # fmt: skip
    with pytest.raises(FaultsError) as caught:
        check_judgements(tmp_path / "c.csv", given, ["t"], ids)
    assert [(f.row, f.column, f.value) for f in caught.value.faults] == [
        (2, "because", "staff_01"),
        (3, "because", "staff_02"),
    ]


def test_judgements_of_no_theme_and_third_judges_are_refused(tmp_path: Path) -> None:
    given = pd.DataFrame(
        [("u", "a"), ("t", "a"), ("t", "b"), ("t", "c"), ("t", "settled")],
        columns=["theme", "judge"],
        index=[2, 3, 4, 5, 6],
    )
    with pytest.raises(FaultsError) as caught:
        check_judgements(tmp_path / "c.csv", given, ["t"])
    assert [(f.row, f.column, f.value) for f in caught.value.faults] == [
        (2, "theme", "u"),
        (None, "judge", "t"),
    ]


def codings() -> pd.DataFrame:
    rows = [
        # segment, coder, code; both coded source one, only ann coded two
        ("1", "ann", "x"), ("1", "ben", "x"),
        ("2", "ann", "x"), ("2", "ben", "y"),
        ("3", "ann", "y"), ("3", "ben", "y"),
        ("4", "ann", "x"), ("4", "ann", "y"), ("4", "ben", "x"),
        ("5", "ann", "y"), ("5", "ben", ""),
        ("6", "ann", "x"), ("6", "ben", "x"),
        ("9", "ann", "x"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["segment", "coder", "code"])
    return frame.assign(
        source=frame["segment"].map(lambda s: "two" if s == "9" else "one"),
        story="one",
        school="",
        frame=(frame["code"] != "").map({True: "own", False: ""}),
        assigned_by="coder",
        quote="q" + frame["segment"],
    )


CODES = pd.DataFrame({"frame": "own", "code": ["x", "y"], "label": ["Ex", "Why"]})


def test_agreement_on_each_code_is_that_of_the_two_by_two_table() -> None:
    got = agree_coders(codings(), CODES, "segment", "s").set_index(["outcome", "estimand"])
    # x: ann 1,2,4,6; ben 1,4,6. both 3, neither 2 (3 and 5), one 1: p0 5/6, pe (4*3 + 2*3)/36
    kappa = (5 / 6 - 1 / 2) / (1 - 1 / 2)
    assert got.loc[("own::x", "cohen_kappa"), "estimate"] == pytest.approx(kappa, abs=1e-12)
    assert got.loc[("own::x", "code_prevalence"), "estimate"] == pytest.approx(7 / 12)
    assert got.loc[("own::x", "cohen_kappa"), "n"] == 6
    # y: ann 3,4,5; ben 2,3: both 1, neither 2 (1 and 6): p0 3/6, pe (3*2 + 3*4)/36
    assert got.loc[("own::y", "cohen_kappa"), "estimate"] == pytest.approx(0.0, abs=1e-12)
    # the whole: ann x x y xy y x; ben x y y x none x: 3 of 6 the same; pe = (3*3 + 2*2)/36
    whole = (3 / 6 - 13 / 36) / (1 - 13 / 36)
    assert got.loc[("own", "cohen_kappa"), "estimate"] == pytest.approx(whole, abs=1e-12)


def test_schools_are_left_out_where_stories_come_from_five_or_more() -> None:
    def of(schools: list[str]) -> pd.Series:
        """Two stories a school, of one source each, whose one segment two coders coded."""
        made = [
            {"segment": f"{k}", "source": f"{k}", "story": f"t{k}", "school": school,
             "coder": coder, "code": "x" if (k + shift) % 3 else "y"}
            for k, school in enumerate(np.repeat(schools, 2)) for coder, shift in
            (("ann", 0), ("ben", k % 5 == 0))
        ]  # fmt: skip
        rows = pd.DataFrame(made).assign(frame="own", assigned_by="coder", quote="")
        got = agree_coders(rows, CODES, "segment", "s").set_index(["outcome", "estimand"])
        return got.loc[("own::x", "cohen_kappa")]

    five = of(["a", "b", "c", "d", "e"])
    assert five["interval"] == "95% jackknife over schools, bias subtracted, t(k - 1)"
    assert (five["n"], five["n_clusters"], five["df"]) == (10, 5, 4)
    alone = "95% jackknife over stories, bias subtracted, t(k - 1), stories independent"
    # four schools are too few, and a story from none belongs to no school
    for schools in (["a", "b", "c", "d", "d"], ["a", "b", "c", "d", "e", ""]):
        got = of(schools)
        assert got["interval"] == alone
        assert got["n_clusters"] == got["n"] == 2 * len(schools) == got["df"] + 1
    assert five["std_error"] != pytest.approx(of(["a", "b", "c", "d", "d"])["std_error"])


def test_by_source_a_code_counts_once_wherever_it_stands() -> None:
    got = agree_coders(codings(), CODES, "source", "s").set_index(["outcome", "estimand"])
    assert got.loc[("own::x", "code_prevalence"), ["estimate", "n"]].isna().tolist() == [
        True,
        False,
    ]
    assert got.loc[("own::x", "cohen_kappa"), "n"] == 1


def test_who_copied_what_a_teller_said_did_not_code_the_source() -> None:
    copied = codings().query("segment == '9'").assign(coder="ben", code="y", assigned_by="teller")
    rows = pd.concat([codings(), copied], ignore_index=True)
    got = agree_coders(rows, CODES, "segment", "s").set_index(["outcome", "estimand"])
    # segment 9 has one coder: the prevalence stays that of the six
    assert got.loc[("own::x", "code_prevalence"), "estimate"] == pytest.approx(7 / 12)
    assert got.loc[("own::x", "cohen_kappa"), ["n", "sources"]].tolist() == [6, 1]
    assert set(confuse_coders(rows, CODES, "segment")["sources"]) == {1}


def themes(**changed: object) -> Study:
    """Bounce Forward with two themes only: hope, and belief of two codes."""
    study = load_study("bounce_forward")
    assert study.mixed is not None
    named = {theme.theme: theme for theme in study.mixed.themes}
    hope = named["hope"].model_copy(update=changed)
    two = named["belief"].model_copy(update={"codes": ("hope", "know_self")})
    return study.model_copy(
        update={"mixed": study.mixed.model_copy(update={"themes": (hope, two)})}
    )


def test_how_far_codes_lie_from_the_themes_that_hold_them() -> None:
    told = pd.DataFrame({"source": list("abcdefg"), "asked": "yes"})
    # hope: a to d; know_self: d, e, f; another of its compartment: g
    coded = [(s, "hope") for s in "abcd"] + [(s, "know_self") for s in "def"]
    coded += [("g", "feelings_of_others")]
    segments = pd.DataFrame(coded, columns=["source", "code"]).assign(
        frame="resilience_framework", assigned_by="coder"
    )
    segments["segment"] = segments["source"] + segments["code"]
    codes = load_frame("resilience_framework").assign(frame="resilience_framework")
    counts = codes.assign(kind="all", assigned_by="coder")
    found = find_apart(themes(), segments, told, codes)
    got = mark_apart(counts, found.codes).set_index("code")["apart"]
    # hope is a theme by itself; beside the six of both together it leaves two
    assert got["hope"] == 2
    # know_self: three of six, and one source has both
    assert got["know_self"] == 1
    # all seven of core_self: three more than hope, one more than both
    assert got["core_self"] == 1
    assert pd.isna(got["calming"])
    # the theme of hope is held in that of both, which two more tell of
    assert found.themes == {"hope": 2, "belief": 6}


def test_a_theme_without_an_estimate_is_a_fault_and_not_unclear() -> None:
    row = {"outcome": "goals_aspirations", "contrast": "T2 - T1", "estimand": "mean_change",
           "subgroup": "all", "method": "CR2", "conf_low": 0.1, "conf_high": 0.2, "n": 400,
           "n_clusters": 11}  # fmt: skip
    both = pd.DataFrame([row, row | {"outcome": "self_esteem"}])
    study, words = themes(estimand="mean_chnge"), pd.DataFrame({"theme": ["hope", "belief"]})
    none = pd.DataFrame(columns=["theme", "id", "quote", "attribution"])
    with pytest.raises(FaultsError) as caught:
        display_themes(study, words, both, none)
    assert [(f.column, f.value, f.remedy) for f in caught.value.faults] == [
        ("mixed.themes.0.estimand", "mean_chnge", "estimands there are: mean_change")
    ]


def test_beside_a_school_no_role_is_named_and_a_quote_stands_once() -> None:
    named = pd.DataFrame(
        {"id": ["Q01", "Q02"], "source": ["a", "b"], "segment": ["a 1", "b 1"],
         "quote": ["One", "Two"], "attribution": ["a teacher", "a member of staff"],
         "with_school": "yes"}
    )  # fmt: skip
    told = pd.DataFrame({"source": ["a", "b"], "school": ["1", "2"], "role": ["teacher", "head"],
                         "asked": "yes", "told": "yes"})  # fmt: skip
    changes = pd.DataFrame(
        [(outcome, "T2 - T1", school) for outcome in ("goals_aspirations", "self_esteem")
         for school in ("1", "2")], columns=["outcome", "contrast", "school"],
    )  # fmt: skip
    by_theme = pd.DataFrame({"theme": ["belief", "hope", "hope"], "id": ["Q02", "Q02", "Q01"]})
    got = schools_with_stories(themes(), changes, told, named, by_theme)
    # Q01 names the role of the only teacher asked there; Q02 stands beside the first theme alone
    assert got["ids"].tolist() == ["", "Q02", "", ""]


def test_where_no_theme_is_told_schools_have_no_quotes() -> None:
    none = pd.DataFrame(columns=["theme", "id", "quote", "attribution"])
    told = pd.DataFrame({"source": ["a"], "school": ["1"], "role": ["head"], "asked": "yes",
                         "told": "yes"})  # fmt: skip
    changes = pd.DataFrame([("goals_aspirations", "T2 - T1", "1")],
                           columns=["outcome", "contrast", "school"])  # fmt: skip
    quotes = pd.DataFrame({"source": ["a"], "segment": ["a 1"], "shown_as": ["As shown"],
                           "attribution": "a teacher", "with_school": ["yes"]})  # fmt: skip
    got = schools_with_stories(themes(), changes, told, name_quotes(quotes), none)
    assert got[["asked", "told", "quotes", "ids"]].to_numpy().tolist() == [[1, 1, "", ""]]


def test_confusion_pairs_what_each_gave_alone() -> None:
    got = confuse_coders(codings(), CODES, "segment")
    counts = {tuple(row[:2]): row[2] for row in got[["code_a", "code_b", "units"]].to_numpy()}
    assert counts == {("x", "x"): 3, ("x", "y"): 1, ("y", "y"): 1, ("y", "none"): 2}


def test_units_to_talk_about_say_who_gave_what() -> None:
    got = to_talk_about(codings(), CODES, "segment")
    assert got[["unit", "codes"]].to_numpy().tolist() == [
        ["2", "ann: x | ben: y"],
        ["4", "ann: x; y | ben: x"],
        ["5", "ann: y | ben: none"],
    ]


def test_only_cleared_quotes_are_there_and_schools_only_where_cleared() -> None:
    quotes = pd.DataFrame(
        {"source": ["a", "b"], "segment": ["a 1", "b 1"], "shown_as": ["As shown", "Other"],
         "quote": ["As it was, with a name", "Other"], "attribution": "a teacher",
         "with_school": ["no", "yes"]}
    )  # fmt: skip
    segments = pd.DataFrame(
        {"source": ["a", "a", "b"], "segment": ["a 1", "a 2", "b 1"], "frame": "own",
         "code": "x", "assigned_by": "coder"}
    )  # fmt: skip
    told = pd.DataFrame({"source": ["a", "b"], "asked": "yes", "school": ["1", "2"]})
    codes = CODES.assign(parent="", position=[1, 2])
    got = quote_codes(name_quotes(quotes), segments, told, codes, ["school"])
    assert got[["kind", "group", "quote", "id"]].to_numpy().tolist() == [
        ["all", "all", "As shown", "Q01"],
        ["all", "all", "Other", "Q02"],
        ["school", "2", "Other", "Q02"],
    ]


def test_a_coefficient_that_is_asked_for() -> None:
    values = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0], [5.0, 5.0]])
    got = _spearman(values, 1, "t")
    # rank differences 1, 1, 1, 1, 0: 1 - 6 * 4 / (5 * 24)
    assert got["estimate"] == pytest.approx(0.8)
    # of 120 orders 16 have |rho| >= .8 (Kendall's table for n = 5: 8 each side)
    assert got["p_value"] == pytest.approx(16 / 120, abs=0.012)
    assert "no cause" in str(got["reason"])
    assert "estimate" not in _spearman(values[:4], 1, "t")


def test_a_coefficient_is_of_schools_with_a_source_asked_and_none_without_asking() -> None:
    study = themes()
    assert study.mixed is not None
    # schools 1 to 5: of the sources asked 0 of 2, 1 of 2, 1 of 1, 2 of 3 and 1 of 3 tell of hope,
    # ranks 1, 3, 5, 4, 2; nobody was asked in school 6, and 7 has no change
    who = [("1", "no"), ("1", "no"), ("2", "hope"), ("2", "no"), ("3", "hope"), ("4", "hope"),
           ("4", "hope"), ("4", "no"), ("5", "hope"), ("5", "no"), ("5", "no"), ("6", "hope"),
           ("7", "hope")]  # fmt: skip
    told = pd.DataFrame(who, columns=["school", "code"])
    told = told.assign(source=[f"s{n}" for n in range(len(who))], asked="yes")
    told.loc[told["school"] == "6", "asked"] = "no"
    segments = told[told["code"] == "hope"].assign(
        frame="resilience_framework", assigned_by="coder", segment=told["source"]
    )
    codes = load_frame("resilience_framework").assign(frame="resilience_framework")
    hope = study.mixed.themes[0]
    changes = pd.DataFrame({"school": [str(n) for n in range(1, 7)],
                            "estimate": [0.1, 0.2, 0.3, 0.4, 0.5, 9.0],
                            "outcome": hope.outcome, "contrast": hope.contrast})  # fmt: skip
    other = changes.assign(outcome="another", estimate=-changes["estimate"])
    strands = SimpleNamespace(segments=segments, sources=told, codes=codes,
                              school_changes=pd.concat([changes, other]))  # fmt: skip
    assert associate_stories(study, strands).empty  # type: ignore[arg-type]
    asked = study.mixed.model_copy(
        update={"associations": (Association(theme="hope", because="asked for"),)}
    )
    got = associate_stories(study.model_copy(update={"mixed": asked}), strands)  # type: ignore[arg-type]
    # ranks of change 1 to 5: differences 0, 1, 2, 0, 3: 1 - 6 * 14 / (5 * 24)
    assert got["estimate"].tolist() == pytest.approx([0.3])
    assert got["n"].tolist() == [5] and got["conf_low"].isna().all()
    assert "pass .60 to be more than chance" in got["reason"].iloc[0]


def test_each_gender_takes_its_own_side() -> None:
    study = load_study("bounce_forward")
    theme = next(t for t in study.mixed.themes if t.outcome == "peer_support")
    ends = {"girls": (0.06, 0.30, 180.0), "boys": (-0.10, 0.20, 9.0)}
    estimates = estimate_frame(
        {"outcome": "peer_support", "contrast": theme.contrast, "subgroup": group,
         "estimand": "mean_change", "estimate": 0.1, "conf_low": low, "conf_high": high, "n": n,
         "n_clusters": 11, "method": "regression over waves, CR2 by school"}
        for group, (low, high, n) in ends.items()
    )  # fmt: skip
    got = group_sides(study, estimates)
    # nine boys are too few for their side to be told
    assert got.to_numpy().tolist() == [
        [theme.theme, "girls", "improved"],
        [theme.theme, "boys", "not shown"],
    ]
