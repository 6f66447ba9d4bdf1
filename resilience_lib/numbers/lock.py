"""numbers.lock: what the raw data, the code and the environment were when all numbers held."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import (
    instruments,
    library,
    lock_file,
    notebook,
    numbers_lock,
    raw,
    relative,
    root,
    study_file,
)
from resilience_lib.store.checksums import sha256
from resilience_lib.store.reads import stages_of

Hashes = Mapping[str, str]
_WORDS = {
    "raw data": "raw data differ",
    "description": "study file or codebook differ",
    "notebooks": "notebooks differ",
    "code": "code differs",
    "environment": "environment differs",
}


def present_state(study: str) -> dict[str, dict[str, str]]:
    """Hashes of everything that can move a number, by kind.

    Returns
    -------
    dict
        "raw data", "description", "notebooks", "code" (one hash a room of the library) and
        "environment", each from name to SHA-256.
    """
    folder = raw(study)
    described = ("codebook.csv", "codebook.xlsx", "source.yml", "truth.yml")
    own = sorted(instruments(study).glob("*.yml"))
    hidden = [path for path in folder.iterdir() if path.is_file() and path.name[0] != "."]
    rooms: dict[str, list[Path]] = {}
    for path in sorted(library().rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            room = path.relative_to(library()).parts[0].removesuffix(".py")
            rooms.setdefault(room, []).append(path)
    return {
        "raw data": {p.name: sha256(p) for p in sorted(hidden) if p.name not in described},
        "description": {
            relative(p): sha256(p)
            for p in (study_file(study), *own, *(folder / name for name in described))
            if p.exists()
        },
        "notebooks": {stage: _notebook_hash(notebook(stage)) for stage in _stages(study)},
        "code": {room: _combined(paths) for room, paths in sorted(rooms.items())},
        "environment": {relative(lock_file()): sha256(lock_file())},
    }


def _stages(study: str) -> tuple[str, ...]:
    from resilience_lib.study.load import load_study

    plan = load_study(study)
    return stages_of(pupils=plan.has_pupils, stories=plan.stories is not None)


def _combined(paths: list[Path]) -> str:
    lines = [f"{path.relative_to(root()).as_posix()} {sha256(path)}" for path in paths]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _notebook_hash(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    source = ["".join(cell["source"]) for cell in cells]
    return hashlib.sha256(json.dumps(source).encode()).hexdigest()


def read_lock(study: str) -> dict[str, dict[str, str]] | None:
    """The committed lock; None where the study has none yet.

    Raises
    ------
    FaultsError
        The file cannot be read.
    """
    path = numbers_lock(study)
    if not path.exists():
        return None
    try:
        found: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        rule, remedy = "numbers.lock is JSON", "take the committed file back"
        raise FaultsError([Fault(relative(path), rule, remedy, row=error.lineno)]) from None
    return found


def write_lock(study: str) -> str:
    """Write the lock; only called once every number has been seen to hold."""
    path = numbers_lock(study)
    text = json.dumps(present_state(study), indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    return f"wrote {relative(path)}"


def what_changed(locked: Mapping[str, Hashes], present: Mapping[str, Hashes]) -> list[str]:
    """What differs between two states, in words.

    Examples
    --------
    >>> what_changed({"code": {"effects": "a"}}, {"code": {"effects": "b"}})
    ['code differs: effects']
    >>> what_changed({"raw data": {"a.csv": "1"}}, {"raw data": {"a.csv": "1"}})
    []
    """
    said = []
    for kind, words in _WORDS.items():
        before, now = locked.get(kind, {}), present.get(kind, {})
        names = sorted(n for n in {*before, *now} if before.get(n) != now.get(n))
        if names:
            said.append(f"{words}: {', '.join(names)}")
    return said
