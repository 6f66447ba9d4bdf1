"""A notebook without what JupyterLab rewrites on saving: sources, types and tags are left."""

from __future__ import annotations

import json
from typing import Any


def stripped_cells(data: bytes) -> list[dict[str, Any]]:
    """Cells of a notebook file as far as they decide what a run gives.

    Parameters
    ----------
    data : bytes
        An .ipynb file.

    Returns
    -------
    list of dict
        `type`, `source` and sorted `tags` of each cell that is not empty.

    Raises
    ------
    ValueError
        The bytes are no notebook.

    Examples
    --------
    >>> file = b'{"cells": [{"cell_type": "code", "source": ["a = 1"], "outputs": [1]}]}'
    >>> stripped_cells(file)
    [{'type': 'code', 'source': 'a = 1', 'tags': []}]
    """
    document = json.loads(data)
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise ValueError("no notebook: it has no cells")
    cells = []
    for cell in document["cells"]:
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        tags = sorted(cell.get("metadata", {}).get("tags", []))
        if text.strip():
            cells.append({"type": cell.get("cell_type"), "source": text, "tags": tags})
    return cells


def code_of(cells: list[dict[str, Any]]) -> list[str]:
    """Sources of the code cells."""
    return [cell["source"] for cell in cells if cell["type"] == "code"]
