"""Matrices of two coders: which code one gave where the other gave which."""

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
from resilience_lib.figures.story_marks import tint
from resilience_lib.figures.story_words import frame_title
from resilience_lib.figures.style import INK, QUIET, styled

_HALF_CODES = 9
"""Up to so many codes, two panels stand beside each other."""
_MOST_CODES = 22
_NAMES_MM = 30.0
_GAP_MM = 6.0
NO_CODE = "none"
_END = 10_000.0


@dataclass(frozen=True)
class _Panel:
    """One pair of coders on one frame; `codes` are those that either gave."""

    title: list[str]
    coders: tuple[str, str]
    names: list[list[str]]
    units: list[list[float]]
    wide: float
    rows: list[float]
    cut: int

    @property
    def high(self) -> float:
        """Height with title and head."""
        return high_mm(len(self.title), 8) + 1.0 + 8.0 + sum(self.rows) + 5.0


def select_coder_confusion(confusion: Cleared, coverage: Cleared, labels: Labels) -> Cleared:
    """Units by the two codes, with each code's place in its frame."""

    def place(units: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
        places = {
            (frame, code): float(position)
            for frame, code, position in zip(
                counts["frame"], counts["code"], counts["position"], strict=True
            )
        }
        for side in ("a", "b"):
            at = zip(units["frame"], units[f"code_{side}"], strict=True)
            units[f"position_{side}"] = [
                _END if code == NO_CODE else places.get((frame, code), _END - 1)
                for frame, code in at
            ]
        return units

    return reshape(place, confusion, coverage)


@styled
def draw_coder_confusion(cleared: Cleared, labels: Labels) -> Figure:
    """A matrix for each pair of coders and frame; the diagonal, where both agree, is framed."""
    rows, _ = _plan(cleared.frame)
    high = sum(max(panel.high for panel in row) for row in rows)
    figure, axes = new_sheet(max(8.0, high), cleared)
    top = 0.5
    for row in rows:
        for at, panel in enumerate(row):
            _draw(axes, panel, at * (SHEET_MM + _GAP_MM) / 2, top)
        top += max(panel.high for panel in row)
    if not rows:
        put(axes, 0, top, "No two coders coded the same source.", color=QUIET)
    return figure


def _plan(frame: pd.DataFrame) -> tuple[list[list[_Panel]], list[str]]:
    """Panels in rows that a page holds, and the names of those that it does not."""
    rows: list[list[_Panel]] = []
    left_out = []
    for (name, a, b), part in frame.groupby(["frame", "coder_a", "coder_b"], sort=False):
        panel = _panel(frame_title(str(name)), (_coder(a), _coder(b)), part)
        half = panel.wide < SHEET_MM / 2
        if half and rows and len(rows[-1]) == 1 and rows[-1][0].wide < SHEET_MM / 2:
            grown = [*rows[:-1], [*rows[-1], panel]]
        else:
            grown = [*rows, [panel]]
        if sum(max(one.high for one in row) for row in grown) > TALLEST_MM:
            left_out.append(_named(panel))
        else:
            rows = grown
    return rows, left_out


def _coder(name: object) -> str:
    """A coder's name, so that a letter alone is seen to be one."""
    shown = str(name).replace("_", " ")
    return shown if shown.lower().startswith("coder") else f"coder {shown}"


def _named(panel: _Panel) -> str:
    return f"{' '.join(panel.title)}, {' with '.join(panel.coders)}"


def _panel(frame: str, coders: tuple[str, str], part: pd.DataFrame) -> _Panel:
    ends = [
        part[[f"code_{side}", f"label_{side}", f"position_{side}", "units"]].set_axis(
            ["code", "label", "position", "units"], axis=1
        )
        for side in ("a", "b")
    ]
    every = pd.concat(ends)
    # a code is there where a unit has it, or has it and is not shown
    used = every[every["units"].ne(0)].groupby("code")["units"].sum()
    codes = every[every["code"].isin(used.index)].drop_duplicates("code")
    cut = max(0, len(codes) - _MOST_CODES)
    if cut:
        most = used.sort_values(ascending=False, kind="stable").index[:_MOST_CODES]
        codes = codes[codes["code"].isin(most)]
    codes = codes.sort_values("position", kind="stable")
    units = part.set_index(["code_a", "code_b"])["units"].to_dict()
    named = ["no code" if code == NO_CODE else label
             for code, label in zip(codes["code"], codes["label"], strict=True)]  # fmt: skip
    half = (SHEET_MM - _GAP_MM) / 2
    room = (half - _NAMES_MM) / max(1, len(codes)) - 0.6
    narrow = len(codes) <= _HALF_CODES and wide_mm(f"{every['units'].max():,.0f}") < room
    wide = half if narrow else SHEET_MM
    names = [lines_of(f"{at}  {name}", _NAMES_MM - 2, most=4) for at, name in enumerate(named, 1)]
    return _Panel(
        title=lines_of(frame, wide, 8, bold=True),
        coders=coders,
        names=names,
        units=[[units.get((a, b), 0.0) for b in codes["code"]] for a in codes["code"]],
        wide=wide,
        rows=[max(5.0, high_mm(len(lines)) + 1.2) for lines in names],
        cut=cut,
    )


def _draw(axes: Axes, panel: _Panel, left: float, top: float) -> None:
    put(axes, left, top, panel.title, size_pt=8, bold=True)
    top += high_mm(len(panel.title), 8) + 1.0
    if not panel.names:
        put(axes, left, top, "neither gave a code", color=QUIET)
        return
    names, (a, b) = left + _NAMES_MM, panel.coders
    put(axes, left, top + 3.8, lines_of(f"{a}, down", _NAMES_MM - 2, most=1), color=QUIET)
    put(axes, names, top, lines_of(f"{b}, across", panel.wide - _NAMES_MM, most=1), color=QUIET)
    width = (panel.wide - _NAMES_MM) / len(panel.names)
    for at in range(len(panel.names)):
        put(axes, names + (at + 0.5) * width, top + 3.8, str(at + 1), ha="center")
    most = max((unit for row in panel.units for unit in row if unit == unit), default=0)
    y = top + 8.0
    for down, (lines, high) in enumerate(zip(panel.names, panel.rows, strict=True)):
        put(axes, left, y + high / 2, lines, va="center")
        for across, units in enumerate(panel.units[down]):
            x = names + across * width
            middle = (x + width / 2, y + high / 2)
            if units != units:
                cell(axes, x, y, width, high, color="#F6F6F6", hatch="////", edge="#D9D9D9")
                put(axes, *middle, "x", ha="center", va="center", boxed=True)
            else:
                color, ink = tint(units / most if most else 0.0)
                cell(axes, x, y, width, high, color=color, edge="#D9D9D9", edge_pt=0.4)
                text = _fitting(units, width)
                put(axes, *middle, text, ha="center", va="center", color=ink)
            if across == down:
                cell(axes, x, y, width, high, color="none", edge=INK, edge_pt=1.2, zorder=4)
        y += high


def _fitting(units: float, width: float) -> str:
    """A count; in thousands where the cell is too narrow for it."""
    text = f"{units:,.0f}"
    return text if wide_mm(text) < width - 0.6 else f"{units / 1000:.1f}k"


def caption_coder_confusion(cleared: Cleared, labels: Labels) -> str:
    """Caption of the matrices."""
    frame = cleared.frame
    rows, left_out = _plan(frame)
    panels = [panel for row in rows for panel in row]
    cut = [f"{_named(panel)} ({panel.cut} codes)" for panel in panels if panel.cut]
    hidden = bool(frame["units"].isna().any())
    sentences = [
        "Units that two coders coded, by the code that the first gave (rows) and the code that the "
        "second gave (columns, by number); on the framed diagonal both gave the same one. A unit "
        "with several codes is counted at each pair of them.",
        "Tint: the count, in each matrix by itself. No code: a coder gave the unit none of the "
        "frame. Counts are of units, not of sources.",
        "x: too few units to be shown." if hidden else "",
        "The table agreement has the coefficients.",
        f"Codes used least are left out of: {'; '.join(cut)}." if cut else "",
        f"Not drawn, as the page does not hold them: {'; '.join(left_out)}." if left_out else "",
    ]
    return close(sentences, cleared, labels, change=False, pupils=False)
