"""From a study's own codes to coding frames, and the codes that the map leaves out."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.stories.coding_frames import FRAME_COLUMNS, INDICATORS, OWN, load_frame

MAPPED = ["code", "frame", "frame_code", "assigned_by"]


def frame_codes(
    frames: Collection[str], code_map: pd.DataFrame, indicators: pd.DataFrame | None
) -> pd.DataFrame:
    """All codes of the frames of one study, in order.

    Parameters
    ----------
    frames : collection of str
        Those that the study file names.
    code_map : DataFrame
        Gives the study's own codes (frame `own`), in the order of their rows.
    indicators : DataFrame, optional
        Gives those of the frame `indicators`.

    Returns
    -------
    DataFrame
        `frame`, then the columns of a coding frame.
    """
    parts = [load_frame(name).assign(frame=name) for name in frames if name != OWN]
    own = code_map[(code_map["frame"] == OWN) & (code_map["frame_code"] != "")]
    own = own.drop_duplicates("frame_code")
    parts.append(_listed(OWN, own["frame_code"], own["label"]))
    if indicators is not None:
        once = indicators.drop_duplicates("id")
        parts.append(_listed(INDICATORS, once["id"], once["what"]))
    together = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return together[["frame", *FRAME_COLUMNS]]


def _listed(frame: str, codes: pd.Series, labels: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "frame": frame,
            "code": codes.to_numpy(),
            "label": labels.where(labels != "", codes).to_numpy(),
            "parent": "",
            "position": range(1, len(codes) + 1),
            "certainty": "",
            "source": "",
        }
    )


def check_code_map(
    path: Path,
    code_map: pd.DataFrame,
    known: pd.DataFrame,
    frames: Collection[str],
    codes: Collection[str],
) -> None:
    """Refuse rows of a code map that name nothing.

    Parameters
    ----------
    path : Path
        The file, for messages.
    code_map : DataFrame
        As `store.decisions.read_decisions` gives it.
    known : DataFrame
        `frame_codes`.
    frames : collection of str
        Frames that the study file names.
    codes : collection of str
        The study's own codes, as the exports have them.

    Raises
    ------
    FaultsError
        Codes that no export has, frames that the study file does not name, codes that a frame
        does not have; each with the nearest valid one. Frames without a code and codes without
        one, and a code that is mapped twice to the same.
    """
    faults = [
        *_unknown_codes(path, code_map, codes),
        *_unknown_frames(path, code_map, known, frames),
        *_doubled(path, code_map),
    ]
    if faults:
        raise FaultsError(faults)


def _unknown_codes(path: Path, code_map: pd.DataFrame, codes: Collection[str]) -> Iterator[Fault]:
    there = set(codes)
    for line, code in code_map["code"].items():
        if code not in there:
            yield Fault(relative(path), "no export has this code", _near(code, there, "take the "
                        "row out, or write the code as the tool has it, its levels with ::"),
                        int(str(line)), "code", code)  # fmt: skip


def _unknown_frames(
    path: Path, code_map: pd.DataFrame, known: pd.DataFrame, frames: Collection[str]
) -> Iterator[Fault]:
    listed = {name: set(part["code"]) for name, part in known.groupby("frame")}
    for line, frame, code in code_map[["frame", "frame_code"]].itertuples(name=None):
        place = (int(str(line)), "frame")
        if bool(frame) != bool(code):
            column = "frame_code" if frame else "frame"
            yield Fault(relative(path), "frame and frame_code stand together",
                        "fill in the other, or leave both blank where the code is meant for none",
                        place[0], column, "")  # fmt: skip
        elif not frame:
            continue
        elif frame == INDICATORS and INDICATORS not in listed:
            yield Fault(relative(path), "the study file names no indicators",
                        "name the file: stories, indicators", *place, frame)  # fmt: skip
        elif frame != INDICATORS and frame not in frames:
            yield Fault(relative(path), f"frames of this study are {', '.join(frames)}",
                        "name it in the study file under stories, frames; or leave frame blank "
                        "where the code is meant for none", *place, frame)  # fmt: skip
        elif code not in listed.get(frame, set()):
            remedy = _near(code, listed.get(frame, set()), "see resilience_lib/stories/frames")
            yield Fault(relative(path), f"{frame} has no such code", remedy, place[0],
                        "frame_code", code)  # fmt: skip


def _doubled(path: Path, code_map: pd.DataFrame) -> Iterator[Fault]:
    """Rows that say again what another says, or that a code both means something and nothing."""
    by = code_map["assigned_by"].replace("", "coder")
    again = code_map.assign(assigned_by=by).duplicated(MAPPED)
    meant = code_map["frame"].ne("").groupby(code_map["code"]).transform("any")
    for line, row in code_map.iterrows():
        place = (int(str(line)), "code", row["code"])
        if again[line]:
            yield Fault(relative(path), "a code is mapped once to the same code of a frame",
                        "delete the second row", *place)  # fmt: skip
        elif row["frame"] == "" and meant[line]:
            yield Fault(relative(path), "a code is mapped to nothing here, and to a frame in "
                        "another row", "delete one of the two", *place)  # fmt: skip


def _near(word: str, known: Collection[str], otherwise: str) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f"did you mean {near[0]}?" if near else otherwise


def unmapped_codes(codings: pd.DataFrame, code_map: pd.DataFrame) -> pd.DataFrame:
    """Codes that the map does not name, and those that it maps to nothing on purpose.

    Parameters
    ----------
    codings : DataFrame
        With `study_code`, `segment` and `source`.
    code_map : DataFrame

    Returns
    -------
    DataFrame
        `study_code`, `why` ("not in the code map" or the note), `segments`, `sources`; most
        segments first.
    """
    mapped = set(code_map.loc[code_map["frame"] != "", "code"])
    notes = code_map[code_map["frame"] == ""].set_index("code")["note"]
    rows = codings[(codings["study_code"] != "") & ~codings["study_code"].isin(mapped)]
    counts = rows.groupby("study_code", as_index=False).agg(
        segments=("segment", "nunique"), sources=("source", "nunique")
    )
    meant = counts["study_code"].map(notes)
    why = ("mapped to nothing: " + meant).where(meant.notna(), "not in the code map")
    found = counts.assign(why=why.astype("str"))[["study_code", "why", "segments", "sources"]]
    return found.sort_values(["segments", "study_code"], ascending=[False, True], ignore_index=True)


def apply_code_map(codings: pd.DataFrame, code_map: pd.DataFrame) -> pd.DataFrame:
    """Each coded segment with what its code means in each frame.

    Parameters
    ----------
    codings : DataFrame
        With `study_code`.
    code_map : DataFrame

    Returns
    -------
    DataFrame
        A row for each row and each frame's code that it maps to, with `frame`, `code` and
        `assigned_by`; rows that map to nothing keep "" there.
    """
    rows = code_map.loc[code_map["frame"] != "", MAPPED]
    rows = rows.assign(assigned_by=rows["assigned_by"].replace("", "coder"))
    rows = rows.rename(columns={"code": "study_code", "frame_code": "code"})
    found = codings.merge(rows, on="study_code", how="left", sort=False)
    words = ["frame", "code", "assigned_by"]
    return found.assign(**{name: found[name].fillna("") for name in words})
