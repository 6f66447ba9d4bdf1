"""Pupils' and teachers' reports of the same pupils."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import LINE, Estimand

_WHERE = "effects.raters:estimate_raters"

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="rater_bias",
        label="Teachers' reports less pupils' own",
        symbol="bias",
        direction="teachers report a higher score",
        bounds=LINE,
        null=0.0,
        needs=(),
        instead="",
        source="mean of teacher - pupil; CR2 by teacher: Pustejovsky & Tipton 2018",
        data=_WHERE,
    ),
    Estimand(
        name="rater_correlation",
        label="Correlation of teachers' and pupils' reports",
        symbol="r",
        direction="teachers and pupils order pupils alike",
        bounds=(-1.0, 1.0),
        null=0.0,
        needs=(),
        instead="",
        source="Pearson; jackknife over teachers on Fisher's z: Efron & Tibshirani 1993",
        data=_WHERE,
    ),
    Estimand(
        name="icc_a1",
        label="Agreement of one teacher's and one pupil's report",
        symbol="ICC(A,1)",
        direction="teachers and pupils give the same scores",
        bounds=(-1.0, 1.0),
        null=0.0,
        needs=(),
        instead="",
        source="McGraw & Wong 1996, two-way random, absolute agreement, single report",
        data=_WHERE,
    ),
    Estimand(
        name="loa_low",
        label="Lower limit of agreement",
        symbol="LoA",
        direction="teachers seldom report much less than pupils",
        bounds=LINE,
        null=None,
        needs=(),
        instead="",
        source="Bland & Altman 1999: mean difference - 1.96 SD",
        data=_WHERE,
    ),
    Estimand(
        name="loa_high",
        label="Upper limit of agreement",
        symbol="LoA",
        direction="teachers sometimes report much more than pupils",
        bounds=LINE,
        null=None,
        needs=(),
        instead="",
        source="Bland & Altman 1999: mean difference + 1.96 SD",
        data=_WHERE,
    ),
)
