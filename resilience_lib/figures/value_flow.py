"""Flow between cycles: from which cycle to which stories pass on, in the order they are told."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from resilience_lib.disclosure.cleared import Cleared, reshape, stack
from resilience_lib.figures.captions import close
from resilience_lib.figures.grid import (
    SHEET_MM,
    TALLEST_MM,
    cell,
    high_mm,
    lines_of,
    new_sheet,
    put,
    rule,
)
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import NO_LADDER, SILENCE, counted, frame_title
from resilience_lib.figures.style import BAND, INK, QUIET, styled

FEWEST_STORIES = 10
"""Stories below which transitions are listed: arcs would make much of little."""
_MOST_CODES = 9
_MOST_LISTED = 40
_STEP_MM = 5.4
"""Height of an arc for each cycle that it reaches over."""
_BOX = 0.8
"""Width of a box, of the distance between two."""
_SHIFT = 0.16
"""How far from a box's middle arcs leave and arrive, of that distance."""
KINDS: dict[str, tuple[str, str, object, str]] = {
    "forward": ("on to a later cycle", "#0072B2", "-", "on to a later one"),
    "back": ("back to an earlier cycle", "#D55E00", (0, (4, 1.2)), "back to an earlier one"),
    "other": (
        "to or from a cycle outside that order",
        "#6B6B6B",
        (0, (1, 1.5)),
        "outside that order",
    ),
    "same": ("stays", INK, "-", "stays"),
}
"""Kind of transition to its words, colour, line, and its word in a list."""
_ORDER = "immediate, potential, applied, realised"
_LIST = (0.0, 50.0, 100.0, 137.0, 160.0)
"""Left edges of a list's columns."""


@dataclass(frozen=True)
class _Part:
    """One coding frame: its cycles (name, lines in its box), its edges, and its drawing's size."""

    title: str
    boxes: dict[str, list[str]]
    edges: pd.DataFrame
    listed: bool
    above: float
    box: float
    below: float

    @property
    def high(self) -> float:
        """Height of the drawing with its title."""
        return 6.0 + self.above + self.box + self.below + 4.0


def select_value_flow(flows: Cleared, coverage: Cleared, labels: Labels) -> Cleared:
    """Layers `transitions` and `cycles`, which counts sources at each cycle."""

    def pick(counts: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
        mine = counts["kind"].eq("all") & counts["frame"].isin(set(edges["frame"]))
        return counts[mine]

    return stack({"transitions": flows, "cycles": reshape(pick, coverage, flows)})


@styled
def draw_value_flow(cleared: Cleared, labels: Labels) -> Figure:
    """Cycles in a row, arcs above to the right and below to the left; few stories as a list."""
    parts, _ = _parts(cleared.frame)
    drawn = any(not part.listed for part in parts)
    foot = 6.0 if drawn else 0.0
    figure, axes = new_sheet(max(8.0, sum(part.high for part in parts) + foot), cleared)
    top = 0.5
    for part in parts:
        put(axes, 0, top, part.title, size_pt=8, bold=True)
        (_draw_list if part.listed else _draw_arcs)(axes, part, top + 6.0)
        top += part.high
    if not parts:
        put(axes, 0, top, "No story passes from one cycle to another.", color=QUIET)
    if drawn:
        kinds = {kind for part in parts if not part.listed for kind in part.edges["kind"]}
        _legend(axes, top, kinds)
    return figure


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """With the columns that a stack of open data has none of, where they hold nothing."""
    columns = ["frame", "source_code", "target_code", "source_label", "target_label", "stories",
               "transitions", "kind", "told", "code", "position", "sources", "asked"]  # fmt: skip
    return frame.reindex(columns=list(dict.fromkeys([*frame.columns, *columns])))


def _parts(frame: pd.DataFrame) -> tuple[list[_Part], list[str]]:
    """What a page holds, and the coding frames that it does not."""
    frame = _whole(frame)
    flows = frame[frame["layer"].eq("transitions") & ~frame["stories"].eq(0)]
    cycles = frame[frame["layer"].eq("cycles")].sort_values("position", kind="stable")
    parts: list[_Part] = []
    left_out = []
    for name in dict.fromkeys(flows["frame"]):
        edges = flows[flows["frame"] == name]
        mine = cycles[cycles["frame"] == name].drop_duplicates("code")
        part = _part(frame_title(str(name)), edges, mine)
        if sum(one.high for one in [*parts, part]) > TALLEST_MM - 6:
            left_out.append(part.title)
            continue
        parts.append(part)
    return parts, left_out


def _part(title: str, edges: pd.DataFrame, cycles: pd.DataFrame) -> _Part:
    named = dict(zip(cycles["code"], cycles["label"], strict=True))
    for end in ("source", "target"):
        for code, label in zip(edges[f"{end}_code"], edges[f"{end}_label"], strict=True):
            named.setdefault(code, label)
    if not edges["stories"].notna().any():
        return _Part(title, {}, edges.iloc[:0], True, 0.0, 4.0, 0.0)
    few = bool(edges["told"].max() < FEWEST_STORIES)
    if few or len(named) > _MOST_CODES:
        shown = edges.sort_values("stories", ascending=False, kind="stable").head(_MOST_LISTED)
        high = sum(_listed_mm(row) for row in shown.to_dict("records"))
        return _Part(title, {}, shown, True, 0.0, high + 5.0, 0.0)
    counts = cycles.set_index("code")
    again = edges[edges["kind"] == "same"].set_index("source_code")["stories"]
    width = SHEET_MM / len(named) * _BOX - 1.5
    boxes = {}
    for code, label in named.items():
        lines = lines_of(label, width, most=6)
        if code in counts.index:
            at = counts.loc[code]
            lines += lines_of(counted(at["sources"], at["asked"], of="/"), width)
        if code in again.index:
            lines += lines_of(f"again {_number(again.loc[code])}", width)
        boxes[str(code)] = lines
    places = {code: at for at, code in enumerate(boxes)}
    steps = edges["target_code"].map(places) - edges["source_code"].map(places)
    above, below = (float(max(0, far.max())) * _STEP_MM for far in (steps, -steps))
    box = high_mm(max(map(len, boxes.values()))) + 2.0
    return _Part(title, boxes, edges, False, above + 3, box, below + 3)


def _number(stories: float) -> str:
    return "x" if stories != stories else f"{stories:,.0f}"


def _draw_arcs(axes: Axes, part: _Part, top: float) -> None:
    pitch = SHEET_MM / len(part.boxes)
    middles = {code: (at + 0.5) * pitch for at, code in enumerate(part.boxes)}
    upper = top + part.above
    lower = upper + part.box
    for code, lines in part.boxes.items():
        left = middles[code] - pitch * _BOX / 2
        cell(axes, left, upper, pitch * _BOX, part.box, color=BAND, edge=QUIET, edge_pt=0.6)
        put(axes, middles[code], (upper + lower) / 2, lines, ha="center", va="center")
    most = part.edges["stories"].max()
    for row in part.edges[part.edges["kind"] != "same"].sort_values("stories").itertuples():
        start, end = middles[row.source_code], middles[row.target_code]
        right = end > start
        shift = _SHIFT * pitch * (1 if right else -1)
        high = abs(end - start) / pitch * _STEP_MM
        base, apex = (upper, upper - high) if right else (lower, lower + high)
        _, color, line, _ = KINDS.get(row.kind, KINDS["other"])
        # a cubic curve reaches three quarters of the way to its handles
        handle = base + (apex - base) * 4 / 3
        corners = [(start + shift, base), (start + shift, handle), (end - shift, handle),
                   (end - shift, base)]  # fmt: skip
        hidden = row.stories != row.stories
        arc = FancyArrowPatch(
            path=Path(corners, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]),
            arrowstyle="-|>",
            mutation_scale=6,
            linewidth=0.6 if hidden else 0.6 + 3.4 * row.stories / most,
            linestyle=line,
            color=color,
            alpha=0.85,
            shrinkA=0,
            shrinkB=0,
            zorder=3,
        )
        axes.add_patch(arc)
        put(axes, (start + end) / 2, apex, _number(row.stories), ha="center", va="center",
            boxed=True)  # fmt: skip


def _listed_mm(row: dict[str, object]) -> float:
    ends = [lines_of(str(row[f"{end}_label"]), _LIST[1] - 3) for end in ("source", "target")]
    return high_mm(max(map(len, ends))) + 1.2


def _draw_list(axes: Axes, part: _Part, top: float) -> None:
    if part.edges.empty:
        put(axes, 0, top, "No transition was told in enough stories to be shown.", color=QUIET)
        return
    for left, head in zip(_LIST, ("From", "To", "Kind", "Stories", "Times"), strict=True):
        put(axes, left, top, head, bold=True)
    top += 4.0
    for row in part.edges.to_dict("records"):
        rule(axes, top)
        texts = [
            lines_of(row["source_label"], _LIST[1] - 3),
            lines_of(row["target_label"], _LIST[1] - 3),
            [KINDS.get(row["kind"], KINDS["other"])[3]],
            [counted(row["stories"], row["told"])],
            [_number(row["transitions"] + 0 * row["stories"])],
        ]
        for left, lines in zip(_LIST, texts, strict=True):
            put(axes, left, top + 0.6, lines)
        top += _listed_mm(row)
    rule(axes, top)


def _legend(axes: Axes, top: float, kinds: set[str]) -> None:
    left = 0.0
    for name in [name for name in ("forward", "back", "other") if name in kinds]:
        words, color, line, _ = KINDS[name]
        axes.plot([left, left + 8], [top + 1.4] * 2, color=color, linestyle=line, linewidth=1.6)
        put(axes, left + 9.5, top + 1.4, words, va="center")
        left += 52.0


def caption_value_flow(cleared: Cleared, labels: Labels) -> str:
    """Caption of the flows."""
    frame = _whole(cleared.frame)
    parts, left_out = _parts(frame)
    flows = frame[frame["layer"] == "transitions"]
    told = flows["told"].dropna()
    hidden = bool(flows["stories"].isna().any())
    cut = [p.title for p in parts if p.listed and len(p.edges) == _MOST_LISTED]
    sentences = [
        "From one coded segment of a story to the next, in the order in which it is told: how many "
        f"of {told.max():,.0f} stories pass from which cycle to which."
        if len(told)
        else "From one coded segment of a story to the next.",
        NO_LADDER.replace("They", "Transitions", 1),
        f"Later and earlier: in the order {_ORDER}; other cycles stand outside it."
        if parts
        else "",
        "Arcs above run to the right, below to the left, the wider the more stories; the number of "
        "stories stands at each. In the boxes: sources that tell of the cycle, of those asked, "
        "those who told nothing included; again: stories that stay there from one segment to the "
        "next."
        if any(not part.listed for part in parts)
        else "",
        f"Listed instead of drawn where fewer than {FEWEST_STORIES} stories were told, or where "
        f"codes are more than {_MOST_CODES}."
        if any(part.listed and len(part.edges) for part in parts)
        else "",
        "x: too few stories to be shown; such an arc is of the least width." if hidden else "",
        SILENCE,
        f"The {_MOST_LISTED} most told are listed of: {'; '.join(cut)}." if cut else "",
        f"The table flows has what the page does not hold: {'; '.join(left_out)}."
        if left_out
        else "",
    ]
    return close(sentences, cleared, labels, change=False, pupils=False)
