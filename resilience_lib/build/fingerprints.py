"""Content hashes of everything that decides what a stage gives."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from resilience_lib import paths
from resilience_lib.build.code import Library
from resilience_lib.build.files import ABSENT, digest, file_digest, read_json, write_json
from resilience_lib.build.stripped import code_of, stripped_cells
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.store.reads import FILES, READS, stages_of

PAGES = "pages"
"""The report's pages, treated like a stage without a notebook."""

_PAGES_MODULE = "resilience_lib.report.pages"
_SETTLED_NS = 100_000_000


def key(inputs: Mapping[str, str]) -> str:
    """One hash over all inputs of a stage.

    Examples
    --------
    >>> key({"a": "1", "b": "2"}) == key({"b": "2", "a": "1"})
    True
    """
    return digest(json.dumps(dict(inputs), sort_keys=True).encode())


def code_folder() -> Path:
    """The folder whose `resilience_lib` notebooks import: the root's own, else this one's."""
    if paths.library().is_dir():
        return paths.root()
    return Path(__file__).resolve().parent.parent.parent


class Fingerprints:
    """The inputs of stages as they stand on disk; each file is read once."""

    def __init__(self) -> None:
        self._library = Library(
            code_folder() / "resilience_lib", paths.processed(".cache") / "imports.json"
        )
        self._lock = file_digest(paths.lock_file())
        self._notebooks: dict[str, dict[str, str]] = {}

    def inputs(
        self, study: str, stage: str, upstream: Mapping[str, str], parameters: Mapping[str, Any]
    ) -> dict[str, str]:
        """Hash of every input of a stage.

        Parameters
        ----------
        study, stage : str
        upstream : mapping
            Each earlier stage that this one reads to the hash of its output.
        parameters : mapping
            What the notebook is given.

        Returns
        -------
        dict
            For instance `study file`, `raw data star.csv`, `notebook`,
            `code resilience_lib.effects.change`, `environment lock`, `upstream 3_join`.

        Raises
        ------
        FaultsError
            The notebook is absent or no notebook, or the study file or source.yml has faults.
        """
        found = self._shared(stage) | {"parameters": digest(json.dumps(parameters).encode())}
        places = {
            "study file": paths.study_file(study),
            "codebook": paths.codebook(study),
            "source.yml": paths.raw(study) / "source.yml",
            "numbers.csv": paths.numbers_file(study),
        }
        for name in FILES[stage]:
            if name == "instruments":
                own = sorted(paths.instruments(study).glob("*.yml"))
                found |= {f"instrument {path.stem}": file_digest(path) for path in own}
            elif name == "decisions":
                for one in declared(study).decisions:
                    found[one] = file_digest(paths.decision(study, one))
            else:
                found[name] = file_digest(places[name])
        if "raw" in READS[stage]:
            for name in declared(study).raw:
                found[f"raw data {name}"] = _raw_digest(study, name)
        if "told" in READS[stage]:
            for name in declared(study).told:
                found[f"raw data {name}"] = _raw_digest(study, name)
        return found | {f"upstream {name}": value for name, value in upstream.items()}

    def pages_inputs(self, study: str, upstream: Mapping[str, str]) -> dict[str, str]:
        """The same for the report's pages; `upstream` holds tables, figures and notebooks."""
        code = self._library.reached([_PAGES_MODULE])
        found = {f"code {name}": value for name, value in code.items()}
        found["environment lock"] = self._lock
        found["study file"] = file_digest(paths.study_file(study))
        return found | {f"upstream {name}": value for name, value in upstream.items()}

    def save(self) -> None:
        """Remember what took time to find."""
        self._library.save()

    def _shared(self, stage: str) -> dict[str, str]:
        """What is the same for all studies: notebook, code and environment."""
        if stage not in self._notebooks:
            cells = _cells(stage)
            names = [name for cell in code_of(cells) for name in self._library.imports_of(cell)]
            found = {f"code {name}": value for name, value in self._library.reached(names).items()}
            found["notebook"] = digest(json.dumps(cells).encode())
            found["environment lock"] = self._lock
            found["Python"] = f"{sys.version_info[0]}.{sys.version_info[1]}"
            self._notebooks[stage] = found
        return dict(self._notebooks[stage])


def _cells(stage: str) -> list[dict[str, Any]]:
    path = paths.notebook(stage)
    name = paths.relative(path)
    try:
        return stripped_cells(path.read_bytes())
    except FileNotFoundError:
        rule, remedy = "the notebook does not exist", "put it back: git checkout -- notebooks"
    except ValueError as error:
        rule, remedy = f"the file is no notebook ({error})", "put back the last one that was"
    raise FaultsError([Fault(name, rule, remedy)])


@dataclass(frozen=True)
class Declared:
    """What the build needs to know of a study file.

    Parameters
    ----------
    raw, told : tuple of str
        Raw files of pupils, staff and schools; and those of coded stories.
    decisions : tuple of str
        Files of people's decisions beside the study file.
    """

    raw: tuple[str, ...]
    told: tuple[str, ...]
    decisions: tuple[str, ...]

    @property
    def stages(self) -> tuple[str, ...]:
        """The study's stages, in order."""
        return stages_of(pupils=bool(self.raw), stories=bool(self.told))


def declared(study: str) -> Declared:
    """What a study file declares.

    The study file is read and validated only when its bytes have changed since the last time.

    Raises
    ------
    FaultsError
        There is no such study, or its file has faults.
    """
    memory = paths.records(study) / "study_file.json"
    now = file_digest(paths.study_file(study))
    stored = read_json(memory)
    if isinstance(stored, dict) and now != ABSENT and stored.get("file") == now:
        return Declared(*(tuple(stored[kind]) for kind in ("raw", "told", "decisions")))
    from resilience_lib.study.load import load_study

    plan = load_study(study)
    stories = plan.stories
    told, decisions = ((), ()) if stories is None else (stories.raw_names, stories.decisions)
    if plan.mixed is not None and plan.mixed.convergence is not None:
        decisions = (*decisions, plan.mixed.convergence)
    lists = (join.list for join in plan.joins if join.list is not None)
    decisions = tuple(dict.fromkeys((*decisions, *lists)))
    found = Declared(tuple(n for n in plan.raw_names if n not in told), told, decisions)
    write_json(memory, {"file": now, **asdict(found)})
    return found


def _raw_digest(study: str, name: str) -> str:
    """Hash of a raw file; a large one is read again only when its size or time has changed."""
    path = paths.raw(study) / name
    try:
        stat = path.stat()
    except FileNotFoundError:
        return ABSENT
    memory = paths.records(study) / "raw_files.json"
    stored = read_json(memory)
    known: dict[str, Any] = stored if isinstance(stored, dict) else {}
    entry = known.get(name)
    if entry is not None and entry[1:] == [stat.st_size, stat.st_mtime_ns]:
        return str(entry[0])
    value = file_digest(path)
    if time.time_ns() - stat.st_mtime_ns > _SETTLED_NS:
        # a file written this moment may be written again within the same tick of the clock
        write_json(memory, known | {name: [value, stat.st_size, stat.st_mtime_ns]})
    return value
