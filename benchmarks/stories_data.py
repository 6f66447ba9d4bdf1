"""An invented study of coded stories at any size, for `benchmarks/stories.py`."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.frames import estimate_frame
from resilience_lib.stories.coding_frames import load_frame
from resilience_lib.study.joins import Join
from resilience_lib.study.load import load_study
from resilience_lib.study.mixed import Mixed
from resilience_lib.study.schema import Disclosure, Study
from resilience_lib.study.stories import Stories

NAME = "stories_at_scale"
FRAME = "value_creation_2020"
IN_A_STORY, IN_A_SCHOOL, IN_A_CLASS, SITES = 10, 250, 25, 12
ROLES = ("teacher", "teaching assistant", "head", "parent", "coach", "pupil")
THEMES, CLAIMS = 12, 6
OUTCOMES = ("family_connection", "self_esteem", "emotional_difficulties")
WORDS = ("we", "met", "again", "somebody", "said", "that", "it", "helped", "us", "to", "try")


def study_of(stories: int) -> Study:
    """A confidential study with pupils, two coders, a consensus, quotes, indicators and joins."""
    asked = stories * 11 // 10
    nobodys = {"pupils": asked - asked // len(ROLES)}  # stories that no pupil told
    exports = [{"name": f"{c}.csv", "reader": "segments", "coder": c} for c in "ab"]
    themes = [
        {
            "theme": f"theme_{k:02d}", "label": f"Theme {k}", "frame": "own",
            "codes": [f"theme_{k:02d}"], "inference": "Invented.",
            **({"outcome": OUTCOMES[k % 3], "contrast": "T2 - T1", "smallest_important": 0.1,
                "because": "Invented."} if k % 4 else {}),
        }
        for k in range(THEMES)
    ]  # fmt: skip
    right = [("schools", ["school"]), ("classrooms", ["school", "classroom"]),
             ("pupils", ["pupil"])]  # fmt: skip
    return load_study("bounce_forward").model_copy(
        update={
            "study": NAME,
            "stories": Stories.model_validate(
                {"exports": exports, "sources": "sources.csv", "order": "narrated",
                 "frames": [FRAME, "own"], "final": "consensus", "consensus": "consensus.csv",
                 "indicators": "indicators.csv", "quotes": "quotes.csv", "triads": "triads.csv",
                 "minimum_sources": 3}
            ),
            "mixed": Mixed.model_validate(
                {"design": "convergent", "integration": "Invented.", "themes": themes,
                 "groups": ["role", "site", "school"], "convergence": "convergence.csv"}
            ),
            "joins": tuple(
                Join.model_validate({"left": "stories", "right": name, "by": by,
                                     "only_right": None, "only_left": nobodys.get(name, 0)})
                for name, by in right
            ),
            "disclosure": Disclosure(open_data=False, reason=None, minimum_cell=10, minimum_base=10,
                                     minimum_schools=3),
        }
    )  # fmt: skip


def write_study(folder: Path, stories: int, pupils: int) -> None:
    """All files of the study, and its pupils, estimates and schools' changes, into a folder."""
    random = np.random.default_rng(2021)
    people = _pupils(pupils)
    _register(random, stories, people).to_csv(folder / "sources.csv", index=False)
    cycles = load_frame(FRAME)["code"].tolist()
    own = [f"theme_{k:02d}" for k in range(THEMES)]
    claims = [f"claim_{k}" for k in range(CLAIMS)]
    pd.DataFrame(
        [(code, FRAME, code, "") for code in cycles]
        + [(code, "own", code, f"Theme {k}") for k, code in enumerate(own)]
        + [(code, FRAME, cycles[k % len(cycles)], "") for k, code in enumerate(own)]
        + [(code, "indicators", code, "") for code in claims],
        columns=["code", "frame", "frame_code", "label"],
    ).to_csv(folder / "code_map.csv", index=False)
    pd.DataFrame(
        [(code, FRAME, cycles[k], "Invented", "%", 50 + k, "Invented")
         for k, code in enumerate(claims)],
        columns=["id", "frame", "cycle", "what", "unit", "value", "source"],
    ).to_csv(folder / "indicators.csv", index=False)  # fmt: skip
    rows = _codings(random, stories, np.array([*cycles, *own, *claims], dtype=object))
    rows.to_csv(folder / "a.csv", index=False)
    _write_taguette(folder / "a.sqlite3", rows)
    double = rows["source"] < f"story {stories // 10:06d}"
    other = rows[double]
    codes = other["code"].to_numpy(dtype=object).copy()
    differs = random.random(len(codes)) < 0.2
    codes[differs] = random.choice(np.array(cycles, dtype=object), differs.sum())
    other = other.assign(code=codes).drop_duplicates()
    other.to_csv(folder / "b.csv", index=False)
    rows.loc[double, ["source", "start", "end", "code"]].to_csv(
        folder / "consensus.csv", index=False
    )
    chosen = rows.drop_duplicates(["source", "start"]).iloc[:: IN_A_STORY * 10]
    chosen[["source", "start", "end", "quote"]].assign(
        shown_as=chosen["quote"], attribution="somebody", cleared_by="x", because="Invented.",
        with_school="yes",
    ).to_csv(folder / "quotes.csv", index=False)  # fmt: skip
    told = np.arange(0, stories, 10)
    corners = {"corner_a": "Own", "corner_b": "Peers", "corner_c": "Course"}
    places = dict(zip("abc", random.integers(1, 9, (3, len(told))), strict=True))
    pd.DataFrame({"source": _names(told), "triad": "Where from", **corners, **places}).to_csv(
        folder / "triads.csv", index=False
    )
    pd.DataFrame(
        [(code, judge, "agreement", "Invented.") for code in own for judge in ("x", "y")],
        columns=["theme", "judge", "judgement", "because"],
    ).to_csv(folder / "convergence.csv", index=False)
    people.to_pickle(folder / "pupils.pkl")
    _estimates(pupils).to_pickle(folder / "estimates.pkl")
    _school_changes(random, people["school"].unique()).to_pickle(folder / "school_changes.pkl")


def _names(numbers: NDArray[np.int64]) -> list[str]:
    return [f"story {n:06d}" for n in numbers]


def _pupils(pupils: int) -> pd.DataFrame:
    number = np.arange(pupils)
    return pd.DataFrame(
        {
            "pupil": [f"P{n:06d}" for n in number],
            "school": [f"S{n // IN_A_SCHOOL:04d}" for n in number],
            "classroom": [f"C{n % IN_A_SCHOOL // IN_A_CLASS}" for n in number],
        }
    ).astype("str")


def _register(random: np.random.Generator, stories: int, people: pd.DataFrame) -> pd.DataFrame:
    """A tenth more asked than told something."""
    number = np.arange(stories * 11 // 10)
    role = np.array(ROLES, dtype=object)[number % len(ROLES)]
    of = people.iloc[random.integers(0, len(people), len(number))]
    school = of["school"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "source": _names(number),
            "role": role,
            "school": school,
            "classroom": of["classroom"].to_numpy(dtype=object),
            "pupil": np.where(role == "pupil", of["pupil"].to_numpy(dtype=object), ""),
            "site": [f"Site {int(name[1:]) % SITES:02d}" for name in school],
            "asked": "yes",
        }
    )


def _codings(random: np.random.Generator, stories: int, codes: NDArray[np.object_]) -> pd.DataFrame:
    """Ten segments a story; a tenth of them have a second code."""
    number = np.arange(stories * IN_A_STORY)
    start = number % IN_A_STORY * 100
    words = random.choice(np.array(WORDS, dtype=object), (200, 15))
    said = np.array([(" ".join(row) + "." * 90)[:90] for row in words], dtype=object)
    rows = pd.DataFrame(
        {
            "source": np.array(_names(np.arange(stories)), dtype=object)[number // IN_A_STORY],
            "start": start,
            "end": start + 90,
            "quote": said[random.integers(0, len(said), len(number))],
            "code": random.choice(codes, len(number)),
        }
    )
    again = rows[random.random(len(number)) < 0.1]
    again = again.assign(code=random.choice(codes, len(again)))
    return pd.concat([rows, again]).sort_index(kind="stable").drop_duplicates()


def _write_taguette(path: Path, rows: pd.DataFrame) -> None:
    """The same codings as Taguette's tables, as far as its reader looks at them."""
    rows = rows.assign(
        document=pd.factorize(rows["source"])[0] + 1, tag=pd.factorize(rows["code"])[0] + 1
    )
    once = rows.drop_duplicates(["document", "start"])
    once = once.assign(id=range(1, len(once) + 1))
    told = once.groupby(["document", "source"], as_index=False)["quote"].agg(("." * 10).join)
    tags = rows.drop_duplicates("tag")
    given = rows.merge(once[["document", "start", "id"]], on=["document", "start"])
    said = [json.dumps({"type": "highlight_add", "highlight_id": n}) for n in once["id"]]
    tables = {
        "projects": pd.DataFrame({"id": [1], "name": NAME}),
        "documents": pd.DataFrame(
            {"id": told["document"], "name": told["source"], "project_id": 1,
             "contents": "<p>" + told["quote"] + "</p>"}
        ),
        "tags": pd.DataFrame(
            {"id": tags["tag"], "project_id": 1, "path": tags["code"], "description": ""}
        ),
        "highlights": pd.DataFrame(
            {"id": once["id"], "document_id": once["document"], "start_offset": once["start"],
             "end_offset": once["end"], "snippet": once["quote"]}
        ),
        "highlight_tags": pd.DataFrame({"highlight_id": given["id"], "tag_id": given["tag"]}),
        "commands": pd.DataFrame(
            {"id": once["id"], "date": "2026-01-01", "user_login": "admin", "payload": said}
        ),
    }  # fmt: skip
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for name, table in tables.items():
            table.to_sql(name, connection, index=False)


def _estimates(pupils: int) -> pd.DataFrame:
    return estimate_frame(
        {"study": NAME, "outcome": name, "contrast": "T2 - T1", "subgroup": "all",
         "estimand": "mean_change", "estimate": 0.2, "std_error": 0.02, "conf_low": 0.16,
         "conf_high": 0.24, "conf_level": 0.95, "interval": "t", "df": 30.0, "p_value": 0.001,
         "n": pupils, "n_clusters": pupils // IN_A_SCHOOL, "method": "CR2"}
        for name in OUTCOMES
    )  # fmt: skip


def _school_changes(random: np.random.Generator, schools: NDArray[np.object_]) -> pd.DataFrame:
    parts = []
    for name in OUTCOMES:
        middle = random.normal(0.2, 0.1, len(schools))
        ends = {
            "estimate": middle,
            "conf_low": middle - 0.3,
            "conf_high": middle + 0.3,
            "shrunk": middle,
            "shrunk_low": middle - 0.2,
            "shrunk_high": middle + 0.2,
        }
        parts.append(pd.DataFrame({"study": NAME, "outcome": name, "contrast": "T2 - T1",
                                   "school": schools, "n": IN_A_SCHOOL, **ends,
                                   "conf_level": 0.95, "reason": ""}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
