"""What pages of studies with coded stories say, and what notebook pages leave out."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from resilience_lib.report.cells import align_words
from resilience_lib.report.notebooks import notebook_page
from resilience_lib.report.pages import template
from resilience_lib.report.people import protect_people, say_how, say_invented
from resilience_lib.report.stories import describe_stories
from resilience_lib.study.load import load_study

STORIES = ("autism_education_community", "coach_developers", "community_fellows",
           "wheelchair_curling")  # fmt: skip


def page(study, verdict=()):
    return template("study.html").render(
        study=study,
        notebooks=[],
        figures=[],
        tables=[],
        verdict=list(verdict),
        verdict_summary="",
        methods=[],
        how=say_how(study),
        protection=protect_people(study),
        invented=say_invented(study),
        version="0",
    )


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("open_data", [True, False])
def test_a_study_of_stories_alone_speaks_of_no_pupil(name, open_data):
    study = load_study(name)
    rules = study.disclosure.model_copy(
        update={"open_data": open_data, "minimum_cell": 10, "minimum_base": 10}
    )
    shown = page(study.model_copy(update={"disclosure": rules}))
    assert "pupil" not in shown and "SYNTHETIC DATA" in shown
    assert "Every story in this report is synthetic; no number is a result" in shown
    assert "which a study of stories alone does not need" in shown
    assert "How stories were read and counted" in shown


def test_a_study_of_both_speaks_of_both():
    shown = page(load_study("bounce_forward"))
    assert "nothing here rests on fewer than 10 pupils or 3 schools" in shown
    assert "only counts of sources (none below 3) and quotes cleared for publication" in shown
    assert "Every pupil and every story in this report is synthetic" in shown


def test_a_study_of_pupils_alone_speaks_as_before():
    study = load_study("project_star")
    assert (say_how(study), protect_people(study)) == ("How it was estimated", "")
    assert say_invented(study) == "Every pupil in this report is synthetic"


def test_what_is_not_asked_for_is_one_line_of_a_notebook_page(tmp_path):
    path = tmp_path / "5_figures.ipynb"
    unasked = new_output("stream", text="wave_means: not asked for in studies/x/study.yml\n")
    drawn = new_output("stream", text="drawn\n")
    cells = [
        new_markdown_cell("# 5 Figures", id="a"),
        new_markdown_cell("Means by wave.", id="b"),
        new_code_cell('figures.draw("wave_means")', outputs=[unasked], id="c"),
        new_markdown_cell("Cycles.", id="d"),
        new_code_cell('figures.draw("cycle_matrix")', outputs=[drawn], id="e"),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    shown = notebook_page(path, "A study: Figures", synthetic=True)
    assert "Means by wave" not in shown and "not asked for in" not in shown
    assert "The study file does not ask for: wave_means." in shown
    assert "Cycles." in shown and "drawn" in shown
    assert shown.index("A study: Figures") < shown.index("5 Figures")
    assert "SYNTHETIC DATA" in shown and 'href="index.html"' in shown
    # no drawn name: the same bytes every time
    assert shown == notebook_page(path, "A study: Figures", synthetic=True)
    assert "SYNTHETIC" not in notebook_page(path, "A study: Figures")


def test_words_of_tables_stand_on_the_left_and_numbers_on_the_right():
    rows = ["<tr><th></th><th>Said</th><th>Stories</th></tr>"]
    rows += [
        "<tr><th>0</th><td>7</td><td>x</td></tr>",
        "<tr><th>1</th><td>a</td><td>3 of 9</td></tr>",
    ]
    shown = align_words(f'<table border="1" class="dataframe">{"".join(rows)}</table><td>a</td>')
    left = ' style="text-align: left">'
    assert f"<th{left}Said" in shown and f"<td{left}7" in shown
    assert f"<td{left}a</td>" in shown
    assert "<th>Stories" in shown and "<td>x" in shown and shown.endswith("<td>a</td>")


def test_methods_of_one_coder_settle_nothing_and_of_stories_alone_join_nothing():
    said = " ".join(describe_stories(load_study("wheelchair_curling")))
    assert "coder gave counts" not in said and "coefficient" not in said
    said = " ".join(describe_stories(load_study("bounce_forward")))
    assert "what the coders settled on counts" in said and "no coefficient between" in said
