"""Executed notebooks as web pages, without anything fetched from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from resilience_lib.report.cells import align_words

_STYLE = """<style>
#notebook-container { width: auto; max-width: 1280px; padding: 15px 24px; }
div.output_subarea { max-width: 100%; padding: 0.4em 0; }
div.input_area > div.highlight > pre { padding-bottom: 0.3em; }
.rendered_html table { font-size: 11px; }
.rendered_html th, .rendered_html td { padding: 0.35em 0.45em; vertical-align: top; }
</style>"""
"""The template's page is as narrow as a column of text, and tables of a paper are wider; of a
cell's last line of code it cuts what hangs down."""


_NOT_ASKED = ": not asked for in studies/"
"""What a cell prints whose figure or table the study file does not name."""


def notebook_page(path: Path, title: str, *, synthetic: bool = False) -> str:
    """An executed notebook as one HTML page.

    Parameters
    ----------
    path : Path
        The executed notebook.
    title : str
        Title of the page, which stands on top of it.
    synthetic : bool
        Mark the page as one of synthetic data.

    Returns
    -------
    str
        HTML with its style inside; no script or font is loaded from a network.
    """
    import nbformat
    from nbconvert import HTMLExporter

    notebook = without_unasked(nbformat.read(path, as_version=4))
    badge = "<br>**SYNTHETIC DATA**" if synthetic else ""
    head = f"[To the report](index.html)<br>**{title}**{badge}"
    notebook.cells.insert(0, _words(head, "page-head"))
    # prompts carry no meaning for a reader, and the parameters cell is shown as it is
    exporter = HTMLExporter(
        template_name="classic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        require_js_url="",
        mathjax_url="",
        jquery_url="",
        html_manager_semver_range="",
    )
    body, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})
    return align_words(str(body).replace("</head>", f"{_STYLE}\n</head>", 1))


def without_unasked(notebook: Any) -> Any:
    """A notebook without the figures or tables that its study file does not ask for.

    Each goes with the sentence above it; one line at the end of the page names them all.

    Parameters
    ----------
    notebook : NotebookNode
        As it was executed; it is changed.

    Returns
    -------
    NotebookNode
        The same.
    """
    kept: list[Any] = []
    names = []
    for cell in notebook.cells:
        said = _printed(cell)
        if _NOT_ASKED not in said:
            kept.append(cell)
            continue
        names.append(said.partition(_NOT_ASKED)[0])
        if kept and kept[-1].cell_type == "markdown":
            kept.pop()
    if names:
        listed = ", ".join(names)
        kept.append(_words(f"The study file does not ask for: {listed}.", "page-unasked"))
    notebook.cells = kept
    return notebook


def _printed(cell: Any) -> str:
    """What a cell printed, where it printed one thing alone."""
    outputs = cell.get("outputs", [])
    if cell.cell_type != "code" or len(outputs) != 1:
        return ""
    return str(outputs[0].get("text", ""))


def _words(text: str, name: str) -> Any:
    from nbformat.v4 import new_markdown_cell

    # a name of its own, since a drawn one would be another at each build
    return new_markdown_cell(text, id=name)
