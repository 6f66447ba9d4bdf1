"""Data sets that ship inside the Python package faraway."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def load_item(name: str) -> pd.DataFrame | None:
    """A data set as shipped, without the row numbers that the package keeps as an index.

    Parameters
    ----------
    name : str
        Data set.

    Returns
    -------
    DataFrame or None
        None where there is no such data set.

    Examples
    --------
    >>> load_item("jsp").shape
    (3236, 9)
    """
    if not name.isidentifier():
        return None
    try:
        module = import_module(f"faraway.datasets.{name}")
    except ModuleNotFoundError:
        return None
    frame: pd.DataFrame = module.load().reset_index(drop=True)
    return frame
