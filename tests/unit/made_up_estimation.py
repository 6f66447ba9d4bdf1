"""Made-up frames of estimation: draws, persons, marginal means, scores, answers, methods.

Nothing is estimated here: values only have the right shape, counts add up.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.effects.responses import RESPONSES_COLUMNS
from resilience_lib.frames import estimate_frame

ANSWERS = ("cr2", "wild_bootstrap", "jackknife", "mixed_model", "complete_cases", "imputed",
           "delta_-0.2", "unflagged_items")  # fmt: skip
"""As effects.answers names them."""
RULES = ("any", "reliable", "important")
BY_RULE = dict.fromkeys(RULES, "CR2, Satterthwaite df") | {
    "reliable": "jackknife over schools, t(k - 1)"
}
NO_CITATION = "no minimal important change with a citation is declared"


def estimation(made, who, estimates, changes, rng) -> dict[str, pd.DataFrame]:
    """All frames, on the pupils, estimates and changes of the study."""
    return {
        "bootstrap": bootstrap(estimates, rng),
        "persons": persons(changes),
        "scores": scores(made, who, rng),
        "responses": responses(made, who, rng),
        "sensitivity": sensitivity(estimates, rng),
        "dose": dose(estimates),
        "further": dose(estimates),
    }


def dose(estimates: pd.DataFrame) -> pd.DataFrame:
    """A slope of change on sessions for each change of all pupils."""
    rows = estimates["estimand"].eq("mean_change") & estimates["subgroup"].eq("all")
    slopes = estimates[rows & estimates["method"].str.contains("CR2")].reset_index(drop=True)
    return slopes.assign(
        estimand="dose_slope",
        subgroup="sessions, per session",
        method="change associated with dose, CR2 by school; 9 pupils without a dose left out",
        smaller=slopes["n"].astype("float64") - 40,
        smaller_clusters=slopes["n_clusters"].astype("float64") - 1,
    )


def shrunken(schools: pd.DataFrame) -> pd.DataFrame:
    """Schools' changes with seven tenths of their distance from the mean."""
    mean = schools.groupby(["outcome", "contrast"])["estimate"].transform("mean")
    at = mean + 0.7 * (schools["estimate"] - mean)
    half = 0.4 * (schools["conf_high"] - schools["conf_low"])
    return schools.assign(shrunk=at, shrunk_low=at - half, shrunk_high=at + half)


def bootstrap(estimates: pd.DataFrame, rng) -> pd.DataFrame:
    """Histograms of 2,000 draws around each g."""
    parts = [pd.DataFrame(columns=["outcome", "contrast", "subgroup", "estimand", "bin_low",
                                   "bin_high", "share", "n", "n_clusters"])]  # fmt: skip
    for row in estimates[estimates["estimand"] == "g_change_model"].itertuples():
        drawn = rng.normal(row.estimate, row.std_error, 2000)
        count, edges = np.histogram(drawn, bins=40)
        parts.append(
            pd.DataFrame({"bin_low": edges[:-1], "bin_high": edges[1:], "share": count / 2000})
            .assign(outcome=row.outcome, contrast=row.contrast, subgroup=row.subgroup,
                    estimand="g_change_model", n=row.n, n_clusters=row.n_clusters)
        )  # fmt: skip
    return pd.concat(parts[1:] or parts, ignore_index=True)[parts[0].columns]


def persons(changes: pd.DataFrame) -> pd.DataFrame:
    """Pupils beyond 0 (any), 1 SD (reliable) and half an SD (important, first outcome)."""
    rows = []
    first = next(iter(changes["outcome"]), "")
    for (outcome, contrast), block in changes.groupby(["outcome", "contrast"], sort=False):
        spread = block["change"].std() or 1.0
        for rule, cut in zip(RULES, (0.0, spread, spread / 2), strict=True):
            for group in ("all", *sorted(block["gender"].unique(), reverse=True)):
                part = block if group == "all" else block[block["gender"] == group]
                up, down = (part["change"] > cut).mean(), (part["change"] < -cut).mean()
                chance = {"any": 0.48, "reliable": 0.025, "important": 0.15}[rule]
                gone = rule == "important" and outcome != first
                for name, value in (
                    ("share_improved", up), ("share_unchanged", 1 - up - down),
                    ("share_deteriorated", down), ("share_improved_by_chance", chance),
                    ("share_deteriorated_by_chance", chance),
                ):  # fmt: skip
                    error = 0.0 if "chance" in name else 0.025
                    rows.append(
                        {"study": "made_up", "outcome": outcome, "contrast": contrast,
                         "subgroup": group, "estimand": name,
                         "estimate": np.nan if gone else value,
                         "conf_low": max(0.0, value - 2 * error) if error and not gone else None,
                         "conf_high": min(1.0, value + 2 * error) if error and not gone else None,
                         "conf_level": 0.95,
                         "interval": f"95% {BY_RULE[rule]}, on the logit scale",
                         "n": len(part), "n_clusters": part["school"].nunique(),
                         "method": "Jacobson & Truax 1991", "reason": NO_CITATION * gone,
                         "family": rule}
                    )  # fmt: skip
    frame = estimate_frame(rows)
    return frame.rename(columns={"family": "rule"}).assign(family="")


def marginal_means(estimates: pd.DataFrame) -> pd.DataFrame:
    """The means of all and each gender, as a mixed model's."""
    rows = estimates["estimand"].eq("mean") & ~estimates["subgroup"].str.contains(", ")
    named = {"estimand": "marginal_mean", "method": "mixed model (school, pupil, school x wave)"}
    return estimates[rows].assign(**named, interval="95%, Satterthwaite df").reset_index(drop=True)


def scores(made, who, rng) -> pd.DataFrame:
    parts = [pd.DataFrame(columns=["pupil", "school", "gender", "arm", "outcome", "wave", "score"])]
    for outcome in made.outcomes:
        low, high = outcome.range
        for at, wave in enumerate(made.wave_names):
            seen = who[who[f"seen_{wave}"]]
            drawn = rng.normal(low + (0.5 + 0.05 * at) * (high - low), (high - low) / 5, len(seen))
            parts.append(
                seen[["pupil", "school", "gender", "arm"]].assign(
                    outcome=outcome.name, wave=wave, score=drawn.clip(low, high).round(2)
                )
            )
    return pd.concat(parts[1:], ignore_index=True)[parts[0].columns]


def responses(made, who, rng) -> pd.DataFrame:
    """Three items an outcome, scored 1 to 5; higher answers by and by."""
    rows = []
    for outcome in made.outcomes:
        for at, wave in enumerate(made.wave_names):
            seen = who[who[f"seen_{wave}"]]
            chance = np.array([0.12, 0.16, 0.22, 0.28, 0.22]) + 0.02 * at * np.arange(-2, 3)
            drawn = rng.choice(5, size=(len(seen), 3), p=chance / chance.sum()) + 1
            for group in ("all", *made.gender.difference):
                of = np.ones(len(seen), bool) if group == "all" else seen["gender"] == group
                mine, where = drawn[of], seen.loc[of, "school"]
                for item in ("", "1", "2", "3"):
                    values = mine if item == "" else mine[:, [int(item) - 1]]
                    rows += [
                        {"instrument": "quiz", "item": item, "subscale": outcome.name,
                         "wave": wave, "subgroup": group}
                        | _answer(values, where, code)
                        for code in range(1, 6)
                    ]  # fmt: skip
    return pd.DataFrame(rows)[list(RESPONSES_COLUMNS)]


def _answer(values, where, code) -> dict[str, float | str]:
    count, n = float((values == code).sum()), float(values.size)
    above = (values >= 4).mean() if n and code == 4 else np.nan
    return {
        "category": float(code), "label": str(code), "counted": count,
        "share": count / n if n else np.nan, "above": above, "low": above - 0.06,
        "high": above + 0.06, "n": n, "n_clusters": float(where.nunique()),
        "answering": float(len(values)), "pupils": float((values == code).any(axis=1).sum()),
        "schools": float(where[(values == code).any(axis=1)].nunique()),
    }  # fmt: skip


def sensitivity(estimates: pd.DataFrame, rng) -> pd.DataFrame:
    """The change in points under every method; without flagged items there is none."""
    rows = estimates["estimand"].eq("mean_change") & estimates["method"].str.contains("CR2")
    headline = estimates[rows].reset_index(drop=True)
    parts = []
    for name in ANSWERS:
        moved = rng.normal(0, 0.4, len(headline)) * headline["std_error"] * (name != "cr2")
        part = headline.assign(answer=name)
        for column in ("estimate", "conf_low", "conf_high"):
            part[column] = part[column] + moved
        if name == "unflagged_items":
            values = ["estimate", "std_error", "conf_low", "conf_high", "df", "p_value", "n"]
            part[[*values, "n_clusters"]] = np.nan
            part["reason"] = "no item is flagged"
        if name != "cr2":
            part["method"] = name
        if name in ("mixed_model", "imputed"):
            part["n"] = part["n"] + 12
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
