"""Marginal means by wave and gender from the mixed model."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib.effects.mixed import WaveModel, fit_wave_model
from resilience_lib.effects.subgroups import ALL, cell_weights, shares_of, shares_text
from resilience_lib.frames import estimate_frame
from resilience_lib.models.mixed import mixed_row


def estimate_marginal_means(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    gender: Sequence[str] = (),
    covariates: Sequence[str] = (),
    conf_level: float = 0.95,
    model: WaveModel | None = None,
) -> pd.DataFrame:
    """`marginal_mean` at each wave, of all and of each gender, from the mixed model.

    The model of `effects.mixed.fit_wave_model`. A marginal mean is what the model
    expects of everyone at that wave, pupils who missed it included, as far as their other
    waves tell; `effects.descriptives` has the means of those who were there.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves : sequence of str
    gender : sequence of str
        Two levels; empty for none.
    covariates : sequence of str
        Columns of the frame, as in `fit_wave_model`; means are at their means over
        the rows of the model.
    conf_level : float, in (0, 1)
    model : WaveModel, optional
        One already fitted with the same arguments.

    Returns
    -------
    DataFrame
        Estimate frame: contrast is the wave, subgroup "all" or a gender, n the pupils with
        a score at the wave. "all" weighs genders by their share of the pupils of the model,
        the same at each wave.

    Raises
    ------
    ModelInputError
        See `fit_wave_model`.

    Notes
    -----
    Searle, Speed & Milliken 1980, The American Statistician 34; Satterthwaite df as
    lmerTest's, at any number of rows (R's emmeans turns to z above 3,000). The model takes schools
    to differ as much at one wave as at another: where they part over time, intervals of a later
    wave are a little too narrow (91 to 93% held where schools differed in change alone, 94% where
    also in level: benchmarks/long_run_further.py).

    Examples
    --------
    >>> rows = [(f"{s}-{i}", str(s), w, s * (1 + (w == "T2")) + (7 * i * i + s) % 5
    ...          + (w == "T2") * ((3 * i + s * s) % 4), "x")
    ...         for s in range(6) for i in range(8) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_marginal_means(frame, waves=("T1", "T2"))
    >>> got["contrast"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['T1', 'T2'], [4.479, 8.479])
    """
    model = model or fit_wave_model(analysis, waves=waves, gender=gender, covariates=covariates)
    data, shares = model.data, shares_of(model.data)
    groups = {ALL: shares if gender else {ALL: 1.0}} | {level: {level: 1.0} for level in gender}
    rows = []
    for wave in waves:
        for subgroup, weights in groups.items():
            wanted = {f"{wave}|{level}": weight for level, weight in weights.items()}
            cell = data[(data["wave"] == wave) & data["group"].isin(list(weights))]
            row = mixed_row(
                model.fit,
                cell_weights(model.where, wanted) if weights else None,
                conf_level,
                model.method + (shares_text(shares) if subgroup == ALL else ""),
            )
            rows.append(
                {
                    **row,
                    "contrast": wave,
                    "subgroup": subgroup,
                    "estimand": "marginal_mean",
                    # a test of the mean against zero answers nothing
                    "p_value": None,
                    "n": len(cell),
                    "n_clusters": cell["school"].nunique(),
                }
            )
    return estimate_frame(rows)
