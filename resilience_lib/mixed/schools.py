"""Schools in the order of their shrunken change, with what their staff told beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.mixed.quotes import names_role

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

BESIDE: tuple[str, ...] = ("asked", "told", "quotes", "ids")


def schools_with_stories(
    study: Study,
    school_changes: pd.DataFrame,
    sources: pd.DataFrame,
    named: pd.DataFrame,
    by_theme: pd.DataFrame,
) -> pd.DataFrame:
    """Schools' change of each theme's outcome beside the quotes that are cleared with the school.

    Never cut into schools that improved and schools that fell: the change of one school is noisy.

    Parameters
    ----------
    study : Study
    school_changes : DataFrame
        As `effects.schools.school_changes` gives it.
    sources : DataFrame
        The register.
    named : DataFrame
        Cleared quotes (`mixed.quotes.name_quotes`).
    by_theme : DataFrame
        theme, id: which of them speak of which theme.

    Returns
    -------
    DataFrame
        The rows of `school_changes` for the outcome and contrast of a theme, with `asked` and
        `told` (sources of the school), `quotes` (of that theme, in one text) and `ids`. In a
        confidential study a quote whose attribution names a role stands beside no school, since
        of one role few were asked there, and any other stands once: beside two outcomes it would
        say which places of the two panels are one school's.
    """
    assert study.mixed is not None
    pairs = {(t.outcome, t.contrast) for t in study.mixed.themes if t.outcome is not None}
    of = school_changes[["outcome", "contrast"]].apply(tuple, axis=1).isin(pairs)
    rows = school_changes[of].reset_index(drop=True)
    asked = sources[(sources["asked"] == "yes") & (sources["school"] != "")]
    counts = asked.groupby("school").agg(
        asked=("source", "nunique"), told=("told", lambda said: int((said == "yes").sum()))
    )
    beside = {t.theme: (t.outcome, t.contrast) for t in study.mixed.themes}
    shown = named[named["with_school"] == "yes"].merge(by_theme[["theme", "id"]], on="id")
    measured = [theme for theme, (outcome, _) in beside.items() if outcome is not None]
    shown = shown[shown["theme"].isin(measured)]
    if not study.disclosure.open_data:
        roles = set(sources["role"])
        named_so = shown["attribution"].map(lambda said: names_role(said, roles))
        order = {t.theme: number for number, t in enumerate(study.mixed.themes)}
        shown = shown[~named_so.astype("bool")]
        shown = shown.sort_values("theme", key=lambda themes: themes.map(order), kind="stable")
        shown = shown.drop_duplicates("id")
    texts = pd.DataFrame(
        {
            "outcome": [beside[theme][0] for theme in shown["theme"]],
            "contrast": [beside[theme][1] for theme in shown["theme"]],
            "school": shown["source"].map(sources.set_index("source")["school"]),
            "quotes": shown["quote"] + " (" + shown["attribution"] + ", " + shown["id"] + ")",
            "ids": shown["id"],
        }
    ).drop_duplicates()
    key = ["outcome", "contrast", "school"]
    texts = texts.groupby(key).agg({"quotes": " | ".join, "ids": "; ".join})
    whole = rows.join(counts, on="school").join(texts, on=key)
    numbers = whole[["asked", "told"]].fillna(0)
    return whole.assign(**numbers, **whole[["quotes", "ids"]].fillna(""))
