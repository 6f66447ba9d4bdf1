"""What each stage reads: earlier stages, and files that people write."""

from __future__ import annotations

from collections.abc import Iterable

PUPILS: tuple[str, ...] = ("1_clean", "2_score", "3_join", "4_estimate")
"""Stages of a study with pupils."""

STORIES: tuple[str, ...] = ("1_stories", "4_mix")
"""Stages of a study with coded stories."""

READS: dict[str, tuple[str, ...]] = {
    "1_clean": ("raw",),
    "1_stories": ("told",),
    "2_score": ("1_clean",),
    "3_join": ("1_clean", "2_score"),
    "4_estimate": ("3_join", "2_score", "1_clean"),
    "4_mix": ("1_stories", "3_join", "4_estimate"),
    "5_figures": ("4_estimate", "4_mix"),
    "6_report": ("4_estimate", "4_mix"),
}
"""The doors that the store opens to a stage, as far as the study has them: `raw` are the raw files
of pupils, staff and schools, `told` those of coded stories."""

FILES: dict[str, tuple[str, ...]] = {
    "1_clean": ("study file", "codebook", "source.yml"),
    "1_stories": ("study file", "codebook", "source.yml", "decisions"),
    "2_score": ("study file", "codebook", "instruments"),
    "3_join": ("study file",),
    "4_estimate": ("study file", "instruments"),
    "4_mix": ("study file", "decisions"),
    "5_figures": ("study file",),
    "6_report": ("study file", "numbers.csv"),
}
"""Files of the study that a stage depends on, beside what `READS` says."""


def stages_of(*, pupils: bool, stories: bool) -> tuple[str, ...]:
    """The stages of a study, in order.

    Parameters
    ----------
    pupils, stories : bool
        What the study has.

    Examples
    --------
    >>> stages_of(pupils=False, stories=True)
    ('1_stories', '4_mix', '5_figures', '6_report')
    """
    left_out = (() if pupils else PUPILS) + (() if stories else STORIES)
    return tuple(stage for stage in READS if stage not in left_out)


def upstream(stage: str, stages: Iterable[str]) -> tuple[str, ...]:
    """The earlier stages that a stage reads.

    Parameters
    ----------
    stage : str
    stages : iterable of str
        Those of the study (`stages_of`).

    Examples
    --------
    >>> upstream("5_figures", stages_of(pupils=True, stories=False))
    ('4_estimate',)
    """
    there = tuple(stages)
    return tuple(name for name in READS[stage] if name in there)
