"""Further questions of a study file: picked pupils, rates, sites, and two raters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from resilience_lib.effects.picked import estimate_picked_change, estimate_picked_difference
from resilience_lib.effects.rate_models import estimate_rate_models
from resilience_lib.effects.raters import estimate_raters
from resilience_lib.effects.rates import estimate_rate, estimate_rate_ratio
from resilience_lib.effects.schools import pupil_changes
from resilience_lib.effects.sites import estimate_sites
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.frames import ESTIMATE_COLUMNS, estimate_frame
from resilience_lib.paths import relative, study_file
from resilience_lib.study.further import Picked, Rate, Raters
from resilience_lib.study.schema import Study

COLUMNS: tuple[str, ...] = (*ESTIMATE_COLUMNS, "smaller", "smaller_clusters")
"""The Estimate frame, and the fewest pupils (or events) and schools that a row would tell of."""


def further_declared(
    analysis: pd.DataFrame, held: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Answers to every further question of a study file.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame.
    held : mapping of str to DataFrame
        `staff` and `school_records` as stage 1 wrote them; those that a rate names.
    study : Study

    Returns
    -------
    DataFrame
        `COLUMNS`; without rows where nothing is asked. `smaller` and `smaller_clusters` stay with
        the data: the picked or those not picked, whichever are fewer; the events of the rarer
        side; the smallest site; the pupils with both reports.

    Raises
    ------
    FaultsError
        Columns or values that the files do not have, and schools without a site: all at once.
    """
    faults: list[Fault] = []
    frames = [
        *(_picked(analysis, asked, study) for asked in study.further.picked),
        *(
            _rate(held[asked.holds], asked, f"rates.{number}", study, faults)
            for number, asked in enumerate(study.further.rates)
        ),
        *(_raters(analysis, asked) for asked in study.further.raters),
        *_sites(analysis, study, faults),
    ]
    if faults:
        raise FaultsError(faults)
    found = [frame for frame in frames if len(frame)]
    empty = estimate_frame([]).assign(smaller=np.nan, smaller_clusters=np.nan)
    whole = pd.concat(found, ignore_index=True) if found else empty
    return whole.assign(study=study.study)[list(COLUMNS)]


def _picked(analysis: pd.DataFrame, asked: Picked, study: Study) -> pd.DataFrame:
    first, later = asked.change
    rows = analysis[analysis["outcome"] == asked.outcome]
    wide = rows.pivot(index="pupil", columns="wave", values="score").reindex(columns=[first, later])
    who = rows.drop_duplicates("pupil").set_index("pupil").loc[wide.index]
    frames = []
    for arm in study.arm_names[1:] or (None,):
        kept = np.ones(len(wide), dtype=bool)
        if arm is not None:
            kept = who["arm"].isin([arm, study.arm_names[0]]).to_numpy()
        start, end = wide.loc[kept, first].to_numpy(), wide.loc[kept, later].to_numpy()
        school = who.loc[kept, "school"].to_numpy()
        if arm is None:
            got = estimate_picked_change(
                start, end, school, cut=asked.cut, side=asked.side,
                reliability=asked.reliability,
                source="" if asked.reliability is None else asked.source,
            )  # fmt: skip
            contrast = f"{later} - {first}"
        else:
            programme = (who.loc[kept, "arm"] == arm).to_numpy(dtype=float)
            got = estimate_picked_difference(
                start, end, school, programme, cut=asked.cut, side=asked.side
            )
            contrast = f"{arm} - {study.arm_names[0]} at {later}"
        both = np.isfinite(start) & np.isfinite(end)
        chosen = both & (start <= asked.cut if asked.side == "at most" else start >= asked.cut)
        sides = (chosen, both & ~chosen)
        frames.append(
            got.assign(
                contrast=contrast,
                subgroup=f"picked: {asked.side} {asked.cut:g} at {first}",
                smaller=float(min(side.sum() for side in sides)),
                smaller_clusters=float(min(len(pd.unique(school[side])) for side in sides)),
            )
        )
    return pd.concat(frames, ignore_index=True).assign(outcome=asked.outcome)


def _rate(
    frame: pd.DataFrame, asked: Rate, key: str, study: Study, faults: list[Fault]
) -> pd.DataFrame:
    place, empty = relative(study_file(study.study)), estimate_frame([])
    named = {"events": asked.events, "exposure": asked.exposure, "school": asked.school,
             "by": asked.by}  # fmt: skip
    lacking = [name for name, column in named.items() if column not in frame]
    remedy = f"columns there: {', '.join(map(str, frame.columns))}"
    for name in lacking:
        rule = f"a rate's {name} is a column of {asked.holds}"
        faults.append(Fault(place, rule, remedy, column=f"further.{key}.{name}", value=named[name]))
    if lacking:
        return empty
    known = sorted(frame[asked.by].dropna().astype("str").unique())
    for level in asked.compare:
        if level not in known:
            rule, remedy = f"{asked.by} has such rows", f"values there: {', '.join(known)}"
            faults.append(Fault(place, rule, remedy, column=f"further.{key}.compare", value=level))
    if not set(asked.compare) <= set(known):
        return empty
    rows = frame[frame[asked.by].astype("str").isin(asked.compare)]
    rows = rows.dropna(subset=[asked.events, asked.exposure, asked.school])
    level, school = rows[asked.by].astype("str"), rows[asked.school].astype("str")
    events, exposure = rows[asked.events], rows[asked.exposure]
    frames = []
    for one in asked.compare:
        side = level == one
        got = estimate_rate(events[side], exposure[side], school=school[side])
        # what a rate rests on are its events, not the rows of a file
        frames.append(got.iloc[:1].assign(subgroup=one, n=float(events[side].sum())))
    ratio = estimate_rate_ratio(events, exposure, level, levels=asked.compare, school=school)
    models = estimate_rate_models(events, exposure, level, levels=asked.compare, school=school)
    ratios = pd.concat([ratio.iloc[:1], models], ignore_index=True)
    contrast = f"{asked.compare[0]} / {asked.compare[1]}"
    frames.append(ratios.assign(contrast=contrast, n=float(events.sum())))
    whole = pd.concat(frames, ignore_index=True).assign(outcome=asked.name)
    fewest = events.groupby(level).sum().min()
    schools = school.groupby(level).nunique().min()
    return whole.assign(smaller=float(fewest), smaller_clusters=float(schools))


def _raters(analysis: pd.DataFrame, asked: Raters) -> pd.DataFrame:
    rows = analysis[analysis["wave"] == asked.wave].set_index("pupil")
    mine, theirs = (rows[rows["outcome"] == name]["score"] for name in (asked.pupil, asked.teacher))
    both = pd.concat([mine, theirs], axis=1, keys=["pupil", "teacher"]).dropna()
    column = "school_attended" if asked.rater == "school" else "classroom"
    rater = rows[~rows.index.duplicated()][column].reindex(both.index)
    known = rater.notna().to_numpy()
    got = estimate_raters(
        both.loc[known, "pupil"], both.loc[known, "teacher"], rater[known].astype("str")
    )
    # the first of two rows of an estimand has the interval that respects teachers
    own = got.drop_duplicates("estimand", ignore_index=True)
    return own.assign(
        outcome=asked.pupil,
        contrast=f"{asked.teacher} - {asked.pupil} at {asked.wave}",
        smaller=float(known.sum()),
        smaller_clusters=float(rater[known].nunique()),
    )


def _sites(analysis: pd.DataFrame, study: Study, faults: list[Fault]) -> Iterator[pd.DataFrame]:
    sites = {school: site for site, listed in study.further.sites.items() for school in listed}
    if not sites:
        return
    without = sorted(set(analysis["school"].dropna()) - set(sites))
    if without:
        rule, remedy = "each school stands at a site", "add it to one of further.sites"
        place = relative(study_file(study.study))
        faults += [Fault(place, rule, remedy, column="further.sites", value=s) for s in without]
        return
    where = analysis.drop_duplicates("pupil").set_index("pupil")["school"]
    comparable = analysis[analysis["outcome"].isin(list(study.comparable))]
    changes = pupil_changes(comparable, study.changes).dropna(subset=["change"])
    for (outcome, contrast), part in changes.groupby(["outcome", "contrast"], sort=False):
        school = part["pupil"].map(where)
        site = school.map(sites)
        sizes = pd.DataFrame({"site": site, "school": school}).groupby("site")["school"]
        got = estimate_sites(part["change"], site, school)
        yield got.assign(
            outcome=outcome,
            contrast=contrast,
            # the pooled rows rest on all schools
            n_clusters=got["n_clusters"].fillna(school.nunique()),
            smaller=float(sizes.size().min()),
            smaller_clusters=float(sizes.nunique().min()),
        )
