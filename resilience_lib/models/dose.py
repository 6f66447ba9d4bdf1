"""How change goes with the dose of a programme: associations, between and inside schools."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import Contrast, ModelInputError, contrast_cr2, fit_cr2

Array = NDArray[np.float64]

_SAME = 1e-12


def dose_parts(dose: ArrayLike, school: ArrayLike) -> tuple[Array, Array]:
    """A pupil's dose less their school's mean, and that mean over the school's pupils.

    Examples
    --------
    >>> inside, between = dose_parts([1, 3, 5, 5], list("aabb"))
    >>> inside.tolist(), between.tolist()
    ([-1.0, 1.0, 0.0, 0.0], [2.0, 2.0, 5.0, 5.0])
    """
    d = np.asarray(dose, dtype=float)
    code, _ = pd.factorize(np.asarray(school, dtype=object))
    if len(code) != len(d) or (code < 0).any() or not np.isfinite(d).all():
        raise ModelInputError("each pupil needs a school and a finite dose")
    mean = np.bincount(code, d) / np.maximum(np.bincount(code), 1)
    return d - mean[code], mean[code]


def associate_dose(
    change: ArrayLike,
    dose: ArrayLike,
    school: ArrayLike,
    *,
    by_class: bool,
    conf_level: float = 0.95,
) -> dict[str, Contrast]:
    """Slopes of change on dose: `dose_slope`, and by class also its two parts.

    Parameters
    ----------
    change : array (n,)
        Points.
    dose : array (n,)
        What each pupil's class or school got.
    school : array (n,)
        The cluster.
    by_class : bool
        Whether doses differ by class: then `dose_slope_within` and `dose_slope_between` too.
    conf_level : float, in (0, 1)

    Returns
    -------
    dict of str to Contrast
        Points of change for one more unit of dose; NaN, with the reason, for one school and for
        a dose that does not vary where it would have to.

    Raises
    ------
    ModelInputError
        Missing or infinite numbers, unequal lengths, pupils without a school.

    Notes
    -----
    change ~ 1 + dose, and change ~ 1 + (dose - school mean) + school mean (Mundlak 1978,
    Econometrica 46; Raudenbush & Bryk 2002, chapter 5); CR2 and Satterthwaite df by school. Who
    got more was not drawn by lot: classes that got more may have been those that would have
    changed anyway.

    Examples
    --------
    >>> got = associate_dose([1, 2, 2, 4, 3, 5], [1, 2, 2, 3, 3, 4], list("aabbcc"), by_class=True)
    >>> {name: round(slope.estimate, 3) for name, slope in got.items()}
    {'dose_slope': 1.364, 'dose_slope_within': 1.667, 'dose_slope_between': 1.25}
    """
    y = np.asarray(change, dtype=float)
    inside, between = dose_parts(dose, school)
    if len(y) != len(inside):
        raise ModelInputError(f"{len(y)} changes and {len(inside)} doses: one each is needed")
    whole = inside + between
    names = ["dose_slope", *(["dose_slope_within", "dose_slope_between"] if by_class else [])]
    if len(y) == 0:
        return dict.fromkeys(names, _missing("no pupils with a change and a dose"))
    if len(set(np.asarray(school, dtype=object).tolist())) < 2:
        return dict.fromkeys(names, _missing("one school: no association can be told from it"))
    size = max(float(np.abs(whole).max()), 1.0)
    one = np.ones(len(y))
    found = {}
    if np.ptp(whole) <= _SAME * size:
        return dict.fromkeys(names, _missing("the dose is the same for every pupil"))
    fit = fit_cr2(y, np.column_stack([one, whole]), school)
    found["dose_slope"] = contrast_cr2(fit, [0.0, 1.0], conf_level)
    if by_class:
        whys = (
            ("dose_slope_within", "the dose is the same for all pupils of each school"),
            ("dose_slope_between", "schools do not differ in their mean dose"),
        )
        varies = [bool(np.ptp(part) > _SAME * size) for part in (inside, between)]
        # what is left of a mean by rounding is no dose
        parts = [part * there for part, there in zip((inside, between), varies, strict=True)]
        both = fit_cr2(y, np.column_stack([one, *parts]), school)
        for place, (name, why) in enumerate(whys):
            weights = np.eye(3)[place + 1]
            there = varies[place]
            found[name] = contrast_cr2(both, weights, conf_level) if there else _missing(why)
    return found


def _missing(reason: str) -> Contrast:
    nan = float("nan")
    return Contrast(nan, nan, nan, nan, nan, nan, reason)
