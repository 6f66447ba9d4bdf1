"""Krippendorff's alpha, of all stories and without each unit in turn."""

from __future__ import annotations

from typing import Literal

import numpy as np

from resilience_lib.reliability.agreement import Array, Codes
from resilience_lib.resampling.schools import leave_one_out, sum_units

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(counts: Array, values: Array, level: Level, unit: Codes) -> Array:
    """Krippendorff's alpha.

    Parameters
    ----------
    counts : array (stories, values)
        Codings of each value; every story has two or more.
    values : array (values,)
        The values, ascending.
    level : {"nominal", "ordinal", "interval"}
        How far apart two values are: not the same; the ranks between them; their squared gap.
    unit : array (stories,) of int
        As in `agreement.cohen_kappa`.

    Returns
    -------
    array (k + 1,)
        All stories first. NaN where all codings are the same.

    Notes
    -----
    alpha = 1 - (n - 1) / n sum_u [S_u m_u / (m_u - 1)] / S for n codings, m_u of story u, and S_u,
    S their squared distances from the mean of the story and of all: the coincidences of
    Krippendorff 2011 (Computing Krippendorff's alpha-reliability) of values on a line, added up.
    Ordinal: at mean ranks, made anew without each unit, which lie apart by the ranks between two
    values and half of either's own. Nominal: a value is an axis of its own, S = n - sum n_c^2 / n.

    Examples
    --------
    >>> counts = np.array([[2.0, 0], [1, 1], [0, 2]])
    >>> krippendorff_alpha(counts, np.array([0.0, 1]), "nominal", np.arange(3)).round(4).tolist()
    [0.4444, 0.0, 1.0, 0.0]
    """
    m = counts.sum(axis=1)
    of = leave_one_out(sum_units(counts, unit))
    n = np.maximum(of.sum(axis=1), 1)  # a unit that holds all stories leaves none
    if level == "nominal":
        whole = n - (of**2).sum(axis=1) / n
        inside = leave_one_out(sum_units((m**2 - (counts**2).sum(axis=1)) / (m - 1), unit))
    else:
        line = np.broadcast_to(values - values.mean(), of.shape)
        at = of.cumsum(axis=1) - of / 2 if level == "ordinal" else line
        whole = _spread(of, at)
        # of all stories at the places of each unit left out, then less the unit's own
        matrix = np.diag(m / (m - 1) @ counts) - (counts / (m - 1)[:, None]).T @ counts
        own = sum_units(m / (m - 1) * _spread(counts, at[unit + 1]), unit)
        inside = ((at @ matrix) * at).sum(axis=1) - np.append(0.0, own)
    told = (of > 0).sum(axis=1) > 1
    return np.asarray(1 - (n - 1) / n * inside / np.where(told, whole, np.nan))


def _spread(counts: Array, at: Array) -> Array:
    """Squared distances of each row's codings from their mean, added."""
    n = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mean = (counts * at).sum(axis=1, keepdims=True) / n
    return np.asarray((counts * (at - mean) ** 2).sum(axis=1))
