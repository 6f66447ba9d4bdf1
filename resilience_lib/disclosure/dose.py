"""The gate for how change goes with dose."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.estimates import clear_estimates
from resilience_lib.disclosure.partitions import ALL
from resilience_lib.disclosure.rules import Rules
from resilience_lib.frames import ESTIMATE_COLUMNS
from resilience_lib.study.schema import Study


def clear_dose(dose: pd.DataFrame, study: Study) -> Cleared:
    """Slopes of change on dose as they may be published.

    For a confidential study they pass as all estimates do (`estimates.clear_estimates`), and a
    slope is hidden where too few pupils or schools have another dose than the commonest: where
    one school led sessions and ten did not, the slope and the change of all pupils are that
    school's change. A dose is no part of pupils: one that is hidden hides no other.

    Parameters
    ----------
    dose : DataFrame
        As `effects.dose.estimate_dose` gives it.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        Estimate frame in the same order; suppressed rows say so in `reason`.
    """
    rules = Rules.from_study(study)
    frame = dose.reset_index(drop=True)
    columns = list(ESTIMATE_COLUMNS)
    if rules.open_data:
        return seal(frame[columns], rules)
    few = frame["smaller"] < max(rules.minimum_base, rules.minimum_cell)
    few |= frame["smaller_clusters"] < rules.minimum_schools
    # a slope that is not there keeps the reason why
    few &= frame["estimate"].notna()
    told = frame[columns].assign(
        subgroup=ALL,
        n=frame["n"].mask(few, frame["smaller"]),
        n_clusters=frame["n_clusters"].mask(few, frame["smaller_clusters"]),
    )
    cleared = clear_estimates(told, study)
    return seal(cleared.frame.assign(subgroup=frame["subgroup"]), rules, cleared.notes)
