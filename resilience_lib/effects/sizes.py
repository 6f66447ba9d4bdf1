"""Which effect sizes a study prints, in their order, and each in words."""

from __future__ import annotations

import pandas as pd

from resilience_lib.effects.names import CHANGE_NAMES, EFFECT_NAMES, PAIRED_NAMES
from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.study.schema import Study

_MODELLED = (CHANGE_NAMES[0], EFFECT_NAMES[0])
_RANKS = ("rank_biserial", "prob_superiority")
_OF_INTERVALS = ("interval:", "error:", "standard error:")


def change_sizes(study: Study) -> tuple[str, ...]:
    """Effect sizes of change that are printed: the one that leads, then the others.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> change_sizes(load_study("project_star"))
    ('g_change_model', 'd_av_mean', 'd_z')
    """
    named = (study.estimand.change, *study.estimand.also)
    return tuple(dict.fromkeys(name for name in named if name in CHANGE_NAMES))


def effect_sizes(study: Study) -> tuple[str, ...]:
    """Effect sizes of arms that are printed: the one that leads, then the others.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> effect_sizes(load_study("project_star"))
    ('g_total',)
    """
    named = (study.estimand.effect, *study.estimand.also)
    return tuple(dict.fromkeys(name for name in named if name in EFFECT_NAMES))


def definition_text(name: str) -> str:
    """A definition in a few words with its reference, from the registry.

    Examples
    --------
    >>> definition_text("d_av_rms")
    'd_av_rms: change in root mean variances (Cumming 2012)'
    >>> definition_text("g_pre")
    'g_pre: change in SDs of the first wave, corrected for few pupils (Becker 1988; J: Hedges 1981)'
    """
    entry = ESTIMANDS[name]
    # a registry's source also names the textbook interval, which is not the one printed
    kept = [part for part in entry.source.split("; ") if not part.startswith(_OF_INTERVALS)]
    return f"{name}: {entry.label[:1].lower()}{entry.label[1:]} ({'; '.join(kept)})"


def headline_rows(frame: pd.DataFrame, name: str) -> pd.Series:
    """Which rows of an Estimate frame are the headline's of an effect size.

    Those of a model stand twice, by CR2 and by the mixed model; others once.

    Examples
    --------
    >>> frame = pd.DataFrame({"estimand": ["g_total", "g_total", "d_z"],
    ...                       "method": ["OLS, CR2 by school", "mixed model", "pupils"]})
    >>> headline_rows(frame, "g_total").tolist(), headline_rows(frame, "d_z").tolist()
    ([True, False, False], [False, False, True])
    """
    rows = frame["estimand"].eq(name)
    return rows & frame["method"].str.contains("CR2") if name in _MODELLED else rows


def interval_text(name: str) -> str:
    """The interval that stands with an effect size, in words.

    Examples
    --------
    >>> interval_text("d_z")
    'one school left out at a time (jackknife; t, schools - 1 df)'
    >>> interval_text("d_ppc2")
    'CR2 by school with Satterthwaite df, the SD taken as known'
    """
    if name in PAIRED_NAMES:
        return "one school left out at a time (jackknife; t, schools - 1 df)"
    if name in _RANKS:
        return "one school left out at a time (jackknife, on the logit scale; t, schools - 1 df)"
    if name in _MODELLED:
        return (
            "CR2 by school with Satterthwaite df, put together with that of the SD (chi-squared; "
            "Donner & Zou 2012)"
        )
    return "CR2 by school with Satterthwaite df, the SD taken as known"


def interval_sentence(names: tuple[str, ...]) -> str:
    """The intervals of several effect sizes in one sentence, those alike together.

    Examples
    --------
    >>> interval_sentence(("d_z", "d_pre"))
    'Interval of d_z and d_pre: one school left out at a time (jackknife; t, schools - 1 df).'
    """
    kinds = dict.fromkeys(interval_text(name) for name in names)
    said = [
        f"Interval of {_listed([n for n in names if interval_text(n) == kind])}: {kind}."
        for kind in kinds
    ]
    return " ".join(said)


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in [", ".join(names[:-1]), names[-1]] if part)
