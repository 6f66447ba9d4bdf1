"""The one style sheet: sizes in mm, fonts, and marks that survive greyscale printing."""

from __future__ import annotations

import functools
import textwrap
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from resilience_lib.figures.labels import Labels

P = ParamSpec("P")
T = TypeVar("T")

SINGLE_MM = 85.0
FULL_MM = 175.0
MM_PER_INCH = 25.4
SMALLEST_PT = 7.0
EM = 0.58
INK = "#1A1A1A"
QUIET = "#6B6B6B"
BAND = "#ECECEC"

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.5,
    "errorbar.capsize": 0,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "figure.dpi": 100,
    "savefig.dpi": 300,
    "svg.hashsalt": "resilience_lib",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "path.simplify": True,
}
"""rcParams of every figure. Glyphs are paths in svg, so that it looks alike everywhere."""


@dataclass(frozen=True)
class Mark:
    """How one group is drawn: colour, marker and line differ, each enough by itself."""

    color: str
    marker: str
    line: str


ALL_MARK = Mark("#1A1A1A", "s", "-")
GENDER_MARKS: tuple[Mark, Mark] = (Mark("#E69F00", "o", "-"), Mark("#0072B2", "^", "--"))
DIFFERENCE_MARK = Mark("#1A1A1A", "D", "-")
"""Colours of Okabe & Ito (2008), told apart by colour-blind readers and in greyscale."""

_lock = threading.RLock()


@contextmanager
def style() -> Iterator[None]:
    """Draw or save under the style sheet; one thread at a time, as rcParams are global."""
    with _lock, mpl.rc_context(STYLE):
        yield


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """Run a drawing function under the style sheet."""

    @functools.wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> T:
        with style():
            return draw(*args, **kwargs)

    return inside


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """An empty figure of that size that lays itself out; not known to pyplot."""
    size = (width_mm / MM_PER_INCH, height_mm / MM_PER_INCH)
    figure = Figure(figsize=size)
    lay_out(figure)
    return figure


def lay_out(figure: Figure, strip: float = 0.0) -> None:
    """Let a figure lay itself out above a strip of that share of its height."""
    figure.set_layout_engine(
        "constrained",
        w_pad=0.04,
        h_pad=0.04,
        wspace=0.03,
        hspace=0.03,
        rect=(0, strip, 1, 1 - strip),
    )


def mark_of(group: str, labels: Labels) -> Mark:
    """The mark of a subgroup: all, one of the two genders, or their difference."""
    if group in labels.genders:
        return GENDER_MARKS[labels.genders.index(group)]
    return DIFFERENCE_MARK if " - " in group else ALL_MARK


def title_over(axes: Axes, text: str) -> None:
    """A title that runs on over the panels to the right, which make no room for its width."""
    # what stands in its place is as high and takes no width
    axes.set_title("\n".join(" " for _ in text.split("\n")))
    title = axes.annotate(
        text,
        (0, 1),
        xytext=(0, mpl.rcParams["axes.titlepad"]),
        xycoords="axes fraction",
        textcoords="offset points",
        va="baseline",
        fontsize=mpl.rcParams["axes.titlesize"],
        fontweight=mpl.rcParams["axes.titleweight"],
        annotation_clip=False,
    )
    title.set_in_layout(False)


def wrap(text: str, width_mm: float, size_pt: float = 7.5, lines: int = 4) -> str:
    """Text broken into lines that fit; what is longer than `lines` ends in an ellipsis.

    A character of DejaVu Sans is taken as `EM` of the type size wide, a little more than its
    mean, so that lines stay inside. Words are never broken.

    Examples
    --------
    >>> wrap("Participation in home and school", 25, 7)
    'Participation in\\nhome and school'
    """
    found = textwrap.wrap(
        text,
        max(6, int(width_mm / text_mm("x", size_pt))),
        max_lines=lines,
        placeholder="\N{HORIZONTAL ELLIPSIS}",
        break_long_words=False,
    )
    return "\n".join(found)


def text_mm(text: str, size_pt: float) -> float:
    """About how wide a line of text is."""
    return len(text) * EM * size_pt * MM_PER_INCH / 72
