"""What notebooks may do whose outputs are published with a confidential study."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from resilience_lib.errors import Fault
from resilience_lib.paths import relative

PUBLISHED_NOTEBOOKS: tuple[str, ...] = ("5_figures", "6_report")
MAY_IMPORT: frozenset[str] = frozenset(
    {
        "resilience_lib.build.ensure.ensure_stages",
        "resilience_lib.store.stages.open_stage",
        "resilience_lib.study.load.load_study",
        "resilience_lib.figures.make.open_figures",
        "resilience_lib.tables.make.open_tables",
        "resilience_lib.numbers.verdict.write_verdict",
    }
)
MAY_CALL: dict[str, frozenset[str]] = {
    "figures": frozenset({"draw", "index"}),
    "tables": frozenset({"write"}),
    "stage": frozenset({"commit"}),
}
"""Methods that clear what they show and save, by the name that notebooks 5 and 6 give."""

_RULE = "a notebook that is published with a confidential study shows only what is cleared"
_REMEDY = "take it out and look at the data in notebooks/explore, which is not published"


def faults_of_published(path: Path) -> list[Fault]:
    """What the code of notebook 5 or 6 could show or write round the gate.

    Its frames come uncleared from stage 4, so that one more cell with `stage.read(...)` would
    publish pupils. The cells may therefore import and call nothing but what is listed here.

    Parameters
    ----------
    path : Path
        The notebook that people edit.

    Returns
    -------
    list of Fault
        One for each import, name or attribute that is not listed, and for cells that are no
        plain Python (magics run anything).
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    faults = []
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "code":
            for what in _forbidden("".join(cell["source"])):
                faults.append(Fault(relative(path), _RULE, _REMEDY, None, f"cell {number}", what))
    return faults


def _forbidden(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        yield "not plain Python"
        return
    imported = {name.rpartition(".")[2] for name in MAY_IMPORT}
    names = imported | set(MAY_CALL) | {"print", "study", "plan"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole not in MAY_IMPORT or alias.asname:
                    yield whole
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr not in MAY_CALL.get(owner, ()):
                yield f"{owner}.{node.attr}"
        elif isinstance(node, ast.Name):
            stored = not isinstance(node.ctx, ast.Load)
            if node.id not in names or (stored and node.id in imported):
                yield node.id
