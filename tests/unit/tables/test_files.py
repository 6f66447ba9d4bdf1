"""Tables as they lie on disk."""

import csv
import re
import zipfile

import pytest
from docx import Document
from made_up_names import of_pupils

from resilience_lib.disclosure.gates import Published
from resilience_lib.tables.registry import TABLES, make_table


@pytest.fixture(scope="module")
def written(made_up, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    study = made_up.study(
        outcomes=("reading", "worry", "spelling"),
        incomparable=("spelling",),
        arms=("regular", "small"),
        synthetic=True,
    )
    frames = made_up.frames(study, made_up.pupils(study))
    cleared = {
        name: make_table(name, Published(frames.__getitem__, study), folder)
        for name in of_pupils(TABLES)
    }
    return folder, study, frames, cleared


def rows_of(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_csv_has_a_bom_and_says_synthetic_in_each_row(written):
    folder, *_ = written
    for name in of_pupils(TABLES):
        assert (folder / f"{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
        rows = rows_of(folder / f"{name}.csv")
        assert rows and {row["data"] for row in rows} == {"synthetic"}


def test_descriptives_hold_the_means_of_the_estimates(written):
    folder, _, frames, _ = written
    rows = rows_of(folder / "descriptives.csv")
    means = frames["estimates"].query("estimand == 'mean'")
    # 3 outcomes, 2 waves, (all, girls, boys) x (all arms, 2 arms)
    assert len(rows) == len(means) == 54
    one = means.query("outcome == 'worry' and contrast == 'T2' and subgroup == 'girls, small'")
    (row,) = [
        row
        for row in rows
        if (row["Outcome"], row["Wave"][:2], row["Gender"], row["Arm"])
        == ("Worry", "T2", "Girls", "small")
    ]
    assert row["M"] == f"{one['estimate'].item():.1f}"
    assert row["n"] == f"{one['n'].item():.0f}"
    assert row["SD"] == "20.0"  # made up as a fifth of the scale


def test_the_mixed_model_stands_below_the_headline(written):
    folder, _, frames, _ = written
    rows = rows_of(folder / "tests.csv")
    change = [row for row in rows if row["Contrast"] == "T1 to T2" and row["Outcome"] == "Reading"]
    assert [(row["Group"], row["Method"]) for row in change] == [
        (group, method)
        for group in ("All pupils", "Girls", "Boys", "Girls - boys")
        for method in ("CR2", "Mixed model")
    ]
    # standardised once, beside the headline; ICC of change on the first row
    assert [bool(row["g"]) for row in change] == [True, False] * 4
    assert change[0]["ICC"] == "0.05" and not change[2]["ICC"]
    g = frames["estimates"].query(
        "estimand == 'g_change_model' and outcome == 'reading' and subgroup == 'all'"
    )
    assert change[0]["g"] == f"{g['estimate'].item():.2f}"
    assert {row["p"] for row in rows} <= {"< .001", ".210"}
    effect = [row for row in rows if row["Contrast"] == "small - regular at T2"]
    assert len(effect) == 3 * 4 * 2


def test_word_table_is_real_and_repeats_its_heading(written):
    folder, _, _, cleared = written
    document = Document(folder / "tests.docx")
    (grid,) = document.tables
    frame = cleared["tests"].frame
    columns = [cell.text for cell in grid.rows[0].cells]
    assert columns == [name for name in frame.columns if name != "Outcome"]
    assert 'w:tblHeader w:val="true"' in grid.rows[0]._tr.xml
    # heading, a row for each outcome's name, and the rows themselves
    assert len(grid.rows) == 1 + 3 + len(frame)
    assert grid.rows[1].cells[0].text == "Reading"
    assert [cell.text for cell in grid.rows[2].cells] == frame.iloc[0, 1:].tolist()
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "Change and effect by outcome and gender (SYNTHETIC DATA)"
    assert texts[-1].startswith("Note. ") and "Synthetic data: made up" in texts[-1]
    section = document.sections[0]
    assert section.page_width > section.page_height


def test_word_fits_its_page(written):
    folder, *_ = written
    for name in of_pupils(TABLES):
        document = Document(folder / f"{name}.docx")
        section = document.sections[0]
        room = section.page_width - section.left_margin - section.right_margin
        assert sum(column.width for column in document.tables[0].columns) <= room


def test_word_and_html_are_the_same_bytes_twice(written, tmp_path):
    folder, study, frames, _ = written
    for name in of_pupils(TABLES):
        make_table(name, Published(frames.__getitem__, study), tmp_path)
        for ending in ("csv", "html", "docx"):
            file = f"{name}.{ending}"
            assert (folder / file).read_bytes() == (tmp_path / file).read_bytes(), file
    with zipfile.ZipFile(folder / "tests.docx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}


def test_html_has_a_fixed_id_and_marks_synthetic(written):
    folder, *_ = written
    page = (folder / "tests.html").read_text(encoding="utf-8")
    assert 'id="tests"' in page
    assert "SYNTHETIC DATA" in page and "Synthetic data: made up" in page
    assert "−" in page  # a true minus sign
    assert page.count("<tr") > 30


def test_real_data_are_not_marked(made_up, tmp_path):
    study = made_up.study()
    frames = made_up.frames(study, made_up.pupils(study))
    make_table("tests", Published(frames.__getitem__, study), tmp_path)
    assert {row["data"] for row in rows_of(tmp_path / "tests.csv")} == {"real"}
    assert "ynthetic" not in (tmp_path / "tests.html").read_text(encoding="utf-8")


def test_suppressed_cells_are_marked(made_up, tmp_path):
    study, frames = made_up.planted()
    make_table("tests", Published(frames.__getitem__, study), tmp_path)
    make_table("descriptives", Published(frames.__getitem__, study), tmp_path)
    make_table("sample", Published(frames.__getitem__, study), tmp_path)
    for name, column in (("tests", "Estimate"), ("descriptives", "M")):
        rows = rows_of(tmp_path / f"{name}.csv")
        group = "Group" if name == "tests" else "Gender"
        for row in rows:
            assert (row[column] == "x") == (row[group] != "All pupils"), row
    assert [row["Pupils"] for row in rows_of(tmp_path / "sample.csv")][:3] == ["200", "x", "x"]
