"""A small repository of its own: the library copied, two toy studies and six toy notebooks."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent.parent
STUDIES = ("alpha", "beta")
ALL = ("1_clean", "2_score", "3_join", "4_estimate", "5_figures", "6_report", "pages")

STUDY = """\
study: {study}
title: Toy
question: Does the build work?
synthetic: true
synthetic_because: Written for a test.
citations: [None]
seed: 1
files:
  - {{name: pupils.csv, reader: csv}}
waves:
  - {{name: T1, value: "a", label: Before}}
  - {{name: T2, value: "b", label: After}}
gender: {{values: {{f: girls, m: boys}}, difference: [girls, boys]}}
outcomes:
  - {{name: score, column: score, label: Score, unit: points, range: [0, 99],
      higher_is_better: true, comparable_across_waves: false, role: primary}}
families: {{primary: holm, other: benjamini_hochberg}}
disclosure: {{open_data: true, reason: Invented.}}
figures: []
tables: []
"""
SOURCE = """\
files:
  - name: pupils.csv
    origin: {{kind: team, collected: Written by a test.}}
    licence: none
    consent: none
    citation: none
    sha256: {sha}
"""
RAW = "pupil,school,wave,gender,score\n1,s1,a,f,10\n2,s1,a,m,12\n1,s1,b,f,11\n2,s1,b,m,15\n"

MODULES = {
    "effects/toy.py": "def effect(frame):\n    return frame.groupby('wave')['score'].mean()\n",
    "figures/toy.py": (
        "def draw(frame):\n    from matplotlib.figure import Figure\n"
        "    figure = Figure(figsize=(2, 2))\n"
        "    figure.subplots().plot(frame['score'])\n    return figure\n"
    ),
    "figures/toy_registry.py": "FIGURES = {'toy': 'resilience_lib.figures.toy'}\n",
    "report/__init__.py": '"""Pages."""\n',
    "report/pages.py": (
        "from resilience_lib.paths import reports\n\n\ndef write_pages(names):\n"
        "    for name in names:\n        page = reports(name) / 'index.html'\n"
        "        page.write_text(f'<h1>{name}</h1>', encoding='utf-8')\n"
    ),
}
"""Modules that the toy notebooks use; they stand beside the library's own."""

_OPEN = "stage = open_stage(study, '{stage}')"
_USE = "from resilience_lib.store.stages import open_stage"
NOTEBOOKS: dict[str, list[str]] = {
    "1_clean": [
        f"import pandas as pd\nfrom resilience_lib.store.raw import raw_path\n{_USE}",
        "frame = pd.read_csv(raw_path(study, 'pupils.csv'), dtype={'pupil': str})",
        f"{_OPEN}\nstage.write('waves', frame)\nstage.commit()",
        "frame",
    ],
    "2_score": [
        _USE,
        f"{_OPEN}\nframe = stage.read('1_clean', 'waves')",
        "stage.write('scores', frame[['pupil', 'wave', 'score']])\nstage.commit()",
    ],
    "3_join": [
        _USE,
        f"{_OPEN}\nwaves = stage.read('1_clean', 'waves').drop(columns='score')",
        "joined = waves.merge(stage.read('2_score', 'scores'), on=['pupil', 'wave'])",
        "stage.write('analysis', joined)\nstage.commit()",
    ],
    "4_estimate": [
        f"{_USE}\nfrom resilience_lib.effects.toy import effect",
        f"{_OPEN}\nfound = effect(stage.read('3_join', 'analysis')).reset_index()",
        "stage.write('estimates', found)\nstage.commit()\nfound",
    ],
    "5_figures": [
        "from resilience_lib.build.ensure import ensure_stages\n"
        "ensure_stages(study, before='5_figures')",
        f"import importlib\n{_USE}\nfrom resilience_lib.figures.toy_registry import FIGURES",
        f"{_OPEN}\nframe = stage.read('4_estimate', 'estimates')",
        "figure = importlib.import_module(FIGURES['toy']).draw(frame)\nfigure",
        "figure.savefig(stage.folder / 'toy.png', metadata={'Software': None})\n"
        "stage.write('toy', frame)\nstage.commit()",
        "import matplotlib.pyplot as plt\n_ = plt.plot(frame['score'])",
    ],
    "6_report": [
        _USE,
        f"{_OPEN}\nframe = stage.read('4_estimate', 'estimates')",
        "import warnings\nwarnings.warn('shown with the place of the cell')",
        "import matplotlib.pyplot as plt\nfrom matplotlib.figure import Figure\nFigure()",
        "import pandas as pd\npd.DataFrame([range(30)])",
        "import seaborn\nplt.figure(figsize=(1, 1))\n_ = seaborn.kdeplot([1, 2, 4])",
        "import os, sys\nprint([path.removeprefix(os.environ['RESILIENCE_ROOT']) "
        "for path in (*sys.path, os.getcwd())])\nprint(sys.argv[0].rpartition('/')[2][:18])",
        "stage.write('table', frame)\nstage.commit()",
    ],
}


def notebook(stage: str, cells: list[str]) -> dict[str, Any]:
    """A stripped notebook as JupyterLab would save it."""
    parameters = {"tags": ["parameters"]}
    sources = [(parameters, 'study = "alpha"\nseed = 1')] + [
        ({}, cell.replace("{stage}", stage)) for cell in cells
    ]
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{i}",
                "metadata": metadata,
                "source": source,
                "execution_count": None,
                "outputs": [],
            }
            for i, (metadata, source) in enumerate(sources)
        ],
        "metadata": {
            "kernelspec": {
                "name": "python3",
                "language": "python",
                "display_name": "Python 3 (ipykernel)",
            },
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def make_tree(folder: Path) -> Path:
    """Lay the toy repository into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(
        HERE / "resilience_lib",
        folder / "resilience_lib",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(HERE / "requirements.lock", folder)
    for name, text in MODULES.items():
        path = folder / "resilience_lib" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for stage, cells in NOTEBOOKS.items():
        write_notebook(folder, stage, cells)
    for study in STUDIES:
        (folder / "studies" / study).mkdir(parents=True)
        (folder / "studies" / study / "study.yml").write_text(
            STUDY.format(study=study), encoding="utf-8"
        )
        (folder / "data" / "raw" / study).mkdir(parents=True)
        (folder / "data" / "raw" / study / "codebook.csv").write_text("variable\npupil\n")
        write_raw(folder, study, RAW)
    return folder


def write_notebook(folder: Path, stage: str, cells: list[str]) -> None:
    """Replace a notebook."""
    path = folder / "notebooks" / f"{stage}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(notebook(stage, cells), indent=1), encoding="utf-8")


def write_raw(folder: Path, study: str, text: str) -> None:
    """Replace the raw file, with its checksum in source.yml."""
    place = folder / "data" / "raw" / study
    (place / "pupils.csv").write_text(text, encoding="utf-8")
    sha = hashlib.sha256(text.encode()).hexdigest()
    (place / "source.yml").write_text(SOURCE.format(sha=sha), encoding="utf-8")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment in which a tree uses its own library and nobody else's root."""
    return {**os.environ, "RESILIENCE_ROOT": str(folder), "PYTHONPATH": str(folder), **more}


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """python -m resilience_lib in a tree."""
    return subprocess.run(
        [sys.executable, "-m", "resilience_lib", *arguments],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=180,
    )


def processes(folder: Path) -> list[int]:
    """Numbers of the processes that work in a tree (Linux)."""
    wanted = f"RESILIENCE_ROOT={folder}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in place.read_bytes().split(b"\0"):
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


def files(folder: Path, *below: str) -> dict[str, bytes]:
    """Every file below some folders of a tree, but for what the build keeps for itself."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in below
        for path in sorted((folder / name).rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    }


def build(folder: Path, studies: tuple[str, ...] = STUDIES) -> list[str]:
    """Build a tree; the stages that ran, such as `alpha 1_clean`, sorted."""
    code = (
        "import json; from resilience_lib.build.driver import build;"
        f"print(json.dumps(sorted(' '.join(t) for t in build({list(studies)!r}).ran)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    ran: list[str] = json.loads(done.stdout.splitlines()[-1])
    return ran


def build_plan(folder: Path) -> list[str]:
    """What a build would look at, such as `alpha 1_clean`; nothing is run."""
    code = (
        "from resilience_lib.build.driver import plan;"
        f"print(*(f'{{p.study}} {{p.stage}}' for p in plan({list(STUDIES)!r})), sep=chr(10))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment(folder),
                          capture_output=True, text=True, check=True)  # fmt: skip
    return done.stdout.splitlines()
