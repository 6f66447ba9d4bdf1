"""The estimates that a study file asks for."""

from __future__ import annotations

import pandas as pd

from resilience_lib.effects.estimate import estimate_study
from resilience_lib.study.schema import Study


def estimate_declared(analysis: pd.DataFrame, pupils: pd.DataFrame, study: Study) -> pd.DataFrame:
    """All estimates of a study, as its study file declares them.

    Change is estimated only for outcomes whose scale is declared the same at each wave.

    Parameters
    ----------
    analysis, pupils : DataFrame
        Analysis frame, and one row per pupil.
    study : Study

    Returns
    -------
    DataFrame
        Estimate frame, outcomes in the order of the study file.
    """
    return estimate_study(
        analysis,
        study=study.study,
        outcomes=[outcome.name for outcome in study.outcomes],
        comparable=[o.name for o in study.outcomes if o.comparable_across_waves],
        waves=study.wave_names,
        changes=study.changes,
        gender=study.gender.difference,
        arms=study.arm_names,
        families={"primary": [o.name for o in study.outcomes if o.role == "primary"]},
        pupils=pupils,
    )
