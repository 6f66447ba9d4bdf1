"""Value triads: where tellers placed themselves between three corners."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import close
from resilience_lib.figures.grid import (
    SHEET_MM,
    TALLEST_MM,
    high_mm,
    lines_of,
    new_sheet,
    put,
    wide_mm,
)
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.plain_words import capital
from resilience_lib.figures.style import INK, QUIET, styled

FEWEST = 3
"""Positions below which a panel says how few they are."""
_SIDE_MM = 52.0
_CORNER_MM = 30.0
"""Room for the name of a lower corner, which stands in the middle below it."""
_ACROSS = 2
_UNNAMED = "group not named"
"""What marks are called whose group is hidden, or blank in the register."""
MARKS: tuple[tuple[str, str, bool], ...] = (
    ("#0072B2", "o", True),
    ("#E69F00", "^", True),
    ("#1A1A1A", "s", False),
    ("#009E73", "D", True),
    ("#D55E00", "v", False),
    ("#CC79A7", "P", True),
)
"""Colour, marker and whether it is filled, group by group; further groups share the last."""


def place(a: float, b: float, c: float) -> tuple[float, float]:
    """Where three shares lie in a triangle of side 1, from its lower left corner.

    The corner of a is on the left, that of b on the right, that of c on top.

    Examples
    --------
    >>> place(1, 0, 0), place(0, 1, 0), [round(x, 3) for x in place(0, 0, 1)]
    ((0.0, 0.0), (1.0, 0.0), [0.5, 0.866])
    >>> [round(x, 3) for x in place(2, 1, 1)]
    [0.375, 0.217]
    """
    whole = a + b + c
    return (b + c / 2) / whole, c / whole * math.sqrt(3) / 2


def select_value_triads(triads: Cleared, labels: Labels) -> Cleared:
    """The positions that may be shown."""
    return reshape(lambda frame: frame, triads)


@styled
def draw_value_triads(cleared: Cleared, labels: Labels) -> Figure:
    """A triangle for each triad, a mark for each position, its shape by group."""
    frame = cleared.frame
    named = _triads(frame)
    shown = named[: _fit(frame)]
    groups = _groups(frame)
    legend = _legend_rows(groups)
    down = math.ceil(len(shown) / _ACROSS)
    high = _panel_mm(frame) * down + high_mm(len(legend)) * 1.5 + 2
    figure, axes = new_sheet(max(8.0, high), cleared)
    for at, name in enumerate(shown):
        part = frame[frame["triad"] == name]
        left = (at % _ACROSS) * SHEET_MM / _ACROSS
        _panel(axes, part, groups, left, 0.5 + at // _ACROSS * _panel_mm(frame))
    if not named:
        put(axes, 0, 0.5, "No teller placed a story in a triad.", color=QUIET)
    _legend(axes, legend, groups, _panel_mm(frame) * down + 1)
    return figure


def _triads(frame: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(frame["triad"]))


def _fit(frame: pd.DataFrame) -> int:
    """How many triads a page holds."""
    return _ACROSS * max(1, int((TALLEST_MM - 20) // _panel_mm(frame)))


def _groups(frame: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(frame.loc[frame["a"].notna(), "group"]))


def _heads(frame: pd.DataFrame) -> dict[str, list[list[str]]]:
    """Title and names of the three corners of each triad, as lines."""
    room = SHEET_MM / _ACROSS
    found = {}
    for name, part in frame.groupby("triad", sort=False):
        row = part.iloc[0]
        found[str(name)] = [
            lines_of(capital(str(name)), room - 4, 8, bold=True, most=3),
            lines_of(capital(str(row["corner_a"])), _CORNER_MM, most=6),
            lines_of(capital(str(row["corner_b"])), _CORNER_MM, most=6),
            lines_of(capital(str(row["corner_c"])), room - 10, most=2),
        ]
    return found


def _panel_mm(frame: pd.DataFrame) -> float:
    heads = list(_heads(frame).values())
    title = max((len(lines[0]) for lines in heads), default=1)
    low = max((max(len(lines[1]), len(lines[2])) for lines in heads), default=1)
    top = max((len(lines[3]) for lines in heads), default=1)
    return high_mm(title, 8) + high_mm(top + low + 1) + _SIDE_MM * math.sqrt(3) / 2 + 8


def _panel(axes: Axes, part: pd.DataFrame, groups: list[str], left: float, top: float) -> None:
    title, a, b, c = next(iter(_heads(part).values()))
    put(axes, left, top, title, size_pt=8, bold=True)
    middle = left + SHEET_MM / _ACROSS / 2 - 1.5
    y = top + high_mm(len(title), 8) + 1.5
    put(axes, middle, y, c, ha="center")
    y += high_mm(len(c)) + 1.0
    base = y + _SIDE_MM * math.sqrt(3) / 2
    start = middle - _SIDE_MM / 2

    def at(*shares: float) -> tuple[float, float]:
        x, up = place(*shares)
        return start + x * _SIDE_MM, base - up * _SIDE_MM

    corners = [at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)]
    axes.add_patch(Polygon(corners, facecolor="white", edgecolor=QUIET, linewidth=0.8, zorder=1))
    # half of each corner: what lies beyond the line is more than half there
    for half in (((1, 1, 0), (1, 0, 1)), ((1, 1, 0), (0, 1, 1)), ((1, 0, 1), (0, 1, 1))):
        (x0, y0), (x1, y1) = (at(*shares) for shares in half)
        axes.plot([x0, x1], [y0, y1], color="#C4C4C4", linewidth=0.7, zorder=1.5)
    put(axes, start, base + 1.5, a, ha="center")
    put(axes, start + _SIDE_MM, base + 1.5, b, ha="center")
    shown = part.dropna(subset=["a", "b", "c"])
    small = len(shown) > 200
    for number, group in enumerate(groups):
        mine = shown[shown["group"] == group]
        color, marker, filled = MARKS[min(number, len(MARKS) - 1)]
        points = [at(*shares) for shares in mine[["a", "b", "c"]].itertuples(index=False)]
        axes.plot(
            [x for x, _ in points],
            [up for _, up in points],
            linestyle="none",
            marker=marker,
            color=color,
            markerfacecolor=color if filled else "white",
            markersize=2.0 if small else 4.2,
            markeredgewidth=0.3 if small else 0.8,
            alpha=0.45 if small else 0.9,
            zorder=3,
        )
    said = f"{len(shown):,} positions"
    if len(shown) < FEWEST:
        said = f"only {len(shown)} position{'s' * (len(shown) != 1)}" if len(shown) else ""
    low = base + 1.5 + high_mm(max(len(a), len(b)))
    put(axes, middle, low + 0.5, said or "no position can be shown", ha="center", color=QUIET)


def _legend_rows(groups: list[str]) -> list[list[tuple[float, int, list[str]]]]:
    """Rows of the legend: left edge, number of the group, its name."""
    rows: list[list[tuple[float, int, list[str]]]] = []
    x = SHEET_MM
    for number, group in enumerate(groups):
        lines = lines_of(capital(group or _UNNAMED), SHEET_MM - 8, most=1)
        wide = 9 + wide_mm(lines[0])
        if x + wide > SHEET_MM:
            rows.append([])
            x = 0.0
        rows[-1].append((x, number, lines))
        x += wide
    return rows


def _legend(
    axes: Axes, rows: list[list[tuple[float, int, list[str]]]], groups: list[str], top: float
) -> None:
    if groups == [""]:
        return
    for at, row in enumerate(rows):
        y = top + high_mm(at) * 1.5 + 1.5
        for x, number, lines in row:
            color, marker, filled = MARKS[min(number, len(MARKS) - 1)]
            axes.plot(x + 1.5, y, marker=marker, color=color, linestyle="none", markersize=4.5,
                      markerfacecolor=color if filled else "white")  # fmt: skip
            put(axes, x + 4, y, lines, va="center", color=INK)


def _few(frame: pd.DataFrame) -> bool:
    shown = frame.assign(shown=frame[["a", "b", "c"]].notna().all(axis=1))
    return bool(shown.groupby("triad")["shown"].sum().lt(FEWEST).any())


def _same(frame: pd.DataFrame) -> bool:
    shown = frame.dropna(subset=["a", "b", "c"])
    whole = shown[["a", "b", "c"]].sum(axis=1)
    at = shown[["a", "b", "c"]].div(whole, axis=0).round(6).assign(triad=shown["triad"])
    return bool(at.duplicated().any())


def caption_value_triads(cleared: Cleared, labels: Labels) -> str:
    """Caption of the triads."""
    frame = cleared.frame
    named = _triads(frame)
    left_out = named[_fit(frame) :]
    hidden = int(frame[["a", "b", "c"]].isna().any(axis=1).sum())
    sentences = [
        "Where tellers placed their stories between three corners, a mark each; the nearer a "
        "corner, the larger its share, and beyond a grey line it is more than half.",
        "Tellers placed themselves: positions are no measurement, and those who gave none are "
        "silent, not in the middle.",
        f"Where fewer than {FEWEST} positions are shown, the panel says so."
        if _few(frame)
        else "",
        "Positions that are the same lie on each other." if _same(frame) else "",
        "Positions that are not shown are left out." if hidden else "",
        f"Groups from the {len(MARKS)}th on share a mark." if len(_groups(frame)) > len(MARKS)
        else "",
        f"Not drawn, as the page does not hold them: {'; '.join(left_out)}." if left_out else "",
    ]  # fmt: skip
    return close(sentences, cleared, labels, change=False, pupils=False)
