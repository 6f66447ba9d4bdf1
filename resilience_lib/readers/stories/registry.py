"""The kinds of coded export a study may name, and the one door to their readers."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from resilience_lib.readers.stories.export import CodedExport

STORY_READERS: dict[str, tuple[str, str]] = {
    "taguette": ("taguette", "read_taguette"),
    "taguette_csv": ("taguette_tables", "read_taguette_csv"),
    "taguette_xlsx": ("taguette_tables", "read_taguette_xlsx"),
    "segments": ("segments", "read_segments"),
    "dedoose": ("dedoose", "read_dedoose"),
    "nvivo": ("nvivo", "read_nvivo"),
    "qualcoder": ("qualcoder", "read_qualcoder"),
    "qualcoder_csv": ("qualcoder_report", "read_qualcoder_csv"),
    "refi": ("refi", "read_refi"),
}
"""Module and function of each kind; a module is loaded when its kind is read."""


def read_coded(
    path: Path, kind: str, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """One export of coded stories by the reader that its study names.

    Parameters
    ----------
    path : Path
        A verified raw file (for qualcoder also the project's folder).
    kind : str
        One of `STORY_READERS`.
    coder : str, optional
        Who coded it, where the file does not say.
    nested_by : str, optional
        What parts the levels of a flat code name: "." in cycle.applied.

    Returns
    -------
    CodedExport

    Raises
    ------
    FaultsError
        Everything that is wrong with the file.
    KeyError
        `kind` is none of `STORY_READERS` (the study file's schema refuses it before).
    """
    module, function = STORY_READERS[kind]
    read: Callable[..., CodedExport] = getattr(
        import_module(f"resilience_lib.readers.stories.{module}"), function
    )
    return read(path, coder=coder, nested_by=nested_by)
