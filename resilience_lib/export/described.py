"""What lies beside the exported files for people: their codebook, and a page to read first."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Sequence

from resilience_lib.codebook.variable import COLUMNS
from resilience_lib.export.excel_text import RULE, marked
from resilience_lib.export.fields import Field
from resilience_lib.export.rows import csv_words
from resilience_lib.study.schema import Study

_SENSITIVE = ("pupil", "school", "school_attended", "classroom")


def codebook_rows(file: str, fields: Sequence[tuple[Field, str]]) -> list[dict[str, str]]:
    """Rows of a codebook of an exported file, by which this project can read it again.

    Parameters
    ----------
    file : str
        Name of the file.
    fields : sequence of (Field, str)
        Each with the wave of its column, "" where a row says the wave.

    Returns
    -------
    list of dict of str to str
        Keys `codebook.COLUMNS`.
    """
    return [_row(file, field, wave) for field, wave in fields]


def codebook_bytes(rows: Sequence[dict[str, str]]) -> bytes:
    """A codebook as a CSV file that opens in Excel."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _shown(cell) for key, cell in row.items()} for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _shown(cell: str) -> str:
    # a label that is a formula; numbers, dates and lists are as they are
    return marked(cell) if cell[:1] in ("=", "+", "@") else cell


def _row(file: str, field: Field, wave: str) -> dict[str, str]:
    allowed = ""
    if field.kind == "category":
        allowed = "|".join(csv_words(field))
    elif field.limits is not None:
        allowed = f"{field.limits[0]:g}|{field.limits[1]:g}"
    is_item = field.role == "item"
    name = field.item if is_item else field.source
    return dict.fromkeys(COLUMNS, "") | {
        "file": file,
        "variable": field.name,
        "label": field.label,
        "type": field.kind,
        "unit": field.unit,
        "allowed": allowed,
        "instrument": field.instrument if is_item else "",
        "item": name if is_item or wave else "",
        "wave": wave,
        "source_question": "made by make export from the study's own codebook",
        "sensitive": "yes" if field.source in _SENSITIVE else "no",
        "role": field.role,
    }


def readme(study: Study, files: dict[str, str], left_out: Sequence[str]) -> bytes:
    """README.txt of the folder.

    Parameters
    ----------
    study : Study
    files : dict of str to str
        What each file is, by name.
    left_out : sequence of str
        Sentences about what is not here, and why.

    Returns
    -------
    bytes
        Lines end as Windows' own programs want them.
    """
    told = [study.title]
    if study.synthetic:
        told.append("SYNTHETIC DATA: the pupils in these files were invented.")
    if study.disclosure.open_data:
        told.append(f"Every row is a pupil's. The data are open: {study.disclosure.reason}")
    else:
        told.append(
            "CONFIDENTIAL: this folder holds pupils' rows. It may go to nobody whom the consent of "
            "pupils, parents and schools does not name. Git ignores it; keep it out of mails and "
            "shared folders."
        )
    told += [f"{name}: {what}." for name, what in files.items()]
    told += [f"{sentence}." for sentence in left_out]
    told += [
        "Items are as they were answered, after cleaning and before reversing; scores are those "
        "that the paper's numbers come from. An empty cell is missing.",
        f"In the CSV files {RULE}.",
        "datapackage.json and codebook.csv say what each column holds. Who made the data is left "
        "out of datapackage.json: add contributors before you deposit it.",
        f"Written by: make export STUDY={study.study}",
    ]
    wrapped = [textwrap.fill(" ".join(text.split()), 88, subsequent_indent="  ") for text in told]
    text = "\n\n".join(wrapped) + "\n"
    return text.replace("\n", "\r\n").encode("utf-8-sig")
