"""The pupils of effects_cases.csv as the library takes them, and what it estimates of them.

Each function gives (estimand, kind) -> row of the Estimate frame, with the kinds of `case_values.R`
and `case_fits.R`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_lib.effects.arms import estimate_effects
from resilience_lib.effects.change import estimate_change
from resilience_lib.effects.change_wild import estimate_change_wild
from resilience_lib.effects.clustered import estimate_clustered
from resilience_lib.effects.descriptives import estimate_descriptives
from resilience_lib.effects.dose import estimate_dose
from resilience_lib.effects.gaps import estimate_gaps
from resilience_lib.effects.joint import estimate_joint
from resilience_lib.effects.marginal import estimate_marginal_means
from resilience_lib.effects.ordinal import estimate_change_ordinal
from resilience_lib.effects.persons import estimate_persons
from resilience_lib.effects.picked import estimate_picked_change, estimate_picked_difference
from resilience_lib.effects.proportions import estimate_proportion
from resilience_lib.effects.rate_models import estimate_rate_models
from resilience_lib.effects.raters import estimate_raters
from resilience_lib.effects.rates import estimate_rate, estimate_rate_ratio
from resilience_lib.effects.sites import estimate_sites, estimate_sites_from_summary
from resilience_lib.effects.stability import estimate_stability
from resilience_lib.effects.two_proportions import estimate_two_proportions
from resilience_lib.models.attrition import estimate_attrition, estimate_baseline_loss
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.icc import estimate_icc
from resilience_lib.reliability.answers import Subscale
from resilience_lib.reliability.coders import AGREEMENTS, estimate_coders, estimate_codes
from resilience_lib.reliability.functioning import item_functioning
from resilience_lib.reliability.table import reliability_table

CASES = ("balanced", "unbalanced", "missing", "tiny", "tied", "constant", "one_school")
LEVELS = ("p", "c")
Rows = dict[tuple[str, str], dict]


def case_pupils(name: str) -> pd.DataFrame:
    """One row a pupil: first, later, third, school and group."""
    table = pd.read_csv(Path(__file__).parent / "effects_cases.csv")
    return table[table["case"] == name].reset_index(drop=True)


def long(d: pd.DataFrame, waves: Iterable[str] = ("T1", "T2")) -> pd.DataFrame:
    """The same as an analysis frame; the group stands for gender and for arm."""
    names = dict(zip(("first", "later", "third"), ("T1", "T2", "T3"), strict=True))
    frame = d.melt(["pupil", "school", "group"], list(names), "wave", "score")
    frame["wave"] = frame["wave"].map(names)
    frame = frame[frame["wave"].isin(list(waves))].assign(pupil=frame["pupil"].astype(str))
    same = {"school_attended": frame["school"], "gender": frame["group"], "arm": frame["group"]}
    return frame.assign(**same, outcome="x", stratum=None)


def keyed(frame: pd.DataFrame, kind=lambda row: "") -> Rows:
    return {(row["estimand"], kind(row)): row for row in frame.to_dict("records")}


def by_interval(row: dict) -> str:
    """School, or which of the textbook's."""
    names = ("Wilson", "Clopper", "exact", "mid-P", "Newcombe", "Koopman")
    return next((name for name in names if name in row["interval"]), "school")


def all_values(d: pd.DataFrame) -> Rows:
    """Everything that `case_values.R` has a row of."""
    parts = (_levels, _arms, _loss, _shares, _rates, _persons, _picked, _sites, _dose, _raters)
    return {key: row for part in parts for key, row in part(d).items()}


def _levels(d: pd.DataFrame) -> Rows:
    frame, waves = long(d), ("T1", "T2")
    whole = d.dropna(subset=["first", "later", "third"])
    joint = estimate_joint(
        long(whole, ("T1", "T2", "T3")), waves=("T1", "T2", "T3"),
        changes=[("T1", "T2"), ("T1", "T3")],
    )  # fmt: skip
    changes = {"waves": waves, "changes": [waves]}
    wild = estimate_change_wild(frame, seed=1, **changes).iloc[[0]]
    return (
        keyed(
            estimate_descriptives(frame, waves=("T2",), gender=LEVELS), lambda row: row["subgroup"]
        )
        | keyed(estimate_gaps(frame, waves=("T2",), gender=LEVELS))
        | keyed(estimate_stability(frame, waves=waves))
        | keyed(estimate_icc(frame, waves=("T2",), changes=[waves]))
        | keyed(estimate_change(frame, **changes))
        | keyed(wild, lambda row: "wild")
        | keyed(joint)
    )


def _arms(d: pd.DataFrame) -> Rows:
    found = keyed(estimate_effects(long(d), waves=("T2",), arms=("c", "p")))
    b = d.dropna(subset=["first", "later"])
    frame = estimate_clustered(
        b["later"], b["group"], b["school"], arms=("c", "p"), covariates=b[["first"]]
    )
    given = keyed(frame)
    return found | {key: row for key, row in given.items() if key[0] != "g_total"}


def _loss(d: pd.DataFrame) -> Rows:
    """Every third pupil is lost; the baseline is that of all with a first score."""
    pupils = pd.DataFrame(
        {"pupil": d["pupil"].astype(str), "school": d["school"], "gender": None, "arm": None,
         "seen_T1": True, "seen_T2": d["pupil"] % 3 != 0}
    )  # fmt: skip
    waves = ("T1", "T2")
    return keyed(estimate_attrition(pupils, waves=waves)) | keyed(
        estimate_baseline_loss(long(d), pupils, waves=waves)
    )


def _shares(d: pd.DataFrame) -> Rows:
    high = (d["later"] > d["first"].mean()).astype(float).where(d["later"].notna())
    one = estimate_proportion(high, school=d["school"])
    two = estimate_two_proportions(high, d["group"], levels=LEVELS, school=d["school"])
    return keyed(one, by_interval) | keyed(
        two, lambda row: "pupils" if "independent" in row["interval"] else "school"
    )


def _rates(d: pd.DataFrame) -> Rows:
    k = d[d["later"].notna()]
    events = np.floor((3 * (k["later"] - k["later"].median())) ** 2).to_numpy()
    exposure = 1 + np.arange(len(k)) % 4 / 2
    groups = {"levels": LEVELS, "school": k["school"]}
    return (
        keyed(estimate_rate(events, exposure, school=k["school"]), by_interval)
        | keyed(estimate_rate_ratio(events, exposure, k["group"], **groups), by_interval)
        | keyed(estimate_rate_models(events, exposure, k["group"], **groups))
    )


def _persons(d: pd.DataFrame) -> Rows:
    found = estimate_persons(long(d), change=("T1", "T2"), reliability=0.8, source="made up")
    return keyed(found, lambda row: row["rule"])


def _picked(d: pd.DataFrame) -> Rows:
    given = {"cut": float(d["first"].median())}
    change = estimate_picked_change(
        d["first"], d["later"], d["school"], reliability=0.7, source="made up", **given
    )
    arm = (d["group"] == "p").astype(float)
    difference = estimate_picked_difference(d["first"], d["later"], d["school"], arm, **given)
    return keyed(change) | keyed(difference)


def _sites(d: pd.DataFrame) -> Rows:
    """Schools as sites, with the textbook error of their mean; and two sites of schools."""
    k = d[d["later"].notna()]
    number = k["school"].map({s: i for i, s in enumerate(sorted(k["school"].unique()))})
    where = np.where(number % 2 == 0, "south", "north")
    own = keyed(estimate_sites(k["later"], where, k["school"]), lambda row: row["subgroup"])
    found = {key: row for key, row in own.items() if key[0] == "site_mean"}
    by = k.groupby("school")["later"].agg(["mean", "std", "size"])
    error = by["std"] / np.sqrt(by["size"])
    names = ("mean_of_sites", "next_site", "tau2", "i2", "q_between")
    try:
        pooled = estimate_sites_from_summary(by["mean"], error)
    except ModelInputError as refused:
        return found | {(name, ""): {"estimate": np.nan, "reason": str(refused)} for name in names}
    return found | {key: row for key, row in keyed(pooled).items() if key[0] in names}


def _dose(d: pd.DataFrame) -> Rows:
    rows = [
        (s, g, i % 3 + 0.5 * i + (g == "p") * (1 + i % 2))
        for i, s in enumerate(sorted(d["school"].unique()))
        for g in LEVELS
    ]
    dose = pd.DataFrame(rows, columns=["school", "classroom", "dose"])
    frame = long(d).assign(classroom=long(d)["group"])
    return keyed(estimate_dose(frame, dose, changes=[("T1", "T2")], name="x", unit="one"))


def _raters(d: pd.DataFrame) -> Rows:
    found = estimate_raters(d["first"], d["later"], d["school"])
    return keyed(found[~found["interval"].str.contains("independent")])


def all_fits(d: pd.DataFrame) -> Rows:
    """Everything that `case_fits.R` has a row of."""
    parts = (_marginal, _ordinal, _scales, _functioning, _coders)
    return {key: row for part in parts for key, row in part(d).items()}


def _marginal(d: pd.DataFrame) -> Rows:
    found = estimate_marginal_means(long(d), waves=("T1", "T2"))
    return keyed(found, lambda row: row["contrast"])


def _ordinal(d: pd.DataFrame) -> Rows:
    frame, waves = long(d), ("T1", "T2")
    frame["score"] = np.floor(frame["score"])
    return keyed(estimate_change_ordinal(frame, waves=waves, changes=[waves]))


def _answers(d: pd.DataFrame) -> pd.DataFrame:
    """Answers 0 to 3: whole points above the lowest score of the wave."""
    who = {"pupil": d["pupil"].astype(str), "wave": "T1", "school": d["school"]}
    given = {
        f"q{k}": np.clip(np.floor(d[name] - d[name].min()), 0, 3)
        for k, name in enumerate(("first", "later", "third"), 1)
    }
    frame = pd.DataFrame({**who, "gender": d["group"], **given})
    # the same pupils for two items as for three
    return frame.dropna(subset=list(given))


def _scales(d: pd.DataFrame) -> Rows:
    three, two = Subscale(("q1", "q2", "q3"), 4), Subscale(("q1", "q2"), 4)
    frames = {
        name: reliability_table(_answers(d), {"x": scale}, waves=["T1"], seed=1, draws=20)
        for name, scale in (("three", three), ("two", two))
    }
    of = pd.concat([frames["three"], frames["two"][frames["two"]["estimand"] == "spearman_brown"]])
    of = of[~of["interval"].str.contains("draws") & (of["estimand"] != "icc_level")]
    point = ("omega_ordinal", "omega_categorical")
    alone = keyed(of, lambda row: "estimate" if row["estimand"] in point else "")
    return alone | {(name, ""): alone[name, "estimate"] for name in point}


def _functioning(d: pd.DataFrame) -> Rows:
    scale = {"x": Subscale(("q1", "q2", "q3"), 4)}
    found = item_functioning(_answers(d), scale, waves=["T1"], gender=LEVELS, purify=False)
    row = found[found["item"] == "q1"].iloc[0].to_dict()
    slope = {"estimate": row["log_odds"], "std_error": row["std_error"]}
    share = {"estimate": row["r2_change"], "p_value": row["p_value"]}
    said = {"reason": row["reason"], "method": row["method"]}
    return {("dif_log_odds", ""): slope | said, ("dif_r2", ""): share | said}


def _coders(d: pd.DataFrame) -> Rows:
    codings = np.floor(d[["first", "later", "third"]])
    found = estimate_coders(codings, AGREEMENTS)
    pair = found["contrast"].isin(["", "first with later"])
    high = (d[["first", "later"]] > d["first"].mean()).astype(float)
    high = high.where(d[["first", "later"]].notna())
    code = estimate_codes({"high": high}, [])
    return keyed(found[pair]) | keyed(code)
