"""Schools beside their stories, and a coefficient between the two where a study asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from resilience_lib.frames import ESTIMATE_COLUMNS, estimate_frame
from resilience_lib.mixed.quotes import quote_themes
from resilience_lib.mixed.schools import BESIDE, schools_with_stories
from resilience_lib.mixed.themes import theme_segments
from resilience_lib.resampling.streams import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resilience_lib.mixed.read import Strands
    from resilience_lib.study.schema import Study

DRAWS = 9999
_FEWEST = 5
CAUTION = (
    "at 11 schools a correlation has to pass .60 to be more than chance; which schools told of a "
    "theme was not drawn by lot, and no cause is shown"
)


def place_schools(study: Study, strands: Strands) -> pd.DataFrame:
    """Schools by their shrunken change with quotes; no rows where there are no pupils."""
    if study.mixed is None or strands.school_changes is None:
        return pd.DataFrame(columns=["outcome", "contrast", "school", "n", "estimate", "conf_low",
                                     "conf_high", "conf_level", "shrunk", "shrunk_low",
                                     "shrunk_high", *BESIDE])  # fmt: skip
    by_theme = quote_themes(study, strands.named, strands.segments, strands.codes)
    return schools_with_stories(
        study, strands.school_changes, strands.sources, strands.named, by_theme
    )


def associate_stories(study: Study, strands: Strands) -> pd.DataFrame:
    """Rank correlations between schools' change and the share of their sources that tell a theme.

    None by default: only for the `associations` of the study file.

    Returns
    -------
    DataFrame
        Estimate frame with `label`. Spearman's rho over schools with a source asked; p by
        permutation of schools; no interval, since schools are few. `reason` holds the caution.
    """
    rows = []
    if study.mixed is not None and strands.school_changes is not None:
        themes = {theme.theme: theme for theme in study.mixed.themes}
        for asked in study.mixed.associations:
            theme = themes[asked.theme]
            of = strands.school_changes
            of = of[(of["outcome"] == theme.outcome) & (of["contrast"] == theme.contrast)]
            spoken = set(theme_segments(strands.segments, strands.codes, theme)["source"])
            told = strands.sources[strands.sources["asked"] == "yes"]
            share = told["source"].isin(spoken).groupby(told["school"]).mean().rename("share")
            of = of.dropna(subset=["estimate"]).set_index("school")
            both = of["estimate"].to_frame().join(share, how="inner")
            rows.append(
                {
                    "study": study.study,
                    "outcome": theme.outcome,
                    "contrast": theme.contrast,
                    "subgroup": f"share of sources that tell of {theme.label.lower()}",
                    **_spearman(both.to_numpy(dtype=float), study.seed, asked.theme),
                }
            )
    found = estimate_frame(rows)
    return found[list(ESTIMATE_COLUMNS)].assign(label=found["subgroup"])


def _spearman(values: NDArray[np.float64], seed: int, name: str) -> dict[str, object]:
    """Spearman's rho of two columns, and its p by permutation."""
    from scipy.stats import rankdata

    row: dict[str, object] = {
        "estimand": "spearman",
        "n": len(values),
        "n_clusters": len(values),
        "method": f"Spearman over schools, p by {DRAWS:,} permutations of schools",
        "interval": "",
        "reason": CAUTION,
    }
    ranks = np.apply_along_axis(rankdata, 0, values) if len(values) else values
    if len(values) < _FEWEST or (ranks.std(axis=0) == 0).any():
        return row | {"reason": f"fewer than {_FEWEST} schools, or all alike: no coefficient"}
    x, y = (ranks - ranks.mean(axis=0)).T
    rho = float(x @ y / np.sqrt((x @ x) * (y @ y)))
    random = stream(seed, "associations", name)
    drawn = np.array([x @ random.permutation(y) for _ in range(DRAWS)])
    drawn /= np.sqrt((x @ x) * (y @ y))
    extreme = int((np.abs(drawn) >= abs(rho) - 1e-12).sum())
    return row | {"estimate": rho, "p_value": (1 + extreme) / (1 + DRAWS)}
