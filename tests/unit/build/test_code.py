"""Which modules a piece of code reaches."""

from __future__ import annotations

from pathlib import Path

from resilience_lib.build.code import Library, imported_names


def _library(folder: Path, **files: str) -> Library:
    for name, text in files.items():
        path = folder / "resilience_lib" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for package in {path.parent for path in folder.rglob("*.py")} | {folder / "resilience_lib"}:
        (package / "__init__.py").touch()
    return Library(folder / "resilience_lib", folder / "cache.json")


def test_every_way_to_import_is_seen() -> None:
    source = """
import resilience_lib.a, os
from resilience_lib.b import c
%matplotlib inline
def late():
    from resilience_lib import d
"""
    assert imported_names(source) == [
        "resilience_lib",
        "resilience_lib.a",
        "resilience_lib.b",
        "resilience_lib.b.c",
        "resilience_lib.d",
    ]


def test_relative_imports_are_of_the_own_package() -> None:
    assert imported_names("from . import a", "resilience_lib.b") == [
        "resilience_lib.b",
        "resilience_lib.b.a",
    ]
    assert imported_names("from ..c import a", "resilience_lib.b") == [
        "resilience_lib.c",
        "resilience_lib.c.a",
    ]


def test_imports_for_type_checkers_do_not_count() -> None:
    source = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import resilience_lib.a
else:
    import resilience_lib.b
"""
    assert imported_names(source) == ["resilience_lib.b"]


def test_a_text_counts_only_where_it_is_a_module_and_no_more() -> None:
    assert imported_names("x = 'resilience_lib.a:draw'") == ["resilience_lib.a"]
    assert imported_names("x = 'see resilience_lib.a'") == []


def test_modules_are_followed_with_their_packages_and_data(tmp_path: Path) -> None:
    library = _library(
        tmp_path,
        **{
            "a__one.py": "NAMES = ['resilience_lib.b.two']",
            "b__two.py": "import resilience_lib.build.driver",
            "b__style.mplstyle": "",
            "b__templates__page.html": "",
            "c__three.py": "",
            "build__driver.py": "import resilience_lib.c.three",
            "builders.py": "",
        },
    )
    assert sorted(
        library.reached(["resilience_lib.a.one.function", "resilience_lib.builders"])
    ) == [
        "resilience_lib",
        "resilience_lib.a",
        "resilience_lib.a.one",
        "resilience_lib.b",
        "resilience_lib.b.templates/page.html",
        "resilience_lib.b.two",
        "resilience_lib.b/style.mplstyle",
        "resilience_lib.builders",
    ]


def test_what_was_parsed_is_remembered_by_content(tmp_path: Path) -> None:
    _library(tmp_path, **{"a.py": "import resilience_lib.b", "b.py": ""}).save()
    cache = tmp_path / "cache.json"
    first = cache.read_bytes()
    again = _library(tmp_path)
    again.save()
    assert cache.read_bytes() == first
    (tmp_path / "resilience_lib" / "a.py").write_text("")
    assert list(_library(tmp_path).reached(["resilience_lib.a"])) == [
        "resilience_lib.a",
        "resilience_lib",
    ]
