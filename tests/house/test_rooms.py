"""The library's own imports and sizes, read from its source."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parent.parent.parent / "resilience_lib"

FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "paths", "frames", "progress"),
    ("adapters",),
    ("study",),
    ("synthetic",),
    ("readers",),
    ("codebook",),
    ("store",),
    ("linking",),
    ("cleaning",),
    ("instruments",),
    ("stories",),
    ("joins",),
    ("resampling",),
    ("models",),
    ("effects",),
    ("design",),
    ("reliability",),
    ("mixed",),
    ("disclosure",),
    ("figures", "tables", "numbers", "report", "export"),
    ("scaffold",),
    ("build", "__main__"),
)
"""A room imports from its own floor and those above it in this list, never from below."""

FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
OPENERS = {"read_csv", "read_parquet", "read_excel", "read_pickle"}
MAY_OPEN = {"readers", "store"}
FORBIDDEN_NEIGHBOURS: set[tuple[str, str]] = {("tables", "report"), ("figures", "report")}


def modules() -> list[Path]:
    return sorted(path for path in LIBRARY.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(LIBRARY).as_posix()


def room_of(path: Path) -> str:
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "resilience_lib":
                names = [f"resilience_lib.{alias.name}" for alias in node.names]
        rooms |= {n.split(".")[1] for n in names if n.startswith("resilience_lib.")}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_room_imports_only_from_rooms_below(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        assert not imported_rooms(path)
        return
    upward = {r for r in imported_rooms(path) if FLOOR[r] > FLOOR[room]}
    assert not upward, f"{name_of(path)} imports from {sorted(upward)}, above {room}"
    assert not {(room, other) for other in imported_rooms(path)} & FORBIDDEN_NEIGHBOURS


def test_the_imports_are_read_at_all() -> None:
    # the test above would pass on nothing: these two are known
    assert "store" in imported_rooms(LIBRARY / "numbers" / "verdict.py")
    assert "joins" not in imported_rooms(LIBRARY / "numbers" / "verdict.py")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_store_and_readers_open_data_files(path: Path) -> None:
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    if room_of(path) not in MAY_OPEN:
        assert not calls & OPENERS, f"{name_of(path)} opens data: {sorted(calls & OPENERS)}"


def test_modules_are_small() -> None:
    lines = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert {name: count for name, count in lines.items() if count > 300} == {}
    assert statistics.median(count for count in lines.values() if count > 5) <= 120


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_nothing_runs_at_import(path: Path) -> None:
    """Top level holds imports, definitions, literals and type names; no calls with effects."""
    harmless = {"frozenset", "compile", "dict", "object", "float", "datetime"}
    if room_of(path) == "__main__":
        return  # it is what runs
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            calls = {
                call.func.attr
                if isinstance(call.func, ast.Attribute)
                else getattr(call.func, "id", "")
                for call in ast.walk(node.value)
                if isinstance(call, ast.Call)
            }
            # registries are literal constants built of records, whose names begin with a capital
            assert all(c in harmless or c[:1].isupper() for c in calls), (
                f"{name_of(path)}, line {node.lineno}: {sorted(calls)}"
            )
        else:
            allowed = (
                ast.Import
                | ast.ImportFrom
                | ast.FunctionDef
                | ast.ClassDef
                | ast.If
                | ast.Expr
                | ast.AnnAssign
            )
            assert isinstance(node, allowed), f"{name_of(path)}, line {node.lineno}"
            if isinstance(node, ast.Expr):
                assert isinstance(node.value, ast.Constant), f"{name_of(path)}, line {node.lineno}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_wide_nets(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            kind = getattr(node.type, "id", "bare" if node.type is None else "")
            # a wide net is for cleaning up on the way out only
            last = node.body[-1]
            passes_on = isinstance(last, ast.Raise) and last.exc is None
            wide = kind in {"Exception", "BaseException", "bare"}
            assert not wide or passes_on, f"{name_of(path)}, line {node.lineno}"
