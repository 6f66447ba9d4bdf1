"""Sentences that captions share."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.plain_words import without_repeats
from resilience_lib.figures.story_words import SHOWN

CAUTION = (
    "One group without a comparison: this is change, not effect; maturation, retesting and the "
    "change of school year cannot be excluded."
)

NO_INTERVAL = "Counts of pupils as they were seen: there is no interval."

NARROW = "Where no bar is seen beside a mark, the interval is narrower than the mark."


def base(frame: pd.DataFrame) -> str:
    """On how many pupils and schools rows of an Estimate frame rest.

    Examples
    --------
    >>> base(pd.DataFrame({"n": [380.0, 400.0], "n_clusters": [11.0, 11.0]}))
    '380 to 400 pupils in 11 schools'
    """
    if frame["n"].isna().all():
        return "too few pupils to show"
    return f"{_range(frame['n'])} pupils in {_range(frame['n_clusters'])} schools"


def counted(pupils: float, schools: float, cleared: Cleared) -> str:
    """Pupils and schools of one cleared row that counts them.

    Examples
    --------
    >>> from resilience_lib.disclosure.cleared import seal
    >>> from resilience_lib.disclosure.rules import Rules
    >>> confidential = seal(pd.DataFrame(), Rules("s", False, False, 10, 10, 3))
    >>> counted(440.0, 11.0, confidential)
    'about 440 pupils in 11 schools'
    >>> counted(float("nan"), float("nan"), confidential)
    'a number of pupils that is not shown, in a number of schools that is not shown'
    """
    about = "" if cleared.rules.open_data else "about "
    many = f"{about}{pupils:,.0f} pupils in " if pupils == pupils else f"{_unshown('pupils')}, in "
    return many + (f"{schools:,.0f} schools" if schools == schools else _unshown("schools"))


def interval(frame: pd.DataFrame) -> str:
    """What the drawn intervals are, as the estimates themselves say."""
    kinds = sorted(set(frame.loc[frame["conf_low"].notna(), "interval"]) - {""})
    return "; ".join(kinds)


def differing(names: Sequence[str], labels: Labels) -> str:
    """That the tests of these outcomes differ between waves; "" for none."""
    if not names:
        return ""
    listed = ", ".join(labels.outcome(name).label for name in names)
    return (
        f"The tests of different waves are not, or not known to be, one scale ({listed}): their "
        "points cannot be compared between waves, and no change is shown."
    )


def close(
    sentences: list[str],
    cleared: Cleared,
    labels: Labels,
    *,
    change: bool,
    pupils: bool = True,
) -> str:
    """A caption: its sentences, then caution, protection of pupils, and synthetic data.

    Parameters
    ----------
    sentences : list of str
        What the figure shows; empty ones are left out.
    cleared : Cleared
        What is drawn.
    labels : Labels
        Words of the study.
    change : bool
        The figure shows means or change over time; one group then needs its caution.
    pupils : bool
        The figure rests on pupils; one of stories alone has a protection of its own.
    """
    ending = [CAUTION if change and labels.one_group else ""]
    if cleared.rules.text:
        ending.append(sentence(f"Confidential data: {cleared.rules.text}") if pupils else SHOWN)
    ending += [sentence(note) for note in without_repeats(cleared.notes)]
    if cleared.synthetic:
        ending.append(sentence(f"Synthetic data: {labels.synthetic_because}"))
    return " ".join(part for part in [*sentences, *ending] if part)


def _unshown(what: str) -> str:
    return f"a number of {what} that is not shown"


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _range(values: pd.Series) -> str:
    known = values.dropna()
    if known.empty:
        return "an unstated number of"
    low, high = f"{known.min():,.0f}", f"{known.max():,.0f}"
    return low if low == high else f"{low} to {high}"
