"""What a person sees who types something wrong, or whose system refuses."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from resilience_lib.build import driver, verbs
from resilience_lib.errors import FaultsError
from resilience_lib.scaffold.new import new_study

VERBS = (
    "paper-figures",
    "build",
    "fetch",
    "verify",
    "accept-numbers",
    "export",
    "report",
    "design",
    "code-map",
    "clean",
)


def names_in(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.rglob("*")}


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_study_is_refused_by_every_verb_with_the_nearest(
    empty_root: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    new_study("project_star")
    before = names_in(empty_root)
    assert verbs.main([verb, "--study", "projekt_star"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "studies/projekt_star/study.yml: 'projekt_star': there is no study called projekt_star. "
        "did you mean project_star?\n"
    )
    assert names_in(empty_root) == before


def test_without_a_near_name_all_studies_are_listed(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_study("a")
    new_study("b")
    assert verbs.main(["paper-figures", "--study", "zzz"]) == 1
    assert "studies here: a, b" in capsys.readouterr().err


def test_a_verb_that_does_not_exist_lists_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        verbs.main(["bild"])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "'bild'" in said and "'paper-figures'" in said and "'new-study'" in said


def test_new_study_without_a_name_says_how(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verbs.main(["new-study"]) == 1
    assert "make new-study NAME=hope_2026" in capsys.readouterr().err


def test_parameters_are_typed_with_a_value_and_never_choose_the_study(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_study("a")
    typed = ["--parameter", "seed", "--parameter", "study=b"]
    assert verbs.main(["paper-figures", "--study", "a", *typed]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "--parameter: 'seed': a parameter is typed as NAME=VALUE. e.g. seed=7",
        "--parameter: 'study=b': a parameter cannot choose the study. use --study",
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "no permission to write. Close programs that have it open"),
        (errno.EROFS, "no permission to write. Close programs that have it open"),
        (errno.ENOSPC, "the disk is full. Free some space"),
        (errno.EISDIR, "Is a directory. Check that the file is where it belongs"),
    ],
)
def test_what_the_system_refuses_is_one_line_with_the_place(
    empty_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
    words: str,
) -> None:
    """Root may write everywhere, so the refusal is raised where a folder is made."""
    make = Path.mkdir

    def refused(self: Path, *arguments: int, **options: bool) -> None:
        if empty_root in self.parents:
            raise OSError(number, os.strerror(number), str(self))
        make(self, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", refused)
    assert verbs.main(["new-study", "a"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"data/raw/a: {words}")
    assert len(said.err.splitlines()) == 1
    monkeypatch.undo()
    assert names_in(empty_root) == set()


def test_a_disk_that_fills_up_is_said_without_a_file_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty_root: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(driver, "build", full)
    assert verbs.main(["paper-figures"]) == 1
    assert capsys.readouterr().err.startswith("a file: the disk is full. ")


def test_a_fault_of_the_program_itself_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch, empty_root: Path
) -> None:
    def broken(*_: object) -> None:
        raise OSError("something unforeseen")

    monkeypatch.setattr(driver, "build", broken)
    with pytest.raises(OSError, match="unforeseen"):
        verbs.main(["paper-figures"])


@pytest.mark.parametrize("closed", ["stdout", "both"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_who_has_gone_gets_no_traceback(
    empty_root: Path, closed: str, unbuffered: str
) -> None:
    new_study("a")
    reading, writing = os.pipe()
    # nobody reads from the first line on, as behind `| head -1` later
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "resilience_lib", "fetch", "--study", "a"],
        stdout=writing,
        stderr=writing if closed == "both" else subprocess.PIPE,
        # buffered, the pipe breaks only when all is done; unbuffered, at the first line
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 1
    assert not done.stderr
    # what was done before stays done
    assert (empty_root / "data" / "raw" / "a" / "pupils_synthetic.csv").exists()


def test_names_of_figures_and_tables_are_refused_for_all_studies_at_once(
    empty_root: Path, repository: Path
) -> None:
    # what a confidential study's notebooks show is looked at along with the names
    shutil.copytree(repository / "notebooks", empty_root / "notebooks")
    for name, old, new in (
        ("a", "figures: [participation_flow, wave_means", "figures: [wave_mean, effect_forest"),
        ("b", "tables: [sample, descriptives", "tables: [sample, sample"),
        ("c", "c", "c"),
    ):
        new_study(name)
        path = empty_root / "studies" / name / "study.yml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        driver.check_first(["a", "b", "c"])
    line = {
        name: (empty_root / f"studies/{name}/study.yml").read_text().splitlines().index(found) + 1
        for name, found in (
            ("a", text_of(empty_root, "a", "figures:")),
            ("b", text_of(empty_root, "b", "tables:")),
        )
    }
    assert str(caught.value).splitlines() == [
        f"studies/a/study.yml, line {line['a']}, figures: 'wave_mean': there is no such name among "
        "the figures. did you mean wave_means?",
        f"studies/a/study.yml, line {line['a']}, figures: 'effect_forest': it shows effects, and a "
        "study without arms has no comparison. take it out of figures, or declare arms",
        f"studies/b/study.yml, line {line['b']}, tables: 'sample': each name stands once. "
        "delete the second one",
    ]


def text_of(root: Path, name: str, key: str) -> str:
    """The line of a study file that begins with a key."""
    lines = (root / "studies" / name / "study.yml").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(key))


def test_checking_names_needs_neither_pandas_nor_matplotlib() -> None:
    code = (
        "import sys; from resilience_lib.figures import registry as f; "
        "from resilience_lib.tables import registry as t; "
        "print({'pandas', 'numpy', 'matplotlib', 'docx'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
