"""Answers from completed data sets, as they are and with what was filled in shifted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats

from resilience_lib.effects.answers import delta_name
from resilience_lib.effects.subgroups import estimate_row, no_data
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import Contrast
from resilience_lib.models.cr2_many import Parts
from resilience_lib.models.pooling import pool, pooled_contrast

Array = NDArray[np.float64]

TIPPING = "tipping_delta"
_FARTHEST, _STEP = 2.0, 0.05
_FEW_DF = 4.0


@dataclass(frozen=True)
class Shiftable:
    """One contrast of m completed data sets, linear in a shift of what was filled in.

    Attributes
    ----------
    labels : mapping
        Its columns of the Estimate frame.
    base : Parts
    slope, slope_by_cluster : float, array (k,)
        What a shift of one SD adds to the estimate and to each school's part.
    """

    labels: Mapping[str, object]
    base: Parts
    slope: float
    slope_by_cluster: Array

    def shifted(self, deltas: Array) -> tuple[Array, Array]:
        """Estimates and variances (m, d) with what was filled in moved by `deltas` (d,) SDs."""
        by_cluster = self.base.by_cluster[:, None] + deltas[:, None] * self.slope_by_cluster
        return self.base.estimate[:, None] + deltas * self.slope, (by_cluster**2).sum(axis=-1)


def answer_frames(
    contrasts: Sequence[Shiftable],
    refused: str,
    deltas: Sequence[float],
    conf_level: float,
    estimand: str,
) -> dict[str, pd.DataFrame]:
    """Pooled answers: `imputed`, one a shift, and the tipping points.

    Parameters
    ----------
    contrasts : sequence of Shiftable
    refused : str
        Why nothing could be imputed; "" where it could.
    deltas : sequence of float
        In SDs, none of them 0.
    conf_level : float, in (0, 1)
    estimand : str

    Returns
    -------
    dict of str to DataFrame

    Examples
    --------
    >>> base = Parts(np.array([1.0, 1.2]), np.array([[0.3, -0.3], [0.2, -0.2]]), 9.0, "")
    >>> one = Shiftable({"method": "toy"}, base, 0.5, np.zeros(2))
    >>> got = answer_frames([one], "", [-0.2], 0.95, "mean_change")
    >>> [round(float(f["estimate"].iloc[0]), 3) for f in got.values()]
    [1.1, 1.0, -0.146]
    """
    interval = f"{100 * conf_level:g}% Rubin's rules, Barnard-Rubin df"
    frames = {}
    for delta in (0.0, *deltas):
        rows = []
        for one in contrasts:
            told = dict(one.labels)
            if delta:
                told["method"] = f"{told['method']}; filled-in later scores {delta:+g} SD"
            row = estimate_row(_pooled(one, delta, conf_level, refused), conf_level, **told)
            rows.append(row | {"interval": interval, "estimand": estimand})
        frames[delta_name(delta) if delta else "imputed"] = estimate_frame(rows)
    tips = [{**one.labels, **_tipping(one, conf_level, refused)} for one in contrasts]
    frames["tipping"] = estimate_frame(
        {**row, "estimand": TIPPING, "conf_level": conf_level} for row in tips
    )
    return frames


def _pooled(one: Shiftable, delta: float, conf_level: float, refused: str) -> Contrast:
    if refused:
        return no_data(refused)
    if delta and not np.isfinite(one.slope):
        return no_data("no total SD to shift by")
    slope = one if delta else Shiftable(one.labels, one.base, 0.0, np.zeros(1))
    estimates, variances = slope.shifted(np.array([delta]))
    if not np.isfinite(one.base.df):
        return replace(no_data(one.base.reason), estimate=float(estimates.mean()))
    got = pool(estimates[:, 0], variances[:, 0], one.base.df)
    few = "fewer than 4 df: the interval is unreliable"
    doubt = one.base.reason
    if got.df < _FEW_DF and few not in doubt:
        doubt = "; ".join(text for text in (doubt, few) if text)
    return pooled_contrast(got, conf_level, doubt)


def _tipping(one: Shiftable, conf_level: float, refused: str) -> dict[str, object]:
    """The shift nearest to 0 at which the interval's end towards 0 reaches it."""
    if refused or not np.isfinite([one.base.df, one.slope]).all():
        return {"reason": refused or one.base.reason or "no total SD to shift by"}

    def clear(deltas: Array) -> Array:
        """How far intervals are from 0, in points; negative where 0 lies inside."""
        got = pool(*one.shifted(deltas), one.base.df)
        half = stats.t.ppf(0.5 + conf_level / 2, got.df) * np.sqrt(got.total)
        return np.asarray(np.abs(got.estimate) - half)

    sizes = np.arange(0.0, _FARTHEST + _STEP / 2, _STEP)
    inside = {sign: clear(sign * sizes) <= 0 for sign in (-1.0, 1.0)}
    if inside[1.0][0]:
        return {"reason": "0 lies inside the interval without a shift"}
    found = []
    for sign, reached in inside.items():
        if reached.any():
            end = int(reached.argmax())
            ends = sign * sizes[end - 1 : end + 1]
            found.append(float(optimize.brentq(lambda d: float(clear(np.array([d]))[0]), *ends)))
    if not found:
        return {"reason": f"the interval does not reach 0 within {_FARTHEST:g} SDs"}
    return {"estimate": min(found, key=abs)}
