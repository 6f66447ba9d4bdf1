"""Raw files: laid once, never overwritten, and handed out only with the right checksum."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import raw, relative
from resilience_lib.readers.opening import held
from resilience_lib.store.checksums import sha256

if TYPE_CHECKING:
    from resilience_lib.study.source import SourceFile


def fetch(study: str) -> list[str]:
    """Lay the raw files of a study that are absent, and check all of them.

    Parameters
    ----------
    study : str
        Name of the study.

    Returns
    -------
    list of str
        One sentence a file: what was written, or that it was there.

    Raises
    ------
    FaultsError
        Files that differ from their checksum (both sums are named), or have to be put there by
        the team's own hand: all of them, after the others are laid.
    """
    from resilience_lib.store.pseudonyms import lay_key
    from resilience_lib.study.load import load_study
    from resilience_lib.study.source import load_source

    source = load_source(study)
    plan = load_study(study)
    said: list[str] = []
    faults: list[Fault] = []
    for name in plan.raw_names:
        path = raw(study) / name
        try:
            entry = source.file(study, name)
            if path.exists():
                _check(path, path, entry.sha256)
                said.append(f"{relative(path)} is there")
            else:
                _lay(study, entry, path)
                said.append(f"wrote {relative(path)} ({path.stat().st_size:,} bytes)")
        except FaultsError as error:
            faults += error.faults
    if faults:
        raise FaultsError(faults)
    return said + (lay_key(study) if plan.has_pupils else [])


def raw_path(study: str, name: str) -> Path:
    """Path of a raw file whose bytes are those of source.yml.

    Raises
    ------
    FaultsError
        The file is absent, or its bytes differ from its checksum.
    """
    from resilience_lib.study.source import load_source

    entry = load_source(study).file(study, name)
    path = raw(study) / name
    if not path.exists():
        if entry.origin.kind in ("team", "committed"):
            raise _absent(path, entry.origin.kind)
        remedy = f"run: make fetch STUDY={study}"
        raise FaultsError([Fault(relative(path), "the raw file does not exist", remedy)])
    _check(path, path, entry.sha256)
    return path


def _check(bytes_at: Path, path: Path, expected: str) -> None:
    try:
        found = sha256(bytes_at)
    except PermissionError:
        raise held(path) from None
    except IsADirectoryError:
        rule, remedy = "a raw file is a file; this is a folder", "put the file there"
        raise FaultsError([Fault(relative(path), rule, remedy)]) from None
    if found != expected:
        raise FaultsError(
            [
                Fault(
                    relative(path),
                    f"the raw data differ: source.yml has sha256 {expected}, the file {found}",
                    "put the original file back; or, if this is meant to be new data, write the "
                    "file's sum into source.yml",
                )
            ]
        )


def _lay(study: str, entry: SourceFile, path: Path) -> None:
    text = _make(study, entry)
    # written beside and renamed, so that a stop half way leaves no half file to be checked
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8", newline="")
    try:
        _check(partial, path, entry.sha256)
    except FaultsError:
        partial.unlink()
        raise
    partial.replace(path)


def _make(study: str, entry: SourceFile) -> str:
    from resilience_lib.study.source import GeneratorOrigin, PackageOrigin

    origin = entry.origin
    path = raw(study) / entry.name
    if isinstance(origin, PackageOrigin):
        from resilience_lib.adapters.data_packages import load_item

        frame = load_item(relative(path), origin.package, origin.version, origin.item)
        return str(frame.to_csv(index=False, lineterminator="\n"))
    if isinstance(origin, GeneratorOrigin):
        return _generate(raw(study) / origin.truth, entry.name)
    raise _absent(path, origin.kind)


def _generate(truth: Path, name: str) -> str:
    from resilience_lib.study.yaml_files import load_yaml
    from resilience_lib.synthetic.raw_files import make_files
    from resilience_lib.synthetic.truth import Truth

    files = make_files(load_yaml(truth, Truth))
    if name not in files:
        rule = f"the generator makes {', '.join(files)}"
        remedy = "mend files.names there, or the name in source.yml"
        raise FaultsError([Fault(relative(truth), rule, remedy, column="files.names", value=name)])
    return files[name]


def _absent(path: Path, kind: str) -> FaultsError:
    rule, remedy = "the raw file does not exist", "put it there: only the study's team has it"
    if kind == "committed":
        remedy = f"put back the one of this repository: git checkout -- {relative(path)}"
    return FaultsError([Fault(relative(path), rule, remedy)])
