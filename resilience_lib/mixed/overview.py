"""What was collected on each theme, and following one theme through all that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from resilience_lib.study.mixed import Theme
    from resilience_lib.study.schema import Study

SPOKEN = "sources that speak of it"
COLLECTION_COLUMNS: tuple[str, ...] = ("theme", "label", "measured", "told", "codes")
COUNTED: tuple[str, ...] = ("sources", "asked", "schools", "schools_asked", "apart")
THREAD_COLUMNS: tuple[str, ...] = ("theme", "label", "step", "strand", "what", "finding", "ids",
                                   *COUNTED)  # fmt: skip


def describe_collection(study: Study, counts: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """The data-collection matrix: by theme, what was measured and who was asked.

    Parameters
    ----------
    study : Study
    counts : DataFrame
        As `mixed.themes.count_themes` gives it.
    codes : DataFrame
        Codes of the frames.

    Returns
    -------
    DataFrame
        `COLLECTION_COLUMNS`, all in words.
    """
    assert study.mixed is not None
    assert study.stories is not None
    labels = codes.set_index(["frame", "code"])["label"]
    asked = counts.set_index("theme")["asked"]
    rows = []
    for theme in study.mixed.themes:
        told = f"{asked[theme.theme]:,.0f} {study.stories.called} asked"
        named = [str(labels.get((theme.frame, code), code)) for code in theme.codes]
        rows.append(
            {
                "theme": theme.theme,
                "label": theme.label,
                "measured": _measured(study, theme),
                "told": told,
                "codes": "; ".join(named),
            }
        )
    return pd.DataFrame(rows, columns=list(COLLECTION_COLUMNS))


def _measured(study: Study, theme: Theme) -> str:
    if theme.outcome is None:
        return "not measured"
    outcome = study.outcome(theme.outcome)
    source = outcome.instrument or outcome.column or "sum of outcomes"
    return f"{outcome.label} ({source}), {', '.join(study.wave_names)}"


def follow_threads(
    study: Study,
    display: pd.DataFrame,
    quotes: pd.DataFrame,
    matrix: pd.DataFrame,
    judged: pd.DataFrame,
    groups: pd.DataFrame,
) -> pd.DataFrame:
    """Each theme followed through both strands, indicators and judgements, step by step.

    Parameters
    ----------
    study : Study
    display : DataFrame
        As `mixed.themes.display_themes` gives it.
    quotes : DataFrame
        theme, id, quote, attribution.
    matrix : DataFrame
        The value-creation matrix; its rows of the theme's frame and codes are followed.
    judged : DataFrame
        As `mixed.convergence.judge_themes` gives it.
    groups : DataFrame
        As `mixed.themes.group_sides` gives it.

    Returns
    -------
    DataFrame
        `THREAD_COLUMNS`; every step on the stories' side names the quotes behind it, and the
        step that counts sources has the counts instead of a finding.
    """
    assert study.mixed is not None
    rows: list[dict[str, object]] = []
    for theme in study.mixed.themes:
        one = display[display["theme"] == theme.theme].iloc[0]
        of = quotes[quotes["theme"] == theme.theme]
        mine = judged[judged["theme"] == theme.theme]
        steps = [
            ("pupils", _measured(study, theme), _finding(one), ""),
            *(("pupils", f"{g.group} alone", f"{g.quantitative} ({one['contrast']})", "")
              for g in groups[groups["theme"] == theme.theme].itertuples()),
            ("stories", SPOKEN, "", one["ids"]),
            *(("stories", f"quote {q.id}", f"{q.quote} ({q.attribution})", q.id)
              for q in of.itertuples()),
            *(("indicators", i.what, _value(i), i.indicator)
              for i in _indicators(matrix, theme).itertuples()),
            *(("judgement", f"{row[f'judge_{n}']}", f"{row[f'judgement_{n}']}: "
               f"{row[f'because_{n}']}", "")
              for row in mine.to_dict("records") for n in (1, 2) if row[f"judge_{n}"]),
            ("judgement", "both together", one["judgement"] or "open", ""),
            *([("judgement", "inference", one["inference"], "")] if one["inference"] else []),
        ]  # fmt: skip
        rows += [
            {"theme": theme.theme, "label": theme.label, "step": number, "strand": strand,
             "what": what, "finding": finding, "ids": ids,
             **({name: one[name] for name in COUNTED} if what == SPOKEN else {})}
            for number, (strand, what, finding, ids) in enumerate(steps, start=1)
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(THREAD_COLUMNS))


def _finding(display: pd.Series) -> str:
    """The measured change in words, without its digits: those stand in the joint display."""
    if display["quantitative"] == "not measured":
        return "not measured"
    return f"{display['quantitative']} ({display['contrast']})"


def _indicators(matrix: pd.DataFrame, theme: Theme) -> pd.DataFrame:
    return matrix[
        (matrix["frame"] == theme.frame)
        & matrix["code"].isin(theme.codes)
        & (matrix["indicator"] != "")
    ]


def _value(indicator: object) -> str:
    value, unit = getattr(indicator, "value", float("nan")), getattr(indicator, "unit", "")
    return f"{value:g} {unit}".strip() if value == value else "no value stated"
