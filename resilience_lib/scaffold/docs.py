"""Documentation that is written from the code, so that it cannot fall behind it."""

from __future__ import annotations

import re
from typing import Any

from resilience_lib.figures.registry import FIGURES, check_figures
from resilience_lib.paths import relative, root
from resilience_lib.scaffold.estimands_page import estimands_page
from resilience_lib.scaffold.pages import instruments_page, intake_page
from resilience_lib.scaffold.pictures import write_pictures
from resilience_lib.scaffold.stories_page import stories_page
from resilience_lib.study.block import Block
from resilience_lib.study.load import load_study, study_names
from resilience_lib.study.schema import Study

_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"


def write_docs() -> list[str]:
    """Write the pages of docs/, README.md's figure table and its pictures; says what it wrote."""
    folder = root() / "docs"
    folder.mkdir(exist_ok=True)
    for name, text in doc_pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    readme = root() / "README.md"
    readme.write_text(
        with_figure_table(readme.read_text(encoding="utf-8")), encoding="utf-8", newline=""
    )
    written = [f"wrote {relative(folder / name)}" for name in doc_pages()]
    return [*written, f"wrote the figure table of {relative(readme)}", *write_pictures()]


def doc_pages() -> dict[str, str]:
    """The pages of docs/ that are written from the code, by file name."""
    return {
        "study-file.md": study_file_page(),
        "raw-files.md": intake_page(),
        "instruments.md": instruments_page(),
        "estimands.md": estimands_page(),
        "stories.md": stories_page(),
    }


def study_file_page() -> str:
    """Every key of a study file with its description, as Markdown."""
    lines = [
        "# The study file",
        "",
        "`studies/<study>/study.yml` says everything that the notebooks need to know of a "
        "study. A key that does not stand here is refused, with its line and the nearest valid "
        "key. `make new-study NAME=name` lays a commented one to start from. This page is "
        "written from the code by `make docs`.",
        "",
        "| key | must be given | what it says |",
        "| --- | --- | --- |",
        *_rows(Study, ""),
        "",
    ]
    return "\n".join(lines)


def _rows(block: type[Block], prefix: str) -> list[str]:
    rows = []
    for name, field in block.model_fields.items():
        needed = "yes" if field.is_required() else "no"
        rows.append(f"| `{prefix}{name}` | {needed} | {field.description} |")
        inner = _block_in(field.annotation)
        if inner is not None:
            kind = str(field.annotation)
            mark = "[]" if "tuple" in kind else ".<name>" if "dict" in kind else ""
            rows += _rows(inner, f"{prefix}{name}{mark}.")
    return rows


def _block_in(annotation: Any) -> type[Block] | None:
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _block_in(argument)
        if found is not None:
            return found
    return None


def figure_table() -> str:
    """Where each figure comes from, as a Markdown table over all studies."""
    lines = [
        "| figure | study | notebook | function | plotted data |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in study_names():
        study = load_study(name)
        check_figures(study)
        for figure in study.figures:
            spec = FIGURES[figure]
            lines.append(
                f"| {spec.title} | `{name}` | `notebooks/5_figures.ipynb` | "
                f"`{spec.module}.draw_{figure}` | `figures/{name}/{figure}.csv` |"
            )
    return "\n".join(lines)


def with_figure_table(readme: str) -> str:
    """The README with its figure table written anew between its two marks.

    Raises
    ------
    ValueError
        The marks are not there.
    """
    if _BEGIN not in readme or _END not in readme:
        raise ValueError(f"README.md needs the marks {_BEGIN} and {_END}")
    block = f"{_BEGIN}\n{figure_table()}\n{_END}"
    return re.sub(re.escape(_BEGIN) + ".*?" + re.escape(_END), lambda _: block, readme, flags=re.S)
