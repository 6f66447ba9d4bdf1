"""Design help drawn: power by number of schools, and the least that would be found."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from resilience_lib.figures.style import (
    FULL_MM,
    INK,
    QUIET,
    SMALLEST_PT,
    Mark,
    lay_out,
    new_figure,
    styled,
    wrap,
)

MARKS: tuple[Mark, ...] = (
    Mark("#1A1A1A", "s", "-"),
    Mark("#0072B2", "^", "--"),
    Mark("#E69F00", "o", ":"),
    Mark("#009E73", "v", "-."),
)
_ROW_MM = 63.0
_STRIP_MM = 5.0
_WIDE_MM = 72.0
_LABEL = "ASSUMPTIONS, NOT RESULTS"


@styled
def draw_design(
    curve: pd.DataFrame, names: Mapping[str, str], *, schools: int, power: float
) -> Figure:
    """A panel of power for each contrast, and one of what would just be found.

    Parameters
    ----------
    curve : DataFrame
        `design.table.by_schools`: columns contrast, schools, detectable and power_<effect>.
    names : mapping
        Contrast to its name in words.
    schools : int
        The planned number, marked.
    power : float
        The power that is wanted, marked.
    """
    contrasts = list(curve["contrast"].unique())
    down = len(contrasts) // 2 + 1
    figure = new_figure(FULL_MM, _ROW_MM * down)
    strip = _STRIP_MM / (_ROW_MM * down)
    lay_out(figure, strip)
    axes = figure.subplots(down, 2, squeeze=False).ravel()
    least = axes[0]
    for contrast, mark in zip(contrasts, MARKS, strict=False):
        mine = curve[curve["contrast"] == contrast]
        label = wrap(names[contrast], _WIDE_MM * 0.8, 7.5)
        least.plot(mine["schools"], mine["detectable"], mark.line, color=mark.color, label=label)
        now = mine[mine["schools"] == schools]
        least.plot(now["schools"], now["detectable"], mark.marker, color=mark.color)
    least.set_title(wrap(f"Least that is found {100 * power:.0f} times in 100", _WIDE_MM, 8))
    least.set_ylabel("SDs of the first wave")
    least.set_ylim(0, min(1.0, float(curve["detectable"].max()) * 1.05))
    for panel, contrast in zip(axes[1:], contrasts, strict=False):
        mine = curve[curve["contrast"] == contrast]
        powers = [name for name in curve.columns if name.startswith("power_")]
        for column, mark in zip(powers, MARKS, strict=False):
            label = f"{column.removeprefix('power_')} SD"
            panel.plot(mine["schools"], mine[column], mark.line, color=mark.color, label=label)
        panel.axhline(power, color=QUIET, linewidth=0.6)
        panel.set_ylim(0, 1.02)
        panel.set_title(wrap(f"Power to find {names[contrast]} of", _WIDE_MM, 8))
        panel.set_ylabel("Share of studies that find it")
    for panel in axes[: len(contrasts) + 1]:
        panel.axvline(schools, color=QUIET, linewidth=0.6, linestyle=(0, (2, 2)))
        panel.set_xlabel("Schools")
        panel.set_xlim(left=0)
    for panel in axes[len(contrasts) + 1 :]:
        panel.set_axis_off()
    # there is always one panel more than contrasts and the first: what lines mean stands there
    key = axes[-1]
    for panel, title, loc, columns in (
        (least, "Least that is found:", "upper left", 1),
        (axes[1], "Power, for a true value of:", "lower left", 3),
    ):
        handles = [line for line in panel.get_lines() if not str(line.get_label()).startswith("_")]
        made = key.legend(
            handles=handles, title=title, loc=loc, ncols=columns, alignment="left", borderaxespad=0
        )
        key.add_artist(made)
    figure.text(
        0.99, 0.25 * strip, _LABEL, ha="right", va="bottom",
        fontsize=SMALLEST_PT, color=INK,
    )  # fmt: skip
    return figure
