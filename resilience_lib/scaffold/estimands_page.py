"""The page of the documentation about estimands: one name for one definition."""

from __future__ import annotations

from resilience_lib.effects.names import BESIDE_NAMES, CHANGE_NAMES
from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.models.cr2 import ModelInputError


def estimands_page() -> str:
    """Every estimand of the registry as Markdown, with what it needs and where it comes from."""
    rows = [
        f"| `{entry.name}` | {entry.label} | {_plain(entry.symbol)} | {_null(entry.null)} | "
        f"{', '.join(entry.needs) or 'any design'} | {_instead(entry.instead)} | "
        f"{_where(entry.data)} | {_where(entry.summary)} | {_plain(entry.source)} |"
        for entry in ESTIMANDS.values()
    ]
    return "\n".join(
        [
            "# Estimands",
            "",
            "One name stands for one definition: in the Estimate frame, in tables, in "
            "`numbers.csv` and in the study file. Asking for one that a design does not fit is "
            "refused, with the "
            "one that fits (*instead*). *Needs*: comparable is one scale at every wave, comparison "
            "a comparison arm, exposure the time or number at risk beside each count. This page is "
            "written from the code by `make docs`.",
            "",
            f"Change may lead with {_listed(CHANGE_NAMES)}; beside g_total an effect may have "
            f"{_listed(BESIDE_NAMES)} (`estimand` in docs/study-file.md). What cannot be computed "
            "is missing with a reason; input that no method takes raises "
            f"`{ModelInputError.__name__}`.",
            "",
            "| name | what it is | symbol | nothing is | needs | instead | from rows | "
            "from summaries | definition and source |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _plain(text: str) -> str:
    return text.replace("|", r"\|")


def _null(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _instead(name: str) -> str:
    return f"`{name}`" if name else ""


def _where(function: str) -> str:
    return f"`{function.rpartition(':')[2]}`" if function else ""
