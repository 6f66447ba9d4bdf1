"""Matrix of cycles by role and site: how many of the sources asked tell of each."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import close
from resilience_lib.figures.grid import (
    SHEET_MM,
    TALLEST_MM,
    cell,
    high_mm,
    lines_of,
    new_sheet,
    put,
    wide_mm,
)
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.plain_words import capital
from resilience_lib.figures.story_marks import tint
from resilience_lib.figures.story_words import (
    FEWEST_FOR_PERCENT,
    KINDS,
    SILENT,
    coded_by,
    counted,
    few_said,
    frame_title,
    in_order,
)
from resilience_lib.figures.style import QUIET, styled

_NAMES_MM = 38.0
_MOST_CODES = 10
"""More codes than that have no room as columns."""
_WIDEST_MM = 34.0
"""Few codes do not fill the page: a single one would be a beam across it."""
_LEAST_MM = 5.0
_AFTER_MM = 5.0
_NOTHING = "too few sources for any count to be shown"
_NO = (float("nan"), float("nan"))


@dataclass(frozen=True)
class _Block:
    """One coding frame: its columns, and its rows from top to bottom ("" heads a kind).

    A kind of groups of which nothing can be shown has its head alone.
    """

    title: list[str]
    codes: list[tuple[str, list[str]]]
    rows: list[tuple[str, str, list[str], float]]
    cells: dict[tuple[str, str, str], tuple[float, float]]
    by_share: bool

    @property
    def width(self) -> float:
        """Width of a column."""
        return _width(len(self.codes))

    @property
    def head(self) -> float:
        """Height of title and names of columns."""
        most = max((len(lines) for _, lines in self.codes), default=0)
        return high_mm(len(self.title), 8) + 1.5 + high_mm(most) + 1.0

    @property
    def high(self) -> float:
        """Height of the whole block."""
        return self.head + sum(row[3] for row in self.rows) + _AFTER_MM


def select_cycle_matrix(coverage: Cleared, labels: Labels) -> Cleared:
    """Coding frames whose codes have room as columns; all where none has.

    Claims of contribution stand in the value-creation matrix, beside their indicators.
    """

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame[frame["frame"] != "indicators"]
        many = frame.groupby("frame")["code"].transform("nunique")
        few = frame[many.le(_MOST_CODES)]
        return few if len(few) else frame

    return reshape(pick, coverage)


@styled
def draw_cycle_matrix(cleared: Cleared, labels: Labels) -> Figure:
    """A block for each coding frame, a column for each cycle, a row for each group."""
    blocks, _ = _plan(cleared.frame)
    said = f"{_said(cleared.frame)}. Tint: {_tinted(blocks)}."
    foot = lines_of(said, SHEET_MM)
    figure, axes = new_sheet(
        sum(block.high for block in blocks) + high_mm(len(foot)) + 1 + 5 * (not blocks), cleared
    )
    top = 0.5
    for block in blocks:
        _draw(axes, block, top)
        top += block.high
    if not blocks:
        put(axes, 0, top, "No coding frame has few enough codes to stand as columns.", color=QUIET)
        top += 5
    put(axes, 0, top, foot, color=QUIET)
    return figure


def _plan(frame: pd.DataFrame) -> tuple[list[_Block], list[str]]:
    """Blocks that fit on a page, and which groups are left out."""
    blocks, left_out = [], []
    both = frame.groupby("frame")["assigned_by"].nunique().gt(1)
    places = in_order(frame["frame"])
    parts = sorted(
        (
            (str(name), str(assigned), part)
            for (name, assigned), part in frame.groupby(["frame", "assigned_by"], sort=False)
            if part["code"].nunique() <= _MOST_CODES
        ),
        # as tellers placed them stands below as coders read them
        key=lambda part: (places[part[0]], part[1]),
    )
    for name, assigned, part in parts:
        title = frame_title(name) + (f", {coded_by(assigned)}" if both[name] else "")
        block = _block(title, part)
        while block.high > (TALLEST_MM - 2 * _AFTER_MM) / len(parts) or _bare(block):
            left_out.append(block.rows.pop()[1])
        blocks.append(block)
    return blocks, [name for name in dict.fromkeys(left_out) if name]


def _width(codes: int) -> float:
    return min(_WIDEST_MM, (SHEET_MM - _NAMES_MM) / max(1, codes))


def _bare(block: _Block) -> bool:
    """Whether the last row heads a kind whose groups the page does not hold."""
    return not block.rows[-1][1] and block.rows[-1][2] == [_kind(block.rows[-1][0])]


def _kind(kind: str) -> str:
    return KINDS.get(kind, f"By {kind}")


def _block(title: str, part: pd.DataFrame) -> _Block:
    codes = part.sort_values("position", kind="stable").drop_duplicates("code")
    width = _width(len(codes))
    rows: list[tuple[str, str, list[str], float]] = []
    names = ["kind", "group", "code", "sources", "asked"]
    cells = {
        (kind, group, code): (sources, asked)
        for kind, group, code, sources, asked in part[names].itertuples(index=False)
    }
    for kind in [*KINDS, *sorted(set(part["kind"]) - set(KINDS))]:
        groups = list(dict.fromkeys(part.loc[part["kind"] == kind, "group"]))
        mine = part.loc[part["kind"] == kind]
        if groups and kind != "all":
            hidden = bool((mine["sources"].isna() | mine["asked"].isna()).all())
            said = f"{_kind(kind)}: {_NOTHING}" if hidden else _kind(kind)
            rows.append((kind, "", [said], _LEAST_MM))
            groups = [] if hidden else groups
        for group in groups:
            lines = lines_of("All sources" if kind == "all" else capital(str(group)), _NAMES_MM - 2)
            texts = [_text(cells.get((kind, group, code), _NO), width) for code in codes["code"]]
            most = max([len(lines), *(text.count("\n") + 1 for text in texts)])
            rows.append((kind, group, lines, max(_LEAST_MM, high_mm(most) + 1.6)))
    named = [
        (str(code), lines_of(label, width - 1.5, most=6))
        for code, label in zip(codes["code"], codes["label"], strict=True)
    ]
    asked = part["asked"].dropna()
    by_share = bool(len(asked) and (asked >= FEWEST_FOR_PERCENT).all())
    return _Block(lines_of(title, SHEET_MM, 8, bold=True), named, rows, cells, by_share)


def _text(counts: tuple[float, float], width: float) -> str:
    """A count over its denominator, on two lines where one is too narrow."""
    text = counted(*counts, of="/")
    return text if wide_mm(text) < width - 1.5 else text.replace("/", "\n/")


def _draw(axes: Axes, block: _Block, top: float) -> None:
    put(axes, 0, top, block.title, size_pt=8, bold=True)
    width = block.width
    y = top + block.head
    for at, (_, lines) in enumerate(block.codes):
        put(axes, _NAMES_MM + (at + 0.5) * width, y - 1.0, lines, ha="center", va="bottom")
    most = max((sources for sources, _ in block.cells.values() if sources == sources), default=0)
    for kind, group, lines, high in block.rows:
        if not group:
            put(axes, 0, y + high / 2, lines, va="center", color=QUIET)
            y += high
            continue
        put(axes, 0, y + high / 2, lines, va="center", bold=kind == "all")
        for at, (code, _) in enumerate(block.codes):
            left = _NAMES_MM + at * width
            sources, asked = counts = block.cells.get((kind, group, code), _NO)
            if _text(counts, width) == "x":
                cell(axes, left, y, width, high, color="#F6F6F6", hatch="////", edge="#D9D9D9")
                put(axes, left + width / 2, y + high / 2, "x", ha="center", va="center", boxed=True)
                continue
            whole = asked if block.by_share else most
            color, ink = tint(sources / whole if whole else 0.0)
            cell(axes, left, y, width, high, color=color, edge="#D9D9D9", edge_pt=0.4)
            middle = (left + width / 2, y + high / 2)
            put(axes, *middle, _text(counts, width), ha="center", va="center", color=ink)
        y += high


def _said(frame: pd.DataFrame) -> str:
    hidden = frame["sources"].isna() | frame["asked"].isna()
    said = "Sources that tell of it / sources asked"
    return f"{said}; {few_said(frame.loc[hidden, 'sources_words'])}" if hidden.any() else said


def _tinted(blocks: list[_Block]) -> str:
    kinds = {block.by_share for block in blocks}
    if kinds == {True}:
        return "share of the sources asked, from none to all"
    if kinds == {True, False}:
        return "the count, or its share where every group has 30 sources or more"
    return "the count itself, as groups are too small for shares"


def caption_cycle_matrix(cleared: Cleared, labels: Labels) -> str:
    """Caption of the matrix."""
    frame = cleared.frame
    blocks, left_out = _plan(frame)
    drawn = {block.title[0] for block in blocks}
    many = frame.groupby("frame")["code"].nunique()
    without = [frame_title(str(name)) for name in many.index[many > _MOST_CODES]]
    sentences = [
        f"How many of the sources asked tell of each {_what(frame)}, {_by(frame)}.",
        SILENT,
        f"{_said(frame)}." if drawn else "",
        "Cycles stand in the order of their frame; they are no ladder, and none is worth more."
        if "cycle" in _what(frame)
        else "",
        "No shares are printed: a count stands with its denominator.",
        f"Not drawn, as their codes are too many for columns: {', '.join(without)} (the table "
        "theme_counts has them)."
        if without
        else "",
        f"Groups that the page does not hold stand in the table theme_counts: {_short(left_out)}."
        if left_out
        else "",
    ]
    return close(sentences, cleared, labels, change=False, pupils=False)


def _what(frame: pd.DataFrame) -> str:
    cycles = frame["frame"].str.startswith("value_creation")
    return "cycle" if cycles.all() else "cycle and code" if cycles.any() else "code"


def _by(frame: pd.DataFrame) -> str:
    """By what sources are told apart in rows."""
    kinds = [kind for kind in KINDS if kind != "all" and frame["kind"].eq(kind).any()]
    kinds += sorted(set(frame["kind"]) - set(KINDS))
    return f"of all and by {' and by '.join(kinds)}" if kinds else "of all"


def _short(names: list[str]) -> str:
    return (
        ", ".join(names) if len(names) <= 5 else f"{', '.join(names[:3])} and {len(names) - 3} more"
    )
