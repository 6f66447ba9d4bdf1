"""Every table there is, by name; and the one way from frames to its files.

The build checks names here before anything runs, so writing is imported by `make_table` alone.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from resilience_lib.errors import FaultsError
from resilience_lib.figures.names import Fit, faults_of_names
from resilience_lib.study.schema import Study

if TYPE_CHECKING:
    from resilience_lib.disclosure.cleared import Cleared
    from resilience_lib.disclosure.gates import Published
    from resilience_lib.tables.shape import Table


@dataclass(frozen=True)
class TableSpec:
    """One table: the module that holds `table_<name>`, the frames it reads, its title, its fit."""

    module: str
    reads: tuple[str, ...]
    title: str
    fit: Fit = field(default_factory=Fit)


TABLES: dict[str, TableSpec] = {
    "sample": TableSpec("resilience_lib.tables.sample", ("sample",), "Pupils and schools"),
    "descriptives": TableSpec(
        "resilience_lib.tables.descriptives", ("estimates",), "Means and standard deviations"
    ),
    "tests": TableSpec(
        "resilience_lib.tables.tests",
        ("estimates",),
        "Change and effect",
        Fit("contrast", instead="positions"),
    ),
    "effect_sizes": TableSpec(
        "resilience_lib.tables.effect_sizes",
        ("estimates",),
        "Standardised change",
        Fit("change", instead="positions"),
    ),
    "sensitivity": TableSpec(
        "resilience_lib.tables.sensitivity",
        ("sensitivity", "estimates"),
        "The same contrast under every method",
        Fit("contrast", instead="positions"),
    ),
    "persons": TableSpec(
        "resilience_lib.tables.persons",
        ("persons",),
        "Pupils who improved or deteriorated",
        Fit("change", instead="positions"),
    ),
    "dose": TableSpec("resilience_lib.tables.dose", ("dose",), "Change and dose", Fit("dose")),
    "further": TableSpec(
        "resilience_lib.tables.further",
        ("further",),
        "Picked pupils, rates, sites and two raters",
        Fit("further"),
    ),
    "positions": TableSpec(
        "resilience_lib.tables.positions",
        ("estimates",),
        "Gender gaps, schools and rank stability",
        Fit("place", instead="tests"),
    ),
    "attrition": TableSpec("resilience_lib.tables.attrition", ("estimates",), "Who was lost"),
    "cleaning": TableSpec("resilience_lib.tables.cleaning", ("log",), "What cleaning changed"),
    "links": TableSpec("resilience_lib.tables.links", ("links",), "How waves were linked"),
    "items": TableSpec(
        "resilience_lib.tables.items",
        ("items", "direction"),
        "Items: answers left out, and direction",
        Fit("items"),
    ),
    "reliability": TableSpec(
        "resilience_lib.tables.reliability",
        ("reliability", "ends"),
        "Reliability, floor and ceiling",
        Fit("items"),
    ),
    "functioning": TableSpec(
        "resilience_lib.tables.functioning",
        ("functioning", "estimates", "repeated"),
        "Items that work differently",
        Fit("items"),
    ),
    "joint_display": TableSpec(
        "resilience_lib.tables.joint_display",
        ("displays",),
        "What stories and numbers say of each theme",
        Fit("themes"),
    ),
    "theme_counts": TableSpec(
        "resilience_lib.tables.story_counts",
        ("coverage",),
        "What the stories tell of",
        Fit("stories"),
    ),
    "stories_told": TableSpec(
        "resilience_lib.tables.story_counts",
        ("coverage", "reach"),
        "Stories asked for and told",
        Fit("stories"),
    ),
    "cooccurrence": TableSpec(
        "resilience_lib.tables.story_counts",
        ("cooccurrence",),
        "Codes that are told together",
        Fit("stories"),
    ),
    "quote_matrix": TableSpec(
        "resilience_lib.tables.quote_matrix", ("quotes",), "In their words", Fit("quotes")
    ),
    "value_matrix": TableSpec(
        "resilience_lib.tables.value_cycles",
        ("value_matrix",),
        "Value creation matrix",
        Fit("indicators"),
    ),
    "flows": TableSpec(
        "resilience_lib.tables.value_cycles",
        ("flows",),
        "Transitions between cycles",
        Fit("stories"),
    ),
    "assigned": TableSpec(
        "resilience_lib.tables.compared",
        ("assigned",),
        "Tellers' own codes and coders'",
        Fit("stories"),
    ),
    "associations": TableSpec(
        "resilience_lib.tables.compared",
        ("associations",),
        "Schools' change and what they told",
        Fit("associations"),
    ),
    "convergence": TableSpec(
        "resilience_lib.tables.convergence",
        ("convergence",),
        "Convergence of stories and numbers",
        Fit("convergence"),
    ),
    "agreement": TableSpec(
        "resilience_lib.tables.agreement", ("agreement",), "Agreement of coders", Fit("coders")
    ),
    "collection": TableSpec(
        "resilience_lib.tables.mixed_plan",
        ("collection",),
        "Where the strands were collected",
        Fit("themes"),
    ),
    "joins": TableSpec(
        "resilience_lib.tables.joins",
        ("join_stories", "asked_roles"),
        "What stories were joined to",
        Fit("joins"),
    ),
    "thread": TableSpec(
        "resilience_lib.tables.mixed_plan", ("thread",), "Threads followed", Fit("themes")
    ),
    "checklist": TableSpec(
        "resilience_lib.tables.mixed_plan", ("checklist",), "What guidelines ask", Fit("stories")
    ),
}


def check_tables(study: Study) -> None:
    """Refuse names of tables that do not exist, or that the study's design cannot fill.

    Raises
    ------
    FaultsError
        With the nearest valid name for each.
    """
    known = {name: spec.fit for name, spec in TABLES.items()}
    faults = faults_of_names(study, "tables", study.tables, known)
    if faults:
        raise FaultsError(faults)


def make_table(name: str, published: Published, folder: Path) -> Cleared:
    """Clear, lay out and write one table.

    Parameters
    ----------
    name : str
        A key of `TABLES`.
    published : Published
        Frames of stage 4.
    folder : Path
        Where `<name>.csv`, `.html` and `.docx` go; must exist.

    Returns
    -------
    Cleared
        Cells as text; `.frame` for a look at them.
    """
    from resilience_lib.figures.labels import Labels
    from resilience_lib.tables.write import write_table

    spec = TABLES[name]
    labels = Labels.from_study(published.study)
    function = getattr(importlib.import_module(spec.module), f"table_{name}")
    laid_out: tuple[Table, Cleared] = function(*(published[read] for read in spec.reads), labels)
    table, cleared = laid_out
    write_table(table, name, cleared, folder)
    return cleared
