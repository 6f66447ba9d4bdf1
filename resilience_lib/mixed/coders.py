"""Coders compared: agreement code by code and frame by frame, and what to talk about."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pandas as pd

from resilience_lib.frames import ESTIMATE_COLUMNS, estimate_frame
from resilience_lib.mixed.voices import NONE
from resilience_lib.reliability.coders import SCHOOLS, estimate_coders, estimate_codes
from resilience_lib.resampling.schools import FEWEST

NAMES: tuple[str, ...] = ("cohen_kappa", "fleiss_kappa", "krippendorff_nominal")
AGREEMENT_COLUMNS: tuple[str, ...] = (*ESTIMATE_COLUMNS, "label", "unit", "sources")
CONFUSION_COLUMNS: tuple[str, ...] = (
    *("frame", "coder_a", "coder_b", "code_a", "code_b", "label_a", "label_b", "units"),
    "sources",
)
TALK_COLUMNS: tuple[str, ...] = ("frame", "source", "unit", "quote", "codes")
_WHOLE = "all codes of the frame given to a unit must be the same"


def double_coded(codings: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Codings of the sources that two coders or more coded, by unit.

    Parameters
    ----------
    codings : DataFrame
        Story frame of every coder, with untagged segments.
    unit : {"segment", "source"}

    Returns
    -------
    DataFrame
        The rows of codes that coders gave (not tellers), with `unit` and `story`; a coder who
        coded a source without the code is known by other rows of that source.
    """
    # who copied a teller's own words alone did not code the source
    rows = codings[codings["assigned_by"] != "teller"]
    rows = rows[rows.groupby("source")["coder"].transform("nunique") > 1]
    return rows.assign(unit=rows[unit])


def agree_coders(codings: pd.DataFrame, codes: pd.DataFrame, unit: str, study: str) -> pd.DataFrame:
    """How far coders agree on each code, and on each frame as a whole.

    Parameters
    ----------
    codings : DataFrame
        Story frame of every coder.
    codes : DataFrame
        Codes of the frames.
    unit : {"segment", "source"}
    study : str

    Returns
    -------
    DataFrame
        `AGREEMENT_COLUMNS`. `outcome` is "<frame>::<code>" with `code_prevalence` first, or the
        frame, whose coefficients ask that all its codes of a unit are the same. `sources` counts
        those in which any coder gave the code, or one of the frame. Codes that nobody gave have
        no rows. Empty where no source has two coders.
    """
    rows = double_coded(codings, unit)
    if rows.empty:
        return pd.DataFrame(columns=list(AGREEMENT_COLUMNS))
    units = rows.drop_duplicates("unit")[["unit", "source", "story", "school"]]
    units = units.reset_index(drop=True)
    asked = _who_coded(rows, units)
    # a story is told in one school (stories.register), so that schools hold whole stories
    schools = units["school"].ne("").all() and units["school"].nunique() >= FEWEST
    group, left_out = (units["school"], SCHOOLS) if schools else (units["story"], "stories")
    frames, coded = [], f"{unit}s"
    for frame, of in codes.groupby("frame", sort=False):
        given = rows[rows["frame"] == frame]
        if given.empty:
            continue
        tables = {
            f"{frame}::{code}": _given(given[given["code"] == code], asked, units)
            for code in of["code"] if (given["code"] == code).any()
        }  # fmt: skip
        frames.append(estimate_codes(tables, NAMES, school=group, left_out=left_out, unit=coded))
        whole = _sets(given, asked, units)
        found = estimate_coders(
            whole, NAMES, label=str(frame), school=group, left_out=left_out, unit=coded
        )
        frames.append(found.assign(method=found["method"] + f"; {_WHOLE}"))
    if not frames:
        return estimate_frame([]).assign(label="", unit=unit, sources=0)
    together = pd.concat(frames, ignore_index=True)
    names = (codes["frame"] + "::" + codes["code"]).tolist()
    labels = dict(zip(names, codes["label"], strict=True))
    label = together["outcome"].map(labels).fillna("All codes of the frame")
    given = rows[rows["frame"] != ""]
    told = given.groupby(given["frame"] + "::" + given["code"])["source"].nunique()
    told = pd.concat([told, given.groupby("frame")["source"].nunique()])
    sources = together["outcome"].map(told).astype("int64")
    return together.assign(study=study, label=label.astype("str"), unit=unit, sources=sources)


def _who_coded(rows: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Units by coders: 0 where the coder coded the unit's source, else missing."""
    pairs = rows.drop_duplicates(["source", "coder"]).assign(there=0.0)
    wide = pairs.pivot(index="source", columns="coder", values="there")
    return wide.reindex(units["source"]).set_axis(units["unit"])


def _given(given: pd.DataFrame, asked: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    ones = given.drop_duplicates(["unit", "coder"]).assign(there=1.0)
    wide = ones.pivot(index="unit", columns="coder", values="there")
    wide = wide.reindex(index=units["unit"], columns=asked.columns)
    return wide.fillna(asked).reset_index(drop=True)


def _sets(given: pd.DataFrame, asked: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """All codes of a frame that each coder gave to each unit, as one word."""
    once = given.drop_duplicates(["unit", "coder", "code"]).sort_values("code")
    words = once.groupby(["unit", "coder"])["code"].agg("; ".join)
    wide = words.unstack("coder").reindex(index=units["unit"], columns=asked.columns)
    wide = wide.astype("object").mask(wide.isna() & asked.notna(), NONE)
    return wide.where(wide.notna(), float("nan")).reset_index(drop=True)


def confuse_coders(codings: pd.DataFrame, codes: pd.DataFrame, unit: str) -> pd.DataFrame:
    """What one coder gave where the other gave something else.

    Parameters
    ----------
    codings : DataFrame
        Story frame of every coder.
    codes : DataFrame
    unit : {"segment", "source"}

    Returns
    -------
    DataFrame
        `CONFUSION_COLUMNS`. Codes that both gave to a unit stand once each on the diagonal; each
        code of one alone stands beside each code of the other alone, or beside "none" where the
        other gave no further one. `sources` counts those that the units come from.
    """
    rows = double_coded(codings, unit)
    labels = codes.set_index(["frame", "code"])["label"].to_dict()
    found: list[dict[str, object]] = []
    for frame in dict.fromkeys(codes["frame"]):
        sets = _code_sets(rows, str(frame))
        for a, b in itertools.combinations(sorted(set(rows["coder"])), 2):
            for source, of_a, of_b in _paired(rows, sets, a, b):
                found += [
                    {"frame": frame, "coder_a": a, "coder_b": b, "code_a": x, "code_b": y,
                     "source": source}
                    for x, y in _crossed(of_a, of_b)
                ]  # fmt: skip
    if not found:
        return pd.DataFrame(columns=list(CONFUSION_COLUMNS))
    key = ["frame", "coder_a", "coder_b", "code_a", "code_b"]
    counts = pd.DataFrame(found).groupby(key, sort=False, as_index=False)
    counts = counts.agg(units=("source", "size"), sources=("source", "nunique"))
    for end in ("a", "b"):
        pairs = counts[["frame", f"code_{end}"]].itertuples(index=False, name=None)
        counts[f"label_{end}"] = [labels.get(pair, "None") for pair in pairs]
    return counts[list(CONFUSION_COLUMNS)]


def _code_sets(rows: pd.DataFrame, frame: str) -> dict[tuple[str, str], set[str]]:
    """By unit and coder, the codes of one frame."""
    given = rows.loc[rows["frame"] == frame, ["unit", "coder", "code"]]
    sets: dict[tuple[str, str], set[str]] = {}
    for unit, coder, code in given.itertuples(index=False, name=None):
        sets.setdefault((unit, coder), set()).add(code)
    return sets


def _paired(
    rows: pd.DataFrame, sets: dict[tuple[str, str], set[str]], a: str, b: str
) -> Iterator[tuple[str, set[str], set[str]]]:
    """The source, and the codes of two coders, of each unit of the sources that both coded."""
    both = [set(rows.loc[rows["coder"] == coder, "source"]) for coder in (a, b)]
    units = rows[rows["source"].isin(both[0] & both[1])].drop_duplicates("unit")
    for unit, source in zip(units["unit"], units["source"], strict=True):
        yield source, sets.get((unit, a), set()), sets.get((unit, b), set())


def _crossed(of_a: set[str], of_b: set[str]) -> Iterator[tuple[str, str]]:
    yield from ((code, code) for code in sorted(of_a & of_b))
    only_a, only_b = sorted(of_a - of_b), sorted(of_b - of_a)
    if only_a or only_b:
        yield from itertools.product(only_a or [NONE], only_b or [NONE])


def to_talk_about(codings: pd.DataFrame, codes: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The units on which coders differ, for the team: it holds quotes and is not published.

    Parameters
    ----------
    codings : DataFrame
        Story frame of every coder.
    codes : DataFrame
    unit : {"segment", "source"}

    Returns
    -------
    DataFrame
        `TALK_COLUMNS`; `codes` says what each coder gave, such as "ann: applied | ben: none".
    """
    rows = double_coded(codings, unit)
    coders = rows.groupby("source")["coder"].agg(lambda names: sorted(set(names)))
    found = []
    for frame in dict.fromkeys(codes["frame"]):
        sets = _code_sets(rows, str(frame))
        for row in rows.drop_duplicates("unit").itertuples():
            given = {c: sets.get((row.unit, c), set()) for c in coders[row.source]}
            if len({frozenset(of) for of in given.values()}) > 1:
                said = " | ".join(
                    f"{c}: {'; '.join(sorted(of)) or NONE}" for c, of in given.items()
                )
                quote = row.quote if unit == "segment" else ""
                found.append((frame, row.source, row.unit, quote, said))
    return pd.DataFrame(found, columns=list(TALK_COLUMNS))
