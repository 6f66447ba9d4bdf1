"""The register of sources, as far as exports of coded stories show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resilience_lib.readers.stories.export import CodedExport

COLUMNS: tuple[str, ...] = ("source", "role", "school", "asked")
# links of the register but for `pupil`: an attribute of that name is more often a yes or no than
# an id that is given out
LINKED = ("role", "school", "teller", "classroom", "site", "wave")


@dataclass(frozen=True)
class DraftedSources:
    """Rows of the register, and what a person has to look at.

    Parameters
    ----------
    rows : list of dict
        `COLUMNS`, and behind them each link that the exports know anything of.
    untold : list of str
        Sources without a coded segment: people who told nothing, or pictures and recordings.
    doubtful : dict of tuple to list of str
        By source and column: what the exports say, of which none was taken.
    """

    rows: list[dict[str, str]]
    untold: list[str]
    doubtful: dict[tuple[str, str], list[str]]


def draft_sources(exports: Sequence[CodedExport]) -> DraftedSources:
    """A row of the register for each source of the exports, in their order.

    Parameters
    ----------
    exports : sequence of CodedExport

    Returns
    -------
    DraftedSources
        Attributes of a source, or of a case it belongs to, fill the column that they are named
        like (role, school, site, ...).

    Examples
    --------
    >>> from resilience_lib.readers.stories.export import assembled
    >>> made = assembled({"source": ["s"], "quote": ["q"], "code": ["c"]}, attributes={
    ...     "of": ["source"], "name": ["s"], "attribute": ["Role"], "value": ["teacher"]})
    >>> draft_sources([made]).rows
    [{'source': 's', 'role': 'teacher', 'school': '', 'asked': 'yes'}]
    """
    sources = _each(name for export in exports for name in
                    (*export.sources["source"], *export.segments["source"]))  # fmt: skip
    marked = {name for export in exports for name in export.segments["source"]}
    values = _values(exports)
    doubtful = {place: said for place, said in values.items() if len(said) > 1}
    known = {place: said[0] for place, said in values.items() if place not in doubtful}
    more = [link for link in LINKED if link not in COLUMNS and any(at[1] == link for at in known)]
    rows = []
    for source in sources:
        row = {"source": source, "role": "", "school": "", "asked": "yes"} | dict.fromkeys(more, "")
        rows.append(row | {link: known.get((source, link), "") for link in LINKED if link in row})
    return DraftedSources(rows, [name for name in sources if name not in marked], doubtful)


def _values(exports: Sequence[CodedExport]) -> dict[tuple[str, str], list[str]]:
    """What the exports say of each source and link; several where they do not agree."""
    found: dict[tuple[str, str], list[str]] = {}
    for export in exports:
        cases: dict[str, list[str]] = {}
        for case, source in zip(export.cases["case"], export.cases["source"], strict=True):
            cases.setdefault(case, []).append(source)
        columns = ("of", "name", "attribute", "value")
        filled = export.attributes.dropna(subset=["name", "attribute", "value"])
        for of, name, attribute, value in filled[list(columns)].itertuples(index=False, name=None):
            link, said = attribute.strip().casefold(), value.strip()
            if link not in LINKED or not said:
                continue
            for source in _each(cases.get(name, ())) if of == "case" else [name]:
                there = found.setdefault((source, link), [])
                if said not in there:
                    there.append(said)
    return found


def _each(names: Iterable[object]) -> list[str]:
    """Each name once, in order; blanks left out."""
    return list(dict.fromkeys(str(name) for name in names if isinstance(name, str) and name))
