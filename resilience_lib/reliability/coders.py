"""Agreement of coders of stories, with intervals that leave out stories or schools."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.effects.registry import bounded_frame, require_names
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.reliability.agreement import (
    Array,
    Codes,
    code_prevalence,
    cohen_kappa,
    fleiss_kappa,
)
from resilience_lib.reliability.krippendorff import Level, krippendorff_alpha
from resilience_lib.resampling.schools import unbiased_interval

Row = dict[str, object]
Measure = Callable[[Codes], Array]

DISTANCES: dict[str, int] = {
    "cohen_kappa": 0,
    "cohen_kappa_linear": 1,
    "cohen_kappa_quadratic": 2,
}
"""Power of the distance between two values; 0 for "not the same"."""
_LEVELS: dict[str, Level] = {
    "krippendorff_nominal": "nominal",
    "krippendorff_ordinal": "ordinal",
    "krippendorff_interval": "interval",
}
AGREEMENTS: tuple[str, ...] = (*DISTANCES, "fleiss_kappa", *_LEVELS)
_OF_WORDS: tuple[str, ...] = ("cohen_kappa", "fleiss_kappa", "krippendorff_nominal")
SCHOOLS = "schools"
_FEWEST = 2
_SAME = "all codings are the same: agreement beyond chance cannot be told"


def estimate_coders(
    codings: pd.DataFrame,
    names: Sequence[str] = ("krippendorff_nominal",),
    *,
    label: str = "",
    school: ArrayLike | None = None,
    left_out: str = SCHOOLS,
    unit: str = "stories",
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """How far coders agree.

    Parameters
    ----------
    codings : DataFrame (stories, coders)
        One column a coder; numbers, or words for nominal coefficients; NaN where a coder did not
        code the story.
    names : sequence of str
        Some of `AGREEMENTS`.
    label : str
        What was coded; becomes `outcome`.
    school : array (stories,), optional
        Where stories come from; then schools are left out in turn, else stories, taken as
        independent.
    left_out, unit : str
        What `school` groups and what is coded, for the words: segments may be left out by stories,
        and anything but schools is said to be taken as independent.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame. Cohen's kappa has a row for each pair of coders (contrast "a with b"), over
        the stories that both coded; n counts stories that say something of agreement.

    Raises
    ------
    EstimandError
        Another name.
    ModelInputError
        Fewer than two coders, infinite numbers, words where values have to be
        ordered, a missing school.

    Notes
    -----
    `reliability.agreement`, `reliability.krippendorff`. Distances of weighted kappas are those of
    the numbers themselves. Fleiss' kappa needs the same number of codings for each story;
    Krippendorff's alpha does not. The estimate is the coefficient itself. Interval:
    `resampling.schools.unbiased_interval`, clipped to the bounds of the coefficient: margins of
    the same stories make coefficients low near chance, and draws of stories do so once more.

    Examples
    --------
    >>> codings = pd.DataFrame({"a": [1, 1, 2, 2, 3, 3], "b": [1, 1, 2, 3, 3, 3]})
    >>> got = estimate_coders(codings, ["cohen_kappa", "krippendorff_nominal"])
    >>> got["contrast"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['a with b', ''], [0.75, 0.766])
    """
    positions, values = _values(codings, names)
    units = _Units.over(len(codings), school, label, conf_level, (left_out, unit))
    rows: list[Row] = []
    counts = (positions[:, :, None] == np.arange(len(values))).sum(axis=1, dtype=float)
    coded = (positions >= 0).sum(axis=1)
    used = coded > 1
    for name in names:
        if name in DISTANCES:
            pairs = itertools.combinations(range(positions.shape[1]), 2)
            rows += [_pair_row(name, codings.columns, positions, values, p, units) for p in pairs]
        elif name == "fleiss_kappa" and len(np.unique(coded[coded > 0])) > 1:
            least = coded[coded > 0].min()
            why = f"{unit} have {least} to {coded.max()} codings: Fleiss' kappa needs the same "
            why += "number, Krippendorff's alpha does not"
            rows.append({"estimand": name, "outcome": label, "n": len(coded), "reason": why})
        elif name == "fleiss_kappa":
            rows.append(units.row(name, partial(fleiss_kappa, counts[used]), used))
        else:
            alpha = partial(krippendorff_alpha, counts[used], values, _LEVELS[name])
            rows.append(units.row(name, alpha, used))
    return bounded_frame(rows)


def estimate_codes(
    codes: Mapping[str, pd.DataFrame],
    names: Sequence[str] = ("krippendorff_nominal",),
    *,
    school: ArrayLike | None = None,
    left_out: str = SCHOOLS,
    unit: str = "stories",
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Agreement on each code where a story may have several, with how often the code is given.

    Parameters
    ----------
    codes : mapping of str to DataFrame (stories, coders)
        By code: 1 where the coder gave it to the story, 0 where not, NaN where the coder did not
        code the story.
    names, school, left_out, unit, conf_level
        As in `estimate_coders`.

    Returns
    -------
    DataFrame
        Estimate frame, outcome the code: `code_prevalence`, then the coefficients. A coefficient
        of a rare code rests on few stories, however many were coded.

    Raises
    ------
    ModelInputError
        As in `estimate_coders`, or a value other than 0 and 1.

    Examples
    --------
    >>> codes = {"hope": pd.DataFrame({"a": [1, 0, 0, 1, 0, 0], "b": [1, 0, 0, 0, 0, 0]})}
    >>> got = estimate_codes(codes, ["cohen_kappa"])
    >>> got["estimand"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['code_prevalence', 'cohen_kappa'], [0.25, 0.571])
    """
    frames = []
    for code, codings in codes.items():
        _, values = _values(codings, names)
        if not (_numeric(codings) and np.isin(values, (0.0, 1.0)).all()):
            raise ModelInputError(f"code {code!r} is 1, 0 or missing for each story and coder")
        given = codings.to_numpy(dtype=float)
        units = _Units.over(len(given), school, code, conf_level, (left_out, unit))
        used = ~np.isnan(given).all(axis=1)
        share = partial(code_prevalence, given[used])
        row = units.row("code_prevalence", share, used, method="codings with the code / codings")
        frames.append(bounded_frame([row]))
        frames.append(
            estimate_coders(
                codings,
                names,
                label=code,
                school=school,
                left_out=left_out,
                unit=unit,
                conf_level=conf_level,
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else estimate_frame([])


@dataclass(frozen=True)
class _Units:
    """Stories, or the schools they come from, that are left out in turn."""

    group: Codes
    left_out: str
    unit: str
    label: str
    conf_level: float

    @classmethod
    def over(
        cls,
        stories: int,
        school: ArrayLike | None,
        label: str,
        conf_level: float,
        words: tuple[str, str],
    ) -> _Units:
        group = np.arange(stories, dtype=np.int64)
        if school is not None:
            group = np.asarray(pd.factorize(np.asarray(school, dtype=object))[0], dtype=np.int64)
        if len(group) != stories or (group < 0).any():
            raise ModelInputError("each story needs a school")
        left_out, unit = words
        return cls(group, unit if school is None else left_out, unit, label, conf_level)

    def row(
        self,
        name: str,
        measure: Measure,
        used: NDArray[np.bool_],
        contrast: str = "",
        method: str = "",
    ) -> Row:
        """Estimate and interval of a measure over the stories that are used."""
        group, labels = pd.factorize(self.group[used])
        alone, by_school = self.left_out == self.unit, self.left_out == SCHOOLS
        interval = f"{100 * self.conf_level:g}% jackknife over {self.left_out}, bias subtracted"
        row: Row = {
            "estimand": name,
            "outcome": self.label,
            "contrast": contrast,
            "conf_level": self.conf_level,
            "interval": f"{interval}, t(k - 1)"
            + ("" if by_school else f", {self.left_out} independent"),
            "method": method or f"{self.unit} with two codings or more",
            "n": len(group),
            "n_clusters": None if alone else len(labels),
        }
        if len(group) < _FEWEST:
            return row | {"reason": f"fewer than {_FEWEST} such {self.unit}"}
        whole, *left = measure(np.asarray(group, dtype=np.int64)).tolist()
        if not np.isfinite(whole):
            return row | {"reason": _SAME}
        ends = unbiased_interval(whole, left, self.conf_level, unit=self.left_out)
        found: Row = {"estimate": whole, "std_error": ends.std_error, "reason": ends.reason}
        return row | found | {"conf_low": ends.low, "conf_high": ends.high, "df": ends.df}


def _pair_row(
    name: str,
    coders: pd.Index,
    positions: Codes,
    values: Array,
    pair: tuple[int, int],
    units: _Units,
) -> Row:
    """Cohen's kappa of two coders over the stories that both coded."""
    two = positions[:, list(pair)]
    both = np.asarray((two >= 0).all(axis=1), dtype=bool)
    gap = np.abs(values[:, None] - values[None, :])
    distance = (gap > 0).astype(float) if DISTANCES[name] == 0 else gap ** DISTANCES[name]
    contrast = f"{coders[pair[0]]} with {coders[pair[1]]}"
    text = f"{units.unit} that both coded"
    return units.row(name, partial(cohen_kappa, two[both], distance), both, contrast, text)


def _values(codings: pd.DataFrame, names: Sequence[str]) -> tuple[Codes, Array]:
    """Position of each coding among the values (-1 missing), and the values, ascending."""
    require_names(names, AGREEMENTS)
    if codings.shape[1] < 2:
        raise ModelInputError("agreement needs a column for each of two coders or more")
    numbers = _numeric(codings)
    ordered = [name for name in names if name not in _OF_WORDS]
    if not numbers and ordered:
        raise ModelInputError(f"{ordered[0]} needs codings as numbers: words have no order")
    cells = codings.to_numpy(dtype=float if numbers else object).ravel()
    code, labels = pd.factorize(cells, sort=True)
    if numbers and not np.isfinite(np.asarray(labels, dtype=float)).all():
        raise ModelInputError("an infinite coding: correct it, or code it as missing")
    values = np.asarray(labels, dtype=float) if numbers else np.arange(len(labels), dtype=float)
    return np.asarray(code, dtype=np.int64).reshape(codings.shape), values


def _numeric(codings: pd.DataFrame) -> bool:
    kinds = codings.infer_objects().dtypes
    return all(pd.api.types.is_numeric_dtype(kind) for kind in kinds)
