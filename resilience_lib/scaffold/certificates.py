"""Entries in source.yml of what `make code-map` reads and writes."""

from __future__ import annotations

import re
from pathlib import Path

from resilience_lib.errors import TO_FILL_IN, Fault, FaultsError
from resilience_lib.paths import raw, relative
from resilience_lib.store.checksums import sha256
from resilience_lib.store.decisions import read_decisions
from resilience_lib.study.source_draft import named_sums, with_entry
from resilience_lib.study.stories import Stories

WAIT = f"{TO_FILL_IN}: run make code-map again once the register is filled in"
"""In place of a checksum: the register changes as soon as somebody fills it in."""
_SUM = re.compile(r"[0-9a-f]{64}")


def raw_file(study: str, name: str) -> Path:
    """Path of a raw file that source.yml may not name yet.

    Parameters
    ----------
    study : str
    name : str
        Below data/raw/<study>/.

    Returns
    -------
    Path

    Raises
    ------
    FaultsError
        The file is absent, or source.yml has another checksum for it.
    """
    path = raw(study) / name
    if not path.is_file():
        remedy = f"put it there, or run: make fetch STUDY={study}"
        raise FaultsError([Fault(relative(path), "the raw file does not exist", remedy)])
    said, found = (
        named_sums(_text(study), relative(raw(study) / "source.yml")).get(name, ""),
        sha256(path),
    )
    if _SUM.fullmatch(said) and said != found:
        rule = f"the raw data differ: source.yml has sha256 {said}, the file {found}"
        remedy = "put the original file back, or write the file's sum into source.yml"
        raise FaultsError([Fault(relative(path), rule, remedy)])
    return path


def certified(study: str, stories: Stories) -> tuple[list[str], bytes | None]:
    """Entries of exports, register and triads: those that source.yml lacks are drafted.

    Parameters
    ----------
    study : str
    stories : Stories

    Returns
    -------
    tuple of list of str and bytes
        What was done, and the new source.yml; None where it stays as it is. The register's
        checksum waits until a role is filled in; triads that are not there yet have no entry.

    Raises
    ------
    FaultsError
        source.yml cannot be read, or the register has faults.
    """
    place, said = relative(raw(study) / "source.yml"), list[str]()
    before = text = _text(study)
    sums = named_sums(text, place)
    books = [export.codebook for export in stories.exports if export.codebook is not None]
    positions = [stories.triads] if stories.triads is not None else []
    there = [name for name in positions if (raw(study) / name).exists()]
    named = dict.fromkeys((*(export.name for export in stories.exports), *books, *there))
    added = {name: sha256(raw(study) / name) for name in named if name not in sums}
    register = stories.sources
    now, had = _signature(study, register), sums.get(register)
    if had is None:
        added[register] = now
    elif now not in (had, WAIT):
        # a checksum that stands there was true once: only a person takes it back
        if had and not _SUM.fullmatch(had) and text.count(had) == 1:
            text = text.replace(had, now)
            said.append(f"{place}: the checksum of {register} written")
        else:
            said.append(f"{place} has another checksum for {register}; if you changed the file on "
                        f"purpose, write sha256: '{now}'")  # fmt: skip
    for name, total in added.items():
        text = with_entry(text, place, name, total)
    if added:
        said.append(f"{place}: entries written for {', '.join(added)}")
    return said, None if text == before else text.encode()


def _signature(study: str, register: str) -> str:
    path = raw(study) / register
    filled = path.exists() and read_decisions(path, "sources")["role"].ne("").any()
    return sha256(path) if filled else WAIT


def _text(study: str) -> str:
    path = raw(study) / "source.yml"
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except UnicodeDecodeError:
        rule = "the file is not UTF-8 text"
        raise FaultsError([Fault(relative(path), rule, "save it as UTF-8")]) from None
