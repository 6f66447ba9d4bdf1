"""Lays a new study: synthetic pupils first, so that it runs before any real file is there."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import instruments, raw, relative, study_file


def new_study(name: str) -> list[str]:
    """Create studies/<name>/ and data/raw/<name>/ from the commented templates.

    Parameters
    ----------
    name : str
        Small letters, digits and underscores, beginning with a letter.

    Returns
    -------
    list of str
        What was written, and what to do next.

    Raises
    ------
    FaultsError
        The name cannot be used, or there is such a study already; nothing is touched.
    OSError
        The folders cannot be written; what had been written is gone again.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        rule = "a study's name has small letters, digits and underscores, and begins with a letter"
        remedy = "Say e.g. make new-study NAME=hope_2026"
        raise FaultsError([Fault("make new-study", rule, remedy, column="NAME", value=name)])
    folders = (raw(name), study_file(name).parent)
    taken = [
        Fault(
            relative(folder),
            f"the folder of a study {name} is there already, and nothing was changed",
            "Choose another NAME, or move the folder away",
        )
        for folder in folders
        if folder.exists()
    ]
    if taken:
        raise FaultsError(taken)
    try:
        written = _write_templates(name)
    except BaseException:
        # half a study would only be in the way of the next attempt
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return [
        *(f"wrote {relative(path)}" for path in written),
        f"It runs as it is, on synthetic pupils: make paper-figures STUDY={name}",
        f"Then put your own file into {relative(raw(name))}/ and go through the comments of "
        f"{relative(study_file(name))} from top to bottom.",
    ]


def _write_templates(name: str) -> list[Path]:
    folder = raw(name)
    folder.mkdir(parents=True)
    instruments(name).mkdir(parents=True)
    places = {
        "truth.yml": folder / "truth.yml",
        "codebook.csv": folder / "codebook.csv",
        "source.yml": folder / "source.yml",
        "instrument.yml": instruments(name) / "invented.yml",
        "study.yml": study_file(name),
    }
    templates = files("resilience_lib.scaffold") / "templates"
    for template, path in places.items():
        text = (templates / template).read_text(encoding="utf-8")
        # the truth file comes first: the checksum in source.yml is that of its pupils
        checksum = _synthetic_sum(name) if "{sum}" in text else ""
        text = text.replace("{name}", name).replace("{sum}", checksum)
        path.write_text(text, encoding="utf-8", newline="")
    return list(places.values())


def _synthetic_sum(name: str) -> str:
    """Checksum of what the generator will lay from the truth file."""
    import hashlib

    from resilience_lib.study.yaml_files import load_yaml
    from resilience_lib.synthetic.raw_files import make_files
    from resilience_lib.synthetic.truth import Truth

    files = make_files(load_yaml(raw(name) / "truth.yml", Truth))
    return hashlib.sha256(files["pupils_synthetic.csv"].encode()).hexdigest()
