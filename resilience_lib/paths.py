"""The only place where the names of the repository's folders appear."""

from __future__ import annotations

import os
from pathlib import Path

STAGES: tuple[str, ...] = (
    "1_clean",
    "1_stories",
    "2_score",
    "3_join",
    "4_estimate",
    "4_mix",
    "5_figures",
    "6_report",
)
"""The notebooks in the order they run; each is a stage of the build of studies that need it."""

STAGE_FOLDERS: dict[str, str] = {
    "1_clean": "1_clean",
    "1_stories": "1_stories",
    "2_score": "2_scored",
    "3_join": "3_joined",
    "4_estimate": "4_estimates",
    "4_mix": "4_mixed",
}
"""Stages whose output stays below data/processed, and what that folder is called."""


def root() -> Path:
    """The repository: `RESILIENCE_ROOT` where set (tests build in copies), else this checkout."""
    chosen = os.environ.get("RESILIENCE_ROOT")
    return Path(chosen) if chosen else Path(__file__).resolve().parent.parent


def relative(path: Path) -> str:
    """A path as a message shows it: from the repository's root, with forward slashes.

    Examples
    --------
    >>> relative(root() / "studies" / "x" / "study.yml")
    'studies/x/study.yml'
    """
    try:
        return path.relative_to(root()).as_posix()
    except ValueError:
        return path.as_posix()


def studies() -> Path:
    """Folder of all studies."""
    return root() / "studies"


def study_file(study: str) -> Path:
    """The study file of one study."""
    return studies() / study / "study.yml"


def numbers_file(study: str) -> Path:
    """What the paper of one study prints, with tolerances."""
    return studies() / study / "numbers.csv"


def numbers_lock(study: str) -> Path:
    """Hashes of what the numbers last held with."""
    return studies() / study / "numbers.lock"


def decision(study: str, name: str) -> Path:
    """A file beside the study file in which people wrote down what they decided."""
    return studies() / study / name


def raw(study: str) -> Path:
    """Folder of one study's raw files, codebook and source.yml."""
    return root() / "data" / "raw" / study


def codebook(study: str) -> Path:
    """The codebook of one study: codebook.xlsx where only that is there, else codebook.csv."""
    table, workbook = raw(study) / "codebook.csv", raw(study) / "codebook.xlsx"
    return workbook if workbook.exists() and not table.exists() else table


def instruments(study: str) -> Path:
    """Folder of a study's own instrument keys; most studies have none."""
    return studies() / study / "instruments"


def processed(study: str) -> Path:
    """Folder of one study's intermediate stages."""
    return root() / "data" / "processed" / study


def stage_output(study: str, stage: str) -> Path:
    """The one folder that a stage replaces whole.

    Raises
    ------
    KeyError
        `stage` is none of `STAGES`.
    """
    if stage == "5_figures":
        return root() / "figures" / study
    if stage == "6_report":
        return reports(study) / "tables"
    return processed(study) / STAGE_FOLDERS[stage]


def export(study: str) -> Path:
    """Folder of one study's scored file for others; with the data, since it holds pupils' rows."""
    return processed(study) / "export"


def reports(study: str) -> Path:
    """Folder of one study's report: tables, executed notebooks, pages, verdict."""
    return root() / "reports" / study


def notebook(stage: str) -> Path:
    """The notebook of a stage."""
    return root() / "notebooks" / f"{stage}.ipynb"


def executed_notebook(study: str, stage: str) -> Path:
    """Where the executed notebook goes: 1 to 4 may show people and stay with the data."""
    if stage in STAGE_FOLDERS:
        return processed(study) / "notebooks" / f"{stage}.ipynb"
    return reports(study) / "notebooks" / f"{stage}.ipynb"


def records(study: str) -> Path:
    """What the build remembers of each stage (hashes), one file a stage."""
    return processed(study) / ".records"


def lock_file() -> Path:
    """The hashed lock of the environment."""
    return root() / "requirements.lock"


def library() -> Path:
    """The library's own source, as hashed for staleness."""
    return root() / "resilience_lib"
