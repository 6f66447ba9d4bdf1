"""The figures of one study as notebook 5 draws them, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from IPython.display import Image

from resilience_lib.disclosure.gates import Published, frames_of
from resilience_lib.figures.registry import FIGURES, check_figures, make_figure
from resilience_lib.frames import Whole
from resilience_lib.store.stages import Stage
from resilience_lib.study.schema import Study

SHOWN_WIDTH = 680
"""Pixels of a screen; the file itself has 300 dots an inch at print size."""

INDEX_COLUMNS: tuple[str, ...] = ("figure", "title", "notebook", "function", "data", "caption")


@dataclass
class Figures:
    """Draws the figures that a study file asks for into the stage's folder."""

    study: Study
    stage: Stage
    published: Published

    def draw(self, name: str) -> Image | None:
        """Clear, draw and save one figure, and show the saved file, not a second drawing.

        Returns
        -------
        Image or None
            The saved PNG; None where the study file does not ask for the figure.
        """
        if name not in self.study.figures:
            print(f"{name}: not asked for in studies/{self.study.study}/study.yml")
            return None
        make_figure(name, self.published, self.stage.folder)
        drawn = [figure for figure in self.study.figures if self._caption_file(figure).exists()]
        self.stage.write("index", pd.DataFrame(map(self._row, drawn), columns=INDEX_COLUMNS))
        picture = self.stage.folder / f"{name}.png"
        return Image(data=picture.read_bytes(), format="png", width=SHOWN_WIDTH)

    def index(self) -> Whole:
        """Which function of which notebook drew which figure from which data."""
        rows = pd.DataFrame(map(self._row, self.study.figures), columns=INDEX_COLUMNS)
        return Whole(rows[["title", "function", "data"]])

    def _caption_file(self, name: str) -> Path:
        return self.stage.folder / f"{name}.txt"

    def _row(self, name: str) -> dict[str, str]:
        spec = FIGURES[name]
        file = self._caption_file(name)
        return {
            "figure": name,
            "title": spec.title,
            "notebook": "notebooks/5_figures.ipynb",
            "function": f"{spec.module}.draw_{name}",
            "data": f"figures/{self.study.study}/{name}.csv",
            "caption": file.read_text(encoding="utf-8").strip() if file.exists() else "",
        }


def open_figures(study: Study, stage: Stage) -> Figures:
    """The figures of one study, after refusing names that do not exist.

    Raises
    ------
    FaultsError
        The study file names figures that do not exist or that its design cannot fill.
    """
    check_figures(study)
    return Figures(study, stage, Published(frames_of(stage), study))
