"""Everything that is estimated of a study, outcome by outcome, as one Estimate frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import pandas as pd

from resilience_lib.effects.arms import estimate_effects, estimate_unadjusted
from resilience_lib.effects.beside import estimate_effects_beside
from resilience_lib.effects.change import estimate_change
from resilience_lib.effects.descriptives import estimate_descriptives
from resilience_lib.effects.families import adjust_families
from resilience_lib.effects.gaps import estimate_gaps
from resilience_lib.effects.joint import estimate_joint
from resilience_lib.effects.marginal import estimate_marginal_means
from resilience_lib.effects.mixed import (
    estimate_change_mixed,
    estimate_effects_mixed,
    fit_wave_model,
)
from resilience_lib.effects.names import BESIDE_NAMES, PAIRED_NAMES
from resilience_lib.effects.ordinal import MOST_VALUES, estimate_change_ordinal
from resilience_lib.effects.paired import estimate_paired
from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.effects.stability import estimate_stability
from resilience_lib.models.attrition import (
    estimate_attrition,
    estimate_baseline_loss,
    pupils_seen,
)
from resilience_lib.models.icc import estimate_icc

MapOutcomes = Callable[
    [Callable[[pd.DataFrame], pd.DataFrame], list[pd.DataFrame]], Iterable[pd.DataFrame]
]


def estimate_study(
    analysis: pd.DataFrame,
    *,
    study: str,
    outcomes: Sequence[str],
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]] = (),
    gender: Sequence[str] = (),
    arms: Sequence[str] = (),
    effects_at: Sequence[str] | None = None,
    comparable: Sequence[str] | None = None,
    also: Sequence[str] = ("d_av_mean", "d_z"),
    families: Mapping[str, Sequence[str]] | None = None,
    conf_level: float = 0.95,
    pupils: pd.DataFrame | None = None,
    map_outcomes: MapOutcomes = map,
) -> pd.DataFrame:
    """All estimates of a study.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame.
    study : str
        Name written into the frame.
    outcomes : sequence of str
        In the order wanted.
    waves : sequence of str
        The first is the baseline.
    changes : sequence of (str, str)
        Pairs (earlier, later).
    gender : sequence of str
        Two levels, difference first - second; or empty.
    arms : sequence of str
        Comparison first; fewer than two mean no effects.
    effects_at : sequence of str, optional
        Waves of the effects; all by default.
    comparable : sequence of str, optional
        Outcomes whose scale is the same at each wave; for others no change is estimated, but
        gender gaps at each wave and rank stability between waves. All by default.
    also : sequence of str
        Further effect sizes: of change `effects.paired_measures.PAIRED_NAMES`, of arms
        `effects.beside.BESIDE_NAMES`.
    families : mapping, optional
        Name -> primary outcomes, see `effects.families.adjust_families`.
    conf_level : float, in (0, 1)
    pupils : DataFrame, optional
        Pupils frame, for attrition; made from the scores where it is not given.
    map_outcomes : callable
        `map` or one that runs outcomes in parallel and keeps their order.

    Returns
    -------
    DataFrame
        Estimate frame: attrition of the study first (outcome ""), then each outcome.

    Raises
    ------
    ModelInputError
        See `effects.change.estimate_change`.

    Examples
    --------
    >>> rows = [(f"{s}-{i}", str(s), str(s), w, s * (1 + (w == "T2")) + (7 * i * i + s) % 5
    ...          + (w == "T2") * ((3 * i + s * s) % 4), "x", None, None)
    ...         for s in range(6) for i in range(8) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "school_attended", "wave",
    ...                                     "score", "outcome", "gender", "arm"])
    >>> got = estimate_study(frame, study="toy", outcomes=["x"], waves=("T1", "T2"),
    ...                      changes=[("T1", "T2")])
    >>> got["estimand"].drop_duplicates().tolist()[:4]
    ['share_lost', 'mean', 'sd', 'mean_change']
    """
    seen = pupils_seen(analysis, waves) if pupils is None else pupils
    whole = estimate_attrition(seen, waves=waves, gender=gender, arms=arms, conf_level=conf_level)
    work = partial(
        estimate_outcome,
        pupils=seen,
        waves=tuple(waves),
        changes=tuple(changes),
        gender=tuple(gender),
        arms=tuple(arms),
        effects_at=tuple(waves if effects_at is None else effects_at),
        comparable=tuple(outcomes if comparable is None else comparable),
        also=tuple(also),
        conf_level=conf_level,
    )
    parts = [analysis[analysis["outcome"] == outcome] for outcome in outcomes]
    frames = [whole]
    for outcome, frame in zip(outcomes, map_outcomes(work, parts), strict=True):
        frames.append(frame.assign(outcome=outcome))
    result = pd.concat([f for f in frames if len(f)], ignore_index=True).assign(study=study)
    return adjust_families(result, families or {})


def estimate_outcome(
    analysis: pd.DataFrame,
    *,
    pupils: pd.DataFrame,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str],
    arms: Sequence[str],
    effects_at: Sequence[str],
    comparable: Sequence[str],
    also: Sequence[str],
    conf_level: float,
) -> pd.DataFrame:
    """All estimates of one outcome; parameters as in `estimate_study`.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("1234"), "school": list("aabb"), "wave": "T1",
    ...     "school_attended": list("aabb"), "outcome": "x", "score": [1.0, 2.0, 3.0, 6.0]})
    >>> pupils = frame[["pupil", "school"]].assign(seen_T1=True)
    >>> got = estimate_outcome(frame, pupils=pupils, waves=("T1",), changes=(), gender=(),
    ...                        arms=(), effects_at=(), comparable=("x",), also=(),
    ...                        conf_level=0.95)
    >>> got["estimand"].tolist()
    ['mean', 'sd', 'icc_level']
    """
    frames = [
        estimate_descriptives(
            analysis, waves=waves, gender=gender, arms=arms, conf_level=conf_level
        )
    ]
    beside = [name for name in also if name in BESIDE_NAMES]
    if not set(analysis["outcome"]) <= set(comparable):
        changes = ()
        beside = [name for name in beside if "comparable" not in ESTIMANDS[name].needs]
        for place in (estimate_gaps, estimate_stability):
            frames.append(place(analysis, waves=waves, gender=gender, conf_level=conf_level))
    if changes:
        paired = partial(estimate_paired, names=[name for name in also if name in PAIRED_NAMES])
        model = fit_wave_model(analysis, waves=waves, gender=gender)
        for estimator in (estimate_change, paired, partial(estimate_change_mixed, model=model)):
            frames.append(
                estimator(
                    analysis, waves=waves, changes=changes, gender=gender, conf_level=conf_level
                )
            )
        if analysis["score"].nunique() <= MOST_VALUES:
            frames.append(
                estimate_change_ordinal(
                    analysis, waves=waves, changes=changes, gender=gender, conf_level=conf_level
                )
            )
        frames.append(
            estimate_marginal_means(
                analysis, waves=waves, gender=gender, model=model, conf_level=conf_level
            )
        )
    if len(arms) > 1 and effects_at:
        for effect in (estimate_effects, estimate_effects_mixed):
            frames.append(
                effect(analysis, waves=effects_at, arms=arms, gender=gender, conf_level=conf_level)
            )
        frames.append(
            estimate_unadjusted(analysis, wave=effects_at[0], arms=arms, conf_level=conf_level)
        )
        frames.append(
            estimate_effects_beside(
                analysis,
                waves=effects_at,
                first=waves[0],
                arms=arms,
                names=beside,
                conf_level=conf_level,
            )
        )
    frames.append(
        estimate_joint(
            analysis, waves=waves, changes=changes, gender=gender, arms=arms, effects_at=effects_at
        )
    )
    frames.append(estimate_icc(analysis, waves=waves, changes=changes, conf_level=conf_level))
    frames.append(estimate_baseline_loss(analysis, pupils, waves=waves, conf_level=conf_level))
    return pd.concat([f for f in frames if len(f)], ignore_index=True)
