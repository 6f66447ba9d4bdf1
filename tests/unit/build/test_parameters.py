"""Parameters are compared with the parameters cell before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from resilience_lib.build.parameters import check, declared, read_value
from resilience_lib.errors import FaultsError


@pytest.fixture
def notebook(empty_root: Path) -> Path:
    return _write(empty_root, "study = 'a'\nseed = 1\nlevel: float = 0.95\nfast = False\nx = None")


def _write(root: Path, source: str, tags: tuple[str, ...] = ("parameters",)) -> Path:
    path = root / "notebooks" / "1_clean.ipynb"
    path.parent.mkdir(exist_ok=True)
    cell = {"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}}
    path.write_text(json.dumps({"cells": [cell]}))
    return path


def test_defaults_are_read_without_running_them(notebook: Path) -> None:
    expected = {"study": "a", "seed": 1, "level": 0.95, "fast": False, "x": None}
    assert declared("1_clean") == expected


def test_what_fits_is_let_through(notebook: Path) -> None:
    check("1_clean", {"study": "007", "seed": 2, "level": 1, "fast": True, "x": "anything"})


def test_all_faults_come_at_once(notebook: Path) -> None:
    wrong = {"sede": 2, "seed": True, "study": 7, "fast": 1, "level": "0.9"}
    with pytest.raises(FaultsError) as caught:
        check("1_clean", wrong)
    assert str(caught.value).splitlines() == [
        "notebooks/1_clean.ipynb: unknown parameter sede. did you mean seed?",
        "notebooks/1_clean.ipynb, seed: 'True': parameter seed is a whole number. its default is 1",
        "notebooks/1_clean.ipynb, study: '7': parameter study is text. its default is 'a'",
        "notebooks/1_clean.ipynb, fast: '1': parameter fast is True or False. its default is False",
        "notebooks/1_clean.ipynb, level: '0.9': parameter level is a number. its default is 0.95",
    ]


@pytest.mark.parametrize("source", ["study = load()", "import os", "study = ['a']", "a, b = 1, 2"])
def test_a_parameters_cell_holds_flat_scalars_only(empty_root: Path, source: str) -> None:
    _write(empty_root, source)
    with pytest.raises(FaultsError, match="flat text, numbers, True or False"):
        declared("1_clean")


def test_a_notebook_without_the_tag_is_refused(empty_root: Path) -> None:
    _write(empty_root, "study = 'a'", tags=())
    with pytest.raises(FaultsError, match="one cell tagged parameters"):
        declared("1_clean")


def test_text_from_a_command_line_takes_the_type_of_the_default() -> None:
    assert read_value("007", "text") == "007"
    assert read_value("7", 1) == 7
    assert read_value("True", False) is True
    assert read_value("None", None) is None
    assert read_value("[1]", 1) == "[1]"
