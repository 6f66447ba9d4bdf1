"""Lays a new study: synthetic pupils first, so that it runs before any real file is there."""

from __future__ import annotations

import re
from importlib.resources import files

from resilience_lib.errors import Fault, FaultsError, ResilienceError
from resilience_lib.paths import raw, relative, study_file

DATA_FILE = "pupils_synthetic.csv"


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
        The name cannot be used.
    ResilienceError
        There is such a study already; nothing is touched.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        rule = "a study's name has small letters, digits and underscores, and begins with a letter"
        raise FaultsError([Fault("make new-study", rule, "e.g. NAME=hope_2026", value=name)])
    if study_file(name).exists() or raw(name).exists():
        raise ResilienceError(f"there is a study called {name} already; nothing was changed")
    folder = raw(name)
    folder.mkdir(parents=True)
    study_file(name).parent.mkdir(parents=True, exist_ok=True)
    places = {
        "truth.yml": folder / "truth.yml",
        "codebook.csv": folder / "codebook.csv",
        "source.yml": folder / "source.yml",
        "study.yml": study_file(name),
    }
    templates = files("resilience_lib.scaffold") / "templates"
    for template, path in places.items():
        text = (templates / template).read_text(encoding="utf-8")
        text = text.replace("{name}", name).replace("{sum}", _synthetic_sum(name))
        path.write_text(text, encoding="utf-8", newline="")
    return [
        *(f"wrote {relative(path)}" for path in places.values()),
        f"It runs as it is, on synthetic pupils: make paper-figures STUDY={name}",
        f"Then put your own file into {relative(folder)}/ and go through the comments of "
        f"{relative(study_file(name))} from top to bottom.",
    ]


def _synthetic_sum(name: str) -> str:
    """Checksum of what the generator will lay; the truth file has to be there already."""
    import hashlib

    from resilience_lib.study.yaml_files import load_yaml
    from resilience_lib.synthetic.school_waves import generate
    from resilience_lib.synthetic.truth import Truth

    truth = raw(name) / "truth.yml"
    if not truth.exists():
        return ""
    text = generate(load_yaml(truth, Truth)).to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()
