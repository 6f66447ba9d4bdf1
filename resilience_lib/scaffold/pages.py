"""Pages of the documentation about what the library holds: instruments, readers, the codebook."""

from __future__ import annotations

from resilience_lib.instruments.key import Key, Subscale, Total
from resilience_lib.instruments.load import key_names, load_key
from resilience_lib.readers.registry import READERS

_COLUMNS: dict[str, str] = {
    "file": "The raw file, as the study file names it.",
    "variable": "The column, as the file names it.",
    "label": "What it holds, in words; never the wording of a questionnaire's item.",
    "type": "text, number, integer, category or date (2026-11-24).",
    "unit": "Unit of a number.",
    "allowed": "Codes of a category, `1=girl|2=boy`; limits of a number, `1|5`; or the words that "
    "stand for numbers, `Never=0|Sometimes=1|Always=2`. Anything else is refused.",
    "missing_codes": "What stands for a missing value, `99|-1=refused`. An empty cell is missing "
    "anyway.",
    "instrument": "Key of the instrument that the item belongs to (docs/instruments.md).",
    "item": "Its number there. Without an instrument: what the column is called at every wave.",
    "wave": "T1, T2, ...: the wave of a column of a wide file (one row a pupil).",
    "source_question": "The question, or the page of a manual, that gives the meaning; "
    "undocumented where nothing does.",
    "sensitive": "yes, no, or pseudonymise: its values are replaced by keyed sums before anything "
    "is written (`make fetch` lays the key).",
    "role": "pupil, school, classroom, wave, gender, arm, code_part (of a self-generated code), "
    "item, outcome, kept (checked, and used for nothing yet) or dropped (removed first).",
}


def intake_page() -> str:
    """Readers and the codebook's columns, as Markdown."""
    readers = [f"| `{name}` | {spec.what} |" for name, spec in READERS.items()]
    escaped = {name: what.replace("|", r"\|") for name, what in _COLUMNS.items()}
    columns = [f"| `{name}` | {what} |" for name, what in escaped.items()]
    return "\n".join(
        [
            "# Raw files and their codebook",
            "",
            "`make codebook STUDY=name FILE=file` drafts the rows of a file; `make check "
            "STUDY=name` holds the files against them and lists every fault, also as "
            "data/processed/name/check.xlsx. This page is written from the code by `make docs`.",
            "",
            "| reader | what it opens |",
            "| --- | --- |",
            *readers,
            "",
            "`data/raw/<study>/codebook.csv` (or .xlsx) has one row per column of each file:",
            "",
            "| column | what it says |",
            "| --- | --- |",
            *columns,
            "",
        ]
    )


def instruments_page() -> str:
    """Every instrument that the library knows, with what is switched off, as Markdown."""
    lines = [
        "# Instruments",
        "",
        "Keys hold numbers of items and codes only, never the wording of an item. Each part says "
        "how sure it is: *verified* (read in a publication or manual), *secondary code* (read in "
        "public scoring code only), *chosen* (by this project, where nothing is published) or "
        "*unverified*; what is unverified is switched off. A study adds its own as "
        "`studies/<study>/instruments/<name>.yml`, by the same schema. This page is written from "
        "the keys by `make docs`.",
    ]
    for name in key_names():
        lines += _instrument(load_key(name))
    return "\n".join([*lines, ""])


def _instrument(key: Key) -> list[str]:
    lines = [
        "",
        f"## `{key.name}`: {key.title}, {key.form}",
        "",
        f"{key.citation.rstrip('.')}. Answered by: {key.informant}. {key.licence}",
        "",
        "| scale | items | scored as | missing answers | how sure | |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for part in (*key.subscales, *key.totals):
        off = f"**switched off**: {part.switched_off}" if part.switched_off else ""
        items, rule, scored = "", "every part needed", "sum"
        if isinstance(part, Total):
            items = " + ".join(part.sum_of)
        if isinstance(part, Subscale):
            turned = [item for item in part.items if key.is_reversed(item)]
            items = ", ".join(f"{i}R" if i in turned else i for i in part.items)
            needed = part.missing.answers_needed(len(part.items))
            rule = f"{needed} of {len(part.items)} needed" + (
                ", prorated" if part.missing.prorated else ""
            )
            scored = part.scoring + (", halves up" if part.rounding == "half_up" else "")
        lines.append(f"| `{part.name}` | {items} | {scored} | {rule} | {part.certainty} | {off} |")
    for band in key.bands:
        state = f"switched off: {band.switched_off}" if band.switched_off else band.source
        lines.append(f"\nBands of `{band.of}`, norm set `{band.norm_set}`: {state.rstrip('.')}.")
    lines += [f"\nNot here: {one.what.rstrip('.')}. {one.reason}" for one in key.left_out]
    lines += [f"\n{note}" for note in key.notes]
    return lines
