"""Nine girls in a confidential study: nothing that is published gives them away.

A copy of Bounce Forward in which all but nine girls are left out, and these nine score like
nobody else, is built as any study is. Then every published byte is searched for them: their
number, mean and SD, and what gives these by subtraction. The same
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
ITEMS = tuple(f"SRS_PEER12_{item}" for item in (1, 2, 3, 4))
SUMS = {
    "before": [5, 5, 6, 5, 7, 6, 8, 5, 6],
    "end": [17, 18, 16, 18, 19, 20, 18, 17, 20],
    "follow_up": [9, 8, 10, 9, 8, 11, 9, 12, 11],
}
"""Sums of the four items of family connection of the nine at each wave; others have less extreme
ones. Their scores are quarter points from 1 to 5. No mean or SD of theirs is a third, which is
where bins of a scale of three items have their edges."""
NINE = {wave: [total / 4 for total in sums] for wave, sums in SUMS.items()}
TEXT = ("Outcome", "Contrast", "Change", "Group", "Method", "Wave", "What", "Part", "data")
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
    # nine schools may stand at the end of a row; counts of pupils there are sought in the CSV
    end = r'/td>[\s\\n",]*</tr>|/w:t></w:r></w:p></w:tc></w:tr>'
    cell = rf"(?:<td[^>]*>|<w:t>)\s*9\s*<(?!{end})"
    found += re.findall(cell, text)
    rows = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    counts = ("n", "pupils", "Pupils", "missing", "stayed", "entered", "returned", "lost",
              "How many", "Rows before", "Rows after", "All waves", *WAVES.values(),
              *(f"{wave} n" for wave in WAVES.values()))  # fmt: skip
    if set(counts) & set(rows.fieldnames or ()):
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
    without_counts_of_sources(root / "studies" / STUDY / "study.yml")
    done = run(root, "paper-figures", "--study", STUDY)
    assert done.returncode == 0, done.stderr
    return root


def without_counts_of_sources(study_file: Path) -> None:
    """Leave out what counts staff's stories: nine of them are no pupils, and have their own gates.

    What shows pupils' estimates beside stories stays, but threads, whose steps are numbered.
    """
    text = study_file.read_text(encoding="utf-8")
    for name in ("cycle_matrix", "value_flow", "coder_confusion", "stories_told", "theme_counts",
                 "quote_matrix", "value_matrix", "assigned", "flows", "cooccurrence",
                 "agreement", "thread"):  # fmt: skip
        assert f", {name}" in text
        text = text.replace(f", {name}", "")
    study_file.write_text(text, encoding="utf-8")


def plant(raw: Path) -> None:
    """Leave out all girls but the first of nine schools, who get the answers of `SUMS`."""
    paths = {wave: raw / f"survey_{wave}_SYNTHETIC.csv" for wave in WAVES}
    surveys = {wave: list(csv.reader(path.open(encoding="utf-8"))) for wave, path in paths.items()}
    names = surveys["before"][0]
    school, number, gender = (names.index(name) for name in ("school", "pupil_number", "gender"))
    girls = {
        wave: [(r[school], r[number].strip().upper()) for r in rows[3:] if r[gender] == "Girl"]
        for wave, rows in surveys.items()
    }
    everywhere = [
        girl for girl in girls["before"] if all(of.count(girl) == 1 for of in girls.values())
    ]
    nine = list({place: (place, card) for place, card in sorted(everywhere, reverse=True)}.values())
    nine = sorted(nine)[:9]
    assert len(nine) == 9
    for wave, rows in surveys.items():
        kept = rows[:3]
        for row in rows[3:]:
            girl = (row[school], row[number].strip().upper())
            if row[gender] == "Girl" and girl not in nine:
                continue
            if row[gender] == "Girl":
                total = SUMS[wave][nine.index(girl)]
                for at, item in enumerate(ITEMS):
                    row[names.index(item)] = str(total // 4 + (at < total % 4))
            kept.append(row)
        lay(paths[wave], kept, raw / "source.yml")


def lay(path: Path, rows: list[list[str]], source: Path) -> None:
    """Write a raw file anew, and its checksum."""
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    certificates = source.read_text(encoding="utf-8")
    assert before in certificates
    source.write_text(certificates.replace(before, after), encoding="utf-8")


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
    for name in (
        "tests.csv",
        "effect_sizes.csv",
        "attrition.csv",
        "reliability.csv",
        "functioning.csv",
    ):
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


def test_the_log_and_the_links_name_nobody(planted: Path) -> None:
    kept = planted / "data" / "processed" / STUDY
    schools = {row["school"] for row in rows_of(kept / "1_clean" / "waves.csv")}
    pupils = {row["pupil"] for row in rows_of(kept / "1_clean" / "waves.csv")}
    assert len(schools) == 11 and len(pupils) > 200
    tables = planted / "reports" / STUDY / "tables"
    for name in ("cleaning", "links", "items", "reliability", "functioning"):
        words = set(re.findall(r"[\w-]+", published_text(tables / f"{name}.csv")))
        assert not words & (schools | pupils), name
    log = " ".join(" ".join(row.values()) for row in rows_of(kept / "4_estimates" / "log.csv"))
    assert not set(re.findall(r"[\w-]+", log)) & (schools | pupils)
