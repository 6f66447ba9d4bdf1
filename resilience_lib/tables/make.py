"""The tables of one study as notebook 6 writes them, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from resilience_lib.disclosure.gates import Published, frames_of
from resilience_lib.frames import Whole
from resilience_lib.store.stages import Stage
from resilience_lib.study.schema import Study
from resilience_lib.tables.registry import TABLES, check_tables, make_table


@dataclass
class Tables:
    """Writes the tables that a study file asks for into the stage's folder."""

    study: Study
    stage: Stage
    published: Published
    _written: list[str] = field(default_factory=list)

    def write(self, name: str) -> Whole | None:
        """Clear, lay out and write one table, and show it; None where it is not asked for."""
        if name not in self.study.tables:
            print(f"{name}: not asked for in studies/{self.study.study}/study.yml")
            return None
        cleared = make_table(name, self.published, self.stage.folder)
        self._written.append(name)
        index = [{"name": table, "title": TABLES[table].title} for table in self._written]
        self.stage.write("index", pd.DataFrame(index))
        return Whole(cleared.frame)


def open_tables(study: Study, stage: Stage) -> Tables:
    """The tables of one study, after refusing names that do not exist.

    Raises
    ------
    FaultsError
        The study file names tables that do not exist.
    """
    check_tables(study)
    # cells are text for people: a notebook cuts none of them off
    pd.set_option("display.max_colwidth", None)
    return Tables(study, stage, Published(frames_of(stage), study))
