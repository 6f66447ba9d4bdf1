"""Sheets: figures of words and marks that are laid out in millimetres, line by line."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.figures.style import FULL_MM, INK, MM_PER_INCH, QUIET, SMALLEST_PT, new_figure

SHEET_MM = 172.9
"""Width of what is drawn on: the page without the pads of the layout."""
TALLEST_MM = 240.0
"""What a page holds beside a caption."""
_PADS_MM = 2.1
_STRIP_MM = 4.5
"""What saving takes for the mark on synthetic data (`save.mark_synthetic`)."""
LINE_EM = 1.24
"""From one line to the next, in sizes of type."""


@functools.lru_cache(maxsize=4096)
def wide_mm(text: str, size_pt: float = SMALLEST_PT, *, bold: bool = False) -> float:
    """How wide a line of text is, by the font's own widths.

    Examples
    --------
    >>> round(wide_mm("Belonging", 7), 1), round(wide_mm("", 7), 1)
    (12.4, 0.0)
    """
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.ft2font import LoadFlags

    weight = "bold" if bold else "normal"
    font = get_font(findfont(FontProperties(family="DejaVu Sans", weight=weight)))
    # a size at which widths that are whole pixels are exact to a hundredth
    font.set_size(size_pt, 7200)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    wide: float = font.get_width_height()[0] / 64 / 7200 * MM_PER_INCH
    return wide


def lines_of(
    text: str,
    width_mm: float,
    size_pt: float = SMALLEST_PT,
    *,
    bold: bool = False,
    most: int | None = None,
) -> list[str]:
    """Text broken into lines that fit; a word that is wider than a line is broken as well.

    Parameters
    ----------
    text : str
        Line breaks in it are kept, and no line ends at a no-break space.
    width_mm : float
        Room.
    size_pt : float
        Size of type.
    bold : bool
        Bold type is wider.
    most : int, optional
        Most lines; what is longer ends in an ellipsis.

    Examples
    --------
    >>> lines_of("Somewhere to belong", 18)
    ['Somewhere', 'to belong']
    >>> lines_of("Somewhere to belong", 18, most=1)
    ['Somewhere…']
    """
    # a little to spare, since each format sets type by a renderer of its own
    room = width_mm * 0.98
    found: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in _broken(part.split(" "), room, size_pt, bold):
            longer = f"{line} {word}".strip()
            if line and wide_mm(longer, size_pt, bold=bold) > room:
                found.append(line)
                longer = word
            line = longer
        found += [line] if line else []
    if most is not None and len(found) > most:
        found = found[:most]
        last = found[-1]
        while " " in last and wide_mm(f"{last}…", size_pt, bold=bold) > room:
            last = last.rpartition(" ")[0]
        while last and wide_mm(f"{last}…", size_pt, bold=bold) > room:
            last = last[:-1].rstrip()
        found[-1] = f"{last}…"
    return found


def _broken(words: Sequence[str], room: float, size_pt: float, bold: bool) -> list[str]:
    found: list[str] = []
    for word in words:
        rest = word
        while len(rest) > 1 and wide_mm(rest, size_pt, bold=bold) > room:
            cut = len(rest) - 1
            while cut > 1 and wide_mm(f"{rest[:cut]}-", size_pt, bold=bold) > room:
                cut -= 1
            # no single letter is left over
            cut = max(1, min(cut, len(rest) - 3))
            found.append(f"{rest[:cut]}-")
            rest = rest[cut:]
        found.append(rest)
    return found


def high_mm(lines: int, size_pt: float = SMALLEST_PT) -> float:
    """How high so many lines are.

    Examples
    --------
    >>> round(high_mm(2), 1)
    6.1
    """
    return lines * LINE_EM * size_pt * MM_PER_INCH / 72


def new_sheet(height_mm: float, cleared: Cleared) -> tuple[Figure, Axes]:
    """An empty sheet: x and y are millimetres from its upper left corner.

    Where the data are synthetic it is higher by the strip that saving takes for its mark, so
    that no line comes closer to the next.
    """
    strip = _STRIP_MM if cleared.synthetic else 0.0
    figure = new_figure(FULL_MM, height_mm + _PADS_MM + strip)
    axes = figure.subplots()
    axes.set_xlim(0, SHEET_MM)
    axes.set_ylim(height_mm, 0)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_axis_off()
    return figure, axes


def put(
    axes: Axes,
    x: float,
    y: float,
    text: str | Sequence[str],
    *,
    size_pt: float = SMALLEST_PT,
    bold: bool = False,
    color: str = INK,
    ha: str = "left",
    va: str = "top",
    boxed: bool = False,
) -> Text:
    """Set lines of text at a place of a sheet, which makes no further room for them."""
    shown = axes.text(
        x,
        y,
        text if isinstance(text, str) else "\n".join(text),
        fontsize=size_pt,
        fontweight="bold" if bold else "normal",
        color=color,
        ha=ha,
        va=va,
        zorder=6,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6} if boxed else None,
    )
    shown.set_in_layout(False)
    return shown


def rule(axes: Axes, y: float, *, left: float = 0.0, right: float = SHEET_MM) -> None:
    """A thin line across a sheet."""
    axes.hlines(y, left, right, color=QUIET, linewidth=0.4, zorder=1)


def cell(
    axes: Axes,
    left: float,
    top: float,
    width: float,
    height: float,
    *,
    color: str = "white",
    hatch: str = "",
    edge: str = "white",
    edge_pt: float = 0.8,
    zorder: float = 2,
) -> None:
    """A filled cell of a matrix."""
    axes.add_patch(
        Rectangle(
            (left, top),
            width,
            height,
            facecolor=color,
            edgecolor=edge,
            linewidth=edge_pt,
            zorder=zorder,
            clip_on=False,
        )
    )
    if hatch:
        # hatching takes the colour of an edge, so it is a patch of its own
        axes.add_patch(
            Rectangle(
                (left, top),
                width,
                height,
                facecolor="none",
                edgecolor="#B5B5B5",
                hatch=hatch,
                linewidth=0,
                zorder=zorder + 0.1,
            )
        )
