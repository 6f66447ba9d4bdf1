"""The real notebooks in a copy of the repository: bytes and staleness, as with the toy ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import toy_tree

pytestmark = pytest.mark.build
STUDIES = ("bounce_forward", "junior_school_project", "project_star")
BUILT = ("data/processed", "figures", "reports")


def _copy(folder: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ("resilience_lib", "notebooks", "data/raw"):
        shutil.copytree(toy_tree.HERE / name, folder / name, ignore=ignored)
    for study in STUDIES:
        shutil.copytree(toy_tree.HERE / "studies" / study, folder / "studies" / study)
    shutil.copy(toy_tree.HERE / "requirements.lock", folder)
    return folder


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = _copy(tmp_path_factory.mktemp("real") / "tree")
    done = toy_tree.run(tree, "paper-figures")
    assert done.returncode == 0, done.stderr
    assert "Built 20 of 20 stages" in done.stdout
    return tree


def test_fresh_kernels_in_another_folder_give_the_same_bytes(real: Path, tmp_path: Path) -> None:
    other = _copy(tmp_path / "another")
    done = toy_tree.run(other, "paper-figures", RESILIENCE_FRESH_KERNELS="1")
    assert done.returncode == 0, done.stderr
    warm, fresh = toy_tree.files(real, *BUILT), toy_tree.files(other, *BUILT)
    assert warm.keys() == fresh.keys()
    assert [name for name in warm if warm[name] != fresh[name]] == []


@pytest.mark.parametrize(
    ("place", "stage"),
    [
        ("resilience_lib/figures/wave_means.py", "5_figures"),
        ("resilience_lib/tables/descriptives.py", "6_report"),
        ("resilience_lib/models/cr2.py", "4_estimate"),
        ("resilience_lib/cleaning/waves.py", "1_clean"),
    ],
)
def test_a_remark_in_a_module_runs_the_stage_that_uses_it(
    real: Path, tmp_path: Path, place: str, stage: str
) -> None:
    tree = Path(shutil.copytree(real, tmp_path / "tree"))
    with (tree / place).open("a", encoding="utf-8") as stream:
        stream.write("# a remark\n")
    # everything comes out the same, so the build stops behind that stage; coders' agreement, which
    # the stories of one study have, stands on the same room of models
    also = ["bounce_forward 4_mix"] if stage == "4_estimate" else []
    ran = toy_tree.build(tree, studies=STUDIES)
    assert sorted(ran) == sorted([*(f"{study} {stage}" for study in STUDIES), *also])
