"""Change as it goes with dose and fidelity: associated, never caused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from resilience_lib.effects.arrays import numbers
from resilience_lib.effects.subgroups import complete_scores, estimate_row
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.dose import associate_dose, dose_parts
from resilience_lib.models.scores import differences
from resilience_lib.paths import relative, study_file
from resilience_lib.study.dose import Dose
from resilience_lib.study.schema import Study

_PARTS = ("dose_slope_within", "dose_slope_between")
DOSE_METHOD = "change associated with dose (no cause is shown), OLS, CR2 by school"


def estimate_dose(
    analysis: pd.DataFrame,
    dose: pd.DataFrame,
    *,
    changes: Sequence[tuple[str, str]],
    name: str,
    unit: str,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """How pupils' change goes with what their class or school got of the programme.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    dose : DataFrame
        school, dose, and `classroom` where a class has its own: one row each. A pupil has the
        dose of the class and school attended at the earlier wave.
    changes : sequence of (str, str)
        Pairs (earlier, later).
    name, unit : str
        Of the dose; the subgroup is "<name>, per <unit>".
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame: `dose_slope`, and by class `dose_slope_within` (classes of one school
        compared) and `dose_slope_between` (schools' means compared), in points of change for one
        more unit. NaN, with the reason, for one school or a dose that does not vary. And two
        columns that stay with the data: `smaller` and `smaller_clusters`, the pupils and schools
        without the commonest dose (of two doses: with the rarer one), whose mean a slope would
        tell.

    Raises
    ------
    ModelInputError
        Two doses of one class or school, or what `models.dose.associate_dose` refuses.

    Notes
    -----
    See `models.dose.associate_dose`. Pupils whose class or school has no dose are left out, and
    counted in `method`.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, 2.0 * s + i + (w == "T2") * (s + i % 2), "x")
    ...         for s in range(5) for i in range(4) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> frame["school_attended"] = frame["school"]
    >>> dose = pd.DataFrame({"school": range(5), "dose": [1.0, 2.0, 4.0, 4.0, 6.0]})
    >>> got = estimate_dose(frame, dose, changes=[("T1", "T2")], name="sessions", unit="session")
    >>> got["subgroup"].iloc[0], round(float(got["estimate"].iloc[0]), 3)
    ('sessions, per session', 0.789)
    """
    by_class = "classroom" in dose
    keys = ["school", *(["classroom"] if by_class else [])]
    given = dose.dropna(subset=["dose", *keys])
    numbers(given["dose"].tolist(), "doses")
    if given.duplicated(keys).any():
        raise ModelInputError(f"one dose for each {' and '.join(keys)}: make one of several first")
    waves = list(dict.fromkeys(wave for pair in changes for wave in pair))
    data = complete_scores(analysis, waves, ())
    rows = []
    smaller: list[tuple[int, int]] = []
    for first, later in changes:
        early = data[data["wave"] == first]
        where = early[["pupil", "school", "score"]].assign(attended=early["school_attended"])
        if by_class:
            where["classroom"] = early["classroom"]
        late = data.loc[data["wave"] == later, ["pupil", "score"]]
        both = where.merge(late, on="pupil", suffixes=("_1", "_2"))
        places = given.rename(columns={"school": "attended"})
        on = ["attended", *keys[1:]]
        if both.empty or places.empty:
            # labels of nobody have no type to meet on
            both, places = (t.astype(dict.fromkeys(on, "object")) for t in (both, places))
        got = both.merge(places, on=on, validate="many_to_one")
        lost = len(both) - len(got)
        method = DOSE_METHOD + (f"; {lost} pupils without a dose left out" if lost else "")
        found = associate_dose(
            differences(got["score_1"], got["score_2"]),
            got["dose"],
            got["school"],
            by_class=by_class,
            conf_level=conf_level,
        )
        parts = dict(zip(_PARTS, dose_parts(got["dose"], got["school"]), strict=True))
        smaller += [_smaller(parts.get(name, got["dose"]), got["school"]) for name in found]
        rows += [
            estimate_row(
                answer,
                conf_level,
                estimand=estimand,
                contrast=f"{later} - {first}",
                subgroup=f"{name}, per {unit}",
                method=method,
                n=len(got),
                n_clusters=got["school"].nunique(),
            )
            for estimand, answer in found.items()
        ]
    return _told(estimate_frame(rows), smaller)


def _smaller(dose: ArrayLike, school: pd.Series) -> tuple[int, int]:
    """Pupils and schools apart from the commonest dose; of two doses the fewer of each."""
    frame = pd.DataFrame({"dose": np.round(np.asarray(dose, dtype=float), 9), "school": school})
    if frame.empty:
        return 0, 0
    sizes = frame["dose"].value_counts()
    apart = frame["dose"] != sizes.idxmax()
    sides = [frame[apart], *([frame[~apart]] if len(sizes) == 2 else [])]
    return min(map(len, sides)), min(side["school"].nunique() for side in sides)


def _told(frame: pd.DataFrame, smaller: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """The Estimate frame with the two columns that stay with the data."""
    pupils, schools = ([float(pair[at]) for pair in smaller] for at in (0, 1))
    return frame.assign(
        smaller=pd.Series(pupils, dtype="float64"),
        smaller_clusters=pd.Series(schools, dtype="float64"),
    )


def dose_declared(
    analysis: pd.DataFrame, held: Mapping[str, pd.DataFrame], study: Study
) -> pd.DataFrame:
    """Associations of change with every dose of the study file, in outcomes that are one scale.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame.
    held : mapping of str to DataFrame
        `staff` and `school_records` as stage 1 wrote them; those that a dose names.
    study : Study

    Returns
    -------
    DataFrame
        As `estimate_dose` gives it, without rows where no dose or no change is declared.

    Raises
    ------
    FaultsError
        Columns that are not there, or a dose that is no number: all at once.
    """
    faults: list[Fault] = []
    doses = [_read(d, held[d.holds], i, study, faults) for i, d in enumerate(study.dose)]
    if faults:
        raise FaultsError(faults)
    frames = []
    for name in study.comparable if study.changes else ():
        mine = analysis[analysis["outcome"] == name]
        for dose, frame in zip(study.dose, doses, strict=True):
            got = estimate_dose(mine, frame, changes=study.changes, name=dose.name, unit=dose.unit)
            frames.append(got.assign(outcome=name, study=study.study))
    return pd.concat(frames, ignore_index=True) if frames else _told(estimate_frame([]), [])


def _read(
    dose: Dose, frame: pd.DataFrame, number: int, study: Study, faults: list[Fault]
) -> pd.DataFrame:
    """School, class and dose of each row, summed up to one a class or school."""
    place = relative(study_file(study.study))
    named = {"school": dose.school, "classroom": dose.classroom, "column": dose.column}
    lacking = [(key, c) for key, c in named.items() if c is not None and c not in frame]
    for key, column in lacking:
        rule = f"a dose's {key} is a column of {dose.holds}"
        remedy = f"columns there: {', '.join(map(str, frame.columns))}"
        faults.append(Fault(place, rule, remedy, column=f"dose.{number}.{key}", value=column))
    if lacking:
        return frame
    values = pd.to_numeric(frame[dose.column], errors="coerce")
    for cell in frame.loc[values.isna() & frame[dose.column].notna(), dose.column].unique():
        rule, remedy = "a dose is a number", "give the column type number in the codebook"
        key = f"dose.{number}.column"
        faults.append(Fault(place, rule, remedy, column=key, value=f"{dose.column}: {cell}"))
    keys = {"school": frame[dose.school].astype("str")}
    if dose.classroom is not None:
        keys["classroom"] = frame[dose.classroom].astype("str")
    table = pd.DataFrame({**keys, "dose": values}).dropna()
    return table.groupby(list(keys), as_index=False)["dose"].agg(dose.summary)
