"""What the build remembers of a stage that ran, and why it would run again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from resilience_lib import paths
from resilience_lib.build.files import digest, file_digest, read_json, write_json
from resilience_lib.build.fingerprints import PAGES, key

Output = tuple[str, int, int]
"""SHA-256, size in bytes and time of change in nanoseconds."""


@dataclass(frozen=True)
class Record:
    """One finished stage: its inputs' hashes, the key over them, and its outputs."""

    key: str
    inputs: dict[str, str]
    outputs: dict[str, Output]


def read_record(study: str, stage: str) -> Record | None:
    """The record of a stage; None where it never finished."""
    stored = read_json(_place(study, stage))
    if not isinstance(stored, dict) or stored.keys() != {"key", "inputs", "outputs"}:
        return None
    outputs = {name: (str(v[0]), int(v[1]), int(v[2])) for name, v in stored["outputs"].items()}
    return Record(stored["key"], stored["inputs"], outputs)


def write_record(study: str, stage: str, inputs: Mapping[str, str]) -> Record:
    """Remember that a stage has finished; the very last thing a stage does."""
    outputs = {}
    for path in output_files(study, stage):
        stat = path.stat()
        outputs[paths.relative(path)] = (file_digest(path), stat.st_size, stat.st_mtime_ns)
    record = Record(key(inputs), dict(inputs), outputs)
    write_json(_place(study, stage), asdict(record))
    return record


def output_files(study: str, stage: str) -> list[Path]:
    """All files that a stage has written, sorted."""
    if stage == PAGES:
        tables = paths.stage_output(study, "6_report")
        pages = paths.reports(study).rglob("*.html")
        return sorted(path for path in pages if tables not in path.parents)
    folder = paths.stage_output(study, stage)
    files = [path for path in folder.rglob("*") if path.is_file()]
    executed = paths.executed_notebook(study, stage)
    return sorted([*files, executed] if executed.exists() else files)


def content(study: str, stage: str, record: Record, whole: bool = False) -> str:
    """Hash of what others read of a stage: its files, and its executed notebook if `whole`."""
    executed = paths.relative(paths.executed_notebook(study, stage))
    files = sorted((n, out[0]) for n, out in record.outputs.items() if whole or n != executed)
    return digest(repr(files).encode())


def why(study: str, stage: str, inputs: Mapping[str, str]) -> str:
    """Why a stage has to run; empty where it is up to date.

    Parameters
    ----------
    study, stage : str
    inputs : mapping
        `Fingerprints.inputs` of now.

    Returns
    -------
    str
        Such as "codebook changed" or "code changed: resilience_lib.effects.change".
    """
    record = read_record(study, stage)
    if record is None:
        return "missing"
    if record.key != key(inputs):
        return "; ".join(_changes(record.inputs, inputs))
    for name, (sha, size, mtime) in record.outputs.items():
        path = paths.root() / name
        try:
            stat = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return f"output {name} is missing"
        if (stat.st_size, stat.st_mtime_ns) != (size, mtime) and file_digest(path) != sha:
            return f"output {name} was changed"
    return ""


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[str]:
    names = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    for name in (n for n in names if not n.startswith(("code ", "upstream "))):
        yield f"{name} changed"
    code = [name.removeprefix("code ") for name in names if name.startswith("code ")]
    if code:
        shown = ", ".join(code[:3]) + (f" and {len(code) - 3} more" if len(code) > 3 else "")
        yield f"code changed: {shown}"
    for name in (n for n in names if n.startswith("upstream ")):
        yield f"{name.removeprefix('upstream ')} changed"


def _place(study: str, stage: str) -> Path:
    return paths.records(study) / f"{stage}.json"
