"""All families of benchmarks/long_run_further.py, by name."""

from __future__ import annotations

from long_run_of_coders import coded_by_three, coded_with_distances
from long_run_of_groups import (
    adjusted,
    between_schools,
    coded,
    counted,
    dosed,
    ordered,
    reported,
    several_sites,
    two_groups,
)
from long_run_of_levels import arms_imputed, joint, levels, marginal, places
from long_run_of_loss import (
    dosed_by_class,
    lost,
    schools_one_by_one,
    sites_from_errors,
    sites_of_schools,
)
from long_run_of_pairs import drawn, drawn_groups, left_by_covariates, standardised_changes
from long_run_of_scales import functioning, functioning_by_wave, reliable
from long_run_of_shares import persons, picked, shares_of_arms, shares_within_schools
from long_run_study import Family

MEASURES = "long_run_measures"

FAMILIES: dict[str, Family] = {
    "two groups": Family(two_groups, 400, (0.0, 0.5)),
    "adjusted": Family(adjusted, 400, (0.0, 0.5), two_waves=True),
    "rates": Family(counted, 400, (0.0, 0.4), figure=MEASURES),
    "ordinal": Family(ordered, 200, (0.0,), two_waves=True),
    "dose": Family(dosed, 400, (0.0, 0.3)),
    "raters": Family(reported, 400, (0.0,), figure=MEASURES),
    "sites": Family(several_sites, 1000, (0.0, 0.3), figure=MEASURES),
    "between schools": Family(between_schools, 400, (0.0, 0.5)),
    "coders": Family(coded, 200, (0.0,), figure=MEASURES),
    "one wave": Family(levels, 400, (0.0, 0.3), two_waves=True),
    "places": Family(places, 200, (0.0, 0.6), two_waves=True),
    "changes in SDs": Family(standardised_changes, 200, (0.0, 0.3), two_waves=True),
    "drawn changes": Family(drawn, 200, (0.0, 0.3), two_waves=True),
    "drawn groups": Family(drawn_groups, 200, (0.0, 0.5)),
    "given covariates": Family(left_by_covariates, 400, (0.0, 0.5), two_waves=True),
    "marginal means": Family(marginal, 200, (0.0,), two_waves=True),
    "joint tests": Family(joint, 200, (0.0,), two_waves=True),
    "arms imputed": Family(arms_imputed, 200, (0.0,), two_waves=True),
    "shares": Family(shares_of_arms, 400, (0.0, 0.2), figure=MEASURES),
    "shares within schools": Family(shares_within_schools, 200, (0.0, 0.2), figure=MEASURES),
    "persons": Family(persons, 200, (0.5,), two_waves=True, figure=MEASURES),
    "picked": Family(picked, 200, (0.0, 0.5), two_waves=True),
    "lost": Family(lost, 200, (0.0, -0.5), figure=MEASURES),
    "sites of schools": Family(sites_of_schools, 200, (0.0, 0.3), figure=MEASURES),
    "sites from errors": Family(sites_from_errors, 400, (0.0,), figure=MEASURES),
    "dose by class": Family(dosed_by_class, 200, (0.0, 0.3)),
    "schools one by one": Family(schools_one_by_one, 200, (0.0,), figure=MEASURES),
    "scales": Family(reliable, 400, (0.0,), figure=MEASURES),
    "items": Family(functioning, 300, (0.0, 0.5), figure=MEASURES),
    "items by wave": Family(functioning_by_wave, 200, (0.0,), two_waves=True, figure=MEASURES),
    "coders of ordered codes": Family(coded_by_three, 400, (0.0, 0.8), figure=MEASURES),
    "coders by distances": Family(coded_with_distances, 200, (0.8,), figure=MEASURES),
}
