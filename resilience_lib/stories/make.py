"""A study's stories: exports, register and code map made one frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import decision, raw, relative
from resilience_lib.readers.stories.export import CodedExport
from resilience_lib.store.decisions import no_rows
from resilience_lib.stories.code_map import (
    apply_code_map,
    check_code_map,
    frame_codes,
    unmapped_codes,
)
from resilience_lib.stories.consensus import log_left_out, settled_codes
from resilience_lib.stories.declared import check_declared
from resilience_lib.stories.final import SETTLED_BY, final_codings
from resilience_lib.stories.lists import check_people, no_lists
from resilience_lib.stories.register import LINKS, check_register, complete_register
from resilience_lib.stories.segments import Told, combine_exports, count_segments
from resilience_lib.stories.spans import find_segments, once
from resilience_lib.stories.units import check_units
from resilience_lib.stories.unnamed import ids_of, naming_rows

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study
    from resilience_lib.study.stories import Stories

STORY_COLUMNS: tuple[str, ...] = (
    *("story", "segment", "order", "source", "coder", "assigned_by", "frame", "code"),
    *("study_code", "start", "end", "quote", *LINKS),
)
ORDERED: tuple[str, ...] = ("segments", "nvivo")
"""Readers whose files can say in which order of time segments stand."""


@dataclass(frozen=True)
class StorySet:
    """Everything of a study's stories that later stages read.

    Parameters
    ----------
    segments : DataFrame
        Story frame (`STORY_COLUMNS`) of the final coding: a row for each segment and each code of
        a frame. `order` counts within the story.
    codings : DataFrame
        The same of every coder, with untagged segments (code "").
    sources : DataFrame
        The register, complete (`stories.register.SOURCE_COLUMNS`).
    codes : DataFrame
        All codes of the frames (`stories.code_map.frame_codes`).
    unmapped : DataFrame
        `stories.code_map.unmapped_codes`.
    quotes, indicators, triads : DataFrame
        What people wrote; quotes with the `segment` that each means. Empty where not declared.
    lists : DataFrame
        Roles and sites that stories are joined to (`stories.lists.read_lists`).
    log : DataFrame
        What reading left out or assumed.
    """

    segments: pd.DataFrame
    codings: pd.DataFrame
    sources: pd.DataFrame
    codes: pd.DataFrame
    unmapped: pd.DataFrame
    quotes: pd.DataFrame
    indicators: pd.DataFrame
    triads: pd.DataFrame
    lists: pd.DataFrame
    log: pd.DataFrame


def make_stories(
    study: Study, exports: Mapping[str, CodedExport], written: Mapping[str, pd.DataFrame]
) -> StorySet:
    """The stories of one study.

    Parameters
    ----------
    study : Study
        With a block `stories`.
    exports : mapping of str to CodedExport
        By name of the file.
    written : mapping of str to DataFrame
        What people wrote, by the study file's key: `sources`, `code_map` and, where declared,
        `consensus`, `quotes`, `indicators`, `triads`; and the `lists` of its joins.

    Returns
    -------
    StorySet

    Raises
    ------
    FaultsError
        Whatever does not fit together, all of a kind at once.
    """
    assert study.stories is not None
    stories, name = study.stories, study.study
    told = combine_exports(exports, narrated=stories.order == "narrated")
    codings = told.codings
    _check_order(study, stories, exports)
    if stories.unit == "segment":
        check_units(codings)
    indicators = written.get("indicators")
    codes = frame_codes(stories.frames, written["code_map"], indicators)
    _gather(study, stories, told, written, codes)
    sources = complete_register(written["sources"], set(codings["source"]))
    consensus, log, code_map = None, told.log, written["code_map"]
    if "consensus" in written and stories.consensus is not None:
        path = decision(name, stories.consensus)
        consensus = settled_codes(path, written["consensus"], codings, set(code_map["code"]))
        if stories.final == SETTLED_BY:
            log = pd.concat([log, log_left_out(consensus, codings, path.name)], ignore_index=True)
    final = final_codings(codings, stories.final, consensus)
    quotes = written.get("quotes", no_rows("quotes"))
    place = decision(name, stories.quotes or "")
    quotes = quotes.assign(segment=find_segments(place, quotes, codings))
    once(place, quotes)
    return StorySet(
        segments=_story_frame(final, code_map, sources),
        codings=_story_frame(codings, code_map, sources),
        sources=sources,
        codes=codes,
        unmapped=unmapped_codes(final, code_map),
        quotes=quotes.reset_index(drop=True),
        indicators=written.get("indicators", no_rows("indicators")).reset_index(drop=True),
        triads=written.get("triads", no_rows("triads")).reset_index(drop=True),
        lists=written.get("lists", no_lists()).reset_index(drop=True),
        log=log,
    )


def _gather(
    study: Study,
    stories: Stories,
    told: Told,
    written: Mapping[str, pd.DataFrame],
    codes: pd.DataFrame,
) -> None:
    """Check what people wrote against the exports and frames; all faults of all files at once."""
    faults: list[Fault] = []
    name, sources = study.study, set(told.codings["source"])
    # coders may settle on a code that no export has
    settled = set(written["consensus"]["code"]) if "consensus" in written else set()
    steps: list[Callable[[], None]] = [
        lambda: check_register(raw(name) / stories.sources, written["sources"], sources),
        lambda: check_code_map(
            decision(name, stories.code_map),
            written["code_map"],
            codes,
            stories.frames,
            told.codes | (settled - {""}),
        ),
        lambda: _check_indicators(name, stories, written, codes),
        lambda: _check_triads(name, stories, written),
        lambda: check_people(study, written.get("lists", no_lists()), written["sources"]),
        lambda: check_declared(study, told.codings, codes, written["sources"]),
        lambda: _check_quotes(name, stories, written),
    ]
    for step in steps:
        try:
            step()
        except FaultsError as error:
            faults += error.faults
    if faults:
        raise FaultsError(faults)


def _check_order(study: Study, stories: Stories, exports: Mapping[str, CodedExport]) -> None:
    """Segments stand in the order of time only where a file can say so."""
    if stories.order == "narrated":
        return
    rule = "order: chronological needs exports that say the place of every segment in time"
    remedy = (
        "write order: narrated, or export one row per segment with a column order, filled in "
        f"throughout (readers {' and '.join(ORDERED)})"
    )
    faults = [
        Fault(f"studies/{study.study}/study.yml", rule, remedy, column="stories.order",
              value=export.name)
        for export in stories.exports if not exports[export.name].ordered
    ]  # fmt: skip
    if faults:
        raise FaultsError(faults)


def _check_indicators(
    name: str, stories: Stories, written: Mapping[str, pd.DataFrame], codes: pd.DataFrame
) -> None:
    if "indicators" not in written or stories.indicators is None:
        return
    path = relative(decision(name, stories.indicators))
    listed = {frame: set(part["code"]) for frame, part in codes.groupby("frame")}
    faults = []
    for line, row in written["indicators"].iterrows():
        place = int(str(line))
        if row["frame"] not in stories.frames:
            rule = f"frames of this study are {', '.join(stories.frames)}"
            faults.append(Fault(path, rule, "write one of these", place, "frame", row["frame"]))
        elif row["cycle"] not in listed.get(row["frame"], ()):
            rule = f"{row['frame']} has no such code"
            remedy = f"it has {', '.join(sorted(listed.get(row['frame'], ()))) or 'none'}"
            faults.append(Fault(path, rule, remedy, place, "cycle", row["cycle"]))
        if not (row["conf_low"] <= row["value"] <= row["conf_high"]) and (
            row[["conf_low", "conf_high"]].notna().any()
        ):
            rule = "conf_low and conf_high stand together, and value lies between them"
            remedy = "mend the three, or leave the interval blank"
            faults.append(Fault(path, rule, remedy, place, "value", str(row["value"])))
    if faults:
        raise FaultsError(faults)


def _check_triads(name: str, stories: Stories, written: Mapping[str, pd.DataFrame]) -> None:
    if "triads" not in written or stories.triads is None:
        return
    rows, known = written["triads"], set(written["sources"]["source"])
    file, faults = relative(raw(name) / stories.triads), []
    places = rows[["a", "b", "c"]]
    off = (places < 0).any(axis=1) | (places.sum(axis=1) == 0)
    for line, row in rows[off | ~rows["source"].isin(known)].iterrows():
        place, position = int(str(line)), row[["a", "b", "c"]].astype("float64")
        if row["source"] not in known:
            rule, remedy = "every source is in the register", "add it there, or mend the name"
            faults.append(Fault(file, rule, remedy, place, "source", row["source"]))
        if (position < 0).any() or position.sum() == 0:
            rule = "a, b and c are 0 or more, and not all 0"
            faults.append(Fault(file, rule, "write the three distances that the teller gave",
                                place, "a", ", ".join(f"{x:g}" for x in position)))  # fmt: skip
    if faults:
        raise FaultsError(faults)


def _check_quotes(name: str, stories: Stories, written: Mapping[str, pd.DataFrame]) -> None:
    if "quotes" not in written or stories.quotes is None:
        return
    shown, ids = ("shown_as", "attribution"), ids_of(written["sources"])
    faults = list(naming_rows(decision(name, stories.quotes), written["quotes"], shown, ids))
    if faults:
        raise FaultsError(faults)


def _story_frame(
    codings: pd.DataFrame, code_map: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """Codings in the terms of the frames, each with its story and links."""
    whole = apply_code_map(codings, code_map)
    links = sources[["source", "story", *LINKS]]
    whole = whole.merge(links, on="source", how="left", sort=False)
    # a story may go on over several sources, in the order of the register
    place = pd.Series(range(len(sources)), index=sources["source"])
    whole = whole.assign(_place=whole["source"].map(place))
    whole = whole.sort_values(["_place", "order"], kind="stable", ignore_index=True)
    told = count_segments(whole["segment"], whole["story"])
    return whole.assign(order=told)[list(STORY_COLUMNS)]
