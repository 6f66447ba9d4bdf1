"""The page of design help."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib import __version__
from resilience_lib.report.pages import template

METHODS: tuple[str, ...] = (
    "Change of pupils seen twice, its gender difference and the difference between arms (at the "
    "later wave, and in change): least squares with CR2 errors by school and "
    "Satterthwaite df (Pustejovsky & Tipton 2018).",
    "Standard errors by the variance components assumed, with every school's size (Raudenbush "
    "1997, Psychological Methods 2, 173-185; Eldridge, Ashby & Kerry 2006, International Journal "
    "of Epidemiology 35, 1292-1300; Hemming et al. 2011, BMC Medical Research Methodology 11, 102; "
    "Dong & Maynard 2013, Journal of Research on Educational Effectiveness 6, 24-67).",
    "Power by the noncentral t with the df of CR2 on the planned design; the least that would be "
    "found is Bloom's (1995, Evaluation Review 19, 547-556) minimum detectable effect.",
    "The simulation generates pupils in schools under the same assumptions, loses pupils at "
    "random, and runs the library's own estimators.",
)

COLUMNS: dict[str, str] = {
    "schools": "Schools",
    "pupils": "Pupils seen twice",
    "std_error": "Standard error",
    "df": "df",
    "detectable": "Least found (SD)",
    "power_0.1": "Power at 0.1 SD",
    "power_0.2": "Power at 0.2 SD",
    "power_0.3": "Power at 0.3 SD",
}


def shown_rows(table: pd.DataFrame, names: dict[str, str]) -> list[list[str]]:
    """Cells of the printed table, the contrast first; * marks the planned number of schools.

    Examples
    --------
    >>> row = {"contrast": "change", "schools": 11, "planned": True, "pupils": 440,
    ...        "std_error": 0.0732, "df": 10.0, "detectable": 0.2281, "power_0.1": 0.24,
    ...        "power_0.2": 0.69, "power_0.3": 0.96}
    >>> shown_rows(pd.DataFrame([row]), {"change": "a change"})[0][:6]
    ['a change', '11*', '440', '0.073', '10.0', '0.23']
    """
    digits = {"std_error": ".3f", "df": ".1f", "schools": "d", "pupils": "d"}
    rows = []
    for one in table.to_dict("records"):
        cells = [
            "-" if pd.isna(one[name]) else format(one[name], digits.get(str(name), ".2f"))
            for name in COLUMNS
        ]
        cells[0] += "*" if one["planned"] else ""
        rows.append([names[str(one["contrast"])], *cells])
    return rows


def design_page(
    title: str, said: Sequence[str], rows: Sequence[Sequence[str]], assumed: pd.DataFrame
) -> str:
    """The page as HTML."""
    return str(
        template("design.html").render(
            title=title,
            sentences=said,
            columns=["Contrast", *COLUMNS.values()],
            rows=rows,
            assumed=assumed.to_dict("records"),
            methods=METHODS,
            version=__version__,
        )
    )


def design_text(
    title: str, said: Sequence[str], rows: Sequence[Sequence[str]], assumed: pd.DataFrame
) -> str:
    """The same as Markdown, for a proposal.

    Examples
    --------
    >>> got = design_text("T", ["One."], [["a", *"12345678"]],
    ...                   pd.DataFrame({"key": ["k"], "value": ["1"], "source": ["s"]}))
    >>> got.splitlines()[0]
    '# What this study could find: T'
    """
    heads = ["Contrast", *COLUMNS.values()]
    sources = assumed[["key", "value", "source"]].to_numpy().tolist()
    return "\n".join(
        [
            f"# What this study could find: {title}",
            "",
            "**Assumptions, not results.**",
            "",
            *(f"- {sentence}" for sentence in said),
            "",
            *_table(heads, rows),
            "",
            "\\* the planned number of schools.",
            "",
            *_table(["Key", "Value", "Source"], sources),
            "",
            *(f"- {method}" for method in METHODS),
            "",
        ]
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in (heads, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return [lines[0], "|" + " --- |" * len(heads), *lines[1:]]
