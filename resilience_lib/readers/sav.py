"""SPSS files: codes as text, with the labels and the missing values that the file declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.opening import kind_of, read_bytes
from resilience_lib.readers.raw_table import RawTable

DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "MOYR", "QYR", "WKYR")
MOMENTS = ("DATETIME", "YMDHMS")
TIMES = ("TIME", "DTIME", "MTIME")
DAY = 86_400.0
EPOCH = "1582-10-14"
"""SPSS counts seconds from here."""

LAST_DAY = 3_074_323.0
"""Days from `EPOCH` to 9999-12-31."""

MOST_DIGITS = 1e15

PROBE = "import sys, pyreadstat; pyreadstat.read_sav(sys.argv[1], user_missing=True)"
"""Run in a process of its own: a damaged file can bring the parser down, and Python with it."""

SAVE_AGAIN = "open it in SPSS and save it again, or export it as CSV"


def number_text(value: float) -> str:
    """A number as text: whole numbers without ".0", "" for the system's missing value.

    Examples
    --------
    >>> number_text(-9.0), number_text(2.5), number_text(float("nan"))
    ('-9', '2.5', '')
    """
    if np.isnan(value):
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def moment_text(seconds: float, kind: str) -> str:
    """SPSS seconds as ISO 8601.

    Parameters
    ----------
    seconds : float
        Since 14 October 1582, or a duration where `kind` is one of `TIMES`.
    kind : str
        Name of the format, e.g. "DATE".

    Returns
    -------
    str
        A date, a date with time, or hours, minutes and seconds.

    Raises
    ------
    ValueError
        No date: before 1582 or after 9999.

    Examples
    --------
    >>> moment_text(13744944000.0, "EDATE"), moment_text(36610.0, "TIME")
    ('2018-05-06', '10:10:10')
    """
    if kind in TIMES:
        whole = round(abs(seconds))
        sign = "-" if seconds < 0 else ""
        return f"{sign}{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    if not 0 <= seconds < (LAST_DAY + 1) * DAY:
        raise ValueError(seconds)
    moment = np.datetime64(EPOCH) + np.timedelta64(round(seconds), "s")
    return str(moment.astype("datetime64[D]") if kind in DATES else moment)


def _declared(ranges: list[dict[str, Any]], values: list[Any]) -> list[Any]:
    """Those of the values that lie in a declared range of missing values."""
    return [v for v in values if any(r["lo"] <= v <= r["hi"] for r in ranges)]


def _parsed(path: Path) -> tuple[pd.DataFrame, Any]:
    import pyreadstat

    name = relative(path)
    content = read_bytes(path)
    if not content.startswith((b"$FL2", b"$FL3")):
        kind = kind_of(content) or "something else, perhaps text"
        rule = f"the file is SPSS data (.sav or .zsav); this is {kind}"
        raise FaultsError([Fault(name, rule, "name its reader")])
    probe = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], capture_output=True, check=False
    )
    if probe.returncode not in (0, 1):  # 1: an exception, which is met again below
        raise FaultsError([Fault(name, "the file is whole; it cannot be parsed", SAVE_AGAIN)])
    try:
        frame, meta = pyreadstat.read_sav(
            str(path), user_missing=True, disable_datetime_conversion=True
        )
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        OverflowError,
        UnicodeDecodeError,
    ) as error:
        rule = f"the file is whole and in its own format ({str(error)[:80]})"
        remedy = "copy it again from where it came from, or " + SAVE_AGAIN
        if any(word in str(error) for word in ("encoding", "character set", "codec")):
            rule = "the texts are in the encoding that the file names"
            remedy = "open it in SPSS, set Unicode, and save it again"
        raise FaultsError([Fault(name, rule, remedy)]) from None
    if not len(frame):
        rule = "the file has cases; it has none"
        raise FaultsError([Fault(name, rule, "export it again")])
    return frame, meta


def _numbers(
    name: str, column: str, values: pd.Series, kind: str, declared: set[float]
) -> tuple[list[str], list[Fault]]:
    """Text of each cell of a numeric column; each different value is worked out once."""
    numbers = values.to_numpy(dtype="float64")
    different, places = np.unique(numbers, return_inverse=True)
    texts, wrong = [], {}
    for number in different.tolist():
        text = number_text(number)
        if kind in DATES + MOMENTS + TIMES and text and number not in declared:
            try:
                text = moment_text(number, kind)
            except ValueError:
                wrong[number] = ("a date lies between 1582 and 9999", "correct it", text)
        elif abs(number) >= MOST_DIGITS:
            rule = "a number has at most 15 digits; SPSS has lost the rest"
            wrong[number] = (rule, "make the column text where it comes from", text)
        texts.append(text)
    faults = [
        Fault(name, rule, remedy, int(at) + 1, column, text)
        for number, (rule, remedy, text) in wrong.items()
        for at in np.flatnonzero(numbers == number)
    ]
    return np.array(texts, dtype=object)[places.reshape(-1)].tolist(), faults


def _code(value: object) -> str:
    return value.rstrip() if isinstance(value, str) else number_text(float(str(value)))


def read(path: Path) -> RawTable:
    """An SPSS file as text: codes, never labels.

    Parameters
    ----------
    path : Path
        A verified .sav or .zsav file.

    Returns
    -------
    RawTable
        `line` is the case number; the system's missing value is "". `missing` holds every code
        in the file or in its labels that it declares missing, singly or by a range; they stay in
        the cells. Dates are ISO 8601.

    Raises
    ------
    FaultsError
        Not SPSS, cut off or damaged, texts that do not fit the file's encoding, dates that are
        none, no cases.
    """
    frame, meta = _parsed(path)
    name = relative(path)
    data: dict[str, list[str]] = {}
    missing: dict[str, dict[str, str]] = {}
    faults: list[Fault] = []
    labelled = {c: dict(codes) for c, codes in meta.variable_value_labels.items()}
    for column in frame.columns:
        values = frame[column]
        ranges = meta.missing_ranges.get(column, [])
        labels = labelled.get(column, {})
        edges = [r["lo"] for r in ranges if r["lo"] == r["hi"]]
        codes = _declared(ranges, [*values.dropna().unique().tolist(), *labels, *edges])
        if pd.api.types.is_numeric_dtype(values):
            kind = meta.original_variable_types[column].rstrip("0123456789.")
            data[column], wrong = _numbers(name, column, values, kind, set(codes))
            faults += wrong
        else:
            data[column] = [_code(value) for value in values.fillna("")]
        if codes:
            missing[column] = {
                _code(code): str(labels.get(code, "declared missing in the file"))
                for code in sorted(set(codes))
            }
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    index = pd.RangeIndex(1, len(frame) + 1, name="line")
    encoding = str(meta.file_encoding)
    return RawTable(
        pd.DataFrame(data, index=pd.Index(index, dtype="int64"), dtype="str"),
        labels={c: text for c, text in meta.column_names_to_labels.items() if text},
        value_labels={
            column: {_code(code): str(label) for code, label in codes.items()}
            for column, codes in labelled.items()
        },
        missing=missing,
        notes=() if encoding.upper() == "UTF-8" else (f"texts are {encoding}, as the file says",),
    )
