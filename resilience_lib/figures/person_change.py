"""Change in a person: shares who improved, did not change, or deteriorated, by three rules."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import base, close, interval
from resilience_lib.figures.forest import Rows, name_rows, row_mm
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    FULL_MM,
    INK,
    QUIET,
    SMALLEST_PT,
    new_figure,
    styled,
    wrap,
)

RULES: dict[str, str] = {
    "any": "Any change",
    "reliable": "Reliable change",
    "important": "Important change",
}
"""Rules from left to right, and what they are called."""
SAID: dict[str, str] = {
    "any": "any change",
    "reliable": "change beyond what the measurement error of the scale explains (reliable change, "
    "Jacobson & Truax 1991)",
    "important": "the smallest change that a cited source calls important",
}
"""The same in a caption."""
PARTS: tuple[tuple[str, str, str, str], ...] = (
    ("share_deteriorated", "Deteriorated", "#E69F00", "////"),
    ("share_unchanged", "No change by the rule", "#EDEDED", ""),
    ("share_improved", "Improved", "#0072B2", ""),
)
"""Estimand, name, colour and hatching of each part of a bar, from left to right."""
CHANCE: dict[str, tuple[str, str, float]] = {
    "share_deteriorated": ("#E69F00", "^", 0.34),
    "share_improved": ("#56B4E9", "v", -0.34),
}
"""Colour and marker of what chance would give, and at which edge of the bar it stands."""
_HIDDEN = ("Together, for the protection of pupils", "white", "....")
_HALF = 0.36
_APART = 0.13
"""Of a row, from its middle to the interval of each share."""


def select_person_change(cleared: Cleared, labels: Labels) -> Cleared:
    """Shares of all pupils and of each gender for the longest change."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame["contrast"].eq(labels.span) & frame["subgroup"].isin(labels.groups[:-1])
        rows &= frame["estimand"].str.startswith("share_")
        return frame[rows & frame["rule"].isin(list(RULES))]

    return reshape(pick, cleared)


@styled
def draw_person_change(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each rule, a block of bars for each outcome, a bar for each group."""
    frame = cleared.frame
    rules = _rules(frame)
    groups = [group for group in labels.groups if (frame["subgroup"] == group).any()]
    rows = Rows()
    for outcome in labels.outcome_names:
        if (frame["outcome"] == outcome).any():
            rows.add_heading(wrap(labels.outcome_title(outcome), FULL_MM - 15, 7.5))
            for group in groups:
                rows.add_row(outcome, group, labels.group(group))
            rows.depth += 0.4
    fixed = 30.0
    figure = new_figure(FULL_MM, fixed + rows.depth * row_mm([rows], fixed))
    grid = figure.subplots(1, max(1, len(rules)), sharey=True, squeeze=False)[0]
    together = False
    for axes, rule in zip(grid, rules, strict=False):
        together |= _panel(axes, frame[frame["rule"] == rule], rows)
        axes.set_title(RULES[rule])
    name_rows(grid[0], rows)
    figure.supxlabel("Share of pupils", fontsize=7.5)
    handles: list[Patch | Line2D] = [
        Patch(facecolor=color, hatch=hatch, edgecolor=QUIET, linewidth=0.4, label=name)
        for _, name, color, hatch in PARTS
    ]
    if together:
        handles.append(
            Patch(facecolor=_HIDDEN[1], hatch=_HIDDEN[2], edgecolor=QUIET, linewidth=0.4,
                  label=_HIDDEN[0])
        )  # fmt: skip
    for name, (color, marker, _) in CHANCE.items():
        said = {part[0]: part[1] for part in PARTS}[name].lower()
        handles.append(
            Line2D([], [], color=color, marker=marker, markersize=4.5, markeredgecolor=INK,
                   markeredgewidth=0.6, linestyle="none", label=f"Chance alone: {said}")
        )  # fmt: skip
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    return figure


def _rules(frame: pd.DataFrame) -> list[str]:
    """Rules that some outcome has an answer by; where nothing may be shown, all there are."""
    given = set(frame.loc[frame["estimate"].notna(), "rule"]) or set(frame["rule"])
    return [rule for rule in RULES if rule in given]


def _panel(axes: Axes, frame: pd.DataFrame, rows: Rows) -> bool:
    """Bars of one rule; whether some parts of one could only be shown together."""
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    together = False
    for (outcome, group), height in rows.heights.items():
        mine = frame[(frame["outcome"] == outcome) & (frame["subgroup"] == group)]
        shares = mine.dropna(subset=["estimate"]).set_index("estimand")
        if not shares.index.isin([part[0] for part in PARTS]).any():
            said = "not shown" if mine["reason"].str.startswith("suppressed").any() else "no answer"
            axes.text(0.5, height, said, ha="center", va="center", fontsize=SMALLEST_PT,
                      color=QUIET)  # fmt: skip
            continue
        together |= _bar(axes, shares, height)
    return together


def _bar(axes: Axes, shares: pd.DataFrame, height: float) -> bool:
    """One bar from the left (deteriorated) and the right (improved), with their intervals."""
    known = shares["estimate"]
    down = known.get("share_deteriorated", float("nan"))
    up = known.get("share_improved", float("nan"))
    ends = {"share_deteriorated": (0.0, down), "share_improved": (1 - up, 1.0)}
    left, right = (0.0 if down != down else down), (1.0 if up != up else 1 - up)
    # parts that are hidden stand together in what is left of the whole
    hidden = down != down or up != up
    ends["share_unchanged"] = (left, max(left, right))
    for name, _, color, hatch in PARTS:
        low, high = ends[name]
        if low != low or high != high:
            continue
        if name == "share_unchanged" and hidden:
            _, color, hatch = _HIDDEN
        axes.barh(height, high - low, left=low, height=2 * _HALF, color=color, hatch=hatch,
                  edgecolor=QUIET, linewidth=0.4)  # fmt: skip
    for name, turn in (("share_deteriorated", False), ("share_improved", True)):
        if name in shares.index:
            row = shares.loc[name]
            span = [1 - row["conf_high"], 1 - row["conf_low"]] if turn else [
                row["conf_low"], row["conf_high"]]  # fmt: skip
            # apart, since both can reach across a small middle
            place = [height + (-_APART if turn else _APART)] * 2
            axes.plot(span, place, color="white", linewidth=2.4, zorder=3)
            axes.plot(span, place, color=INK, linewidth=1.1, zorder=4)
        chance = known.get(f"{name}_by_chance", float("nan"))
        if chance == chance:
            color, marker, edge = CHANCE[name]
            axes.plot(1 - chance if turn else chance, height + edge, marker, color=color,
                      markersize=3.8, markeredgecolor=INK, markeredgewidth=0.6, zorder=5,
                      clip_on=False)  # fmt: skip
    middle = known.get("share_unchanged", float("nan"))
    if down != down and up != up and middle == middle:
        axes.text(
            0.5,
            height,
            f"no change {middle:.0%}",
            fontsize=SMALLEST_PT,
            ha="center",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )
    return bool(hidden)


def _intervals(shares: pd.DataFrame) -> str:
    """What the intervals are, and of which rules where rules differ in it."""
    of: dict[str, list[str]] = {}
    for rule in RULES:
        said = interval(shares[shares["rule"] == rule])
        if said:
            of.setdefault(said, []).append(RULES[rule].lower())
    if len(of) < 2:
        return "".join(of)
    return "; ".join(f"{' and '.join(rules)}, {said}" for said, rules in of.items())


def caption_person_change(cleared: Cleared, labels: Labels) -> str:
    """Caption of the bars."""
    frame = cleared.frame
    shares = frame[frame["estimand"].isin([part[0] for part in PARTS])]
    chance = frame["estimand"].str.endswith("_by_chance") & frame["estimate"].notna()
    missing = frame[frame["estimate"].isna() & ~frame["reason"].str.startswith("suppressed")]
    why = "; ".join(dict.fromkeys(reason for reason in missing["reason"] if reason))
    by = ", ".join(SAID[rule] for rule in _rules(frame))
    sentences = [
        f"Pupils who improved, did not change, or deteriorated from {labels.change(labels.span)}, "
        f"by outcome and gender: by {by}.",
        f"{base(shares[shares['subgroup'] == 'all'])}; black lines: interval of the share who "
        f"deteriorated (below) and who improved (above): {_intervals(shares)}.",
        "Triangles: the share that chance alone would give if nobody changed, of deteriorated from "
        "the left (below), of improved from the right (above)."
        if chance.any()
        else "",
        f"No answer: {why}." if why else "",
        f"Waves: {labels.waves_line()}.",
    ]  # fmt: skip
    return close(sentences, cleared, labels, change=True)
