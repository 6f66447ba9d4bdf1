"""Notebooks 5 and 6 are published: they show and write only what is cleared."""

import json

import pytest

from resilience_lib.disclosure.notebooks import PUBLISHED_NOTEBOOKS, faults_of_published
from resilience_lib.paths import notebook
from resilience_lib.report.pages import PUBLISHED_NOTEBOOKS as PAGES


def test_the_notebooks_that_are_published_pass():
    assert set(PUBLISHED_NOTEBOOKS) == set(PAGES)
    for stage in PUBLISHED_NOTEBOOKS:
        assert faults_of_published(notebook(stage)) == []


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ('stage.read("4_estimate", "changes").head()', "stage.read"),
        ('stage.write("pupils", plan)', "stage.write"),
        ('figures.stage.read("4_estimate", "changes")', ".read"),
        ('figures._frame("changes")', "figures._frame"),
        ("from resilience_lib.store.stages import read_table", "read_table"),
        ("from resilience_lib.store.stages import open_stage as print", "open_stage"),
        ("import pandas", "pandas"),
        ('open("data/raw/a.csv").read()', "open"),
        ("tables = stage\ntables.read", "tables.read"),
        ('__import__("os")', "__import__"),
        ("%run explore/look.ipynb", "not plain Python"),
        ("!cat data/raw/a.csv", "not plain Python"),
    ],
)
def test_a_cell_that_could_go_round_the_gate_is_named(cell, named, tmp_path):
    path = tmp_path / "5_figures.ipynb"
    cells = [
        {"cell_type": "markdown", "source": ["import pandas"]},
        {"cell_type": "code", "source": [cell]},
    ]
    path.write_text(json.dumps({"cells": cells}))
    (fault, *_) = [f for f in faults_of_published(path) if named in str(f.value)]
    assert fault.column == "cell 2"
