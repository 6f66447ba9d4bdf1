"""Themes that hold or overlap each other: no count of few follows from those that show.

Everything that fits what is published is written out: whoever reads it knows which codes a theme
has, and that a count of nobody is shown.
"""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pandas as pd
import pytest

from resilience_lib.disclosure.gates import clear
from resilience_lib.mixed.apart import find_apart, mark_apart
from resilience_lib.mixed.convergence import judge_themes
from resilience_lib.mixed.coverage import cover_codes
from resilience_lib.mixed.overview import follow_threads
from resilience_lib.mixed.themes import count_themes
from resilience_lib.mixed.together import code_pairs
from resilience_lib.study.load import load_study
from resilience_lib.study.mixed import Theme
from resilience_lib.study.schema import Study

LEAST = 3
ASKED = 19
CODES = "xyz"
KINDS = [frozenset(kind) for many in (1, 2, 3) for kind in itertools.combinations(CODES, many)]
"""What a source can tell of: x, y, z, xy, xz, yz, xyz."""
MOST = 9
FRAME = pd.DataFrame(
    {"frame": "own", "code": list(CODES), "label": list(CODES), "position": [1, 2, 3], "parent": ""}
)


def tables() -> np.ndarray:
    """All numbers of sources of each kind, of nine sources or fewer."""
    bars = np.array(list(itertools.combinations(range(MOST + len(KINDS)), len(KINDS))))
    return np.diff(bars, axis=1, prepend=-1) - 1


EVERY = tables()


@cache
def base() -> Study:
    """At least 3 sources behind a count."""
    return load_study("bounce_forward")


def plan(*themes: str) -> Study:
    """With other themes: each word is one of its letters."""
    study = base()
    assert study.mixed is not None
    made = tuple(Theme(theme=name, label=name, frame="own", codes=tuple(name)) for name in themes)
    return study.model_copy(update={"mixed": study.mixed.model_copy(update={"themes": made})})


def told(counts: dict[str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Segments and register, from how many sources tell of just these codes."""
    names = [(f"{kind}{n}", kind) for kind, many in counts.items() for n in range(many)]
    rows = [(source, code) for source, kind in names for code in kind]
    segments = pd.DataFrame(rows, columns=["source", "code"], dtype="str")
    segments = segments.assign(frame="own", assigned_by="coder", school="",
                               segment=segments["source"] + segments["code"])  # fmt: skip
    asked = [name for name, _ in names] + [f"silent{n}" for n in range(ASKED - len(names))]
    return segments, pd.DataFrame({"source": asked, "asked": "yes", "school": asked})


def themed(study: Study, counts: dict[str, int]) -> pd.DataFrame:
    """Themes counted, with how few each count would tell of."""
    segments, sources = told(counts)
    apart = find_apart(study, segments, sources, FRAME).themes
    return count_themes(study, segments, sources, FRAME, apart)


def shown_themes(study: Study, counts: dict[str, int]) -> dict[str, float]:
    """What the joint display shows of each theme; NaN where it is hidden."""
    frame = themed(study, counts)
    display = frame.assign(outcome="", estimate=float("nan"))
    got = clear("displays", display, study).frame
    assert "apart" not in got
    hidden = got["sources"].isna()
    assert got.loc[hidden, "schools"].isna().all()
    assert not got["words"][hidden].str.contains(r"^\d").any()
    return dict(zip(got["theme"], got["sources"], strict=True))


def fitting(shown: dict[str, float]) -> np.ndarray:
    """The tables in which counts of any of the codes are as shown; hidden ones are above none."""
    fits = np.ones(len(EVERY), dtype=bool)
    for codes, count in shown.items():
        tells = np.array([bool(kind & set(codes)) for kind in KINDS])
        many = EVERY @ tells
        fits &= many == count if count == count else many > 0
    return EVERY[fits]


def given_away(shown: dict[str, float], pairs: dict[str, float] | None = None) -> list[list[str]]:
    """Combinations of codes of which one or two sources tell in every table that fits.

    With what stands together, where it is shown.
    """
    # kinds that no theme tells apart cannot be told apart by anything that is shown
    looks = [tuple(bool(kind & set(codes)) for codes in shown) for kind in KINDS]
    kinds = [look for look in dict.fromkeys(looks) if any(look)]
    fits = fitting(shown)
    for codes, count in (pairs or {}).items():
        if count == count:
            fits = fits[fits @ np.array([set(codes) <= kind for kind in KINDS]) == count]
    assert len(fits)
    same = np.array([[look == other for other in looks] for look in kinds])
    by_look = fits @ same.T
    choices = np.array(list(itertools.product((0, 1), repeat=len(kinds))))[1:]
    many = by_look @ choices.T
    least, most = many.min(axis=0), many.max(axis=0)
    found = choices[(least == most) & (least > 0) & (least < LEAST)]
    return [[str(kinds[at]) for at in np.flatnonzero(row)] for row in found]


NESTED, OVERLAPPING, PARTITION = ("xy", "xyz"), ("xy", "yz", "xyz"), ("x", "yz", "xyz")


@pytest.mark.parametrize(
    ("themes", "counts", "hidden"),
    [
        # 5 of x or y; 7 of all: two tell of z alone
        (NESTED, {"xy": 5, "z": 2}, ["xy"]),
        (NESTED, {"xy": 5, "z": 3}, []),
        (NESTED, {"xy": 5, "xz": 2}, []),
        # few of one, and nobody else of the other: both are few
        (NESTED, {"xy": 2}, ["xy", "xyz"]),
        # 5 + 5 - 8: two tell of both
        (OVERLAPPING, {"x": 3, "z": 3, "y": 2}, ["yz"]),
        # 6 + 3 - 8: one tells of both; and 8 - 6 of z alone, which the smaller one says not
        (OVERLAPPING, {"x": 5, "xz": 1, "z": 2}, ["xy"]),
        # 8 - 6 of z alone, 8 - 7 of x alone
        (OVERLAPPING, {"x": 1, "y": 5, "z": 2}, ["xy", "yz"]),
        (OVERLAPPING, {"x": 3, "z": 3, "y": 3}, []),
        # 4 + 4 - 7: one tells of x and of another
        (PARTITION, {"x": 3, "yz": 3, "xy": 1}, ["yz"]),
        (PARTITION, {"x": 4, "y": 2, "z": 2}, []),
        # a theme of the same codes tells the same
        (("xy", "yx", "xyz"), {"xy": 5, "z": 1}, ["xy", "yx"]),
        # themes of other codes say nothing of each other
        (("x", "y"), {"x": 3, "y": 4}, []),
    ],
)
def test_a_theme_that_would_tell_of_few_beside_others_is_hidden(
    themes: tuple[str, ...], counts: dict[str, int], hidden: list[str]
) -> None:
    shown = shown_themes(plan(*themes), counts)
    assert [name for name, count in shown.items() if count != count] == hidden


def random_counts(random: np.random.Generator) -> dict[str, int]:
    kinds = ["".join(sorted(kind)) for kind in KINDS]
    many = random.multinomial(int(random.integers(1, 8)), random.dirichlet([0.5] * len(kinds)))
    return {kind: int(n) for kind, n in zip(kinds, many, strict=True)}


@pytest.mark.parametrize("seed", range(150))
def test_no_count_of_few_follows_from_the_themes_that_show(seed: int) -> None:
    random = np.random.default_rng(seed)
    every = ["x", "y", "z", "xy", "xz", "yz", "xyz"]
    usual = [NESTED, OVERLAPPING, PARTITION, ("x", "xy", "xyz"), ("xy", "xz", "yz", "xyz")]
    some = tuple(random.choice(every, size=int(random.integers(2, 6)), replace=False))
    themes = usual[seed % 10] if seed % 10 < len(usual) else some
    counts = random_counts(random)
    shown = shown_themes(plan(*themes), counts)
    assert given_away(shown) == [], (themes, counts, shown)
    # minimal: any that is hidden and not few would give something away
    exact = {codes: sum(many for kind, many in counts.items() if set(kind) & set(codes))
             for codes in themes}  # fmt: skip
    for codes, count in shown.items():
        if count != count and exact[codes] >= LEAST:
            assert given_away(shown | {codes: exact[codes]}), (themes, counts, shown)


@pytest.mark.parametrize("seed", range(100))
def test_nor_from_themes_beside_the_codes_that_show(seed: int) -> None:
    random = np.random.default_rng(1000 + seed)
    themes = (NESTED, OVERLAPPING, ("xyz",), ("xy",), ("xy", "xz", "yz", "xyz"))[seed % 5]
    counts, study = random_counts(random), plan(*themes)
    segments, sources = told(counts)
    if segments.empty:
        return
    covered = cover_codes(segments, sources, FRAME, [])
    apart = find_apart(study, segments, sources, FRAME)
    cleared = clear("coverage", mark_apart(covered, apart.codes), study).frame
    codes = dict(cleared[["code", "sources"]].itertuples(index=False, name=None))
    shown = shown_themes(study, counts) | codes
    assert given_away(shown) == [], (themes, counts, shown)
    together = mark_apart(code_pairs(segments, sources, FRAME), apart.pairs)
    cleared = clear("cooccurrence", together, study).frame
    assert "apart" not in cleared
    pairs = dict(zip(cleared["code_a"] + cleared["code_b"], cleared["sources"], strict=True))
    assert given_away(shown, pairs) == [], (themes, counts, shown, pairs)


@pytest.mark.parametrize(
    ("themes", "counts", "hidden"),
    [
        # 7 of x or y and 4 of z, of 10 in all: one tells of z beside the theme
        (NESTED, {"x": 3, "y": 3, "z": 3, "xz": 1}, ["z"]),
        (NESTED, {"x": 3, "y": 3, "z": 3, "xz": 3}, []),
    ],
)
def test_a_code_that_would_tell_of_few_beside_themes_is_hidden(
    themes: tuple[str, ...], counts: dict[str, int], hidden: list[str]
) -> None:
    study, (segments, sources) = plan(*themes), told(counts)
    covered = cover_codes(segments, sources, FRAME, [])
    marked = mark_apart(covered, find_apart(study, segments, sources, FRAME).codes)
    cleared = clear("coverage", marked, study).frame
    assert cleared.loc[cleared["sources"].isna(), "code"].tolist() == hidden


def test_themes_of_many_codes_are_looked_at_without_them() -> None:
    # 8 of each two thirds of the codes and 11 of all: 3 * 8 - 2 * 11 tell of two thirds or more
    x, y, z = "abcd", "efgh", "ijkl"
    codes = pd.DataFrame({"frame": "own", "code": list(x + y + z), "parent": ""})
    segments, sources = told({x: 3, y: 3, z: 3, x + y + z: 2})
    apart = find_apart(plan(x + y, x + z, y + z, x + y + z), segments, sources, codes)
    assert apart.themes == {x + y: 8, x + z: 8, y + z: 2, x + y + z: 11}


def test_what_is_few_of_themes_that_share_a_code_is_not_said() -> None:
    # "fewer than 3" of each and 4 of both together would be two of each
    study, counts = plan("x", "y", "xy"), {"x": 2, "y": 2}
    frame = themed(study, counts).assign(outcome="", estimate=float("nan"))
    got = clear("displays", frame, study).frame["words"].tolist()
    assert got == ["not shown of 19 staff", "not shown of 19 staff", "4 of 19 staff, in 4 of 19 "
                   "schools"]  # fmt: skip
    alone = themed(plan("x"), counts).assign(outcome="", estimate=float("nan"))
    assert clear("displays", alone, study).frame["words"].tolist() == ["fewer than 3 of 19 staff"]


def test_convergence_and_threads_hide_the_same_and_publish_no_distance() -> None:
    study = plan(*NESTED)
    counts = themed(study, {"xy": 5, "z": 2})
    display = counts.assign(quantitative="not measured", judgement="", inference="", ids="",
                            contrast="")  # fmt: skip
    given = pd.DataFrame(columns=["theme", "judge", "judgement", "because"], dtype="str")
    judged = judge_themes(display, given)
    quotes = pd.DataFrame(columns=["theme", "id", "quote", "attribution"])
    matrix = pd.DataFrame(columns=["frame", "code", "indicator"])
    groups = pd.DataFrame(columns=["theme", "group", "quantitative"])
    thread = follow_threads(study, display, quotes, matrix, judged, groups)
    cleared = clear("convergence", judged, study).frame
    words = ["not shown of 19 staff", "7 of 19 staff, in 7 of 19 schools"]
    assert cleared["words"].tolist() == words
    steps = clear("thread", thread, study).frame
    assert steps.loc[steps["what"] == "sources that speak of it", "finding"].tolist() == words
    assert "apart" not in cleared and "apart" not in steps
