"""Rows of a code map that `make code-map` drafted and that nobody has confirmed yet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative

SUGGESTED = "suggested by its name"
NOT_SUGGESTED = "not suggested"

_REMEDIES = {
    SUGGESTED: "look at frame and frame_code; confirm it and empty the note",
    NOT_SUGGESTED: "fill in frame and frame_code, or leave both blank to map it to nothing on "
    "purpose; then empty the note, or write why",
}


def check_confirmed(path: Path, code_map: pd.DataFrame) -> None:
    """Refuse rows whose note still is that of the draft: nobody has decided what they say.

    Parameters
    ----------
    path : Path
        The file, for messages.
    code_map : DataFrame
        As `store.decisions.read_decisions` gives it.

    Raises
    ------
    FaultsError
        Each such row.

    Examples
    --------
    >>> from resilience_lib.paths import decision
    >>> rows = pd.DataFrame({"note": ["", "Not suggested: fill in"]}, index=[2, 3])
    >>> try:
    ...     check_confirmed(decision("hope", "code_map.csv"), rows)
    ... except FaultsError as error:
    ...     print(error.faults[0].row, error.faults[0].column, error.faults[0].rule)
    3 note a drafted row counts once a person has decided on it
    """
    rule = "a drafted row counts once a person has decided on it"
    faults = [
        Fault(relative(path), rule, remedy, int(str(line)), "note", note)
        for line, note in code_map["note"].items()
        for begins, remedy in _REMEDIES.items()
        if note.casefold().startswith(begins)
    ]
    if faults:
        raise FaultsError(faults)
