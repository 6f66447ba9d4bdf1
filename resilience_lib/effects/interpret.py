"""Words for sizes, only by a rule set that is named and cited; nothing uses them unasked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resilience_lib.errors import EstimandError


@dataclass(frozen=True)
class Rules:
    """Cuts on the absolute size, with words below, between and above them.

    Attributes
    ----------
    estimands : tuple of str
        To which the author's rule applies, no others.
    cuts : tuple of float, rising
    words : tuple of str
        One more than cuts: a size at a cut has the word above it.
    middle : float
        What counts as no size: 0, or 0.5 of a chance.
    source, scope : str
        Citation, and what the author meant it for.
    """

    estimands: tuple[str, ...]
    cuts: tuple[float, ...]
    words: tuple[str, ...]
    source: str
    scope: str
    middle: float = 0.0


DIFFERENCES: tuple[str, ...] = (
    "g_independent",
    "d_glass",
    "g_total",
    "g_ancova",
    "d_ppc2",
)
"""Standardised by a spread between pupils, against a comparison."""

RULES: dict[str, tuple[Rules, ...]] = {
    "cohen1988": (
        Rules(
            estimands=(*DIFFERENCES, "d_av_mean", "d_av_rms", "d_pre", "g_av_mean", "g_av_rms",
                       "g_pre", "g_change_model", "gender_gap_standardised"),
            cuts=(0.2, 0.5, 0.8),
            words=("below small", "small", "medium", "large"),
            source="Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, chapter 2",
            scope="differences in SDs between pupils, where nothing better is known",
        ),
        Rules(
            estimands=("pearson",),
            cuts=(0.1, 0.3, 0.5),
            words=("below small", "small", "medium", "large"),
            source="Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, chapter 3",
            scope="correlations, where nothing better is known",
        ),
        Rules(
            estimands=("partial_eta_squared",),
            cuts=(0.0099, 0.0588, 0.1379),
            words=("below small", "small", "medium", "large"),
            source="Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, chapter 8",
            scope="f of 0.10, 0.25 and 0.40 in analysis of variance between pupils",
        ),
    ),
    "sawilowsky2009": (
        Rules(
            estimands=DIFFERENCES,
            cuts=(0.01, 0.2, 0.5, 0.8, 1.2, 2.0),
            words=("below very small", "very small", "small", "medium", "large", "very large",
                   "huge"),
            source="Sawilowsky 2009, Journal of Modern Applied Statistical Methods 8, 597",
            scope="differences between two groups",
        ),
    ),
    "kraft2020": (
        Rules(
            estimands=DIFFERENCES,
            cuts=(0.05, 0.2),
            words=("small", "medium", "large"),
            source="Kraft 2020, Educational Researcher 49, 241",
            scope="causal effects of education programmes on standardised achievement tests; "
            "wellbeing scales were not part of the evidence",
        ),
    ),
    "gignac2016": (
        Rules(
            estimands=("pearson",),
            cuts=(0.1, 0.2, 0.3),
            words=("below relatively small", "relatively small", "typical", "relatively large"),
            source="Gignac & Szodorai 2016, Personality and Individual Differences 102, 74",
            scope="correlations of different measures; of one with itself later they are higher",
        ),
    ),
    "vargha2000": (
        Rules(
            estimands=("prob_superiority",),
            cuts=(0.06, 0.14, 0.21),
            words=("below small", "small", "medium", "large"),
            source="Vargha & Delaney 2000, J. Educational and Behavioral Statistics 25, 101",
            scope="A of .56, .64 and .71, which normal scores give at Cohen's d of .2, .5 and .8",
            middle=0.5,
        ),
    ),
}  # fmt: skip


def interpret(estimate: float, estimand: str, rules: str) -> str:
    """The word that a named rule set has for a size; the sign does not count.

    Parameters
    ----------
    estimate : float
    estimand : str
        Of `effects.registry.ESTIMANDS`.
    rules : str
        Of `RULES`. There is no default: sizes are given as numbers unless a study names a rule.

    Returns
    -------
    str
        Empty where the estimate is missing.

    Raises
    ------
    EstimandError
        An unknown rule set, or one whose author did not mean this estimand.

    Examples
    --------
    >>> interpret(-0.25, "g_total", "cohen1988"), interpret(-0.25, "g_total", "kraft2020")
    ('small', 'large')
    >>> interpret(0.25, "d_z", "cohen1988")
    Traceback (most recent call last):
    ...
    resilience_lib.errors.EstimandError: 'cohen1988' has no rule for 'd_z'
    """
    chosen = rule_for(estimand, rules)
    if not np.isfinite(estimate):
        return ""
    # a cut such as .56 is reached by .56, whatever .56 - .5 is in binary
    size = abs(estimate - chosen.middle) + 1e-12
    return chosen.words[int(np.searchsorted(chosen.cuts, size, side="right"))]


def rule_for(estimand: str, rules: str) -> Rules:
    """The rule of a set for an estimand, with its citation and scope.

    Raises
    ------
    EstimandError
        As in `interpret`.

    Examples
    --------
    >>> rule_for("pearson", "gignac2016").cuts
    (0.1, 0.2, 0.3)
    """
    if rules not in RULES:
        raise EstimandError(f"no rule set {rules!r}. Known: {', '.join(RULES)}")
    for one in RULES[rules]:
        if estimand in one.estimands:
            return one
    raise EstimandError(f"{rules!r} has no rule for {estimand!r}")
