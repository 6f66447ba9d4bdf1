"""Answers to one question under different methods: what each is called, and what it says."""

from __future__ import annotations

from dataclasses import dataclass

_DELTA = "delta_"


@dataclass(frozen=True)
class Answer:
    """One method of answering.

    Attributes
    ----------
    name : str
        As in the column `answer` of the frame `sensitivity`.
    label : str
        A few words, for a strip.
    sentence : str
        One sentence, for the report.
    source : str
    """

    name: str
    label: str
    sentence: str
    source: str


ANSWERS: dict[str, Answer] = {
    entry.name: entry
    for entry in (
        Answer(
            name="cr2",
            label="Headline (CR2)",
            sentence="The headline uses every score and lets a pupil's scores be correlated from "
            "wave to wave (for effects: compares pupils inside their stratum), with small-sample "
            "standard errors by school.",
            source="Pustejovsky & Tipton 2018",
        ),
        Answer(
            name="wild_bootstrap",
            label="Wild bootstrap",
            sentence="The wild cluster bootstrap flips the signs of whole schools' residuals "
            "and needs no normal distribution.",
            source="Cameron, Gelbach & Miller 2008",
        ),
        Answer(
            name="jackknife",
            label="One school left out",
            sentence="The jackknife takes the plain mean difference of the pupils seen at both "
            "waves and leaves out one school at a time.",
            source="Efron & Tibshirani 1993, chapter 11",
        ),
        Answer(
            name="mixed_model",
            label="Mixed model",
            sentence="The mixed model uses every score and takes schools and pupils as drawn "
            "from normal distributions.",
            source="Satterthwaite 1946; Laird & Ware 1982",
        ),
        Answer(
            name="complete_cases",
            label="Seen at every wave",
            sentence="Complete cases are pupils with a score at every wave: a fair picture only "
            "where who is missing has nothing to do with how they would have scored.",
            source="Little & Rubin 2019, chapter 3",
        ),
        Answer(
            name="imputed",
            label="Gaps filled",
            sentence="Multiple imputation fills each gap several times from the pupil's other "
            "scores, gender and school, and carries the uncertainty along.",
            source="Schafer & Yucel 2002; Rubin 1987; Barnard & Rubin 1999",
        ),
        Answer(
            name="delta",
            label="Missing {size} SD {direction}",
            sentence="Here every later score that was filled in is set {size} standard "
            "deviations {direction} than pupils like them scored.",
            source="Carpenter & Kenward 2013, chapter 10",
        ),
        Answer(
            name="unflagged_items",
            label="Without flagged items",
            sentence="The scale is scored again without the items that work differently by "
            "gender or wave.",
            source="Zumbo 1999",
        ),
    )
}
"""Every answer by name, in the order of a strip; `delta` stands for all shifts."""


def delta_name(delta: float) -> str:
    """The answer's name of one shift.

    Examples
    --------
    >>> delta_name(-0.2), delta_name(0.2)
    ('delta_-0.2', 'delta_+0.2')
    """
    return f"{_DELTA}{delta:+g}"


def answer(name: str) -> Answer:
    """The entry of an answer, a shift's own filled in.

    Raises
    ------
    KeyError
        No such answer.

    Examples
    --------
    >>> answer("delta_-0.2").label
    'Missing 0.2 SD lower'
    """
    if not name.startswith(_DELTA):
        return ANSWERS[name]
    delta = float(name.removeprefix(_DELTA))
    words = {"size": f"{abs(delta):g}", "direction": "lower" if delta < 0 else "higher"}
    form = ANSWERS["delta"]
    return Answer(name, form.label.format(**words), form.sentence.format(**words), form.source)
