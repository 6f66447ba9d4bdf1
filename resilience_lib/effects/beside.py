"""Further effect sizes of arms that a study file asks for, beside the headline."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib.effects.ancova import estimate_ancova
from resilience_lib.effects.groups import estimate_groups
from resilience_lib.effects.names import BESIDE_NAMES
from resilience_lib.effects.pretest_posttest import estimate_ppc2
from resilience_lib.effects.ranks import estimate_ranks
from resilience_lib.effects.registry import require_names
from resilience_lib.effects.subgroups import complete_scores
from resilience_lib.frames import estimate_frame

_FROM_FIRST = ("g_ancova", "d_ppc2")


def estimate_effects_beside(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    first: str,
    arms: Sequence[str],
    names: Sequence[str],
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Effect sizes of each arm against the comparison at each wave, for all pupils.

    Genders have no rows here: two effect sizes without the interval of their difference invite
    reading a difference off two tests; the headline's rows have it.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome, with arm.
    waves : sequence of str
        Waves of the effects.
    first : str
        The first wave: `g_ancova` adjusts for its score, `d_ppc2` takes the change since it;
        both leave out pupils without it, and the first wave itself.
    arms : sequence of str
        The comparison first.
    names : sequence of str
        Of `BESIDE_NAMES`.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame: contrast "small - regular at T2", subgroup "all". Intervals respect
        schools; definitions stand with each function that is called.

    Raises
    ------
    EstimandError
        A name that is not among them.
    ModelInputError
        Two scores of a pupil at a wave, an infinite score, several outcomes.

    Examples
    --------
    >>> rows = [(f"{s}{i}", str(s), w, "ab"[i % 2], s + i % 2 * (w == "T2") + .3 * i, "x")
    ...         for s in range(6) for i in range(6) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "arm", "score", "outcome"])
    >>> got = estimate_effects_beside(frame, waves=("T1", "T2"), first="T1", arms=("a", "b"),
    ...                               names=("d_ppc2",))
    >>> got["contrast"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['b - a at T2'], [0.535])
    """
    require_names(names, BESIDE_NAMES)
    data = complete_scores(analysis, (first, *waves), ())
    data = data[data["arm"].isin(list(arms))]
    before = data.loc[data["wave"] == first].set_index("pupil")["score"]
    frames = []
    for wave in waves:
        now = data[data["wave"] == wave]
        now = now.assign(before=now["pupil"].map(before))
        for arm in arms[1:]:
            both = now[now["arm"].isin([arm, arms[0]])]
            levels = (arm, arms[0])
            where = f"{arm} - {arms[0]} at {wave}"
            for name in names:
                if name in _FROM_FIRST and wave == first:
                    continue
                found = _estimate(name, both, levels, conf_level).head(1)
                frames.append(found.assign(contrast=where, subgroup="all"))
    return pd.concat(frames, ignore_index=True) if frames else estimate_frame([])


def _estimate(
    name: str, rows: pd.DataFrame, levels: tuple[str, str], conf_level: float
) -> pd.DataFrame:
    """One estimand; the row that respects schools comes first."""
    arm, school = rows["arm"], rows["school"]
    if name == "g_ancova":
        return estimate_ancova(
            rows["score"], arm, [rows["before"]], levels=levels, school=school,
            conf_level=conf_level,
        )  # fmt: skip
    if name == "d_ppc2":
        return estimate_ppc2(
            rows["before"], rows["score"], arm, levels=levels, school=school, conf_level=conf_level
        )
    estimate = estimate_ranks if name in ("rank_biserial", "prob_superiority") else estimate_groups
    return estimate(
        rows["score"], arm, levels=levels, names=(name,), school=school, conf_level=conf_level
    )
