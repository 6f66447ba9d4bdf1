"""How stories are told: the order of their cycles, how far they reach, and flows between cycles.

All of it describes the telling and shows no cause. Cycles are no ladder, so that nothing is
averaged over them.
"""

from __future__ import annotations

import pandas as pd

from resilience_lib.mixed.voices import one_voice
from resilience_lib.stories.coding_frames import CYCLES, REACH

NONE = "none"
ORDER_COLUMNS: tuple[str, ...] = (
    *("story", "frame", "segments", "cycles", "reach", "forward", "back", "breaks"),
)
FLOW_COLUMNS: tuple[str, ...] = (
    *("frame", "source_code", "target_code", "source_label", "target_label"),
    *("stories", "transitions", "kind", "told"),
)
REACH_COLUMNS: tuple[str, ...] = (
    *("frame", "code", "label", "position", "stories", "told", "spoken", "asked"),
)


def cycle_steps(segments: pd.DataFrame) -> pd.DataFrame:
    """The cycles of each story in the order told: one row per story, frame, segment and cycle.

    Parameters
    ----------
    segments : DataFrame
        Story frame of the final coding. Cycles that tellers gave themselves count in frames of
        which no coder gave any (`voices.one_voice`).

    Returns
    -------
    DataFrame
        `story`, `frame`, `step` (place of the segment among the story's segments with a cycle, from
        1), `code`.
    """
    rows = one_voice(segments[segments["frame"].isin(CYCLES)])
    key = ["story", "frame", "segment"]
    rows = rows.drop_duplicates([*key, "code"]).sort_values(["story", "frame", "order"],
                                                            kind="stable")  # fmt: skip
    fresh = rows["order"] != rows.groupby(["story", "frame"])["order"].shift()
    step = fresh.groupby([rows["story"], rows["frame"]]).cumsum()
    return rows.assign(step=step.astype("int64"))[["story", "frame", "step", "code"]].reset_index(
        drop=True
    )


def transitions(steps: pd.DataFrame) -> pd.DataFrame:
    """Each move from one segment to the next with a cycle; both cycles of a segment count.

    Parameters
    ----------
    steps : DataFrame
        As `cycle_steps` gives them.

    Returns
    -------
    DataFrame
        `story`, `frame`, `step`, `source_code`, `target_code`, `kind` and `breaks`, the number of
        cycles that a move forward passes over without telling.

    Examples
    --------
    >>> steps = pd.DataFrame({"story": "s", "frame": "value_creation_2011", "step": [1, 2, 3],
    ...                       "code": ["immediate", "applied", "potential"]})
    >>> transitions(steps)[["kind", "breaks"]].to_numpy().tolist()
    [['forward', 1], ['back', 0]]
    """
    after = steps.assign(step=steps["step"] - 1).rename(columns={"code": "target_code"})
    moves = steps.rename(columns={"code": "source_code"}).merge(
        after, on=["story", "frame", "step"], sort=False
    )
    place = {code: number for number, code in enumerate(REACH)}
    gap = moves["target_code"].map(place) - moves["source_code"].map(place)
    kind = pd.Series("other", index=moves.index, dtype="str")
    kind = kind.mask(gap > 0, "forward").mask(gap < 0, "back")
    kind = kind.mask(moves["source_code"] == moves["target_code"], "same")
    return moves.assign(kind=kind, breaks=(gap - 1).clip(lower=0).fillna(0).astype("int64"))


def story_orders(steps: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """One row per story and frame; for the team, not for publication.

    Parameters
    ----------
    steps, moves : DataFrame
        As `cycle_steps` and `transitions` give them.

    Returns
    -------
    DataFrame
        `ORDER_COLUMNS`: `cycles` in the order told; `reach` is the furthest of immediate,
        potential, applied and realised, "none" where none is told; `forward`, `back` and `breaks`
        count moves.
    """
    if steps.empty:
        return pd.DataFrame(columns=list(ORDER_COLUMNS))
    key = ["story", "frame"]
    place = {code: number for number, code in enumerate(REACH)}
    told = steps.assign(place=steps["code"].map(place)).groupby(key, sort=False)
    orders = told.agg(segments=("step", "max"), cycles=("code", " > ".join), reach=("place", "max"))
    counts = moves.assign(forward=moves["kind"] == "forward", back=moves["kind"] == "back")
    counts = counts.groupby(key)[["forward", "back", "breaks"]].sum()
    whole = orders.join(counts).fillna({"forward": 0, "back": 0, "breaks": 0}).reset_index()
    reach = whole["reach"].map(dict(enumerate(REACH))).fillna(NONE).astype("str")
    numbers = whole[["forward", "back", "breaks"]].astype("int64")
    return whole.assign(reach=reach, **numbers)[list(ORDER_COLUMNS)]


def count_flows(moves: pd.DataFrame, steps: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Edges between cycles.

    Parameters
    ----------
    moves, steps : DataFrame
        As `transitions` and `cycle_steps` give them.
    codes : DataFrame
        Codes of the frames, for their labels and order.

    Returns
    -------
    DataFrame
        `FLOW_COLUMNS`: `stories` with the move, `transitions` in all, and `told`, the stories with
        a cycle of the frame.
    """
    labels = codes.set_index(["frame", "code"])[["label", "position"]]
    told = steps.groupby("frame")["story"].nunique().rename("told")
    edge = ["frame", "source_code", "target_code", "kind"]
    edges = moves.groupby(edge, as_index=False).agg(
        stories=("story", "nunique"), transitions=("story", "size")
    )
    for end in ("source", "target"):
        named = labels.add_prefix(f"{end}_").rename_axis(["frame", f"{end}_code"])
        edges = edges.join(named, on=["frame", f"{end}_code"])
    edges = edges.join(told, on="frame")
    edges = edges.sort_values(["frame", "source_position", "target_position"], ignore_index=True)
    return edges[list(FLOW_COLUMNS)]


def count_reach(orders: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """How many stories reach each cycle and no further.

    Parameters
    ----------
    orders : DataFrame
        As `story_orders` gives them.
    sources : DataFrame
        The register.
    codes : DataFrame

    Returns
    -------
    DataFrame
        `REACH_COLUMNS`: counts add up to `told`, the stories with any cycle of the frame; `spoken`
        are those in which anything was told, and `asked` the stories of all sources asked.
    """
    of_asked = sources[sources["asked"] == "yes"]
    spoken = of_asked.loc[of_asked["told"] == "yes", "story"].nunique()
    whole = {"spoken": spoken, "asked": of_asked["story"].nunique()}
    rows = []
    for frame in dict.fromkeys(codes.loc[codes["frame"].isin(CYCLES), "frame"]):
        of = orders[orders["frame"] == frame]
        known = codes[codes["frame"] == frame].set_index("code")["label"]
        for position, code in enumerate((NONE, *REACH)):
            label = "None of the four" if code == NONE else known[code]
            place = {"frame": frame, "code": code, "label": label, "position": position}
            counts = {"stories": int((of["reach"] == code).sum()), "told": len(of)}
            rows.append(place | counts | whole)
    return pd.DataFrame(rows, columns=list(REACH_COLUMNS))
