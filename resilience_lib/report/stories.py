"""How stories were read, coded and joined with numbers, in plain sentences with references."""

from __future__ import annotations

from resilience_lib.study.schema import Study
from resilience_lib.study.stories import Stories

_ORDERS = {
    "narrated": "Segments stand in the order in which they were told",
    "chronological": "Segments stand in the order of time",
}
_FINALS = {
    "union": "what any coder gave counts",
    "consensus": "what the coders settled on counts",
}
_FRAMES = {
    "value_creation_2011": "the Value Creation Framework's five cycles (Wenger, Trayner & de Laat "
    "2011)",
    "value_creation_2020": "the Value Creation Framework's eight cycles (Wenger-Trayner & "
    "Wenger-Trayner 2020)",
    "resilience_framework": "the Resilience Framework (Hart, Blincow & Thomas 2007; some moves as "
    "recalled: see the coding frame's own file)",
    "noble_truths": "the Noble Truths of Resilient Therapy (as recalled)",
    "own": "the study's own codes",
}
_COUNTS = (
    "Counts are of sources, out of all that were asked: who told nothing is counted as asked, and "
    "silence is not zero. No percentages are given below 30 sources"
)
_APART = ", and no coefficient between counts and outcomes unless the study file asks for one"
_TELLING = (
    "Moves between cycles describe how stories are told and show no cause. Where two segments "
    "follow each other each cycle of the first is joined with each of the second. Reach is the "
    "furthest of immediate, potential, applied and realised; cycles are no ladder, so that nothing "
    "is averaged over them."
)
_SIDES = (
    "A change has improved or worsened where its whole interval lies at or beyond the smallest "
    "important change that was declared beforehand; inside it there is no important change; else "
    "it is unclear, which is neither agreement nor dissonance. Convergence is judged by two people "
    "with a written reason (after Farmer et al. 2006); the program records, compares and checks."
)


def describe_stories(study: Study) -> list[str]:
    """One sentence a method by which stories were read; none for a study without.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> describe_stories(load_study("project_star"))
    []
    """
    stories = study.stories
    if stories is None:
        return []
    frames = "; ".join(_FRAMES[frame] for frame in stories.frames)
    coders = {export.coder for export in stories.exports}
    final = _FINALS.get(stories.final, f"what {stories.final} gave counts")
    said = [
        f"Coding frames: {frames}. Codes that the code map leaves out are listed, not dropped.",
        # one coder's codes need no settling
        f"{_ORDERS[stories.order]}{f'; {final}' if len(coders) > 1 else ''}.",
        f"{_COUNTS}{_APART if study.has_pupils else ''}.",
    ]
    if any(frame.startswith("value_creation") for frame in stories.frames):
        said.append(_TELLING)
    if len(coders) > 1:
        said.append(_of_coders(stories))
    if study.mixed is not None:
        design = study.mixed.design.replace("_", " ")
        said.append(f"Design: {design}. {study.mixed.integration}")
        if study.mixed.themes:
            said.append(_SIDES)
    return said


def _of_coders(stories: Stories) -> str:
    what = {
        "segment": "segments: who coded a source and did not mark a segment gave it no code",
        "source": "whole sources: a code counts once, wherever in the source it was given",
    }[stories.unit]
    return (
        f"Coders are compared on {what}. Cohen's and Fleiss' kappa and Krippendorff's alpha stand "
        "beside how often a code was given, with intervals that leave out one school at a time, or "
        "one story where a story has no school or schools are fewer than five; for a frame as a "
        "whole all codes of a unit have to be the same."
    )
