"""Which stages run after a change: each kind of input of a stage is changed in turn."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import toy_tree
from toy_tree import ALL, STUDIES

pytestmark = pytest.mark.build

ESTIMATE = "stage.write('estimates', found)\nstage.commit()\nfound"


def _append(name: str, text: str) -> Callable[[Path], None]:
    def change(tree: Path) -> None:
        path = tree / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return change


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(tree: Path) -> None:
        path = tree / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def _raw(tree: Path) -> None:
    toy_tree.write_raw(tree, "alpha", toy_tree.RAW.replace("2,s1,b,m,15", "2,s1,b,m,16"))


def _numbers(tree: Path) -> None:
    (tree / "studies" / "alpha" / "numbers.csv").write_text("id\n")


def _notebook(*cells: str) -> Callable[[Path], None]:
    return lambda tree: toy_tree.write_notebook(
        tree, "4_estimate", [*toy_tree.NOTEBOOKS["4_estimate"][:2], *cells]
    )


def _saved_with_outputs(tree: Path) -> None:
    # what JupyterLab's save button writes after Run All
    path = tree / "notebooks" / "4_estimate.ipynb"
    document = json.loads(path.read_bytes())
    for number, cell in enumerate(document["cells"], 1):
        cell["source"] = cell["source"].splitlines(keepends=True)
        cell["execution_count"] = number
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["seen\n"]}]
        cell["metadata"]["execution"] = {"iopub.status.busy": "2021-01-01T00:00:00Z"}
    document["metadata"]["language_info"] = {"name": "python", "version": "3.11.7"}
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")


def _touched(tree: Path) -> None:
    for path in tree.rglob("*"):
        if path.is_file() and ".records" not in path.parts:
            os.utime(path, ns=(time.time_ns(), time.time_ns()))


def _from(stage: str, *studies: str) -> list[str]:
    """A stage and all behind it, pages included."""
    later = ALL[ALL.index(stage) :]
    return sorted(f"{study} {name}" for study in studies for name in later)


def _only(stage: str, *studies: str) -> list[str]:
    return sorted(f"{study} {stage}" for study in studies)


CHANGES: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "nothing": (lambda tree: None, []),
    "raw file": (_raw, _from("1_clean", "alpha")),
    # the clean table comes out the same, so the build stops there
    "codebook": (_append("data/raw/alpha/codebook.csv", "school\n"), ["alpha 1_clean", "alpha 2_score"]),
    "source.yml": (_append("data/raw/beta/source.yml", "# seen\n"), _only("1_clean", "beta")),
    # every notebook reads the study file
    "study file": (_append("studies/beta/study.yml", "# a remark\n"), _from("1_clean", "beta")),
    "notebook, same result": (_notebook("# a remark", ESTIMATE), _only("4_estimate", *STUDIES)),
    "notebook, other result": (
        _notebook("found['score'] += 1", ESTIMATE),
        _from("4_estimate", *STUDIES),
    ),
    "notebook saved with outputs": (_saved_with_outputs, []),
    "times of all files": (_touched, []),
    "figure function": (
        _replace("resilience_lib/figures/toy.py", "frame['score']", "frame['score'], 'r'"),
        # the pages show figures; tables and numbers do not
        sorted(_only("5_figures", *STUDIES) + _only("pages", *STUDIES)),
    ),
    "figure function, same figure": (
        _append("resilience_lib/figures/toy.py", "# a remark\n"),
        _only("5_figures", *STUDIES),
    ),
    "effects module": (
        _replace("resilience_lib/effects/toy.py", ".mean()", ".median() + 1"),
        _from("4_estimate", *STUDIES),
    ),
    "package of the effects": (
        _append("resilience_lib/effects/__init__.py", "# a remark\n"),
        _only("4_estimate", *STUDIES),
    ),
    "the build itself": (_append("resilience_lib/build/driver.py", "# a remark\n"), []),
    "page code": (_append("resilience_lib/report/pages.py", "# x\n"), _only("pages", *STUDIES)),
    "numbers": (_numbers, _only("6_report", "alpha")),
    "lock": (
        _append("requirements.lock", "# a remark\n"),
        _from("1_clean", *STUDIES),
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_exactly_the_stages_that_read_it_run(tree: Path, kind: str) -> None:
    change, expected = CHANGES[kind]
    change(tree)
    assert toy_tree.build(tree) == expected
    assert toy_tree.build(tree) == []


def test_plan_says_why(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from resilience_lib.build.driver import plan

    monkeypatch.setenv("RESILIENCE_ROOT", str(tree))
    assert plan(STUDIES) == []
    _append("data/raw/alpha/codebook.csv", "school\n")(tree)
    _replace("resilience_lib/effects/toy.py", ".mean()", ".median()")(tree)
    (tree / "figures" / "beta" / "toy.png").unlink()
    assert [tuple(item) for item in plan(STUDIES)] == [
        ("alpha", "1_clean", "codebook changed"),
        ("alpha", "2_score", "1_clean may change"),
        ("alpha", "3_join", "1_clean may change"),
        ("alpha", "4_estimate", "3_join may change"),
        ("alpha", "5_figures", "4_estimate may change"),
        ("alpha", "6_report", "4_estimate may change"),
        ("alpha", "pages", "5_figures may change"),
        ("beta", "4_estimate", "code changed: resilience_lib.effects.toy"),
        ("beta", "5_figures", "4_estimate may change"),
        ("beta", "6_report", "4_estimate may change"),
        ("beta", "pages", "5_figures may change"),
    ]


def test_a_lost_figure_is_drawn_again(tree: Path) -> None:
    (tree / "figures" / "beta" / "toy.png").unlink()
    # it comes out the same, so the report is not run
    assert toy_tree.build(tree) == ["beta 5_figures"]
    (tree / "figures" / "beta" / "toy.csv").write_text("wave,score\n")
    assert toy_tree.build(tree) == ["beta 5_figures"]
