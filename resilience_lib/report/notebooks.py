"""Executed notebooks as web pages, without anything fetched from elsewhere."""

from __future__ import annotations

from pathlib import Path

_STYLE = """<style>
#notebook-container { width: auto; max-width: 1280px; padding: 15px 24px; }
div.output_subarea { max-width: 100%; padding: 0.4em 0; }
.rendered_html table { font-size: 11px; }
.rendered_html th, .rendered_html td { padding: 0.35em 0.45em; }
</style>"""
"""The template's page is as narrow as a column of text; tables of a paper are wider."""


def notebook_page(path: Path, title: str) -> str:
    """An executed notebook as one HTML page.

    Parameters
    ----------
    path : Path
        The executed notebook.
    title : str
        Title of the page.

    Returns
    -------
    str
        HTML with its style inside; no script or font is loaded from a network.
    """
    import nbformat
    from nbconvert import HTMLExporter

    notebook = nbformat.read(path, as_version=4)
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
    return str(body).replace("</head>", f"{_STYLE}\n</head>", 1)
