"""The rows of the scored file: one per pupil and wave, and one per pupil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from resilience_lib.export.excel_text import marked, marked_column
from resilience_lib.export.fields import MARK, Field
from resilience_lib.joins.pupils import make_pupils
from resilience_lib.study.schema import Study

_ONCE = (MARK, "pupil", "school", "gender", "arm")


def export_rows(
    waves: pd.DataFrame, scores: pd.DataFrame, fields: Sequence[Field], study: Study
) -> pd.DataFrame:
    """One row per pupil and wave.

    Parameters
    ----------
    waves, scores : DataFrame
        Clean waves, and scores in the long form.
    fields : sequence of Field
    study : Study

    Returns
    -------
    DataFrame
        A column per field under its exported name, sorted by pupil and wave. Text is "str",
        whole numbers "Int64", other numbers float64; missing is missing. School, gender and arm
        are those that estimates use: of a pupil's first wave, and the first gender given.
    """
    who = make_pupils(waves, study.wave_names).set_index("pupil")
    place = pd.MultiIndex.from_frame(waves[["pupil", "wave"]])
    rows = waves.rename(columns={"school": "school_attended"}).assign(
        **{column: waves["pupil"].map(who[column]) for column in ("school", "gender", "arm")},
        **{MARK: "SYNTHETIC"},
    )
    wide = scores.pivot(index=["pupil", "wave"], columns="outcome", values="score")
    made = {}
    for field in fields:
        if field.role == "outcome":
            cells = pd.Series(wide[field.source].reindex(place).to_numpy(), index=rows.index)
        else:
            cells = rows[field.source]
        made[field.name] = cells.astype(_dtype(field))
    keys = [field.name for field in fields if field.source in ("pupil", "wave")]
    return pd.DataFrame(made).sort_values(keys, kind="stable").reset_index(drop=True)


def wide_fields(fields: Sequence[Field], study: Study) -> tuple[tuple[Field, str], ...]:
    """The fields of the file with one row per pupil, each with the wave it belongs to.

    Returns
    -------
    tuple of (Field, str)
        Columns of a wave are named `<name>_<wave>`; "" is the wave of what a pupil has once.
    """
    once = [(field, "") for field in fields if field.source in _ONCE]
    later = [field for field in fields if field.source not in (*_ONCE, "wave")]
    return (
        *once,
        *(
            (replace(f, name=f"{f.name}_{wave.name}", label=f"{f.label}, {wave.label}"), wave.name)
            for wave in study.waves
            for f in later
        ),
    )


def wide_rows(rows: pd.DataFrame, fields: Sequence[Field], study: Study) -> pd.DataFrame:
    """One row per pupil from `export_rows`, columns as `wide_fields`."""
    wave = _named(fields, "wave")
    pupil = _named(fields, "pupil")
    by_wave = {name: rows[rows[wave] == name].set_index(pupil) for name in study.wave_names}
    once = rows.drop_duplicates(pupil).set_index(pupil, drop=False)
    original = {field.source: field.name for field in fields}
    made = {
        field.name: by_wave[at][original[field.source]].reindex(once.index)
        if at
        else once[field.name]
        for field, at in wide_fields(fields, study)
    }
    return pd.DataFrame(made, index=once.index).reset_index(drop=True)


def csv_bytes(rows: pd.DataFrame) -> bytes:
    """Rows as a CSV file that opens in Excel as what it is: UTF-8 with a byte-order mark.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"pupil": pd.Series(["007", "=A1"], dtype="str"), "x": [1.5, 2]}))
    b"\\xef\\xbb\\xbfpupil,x\\n'007,1.5\\n'=A1,2.0\\n"
    """
    text = rows.select_dtypes("str").columns
    safe = rows.assign(**{str(column): marked_column(rows[column]) for column in text})
    return str(safe.to_csv(index=False, lineterminator="\n")).encode("utf-8-sig")


def csv_words(field: Field) -> list[str]:
    """What may stand in the CSV file for a category.

    Examples
    --------
    >>> csv_words(Field("arm", "arm", "", "category", "arm", {1: "=control", 2: "new"}))
    ["'=control", 'new']
    """
    return [marked(word) for word in field.words.values()]


def _named(fields: Sequence[Field], source: str) -> str:
    return next(field.name for field in fields if field.source == source)


def _dtype(field: Field) -> str:
    if field.kind in ("text", "category"):
        return "str"
    return "Int64" if field.kind == "integer" else "float64"
