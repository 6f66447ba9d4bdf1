"""The estimands: one name for one definition, and which designs each is for."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from resilience_lib.errors import EstimandError


@dataclass(frozen=True)
class Estimand:
    """One estimand.

    Attributes
    ----------
    name, label, symbol : str
        As in the Estimate frame, in words, and as printed in tables.
    direction : str
        What a positive value means.
    bounds : (float, float)
    null : float or None
        The value of "nothing"; None where there is none.
    design : {"any", "change", "effect"}
        "change" needs a scale comparable across waves, "effect" a comparison arm.
    instead : str
        The estimand that serves where this one does not fit.
    source : str
    """

    name: str
    label: str
    symbol: str
    direction: str
    bounds: tuple[float, float]
    null: float | None
    design: str
    instead: str
    source: str


_INF = float("inf")
_LINE = (-_INF, _INF)

ESTIMANDS: dict[str, Estimand] = {
    entry.name: entry
    for entry in (
        Estimand("mean", "Mean", "M", "a higher score", _LINE, None, "any", "",
                 "cell mean; CR2: Pustejovsky & Tipton 2018"),
        Estimand("sd", "Standard deviation", "SD", "more spread", (0.0, _INF), None, "any", "",
                 "n - 1"),
        Estimand("mean_change", "Mean change", "b", "the later score is higher", _LINE, 0.0,
                 "change", "mean", "pupil fixed effects; CR2: Pustejovsky & Tipton 2018"),
        Estimand("g_change_model", "Change in total SDs at the first wave", "g",
                 "the later score is higher", _LINE, 0.0, "change", "gender_gap_standardised",
                 "model contrast / total SD; J: Hedges 1981"),
        Estimand("d_av_mean", "Change in mean SDs", "d_av", "the later score is higher", _LINE,
                 0.0, "change", "spearman", "Lakens 2013, equation 10"),
        Estimand("d_z", "Change in SDs of the differences", "d_z", "the later score is higher",
                 _LINE, 0.0, "change", "spearman", "Lakens 2013, equation 6"),
        Estimand("gender_gap", "Gender gap at the wave", "b",
                 "the gender named first scores higher", _LINE, 0.0, "any", "",
                 "difference of means at one wave; CR2: Pustejovsky & Tipton 2018"),
        Estimand("gender_gap_standardised", "Gender gap in SDs of the wave", "d",
                 "the gender named first scores higher", _LINE, 0.0, "any", "",
                 "gender_gap over the SD of all pupils at the wave, n - 1"),
        Estimand("spearman", "Rank stability between two waves", "r_s",
                 "pupils keep their rank", (-1.0, 1.0), 0.0, "any", "",
                 "Spearman 1904; z: Fisher 1921; jackknife: Efron & Tibshirani 1993"),
        Estimand("pearson", "Correlation between two waves", "r",
                 "pupils keep their place", (-1.0, 1.0), 0.0, "any", "",
                 "z: Fisher 1921; jackknife: Efron & Tibshirani 1993"),
        Estimand("mean_difference", "Difference from the comparison", "b",
                 "higher than the comparison", _LINE, 0.0, "effect", "mean_change",
                 "stratum x wave fixed effects; CR2: Pustejovsky & Tipton 2018"),
        Estimand("g_total", "Difference in total SDs", "g", "higher than the comparison", _LINE,
                 0.0, "effect", "g_change_model",
                 "EEF statistical analysis guidance 2022; Hedges 2007; J: Hedges 1981"),
        Estimand("icc_level", "Intraclass correlation of the level", "ICC",
                 "schools differ more", (0.0, 1.0), 0.0, "any", "",
                 "one-way REML; interval: Wald 1947"),
        Estimand("icc_change", "Intraclass correlation of change", "ICC",
                 "schools' changes differ more", (0.0, 1.0), 0.0, "change", "icc_level",
                 "one-way REML of difference scores; interval: Wald 1947"),
        Estimand("share_lost", "Share lost", "p", "more pupils lost", (0.0, 1.0), None, "any", "",
                 "linear probability, CR2"),
        Estimand("risk_difference", "Difference in the share lost", "RD",
                 "more lost than in the group subtracted", (-1.0, 1.0), 0.0, "any", "",
                 "linear probability, CR2"),
        Estimand("baseline_difference", "First score of the lost less the kept", "d",
                 "the lost scored higher at first", _LINE, 0.0, "any", "",
                 "first scores in SDs, CR2"),
        Estimand("alpha", "Cronbach's alpha", "\u03b1", "more reliable", (-_INF, 1.0), None,
                 "any", "",
                 "Cronbach 1951; intervals: Feldt 1965, and schools drawn (Hesterberg 2015)"),
        Estimand("omega_total", "McDonald's omega total", "\u03c9", "more reliable", (0.0, 1.0),
                 None, "any", "", "McDonald 1999; one factor, maximum likelihood"),
        Estimand("omega_ordinal", "Ordinal omega, of the answers behind the answers",
                 "\u03c9 ordinal", "more reliable", (0.0, 1.0), None, "any", "",
                 "Gadermann, Guhn & Zumbo 2012; polychoric correlations: Olsson 1979"),
        Estimand("omega_categorical", "Categorical omega, of the score from ordinal answers",
                 "\u03c9 categorical", "more reliable", (0.0, 1.0), None, "any", "",
                 "Green & Yang 2009, equation 21; polychoric correlations: Olsson 1979"),
        Estimand("spearman_brown", "Spearman-Brown reliability of two items", "SB",
                 "more reliable", (-_INF, 1.0), None, "any", "",
                 "Spearman 1910; Brown 1910; for two items: Eisinga et al. 2013"),
        Estimand("dif_log_odds", "Item answered higher at the same rest score, log odds ratio",
                 "b", "the group named first answers higher", _LINE, 0.0, "any", "",
                 "proportional odds: Zumbo 1999; errors clustered by school"),
        Estimand("dif_r2", "Share of an item's variation that group adds to the rest score",
                 "\u0394R\u00b2", "the item works differently", (0.0, 1.0), 0.0, "any", "",
                 "proportional odds, Nagelkerke: Zumbo 1999; rule: Jodoin & Gierl 2001"),
    )
}  # fmt: skip


def require_estimand(name: str, *, comparable_across_waves: bool, comparison: bool) -> Estimand:
    """The estimand, if it fits the design.

    Parameters
    ----------
    name : str
    comparable_across_waves : bool
        Whether the scale is the same at each wave.
    comparison : bool
        Whether the study has a comparison arm.

    Raises
    ------
    EstimandError
        Unknown name (the nearest is named), change on a scale that is not comparable,
        or an effect without a comparison; each says what to ask for instead.

    Examples
    --------
    >>> require_estimand("mean", comparable_across_waves=False, comparison=False).symbol
    'M'
    >>> require_estimand("g_total", comparable_across_waves=True, comparison=False)
    ... # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    resilience_lib.errors.EstimandError: 'g_total' is an effect and needs a comparison arm; ...
    """
    if name not in ESTIMANDS:
        near = get_close_matches(name, ESTIMANDS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise EstimandError(f"no estimand {name!r}{hint} Known: {', '.join(ESTIMANDS)}")
    entry = ESTIMANDS[name]
    if entry.design == "change" and not comparable_across_waves:
        label = ESTIMANDS[entry.instead].label
        raise EstimandError(
            f"{name!r} is a change and needs comparable_across_waves: true; "
            f"ask for {entry.instead!r}: {label[:1].lower()}{label[1:]}"
        )
    if entry.design == "effect" and not comparison:
        instead = entry.instead if comparable_across_waves else "mean"
        raise EstimandError(
            f"{name!r} is an effect and needs a comparison arm; ask for {instead!r}"
        )
    return entry
