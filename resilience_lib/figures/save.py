"""The one place where figures become files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from resilience_lib.disclosure.cleared import Cleared, require_cleared
from resilience_lib.figures.style import MM_PER_INCH, QUIET, SMALLEST_PT, lay_out, style

CANVASES: dict[str, Any] = {
    "svg": FigureCanvasSVG,
    "pdf": FigureCanvasPdf,
    "png": FigureCanvasAgg,
}
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": None},
    "png": {"Software": None},
}
"""Formats, and what must not be in them for bytes to be the same on every day."""

SYNTHETIC_MARK = "SYNTHETIC DATA"
_MARK_MM = 4.5
PNG_DPI = 300


def save_figure(
    figure: Figure,
    name: str,
    cleared: Cleared,
    folder: Path,
    *,
    caption: str,
    size_mm: tuple[float, float] | None = None,
) -> list[Path]:
    """Write a figure as svg, pdf and png, what it plots as CSV, and its caption.

    Parameters
    ----------
    figure : Figure
        Drawn from `cleared` alone; gets the mark "SYNTHETIC DATA" in its bottom margin where
        the pupils were invented.
    name : str
        File name without ending.
    cleared : Cleared
        The plotted data.
    folder : Path
        Must exist.
    caption : str
        Written to `<name>.txt`.
    size_mm : (float, float), optional
        Width and height; the figure's own where left out.

    Returns
    -------
    list of Path
        What was written: svg, pdf, png, csv, txt.

    Raises
    ------
    DisclosureError
        `cleared` is no `Cleared`.
    """
    cleared = require_cleared(cleared)
    if size_mm is not None:
        figure.set_size_inches(size_mm[0] / MM_PER_INCH, size_mm[1] / MM_PER_INCH)
    if cleared.synthetic:
        mark_synthetic(figure)
    written = write_formats(figure, name, folder)
    table = folder / f"{name}.csv"
    table.write_bytes(plotted_csv(cleared))
    text = folder / f"{name}.txt"
    text.write_text(caption + "\n", encoding="utf-8", newline="\n")
    return [*written, table, text]


def write_formats(figure: Figure, name: str, folder: Path) -> list[Path]:
    """Write a figure as svg, pdf and png. For figures of pupils through `save_figure` alone.

    Parameters
    ----------
    figure : Figure
    name : str
        File name without ending.
    folder : Path
        Must exist.
    """
    written = []
    with style():
        # a canvas of its own: under JupyterLab the figure carries the inline one
        FigureCanvasAgg(figure)
        settle(figure)
        dots = figure.dpi
        for kind, metadata in METADATA.items():
            path = folder / f"{name}.{kind}"
            # svg and pdf leave their own 72 behind
            figure.set_dpi(PNG_DPI)
            # the canvas itself: savefig draws once more, for a layout that is settled
            getattr(CANVASES[kind](figure), f"print_{kind}")(path, metadata=metadata)
            written.append(path)
        FigureCanvasAgg(figure)
        figure.set_dpi(dots)
    return written


def settle(figure: Figure) -> None:
    """Lay a figure out once for all formats: the same places in each, in less time."""
    with style():
        figure.draw_without_rendering()
        # ticks chosen for one size of the axes could else change with the next and need
        # more room than was left for them, back and forth
        for axes in figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_locator(FixedLocator(axis.get_majorticklocs().tolist()))
        figure.draw_without_rendering()
    figure.set_layout_engine("none")
    # the solver's last digit differs between processes, and svg names its parts after all digits
    for axes in figure.axes:
        left, bottom, width, height = axes.get_position(original=True).bounds
        axes.set_position((round(left, 9), round(bottom, 9), round(width, 9), round(height, 9)))


def plotted_csv(cleared: Cleared) -> bytes:
    """The plotted data as Excel opens them: UTF-8 with BOM, 6 significant digits.

    A last column `data` says "synthetic" or "real" in every row.
    """
    frame = cleared.frame.assign(data="synthetic" if cleared.synthetic else "real")
    for column in frame.columns:
        if pd.api.types.is_float_dtype(frame[column]):
            frame[column] = [_digits(value) for value in frame[column]]
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")


def mark_synthetic(figure: Figure) -> None:
    """Print "SYNTHETIC DATA" in a strip that is added below everything drawn."""
    if any(text.get_gid() == "synthetic" for text in figure.texts):
        return
    strip = _MARK_MM / MM_PER_INCH / figure.get_figheight()
    lay_out(figure, strip)
    mark = figure.text(
        0.99,
        strip * 0.25,
        SYNTHETIC_MARK,
        ha="right",
        va="bottom",
        fontsize=SMALLEST_PT,
        color=QUIET,
        gid="synthetic",
    )
    mark.set_in_layout(False)


def _digits(value: float) -> str:
    return "" if value != value else f"{value:.6g}"
