"""What is published, read from the files themselves."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.study.load import load_study, study_names

pytestmark = pytest.mark.build
STUDIES = study_names()
PUPIL_OR_SCHOOL = re.compile(r"\bP\d{3}\b|\bS\d{2}\b", flags=re.ASCII)
KINDS = ("svg", "pdf", "png", "csv", "txt")


def published_text(path: Path) -> str:
    """Everything that a published file says, unpacked; pictures' pixels say nothing in words."""
    data = path.read_bytes()
    if path.suffix == ".png":
        chunks = re.findall(rb"(?:tEXt|zTXt|iTXt)[^\x00]{1,79}\x00[^\x00]{0,200}", data)
        return b"\n".join(chunks).decode("latin-1")
    if path.suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    elif path.suffix == ".pdf":
        streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, flags=re.DOTALL)
        opened = [zlib.decompressobj().decompress(s) for s in streams if s[:1] == b"x"]
        # fonts and pictures are bytes, not words: keep what sets text, letter by letter
        shown = [b"".join(re.findall(rb"\((.*?)\)", o)) for o in opened if b" Tf" in o]
        data = b"\n".join(shown).replace(b"\x00", b"")
    text = data.decode("utf-8", errors="replace")
    return re.sub(r"base64,[A-Za-z0-9+/=\\n]+|\"image/png\": \"[^\"]+\"", "", text)


@pytest.mark.parametrize("name", STUDIES)
def test_every_figure_in_every_form(built: Path, name: str) -> None:
    study = load_study(name)
    folder = built / "figures" / name
    wanted = {f"{figure}.{kind}" for figure in study.figures for kind in KINDS} | {"index.csv"}
    assert {path.name for path in folder.iterdir()} == wanted
    for figure in study.figures:
        plotted = pd.read_csv(folder / f"{figure}.csv", low_memory=False)
        assert len(plotted) > 1
        assert set(plotted["data"]) == {"synthetic" if study.synthetic else "real"}
        assert (folder / f"{figure}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
        caption = (folder / f"{figure}.txt").read_text(encoding="utf-8")
        assert ("ynthetic" in caption) is study.synthetic
        assert (folder / f"{figure}.svg").stat().st_size < 1_500_000


@pytest.mark.parametrize("name", STUDIES)
def test_synthetic_is_said_wherever_pupils_were_invented(built: Path, name: str) -> None:
    synthetic = load_study(name).synthetic
    for path in sorted((built / "figures" / name).glob("*.svg")):
        # text is drawn as text or as paths; the mark is kept as a comment or text either way
        assert ("SYNTHETIC" in published_text(path)) is synthetic, path.name
    for path in sorted((built / "reports" / name / "tables").glob("*.*")):
        if path.stem not in ("index", "numbers"):
            assert ("ynthetic" in published_text(path)) is synthetic, path.name
    page = (built / "reports" / name / "index.html").read_text(encoding="utf-8")
    assert ("SYNTHETIC DATA" in page) is synthetic


def test_the_search_for_pupils_finds_them_where_they_are(built: Path) -> None:
    kept = built / "data/processed/bounce_forward/notebooks/1_clean.ipynb"
    frame = built / "data/processed/bounce_forward/3_joined/pupils.csv"
    assert PUPIL_OR_SCHOOL.search(published_text(frame))
    assert kept.exists()
    flow = published_text(built / "figures/bounce_forward/participation_flow.pdf")
    assert "pupils" in flow, "text of a pdf can be read"


def test_no_pupil_or_school_of_the_confidential_study_is_published(built: Path) -> None:
    for folder in ("figures/bounce_forward", "reports/bounce_forward"):
        for path in sorted((built / folder).rglob("*")):
            if path.is_file():
                assert not PUPIL_OR_SCHOOL.search(published_text(path)), path


def test_executed_notebooks_that_show_pupils_stay_with_the_data(built: Path) -> None:
    for name in STUDIES:
        kept = {p.stem for p in (built / "reports" / name / "notebooks").glob("*.ipynb")}
        assert kept == {"5_figures", "6_report"}


def test_pages_load_nothing_from_elsewhere(built: Path) -> None:
    for path in sorted((built / "reports").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'(src|href)="(https?:)?//[^"]+\.(js|css|woff2?)"', text), path


def test_every_link_of_a_page_leads_somewhere(built: Path) -> None:
    for name in STUDIES:
        page = built / "reports" / name / "index.html"
        links = re.findall(r'(?:src|href)="([^"#:]+)"', page.read_text(encoding="utf-8"))
        assert len(links) > 20
        for link in links:
            assert (page.parent / link).resolve().exists(), link


def test_kindergarten_effect_is_the_published_one(built: Path) -> None:
    # Hanck, Arnold, Gerber & Schmelzer, Introduction to Econometrics with R, section 13.3:
    # small 13.89899, regular with aide 0.31394, n = 5,786
    table = pd.read_csv(built / "data/processed/project_star/4_estimates/estimates.csv")
    rows = table[
        (table["outcome"] == "reading_and_mathematics")
        & table["method"].str.contains("no school effects")
    ].set_index("contrast")["estimate"]
    assert rows["small - regular at T1"] == pytest.approx(13.89899, abs=5e-6)
    assert rows["regular with aide - regular at T1"] == pytest.approx(0.31394, abs=5e-6)
