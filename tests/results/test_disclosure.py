"""Nine girls in a confidential study: nothing that is published gives them away.

A copy of Bounce Forward in which all but nine girls are left out, and these nine score like
nobody else, is built as any study is. Then every published byte is searched for them: their
number, mean, SD, least and greatest score, and what gives these by subtraction. The same
search of the estimates that stay with the data finds all of it.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import re
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.build
Run = Callable[..., subprocess.CompletedProcess[str]]
Cell = tuple[str, str, str]

STUDY = "bounce_forward"
OUTCOME, LABEL = "family_connection", "Family connection"
NINE = {
    "before": [1.0713, 1.1937, 1.2291, 1.3019, 1.3373, 1.4191, 1.4637, 1.5171, 1.6093],
    "end": [4.1317, 4.2173, 4.3391, 4.3719, 4.4537, 4.5139, 4.6173, 4.7391, 4.8719],
    "follow_up": [2.0371, 2.1173, 2.1937, 2.2519, 2.3317, 2.4193, 2.4871, 2.5539, 2.6719],
}
"""Family connection of the nine at each wave, from 1 to 5; others score quarter points."""
TEXT = ("Outcome", "Contrast", "Change", "Group", "Method", "Wave", "What", "data")
WAVES = {"before": "T1", "end": "T2", "follow_up": "T3"}


def published_text(path: Path) -> str:
    """All words of a published file; pixels say nothing in words (tests/unit/published.py)."""
    place = Path(__file__).resolve().parent.parent / "unit" / "published.py"
    spec = importlib.util.spec_from_file_location("published", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text: str = module.words_of(path)
    return re.sub(r"base64,[A-Za-z0-9+/=\\n]+|\"image/png\": \"[^\"]+\"", "", text)


def secrets() -> dict[str, float]:
    """What must not be read anywhere."""
    found: dict[str, float] = {}
    for wave, scores in NINE.items():
        found[f"mean at {wave}"] = statistics.fmean(scores)
        found[f"sd at {wave}"] = statistics.stdev(scores)
        found[f"least at {wave}"] = min(scores)
        found[f"greatest at {wave}"] = max(scores)
    for later in ("end", "follow_up"):
        found[f"mean change to {later}"] = found[f"mean at {later}"] - found["mean at before"]
    return found


def told(text: str) -> set[str]:
    """Secrets that a text says, rounded or cut: to three decimals, those below 1 to four.

    Three decimals below 1 are p-values of something else; that no SD of the nine is shown to
    fewer decimals is seen in the tables themselves.
    """
    numbers = re.findall(r"\d*\.\d{3,}", text)
    kept = set()
    for name, value in secrets().items():
        digits = f"{value:.12f}"
        places = 3 if value >= 1 else 4
        short = {digits[: digits.index(".") + places + 1], f"{value:.{places}f}"}
        short |= {word.removeprefix("0") for word in short}
        if any(number.startswith(tuple(short)) for number in numbers):
            kept.add(name)
    return kept


def small_counts(text: str) -> list[str]:
    """Counts of pupils from 1 to 9 in columns of counts, cells and sentences."""
    found = re.findall(r"(?i)\b[1-9] (?:pupils?|girls?|boys?)\b", text)
    found += re.findall(r"(?:<td[^>]*>|<w:t>)\s*9\s*<", text)
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if {"n", "pupils", "Pupils"} & set(rows.fieldnames or ()):
        counts = ("n", "pupils", "Pupils", "missing", "stayed", "entered", "returned", "lost")
        for row in rows:
            for name in counts:
                value = row.get(name) or ""
                if re.fullmatch(r"[1-9](?:\.0+)?", value):
                    found.append(f"{name}: {value}")
    return found


def by_subtraction(means: dict[Cell, float], sizes: dict[str, tuple[int, int]]) -> list[str]:
    """Waves at which all pupils less the boys are the nine, whatever rounding left of it."""
    found = []
    for wave in WAVES.values():
        cells = [means.get((LABEL, wave, group)) for group in ("all", "boys")]
        if None in cells or wave not in sizes:
            continue
        everyone, boys = sizes[wave]
        whole, part = (float(cell) for cell in cells if cell is not None)
        others = (everyone * whole - boys * part) / (everyone - boys)
        found.append(f"{wave}: {others:.2f}")
    return found


def published_files(root: Path) -> Iterator[Path]:
    """Everything of the study that a build lays open."""
    for folder in ("figures", "reports"):
        yield from sorted(p for p in (root / folder).rglob("*") if p.is_file())


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a published or kept CSV."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The copy with nine girls, built."""
    source = Path(__file__).resolve().parent.parent.parent
    root = tmp_path_factory.mktemp("nine") / "copy"
    ignored = shutil.ignore_patterns("__pycache__", "explore")
    for part in ("resilience_lib", "notebooks", f"studies/{STUDY}", f"data/raw/{STUDY}"):
        shutil.copytree(source / part, root / part, ignore=ignored)
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy2(source / name, root / name)
    plant(root / "data" / "raw" / STUDY)
    done = run(root, "paper-figures", "--study", STUDY)
    assert done.returncode == 0, done.stderr
    return root


def plant(raw: Path) -> None:
    """Leave out all girls but the first of nine schools, who get the scores of `NINE`."""
    path, source = raw / "bounce_forward_synthetic.csv", raw / "source.yml"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    rows = rows_of(path)
    everywhere = {
        row["pupil"]
        for row in rows
        if sum(r["pupil"] == row["pupil"] for r in rows if r["gender"] == "girl") == len(WAVES)
    }
    by_school = {r["school"]: r["pupil"] for r in reversed(rows) if r["pupil"] in everywhere}
    nine = sorted(by_school.values())[:9]
    assert len(nine) == 9
    kept = [row for row in rows if row["gender"] != "girl" or row["pupil"] in nine]
    for row in kept:
        if row["pupil"] in nine:
            score = NINE[row["wave"]][nine.index(row["pupil"])]
            row[f"srs_{OUTCOME}"] = str(score)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    source.write_text(source.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def test_the_search_finds_the_nine_in_what_stays_with_the_data(planted: Path) -> None:
    kept = planted / "data" / "processed" / STUDY / "4_estimates"
    texts = [path.read_text(encoding="utf-8") for path in sorted(kept.glob("*.csv"))]
    assert set.union(*(told(text) for text in texts)) == set(secrets())
    assert any(small_counts(text) for text in texts)
    rows = [r for r in rows_of(kept / "estimates.csv") if r["estimand"] == "mean"]
    rows = [r for r in rows if r["outcome"] == OUTCOME]
    means = {(LABEL, r["contrast"], r["subgroup"]): float(r["estimate"]) for r in rows}
    n = {(r["contrast"], r["subgroup"]): int(float(r["n"])) for r in rows}
    sizes = {wave: (n[wave, "all"], n[wave, "boys"]) for wave in WAVES.values()}
    expected = [f"{WAVES[wave]}: {statistics.fmean(scores):.2f}" for wave, scores in NINE.items()]
    assert by_subtraction(means, sizes) == expected


def test_the_search_reads_every_kind_of_published_file(planted: Path) -> None:
    kinds = {path.suffix for path in published_files(planted)}
    assert kinds == {".svg", ".pdf", ".png", ".csv", ".txt", ".html", ".docx", ".ipynb"}
    # a number that is published stands where the search looks
    page = planted / "reports" / STUDY / "tables"
    shown = next(r["M"] for r in rows_of(page / "descriptives.csv") if re.search(r"\d", r["M"]))
    for name in ("descriptives.docx", "descriptives.html"):
        assert shown in published_text(page / name)
    assert shown in published_text(page.parent / "notebooks" / "6_report.ipynb")


def test_no_published_byte_tells_of_the_nine(planted: Path) -> None:
    for path in published_files(planted):
        text = published_text(path)
        if path.suffix == ".svg":
            # words stand in comments beside their outlines; what is drawn is the plotted CSV
            text = " ".join(re.findall(r"<!--.*?-->|<text.*?</text>", text, flags=re.DOTALL))
            assert text, path.name
        assert told(text) == set(), path.name
        assert small_counts(text) == [], path.name


def test_nothing_published_gives_the_nine_by_subtraction(planted: Path) -> None:
    tables = planted / "reports" / STUDY / "tables"
    groups = {"All pupils": "all", "Girls": "girls", "Boys": "boys"}
    shown = {
        (row["Wave"][:2], groups[row["Gender"]])
        for row in rows_of(tables / "descriptives.csv")
        if row["Outcome"].startswith(LABEL) and any(re.search(r"\d", row[c]) for c in ("M", "SD"))
    }
    assert shown == {(wave, "all") for wave in WAVES.values()}
    for name in ("tests.csv", "effect_sizes.csv", "attrition.csv"):
        for row in rows_of(tables / name):
            told_of = row["Group"] in ("Girls", "Boys") or row["Group"].startswith("Girls -")
            values = [v for c, v in row.items() if c not in TEXT and re.search(r"\d", v)]
            assert not (told_of and values), (name, row)
    figures = planted / "figures" / STUDY
    for path in sorted(figures.glob("*.csv")):
        for row in rows_of(path):
            group = row.get("subgroup") or row.get("gender")
            if group in ("girls", "boys", "girls - boys"):
                values = [row.get(c) for c in ("estimate", "share", "pupils", "missing", "n")]
                assert not any(values), (path.name, row)
    counts = [row["Pupils"] for row in rows_of(tables / "sample.csv") if row["Pupils"] != "x"]
    assert counts and all(int(count) % 10 == 0 for count in counts)
