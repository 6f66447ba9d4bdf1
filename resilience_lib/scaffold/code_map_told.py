"""What `make code-map` says: what it wrote, what a file lacks, what a person still has to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from resilience_lib.errors import TO_FILL_IN
from resilience_lib.paths import raw, relative
from resilience_lib.scaffold.certificates import WAIT
from resilience_lib.scaffold.draft_sources import DraftedSources
from resilience_lib.store.decisions import read_decisions
from resilience_lib.store.described import lines_to_paste
from resilience_lib.stories.drafted import NOT_SUGGESTED, SUGGESTED

_WHY = {
    "source": "people who told nothing, or names that are mistyped",
    "code": "mistyped, or gone from the exports; only those of a consensus are accepted",
}


@dataclass(frozen=True)
class PeopleFile:
    """A file that people write, beside the rows that the exports give it.

    Parameters
    ----------
    path : Path
    key : str
        The column that its rows are told apart by: source or code.
    rows : list of dict
        Drafted.
    there : list of str, optional
        What stands in that column; None where the file is absent.
    """

    path: Path
    key: str
    rows: list[dict[str, str]]
    there: list[str] | None

    @property
    def lacking(self) -> list[dict[str, str]]:
        """Rows whose source or code the file does not have."""
        known = set(self.there or ())
        return [row for row in self.rows if row[self.key] not in known]


def told_of(file: PeopleFile) -> list[str]:
    """What was written into a file or, where it was there, what it lacks and has too much.

    Parameters
    ----------
    file : PeopleFile
        As it was before.

    Returns
    -------
    list of str
        With lines to paste, which stand by themselves.
    """
    place, key = relative(file.path), file.key
    if file.there is None:
        sure = sum(row.get("note", "").startswith(SUGGESTED) for row in file.rows)
        more = f", {sure} with a suggestion" if key == "code" else ""
        return [f"{place}: {len(file.rows)} rows written{more}"]
    known = {row[key] for row in file.rows}
    other = sum(name not in known for name in file.there)
    said = [f"{place} is there, and stays as it is"]
    if other:
        said.append(f"  rows that name a {key} no export has: {other} ({_WHY[key]})")
    if not file.lacking:
        return [*said, f"  every {key} of the exports has a row"]
    header, *lines = lines_to_paste(file.path, file.lacking)
    count = f"  {key}s of the exports without a row: {len(file.lacking)}; paste at its end"
    return [*said, f"{count}, below the columns {header}", *lines]


def look_at(register: PeopleFile, sources: DraftedSources, flat: Mapping[str, str]) -> list[str]:
    """What may be right and may be none of the register's or the code map's business.

    Parameters
    ----------
    register : PeopleFile
    sources : DraftedSources
    flat : mapping of str to str
        `draft_codes.flat_codes`.

    Returns
    -------
    list of str
        Only of rows that the register did not have.
    """
    fresh = {row["source"] for row in register.lacking}
    told = [
        f"{link} of {source}: the exports say {' and '.join(said)}; left blank"
        for (source, link), said in sources.doubtful.items()
        if source in fresh
    ]
    untold = [source for source in sources.untold if source in fresh]
    if untold:
        told.append(
            f"without a coded segment: {', '.join(untold)}: keep who was asked and told nothing, "
            "delete what is nobody's story (a picture, a recording, notes)"
        )
    told += [
        f"{code} seems to have levels: if so, write nested_by: {sign!r} beside its export, delete "
        "the draft of the code map, and run this again"
        for sign, code in flat.items()
    ]
    return ["Look at:", *(f"  {one}" for one in told)] if told else []


def next_steps(study: str, register: PeopleFile, code_map: PeopleFile) -> list[str]:
    """What a person still has to do, `make check` last.

    Parameters
    ----------
    study : str
        Whose files are written by now.
    register, code_map : PeopleFile
        As they were before.

    Returns
    -------
    list of str
    """
    source = raw(study) / "source.yml"
    text = source.read_text(encoding="utf-8")
    again = f"make code-map STUDY={study}"
    told = []
    if register.lacking or WAIT in text:
        told.append(
            f"{relative(register.path)}: fill in role and school. Who was asked and told nothing "
            "is in no export, and belongs to the denominators: add a row for each"
        )
    if _undecided(code_map.path):
        told.append(
            f"{relative(code_map.path)}: decide on each row with a note of the draft, then empty "
            "the note; it is refused until then"
        )
    elif code_map.lacking:
        told.append(
            f"{relative(code_map.path)}: a code without a row counts for nothing; make check lists "
            "it as not in the code map"
        )
    # with its colon: the file's own heading speaks of it too
    if text.count(f"{TO_FILL_IN}:") > text.count(WAIT):
        told.append(f"{relative(source)}: write what says {TO_FILL_IN}")
    if WAIT in text:
        told.append(f"{again}: once roles are filled in, for the register's checksum")
    return ["Next:", *(f"  {one}" for one in (*told, f"make check STUDY={study}"))]


def _undecided(code_map: Path) -> bool:
    notes = read_decisions(code_map, "code_map")["note"].str.casefold()
    return bool(notes.str.startswith((SUGGESTED, NOT_SUGGESTED)).any())
