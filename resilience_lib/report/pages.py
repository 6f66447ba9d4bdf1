"""The pages of each study, and the index of all studies."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import Any

import pandas as pd

from resilience_lib import __version__
from resilience_lib.paths import executed_notebook, relative, reports, root
from resilience_lib.report.methods import describe_methods
from resilience_lib.report.notebooks import notebook_page
from resilience_lib.report.people import protect_people, say_how, say_invented
from resilience_lib.store.stages import read_table
from resilience_lib.study.load import load_study, study_names
from resilience_lib.study.schema import Study

PUBLISHED_NOTEBOOKS: dict[str, str] = {"5_figures": "Figures", "6_report": "Tables and numbers"}
"""The others may show pupils and stay with the data."""

_SHOWN: tuple[str, ...] = ("id", "kind", "status", "source", "note", "reason")


def write_pages(names: Iterable[str]) -> list[str]:
    """Write the pages of the named studies, and the index of all that have pages.

    Parameters
    ----------
    names : iterable of str
        Studies whose stages are built.

    Returns
    -------
    list of str
        One sentence a study that says where its report is.
    """
    said = []
    for name in names:
        study = load_study(name)
        folder = reports(name)
        for stage, title in PUBLISHED_NOTEBOOKS.items():
            page = notebook_page(
                executed_notebook(name, stage), f"{study.title}: {title}", synthetic=study.synthetic
            )
            _write(folder / f"{stage}.html", page)
        _write(folder / "index.html", _study_page(study))
        said.append(f"report of {name}: {relative(folder / 'index.html')}")
    built = [load_study(n) for n in study_names() if (reports(n) / "index.html").exists()]
    page = template("index.html").render(studies=built, version=__version__)
    _write(root() / "reports" / "index.html", page)
    return said


def _write(path: Any, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8", newline="")
    shutil.move(partial, path)


def template(name: str) -> Any:
    """A page's template, by its file name."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("resilience_lib.report")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(name)


def _study_page(study: Study) -> str:
    figures = read_table(study.study, "5_figures", "index")
    tables = read_table(study.study, "6_report", "index")
    verdict = _verdict(study.study)
    counts = pd.Series([row["status"] for row in verdict], dtype="str").value_counts()
    return str(
        template("study.html").render(
            study=study,
            notebooks=[
                {"href": f"{stage}.html", "title": title.lower()}
                for stage, title in PUBLISHED_NOTEBOOKS.items()
            ],
            figures=[
                {**row, "href": f"../../figures/{study.study}/{row['figure']}"}
                for row in figures.to_dict("records")
            ],
            tables=tables.to_dict("records"),
            verdict=verdict,
            verdict_summary=", ".join(f"{count} {status}" for status, count in counts.items()),
            methods=describe_methods(study),
            how=say_how(study),
            protection=protect_people(study),
            invented=say_invented(study),
            version=__version__,
        )
    )


def _verdict(study: str) -> list[dict[str, str]]:
    """The verdict as the page shows it: six significant digits, nothing where nothing is."""
    table = read_table(study, "6_report", "numbers")
    rows = []
    for row in table.to_dict("records"):
        printed = row["printed_as"]
        shown = {name: str(row[name]) if pd.notna(row[name]) else "" for name in _SHOWN}
        shown["printed"] = f"{row['value']}" if pd.isna(printed) else str(printed)
        shown["found"] = "" if pd.isna(row["found"]) else f"{row['found']:.6g}"
        rows.append(shown)
    return rows
