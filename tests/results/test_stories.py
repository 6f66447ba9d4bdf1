"""Bounce Forward's invented stories: the build's counts against plain counting, and no leak.

What is counted here comes from the inputs of the tool (tests/data/stories/*.yml) and from the
consensus file, with nothing of the library: the build reads the databases that Taguette wrote.
"""

from __future__ import annotations

import csv
import importlib.util
import re
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from resilience_lib.store.stages import read_table

pytestmark = pytest.mark.build
REPOSITORY = Path(__file__).resolve().parent.parent.parent
STUDY = "bounce_forward"
CYCLES = ("immediate", "potential", "applied", "realised", "reframing")
PERSON = re.compile(r"staff_\d\d|invented_\d\d|\bS(?:0\d|1[01])\b", flags=re.ASCII)
PICTURE = re.compile(r"base64,[A-Za-z0-9+/=\\n]+|\"image/png\": \"[^\"]+\"")


def marks(coder: str) -> dict[tuple[str, str, int], set[str]]:
    """Codes by document and quote, as the coder's input says."""
    place = REPOSITORY / "tests" / "data" / "stories" / f"bounce_forward_{coder}.yml"
    given = YAML(typ="safe").load(place.read_text(encoding="utf-8"))
    return {
        (one["document"], one["quote"], one.get("nth", 1)): set(one["codes"])
        for one in given["highlights"]
    }


def schools_of(sources: set[str]) -> set[str]:
    """Schools that the register gives these sources."""
    place = REPOSITORY / "data" / "raw" / STUDY / "told_by_SYNTHETIC.csv"
    with place.open(encoding="utf-8", newline="") as file:
        return {row["school"] for row in csv.DictReader(file) if row["source"] in sources}


def settled() -> dict[str, set[str]]:
    """Sources by settled code."""
    place = REPOSITORY / "studies" / STUDY / "consensus.csv"
    found = defaultdict(set)
    with place.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["code"]].add(row["source"])
    return found


def published() -> list[tuple[str, str]]:
    """Every published file of the study and its words."""
    place = REPOSITORY / "tests" / "unit" / "published.py"
    spec = importlib.util.spec_from_file_location("published", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folders = (REPOSITORY / "figures" / STUDY, REPOSITORY / "reports" / STUDY)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [(path.name, PICTURE.sub("", module.words_of(path))) for path in files]


def test_sources_of_each_cycle_are_those_of_the_consensus(built: Path) -> None:
    coverage = read_table(STUDY, "4_mix", "coverage")
    rows = coverage[(coverage["kind"] == "all") & (coverage["frame"] == "value_creation_2011")]
    rows = rows[rows["assigned_by"] == "coder"].set_index("code")
    by_code = settled()
    assert {c: rows.at[c, "sources"] for c in CYCLES} == {
        c: len(by_code[f"cycle::{c}"]) for c in CYCLES
    }
    assert set(rows["asked"]) == {19} and set(rows["schools_asked"]) == {11}


def test_kappa_of_each_cycle_is_that_of_its_two_by_two_table(built: Path) -> None:
    a, b = marks("a"), marks("b")
    assert a.keys() == b.keys() and len(a) == 90
    # the 17 stories of two coders come from 10 schools, which are left out in turn
    schools = len(schools_of({document for document, _, _ in a}))
    assert schools == 10
    agreement = read_table(STUDY, "4_mix", "agreement")
    rows = agreement[agreement["estimand"] == "cohen_kappa"].set_index("outcome")
    for cycle in CYCLES:
        one, two = ([f"cycle.{cycle}" in given[k] for k in a] for given in (a, b))
        both = sum(x and y for x, y in zip(one, two, strict=True))
        alike = sum(x == y for x, y in zip(one, two, strict=True)) / 90
        by_chance = (sum(one) * sum(two) + (90 - sum(one)) * (90 - sum(two))) / 90**2
        row = rows.loc[f"value_creation_2011::{cycle}"]
        assert row["estimate"] == pytest.approx((alike - by_chance) / (1 - by_chance), abs=1e-12)
        assert (row["n"], row["n_clusters"]) == (90, schools)
        confusion = read_table(STUDY, "4_mix", "confusion")
        same = confusion[(confusion["code_a"] == cycle) & (confusion["code_b"] == cycle)]
        assert same["units"].tolist() == [both]


def test_what_is_unmapped_is_listed(built: Path) -> None:
    rows = read_table(STUDY, "1_stories", "unmapped")[["study_code", "why", "sources"]]
    assert ["aside", "not in the code map", len(settled()["aside"])] in rows.to_numpy().tolist()


def test_no_person_school_or_uncleared_word_is_published(built: Path) -> None:
    files = published()
    assert len(files) > 100
    with (REPOSITORY / "studies" / STUDY / "quotes.csv").open(encoding="utf-8", newline="") as file:
        shown = [row["shown_as"] for row in csv.DictReader(file)]
    uncleared = [
        quote for _, quote, _ in marks("a")
        if len(quote) > 25 and not any(quote[:25] in text or text[:25] in quote for text in shown)
    ]  # fmt: skip
    assert len(uncleared) > 60
    for name, text in files:
        assert not PERSON.search(text), (name, PERSON.findall(text)[:3])
        assert not [quote for quote in uncleared if quote[:25] in text], name


def test_the_search_would_find_them_in_what_stays_with_the_data(built: Path) -> None:
    segments = read_table(STUDY, "1_stories", "segments").to_csv()
    assert PERSON.search(segments)
    assert next(iter(marks("a")))[1][:25] in segments


def test_cleared_quotes_are_published_as_cleared(built: Path) -> None:
    words = dict(published())
    table = pd.read_csv(REPOSITORY / "reports" / STUDY / "tables" / "joint_display.csv")
    assert len(table) == 7
    assert "SYNTHETIC" in words["joint_display.svg"]
