"""Who took part when: participation flow, missing scores, patterns of waves."""

from __future__ import annotations

import pandas as pd

from resilience_lib.study.schema import Study


def participation_flow(waves: pd.DataFrame, pupils: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Pupils and schools at each step, from the population where the study file declares it.

    Parameters
    ----------
    waves, pupils : DataFrame
        Clean waves and one row per pupil.
    study : Study

    Returns
    -------
    DataFrame
        step ("eligible", "sample", then waves), label, pupils, schools, stayed, entered,
        returned, lost (relative to the wave before; missing where that means nothing), source.
        entered: first seen at this wave; returned: seen before, but not at the wave before,
        which nobody can be at the second wave. `schools_<count>`: from how many schools (of
        their first wave) those pupils come.
    """
    rows: list[dict[str, object]] = []
    if study.population is not None:
        people = study.population
        rows.append(
            {
                "step": "eligible",
                "label": people.eligible,
                "pupils": people.pupils,
                "schools": people.schools,
                "source": people.source,
            }
        )
    rows.append(
        {
            "step": "sample",
            "label": "in the study at any wave",
            "pupils": len(pupils),
            "schools": waves["school"].nunique(),
            "source": "counted",
        }
    )
    before = pd.Series(False, index=pupils.index)
    ever = before.copy()
    for number, wave in enumerate(study.waves):
        seen = pupils[f"seen_{wave.name}"]
        row: dict[str, object] = {
            "step": wave.name,
            "label": wave.label,
            "pupils": int(seen.sum()),
            "schools": waves.loc[waves["wave"] == wave.name, "school"].nunique(),
            "source": "counted",
        }
        if number:
            moved = {
                "stayed": seen & before,
                "entered": seen & ~ever,
                "returned": seen & ever & ~before,
                "lost": before & ~seen,
            }
            if number == 1:
                del moved["returned"]
            row |= {name: int(who.sum()) for name, who in moved.items()}
            row |= {
                f"schools_{name}": pupils.loc[who, "school"].nunique()
                for name, who in moved.items()
            }
        rows.append(row)
        before, ever = seen, ever | seen
    moves = ["stayed", "entered", "returned", "lost"]
    columns = ["step", "label", "pupils", "schools", *moves, "source"]
    return pd.DataFrame(rows, columns=[*columns, *(f"schools_{name}" for name in moves)])


def missing_scores(analysis: pd.DataFrame, pupils: pd.DataFrame, study: Study) -> pd.DataFrame:
    """How many pupils of the study have no score, by outcome, wave and gender.

    Returns
    -------
    DataFrame
        outcome, wave, gender ("all" and each group), pupils (in the study at any wave),
        schools (of their first wave), missing (with no score of that outcome at that wave,
        absent or not answered), share, and from how many schools the missing and the seen
        come: schools_missing, schools_seen.
    """
    scored = analysis[analysis["score"].notna()]
    groups = {"all": pupils}
    for group in dict.fromkeys(study.gender.values.values()):
        groups[group] = pupils[pupils["gender"] == group]
    rows = []
    for outcome in study.outcomes:
        of_outcome = scored[scored["outcome"] == outcome.name]
        for wave in study.wave_names:
            have = set(of_outcome.loc[of_outcome["wave"] == wave, "pupil"])
            for group, members in groups.items():
                seen = members["pupil"].isin(have)
                missing = int((~seen).sum())
                share = missing / len(members) if len(members) else float("nan")
                rows.append(
                    {
                        "outcome": outcome.name,
                        "wave": wave,
                        "gender": group,
                        "pupils": len(members),
                        "schools": members["school"].nunique(),
                        "missing": missing,
                        "share": share,
                        "schools_missing": members.loc[~seen, "school"].nunique(),
                        "schools_seen": members.loc[seen, "school"].nunique(),
                    }
                )
    return pd.DataFrame(rows)


def wave_patterns(pupils: pd.DataFrame, wave_names: tuple[str, ...]) -> pd.DataFrame:
    """How many pupils were seen at which waves.

    Returns
    -------
    DataFrame
        pattern (e.g. "T1 T2 -"), `seen_<wave>` columns, pupils, schools (of the pupils' first
        wave); the most frequent first.
    """
    columns = [f"seen_{name}" for name in wave_names]
    by = pupils.groupby(columns)["school"]
    counts = by.agg(pupils="size", schools="nunique").reset_index()
    counts["pattern"] = [
        " ".join(name if seen else "-" for name, seen in zip(wave_names, row, strict=True))
        for row in counts[columns].to_numpy()
    ]
    ordered = counts.sort_values(["pupils", "pattern"], ascending=[False, True])
    return ordered[["pattern", *columns, "pupils", "schools"]].reset_index(drop=True)


def sample_counts(waves: pd.DataFrame, pupils: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Pupils and schools seen at each wave, by gender and arm.

    Returns
    -------
    DataFrame
        wave, gender ("all" and each group), arm ("all" and each arm; "all" alone where the
        study has no arms), pupils, schools (attended by those pupils at that wave). Pupils
        whose gender or arm is not known count under "all".
    """
    known = waves[["pupil", "wave", "school"]].merge(
        pupils[["pupil", "gender", "arm"]], on="pupil", how="left", validate="many_to_one"
    )
    rows = []
    for wave in study.wave_names:
        here = known[known["wave"] == wave]
        for gender in ("all", *dict.fromkeys(study.gender.values.values())):
            of_gender = here if gender == "all" else here[here["gender"] == gender]
            for arm in ("all", *study.arm_names):
                group = of_gender if arm == "all" else of_gender[of_gender["arm"] == arm]
                rows.append(
                    {
                        "wave": wave,
                        "gender": gender,
                        "arm": arm,
                        "pupils": len(group),
                        "schools": group["school"].nunique(),
                    }
                )
    return pd.DataFrame(rows)
