"""Notebooks are stripped, thin, and free of paths and definitions."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
ALL = sorted(NOTEBOOKS.rglob("*.ipynb"))
STAGES = [path for path in ALL if path.parent == NOTEBOOKS]


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def code(path: Path) -> list[str]:
    return ["".join(c["source"]) for c in read(path)["cells"] if c["cell_type"] == "code"]


def test_there_are_eight_stages() -> None:
    assert [path.stem for path in STAGES] == [
        "1_clean",
        "1_stories",
        "2_score",
        "3_join",
        "4_estimate",
        "4_mix",
        "5_figures",
        "6_report",
    ]


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_stripped(path: Path) -> None:
    for cell in read(path)["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
        assert not {"papermill", "execution"} & set(cell["metadata"])
    assert "papermill" not in read(path)["metadata"]
    assert read(path)["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_thin(path: Path) -> None:
    lines = [line for cell in code(path) for line in cell.splitlines() if line.strip()]
    assert len(lines) <= 60
    for cell in code(path):
        tree = ast.parse(cell)
        for node in ast.walk(tree):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "/" not in node.value, f"a path string: {node.value}"
                assert "\\" not in node.value


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_one_parameters_cell_of_flat_scalars(path: Path) -> None:
    cells = [c for c in read(path)["cells"] if "parameters" in c["metadata"].get("tags", [])]
    assert len(cells) == 1
    for node in ast.parse("".join(cells[0]["source"])).body:
        assert isinstance(node, ast.Assign)
        assert isinstance(node.value, ast.Constant)


@pytest.mark.parametrize("path", STAGES, ids=lambda p: p.stem)
def test_says_what_it_reads_and_writes(path: Path) -> None:
    first = "".join(read(path)["cells"][0]["source"])
    assert "**Question.**" in first
    assert "**Reads**" in first
    assert "**Writes**" in first
