"""Files that must agree with each other, and things that may not be in any of them."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from resilience_lib.paths import raw
from resilience_lib.scaffold.docs import doc_pages, with_figure_table
from resilience_lib.study.load import load_study, study_names
from resilience_lib.study.source import load_source

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    return [REPOSITORY / name for name in listed.split("\0") if name]


def project() -> dict:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, str]:
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, flags=re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[; ]", r)[0].lower().replace(".", "-") for r in requirements}


def test_every_dependency_is_locked_with_hashes() -> None:
    wanted = names(project()["project"]["dependencies"] + project()["dependency-groups"]["dev"])
    assert wanted <= locked().keys()
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") > 2 * len(locked())


def test_the_ten_fixed_packages_are_there() -> None:
    fixed = {"jupyterlab", "pandas", "numpy", "pingouin", "seaborn", "matplotlib", "nbconvert"}
    assert fixed | {"papermill", "pytest", "nbval"} <= names(project()["project"]["dependencies"])


def test_environment_yml_is_the_lock() -> None:
    conda = YAML(typ="safe").load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    python = f"python{project()['project']['requires-python']}"
    assert python in [str(d) for d in conda["dependencies"]]
    pip = next(d["pip"] for d in conda["dependencies"] if isinstance(d, dict))
    assert pip == ["-r requirements.lock"]
    assert "pip" in conda["dependencies"]


def test_make_refuses_the_pythons_that_the_project_refuses() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert project()["project"]["requires-python"] == ">=3.11,<3.14"
    assert "(3, 11) <= v <= (3, 13)" in makefile


def test_raw_data_are_ignored_by_git() -> None:
    for study in ("project_star", "bounce_forward", "a_new_one"):
        names = [f"data/raw/{study}/{name}" for name in ("pupils.csv", "more.sav", "x/y.xlsx")]
        shown = subprocess.run(
            ["git", "check-ignore", *names],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        assert shown == names


def test_no_data_and_nothing_built_is_committed() -> None:
    kept = {"codebook.csv", "codebook.xlsx", "source.yml", "truth.yml", "README.md"}
    for path in tracked():
        parts = path.relative_to(REPOSITORY).parts
        if parts[0] in ("data", "figures", "reports"):
            assert path.name in kept or path in invented(), path


def invented() -> set[Path]:
    """Raw files that lie here, because they and all people in them are invented."""
    found = set()
    for name in study_names():
        if load_study(name).synthetic:
            found |= {
                raw(name) / entry.name
                for entry in load_source(name).files
                if entry.origin.kind == "committed" and "SYNTHETIC" in entry.name
            }
    return found


def test_every_invented_raw_file_is_committed() -> None:
    # a fresh clone has nothing else to make them from
    assert len(invented()) > 2
    assert invented() <= set(tracked())


@pytest.mark.parametrize(
    "pattern",
    [
        r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian",  # hosts of package indexes
        r"/work/|/root/|/home/\w",  # paths of a machine
        r"TODO|FIXME|NotImplementedError|pytest\.skip\(|xfail\(",
    ],
)
def test_no_committed_file_has(pattern: str) -> None:
    here = Path(__file__).resolve()
    found = []
    for path in tracked():
        if path == here or path.suffix in {".png", ".svg"} or path.name == "LICENSE":
            continue
        # exports of tools are no text, and may hold such words all the same
        if path.exists() and re.search(pattern, path.read_text("utf-8", errors="replace")):
            found.append(path.relative_to(REPOSITORY).as_posix())
    assert found == []


def test_generated_documentation_is_current() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert with_figure_table(readme) == readme, "run: make docs"
    for name, page in doc_pages().items():
        assert (REPOSITORY / "docs" / name).read_text(encoding="utf-8") == page, "run: make docs"


def test_every_make_verb_of_the_readme_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (REPOSITORY / document).read_text(encoding="utf-8")
        assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
