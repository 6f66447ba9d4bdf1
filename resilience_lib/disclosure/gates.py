"""Which gate a frame goes through, by the frame's name."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.counts import (
    clear_flow,
    clear_missingness,
    clear_patterns,
    clear_sample,
)
from resilience_lib.disclosure.distributions import clear_distribution, clear_schools
from resilience_lib.disclosure.estimates import clear_estimates
from resilience_lib.disclosure.rules import SUPPRESSED, Rules
from resilience_lib.errors import DisclosureError
from resilience_lib.study.schema import Study

Gate = Callable[[pd.DataFrame, Study], Cleared]

GATES: dict[str, Gate] = {
    "estimates": clear_estimates,
    "flow": clear_flow,
    "missingness": clear_missingness,
    "patterns": clear_patterns,
    "sample": clear_sample,
    "changes": clear_distribution,
    "school_changes": clear_schools,
}
"""Frame of stage 4 to its gate; a frame that is not here cannot be published."""


def clear(name: str, frame: pd.DataFrame, study: Study) -> Cleared:
    """Pass a frame of stage 4 through the gate that belongs to it.

    Parameters
    ----------
    name : str
        Name of the frame: a key of `GATES`.
    frame : DataFrame
        The frame.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        What may be published of it.

    Raises
    ------
    DisclosureError
        There is no gate for a frame of that name.
    """
    if name not in GATES:
        raise DisclosureError(f"{name}: there is no gate for it; gates: {', '.join(GATES)}")
    return GATES[name](frame, study)


def clear_numbers(verdict: pd.DataFrame, study: Study) -> Cleared:
    """The verdict on the paper's numbers, where each rests on rows that may be published.

    Parameters
    ----------
    verdict : DataFrame
        id, found (the value computed now) and reason (of the row of cleared estimates that it
        was read from) among its columns.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same frame.

    Raises
    ------
    DisclosureError
        A number was found although its source row is suppressed; all are named.
    """
    rules = Rules.from_study(study)
    suppressed = verdict["reason"].fillna("").str.startswith(SUPPRESSED)
    leaked = verdict.loc[suppressed & verdict["found"].notna(), "id"]
    if len(leaked):
        raise DisclosureError(
            f"numbers of suppressed rows: {', '.join(map(str, leaked))}; "
            "read them from cleared estimates, where they are missing"
        )
    return seal(verdict, rules)
