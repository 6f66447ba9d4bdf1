"""The scored file for SPSS, with labels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib.adapters.sav_file import sav_bytes
from resilience_lib.export.fields import Field


def scored_sav(rows: pd.DataFrame, fields: Sequence[Field], title: str) -> bytes:
    """Rows as an SPSS file.

    Parameters
    ----------
    rows : DataFrame
        From `rows.export_rows`.
    fields : sequence of Field
    title : str
        Label of the file.

    Returns
    -------
    bytes
        Wave, gender and arm are numbers with value labels (SPSS takes no long text as a factor);
        ids are text; a missing number is SPSS's system-missing value, a missing text is blank.
    """
    data = {}
    for field in fields:
        cells = rows[field.name]
        if field.kind == "category":
            codes = {word: float(code) for code, word in field.words.items()}
            data[field.name] = cells.map(codes).astype("float64")
        elif field.kind == "text":
            data[field.name] = cells.fillna("")
        else:
            data[field.name] = cells.astype("float64")
    return sav_bytes(
        pd.DataFrame(data),
        file_label=title,
        labels={field.name: _label(field) for field in fields},
        value_labels={field.name: field.words for field in fields},
        formats={f.name: _format(f) for f in fields if f.kind != "text"},
        measures={f.name: _measure(f) for f in fields},
    )


def _label(field: Field) -> str:
    return f"{field.label} ({field.unit})" if field.unit else field.label


def _format(field: Field) -> str:
    return "F8.3" if field.kind == "number" else "F8.0"


def _measure(field: Field) -> str:
    if field.kind == "number":
        return "scale"
    return "ordinal" if field.kind == "integer" or field.source == "wave" else "nominal"
