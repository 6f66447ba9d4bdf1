"""pyreadstat: an SPSS file as bytes, the same for the same data.

Quirks kept here: it writes to a path only; texts of labels longer than SPSS allows are cut by it in
the middle of a sign, so they are cut before; the moment of writing stands in the header, and
is replaced by a fixed one, so that two exports of the same data are the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

MOST_LABEL = 255
MOST_VALUE_LABEL = 120
MOST_FILE_LABEL = 63
_MOMENT = (92, 109)
_FIXED = b"01 Jan 7000:00:00"
"""Creation date (9 bytes) and time (8) in the header record of a system file."""


def sav_bytes(
    frame: pd.DataFrame,
    *,
    file_label: str,
    labels: Mapping[str, str],
    value_labels: Mapping[str, Mapping[int, str]],
    formats: Mapping[str, str],
    measures: Mapping[str, str],
) -> bytes:
    """A data frame as an SPSS system file.

    Parameters
    ----------
    frame : DataFrame
        Text columns, and float64 with NaN for missing (SPSS's system-missing value).
    file_label : str
        Label of the file.
    labels : mapping of str to str
        Label by column.
    value_labels : mapping of str to mapping
        Label by code, by column.
    formats : mapping of str to str
        SPSS format by column, e.g. F8.0.
    measures : mapping of str to str
        nominal, ordinal or scale, by column.

    Returns
    -------
    bytes
        The same at any time of day.

    Examples
    --------
    >>> made = sav_bytes(pd.DataFrame({"x": [1.0]}), file_label="", labels={}, value_labels={},
    ...                  formats={}, measures={})
    >>> made[:4], made[92:109]
    (b'$FL2', b'01 Jan 7000:00:00')
    """
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=cut(file_label, MOST_FILE_LABEL),
            column_labels={name: cut(label, MOST_LABEL) for name, label in labels.items()},
            variable_value_labels={
                name: {float(code): cut(label, MOST_VALUE_LABEL) for code, label in codes.items()}
                for name, codes in value_labels.items()
                if codes
            },
            variable_format=dict(formats),
            variable_measure=dict(measures),
        )
        content = bytearray(path.read_bytes())
    begin, end = _MOMENT
    content[begin:end] = _FIXED
    return bytes(content)


def cut(text: str, most: int) -> str:
    """A text of at most so many bytes of UTF-8, without half a sign at its end.

    Examples
    --------
    >>> cut("café", 4), cut("café", 5)
    ('caf', 'café')
    """
    return text.encode()[:most].decode(errors="ignore")
