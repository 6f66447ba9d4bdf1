"""The shapes of the project's frames: their columns, in order, and how they are read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

ESTIMATE_COLUMNS: tuple[str, ...] = (
    "study",
    "outcome",
    "contrast",
    "subgroup",
    "estimand",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "conf_level",
    "interval",
    "df",
    "p_value",
    "family",
    "p_adjusted",
    "n",
    "n_clusters",
    "method",
    "reason",
)
_ESTIMATE_TEXT = frozenset(
    {"study", "outcome", "contrast", "subgroup", "estimand", "interval", "family", "method"}
    | {"reason"}
)

WORDS: frozenset[str] = _ESTIMATE_TEXT | {
    *("step", "file", "column", "rule", "before", "after", "count", "waves", "what", "detail"),
    *("instrument", "item", "subscale", "part", "end", "finding", "sentence", "size", "answer"),
    "label",
}
"""Text columns in which an empty cell means "none"; in others, such as ids, it means "missing"."""

STORY_TEXT: frozenset[str] = frozenset(
    {
        *("story", "segment", "source", "coder", "assigned_by", "frame", "code", "study_code"),
        *("quote", "teller", "role", "school", "classroom", "pupil", "site", "wave", "file"),
        *("label", "parent", "certainty", "why", "what", "detail", "unit", "note", "because"),
        *("shown_as", "attribution", "with_school", "cleared_by", "id", "indicator", "cycle"),
        *("triad", "corner_a", "corner_b", "corner_c", "theme", "judge", "judgement", "kind"),
        *("group", "words", "source_code", "target_code", "source_label", "target_label"),
        *("teller_code", "coder_code", "teller_label", "coder_label", "coder_a", "coder_b"),
        *("code_a", "code_b", "label_a", "label_b", "quantitative", "inference", "quote_1"),
        *("quote_2", "attribution_1", "attribution_2", "ids", "outcome_label", "judge_1"),
        *("judge_2", "judgement_1", "judgement_2", "because_1", "because_2", "check", "measured"),
        *("codes", "strand", "finding", "left", "right", "by", "quotes", "guideline", "item"),
        *("asks", "verdict", "cycles", "reach", "list", "relation"),
    }
)
"""Text columns of tables of stories and of what is read beside them; an empty cell means none."""

STORY_STAGES: tuple[str, ...] = ("1_stories", "4_mix")

ANALYSIS_COLUMNS: tuple[str, ...] = (
    "pupil",
    "school",
    "school_attended",
    "classroom",
    "wave",
    "gender",
    "arm",
    "stratum",
    "outcome",
    "score",
)
"""One row per pupil, wave and outcome; `score` may be missing, every other column is text."""

TEXT: frozenset[str] = (
    WORDS | frozenset(ANALYSIS_COLUMNS) | {"entry_wave", "printed_as"}
) - {"score"}  # fmt: skip
"""Columns that are read back as text wherever they stand: no outcome may be called like one."""

WAVES_COLUMNS: tuple[str, ...] = ("pupil", "wave", "school", "classroom", "gender", "arm")
"""The clean long frame starts with these; one numeric column per outcome follows."""


def estimate_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of estimates as an Estimate frame: every column present, numbers as numbers.

    Parameters
    ----------
    rows : iterable of mapping
        Each with some of `ESTIMATE_COLUMNS`; what is left out is missing.

    Returns
    -------
    DataFrame
        Columns `ESTIMATE_COLUMNS`; text columns hold "" where nothing was given,
        all others float64 with NaN.

    Raises
    ------
    KeyError
        A row has a key that is no column of the frame.
    ValueError
        A confidence level that is not between 0 and 1: 95 for .95 would leave out every interval.

    Examples
    --------
    >>> frame = estimate_frame([{"estimand": "mean", "estimate": 2, "n": 12}])
    >>> [frame.loc[0, c] for c in ("estimand", "reason")], float(frame.loc[0, "estimate"])
    (['mean', ''], 2.0)
    """
    listed = [dict(row) for row in rows]
    unknown = {key for row in listed for key in row} - set(ESTIMATE_COLUMNS)
    if unknown:
        raise KeyError(f"not columns of the Estimate frame: {sorted(unknown)}")
    levels = {row["conf_level"] for row in listed if row.get("conf_level") is not None}
    wrong = sorted(level for level in levels if level <= 0 or level >= 1)
    if wrong:
        raise ValueError(f"conf_level is a share between 0 and 1, as 0.95; got {wrong[0]:g}")
    columns = {}
    for name in ESTIMATE_COLUMNS:
        values = [row.get(name) for row in listed]
        if name in _ESTIMATE_TEXT:
            columns[name] = pd.Series(["" if v is None else str(v) for v in values], dtype="str")
        else:
            columns[name] = pd.Series(
                [float("nan") if v is None else float(v) for v in values], dtype="float64"
            )
    return pd.DataFrame(columns)


def read_types(columns: Iterable[str], stage: str = "") -> dict[str, str]:
    """Column types for reading one of the project's own CSV files back without loss.

    Names that are known to be text come back as text (an id `007` stays `007`);
    everything else is left to pandas.

    Examples
    --------
    >>> read_types(["pupil", "score", "seen_T1"]), read_types(["code"], "4_mix")
    ({'pupil': 'str'}, {'code': 'str'})
    """
    text = TEXT | STORY_TEXT if stage in STORY_STAGES else TEXT
    return {name: "str" for name in columns if name in text}


def text_of(columns: Iterable[str]) -> list[str]:
    """Those columns of a table of stories that hold text.

    Examples
    --------
    >>> text_of(["theme", "asked", "method"])
    ['theme', 'method']
    """
    return [name for name in columns if name in STORY_TEXT | WORDS]


def with_words(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """A frame whose columns of these names are text, "" where nothing is.

    Examples
    --------
    >>> with_words(pd.DataFrame({"a": [1.0, None], "b": [None, None]}), ["b"])["b"].tolist()
    ['', '']
    """
    filled = {n: frame[n].astype("object").where(frame[n].notna(), "").astype("str") for n in names}
    return frame.assign(**filled)


_UNCUT: tuple[str | None, ...] = (
    "display.max_rows",
    None,
    "display.max_columns",
    None,
    "display.max_colwidth",
    None,
)


@dataclass(frozen=True)
class Whole:
    """A frame that a published notebook shows with every row, column and word.

    pandas cuts what it displays after 60 rows and 50 characters, and a page has no way to
    unfold it.

    Parameters
    ----------
    frame : DataFrame
        Cleared, or without anything of pupils in it.

    Examples
    --------
    >>> print(repr(Whole(pd.DataFrame({"id": range(100)}))).count("\\n"))
    100
    """

    frame: pd.DataFrame

    def _repr_html_(self) -> str:
        with pd.option_context(*_UNCUT):
            return str(self.frame.to_html(notebook=True))

    def __repr__(self) -> str:
        with pd.option_context(*_UNCUT):
            return str(self.frame.to_string())
