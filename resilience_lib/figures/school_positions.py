"""Schools' places within each wave with intervals: unnamed, and no ranking."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape, stack
from resilience_lib.figures.captions import base, close, differing
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.school_change import NO_RANKING, draw_schools
from resilience_lib.figures.style import (
    FULL_MM,
    QUIET,
    new_figure,
    styled,
    wrap,
)

_TALLEST_MM = 190.0
"""Of all panels together, so that the figure stays on a page."""
_DRAWN = ["layer", "outcome", "contrast", "position", "estimate", "conf_low", "conf_high"]
_SAID = ["conf_level", "n", "n_clusters"]


def select_school_positions(schools: Cleared, estimates: Cleared, labels: Labels) -> Cleared:
    """Layers `school` and `icc` (share of variance between schools) of each wave."""

    def shares(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[
            frame["estimand"].eq("icc_level") & frame["outcome"].isin(list(labels.incomparable))
        ]

    return stack({"school": schools, "icc": reshape(shares, estimates)})


@styled
def draw_school_positions(cleared: Cleared, labels: Labels) -> Figure:
    """A row of panels for each outcome, a panel for each wave; a line for each school."""
    # where no school has a place, a stack of open data has no column for it
    frame = cleared.frame.reindex(columns=_DRAWN)
    outcomes, across = labels.incomparable, len(labels.waves)
    most = int(frame["position"].max()) if frame["position"].notna().any() else 1
    tall = max(18.0, min(most * (2.6 if most <= 30 else 1.4), _TALLEST_MM / len(outcomes)))
    figure = new_figure(FULL_MM, 12 + (22 + tall) * len(outcomes))
    grid = figure.subplots(len(outcomes), across, squeeze=False, sharex=True)
    for panels, outcome in zip(grid, outcomes, strict=True):
        for axes, (wave, label) in zip(panels, labels.waves, strict=True):
            rows = frame[(frame["outcome"] == outcome) & (frame["contrast"] == wave)]
            _panel(axes, rows)
            axes.set_ylim(0.2, most + 0.8)
            room = FULL_MM / across - 8
            title = [wrap(labels.outcome_title(outcome), room, 8), wrap(label, room, 8, lines=2)]
            axes.set_title("\n".join([*title, *_share(rows[rows["layer"] == "icc"])]))
            axes.tick_params(labelbottom=True)
            axes.locator_params(axis="x", nbins=4)
        panels[0].set_ylabel("Schools, unnamed")
    if frame["conf_low"].where(frame["layer"] == "school").isna().all():
        grid[0, 0].set_xlim(-1, 1)
    words = wrap("School effect in SDs of all pupils at the wave, 95% interval", FULL_MM - 8, 7.5)
    figure.supxlabel(f"{words}\n{NO_RANKING}", fontsize=7.5)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    axes.axvline(0, color=QUIET, linewidth=0.8, linestyle=":")
    draw_schools(axes, rows[rows["layer"] == "school"])


def _share(rows: pd.DataFrame) -> list[str]:
    """The line that gives the share of variance between schools, where it is known."""
    lines = []
    for row in rows.dropna(subset=["estimate"]).itertuples():
        bounds = f" [{row.conf_low:.2f}, {row.conf_high:.2f}]" if pd.notna(row.conf_low) else ""
        lines.append(f"ICC {row.estimate:.2f}{bounds}")
    return lines


def caption_school_positions(cleared: Cleared, labels: Labels) -> str:
    """Caption of the schools' places."""
    frame = cleared.frame.reindex(columns=_DRAWN + _SAID)
    schools, shares = (frame[frame["layer"] == layer] for layer in ("school", "icc"))
    level = schools["conf_level"].dropna()
    percent = f"{level.iloc[0]:.0%} " if len(level) else ""
    sentences = [
        "Each school's effect within a wave, drawn towards the mean of schools (0) the more, the "
        f"fewer pupils it rests on (conditional modes of a one-way REML model), with its {percent}"
        "interval (normal, variances taken as known), ordered by the estimate in each panel by "
        "itself: a place in one panel is not the same school as that place in another.",
        NO_RANKING,
        f"{base(shares)}. ICC: share of variance between schools, with its interval "
        "(exact F, Wald 1947).",
        differing(labels.incomparable, labels),
    ]
    return close(sentences, cleared, labels, change=False)
