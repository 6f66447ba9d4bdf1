"""What the declared truth implies for the scores that pupils show.

Answers are discrete and bounded, so the mean that is shown differs from the latent mean. The
truth that estimates are held against is the mean of the *shown* scores, which follows exactly
from the normal distribution.
"""

from __future__ import annotations

from math import erf, sqrt

from resilience_lib.synthetic.truth import TrueScale, Truth


def shown_mean(
    scale: TrueScale, mean: float, variance: float = 1.0, *, girls: bool = False
) -> float:
    """Expected mean of a scale's items at a latent mean, in answers, reversed ones turned round.

    Parameters
    ----------
    scale : TrueScale
    mean : float
        Of the latent score.
    variance : float
        Of the latent score; > 0.
    girls : bool
        Whether the thresholds are those of girls, for whom items may work differently.

    Returns
    -------
    float
        Mean over items of lowest + sum over thresholds t of P(latent item score > t), with the
        latent item score normal around loading x mean with variance
        loading^2 x variance + 1 - loading^2.

    Examples
    --------
    Thresholds that lie evenly around 0 show a latent mean of 0 as the middle answer:

    >>> scale = TrueScale(label="x", instrument="x", items=("1", "2"), lowest=1,
    ...     thresholds=(-1.5, -0.5, 0.5, 1.5), loading=0.7, higher_is_better=True,
    ...     mean={"girls": 0, "boys": 0}, school_icc=0.02, school_icc_source="none",
    ...     stability=0.5, change={}, change_school_sd=0.1, missing=0)
    >>> shown_mean(scale, 0.0)
    3.0
    >>> round(shown_mean(scale, 2.0), 3)
    4.246
    """
    spread = sqrt(scale.loading**2 * variance + 1 - scale.loading**2)
    shifts = [
        shift + (scale.girls_differ.get(item, 0.0) if girls else 0.0)
        for item, shift in zip(
            scale.items, scale.difficulties or (0.0,) * len(scale.items), strict=True
        )
    ]
    total = 0.0
    for shift in shifts:
        for threshold in scale.thresholds:
            distance = (threshold + shift - scale.loading * mean) / spread
            total += 0.5 * (1 - erf(distance / sqrt(2)))
    return round(scale.lowest + total / len(shifts), 12)


def true_changes(truth: Truth, name: str) -> dict[tuple[str, str], float]:
    """The change in a scale's mean answer that the truth implies.

    Parameters
    ----------
    truth : Truth
    name : str
        Of the scale.

    Returns
    -------
    dict
        From (wave, gender) to the change of the expected mean answer from the first wave, for
        later waves and both genders. A scale that is a sum has the number of items times that.

    Raises
    ------
    KeyError
        No such scale.
    """
    scale = truth.scales[name]
    changes = {}
    for gender, mean in scale.mean.items():
        girls = gender == "girls"
        before = shown_mean(scale, mean, girls=girls)
        for wave in truth.waves[1:]:
            later = mean + scale.change[wave][gender]
            after = shown_mean(scale, later, 1 + scale.change_school_sd**2, girls=girls)
            changes[wave, gender] = after - before
    return changes
