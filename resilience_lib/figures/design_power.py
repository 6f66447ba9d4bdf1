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
)
_HEIGHT_MM = 130.0
_STRIP_MM = 5.0
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
    figure = new_figure(FULL_MM, _HEIGHT_MM)
    lay_out(figure, _STRIP_MM / _HEIGHT_MM)
    contrasts = list(curve["contrast"].unique())
    axes = figure.subplots(2, 2, squeeze=False).ravel()
    least = axes[0]
    for contrast, mark in zip(contrasts, MARKS, strict=False):
        mine = curve[curve["contrast"] == contrast]
        label = wrap(names[contrast], 55, 7)
        least.plot(mine["schools"], mine["detectable"], mark.line, color=mark.color, label=label)
        now = mine[mine["schools"] == schools]
        least.plot(now["schools"], now["detectable"], mark.marker, color=mark.color)
    least.set_title(f"Least that is found {100 * power:.0f} times in 100")
    least.set_ylabel("SDs of the first wave")
    least.set_ylim(0, min(1.0, float(curve["detectable"].max()) * 1.05))
    least.legend(loc="upper right", fontsize=SMALLEST_PT)
    for panel, contrast in zip(axes[1:], contrasts, strict=False):
        mine = curve[curve["contrast"] == contrast]
        columns = [name for name in curve.columns if name.startswith("power_")]
        for column, mark in zip(columns, MARKS, strict=False):
            label = f"{column.removeprefix('power_')} SD"
            panel.plot(mine["schools"], mine[column], mark.line, color=mark.color, label=label)
        panel.axhline(power, color=QUIET, linewidth=0.6)
        panel.set_ylim(0, 1.02)
        panel.set_title(wrap(f"Power to find {names[contrast]} of", 75, 8))
        panel.set_ylabel("Share of studies that find it")
        panel.legend(loc="lower right", fontsize=SMALLEST_PT)
    for panel in axes[: len(contrasts) + 1]:
        panel.axvline(schools, color=QUIET, linewidth=0.6, linestyle=(0, (2, 2)))
        panel.set_xlabel("Schools")
        panel.set_xlim(left=0)
    for panel in axes[len(contrasts) + 1 :]:
        panel.set_axis_off()
    figure.text(
        0.99, 0.25 * _STRIP_MM / _HEIGHT_MM, _LABEL, ha="right", va="bottom",
        fontsize=SMALLEST_PT, color=INK,
    )  # fmt: skip
    return figure
