"""What linking found, as counts and as records that a person should look at."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from resilience_lib.linking.by_id import Pupils
from resilience_lib.linking.normalise import Codes, Flags
from resilience_lib.linking.plan import LinkingPlan
from resilience_lib.linking.records import Records

_Matrix = npt.NDArray[np.int64]

WHAT: dict[str, str] = {
    "records": "rows read",
    "id_missing": "rows without an id: not linked",
    "school_missing": "rows without a school: not linked",
    "id_normalised": "ids that case, width or space around them was taken from",
    "school_normalised": "schools that case, width or space around them was taken from",
    "parts_normalised": "rows in whose code case, width or space around a part was taken away",
    "too_few_parts": "rows with fewer parts of the code than must agree: not linked",
    "same_code": "rows with the same whole code as another row of their school and wave",
    "id_respelled": "ids written in more than one way, equal once normalised",
    "repeated": "pupils with more than one row in the wave",
    "not_kept": "rows set aside, another row of the pupil being kept",
    "pupils": "pupils",
    "matched": "pupils with a row in each of these waves",
    "first_only": "pupils with a row in the first of these waves and none in the second",
    "second_only": "pupils with a row in the second of these waves and none in the first",
    "left_over": "pupils of the wave who were found in no other wave",
    "school_changes": "pupils whose school differs between these waves (linked all the same)",
    "gender_changes": "pupils whose gender differs between these waves (linked all the same)",
    "ids_in_two_schools": "ids that stand in more than one school: counted as different pupils",
    "tie": "rows of the wave that fit two equally well: left unmatched",
    "taken": "rows of the wave whose best fit fits another row better: left unmatched",
}
"""Every count of the report and what it says; `pupils_in_k_waves` are made from the waves."""


def by_wave(records: Records, pupils: Pupils, kept: Flags, codes: Codes) -> _Matrix:
    """A number of each pupil at each wave.

    Returns
    -------
    array (pupils, waves)
        `codes` of the pupil's record; -2 where the pupil has none, -1 where it is missing there.
    """
    out = np.full((len(pupils.keys), len(records.waves)), -2, dtype=np.int64)
    out[pupils.of[kept], records.wave[kept]] = codes[kept]
    return out


def link_report(
    records: Records, pupils: Pupils, plan: LinkingPlan, kept: Flags, notes: pd.DataFrame
) -> pd.DataFrame:
    """Counts of what linking found.

    Parameters
    ----------
    records : Records
    pupils : Pupils
    plan : LinkingPlan
    kept : array of bool
    notes : DataFrame
        position, reason, detail of records to look at.

    Returns
    -------
    DataFrame
        count, waves ("", one wave, or "T1 T2"), n, schools (from how many schools those counted
        come: a pupil from that of the first wave where it is known), what. Counts of pupils are
        of rows kept.
    """
    rows: list[tuple[str, str, int, int]] = []
    names = records.waves
    schools = by_wave(records, pupils, kept, records.school.codes)
    genders = by_wave(records, pupils, kept, records.gender.codes)
    home = _first_known(schools)

    def add(count: str, waves: str, n: int, codes: Codes) -> None:
        rows.append((count, waves, n, int((np.bincount(codes[codes >= 0]) > 0).sum())))

    def per_wave(count: str, flagged: Flags) -> None:
        for w, name in enumerate(names):
            found = records.school.codes[flagged & (records.wave == w)]
            add(count, name, len(found), found)

    def of_pupils(count: str, waves: str, flagged: Flags) -> None:
        add(count, waves, int(flagged.sum()), home[flagged])

    def of_ids(count: str, ids: Flags) -> None:
        known = records.id.codes >= 0
        written = known & ids[np.where(known, records.id.codes, 0)] if len(ids) else known
        add(count, "", int(ids.sum()), records.school.codes[written])

    per_wave("records", np.ones_like(kept))
    if plan.by != "code":
        per_wave("id_missing", records.id.codes < 0)
        per_wave("id_normalised", records.id.changed)
        of_ids("id_respelled", records.id.spellings > 1)
    if plan.by != "id":
        per_wave("school_missing", records.school.codes < 0)
        per_wave("school_normalised", records.school.changed)
    if plan.by == "school_and_id":
        of_ids("ids_in_two_schools", _in_two_schools(records))
    if plan.by == "code":
        parts = list(records.parts.values())
        per_wave("parts_normalised", np.any([part.changed for part in parts], axis=0))
        for reason in ("too_few_parts", "same_code", "tie", "taken"):
            noted = notes.loc[notes["reason"] == reason, "position"].unique()
            per_wave(reason, np.isin(np.arange(len(kept)), noted))
    seen = schools > -2
    cells = np.unique(pupils.of[~kept] * len(names) + records.wave[~kept])
    for w, name in enumerate(names):
        twice = np.zeros(len(seen), dtype=bool)
        twice[cells[cells % len(names) == w] // len(names)] = True
        of_pupils("repeated", name, twice)
    per_wave("not_kept", ~kept)
    how_many = seen.sum(axis=1)
    of_pupils("pupils", "", np.ones(len(seen), dtype=bool))
    for w, name in enumerate(names):
        of_pupils("pupils", name, seen[:, w])
    for k in range(len(names), 0, -1):
        of_pupils(f"pupils_in_{k}_waves", "", how_many == k)
    for w, name in enumerate(names):
        of_pupils("left_over", name, seen[:, w] & (how_many == 1))
    for a, b in combinations(range(len(names)), 2):
        pair = f"{names[a]} {names[b]}"
        of_pupils("matched", pair, seen[:, a] & seen[:, b])
        of_pupils("first_only", pair, seen[:, a] & ~seen[:, b])
        of_pupils("second_only", pair, ~seen[:, a] & seen[:, b])
        for count, values in (("school_changes", schools), ("gender_changes", genders)):
            both = (values[:, a] >= 0) & (values[:, b] >= 0)
            of_pupils(count, pair, both & (values[:, a] != values[:, b]))
    frame = pd.DataFrame(rows, columns=["count", "waves", "n", "schools"])
    frame["what"] = [
        WHAT.get(count, f"pupils with a row in exactly {count.split('_')[2]} of the waves")
        if count.startswith("pupils_in_")
        else WHAT[count]
        for count in frame["count"]
    ]
    return frame


def change_notes(records: Records, pupils: Pupils, kept: Flags) -> pd.DataFrame:
    """The kept records of every pupil whose school or gender differs between waves.

    Returns
    -------
    DataFrame
        position, reason, detail (all the pupil's values in the order of the waves).
    """
    found = []
    for name in ("school", "gender"):
        column = getattr(records, name)
        values = by_wave(records, pupils, kept, column.codes)
        largest = values.max(axis=1)
        smallest = np.where(values >= 0, values, largest[:, None]).min(axis=1)
        changed = (largest >= 0) & (smallest != largest)
        position = np.flatnonzero(kept & changed[pupils.of])
        details = {
            int(pupil): _course(records.waves, values[pupil], column.texts)
            for pupil in np.flatnonzero(changed)
        }
        found.append(
            pd.DataFrame(
                {
                    "position": position,
                    "reason": f"{name}_changes",
                    "detail": [details[int(pupil)] for pupil in pupils.of[position]],
                }
            )
        )
    return pd.concat(found, ignore_index=True)


def missing_notes(records: Records, plan: LinkingPlan) -> pd.DataFrame:
    """Records that lack what linking needs."""
    needed = {"id": ("id",), "school_and_id": ("id", "school"), "code": ("school",)}[plan.by]
    found = []
    for name in needed:
        position = np.flatnonzero(getattr(records, name).codes < 0)
        detail = f"no {name}: not linked"
        found.append(
            pd.DataFrame({"position": position, "reason": f"{name}_missing", "detail": detail})
        )
    if plan.agree is not None:
        there = np.sum([part.codes >= 0 for part in records.parts.values()], axis=0)
        position = np.flatnonzero(there < plan.agree)
        detail = f"fewer than {plan.agree} parts of the code: not linked"
        found.append(
            pd.DataFrame({"position": position, "reason": "too_few_parts", "detail": detail})
        )
    return pd.concat(found, ignore_index=True)


def look_at(records: Records, pupils: Pupils, notes: pd.DataFrame) -> pd.DataFrame:
    """Notes as a list for a person, by pupil, wave, file and line.

    Returns
    -------
    DataFrame
        file, line, wave, school, pupil, reason, detail.
    """
    position = notes["position"].to_numpy(dtype=np.int64)
    school = np.append(records.school.texts, "")[records.school.codes[position]]
    frame = pd.DataFrame(
        {
            "file": records.index.get_level_values(0)[position].astype("str"),
            "line": records.index.get_level_values(1)[position],
            "wave": np.array(records.waves, dtype=object)[records.wave[position]],
            "school": school,
            "pupil": pupils.keys[pupils.of[position]],
            "reason": notes["reason"].to_numpy(),
            "detail": notes["detail"].to_numpy(),
            "order": records.order[position],
        }
    )
    ordered = frame.sort_values(["pupil", "order", "reason", "detail"]).drop(columns="order")
    text = dict.fromkeys(("file", "wave", "school", "pupil", "reason", "detail"), "str")
    return ordered.astype(text).reset_index(drop=True)


def _course(waves: tuple[str, ...], codes: _Matrix, texts: npt.NDArray[np.object_]) -> str:
    known = [f"{w} {texts[c]}" for w, c in zip(waves, codes, strict=True) if c >= 0]
    return ", ".join(known)


def _in_two_schools(records: Records) -> Flags:
    """Which ids (in the order of their codes) stand in more than one school."""
    known = (records.id.codes >= 0) & (records.school.codes >= 0)
    ids, schools = records.id.codes[known], records.school.codes[known]
    width = max(len(records.school.texts), 1)
    pairs = pd.unique(ids * width + schools)
    return np.bincount(pairs // width, minlength=len(records.id.texts)) > 1


def _first_known(codes: _Matrix) -> Codes:
    """Of each pupil the first code that is not missing; -1 where none is."""
    known = codes >= 0
    first = codes[np.arange(len(codes)), known.argmax(axis=1)]
    return np.where(known.any(axis=1), first, -1)
