"""The columns of the scored file: what each holds, said once for every file that describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from resilience_lib.codebook.variable import Codebook, Role, Variable
from resilience_lib.export.names import spss_names
from resilience_lib.study.schema import Study

MARK = "data"
"""First column of a synthetic study's files; every row of it says so."""

KEYS: tuple[str, ...] = (
    "pupil",
    "wave",
    "school",
    "school_attended",
    "classroom",
    "gender",
    "arm",
)
"""The first columns of the scored file, after the mark of a synthetic study."""


@dataclass(frozen=True)
class Field:
    """One column.

    Parameters
    ----------
    source : str
        Its name inside this project.
    name : str
        Its name in the exported files, valid in SPSS.
    label : str
        What it holds.
    kind : str
        text, category, integer or number.
    words : dict of int to str
        Of a category, what stands in the CSV file for each code of the SPSS file; of an item,
        what its codes stand for where the raw file had words.
    limits : tuple of float, optional
        Lowest and highest possible value.
    unit, instrument, item : str
        As in a codebook.
    role : str
        As in a codebook.
    """

    source: str
    name: str
    label: str
    kind: Literal["text", "category", "integer", "number"]
    role: Role
    words: Mapping[int, str]
    limits: tuple[float, float] | None = None
    unit: str = ""
    instrument: str = ""
    item: str = ""


def export_fields(study: Study, codebook: Codebook, columns: Sequence[str]) -> tuple[Field, ...]:
    """The fields of a study's scored file, in order.

    Parameters
    ----------
    study : Study
    codebook : Codebook
        Of the raw files: it says what the items are.
    columns : sequence of str
        Of the clean waves; those that are items in the codebook are exported.

    Returns
    -------
    tuple of Field
        `KEYS` (before them `MARK`, where the study is synthetic), then items as cleaned, then the
        score of every outcome.
    """
    pupils = [file.name for file in study.files if file.holds == "pupils"]
    by_name = {v.name: v for name in pupils for v in codebook.with_role(name, "item")}
    items = [by_name[column] for column in columns if column in by_name]
    mark = [MARK] if study.synthetic else []
    sources = [*mark, *KEYS, *(item.name for item in items), *(o.name for o in study.outcomes)]
    names = dict(zip(sources, spss_names(sources), strict=True))
    marked = "SYNTHETIC DATA: every row is invented"
    return (
        *(Field(s, names[s], marked, "category", "kept", {1: "SYNTHETIC"}) for s in mark),
        *_keys(study, names),
        *(_item(variable, names[variable.name]) for variable in items),
        *(
            Field(
                outcome.name,
                names[outcome.name],
                outcome.label,
                "number",
                "outcome",
                {},
                (outcome.range[0], outcome.range[1]),
                outcome.unit,
                outcome.instrument or "",
                outcome.scale or "",
            )
            for outcome in study.outcomes
        ),
    )


def _keys(study: Study, names: Mapping[str, str]) -> list[Field]:
    first, second = study.gender.difference
    others = [g for g in study.gender.values.values() if g not in (first, second)]
    genders = list(dict.fromkeys((first, second, *others)))
    waves = "; ".join(f"{wave.name} {wave.label}" for wave in study.waves)
    labels = {
        "pupil": "Pupil",
        "wave": f"Wave ({waves})",
        "school": "School of the pupil's first wave, the cluster of every model",
        "school_attended": "School attended at this wave",
        "classroom": "Class at this wave",
        "gender": "Gender, the first one given",
        "arm": "Arm at the pupil's first wave, as assigned",
    }
    words = {"wave": study.wave_names, "gender": tuple(genders), "arm": study.arm_names}
    roles: dict[str, Role] = {"school_attended": "kept"}
    made = []
    for key in KEYS:
        codes = dict(enumerate(words.get(key, ()), start=1))
        role = roles.get(key, key)
        kind: Literal["category", "text"] = "category" if codes else "text"
        # a study without arms has an empty column, which plays no role
        role = "kept" if key == "arm" and not codes else role
        made.append(Field(key, names[key], labels[key], kind, role, codes))  # type: ignore[arg-type]
    return made


def _item(variable: Variable, name: str) -> Field:
    words, limits, whole = {}, variable.limits, variable.type == "integer"
    if variable.mapped:
        numbers = [float(code.meaning or code.code) for code in variable.allowed]
        limits = (min(numbers), max(numbers))
        whole = whole and all(number.is_integer() for number in numbers)
        words = {
            int(number): code.code
            for number, code in zip(numbers, variable.allowed, strict=True)
            if number.is_integer()
        }
    return Field(
        variable.name,
        name,
        variable.label,
        "integer" if whole else "number",
        "item",
        words,
        limits,
        variable.unit,
        variable.instrument,
        variable.item,
    )
