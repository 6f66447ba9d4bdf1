"""Malformed files through the verb a person types: every fault with its place, or the right values.

Each case is a whole study in a root of its own; the tables beside this file say what is spoiled.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cases_cells
import cases_exports
import cases_study
import cases_text
import cases_workbook
import pytest
from intake_study import (
    CHECK,
    GRID,
    ITEMS,
    codebook,
    everything,
    expected,
    kind,
    lay,
    listed_faults,
    place,
    shown,
    table,
    waves_of_grid,
    waves_read,
)

from resilience_lib.build.verbs import main
from resilience_lib.errors import Fault, condense

TABLES = (cases_text, cases_cells, cases_workbook, cases_exports, cases_study)
CASES: dict[str, dict[str, Any]] = {
    f"{module.__name__.removeprefix('cases_')}: {name}": case
    for module in TABLES
    for name, case in module.CASES.items()
}
REFUSED = {name: case for name, case in CASES.items() if "faults" in case}
READ = {name: case for name, case in CASES.items() if "reads" in case}
REPOSITORY = Path(__file__).resolve().parent.parent.parent
RULES = Path(__file__).resolve().parent / "rules.md"
CHECKED = ["check", "--study", "toy"]


def in_order(faults: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(faults, key=repr)


def refused(root: Path, before: dict[str, bytes], said: str) -> list[tuple[Any, ...]]:
    """The faults of check.xlsx, after holding them against what was said and what was touched."""
    rows = listed_faults(root)
    faults = [Fault(file, rule, remedy, row, column, value)
              for file, row, column, value, rule, remedy in rows]  # fmt: skip
    assert all(fault.rule and fault.remedy for fault in faults)
    count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
    *lines, last = said.splitlines()
    assert last == f"toy: {count}. Nothing was built. All of them are in {CHECK}"
    # a workbook has no empty text and no control sign, and a line break breaks a line
    if not any(set("\ufffd\n") & set(f"{f.value}{f.column}") for f in faults):
        assert [line.replace(": '': ", ": ", 1) for line in lines] == condense(faults)
    after = everything(root)
    assert after.pop(CHECK)
    assert after == before
    return [row[:5] for row in rows]


def test_there_is_something_to_go_through() -> None:
    assert len(REFUSED) >= 60 and len(REFUSED) + len(READ) == len(CASES)


@pytest.mark.parametrize("name", REFUSED)
def test_every_fault_is_listed_with_its_place(
    name: str, empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(empty_root, REFUSED[name])
    before = everything(empty_root)
    assert main(CHECKED) == 1
    out, said = capsys.readouterr()
    assert out == ""
    assert in_order(refused(empty_root, before, said)) == in_order(REFUSED[name]["faults"])


@pytest.mark.parametrize("name", READ)
def test_what_is_odd_and_readable_is_read_rightly(
    name: str, empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = READ[name]
    lay(empty_root, case)
    before = everything(empty_root)
    status = main(CHECKED)
    out, said = capsys.readouterr()
    assert (status, said) == (0, "")
    assert out.startswith("toy: nothing wrong. Read:\n") and case.get("says", "") in out
    assert everything(empty_root) == before
    assert waves_read() == expected(case)


@pytest.mark.parametrize("name", ["text: UTF-16 without its mark", "workbook: a zip bomb",
                                  "study: a date that is none"])  # fmt: skip
def test_as_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    lay(tmp_path, REFUSED[name])
    before = everything(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "resilience_lib", *CHECKED],
        cwd=tmp_path,
        env={**os.environ, "RESILIENCE_ROOT": str(tmp_path), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert in_order(refused(tmp_path, before, done.stderr)) == in_order(REFUSED[name]["faults"])


@pytest.mark.parametrize("name", ["pupils.csv", "codebook.csv", "study.yml", "source.yml"])
@pytest.mark.parametrize("state", ["held", "a folder"])
def test_a_file_that_cannot_be_opened(
    name: str,
    state: str,
    empty_root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Open in Excel, or a folder of its name: the system refuses it."""
    lay(empty_root, {})
    path = place(empty_root, name)
    before = everything(empty_root)
    if state == "a folder":
        path.unlink()
        path.mkdir()
        del before[shown(name)]
    else:
        whole = Path.open

        def held(self: Path, *args: Any, **options: Any) -> Any:
            if self == path:
                raise PermissionError(13, "Permission denied", str(self))
            return whole(self, *args, **options)

        monkeypatch.setattr(Path, "open", held)
        monkeypatch.setattr(Path, "read_bytes", lambda self: self.open("rb").read())
    assert main(CHECKED) == 1
    out, said = capsys.readouterr()
    monkeypatch.undo()
    monkeypatch.setenv("RESILIENCE_ROOT", str(empty_root))
    assert out == ""
    faults = refused(empty_root, before, said)
    assert [fault[:4] for fault in faults] == [(shown(name), None, None, None)]


def test_a_pseudonym_s_key_that_is_laid_is_told(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(empty_root, {"codebook": codebook(changed={"pupil": {"sensitive": "pseudonymise"}})})
    assert main(CHECKED) == 0
    assert f"wrote {shown('pseudonyms.key')}: keep it with the raw files" in capsys.readouterr().out
    read = waves_read()
    assert {pupil[0] for pupil, _ in read} == {"P"} and len({p for p, _ in read}) == 6
    good = waves_of_grid()
    assert in_order([tuple(r.items()) for r in read.values()]) == in_order(
        [tuple(r.items()) for r in good.values()]
    )


def test_an_item_that_came_reversed_is_reported_and_not_refused(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Item 15 of the key is turned round; here the file has done it before."""
    from resilience_lib.cleaning.intake import read_files
    from resilience_lib.cleaning.waves import clean_study
    from resilience_lib.instruments.direction import check_direction
    from resilience_lib.instruments.load import load_key
    from resilience_lib.store.pseudonyms import pseudonyms
    from resilience_lib.study.load import load_study

    at = 6 + ITEMS.index("15")
    # twenty times the good rows, so that a correlation can be told from chance
    rows = [
        (f"{n:02}{row[0]}", *row[1:at], str(2 - int(row[at])), *row[at + 1 :])
        for n in range(20)
        for row in GRID
    ]
    lay(empty_root, {"files": {"pupils.csv": table(rows)}})
    assert main(CHECKED) == 0
    study = load_study("toy")
    tables, book = read_files(study)
    waves = clean_study(tables, study, book, pseudonyms("toy")).waves
    found = check_direction(waves, load_key("mmf"), ["behavioural"])
    wrong = found[found["finding"] == "already reversed"]
    assert wrong[["wave", "item"]].to_numpy().tolist() == [["T1", "15"], ["T2", "15"]]
    assert (wrong["item_rest"] < -0.5).all()


def index_of_rules() -> str:
    """The rules that the cases break, and how many cases break each."""
    broken: dict[str, set[str]] = {}
    for name, case in REFUSED.items():
        for fault in case["faults"]:
            broken.setdefault(kind(fault[4]), set()).add(name)
    lines = [f"| {rule} | {len(cases)} | {min(cases)} |" for rule, cases in sorted(broken.items())]
    return (
        "# Rules that the malformed files break\n\n"
        f"{len(lines)} rules, {len(REFUSED)} studies that are refused, {len(READ)} that are read. "
        "Numbers are written #; made by `python tests/intake/test_malformed.py`.\n\n"
        "| Rule | Studies | Such as |\n| --- | --- | --- |\n" + "\n".join(lines) + "\n"
    )


def test_the_cases_break_many_different_rules() -> None:
    text = index_of_rules()
    assert text.count("\n| ") - 2 >= 25
    assert RULES.read_text(encoding="utf-8") == text, "run: python tests/intake/test_malformed.py"


if __name__ == "__main__":
    RULES.write_text(index_of_rules(), encoding="utf-8")
