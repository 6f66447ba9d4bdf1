"""Stages: each reads the earlier stages it declared, and replaces its own folder whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError, ResilienceError
from resilience_lib.frames import STORY_STAGES, STORY_TEXT, WORDS, read_types
from resilience_lib.paths import relative, stage_output
from resilience_lib.store.folders import begin, beside, replace
from resilience_lib.store.reads import READS


@dataclass
class Stage:
    """One stage of one study while its notebook runs.

    Files are written into a folder beside the stage's own; `commit` puts that folder in the
    place of the old one, so that a stop at any moment leaves either the old or the new.
    """

    study: str
    name: str
    _written: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where files are written until `commit`."""
        return beside(stage_output(self.study, self.name))

    def read(self, stage: str, table: str) -> pd.DataFrame:
        """A table of an earlier stage.

        Parameters
        ----------
        stage : str
            One of the stages that this one declared.
        table : str
            Name of the table without its ending.

        Returns
        -------
        DataFrame
            Ids and other text as text, missing text as NaN in id columns.

        Raises
        ------
        ResilienceError
            The stage was not declared.
        FaultsError
            The table is not there.
        """
        if stage not in READS[self.name]:
            declared = ", ".join(READS[self.name])
            raise ResilienceError(
                f"stage {self.name} may read {declared} only; it asked for {stage}. "
                "Declare it in resilience_lib/store/reads.py"
            )
        return read_table(self.study, stage, table)

    def write(self, table: str, frame: pd.DataFrame) -> str:
        """Write a table; returns a sentence that says what was written."""
        path = self.folder / f"{table}.csv"
        frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        self._written.append(path.name)
        return f"{table}: {len(frame):,} rows, {len(frame.columns)} columns"

    def commit(self) -> str:
        """Replace the stage's folder by what was written; returns what was written.

        Raises
        ------
        ResilienceError
            Nothing was written, or the old folder is held by another program.
        """
        final = stage_output(self.study, self.name)
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        if not files:
            raise ResilienceError(f"stage {self.name} of {self.study} wrote nothing")
        replace(final)
        return f"wrote {len(files)} files to {relative(final)}/"


def open_stage(study: str, name: str) -> Stage:
    """Begin a stage: an empty folder to write into.

    Raises
    ------
    ResilienceError
        The folder cannot be written.
    KeyError
        No such stage.
    """
    begin(stage_output(study, name))
    return Stage(study, name)


def read_table(study: str, stage: str, table: str) -> pd.DataFrame:
    """A table of a finished stage, for reports and checks.

    Raises
    ------
    FaultsError
        The table is not there.
    """
    path = stage_output(study, stage) / f"{table}.csv"
    if not path.exists():
        remedy = f"run: make paper-figures STUDY={study}"
        raise FaultsError([Fault(relative(path), "the table does not exist", remedy)])
    header = pd.read_csv(path, nrows=0).columns
    types = read_types(header, stage)
    frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    blank = WORDS | STORY_TEXT if stage in STORY_STAGES else WORDS
    words = [column for column in frame.columns if column in blank]
    frame[words] = frame[words].fillna("")
    return frame
