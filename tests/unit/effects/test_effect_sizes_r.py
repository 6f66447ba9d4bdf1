"""Every closed-form effect size against R, in balanced to degenerate pupils (effects_cases.csv)."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.effects.ancova import estimate_ancova
from resilience_lib.effects.groups import (
    GROUP_NAMES,
    estimate_groups,
    estimate_groups_from_summary,
)
from resilience_lib.effects.names import PAIRED_NAMES
from resilience_lib.effects.overlap import (
    OVERLAP_NAMES,
    estimate_overlap,
    estimate_overlap_from_summary,
)
from resilience_lib.effects.paired import estimate_paired
from resilience_lib.effects.pretest_posttest import estimate_ppc2, estimate_ppc2_from_summary
from resilience_lib.effects.rank_pairs import estimate_rank_pairs
from resilience_lib.effects.ranks import estimate_ranks
from resilience_lib.effects.two_waves import estimate_two_waves, estimate_two_waves_from_summary
from resilience_lib.effects.variance import estimate_variance, estimate_variance_from_summary

pytestmark = pytest.mark.reference

LEVELS = ("p", "c")
NUMBERS = ["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]
COUNTS = {
    "balanced": 48,
    "unbalanced": 48,
    "missing": 48,
    "tiny": 48,
    "tied": 48,
    "constant": 39,
    "constant_first": 30,
    "one_school": 39,
}


@pytest.fixture(scope="module")
def cases(reference):
    frame = reference("effects_cases.csv")
    return {name: rows.reset_index(drop=True) for name, rows in frame.groupby("case")}


@pytest.fixture(scope="module")
def theirs(reference):
    return reference("effects.csv").fillna({"contrast": ""})


def kind(interval: str) -> str:
    """Which of R's intervals a row's own text says it is."""
    if "drawn" in interval:
        return "drawn"
    return "textbook" if "pupils independent" in interval else "school"


def from_rows(d: pd.DataFrame) -> pd.DataFrame:
    """All that is estimated of a case, from its rows and with its schools."""
    p = d[d["group"] == "p"]
    scores = (d["later"], d["group"])
    frames = [
        estimate_groups(*scores, levels=LEVELS, names=GROUP_NAMES, school=d["school"]),
        estimate_ranks(*scores, levels=LEVELS, school=d["school"]),
        estimate_overlap(
            *scores, levels=LEVELS, names=OVERLAP_NAMES, school=d["school"], seed=1, draws=50
        ),
        estimate_two_waves(p["first"], p["later"], names=PAIRED_NAMES, school=p["school"]),
        estimate_rank_pairs(p["first"], p["later"], school=p["school"]),
        estimate_ppc2(d["first"], d["later"], d["group"], levels=LEVELS, school=d["school"]),
        estimate_ancova(*scores, [d["first"]], levels=LEVELS, school=d["school"]),
    ]
    ours = pd.concat(frames, ignore_index=True).assign(contrast="")
    ours["kind"] = ours["interval"].map(kind)
    for observed, name in ((False, "assigned"), (True, "observed")):
        got = estimate_variance(
            [d["first"], d["later"], d["third"]], d["group"], observed=observed
        )  # fmt: skip
        got["kind"] = got["estimand"].map(
            {"generalised_eta_squared": name, "partial_eta_squared": "textbook"}
        )
        ours = pd.concat([ours, got if not observed else got[got["kind"] == name]])
    return ours


def hold(ours: pd.DataFrame, r: pd.DataFrame, columns: list[str], tolerance: float = 1e-6) -> int:
    """Every row of R's has one of ours, with the same numbers and the same ones missing."""
    both = r.merge(
        ours, left_on=["estimand", "contrast", "interval"],
        right_on=["estimand", "contrast", "kind"], suffixes=("_r", ""), validate="one_to_one",
    )  # fmt: skip
    assert len(both) == len(r), set(r["estimand"]) - set(both["estimand"])
    for name in columns:
        want, got = both[f"{name}_r"].astype(float), both[name]
        slack = tolerance * want.abs() + tolerance * both["std_error"].fillna(0)
        bad = both[(want.isna() != got.isna()) | ((want - got).abs() > slack)]
        shown = ["estimand", "kind", "contrast", f"{name}_r", name, "reason"]
        assert bad.empty, f"{name}\n{bad[shown].to_string()}"
    missing = both[both["conf_low"].isna()]
    assert (missing["reason"] != "").all(), "no interval and no reason"
    return len(both)


@pytest.mark.parametrize("name", COUNTS)
def test_every_estimand_equals_r(name, cases, theirs):
    r = theirs[theirs["case"] == name]
    drawn = r["interval"] == "drawn"
    point = r["interval"] == "estimate"
    ours = from_rows(cases[name])
    count = hold(ours, r[~drawn & ~point], NUMBERS)
    count += hold(ours[ours["kind"] == "drawn"], r[drawn], ["estimate"])
    count += hold(ours, r[point].assign(interval="textbook"), ["estimate"])
    assert count == COUNTS[name]


def test_drawn_interval_equals_r_within_monte_carlo_error(cases, theirs):
    r = theirs[(theirs["case"] == "balanced") & (theirs["interval"] == "drawn")].iloc[0]
    d = cases["balanced"]
    ours = estimate_overlap(
        d["later"], d["group"], levels=LEVELS, names=("u3_median",), seed=3, draws=20_000
    ).iloc[0]  # fmt: skip
    # SD of 20,000 draws: 1% twice; shares of 20 pupils go in steps of .05, of which ends miss one
    assert abs(ours["std_error"] / r["std_error"] - 1) < 0.03
    assert abs(ours["conf_low"] - r["conf_low"]) < 0.0501
    assert abs(ours["conf_high"] - r["conf_high"]) < 0.0501


def pairs(values: pd.DataFrame, column: str, what: str) -> tuple[float, float]:
    by = values.groupby("group")[column].agg(what)
    return float(by["p"]), float(by["c"])


@pytest.mark.parametrize("name", ["balanced", "unbalanced", "tiny", "tied"])
def test_summary_statistics_give_the_same_as_rows(name, cases, theirs):
    d = cases[name]
    p, r = d[d["group"] == "p"], theirs[theirs["case"] == name]
    n = tuple(int(x) for x in pairs(d, "later", "count"))
    later = (pairs(d, "later", "mean"), pairs(d, "later", "std"))
    correlations = tuple(rows["first"].corr(rows["later"]) for rows in (p, d[d["group"] == "c"]))
    frames = [
        estimate_groups_from_summary(*later, n, names=GROUP_NAMES),
        estimate_overlap_from_summary(*later, n),
        estimate_two_waves_from_summary(
            (p["first"].mean(), p["later"].mean()), (p["first"].std(), p["later"].std()), n[0],
            correlations[0], names=PAIRED_NAMES,
        ),
        estimate_ppc2_from_summary(
            pairs(d, "first", "mean"), later[0], pairs(d, "first", "std"), later[1], n,
            correlations,
        ),
    ]  # fmt: skip
    ours = pd.concat(frames, ignore_index=True).assign(contrast="", kind="textbook")
    known = r[(r["interval"] == "textbook") & r["estimand"].isin(ours["estimand"])]
    assert hold(ours, known, NUMBERS) == 15


def test_partial_eta_squared_from_a_published_f(theirs):
    r = theirs[(theirs["case"] == "balanced") & (theirs["contrast"] == "wave")]
    r = r[r["estimand"] == "partial_eta_squared"].iloc[0]
    # F from eta squared: eta / (1 - eta) x df2 / df1, 2 and 76 df with 40 pupils at three waves
    f = r["estimate"] / (1 - r["estimate"]) * 76 / 2
    ours = estimate_variance_from_summary(f, 2, 76).iloc[0]
    for name in NUMBERS:
        assert name == "std_error" or ours[name] == pytest.approx(r[name], rel=1e-6), name


def test_a_study_frame_gives_the_jackknife_of_the_arrays(cases, theirs):
    p = cases["unbalanced"].query("group == 'p'")
    long = pd.concat(
        p[["pupil", "school"]].assign(wave=w, score=p[c], outcome="x")
        for w, c in (("T1", "first"), ("T2", "later"))
    )
    ours = estimate_paired(long, waves=("T1", "T2"), changes=[("T1", "T2")], names=PAIRED_NAMES)
    r = theirs[(theirs["case"] == "unbalanced") & (theirs["interval"] == "school")]
    r = r[r["estimand"].isin(PAIRED_NAMES)]
    columns = ["estimate", "std_error", "df", "conf_low", "conf_high"]
    assert hold(ours.assign(contrast="", kind="school"), r, columns) == 10
