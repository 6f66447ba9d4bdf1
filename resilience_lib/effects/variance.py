"""Shares of variance: partial and generalised eta squared of group, wave and group x wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.effects.arrays import Array, labels, numbers
from resilience_lib.effects.registry import bounded_frame, require_names
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.noncentral import noncentral_f_interval

VARIANCE_NAMES: tuple[str, ...] = ("partial_eta_squared", "generalised_eta_squared")
_ROUNDING = 1e-24


@dataclass(frozen=True)
class Effect:
    """One line of an analysis of variance: its sum of squares and its error, with their df.

    `all_errors` is the sum of squares of every error of the design, `of_group` that of every
    effect that the groups are part of.
    """

    name: str
    squares: float
    df: float
    error: float
    df_error: float
    all_errors: float = float("nan")
    of_group: float = 0.0


def estimate_variance(
    waves: Sequence[ArrayLike],
    group: ArrayLike | None = None,
    *,
    names: Sequence[str] = VARIANCE_NAMES,
    observed: bool = False,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Shares of variance that group, wave and group x wave explain.

    Parameters
    ----------
    waves : sequence of array (n,)
        Scores of each wave, the same pupils in the same order; one wave with groups is a
        one-way analysis. Pupils without every score or without a group are left out.
    group : array (n,), optional
        Any number of groups.
    names : sequence of {"partial_eta_squared", "generalised_eta_squared"}
    observed : bool
        True where pupils belong to their group (gender) instead of being assigned to it: the
        generalised form then counts its variance as there anyway.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame, contrast "group", "wave" or "group x wave"; F with its df in `method`.

    Raises
    ------
    EstimandError
        Another name.
    ModelInputError
        Text or infinite scores, unequal lengths, one wave without groups.

    Notes
    -----
    Sums of squares of type III. Partial: SS / (SS + SS of its error) (Cohen 1973); interval and
    p: `estimate_variance_from_summary`, with sphericity and pupils independent taken for granted.
    Generalised: SS / (SS + every error + effects of an observed group), Olejnik & Algina 2003,
    who give no interval. For an answer that respects schools use CR2 contrasts
    (`effects.change`, `effects.arms`).

    Examples
    --------
    >>> got = estimate_variance([[1, 2, 3, 4], [2, 4, 4, 7]])
    >>> [(row.estimand, round(row.estimate, 4)) for row in got.itertuples()]
    [('partial_eta_squared', 0.8167), ('generalised_eta_squared', 0.2565)]
    """
    require_names(names, VARIANCE_NAMES)
    scores, code = _complete(waves, group)
    rows = []
    for effect in _analysis(scores, code):
        for name in names:
            row = _row(name, effect, conf_level, observed=observed)
            if name == VARIANCE_NAMES[1] and group is not None:
                row["method"] = f"{row['method']}; group {'observed' if observed else 'assigned'}"
            rows.append(row | {"contrast": effect.name, "n": len(scores)})
    return bounded_frame(rows)


def estimate_variance_from_summary(
    f: float, df_effect: int, df_error: int, *, conf_level: float = 0.95
) -> pd.DataFrame:
    """`partial_eta_squared` from a published F and its df.

    Parameters
    ----------
    f : float, at least 0
    df_effect, df_error : float, positive
    conf_level : float, in (0, 1)
        The test at 5% goes with the 90% interval (Steiger 2004).

    Returns
    -------
    DataFrame
        Estimate frame.

    Raises
    ------
    ModelInputError
        F negative or no number, df not positive.

    Notes
    -----
    F df1 / (F df1 + df2) (Cohen 1973). Interval: L / (L + df1 + df2 + 1), L the limits of the
    noncentrality (Smithson 2003; Steiger 2004).

    Examples
    --------
    >>> got = estimate_variance_from_summary(5.0, 2, 57)
    >>> [round(float(got[c].iloc[0]), 3) for c in ("estimate", "conf_low", "conf_high")]
    [0.149, 0.01, 0.3]
    """
    if not (np.isfinite(f) and f >= 0 and 0 < df_effect < np.inf and 0 < df_error < np.inf):
        raise ModelInputError("F must be at least 0 and its degrees of freedom above 0")
    effect = Effect("", f * df_effect, df_effect, df_error, df_error)
    return bounded_frame([_row(VARIANCE_NAMES[0], effect, conf_level)])


def _complete(
    waves: Sequence[ArrayLike], group: ArrayLike | None
) -> tuple[Array, NDArray[np.int64]]:
    columns = [numbers(one, "scores") for one in waves]
    if not columns or (len(columns) == 1 and group is None):
        raise ModelInputError("an analysis of variance needs two waves or two groups")
    if len({len(column) for column in columns}) > 1:
        raise ModelInputError("each wave needs one score for each pupil: lengths differ")
    scores = np.column_stack(columns)
    kept = np.isfinite(scores).all(axis=1)
    code = np.zeros(len(scores), dtype=np.int64)
    if group is not None:
        code, _ = pd.factorize(labels(group, len(scores), "groups"))
        kept &= code >= 0
        code, _ = pd.factorize(code[kept], sort=True)
        return scores[kept], np.asarray(code, dtype=np.int64)
    return scores[kept], code[kept]


def _analysis(scores: Array, code: NDArray[np.int64]) -> list[Effect]:
    """Sums of squares of pupils' means and of orthonormal contrasts of their waves."""
    n, waves = scores.shape
    size = np.bincount(code).astype(float) if n else np.ones(1)
    groups = len(size)
    centred = scores - (scores.mean() if n else 0.0)
    basis = np.linalg.qr(np.column_stack([np.ones(waves), np.eye(waves)[:, 1:]]))[0]
    turned = centred @ basis
    means = np.stack([np.bincount(code, column, groups) for column in turned.T], axis=1)
    means = means / size[:, None]
    between = (size[:, None] * (means - (size @ means / max(n, 1))) ** 2).sum(axis=0)
    error = ((turned - means[code]) ** 2).sum(axis=0)
    # what is left at the level of rounding is nothing
    nothing = _ROUNDING * n * waves * float(np.abs(scores).max(initial=0.0)) ** 2
    error[error <= nothing] = 0.0
    between[between <= nothing] = 0.0
    pupils, rest, df = float(error[0]), float(error[1:].sum()), n - groups
    both = float(between[1:].sum())
    found = []
    if groups > 1:
        found.append(Effect("group", float(between[0]), groups - 1, pupils, df))
    if waves > 1:
        level = float((means[:, 1:].mean(axis=0) ** 2).sum()) * groups**2 / (1 / size).sum()
        level = level if level > nothing else 0.0
        found.append(Effect("wave", level, waves - 1, rest, df * (waves - 1)))
    if groups > 1 and waves > 1:
        df_both = (groups - 1) * (waves - 1)
        found.append(Effect("group x wave", both, df_both, rest, df * (waves - 1)))
    of_group = float(between[0]) + both if groups > 1 else 0.0
    return [replace(effect, all_errors=pupils + rest, of_group=of_group) for effect in found]


def _share(name: str, effect: Effect, *, observed: bool) -> float:
    """The estimate; NaN where nothing varies."""
    if name == VARIANCE_NAMES[0]:
        whole = effect.squares + effect.error
    else:
        whole = effect.all_errors + (effect.of_group if observed else 0.0)
        if effect.name == "wave" or not observed:
            whole += effect.squares
    return effect.squares / whole if whole > 0 else float("nan")


def _row(
    name: str, effect: Effect, conf_level: float, *, observed: bool = False
) -> dict[str, object]:
    row: dict[str, object] = {"estimand": name, "conf_level": conf_level, "df": effect.df_error}
    row["method"] = "sums of squares of type III" if effect.name else "from F"
    if effect.df_error < 1:
        return row | {"df": None, "reason": "too few pupils for an error"}
    estimate = _share(name, effect, observed=observed)
    if not np.isfinite(estimate):
        return row | {"reason": "nothing varies"}
    row["estimate"] = estimate
    if not effect.error > 0:
        return row | {"reason": "the error does not vary: no F"}
    f = effect.squares / effect.df / (effect.error / effect.df_error)
    row["method"] = f"{row['method']}; F({effect.df:g}, {effect.df_error:g}) = {f:.4g}"
    row["p_value"] = float(stats.f.sf(f, effect.df, effect.df_error))
    if name != VARIANCE_NAMES[0]:
        return row | {"reason": "no interval is known for the generalised form"}
    low, high = noncentral_f_interval(f, effect.df, effect.df_error, conf_level)
    n = effect.df + effect.df_error + 1
    return row | {
        "interval": f"{100 * conf_level:g}% noncentral F, pupils independent",
        "conf_low": low / (low + n),
        "conf_high": high / (high + n),
    }
