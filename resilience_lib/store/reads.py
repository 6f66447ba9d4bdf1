"""What each stage reads: earlier stages, and files that people write."""

from __future__ import annotations

READS: dict[str, tuple[str, ...]] = {
    "1_clean": ("raw",),
    "2_score": ("1_clean",),
    "3_join": ("1_clean", "2_score"),
    "4_estimate": ("3_join", "2_score", "1_clean"),
    "5_figures": ("4_estimate",),
    "6_report": ("4_estimate",),
}
"""The doors that the store opens to a stage; `raw` are the study's raw files."""

FILES: dict[str, tuple[str, ...]] = {
    "1_clean": ("study file", "codebook", "source.yml"),
    "2_score": ("study file", "codebook", "instruments"),
    "3_join": ("study file",),
    "4_estimate": ("study file", "instruments"),
    "5_figures": ("study file",),
    "6_report": ("study file", "numbers.csv"),
}
"""Files of the study that a stage depends on, beside what `READS` says."""


def upstream(stage: str) -> tuple[str, ...]:
    """The earlier stages that a stage reads.

    Examples
    --------
    >>> upstream("3_join"), upstream("1_clean")
    (('1_clean', '2_score'), ())
    """
    return tuple(name for name in READS[stage] if name != "raw")
