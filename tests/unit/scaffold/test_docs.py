"""Documentation that is written from the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.codebook.variable import COLUMNS
from resilience_lib.errors import FaultsError
from resilience_lib.scaffold.docs import (
    figure_table,
    study_file_page,
    with_figure_table,
    write_docs,
)
from resilience_lib.scaffold.new import new_study
from resilience_lib.scaffold.pages import instruments_page, intake_page


def test_every_key_stands_on_the_page_with_its_place_and_whether_it_is_needed() -> None:
    page = study_file_page()
    assert "| `seed` | yes | Seed of every random number. |" in page
    assert "| `files[].wave` | no | The wave of all rows, where no column of the file says" in page
    assert "| `linking.by` | no | What makes rows of two waves one pupil. |" in page
    assert "| `outcomes[].range` | yes | [lowest, highest] possible score. |" in page
    assert "| `arms.comparison` | yes |" in page
    # a key without a description would be written as None
    assert "None" not in page


def test_the_table_has_one_row_a_figure_of_each_study(empty_root: Path) -> None:
    new_study("a")
    rows = figure_table().splitlines()[2:]
    assert len(rows) == 12
    assert rows[0] == (
        "| Participation flow | `a` | `notebooks/5_figures.ipynb` | "
        "`resilience_lib.figures.participation_flow.draw_participation_flow` | "
        "`figures/a/participation_flow.csv` |"
    )


def test_an_unknown_figure_is_a_message_here_too(empty_root: Path) -> None:
    new_study("a")
    path = empty_root / "studies" / "a" / "study.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("wave_means", "wave_mean"))
    with pytest.raises(FaultsError, match="did you mean wave_means"):
        figure_table()


def test_only_what_lies_between_the_marks_is_replaced(empty_root: Path) -> None:
    new_study("a")
    readme = "before\n<!-- figures: begin -->\nold \\1\n<!-- figures: end -->\nafter\n"
    written = with_figure_table(readme)
    assert written.startswith("before\n<!-- figures: begin -->\n| figure |")
    assert written.endswith("|\n<!-- figures: end -->\nafter\n")
    assert with_figure_table(written) == written
    with pytest.raises(ValueError, match="marks"):
        with_figure_table("no marks")


def test_writing_says_what_was_written(empty_root: Path) -> None:
    new_study("a")
    readme = empty_root / "README.md"
    readme.write_text("<!-- figures: begin -->\n<!-- figures: end -->\n", encoding="utf-8")
    assert write_docs() == [
        "wrote docs/study-file.md",
        "wrote docs/raw-files.md",
        "wrote docs/instruments.md",
        "wrote docs/estimands.md",
        "wrote docs/stories.md",
        "wrote the figure table of README.md",
    ]
    assert (empty_root / "docs/study-file.md").read_text(encoding="utf-8") == study_file_page()
    assert "| `a` |" in readme.read_text(encoding="utf-8")


def test_what_is_unverified_is_said_to_be_switched_off() -> None:
    page = instruments_page()
    part = page[page.index("## `cyrm_r`") :]
    row = next(line for line in part.splitlines() if line.startswith("| `caregiver` |"))
    assert "4, 5, 6, 7, 12, 15, 17" in row and "unverified | **switched off**: " in row
    emotional = next(line for line in page.splitlines() if line.startswith("| `behavioural` |"))
    assert "14, 15R, 16 | sum | 4 of 6 needed, prorated" in emotional


def test_every_column_of_a_codebook_stands_on_the_page() -> None:
    named = [line.split("`")[1] for line in intake_page().splitlines() if line.startswith("| `")]
    assert named[-len(COLUMNS) :] == list(COLUMNS)
    # a bar inside a cell of a Markdown table is escaped
    assert r"`1\|5`" in intake_page()
