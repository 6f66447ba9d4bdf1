"""Themes: what sources say of each, the change measured beside it, and which side it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.frames import text_of, with_words
from resilience_lib.mixed.coverage import count_words
from resilience_lib.mixed.sides import HEADLINE, headline_rows, side_of_row
from resilience_lib.mixed.voices import one_voice, with_parents
from resilience_lib.paths import relative, study_file

if TYPE_CHECKING:
    from resilience_lib.study.mixed import Theme
    from resilience_lib.study.schema import Study

DISPLAY_COLUMNS: tuple[str, ...] = (
    *("theme", "label", "sources", "asked", "schools", "schools_asked", "words", "outcome"),
    *("outcome_label", "contrast", "estimand", "unit", "estimate", "conf_low", "conf_high"),
    *("conf_level", "interval", "method", "n", "n_clusters", "higher_is_better"),
    *("smallest_important", "quantitative", "judgement", "inference", "quote_1", "attribution_1"),
    *("quote_2", "attribution_2", "ids", "apart"),
)
_BESIDE = ["estimate", "conf_low", "conf_high", "conf_level", "interval", "method", "n",
           "n_clusters"]  # fmt: skip


def theme_segments(segments: pd.DataFrame, codes: pd.DataFrame, theme: Theme) -> pd.DataFrame:
    """Segments of the final coding that speak of a theme."""
    rows = with_parents(one_voice(segments[segments["frame"] == theme.frame]), codes)
    return rows[rows["code"].isin(theme.codes)]


def count_themes(
    study: Study,
    segments: pd.DataFrame,
    sources: pd.DataFrame,
    codes: pd.DataFrame,
    apart: Mapping[str, int],
) -> pd.DataFrame:
    """How many sources speak of each theme.

    Parameters
    ----------
    study : Study
    segments, sources, codes : DataFrame
        Story frame of the final coding, the register, codes of the frames.
    apart : mapping of str to int
        `mixed.apart.Apart.themes`.

    Returns
    -------
    DataFrame
        theme, label, sources, asked, schools, schools_asked, words, apart. The last says how few
        sources the count would tell of beside those of other themes (`mixed.apart`), for the
        gates alone; missing for a theme that shares no code with another.
    """
    assert study.mixed is not None
    assert study.stories is not None
    asked = sources[sources["asked"] == "yes"]
    schools_asked = asked.loc[asked["school"] != "", "school"].nunique()
    rows = []
    for theme in study.mixed.themes:
        spoken = set(theme_segments(segments, codes, theme)["source"])
        of = asked[asked["source"].isin(spoken)]
        schools = of.loc[of["school"] != "", "school"].nunique()
        counts = (len(of), len(asked), schools, schools_asked)
        rows.append(
            {
                "theme": theme.theme,
                "label": theme.label,
                **dict(zip(("sources", "asked", "schools", "schools_asked"), counts, strict=True)),
                "words": count_words(*counts, study.stories.called),
                "apart": apart.get(theme.theme),
            }
        )
    columns = ["theme", "label", "sources", "asked", "schools", "schools_asked", "words", "apart"]
    return pd.DataFrame(rows, columns=columns).astype({"apart": "float64"})


def display_themes(
    study: Study,
    counts: pd.DataFrame,
    estimates: pd.DataFrame | None,
    quotes: pd.DataFrame,
) -> pd.DataFrame:
    """The joint display: each theme with what sources say and what was measured.

    Parameters
    ----------
    study : Study
    counts : DataFrame
        As `count_themes` gives it.
    estimates : DataFrame or None
        Estimate frame of stage 4; None for a study without pupils.
    quotes : DataFrame
        theme, id, quote, attribution: cleared quotes of each theme, in the order of the file.

    Returns
    -------
    DataFrame
        `DISPLAY_COLUMNS`; no coefficient between counts and outcomes. Nobody has judged yet:
        `judgement` is "" (`mixed.convergence.judge_themes`).

    Raises
    ------
    FaultsError
        Themes beside which no estimate stands: the study has none of that estimand.
    """
    assert study.mixed is not None
    _check_estimates(study, estimates)
    rows = []
    for theme in study.mixed.themes:
        beside = _beside(study, theme, estimates)
        shown = quotes[quotes["theme"] == theme.theme]
        row = beside | {"theme": theme.theme, "inference": theme.inference or ""}
        row["ids"] = "; ".join(shown["id"])
        for number, one in enumerate(shown.head(2).itertuples(), start=1):
            row |= {f"quote_{number}": one.quote, f"attribution_{number}": one.attribution}
        rows.append(row)
    whole = counts.merge(pd.DataFrame(rows), on="theme").reindex(columns=list(DISPLAY_COLUMNS))
    return with_words(whole, text_of(DISPLAY_COLUMNS))


def _check_estimates(study: Study, estimates: pd.DataFrame | None) -> None:
    """A side of "unclear" would hide that what the study file asks for was never estimated."""
    assert study.mixed is not None
    faults = []
    for number, theme in enumerate(study.mixed.themes):
        if estimates is None or theme.outcome is None or len(headline_rows(theme, estimates)) == 1:
            continue
        of = estimates[(estimates["outcome"] == theme.outcome)
                       & (estimates["contrast"] == theme.contrast)
                       & estimates["method"].str.contains(HEADLINE)]  # fmt: skip
        there = ", ".join(dict.fromkeys(of["estimand"])) or "none"
        rule = f"there is one estimate of {theme.outcome}, {theme.contrast}, of that estimand"
        faults.append(Fault(relative(study_file(study.study)), rule, f"estimands there are: "
                            f"{there}", column=f"mixed.themes.{number}.estimand",
                            value=theme.estimand))  # fmt: skip
    if faults:
        raise FaultsError(faults)


def _beside(study: Study, theme: Theme, estimates: pd.DataFrame | None) -> dict[str, object]:
    """The change beside a theme, and its side."""
    if theme.outcome is None or estimates is None or theme.smallest_important is None:
        return {"quantitative": "not measured"}
    outcome = study.outcome(theme.outcome)
    row = headline_rows(theme, estimates).iloc[0]
    found: dict[str, object] = {
        "outcome": theme.outcome,
        "outcome_label": outcome.label,
        "contrast": theme.contrast,
        "estimand": theme.estimand,
        "unit": outcome.unit,
        "higher_is_better": float(outcome.higher_is_better),
        "smallest_important": theme.smallest_important,
        "quantitative": "unclear",
    }
    side = side_of_row(study, theme.smallest_important, outcome.higher_is_better, row)
    return found | {name: row[name] for name in _BESIDE} | {"quantitative": side}
