"""Made-up studies and frames of stage 4 for tests of disclosure, figures and tables.

Nothing is estimated here: values only have the right shape, counts add up.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from made_up_estimation import estimation, marginal_means, shrunken

from resilience_lib.frames import estimate_frame
from resilience_lib.study.schema import Study


def study(
    *,
    outcomes=("reading",),
    labels=None,
    waves=("Before", "After"),
    arms=(),
    open_data=True,
    synthetic=False,
    population=False,
    scale=(0, 100),
    incomparable=(),
) -> Study:
    """A small study file."""
    names = [f"T{i}" for i in range(1, len(waves) + 1)]
    block = {"open_data": True, "reason": "made up"}
    if not open_data:
        block = {"open_data": False, "minimum_cell": 10, "minimum_base": 10, "minimum_schools": 3}
    labels = labels or [name.replace("_", " ").capitalize() for name in outcomes]
    return Study.model_validate(
        {
            "study": "made_up",
            "title": "A made-up study",
            "question": "None?",
            "synthetic": synthetic,
            "synthetic_because": "made up for a test" if synthetic else None,
            "citations": (),
            "seed": 1,
            "population": {
                "schools": 36,
                "pupils": 3134,
                "eligible": "pupils reached by the programme",
                "source": "Kara et al. (2021), abstract",
            }
            if population
            else None,
            "files": ({"name": "a.csv", "reader": "csv"},),
            "waves": tuple(
                {"name": n, "value": n, "label": label}
                for n, label in zip(names, waves, strict=True)
            ),
            "gender": {
                "values": {"F": "girls", "M": "boys"},
                "difference": ("girls", "boys"),
            },
            "arms": {
                "values": {arm: arm for arm in arms},
                "comparison": arms[0],
                "assigned_at": "first_wave_seen",
                "randomised_within": "school",
            }
            if arms
            else None,
            "outcomes": tuple(
                {
                    "name": name,
                    "column": name,
                    "label": label,
                    "unit": f"score points ({scale[0]} to {scale[1]})",
                    "range": scale,
                    "higher_is_better": not name.startswith("low"),
                    "comparable_across_waves": name not in incomparable,
                    "comparable_because": "made up",
                    "role": "primary",
                }
                for name, label in zip(outcomes, labels, strict=True)
            ),
            "contrasts": {
                "change": ()
                if set(outcomes) <= set(incomparable)
                else (*itertools.pairwise(names), (names[0], names[-1]))
                if len(names) > 2
                else ((names[0], names[1]),)
            },
            "families": {"primary": "holm", "other": "benjamini_hochberg"},
            "disclosure": block,
            "figures": ("wave_means",),
            "tables": ("tests",),
        }
    )


def pupils(made: Study, *, schools=11, per_school=40, boys=0.54, seed=5) -> pd.DataFrame:
    """Pupils with school, gender, arm and the waves at which they were seen."""
    rng = np.random.default_rng(seed)
    n = schools * per_school
    rows = pd.DataFrame(
        {
            "pupil": [f"P{i:05d}" for i in range(n)],
            "school": [f"S{i % schools:02d}" for i in range(n)],
            "gender": np.where(rng.random(n) < boys, "boys", "girls"),
        }
    )
    arms = made.arm_names or ("",)
    rows["arm"] = [arms[i] for i in rng.integers(0, len(arms), n)]
    for at, wave in enumerate(made.wave_names):
        rows[f"seen_{wave}"] = rng.random(n) > 0.07 * at
    return rows


def _row(outcome, contrast, subgroup, estimand, value, error, n, schools, method, unit):
    return {
        "study": "made_up",
        "outcome": outcome,
        "contrast": contrast,
        "subgroup": subgroup,
        "estimand": estimand,
        "estimate": value,
        "std_error": error,
        "conf_low": value - 2.2 * error,
        "conf_high": value + 2.2 * error,
        "conf_level": 0.95,
        "interval": "95% CR2, Satterthwaite df" if "CR2" in method else "95%, Satterthwaite df",
        "df": 8.7,
        "p_value": 0.0004 if abs(value) > 3 * error else 0.21,
        "family": "primary",
        "p_adjusted": 0.0012 if abs(value) > 3 * error else 0.42,
        "n": n,
        "n_clusters": schools,
        "method": method,
        "reason": "",
    }


def frames(made: Study, who: pd.DataFrame, *, seed=7) -> dict[str, pd.DataFrame]:
    """All frames of stage 4 for these pupils."""
    rng = np.random.default_rng(seed)
    rows: list[dict] = []
    genders = [g for g in made.gender.difference if (who["gender"] == g).any()]
    groups = {"all": who, **{g: who[who["gender"] == g] for g in genders}}
    pairs = {**groups}
    if len(genders) == 2:
        pairs["girls - boys"] = who
    spread = made.outcomes[0].range[1] / 5
    cr2, mixed = "regression over waves, CR2 by school", "mixed model (school, pupil)"
    changes = []
    for outcome in made.outcomes:
        for at, wave in enumerate(made.wave_names):
            for group, part in groups.items():
                cells = {group: part}
                for arm in made.arm_names:
                    cells[f"{group}, {arm}"] = part[part["arm"] == arm]
                for cell, members in cells.items():
                    seen = members[members[f"seen_{wave}"]]
                    value = 2.5 * spread + at * spread / 4 + rng.normal(0, spread / 20)
                    given = (len(seen), seen["school"].nunique(), "OLS, CR2 by school", spread)
                    rows.append(_row(outcome.name, wave, cell, "mean", value, spread / 15, *given))
                    rows.append(_row(outcome.name, wave, cell, "sd", spread, spread / 30, *given))
            for arm in made.arm_names[1:]:
                contrast = f"{arm} - {made.arm_names[0]} at {wave}"
                for group, part in pairs.items():
                    size = (len(part), part["school"].nunique())
                    for name, method in (("mean_difference", cr2), ("mean_difference", mixed)):
                        rows.append(
                            _row(
                                outcome.name,
                                contrast,
                                group,
                                name,
                                rng.normal(0.2, 0.1) * spread,
                                spread / 12,
                                *size,
                                method,
                                spread,
                            )
                        )
                    rows.append(
                        _row(
                            outcome.name,
                            contrast,
                            group,
                            "g_total",
                            rng.normal(0.2, 0.1),
                            0.06,
                            *size,
                            cr2,
                            spread,
                        )
                    )
        if not outcome.comparable_across_waves:
            rows += places(made, outcome.name, who, pairs, rng)
            continue
        for first, last in made.changes:
            contrast = f"{last} - {first}"
            both = who[who[f"seen_{first}"] & who[f"seen_{last}"]]
            for group, part in pairs.items():
                members = both[both.index.isin(part.index)]
                size = (len(members), members["school"].nunique())
                g = rng.normal(0.0 if " - " in group else 0.25, 0.1)
                for name, method in (("mean_change", cr2), ("mean_change", mixed)):
                    rows.append(
                        _row(
                            outcome.name,
                            contrast,
                            group,
                            name,
                            g * spread,
                            spread / 14,
                            *size,
                            method,
                            spread,
                        )
                    )
                rows.append(
                    _row(
                        outcome.name, contrast, group, "g_change_model", g, 0.07, *size, cr2, spread
                    )
                )
            rows.append(
                _row(
                    outcome.name,
                    contrast,
                    "all",
                    "icc_change",
                    0.05,
                    0.02,
                    len(both),
                    both["school"].nunique(),
                    "one-way REML",
                    spread,
                )
            )
            before = rng.normal(2.5 * spread, spread, len(both)).round(2)
            delta = rng.normal(spread / 4, spread / 2, len(both)).round(2)
            changes.append(
                both[["pupil", "school", "gender", "arm"]].assign(
                    outcome=outcome.name,
                    contrast=contrast,
                    first=before,
                    last=before + delta,
                    change=delta,
                )
            )
    for wave in made.wave_names[1:]:
        for group, part in groups.items():
            share = float((~part[f"seen_{wave}"]).mean())
            size = (len(part), part["school"].nunique(), "OLS, CR2 by school", spread)
            rows.append(_row("", f"lost by {wave}", group, "share_lost", share, 0.02, *size))
    names = ["pupil", "school", "gender", "arm", "outcome", "contrast", "first", "last", "change"]
    every = pd.concat(changes or [pd.DataFrame(columns=names)], ignore_index=True)
    by = every.groupby(["outcome", "contrast", "school"], sort=False)["change"]
    schools = by.agg(n="size", estimate="mean", sd="std").reset_index()
    half = 2 * schools["sd"] / np.sqrt(schools["n"])
    schools = schools.assign(
        conf_low=schools["estimate"] - half, conf_high=schools["estimate"] + half, conf_level=0.95
    )
    estimates = estimate_frame(rows)
    every_estimate = pd.concat([estimates, marginal_means(estimates)], ignore_index=True)
    return {
        "estimates": every_estimate,
        "flow": flow(made, who),
        "missingness": missingness(made, groups, rng),
        "patterns": patterns(made, who),
        "sample": sample(made, who),
        "changes": every,
        "school_changes": shrunken(schools.drop(columns="sd")),
        "school_positions": school_positions(made, who, rng),
        **intake(made, who),
        **estimation(made, who, estimates, every, rng),
    }


def places(made: Study, outcome: str, who: pd.DataFrame, pairs, rng) -> list[dict]:
    """Gaps, rank stability and shares between schools of an outcome that is not one scale."""
    rows = []
    difference = " - ".join(made.gender.difference)
    for wave in made.wave_names:
        seen = who[who[f"seen_{wave}"]]
        size = (len(seen), seen["school"].nunique())
        gap = rng.normal(0.3, 0.1) if difference in pairs else float("nan")
        for name, times in (("gender_gap", 20.0), ("gender_gap_standardised", 1.0)):
            given = (*size, "OLS at one wave, CR2 by school", 1.0)
            rows.append(_row(outcome, wave, difference, name, gap * times, 0.06 * times, *given))
        rows.append(_row(outcome, wave, "all", "icc_level", 0.08, 0.02, *size, "REML", 1.0))
    for first, last in itertools.combinations(made.wave_names, 2):
        both = who[who[f"seen_{first}"] & who[f"seen_{last}"]]
        for group, part in pairs.items():
            members = both[both.index.isin(part.index)]
            size = (len(members), members["school"].nunique(), "pupils with both", 1.0)
            value = 0.03 if " - " in group else rng.normal(0.75, 0.03)
            for name in ("spearman", "pearson"):
                rows.append(_row(outcome, f"{last} with {first}", group, name, value, 0.03, *size))
    return rows


def school_positions(made: Study, who: pd.DataFrame, rng) -> pd.DataFrame:
    names = ["outcome", "contrast", "school", "n", "sd", "estimate", "std_error"]
    rows = []
    for outcome in made.incomparable:
        for wave in made.wave_names:
            for school, part in who[who[f"seen_{wave}"]].groupby("school"):
                error = 0.9 / np.sqrt(len(part))
                value = rng.normal(0, 0.3)
                rows.append((outcome, wave, school, len(part), 20.0, value, error))
    frame = pd.DataFrame(rows, columns=names).assign(conf_level=0.95, reason="")
    half = 1.96 * frame["std_error"]
    return frame.assign(conf_low=frame["estimate"] - half, conf_high=frame["estimate"] + half)


def flow(made: Study, who: pd.DataFrame) -> pd.DataFrame:
    rows = []
    nothing = dict.fromkeys(("stayed", "entered", "returned", "lost"), np.nan)
    if made.population:
        p = made.population
        rows.append(
            {
                "step": "eligible",
                "label": p.eligible,
                "pupils": p.pupils,
                "schools": p.schools,
                **nothing,
                "source": p.source,
            }
        )
    rows.append(
        {
            "step": "sample",
            "label": "Sample",
            "pupils": len(who),
            "schools": who["school"].nunique(),
            **nothing,
            "source": "counted",
        }
    )
    ever = pd.Series(False, index=who.index)
    before = None
    for wave in made.waves:
        now = who[f"seen_{wave.name}"]
        counts = dict(nothing)
        if before is not None:
            moved = {
                "stayed": now & before,
                "entered": now & ~ever,
                "returned": now & ever & ~before,
                "lost": before & ~now,
            }
            counts = {name: of.sum() for name, of in moved.items()}
            if wave.name == "T2":
                counts["returned"] = np.nan
            counts |= {f"schools_{m}": who.loc[of, "school"].nunique() for m, of in moved.items()}
        rows.append(
            {
                "step": wave.name,
                "label": wave.label,
                "pupils": now.sum(),
                "schools": who.loc[now, "school"].nunique(),
                **counts,
                "source": "counted",
            }
        )
        before, ever = now, ever | now
    return pd.DataFrame(rows)


def missingness(made: Study, groups, rng) -> pd.DataFrame:
    rows = []
    for outcome in made.outcomes:
        for wave in made.wave_names:
            parts = {}
            for group, part in groups.items():
                if group != "all":
                    gone = int((~part[f"seen_{wave}"]).sum()) + int(rng.integers(0, 4))
                    parts[group] = min(gone, len(part))
            parts["all"] = sum(parts.values())
            for group, part in groups.items():
                rows.append(
                    {
                        "outcome": outcome.name,
                        "wave": wave,
                        "gender": group,
                        "pupils": len(part),
                        "schools": part["school"].nunique(),
                        "missing": parts[group],
                        "share": parts[group] / len(part),
                        "schools_missing": part["school"].nunique(),
                        "schools_seen": part["school"].nunique(),
                    }
                )
    return pd.DataFrame(rows)


def patterns(made: Study, who: pd.DataFrame) -> pd.DataFrame:
    seen = [f"seen_{wave}" for wave in made.wave_names]
    by = who.groupby(seen)["school"]
    counts = by.agg(pupils="size", schools="nunique").reset_index()
    counts["pattern"] = [
        " ".join(w if row[f"seen_{w}"] else "-" for w in made.wave_names)
        for row in counts.to_dict("records")
    ]
    return counts[["pattern", *seen, "pupils", "schools"]]


def sample(made: Study, who: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for wave in made.wave_names:
        seen = who[who[f"seen_{wave}"]]
        for gender in ("all", *made.gender.difference):
            for arm in ("all", *made.arm_names):
                part = seen[(seen["gender"] == gender) | (gender == "all")]
                part = part[(part["arm"] == arm) | (arm == "all")]
                rows.append(
                    {
                        "wave": wave,
                        "gender": gender,
                        "arm": arm,
                        "pupils": len(part),
                        "schools": part["school"].nunique(),
                    }
                )
    return pd.DataFrame(rows)


ITEMS = ("quiz_1", "quiz_2", "quiz_3")
"""Items of the first outcome; each has answers Never, Sometimes and Always."""


def intake(made: Study, who: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What intake found: every 40th pupil leaves the first item out, every 5th is at the floor."""
    groups = {"all": who, **{g: who[who["gender"] == g] for g in made.gender.difference}}
    cells = {
        (wave, group): part[part[f"seen_{wave}"]]
        for wave in made.wave_names
        for group, part in groups.items()
    }
    return {
        "log": log(made, who),
        "links": links(made, who),
        "items": shares(
            cells, {("quiz", item[-1]): 40 if item == ITEMS[0] else 0 for item in ITEMS},
            ["instrument", "item"],
        ),
        "ends": shares(
            cells, {(made.outcomes[0].name, end): step for end, step in
                    (("floor", 5), ("ceiling", 7))}, ["outcome", "end"],
        ),
        "direction": direction(made, cells),
        **scales(made, cells),
    }  # fmt: skip


def log(made: Study, who: pd.DataFrame) -> pd.DataFrame:
    """One file of all waves: a column dropped, gender and three items recoded."""
    seen = who[[f"seen_{wave}" for wave in made.wave_names]].sum(axis=1)
    n, schools = int(seen.sum()), who["school"].nunique()
    allowed = ("a.csv", "codebook: allowed")
    rows = [("drop column", "a.csv", "name", "codebook: role dropped", "values", "no column", n)]
    for code, gender in made.gender.values.items():
        count = int(seen[who["gender"] == gender].sum())
        rows.append(("recode", allowed[0], "sex", allowed[1], code, gender, count))
    for item in ITEMS:
        for answer, score, share in (("Never", "0", 0.5), ("Sometimes", "1", 0.3),
                                     ("Always", "2", 0.2)):  # fmt: skip
            rows.append(("recode", allowed[0], item, allowed[1], answer, score, int(n * share)))
    rows.append(("missing code", "a.csv", ITEMS[0], "codebook: gone", "99", "missing", 9))
    names = ["step", "file", "column", "rule", "before", "after", "changed"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(rows_before=n, rows_after=n, schools=float(schools))


def links(made: Study, who: pd.DataFrame) -> pd.DataFrame:
    """Pupils linked by codes; nine rows of the second wave fit two pupils."""
    seen = {wave: who[f"seen_{wave}"] for wave in made.wave_names}
    total = sum(flags.astype(int) for flags in seen.values())
    rows = [("records", w, flags) for w, flags in seen.items()]
    rows += [(f"pupils_in_{k}_waves", "", total == k) for k in range(len(seen), 0, -1)]
    rows += [("left_over", w, flags & (total == 1)) for w, flags in seen.items()]
    for a, b in itertools.combinations(seen, 2):
        rows.append(("matched", f"{a} {b}", seen[a] & seen[b]))
        rows.append(("first_only", f"{a} {b}", seen[a] & ~seen[b]))
    found = [(count, waves, int(of.sum()), who.loc[of, "school"].nunique(), f"{count} of pupils")
             for count, waves, of in rows]  # fmt: skip
    for count in ("tie", "taken", "too_few_parts"):
        found += [(count, w, 9 if w == "T2" else 0, 3, f"{count}: left unmatched") for w in seen]
    return pd.DataFrame(found, columns=["count", "waves", "n", "schools", "what"])


def shares(cells, steps, names: list[str]) -> pd.DataFrame:
    """Every so manieth pupil of each wave and gender counted."""
    rows = []
    for key, step in steps.items():
        for (wave, group), part in cells.items():
            of = part.index % step == 0 if step else np.zeros(len(part), dtype=bool)
            schools = [part["school"], part.loc[of, "school"], part.loc[~of, "school"]]
            share = of.mean() if len(part) else float("nan")
            rows.append((*key, wave, group, len(part), int(of.sum()), share,
                         *(one.nunique() for one in schools)))  # fmt: skip
    counts = ["n", "counted", "share", "schools", "schools_counted", "schools_others"]
    return pd.DataFrame(rows, columns=[*names, "wave", "gender", *counts])


def direction(made: Study, cells) -> pd.DataFrame:
    """The third item runs against its scale at the first wave, and a sentence says so."""
    rows = []
    for wave in made.wave_names:
        n = len(cells[wave, "all"])
        for item in ITEMS:
            wrong = item == ITEMS[2] and wave == "T1"
            r = -0.4 if wrong else 0.6
            rows.append(
                {"instrument": "quiz", "subscale": "all_of_it", "item": item[-1], "wave": wave,
                 "reversed": item == ITEMS[2], "n": n, "item_rest": r, "conf_low": r - 0.1,
                 "conf_high": r + 0.1, "clearly_negative": wrong, "turned_item_rest": abs(r),
                 "finding": "against its scale" if wrong else "as keyed",
                 "sentence": f"{item}: r {r} (n {n - 9})" if wrong else "",
                 "schools": cells[wave, "all"]["school"].nunique()}
            )  # fmt: skip
    return pd.DataFrame(rows)


def scales(made: Study, cells) -> dict[str, pd.DataFrame]:
    """Reliability of the first outcome; its third item works differently at the first wave."""
    name, difference = made.outcomes[0].name, " - ".join(made.gender.difference)
    rows, compared, repeated = [], [], []
    intervals = ("95% Feldt, pupils independent", "95% draws of schools")
    for (wave, group), part in cells.items():
        size = (len(part), part["school"].nunique())
        method = "variances of items and total; 9 pupils with an item missing left out"
        for kind, interval in (*(("alpha", text) for text in intervals), ("omega_total", "jack")):
            row = _row(name, wave, group, kind, 0.8, 0.02, *size, method, 1)
            rows.append(row | {"interval": interval})
    for wave in made.wave_names:
        smaller = min(len(cells[wave, group]) for group in made.gender.difference)
        for item in ITEMS:
            flagged = item == ITEMS[2] and wave == "T1"
            compared.append(
                {"subscale": name, "item": item, "contrast": wave, "subgroup": difference,
                 "r2_change": 0.1234 if flagged else 0.001, "log_odds": 1.5 * flagged,
                 "p_adjusted": 0.0002 if flagged else 0.5, "p_clustered": 0.004,
                 "size": "large" if flagged else "negligible", "flagged": flagged,
                 "n": len(cells[wave, "all"]), "n_clusters": 5,
                 "rule": "Jodoin & Gierl 2001, Applied Measurement in Education 14",
                 "method": "proportional odds; 9 pupils with an item missing left out",
                 "reason": "answers 0 and 1 merged: one was empty in a group",
                 "smaller": float(smaller)}
            )  # fmt: skip
    for first, last in made.changes:
        for group in ("all", *made.gender.difference, difference):
            size = (len(cells[last, "all" if " - " in group else group]), 5)
            given = (*size, "regression over waves, CR2 by school", 1)
            said = f"{name} without {ITEMS[2]}, which works differently: 2 of 3 items."
            row = _row(name, f"{last} - {first}", group, "mean_change", 3.21, 0.5, *given)
            repeated.append(row | {"reason": said})
    return {
        "reliability": estimate_frame(rows),
        "functioning": pd.DataFrame(compared),
        "repeated": estimate_frame(repeated),
    }


PLANTED = 9
"""Girls in the planted study: one fewer than may be seen."""

SECRETS = (973.19371, 461.48263)
"""What stands in the frames of girls, and of boys, from which girls could be worked out."""


def planted() -> tuple[Study, dict[str, pd.DataFrame]]:
    """A confidential study of 200 pupils with nine girls, whose every estimate is a secret."""
    made = study(
        outcomes=("reading", "worry", "spelling"),
        incomparable=("spelling",),
        waves=("Before", "End", "Later"),
        open_data=False,
        synthetic=True,
    )
    who = pupils(made, schools=5, per_school=40)
    who["gender"] = ["girls" if i < PLANTED else "boys" for i in range(len(who))]
    for wave in made.wave_names:
        # girls are all seen, so that they are nine at each wave; 22 and 33 boys are lost
        lost = {"T1": 0, "T2": 22, "T3": 33}[wave]
        who[f"seen_{wave}"] = [not 50 <= i < 50 + lost for i in range(len(who))]
    held = frames(made, who)
    for name in ("estimates", "reliability", "repeated", "sensitivity"):
        held[name] = _with_secrets(held[name])
    # nine girls with one score, and draws of theirs around it
    girls = held["scores"]["gender"] == "girls"
    held["scores"].loc[girls, "score"] = SECRETS[0] / 10
    draws = held["bootstrap"]["subgroup"] != "all"
    held["bootstrap"].loc[draws, ["bin_low", "bin_high"]] += SECRETS[0]
    estimates = held["estimates"]
    estimates.loc[estimates["subgroup"] == "all", "method"] += "; all = 0.955 boys + 0.045 girls"
    of = held["functioning"]["smaller"] == PLANTED
    held["functioning"].loc[of, ["r2_change", "log_odds"]] = SECRETS[0]
    return made, held


def _with_secrets(frame: pd.DataFrame) -> pd.DataFrame:
    values = ["estimate", "std_error", "conf_low", "conf_high"]
    for group, secret in zip(("girls", "boys"), SECRETS, strict=True):
        frame.loc[frame["subgroup"] == group, values] = secret
    frame.loc[frame["subgroup"] == "girls - boys", "estimate"] = SECRETS[0] - SECRETS[1]
    return frame
