"""SPSS syntax that fits the change model of a study again, for whoever wants to check it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from resilience_lib.effects.subgroups import (
    cell_columns,
    complete_scores,
    shares_of,
    subgroup_weights,
)
from resilience_lib.export.fields import Field
from resilience_lib.models.mixed import school_terms, waves_differ
from resilience_lib.study.schema import Study

SUBJECTS: dict[str, tuple[str, ...]] = {
    "school": ("school",),
    "school x wave": ("school", "wave"),
    "school x wave x gender": ("school", "wave", "gender"),
    "class": ("school_attended", "wave", "classroom"),
    "pupil": ("school", "pupil"),
}
"""Columns that make the levels of each random term of `models.mixed.school_terms`; a pupil lies
in one school, so that SPSS may take one school after the other."""

NUMBERED: tuple[str, ...] = ("pupil", "school", "school_attended", "classroom")
"""Text columns that SPSS gets as numbers, in columns with `_no` at the end."""


def mixed_syntax(analysis: pd.DataFrame, fields: Sequence[Field], study: Study) -> str | None:
    """MIXED for every outcome whose change is estimated.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of all outcomes.
    fields : sequence of Field
        Of scored.sav.
    study : Study

    Returns
    -------
    str or None
        score BY wave gender, wave x gender fixed; random intercepts of the terms that this
        project's mixed model has for the same data, and in place of the pupil's, where that
        model has a free covariance matrix over waves, /REPEATED with COVTYPE(UN), which is
        the same; REML; degrees of freedom by SPSS's default, Satterthwaite. Each change that
        the study declares is a TEST: for everybody (the genders by their share among pupils
        with a score), each gender, and the difference.
        None where the study estimates no change.
    """
    outcomes = [outcome for outcome in study.outcomes if outcome.comparable_across_waves]
    if not outcomes or not study.changes:
        return None
    names = {field.source: field.name for field in fields}
    lines = [
        "* Encoding: UTF-8.",
        f"* {_remark(study.title)}.",
        *(["* SYNTHETIC DATA: the pupils in scored.sav were invented."] if study.synthetic else []),
        "* Open this file in the folder of scored.sav, or say CD and that folder first.",
        "* Degrees of freedom are Satterthwaite's, the default of MIXED.",
        "GET FILE='scored.sav'.",
        f"AUTORECODE VARIABLES={' '.join(names[key] for key in NUMBERED)}",
        f"  /INTO {' '.join(f'{key}_no' for key in NUMBERED)}",
        "  /BLANK=MISSING.",
    ]
    for outcome in outcomes:
        own = analysis[analysis["outcome"] == outcome.name]
        lines += ["", f"* {_remark(outcome.label)}.", *_mixed(own, outcome.name, names, study)]
    return "\n".join(lines) + "\n"


def _mixed(
    analysis: pd.DataFrame, outcome: str, names: Mapping[str, str], study: Study
) -> list[str]:
    gender = study.gender.difference
    data = complete_scores(analysis, study.wave_names, gender)
    where = cell_columns(data["wave"] + "|" + data["group"])[1]
    places = {key: names[key] for key in ("wave", "gender")}
    places |= {key: f"{key}_no" for key in NUMBERED}
    # the two genders of the difference are codes 1 and 2
    both = f"{names['wave']}*{names['gender']}"
    subject = {t: "*".join(places[key] for key in SUBJECTS[t]) for t in school_terms(data)}
    random = {t: f"/RANDOM=INTERCEPT | SUBJECT({on}) COVTYPE(VC)" for t, on in subject.items()}
    said: list[str] = []
    if "pupil" in random and waves_differ(data):
        said = [
            "* Waves of a pupil have a free covariance matrix (REPEATED, COVTYPE(UN)).",
            "* Where the estimates say that it is singular or did not converge, put in its place",
            f"* {random['pupil']}.",
        ]
        random["pupil"] = f"/REPEATED={names['wave']} | SUBJECT({subject['pupil']}) COVTYPE(UN)"
    lines = [
        *said,
        "TEMPORARY.",
        f"SELECT IF ANY({names['gender']}, 1, 2).",
        f"MIXED {names[outcome]} BY {names['wave']} {names['gender']}",
        f"  /FIXED={names['wave']} {names['gender']} {both} | SSTYPE(3)",
        "  /METHOD=REML",
        "  /PRINT=SOLUTION TESTCOV",
        *(f"  {text}" for text in random.values()),
        f"  /EMMEANS=TABLES({both})",
    ]
    cells = len(study.wave_names) * len(gender)
    if len(where) == cells:
        weights = subgroup_weights(gender, shares_of(data))
        for first, later in study.changes:
            for subgroup, shares in weights.items():
                label = f"{later} - {first}, {subgroup}"
                lines.append(_test(label, first, later, shares, names, study))
        lines[-1] += "."
        return lines
    lines[-1] += "."
    return [*lines, "* No scores in some wave of a gender: SPSS cannot form the changes."]


def _test(
    label: str,
    first: str,
    later: str,
    shares: Mapping[str, float],
    names: Mapping[str, str],
    study: Study,
) -> str:
    """Weights of the model's parameters: of each wave, then of each wave and gender."""
    sign = {first: -1.0, later: 1.0}
    by_gender = [round(shares.get(level, 0.0), 10) for level in study.gender.difference]
    if sum(shares.values()) > 0.5:
        # SPSS refuses weights that do not add up to those of the wave
        by_gender[1] = 1.0 - by_gender[0]
    total = round(sum(by_gender), 10)
    wave = [sign.get(name, 0.0) * total for name in study.wave_names]
    cells = [sign.get(name, 0.0) * share for name in study.wave_names for share in by_gender]
    main = f"{names['wave']} {_numbers(wave)} " if any(wave) else ""
    inter = f"{names['wave']}*{names['gender']} {_numbers(cells)}"
    return f"  /TEST='{label}' {main}{inter}"


def _numbers(values: Sequence[float]) -> str:
    # + 0.0 makes a zero of a negative zero
    return " ".join(f"{round(value, 10) + 0.0:.10g}" for value in values)


def _remark(text: str) -> str:
    """A comment ends at a period at a line's end, and a quote in it would want its partner."""
    return " ".join(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").split()).rstrip(".")
