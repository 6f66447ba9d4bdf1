"""Marks of coded stories: shape, filling and colour differ, and a word stands beside each."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.axes import Axes

from resilience_lib.figures.style import INK, QUIET

JUDGED: dict[str, tuple[str, str, str]] = {
    "agreement": ("o", "#0072B2", "full"),
    "partial agreement": ("o", "#56B4E9", "left"),
    "silence": ("s", QUIET, "none"),
    "dissonance": ("X", "#D55E00", "full"),
    "cannot be judged": ("d", QUIET, "full"),
    "open": ("D", INK, "none"),
}
"""Marker, colour and filling of a judgement; its word stands beside it."""
MEASURED: dict[str, tuple[str, str, str]] = {
    "improved": ("^", "#009E73", "full"),
    "no important change": ("s", "#E69F00", "full"),
    "worsened": ("v", "#D55E00", "full"),
    "unclear": ("P", QUIET, "full"),
    "not measured": ("_", QUIET, "full"),
}
"""The same of what the numbers say."""


def spot(axes: Axes, x: float, y: float, mark: tuple[str, str, str], size: float = 5.0) -> None:
    """One mark on a sheet."""
    marker, color, filled = mark
    axes.plot(
        x,
        y,
        marker=marker,
        color=color,
        fillstyle=filled,
        markerfacecoloralt="white",
        markersize=size,
        markeredgewidth=1.4 if marker == "_" else 0.8,
        linestyle="none",
        zorder=5,
    )


def tint(share: float) -> tuple[str, str]:
    """Fill of a cell from white (0) to blue (1), and the colour of its text.

    Examples
    --------
    >>> tint(0.0)[0], tint(1.0)[1], tint(0.2)[1]
    ('#ffffff', 'white', '#1A1A1A')
    """
    if share <= 0:
        return "#ffffff", INK
    # neither so light that it is lost nor so dark that two shades look the same
    color = mpl.colors.to_hex(mpl.colormaps["Blues"](0.12 + 0.68 * min(share, 1.0)))
    return color, "white" if share > 0.72 else INK
