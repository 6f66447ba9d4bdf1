"""The gate for how change goes with dose."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.estimates import clear_estimates, suppress_estimates
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
    if rules.open_data:
        return seal(dose[list(ESTIMATE_COLUMNS)], rules)
    cleared = clear_estimates(_by_smaller(dose, rules), study)
    subgroup = dose["subgroup"].reset_index(drop=True)
    return seal(cleared.frame.assign(subgroup=subgroup), rules, cleared.notes)


def suppress_dose(dose: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, pd.Series]:
    """Slopes of a confidential study without those that may not be seen; not rounded yet.

    Parameters
    ----------
    dose : DataFrame
        As for `clear_dose`.
    study : Study
        A confidential one.

    Returns
    -------
    DataFrame, Series of bool
        As `estimates.suppress_estimates` gives them.
    """
    shown, gone = suppress_estimates(_by_smaller(dose, Rules.from_study(study)), study)
    return shown.assign(subgroup=dose["subgroup"].reset_index(drop=True)), gone


def _by_smaller(dose: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Slopes that too few have another dose for rest on those few."""
    frame = dose.reset_index(drop=True)
    few = frame["smaller"] < max(rules.minimum_base, rules.minimum_cell)
    few |= frame["smaller_clusters"] < rules.minimum_schools
    # a slope that is not there keeps the reason why
    few &= frame["estimate"].notna()
    return frame[list(ESTIMATE_COLUMNS)].assign(
        subgroup=ALL,
        n=frame["n"].mask(few, frame["smaller"]),
        n_clusters=frame["n_clusters"].mask(few, frame["smaller_clusters"]),
    )
