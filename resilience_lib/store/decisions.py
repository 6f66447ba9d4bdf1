"""CSV files that people write beside the study file or the raw data: their shape, and reading them.

Every fault of a file is told at once, with its line.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative

NOT_BLANK = "the cell may not be blank"
_LONGEST = 18
"""Signs of a number in a file of people; longer ones are a slip, and hold no more digits."""


@dataclass(frozen=True)
class Shape:
    """What a file has to look like.

    Parameters
    ----------
    needs, may : tuple of str
        Columns that must and that can be there.
    filled : tuple of str
        Columns without a blank cell.
    choices : mapping of str to tuple of str
        Values that a filled cell of a column can have.
    numbers, whole : tuple of str
        Columns of numbers; blank cells are missing. Those of `whole` are 0, 1, 2, ...
    key : tuple of str
        Columns that no two rows share; no columns for no such rule.
    """

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    key: tuple[str, ...] = ()


SHAPES: dict[str, Shape] = {
    "sources": Shape(
        ("source", "role"),
        ("story", "teller", "school", "classroom", "pupil", "site", "wave", "asked"),
        filled=("source",),
        choices={"asked": ("yes", "no")},
        key=("source",),
    ),
    "code_map": Shape(
        ("code", "frame", "frame_code"),
        ("label", "assigned_by", "note"),
        filled=("code",),
        choices={"assigned_by": ("coder", "teller")},
        key=("code", "frame", "frame_code", "assigned_by"),
    ),
    "consensus": Shape(
        ("source", "code"),
        ("start", "end", "quote"),
        filled=("source",),
        numbers=("start", "end"),
        whole=("start", "end"),
        key=("source", "start", "end", "quote", "code"),
    ),
    "quotes": Shape(
        ("source", "shown_as", "attribution", "cleared_by", "because"),
        ("start", "end", "quote", "with_school"),
        filled=("source", "shown_as", "cleared_by", "because"),
        choices={"with_school": ("yes", "no")},
        numbers=("start", "end"),
        whole=("start", "end"),
        key=("source", "start", "end", "quote"),
    ),
    "indicators": Shape(
        ("id", "frame", "cycle", "what", "unit", "value", "source"),
        ("conf_low", "conf_high"),
        filled=("id", "frame", "cycle", "what", "source"),
        numbers=("value", "conf_low", "conf_high"),
        key=("id", "frame", "cycle"),
    ),
    "convergence": Shape(
        ("theme", "judge", "judgement", "because"),
        filled=("theme", "judge", "judgement", "because"),
        choices={
            "judgement": (
                "agreement",
                "partial agreement",
                "silence",
                "dissonance",
                "cannot be judged",
            )
        },
        key=("theme", "judge"),
    ),
    "triads": Shape(
        ("source", "triad", "corner_a", "corner_b", "corner_c", "a", "b", "c"),
        filled=("source", "triad", "corner_a", "corner_b", "corner_c", "a", "b", "c"),
        numbers=("a", "b", "c"),
        key=("source", "triad"),
    ),
    "roles": Shape(
        ("role",),
        ("people", "label", "school", "note"),
        filled=("role",),
        numbers=("people",),
        whole=("people",),
        key=("role", "school"),
    ),
    "sites": Shape(
        ("site",),
        ("label", "school", "note"),
        filled=("site",),
        key=("site", "school"),
    ),
}
"""By what the study file calls them."""
DRAFTED: tuple[str, ...] = ("sources", "code_map")
"""Those that can be drafted from exports."""


def read_decisions(path: Path, kind: str) -> pd.DataFrame:
    """A file that people wrote.

    Parameters
    ----------
    path : Path
    kind : str
        A key of `SHAPES`.

    Returns
    -------
    DataFrame
        All columns of the shape, in its order: text with "" where blank, numbers as float64; the
        index, named "line", is the line of the file.

    Raises
    ------
    FaultsError
        The file is absent, no CSV, or breaks its shape.
    """
    from resilience_lib.readers.csv_file import read

    shape = SHAPES[kind]
    if not path.exists():
        rule = f"the study file names it ({kind}), and it is not there"
        remedy = f"write it, with {_columns(shape)}"
        if kind in DRAFTED:
            remedy += "; or have it drafted from the exports: make code-map STUDY=name"
        raise FaultsError([Fault(relative(path), rule, remedy)])
    frame = read(path).frame
    frame = frame.apply(lambda column: column.str.strip())
    faults = list(_column_faults(path, frame, shape))
    if faults:
        raise FaultsError(faults)
    frame = frame.reindex(columns=[*shape.needs, *shape.may], fill_value="").astype("str")
    faults = list(_cell_faults(path, frame, shape))
    if faults:
        raise FaultsError(faults)
    for name in shape.numbers:
        frame[name] = frame[name].replace("", "nan").map(float).astype("float64")
    return frame


def no_rows(kind: str) -> pd.DataFrame:
    """A file of that kind with no rows, for a study that has none.

    Examples
    --------
    >>> len(no_rows("triads")), no_rows("convergence").columns.tolist()
    (0, ['theme', 'judge', 'judgement', 'because'])
    """
    shape = SHAPES[kind]
    frame = pd.DataFrame(columns=[*shape.needs, *shape.may], dtype="str")
    return frame.astype(dict.fromkeys(shape.numbers, "float64"))


def _columns(shape: Shape) -> str:
    optional = f" (and, where known, {', '.join(shape.may)})" if shape.may else ""
    return f"columns {', '.join(shape.needs)}{optional}"


def _column_faults(path: Path, frame: pd.DataFrame, shape: Shape) -> Iterator[Fault]:
    known = (*shape.needs, *shape.may)
    for name in shape.needs:
        if name not in frame.columns:
            yield Fault(relative(path), f"the column {name} is there", f"the file has "
                        f"{_columns(shape)}", row=1, column=name)  # fmt: skip
    for name in frame.columns:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"the file has {_columns(shape)}"
            yield Fault(relative(path), "there is no such column", remedy, row=1, column=name)


def _cell_faults(path: Path, frame: pd.DataFrame, shape: Shape) -> Iterator[Fault]:
    for name in shape.filled:
        for line in frame.index[frame[name] == ""]:
            yield Fault(relative(path), NOT_BLANK, "fill it in, or delete the row", line, name)
    for name, allowed in shape.choices.items():
        for line, value in frame.loc[~frame[name].isin([*allowed, ""]), name].items():
            rule = f"{name} is one of {', '.join(allowed)}"
            yield Fault(relative(path), rule, "write one of these", _line(line), name, value)
    for name in shape.numbers:
        for line, value in frame.loc[frame[name] != "", name].items():
            if not _is_number(value):
                yield Fault(relative(path), "the cell is a number, with a decimal point, or blank",
                            "write e.g. 0.25", _line(line), name, value)  # fmt: skip
            elif name in shape.whole and not value.isdecimal():
                yield Fault(relative(path), "the cell is a whole number from 0, or is blank",
                            "write e.g. 25", _line(line), name, value)  # fmt: skip
    if shape.key:
        twice = frame[frame.duplicated(list(shape.key), keep="first")]
        for line, row in twice.iterrows():
            value = ", ".join(row[name] for name in shape.key if row[name])
            yield Fault(relative(path), f"{' and '.join(shape.key)} stand once together",
                        "delete the second one", _line(line), shape.key[0], value)  # fmt: skip


def _line(index: object) -> int:
    return int(str(index))


def _is_number(text: str) -> bool:
    try:
        return "_" not in text and len(text) <= _LONGEST and math.isfinite(float(text))
    except ValueError:
        return False
