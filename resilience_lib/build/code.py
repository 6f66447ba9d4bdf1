"""Which modules of the library a piece of code reaches, read from its text, not by importing.

Registries name modules in text (`"resilience_lib.figures.forest"`); such a text counts as an
import. The build itself is left out: it decides when a notebook runs, not what comes out.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from resilience_lib.build.files import digest, read_json, write_json

PACKAGE = "resilience_lib"
NOT_FOLLOWED = (f"{PACKAGE}.build.", f"{PACKAGE}.__main__.")
_NAMED = re.compile(rf"{PACKAGE}(\.\w+)+(:\w+)?")
_FORMAT = 2


def imported_names(source: str, module: str = "") -> list[str]:
    """Dotted names below the library that Python code imports or names as text.

    Parameters
    ----------
    source : str
        Python code; lines of a notebook that begin with `%` or `!` are passed over.
    module : str, optional
        The code's own package, for relative imports.

    Returns
    -------
    list of str
        Sorted; some name a function inside a module. Empty where the code does not parse.

    Examples
    --------
    >>> imported_names("def f():\\n    from resilience_lib.effects import change")
    ['resilience_lib.effects', 'resilience_lib.effects.change']
    >>> imported_names("FIGURES = {'forest': 'resilience_lib.figures.forest'}")
    ['resilience_lib.figures.forest']
    """
    lines = [
        re.sub(r"\S.*", "pass", line) if line.lstrip()[:1] in ("%", "!") else line
        for line in source.splitlines()
    ]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return []
    return sorted(name for name in set(_names(tree, module)) if name.split(".")[0] == PACKAGE)


def _names(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = package.split(".")
            parents = parts[: len(parts) - node.level + 1]
            base = ".".join([*parents, base] if base else parents)
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Constant) and _NAMED.fullmatch(str(node.value)):
        yield str(node.value).split(":")[0]
    inside: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        # imports for type checkers never run
        inside = node.orelse
    for child in inside:
        yield from _names(child, package)


class Library:
    """The library's source as it stands on disk now.

    Parameters
    ----------
    folder : Path
        Folder of the package.
    cache : Path
        JSON file that remembers the imports of a source by its hash; parsing is what takes time.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        self._cache = cache
        stored = read_json(cache)
        same = isinstance(stored, dict) and stored.get("format") == _FORMAT
        self._known: dict[str, list[str]] = stored["imports"] if same else {}
        self._used: dict[str, list[str]] = {}
        self._hashes: dict[str, str] = {}
        self._imports: dict[str, list[str]] = {}
        self._data: dict[str, dict[str, str]] = {}
        self._walk(folder, PACKAGE)

    def imports_of(self, source: str, module: str = "") -> list[str]:
        """`imported_names`, remembered by the hash of the source."""
        key = digest(f"{module}\0{source}".encode())
        if key not in self._used:
            known = self._known.get(key)
            self._used[key] = imported_names(source, module) if known is None else known
        return self._used[key]

    def reached(self, names: Iterable[str]) -> dict[str, str]:
        """Modules reached from some names, with their packages and the data beside them.

        Returns
        -------
        dict
            Module, or data file, to the hash of its bytes.
        """
        found: dict[str, str] = {}
        waiting = list(names)
        while waiting:
            module = self._existing(waiting.pop())
            if module is None or module in found or f"{module}.".startswith(NOT_FOLLOWED):
                continue
            found[module] = self._hashes[module]
            found.update(self._data.get(module, {}))
            found.update(self._data.get(module.rpartition(".")[0], {}))
            waiting += [module.rpartition(".")[0], *self._imports[module]]
        return found

    def save(self) -> None:
        """Remember the imports for the next time, where any are new."""
        if not self._used.keys() <= self._known.keys():
            write_json(self._cache, {"format": _FORMAT, "imports": self._used})

    def _existing(self, name: str) -> str | None:
        """The module that a dotted name is, or is inside of."""
        while name and name not in self._hashes:
            name = name.rpartition(".")[0]
        return name or None

    def _walk(self, folder: Path, package: str) -> None:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        names = {entry.name for entry in entries}
        for entry in entries:
            if entry.name.startswith((".", "__pycache__")):
                continue
            if entry.is_dir():
                inside = Path(entry.path)
                self._walk(inside, f"{package}.{entry.name}")
                if not (inside / "__init__.py").exists() and "__init__.py" in names:
                    # a folder of data belongs to the package that holds it
                    data = self._data.pop(f"{package}.{entry.name}", {})
                    self._data.setdefault(package, {}).update(data)
            elif entry.name.endswith(".py"):
                stem = entry.name.removesuffix(".py")
                module = package if stem == "__init__" else f"{package}.{stem}"
                source = Path(entry.path).read_bytes()
                self._hashes[module] = digest(source)
                self._imports[module] = self.imports_of(source.decode("utf-8"), package)
            elif not entry.name.endswith(".pyc"):
                shown = f"{package}/{entry.name}"
                file = digest(Path(entry.path).read_bytes())
                self._data.setdefault(package, {})[shown] = file
