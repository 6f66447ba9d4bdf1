"""Executed notebooks without what differs between two runs of the same thing."""

from __future__ import annotations

import re
from typing import Any

INJECTED = "injected-parameters"
# where ipykernel says a warning came from: a folder with the process's number
_CELL_FILE = re.compile(r"[^\s'\"]*ipykernel_\d+[/\\]\d+\.py")


def normalise(notebook: Any) -> Any:
    """Take times, random ids and machine details out of an executed notebook, in place.

    Parameters
    ----------
    notebook : NotebookNode or dict
        As papermill gives it back.

    Returns
    -------
    NotebookNode or dict
        The same object.

    Examples
    --------
    >>> cell = {"cell_type": "code", "id": "3f", "source": "", "outputs": [],
    ...         "metadata": {"papermill": {"duration": 1.2}, "tags": ["injected-parameters"]}}
    >>> done = normalise({"cells": [cell], "metadata": {"papermill": {}}})
    >>> done["metadata"], done["cells"][0]["id"], done["cells"][0]["metadata"]
    ({}, 'injected-parameters', {'tags': ['injected-parameters']})
    """
    notebook["metadata"].pop("papermill", None)
    language = notebook["metadata"].get("language_info", {})
    if "version" in language:
        language["version"] = language["version"].split(".")[0]
    for cell in notebook["cells"]:
        cell["metadata"].pop("papermill", None)
        cell["metadata"].pop("execution", None)
        tags = cell["metadata"].get("tags", [])
        if INJECTED in tags:
            cell["id"] = INJECTED
        if not tags:
            # papermill gives every cell an empty list
            cell["metadata"].pop("tags", None)
        for output in cell.get("outputs", []):
            if output["output_type"] == "stream":
                output["text"] = _CELL_FILE.sub("<cell>", "".join(output["text"]))
    return notebook
