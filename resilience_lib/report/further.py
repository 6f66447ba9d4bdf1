"""What the report says of picked pupils, rates, sites and two raters."""

from __future__ import annotations

from resilience_lib.study.schema import Study


def describe_further(study: Study) -> list[str]:
    """One sentence a kind of question that the study file asks; none where it asks none.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> describe_further(load_study("project_star"))
    []
    """
    asked, said = study.further, []
    if asked.picked and study.arms is None:
        said.append(
            "Pupils picked by a low or high first score move towards the mean of themselves. "
            "Beside their change stands what that alone would give, by a reliability from outside "
            "the sample (Barnett et al. 2005); without one the two cannot be separated, and that "
            "is the answer."
        )
    if asked.picked and study.arms is not None:
        said.append(
            "Pupils picked by their first score are compared with those of the other arm picked "
            "alike, by analysis of covariance with CR2 by school: both move towards the mean."
        )
    if asked.rates:
        said.append(
            "Rates are sums of events over sums of exposure, never means of schools' rates; their "
            "ratio has a CR2 interval by school on the logarithm, and stands beside Poisson and "
            "negative binomial regressions with errors by school."
        )
    if asked.sites:
        said.append(
            "Sites: each by itself, then a random-effects mean (REML, Hartung-Knapp, never "
            "narrower than without it) with the interval in which another site would lie. Whether "
            "sites differ, and by how much, is Welch's (1951) test and that test inverted: each "
            "site's error is itself estimated, from few schools."
        )
    if asked.raters:
        said.append(
            "Pupils' and teachers' reports are compared with the teacher as the cluster, since one "
            "teacher's ratings share that teacher's severity."
        )
    return said
