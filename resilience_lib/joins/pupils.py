"""One row per pupil, and the analysis frame that estimation reads."""

from __future__ import annotations

import pandas as pd

from resilience_lib.frames import ANALYSIS_COLUMNS
from resilience_lib.study.schema import Study


def make_pupils(waves: pd.DataFrame, wave_names: tuple[str, ...]) -> pd.DataFrame:
    """One row per pupil: where and when they entered, and at which waves they were seen.

    Parameters
    ----------
    waves : DataFrame
        Clean waves.
    wave_names : tuple of str
        Waves in the order of time.

    Returns
    -------
    DataFrame
        pupil, school (of the first wave seen: the cluster), gender (first one given), arm (of
        the first wave seen: as assigned), entry_wave, and a bool column `seen_<wave>` a wave.
    """
    order = {name: number for number, name in enumerate(wave_names)}
    timed = waves.assign(_order=waves["wave"].map(order)).sort_values(
        ["pupil", "_order"], kind="stable"
    )
    grouped = timed.groupby("pupil", sort=True)
    first = timed.drop_duplicates("pupil").set_index("pupil")
    pupils = pd.DataFrame(
        {
            "school": first["school"],
            # first() takes the first value that is not missing
            "gender": grouped["gender"].first(),
            "arm": first["arm"],
            "entry_wave": first["wave"],
        }
    )
    for name in wave_names:
        seen = set(timed.loc[timed["wave"] == name, "pupil"])
        pupils[f"seen_{name}"] = pupils.index.isin(seen)
    return pupils.rename_axis("pupil").reset_index()


def make_analysis(
    waves: pd.DataFrame, scores: pd.DataFrame, pupils: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Scores with everything that estimation needs to know about pupil and school.

    Parameters
    ----------
    waves, scores, pupils : DataFrame
        Clean waves; scores in the long form; one row per pupil.
    study : Study

    Returns
    -------
    DataFrame
        `ANALYSIS_COLUMNS`. `school` is the school of a pupil's first wave, so that all rows of
        a pupil lie in one cluster; `stratum` is the block inside which pupils of one intake
        were assigned to arms: that school with the entry wave where pupils were randomised
        inside schools, else missing.
    """
    where = waves[["pupil", "wave", "school", "classroom"]].rename(
        columns={"school": "school_attended"}
    )
    inside = study.arms is not None and study.arms.randomised_within == "school"
    block = pupils["school"] + ":" + pupils["entry_wave"]
    stratum = block if inside else block.mask(block.notna())
    who = pupils[["pupil", "school", "gender", "arm"]].assign(stratum=stratum)
    joined = scores.merge(where, on=["pupil", "wave"], how="left", validate="many_to_one")
    joined = joined.merge(who, on="pupil", how="left", validate="many_to_one")
    return joined[list(ANALYSIS_COLUMNS)]


def report_join(waves: pd.DataFrame, scores: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """What matched and what did not.

    Returns
    -------
    DataFrame
        left, right, by, matched, only_left, only_right, note.
    """
    wave_keys = set(map(tuple, waves[["pupil", "wave"]].to_numpy()))
    score_keys = set(map(tuple, scores[["pupil", "wave"]].to_numpy()))
    known, scored = set(pupils["pupil"]), set(scores["pupil"])
    moved = waves.groupby("pupil")["school"].nunique().gt(1).sum()
    gender = waves.groupby("pupil")["gender"].nunique().gt(1).sum()
    arm = waves.groupby("pupil")["arm"].nunique().gt(1).sum()
    rows = [
        {
            "left": "scores",
            "right": "waves",
            "by": "pupil, wave",
            "matched": len(score_keys & wave_keys),
            "only_left": len(score_keys - wave_keys),
            "only_right": len(wave_keys - score_keys),
            "note": "",
        },
        {
            "left": "scores",
            "right": "pupils",
            "by": "pupil",
            "matched": len(scored & known),
            "only_left": len(scored - known),
            "only_right": len(known - scored),
            "note": f"pupils seen in more than one school: {moved}; with two genders: {gender}; "
            f"in more than one arm over time: {arm}",
        },
    ]
    return pd.DataFrame(rows)
