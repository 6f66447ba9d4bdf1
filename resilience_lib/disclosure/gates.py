"""Which gate a frame goes through, by the frame's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.counts import (
    clear_flow,
    clear_missingness,
    clear_patterns,
    clear_sample,
)
from resilience_lib.disclosure.distributions import clear_distribution, clear_scores
from resilience_lib.disclosure.dose import clear_dose, suppress_dose
from resilience_lib.disclosure.draws import clear_bootstrap
from resilience_lib.disclosure.estimates import clear_estimates, suppress_estimates
from resilience_lib.disclosure.intake import clear_links, clear_log
from resilience_lib.disclosure.joins import clear_joins, clear_roles
from resilience_lib.disclosure.methods import clear_sensitivity
from resilience_lib.disclosure.persons import clear_persons
from resilience_lib.disclosure.responses import clear_responses
from resilience_lib.disclosure.rules import SUPPRESSED, Rules
from resilience_lib.disclosure.scales import (
    clear_direction,
    clear_ends,
    clear_functioning,
    clear_items,
)
from resilience_lib.disclosure.school_panels import clear_positions, clear_schools
from resilience_lib.disclosure.stories import (
    clear_convergence,
    clear_coverage,
    clear_displays,
    clear_thread,
)
from resilience_lib.disclosure.telling import (
    clear_agreement,
    clear_as_is,
    clear_assigned,
    clear_associations,
    clear_confusion,
    clear_flows,
    clear_matrix,
    clear_pairs,
    clear_quotes,
    clear_reach,
    clear_school_stories,
    clear_triads,
)
from resilience_lib.errors import DisclosureError
from resilience_lib.store.stages import Stage
from resilience_lib.study.schema import Study

Gate = Callable[[pd.DataFrame, Study], Cleared]

GATES: dict[str, Gate] = {
    "estimates": clear_estimates,
    "dose": clear_dose,
    "further": clear_dose,
    "flow": clear_flow,
    "missingness": clear_missingness,
    "patterns": clear_patterns,
    "sample": clear_sample,
    "changes": clear_distribution,
    "school_changes": clear_schools,
    "school_positions": clear_positions,
    "log": clear_log,
    "links": clear_links,
    "items": clear_items,
    "ends": clear_ends,
    "direction": clear_direction,
    "reliability": clear_estimates,
    "functioning": clear_functioning,
    "repeated": clear_estimates,
    "bootstrap": clear_bootstrap,
    "persons": clear_persons,
    "scores": clear_scores,
    "responses": clear_responses,
    "sensitivity": clear_sensitivity,
}
"""Frame of stage 4_estimate to its gate."""

STORY_GATES: dict[str, Gate] = {
    "coverage": clear_coverage,
    "reach": clear_reach,
    "flows": clear_flows,
    "value_matrix": clear_matrix,
    "assigned": clear_assigned,
    "cooccurrence": clear_pairs,
    "quotes": clear_quotes,
    "agreement": clear_agreement,
    "confusion": clear_confusion,
    "displays": clear_displays,
    "convergence": clear_convergence,
    "collection": clear_as_is,
    "thread": clear_thread,
    "checklist": clear_as_is,
    "join_stories": clear_joins,
    "asked_roles": clear_roles,
    "school_stories": clear_school_stories,
    "triads": clear_triads,
    "associations": clear_associations,
}
"""Frame of stage 4_mix to its gate; a frame that is in neither cannot be published."""


def clear(name: str, frame: pd.DataFrame, study: Study) -> Cleared:
    """Pass a frame of stage 4 through the gate that belongs to it.

    Parameters
    ----------
    name : str
        Name of the frame: a key of `GATES` or `STORY_GATES`.
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
    gates = GATES | STORY_GATES
    if name not in gates:
        raise DisclosureError(f"{name}: there is no gate for it; gates: {', '.join(gates)}")
    return gates[name](frame, study)


@dataclass(frozen=True)
class Published:
    """Frames of one study, each passed through its gate once, when it is first asked for.

    Parameters
    ----------
    read : callable
        Name of a frame of stage 4 to the frame (`frames_of` a stage).
    study : Study
        Whose rules hold.
    """

    read: Callable[[str], pd.DataFrame]
    study: Study
    _cleared: dict[str, Cleared] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> Cleared:
        if name not in self._cleared:
            self._cleared[name] = clear(name, self.read(name), self.study)
        return self._cleared[name]


def frames_of(stage: Stage) -> Callable[[str], pd.DataFrame]:
    """How a stage reads a frame by its name, whichever of the two stages 4 wrote it."""

    def read(name: str) -> pd.DataFrame:
        return stage.read("4_mix" if name in STORY_GATES else "4_estimate", name)

    return read


def to_compare(name: str, frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """A frame of stage 4 for the comparison of a paper's numbers: suppressed, but not rounded.

    Whether a number is the same is judged by all its digits; what is published of it passes
    `clear_numbers`. Only `numbers.verdict` calls this.
    """
    if not Rules.from_study(study).open_data:
        if GATES.get(name) is clear_estimates:
            return suppress_estimates(frame, study)[0]
        if name == "dose":
            return suppress_dose(frame, study)[0]
    return clear(name, frame, study).frame


def clear_numbers(verdict: pd.DataFrame, shown: pd.DataFrame, study: Study) -> Cleared:
    """The verdict on the paper's numbers, with what may be published of each.

    Parameters
    ----------
    verdict : DataFrame
        Compared with `to_compare` frames: id, value, printed_as, found (the value computed
        now) and reason among its columns.
    shown : DataFrame
        The same compared with cleared frames, row by row.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        For a confidential study `found` and `n` are those of the cleared frames, and `value`
        has no more decimals than the paper prints.

    Raises
    ------
    DisclosureError
        A number was found although its source row is suppressed; all are named.
    """
    rules = Rules.from_study(study)
    suppressed = shown["reason"].fillna("").str.startswith(SUPPRESSED)
    leaked = verdict.loc[suppressed & verdict["found"].notna(), "id"]
    if len(leaked):
        raise DisclosureError(
            f"numbers of suppressed rows: {', '.join(map(str, leaked))}; "
            "read them from cleared estimates, where they are missing"
        )
    if rules.open_data:
        return seal(verdict, rules)
    value = [
        round(value, _decimals(printed)) if value == value else value
        for value, printed in zip(verdict["value"], verdict["printed_as"], strict=True)
    ]
    return seal(verdict.assign(value=value, found=shown["found"], n=shown["n"]), rules)


def _decimals(printed: str) -> int:
    """Decimals of a number as a paper prints it, two more where it is a per cent."""
    digits = printed.strip().rstrip("%").strip().partition(".")[2]
    return len(digits) + (2 if printed.strip().endswith("%") else 0) if printed.strip() else 2
