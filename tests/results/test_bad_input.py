"""Every mistake in a person's file: one message with file, place, value, rule and remedy.

Each test works on a root of its own with a new study, and runs the verb as a person would.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
REPOSITORY = Path(__file__).resolve().parent.parent.parent
STUDY = "studies/mine/study.yml"
BOOK = "data/raw/mine/codebook.csv"
RAW = "data/raw/mine/pupils_synthetic.csv"
SOURCE = "data/raw/mine/source.yml"
NUMBERS = "studies/mine/numbers.csv"
HEADER = "id,kind,where,value,printed_as,abs_tol,rel_tol,source,note\n"


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A new study with its raw file, nothing built."""
    folder = tmp_path_factory.mktemp("laid")
    shutil.copytree(REPOSITORY / "notebooks", folder / "notebooks")
    shutil.copy2(REPOSITORY / "requirements.lock", folder)
    for words in (("new-study", "mine"), ("fetch", "--study", "mine")):
        done = run(folder, *words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def root(laid: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(laid, tmp_path / "root"))


def replace(root: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` of a file; returns its line."""
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    return text[: text.index(old)].count("\n") + 1


def own_data(root: Path, text: str) -> None:
    """Other raw data, with their checksum in source.yml."""
    (root / RAW).write_text(text, encoding="utf-8", newline="")
    source = (root / SOURCE).read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(source) if line.strip().startswith("sha256:"))
    source[at] = f'    sha256: "{hashlib.sha256(text.encode()).hexdigest()}"'
    (root / SOURCE).write_text("\n".join(source) + "\n", encoding="utf-8")


def built(root: Path) -> list[str]:
    """Every file that a build gives, but for its own memory."""
    places = [root / name for name in ("data/processed", "figures", "reports")]
    found = [p.relative_to(root) for place in places for p in place.rglob("*") if p.is_file()]
    hidden = {".cache", ".records"}
    return [p.as_posix() for p in found if not hidden & set(p.parts) and "failed" not in p.name]


def refused(root: Path, run: Run, *words: str) -> str:
    """What a verb says that refuses: status 1, no traceback, nothing built."""
    done = run(root, *words)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said and "  File " not in said, said
    assert built(root) == []
    return said


def first_stage(root: Path, run: Run) -> str:
    """The same for a fault that notebook 1 finds, which is as far as a build gets."""
    said = refused(root, run, "build", "--study", "mine", "--before", "2_score")
    assert "mine: notebooks/1_clean.ipynb stopped:" in said
    return said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("seed: 1 ", "seed: abc ", "seed: 'abc': Input should be a valid integer. Seed of every"),
        ("seed: 1 ", "sede: 1 ", "sede: unknown key sede. did you mean seed?"),
        ("seed: 1 ", "synthetic: true", 'found duplicate key "synthetic". keep one of the two'),
        ("  minimum_base: 10", "\tminimum_base: 10", "not YAML: found character '\\t'"),
        ('  - {name: T1, value: "before"', "  - {name: T1, value: 1", "waves.0.value: '1': Input"),
        ("    role: primary", "    role: main", "outcomes.0.role: 'main': Input should be 'prim"),
        ("wave_means", "wave_mean", "figures: 'wave_mean': there is no such name among the fig"),
        ("wave_means", "effect_forest", "'effect_forest': it shows effects, and a study without"),
        ("descriptives", "descriptive", "tables: 'descriptive': there is no such name among"),
        ("  minimum_cell: 10", "  minimum_cell: 1", "disclosure.minimum_cell: '1': Input should"),
    ],
)
def test_a_fault_in_the_study_file(root: Path, run: Run, old: str, new: str, words: str) -> None:
    line = replace(root, STUDY, old, new)
    said = refused(root, run, "paper-figures", "--study", "mine")
    faults = [fault for fault in said.splitlines() if words in fault]
    assert len(faults) == 1, said
    assert faults[0].startswith(f"{STUDY}, line {line}")
    # the remedy, behind the rule
    assert faults[0].count(". ") >= 1


def test_several_faults_of_a_study_file_come_at_once(root: Path, run: Run) -> None:
    replace(root, STUDY, "seed: 1 ", "seed: abc ")
    replace(root, STUDY, "    label: Wellbeing", "    lable: Wellbeing")
    said = refused(root, run, "paper-figures", "--study", "mine")
    assert "'abc'" in said and "did you mean label?" in said


def test_a_study_file_that_is_no_text_or_not_there(root: Path, run: Run) -> None:
    (root / STUDY).write_bytes(b"study: \xfc\n")
    said = refused(root, run, "paper-figures", "--study", "mine")
    assert said == f"{STUDY}: the file is not UTF-8 text. save it as UTF-8\n"
    (root / STUDY).write_bytes(b"study: mine\ntitle: \x07\n")
    said = refused(root, run, "paper-figures", "--study", "mine")
    assert said.startswith(f"{STUDY}, line 2: not YAML: an invisible control character. ")
    (root / STUDY).unlink()
    said = refused(root, run, "paper-figures", "--study", "mine")
    assert said.startswith(f"{STUDY}: 'mine': there is no study called mine")


def test_a_team_s_file_that_is_absent_is_asked_for(root: Path, run: Run) -> None:
    (root / RAW).unlink()
    replace(root, SOURCE, "kind: generator\n      truth: truth.yml", "kind: team\n"
            "      collected: by hand")  # fmt: skip
    for verb in ("paper-figures", "fetch", "verify"):
        said = refused(root, run, verb, "--study", "mine")
        assert f"{RAW}: the raw file does not exist. put it there: only the study's team" in said


def test_other_bytes_are_named_with_both_checksums(root: Path, run: Run) -> None:
    before = hashlib.sha256((root / RAW).read_bytes()).hexdigest()
    replace(root, RAW, "girl", "boy")
    after = hashlib.sha256((root / RAW).read_bytes()).hexdigest()
    said = refused(root, run, "fetch", "--study", "mine")
    assert said.startswith(f"{RAW}: the raw data differ: ")
    assert before in said and after in said
    assert "put the original file back" in said
    assert before in first_stage(root, run)


def test_a_source_file_without_an_entry_or_with_a_wrong_sum(root: Path, run: Run) -> None:
    line = replace(root, SOURCE, 'sha256: "', 'sha256: "zz')
    said = refused(root, run, "fetch", "--study", "mine")
    assert f"{SOURCE}, line {line}, files.0.sha256: 'zz" in said
    assert "64 hexadecimal digits" in said
    replace(root, SOURCE, 'sha256: "zz', 'sha256: "')
    replace(root, SOURCE, "name: pupils_synthetic.csv", "name: pupils.csv")
    said = refused(root, run, "fetch", "--study", "mine")
    assert said.startswith(f"{SOURCE}, files: every file of the study file has an entry here; ")
    (root / SOURCE).unlink()
    said = refused(root, run, "fetch", "--study", "mine")
    assert said.startswith(f"{SOURCE}: the file does not exist. ")


def test_faults_in_the_codebook_come_at_once(root: Path, run: Run) -> None:
    limits = replace(root, BOOK, ",1|5,", ",1-5,")
    kind = replace(root, BOOK, "category,,girl|boy", "categorie,,girl|boy")
    name = replace(root, BOOK, "csv,data,", "csv,surname,")
    twice = (root / BOOK).read_text(encoding="utf-8")
    (root / BOOK).write_text(twice + twice.splitlines()[2] + "\n", encoding="utf-8")
    said = first_stage(root, run)
    for line, words in (
        (limits, "allowed: '1-5': allowed of a number is lowest|highest. write e.g. 1|5"),
        (kind, "type: 'categorie': type is one of text, number, integer, category, date. choose"),
        (name, "variable: 'surname': the column looks as if it identified a pupil. give it role"),
        (11, "variable: 'pupil': a variable stands once. remove one row"),
    ):
        assert f"{BOOK}, line {line}, {words}" in said


def test_items_that_their_instrument_has_not_stop_a_build_with_their_row(
    root: Path, run: Run
) -> None:
    line = replace(root, BOOK, ",invented,4,", ",invented,99,")
    done = run(root, "build", "--study", "mine", "--before", "3_join")
    said = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in said
    assert "mine: notebooks/2_score.ipynb stopped:" in said
    rule = "the instrument invented has an item of that name"
    assert f"{BOOK}, line {line}, item: '99': {rule}. its items are " in said


def test_a_line_of_the_codebook_that_is_too_long(root: Path, run: Run) -> None:
    line = replace(root, BOOK, "generator,no,wave", "generator,no,wave,and more")
    said = first_stage(root, run)
    assert f"{BOOK}, line {line}: " in said
    assert "every line has 13 cells like the header; this one has 14. check its quotes" in said


def test_a_codebook_that_cannot_be_read_or_is_absent(root: Path, run: Run) -> None:
    (root / BOOK).write_bytes(b"PK\x03\x04 a workbook under another name")
    assert f"{BOOK}: " in first_stage(root, run)
    (root / BOOK).unlink()
    assert f"{BOOK}: the study has no codebook. write one row per column" in first_stage(root, run)


def test_a_raw_file_that_disagrees_with_its_codebook(root: Path, run: Run) -> None:
    header, first, second, *rest = (root / RAW).read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    assert header == "data,pupil,school,wave,gender,invented_1,invented_2,invented_3,invented_4"
    cells[4:6] = ["girle", "7"]
    other = second.split(",")
    other[5] = "n/a"
    lines = [f"{header},phone", f"{','.join(cells)},1", f"{','.join(other)},1"]
    own_data(root, "\n".join([*lines, *(f"{line},1" for line in rest)]) + "\n")
    gone = replace(root, BOOK, "csv,data,", "csv,date,")
    said = first_stage(root, run)
    for words in (
        f"{BOOK}, line {gone}, variable: 'date': the codebook describes a column that the file",
        "csv, data: every column is described in the codebook. add a row to " + BOOK,
        "csv, phone: the column looks as if it identified a pupil. describe it in " + BOOK,
        "line 2, gender: 'girle': allowed are girl, boy. mend the cell, or add its value",
        "line 2, invented_1: '7': the value lies in 1 to 5. mend the cell, or add its value",
        "line 3, invented_1: 'n/a': the cell is a number. mend the cell, or add its value",
    ):
        assert words in said
    assert "pupils_synthetic.csv, line 2, gender" in said


def test_a_pupil_twice_in_one_wave(root: Path, run: Run) -> None:
    lines = (root / RAW).read_text(encoding="utf-8").splitlines()
    pupil = lines[1].split(",")[1]
    own_data(root, "\n".join([*lines, lines[1]]) + "\n")
    said = first_stage(root, run)
    also = f"at T1, also in {RAW} line {len(lines) + 1}"
    assert f"line 2, pupil: '{pupil} {also}': a pupil stands once in a wave. mend" in said
    assert "say linking.keep: first, last or most_answered in the study file" in said


def test_study_file_and_codebook_that_disagree(root: Path, run: Run) -> None:
    replace(root, STUDY, "{girl: girls, boy: boys}", "{girl: girls, lad: boys}")
    replace(root, STUDY, "instrument: invented ", "column: wellbein ")
    replace(root, STUDY, "    scale: wellbeing\n", "")
    # tables about items are refused before anything runs where no outcome is scored from items
    for table in (", items", ", reliability", ", functioning", ", responses", ", item_responses"):
        replace(root, STUDY, table, "")
    replace(root, BOOK, "yes,pupil", "yes,dropped")
    said = first_stage(root, run)
    assert "gender: 'boy': the study file's gender.values has no name for this code" in said
    assert f"add it to gender.values of {STUDY}, or to missing_codes" in said
    assert f"{STUDY}, outcomes.0.column: 'wellbein': an outcome's column has role outcome" in said
    assert f"{BOOK}, role: a column of pupils_synthetic.csv has role pupil. give it to" in said


def test_faults_in_the_numbers_come_at_once(root: Path, run: Run) -> None:
    rows = (
        "a,calc,flow: step=T1; field=pupils,abc,1,0,0,,",
        "a,computed,nowhere,1,1,x,0,,",
        "p,published,,1,1,0,0,,",
    )
    (root / NUMBERS).write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    said = refused_numbers(root, run)
    for words in (
        "line 2, kind: 'calc': kind is one of published, computed, synthetic. choose one",
        "line 2, value: 'abc': value is a number",
        "line 3, id: 'a': each number has an id of its own. choose another",
        "line 3, where: 'nowhere': where begins with one of estimates, flow, missingness",
        "line 3, abs_tol: 'x': abs_tol is a number",
        "line 4, source: '': a published number has a source. say where it is printed",
    ):
        assert f"{NUMBERS}, {words}" in said
    (root / NUMBERS).write_bytes(HEADER.encode() + "ä".encode("latin-1"))
    assert f"{NUMBERS}: the file is not UTF-8. save it as CSV UTF-8" in refused_numbers(root, run)


def refused_numbers(root: Path, run: Run) -> str:
    """What is said of numbers.csv by the room that reads it, as `make verify` prints it."""
    code = (
        "from resilience_lib.build import driver, verbs; "
        # the estimates are not what is looked at here, and take seconds
        "driver.build = lambda *a, **k: None; "
        "raise SystemExit(verbs.main(['verify', '--study', 'mine']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "RESILIENCE_ROOT": str(root), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    return said


def test_a_place_that_cannot_be_written_is_named(root: Path, run: Run) -> None:
    """A file where a folder has to be: refused by the system for root as for anybody."""
    (root / "data" / "processed").write_text("in the way")
    done = run(root, "paper-figures", "--study", "mine")
    assert done.returncode == 1
    assert done.stderr.startswith("data/processed/")
    assert "Check that the file is where it belongs, and no folder in its place" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def make_root(tmp_path: Path) -> Path:
    """What make needs of the repository, without an environment."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy2(REPOSITORY / name, tmp_path)
    return tmp_path


def make(root: Path, python: str) -> str:
    """What make says that has to refuse a Python; no environment is begun."""
    done = subprocess.run(
        ["make", "paper-figures", f"PYTHON={python}"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said
    assert not (root / ".venv").exists()
    return said


def fake_python(folder: Path, script: str) -> str:
    path = folder / "fake_python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_make_without_python_says_what_to_install(make_root: Path) -> None:
    said = make(make_root, "no_such_python")
    assert "no_such_python was not found. Install Python 3.11 to 3.13, or say make PYTHON=" in said


@pytest.mark.parametrize("version", ["(3, 9, 18)", "(3, 10, 13)", "(3, 14, 0)"])
def test_make_refuses_a_python_that_is_too_old_or_too_new(make_root: Path, version: str) -> None:
    # a Python that takes itself for another one
    pretend = f'"import sys; sys.version_info = {version}; exec(sys.argv[1])"'
    python = fake_python(make_root, f'exec "{sys.executable}" -c {pretend} "$2"')
    said = make(make_root, python)
    named = ".".join(version.strip("()").split(", ")[:2])
    assert f"Python 3.11, 3.12 or 3.13 is needed; {python} is {named}. " in said
    assert "Say make PYTHON=python3.11" in said


def test_make_refuses_it_too_where_only_the_environment_is_missing(make_root: Path) -> None:
    # uv itself would go on with whichever Python it finds
    tools = make_root / ".tools" / "bin"
    tools.mkdir(parents=True)
    (tools / "uv").write_text("#!/bin/sh\nmkdir .venv\n")
    (tools / "uv").chmod(0o755)
    assert "no_such_python was not found. " in make(make_root, "no_such_python")


def test_make_with_a_python_without_pip(make_root: Path) -> None:
    python = fake_python(make_root, f'[ "$1" = -m ] && exit 1\nexec "{sys.executable}" "$@"')
    assert f"{python} has no pip. Install it (Debian: python3-pip" in make(make_root, python)
