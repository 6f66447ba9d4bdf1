"""The estimates that a study file asks for."""

from __future__ import annotations

import pandas as pd

from resilience_lib.effects.estimate import estimate_study
from resilience_lib.effects.positions import school_positions
from resilience_lib.effects.schools import pupil_changes
from resilience_lib.effects.sizes import change_sizes, effect_sizes
from resilience_lib.study.schema import Study


def estimate_declared(analysis: pd.DataFrame, pupils: pd.DataFrame, study: Study) -> pd.DataFrame:
    """All estimates of a study, as its study file declares them.

    Change is estimated only for outcomes whose scale is declared the same at each wave; for the
    others gender gaps within waves and rank stability between them. (Both could be estimated of
    any outcome; where change can be, its gender difference says more, and nothing is added.)

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
        comparable=study.comparable,
        waves=study.wave_names,
        changes=study.changes,
        gender=study.gender.difference,
        arms=study.arm_names,
        effects_at=study.effects_at,
        # d_z whether or not it is printed: the disclosure room tells by it that all changed alike
        also=tuple(dict.fromkeys((*change_sizes(study), *effect_sizes(study), "d_z"))),
        families={"primary": [o.name for o in study.outcomes if o.role == "primary"]},
        pupils=pupils,
    )


def changes_declared(analysis: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Each pupil's change (`effects.schools.pupil_changes`) in outcomes that are one scale.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame.
    study : Study

    Returns
    -------
    DataFrame
        Without a row where the study file declares no change.
    """
    comparable = analysis[analysis["outcome"].isin(list(study.comparable))]
    return pupil_changes(comparable, study.changes)


def positions_declared(analysis: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Schools' places within waves (`effects.positions`) in outcomes that are not one scale.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame.
    study : Study

    Returns
    -------
    DataFrame
        Without a row where every outcome is one scale.
    """
    return school_positions(analysis, outcomes=study.incomparable, waves=study.wave_names)
