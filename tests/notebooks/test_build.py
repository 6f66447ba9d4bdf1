"""The build as a person meets it: what it says, what it leaves, and what stops it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import toy_tree

pytestmark = pytest.mark.build
HEAVY = ("pandas", "numpy", "pydantic", "ruamel", "papermill", "nbformat", "jupyter_client")
SLEEP = "import os, time\ntime.sleep(float(os.environ.get('TOY_SLEEP', '0')))"


def _with_sleep(tree: Path) -> None:
    """Stage 3_join stops for a while between writing and committing."""
    cells = toy_tree.NOTEBOOKS["3_join"]
    middle = ["stage.write('analysis', joined)", SLEEP, "stage.commit()"]
    toy_tree.write_notebook(tree, "3_join", [*cells[:3], *middle])


def _start(tree: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "resilience_lib", *(arguments or ("paper-figures",))],
        cwd=tree, env=toy_tree.environment(tree, **more), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        # tests started in the background of a shell inherit that Ctrl-C is not heard
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def _wait(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def test_nothing_to_do_is_said_at_once(tree: Path) -> None:
    toy_tree.run(tree, "paper-figures")
    began = time.monotonic()
    done = toy_tree.run(tree, "paper-figures")
    seconds = time.monotonic() - began
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("Nothing to do: 12 stages are up to date (")
    assert seconds < 0.5
    code = (
        "import sys; from resilience_lib.build.verbs import main; main(['paper-figures']);"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=tree, capture_output=True, text=True,
                          env=toy_tree.environment(tree), check=True)  # fmt: skip
    assert said.stdout.splitlines()[-1] == "[]"


def test_it_says_what_it_wrote(tree: Path) -> None:
    (tree / "figures" / "beta" / "toy.png").unlink()
    done = toy_tree.run(tree, "paper-figures", "--study", "beta")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].startswith("Built 1 of 6 stages in ")
    assert done.stdout.splitlines()[1:] == ["  figures/beta/"]
    assert "] beta 5_figures  " in done.stderr


def test_forked_kernels_and_fresh_ones_agree(built_once: Path, tmp_path: Path) -> None:
    tree = toy_tree.make_tree(tmp_path / "another folder {of} it")
    done = toy_tree.run(tree, "paper-figures", RESILIENCE_FRESH_KERNELS="1")
    assert done.returncode == 0, done.stderr
    folders = ("data", "figures", "reports")
    warm, fresh = toy_tree.files(built_once, *folders), toy_tree.files(tree, *folders)
    assert [name for name in warm if warm[name] != fresh.get(name)] == []
    assert warm.keys() == fresh.keys()
    # a figure drawn by the inline backend, and pandas' own idea of a table
    assert '"image/png"' in fresh["reports/alpha/notebooks/5_figures.ipynb"].decode()
    assert '"text/html"' in fresh["data/processed/alpha/notebooks/1_clean.ipynb"].decode()


def test_a_failing_cell_is_named_and_the_other_study_finishes(tree: Path) -> None:
    cells = toy_tree.NOTEBOOKS["2_score"]
    broken = [*cells[:2], "if study == 'alpha':\n    total = 1 / 0", cells[2]]
    toy_tree.write_notebook(tree, "2_score", broken)
    before = toy_tree.files(tree, "figures", "reports")
    done = toy_tree.run(tree, "paper-figures")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-4:] == [
        "alpha: notebooks/2_score.ipynb, cell 4 (In [5]) failed",
        "    total = 1 / 0",
        "ZeroDivisionError: division by zero",
        "The notebook up to there: data/processed/alpha/notebooks/2_score.failed.ipynb",
    ]
    assert (tree / "data/processed/alpha/notebooks/2_score.failed.ipynb").exists()
    assert "Traceback" not in done.stderr
    assert toy_tree.build_plan(tree) == ["alpha 2_score", *_behind("alpha")]
    # what was there stays, until there is something whole to replace it
    assert toy_tree.files(tree, "figures", "reports") == before
    toy_tree.write_notebook(tree, "2_score", ["# mended", *cells])
    assert toy_tree.run(tree, "paper-figures").returncode == 0
    assert not (tree / "data/processed/alpha/notebooks/2_score.failed.ipynb").exists()


def _behind(study: str) -> list[str]:
    return [f"{study} {stage}" for stage in ("3_join", "4_estimate", "5_figures", "6_report")] + [
        f"{study} pages"
    ]


def test_a_fault_in_the_data_comes_without_a_traceback(tree: Path) -> None:
    raw = tree / "data/raw/alpha/pupils.csv"
    raw.write_text(raw.read_text().replace("12", "13"))
    done = toy_tree.run(tree, "paper-figures")
    assert done.returncode == 1
    message = done.stderr.splitlines()
    assert message[-2] == "alpha: notebooks/1_clean.ipynb stopped:"
    assert message[-1].startswith("data/raw/alpha/pupils.csv: ")
    assert "sha256" in message[-1]


def test_a_faulty_study_file_is_refused_before_anything_runs(tree: Path) -> None:
    path = tree / "studies/beta/study.yml"
    path.write_text(path.read_text().replace("outcomes:", "outcome:"))
    done = toy_tree.run(tree, "paper-figures")
    assert done.returncode == 1
    assert "studies/beta/study.yml, line " in done.stderr
    assert "did you mean outcomes?" in done.stderr
    assert "Traceback" not in done.stderr and "[1/" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--parameter", "sede=3"), "unknown parameter sede. did you mean seed?"),
        (("--parameter", "seed=many"), "seed: 'many': parameter seed is a whole number."),
        (("--parameter", "seed=1.5"), "seed: '1.5': parameter seed is a whole number."),
        (("--study", "alpa"), "there is no study called alpa. did you mean alpha?"),
    ],
)
def test_wrong_arguments_are_refused_with_the_nearest_name(
    tree: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = toy_tree.run(tree, "paper-figures", *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr and "[1/" not in done.stderr


def test_another_parameter_is_another_result(tree: Path) -> None:
    done = toy_tree.run(tree, "build", "--study", "alpha", "--before", "2_score",
                        "--parameter", "seed=7")  # fmt: skip
    assert done.stdout.startswith("Built 1 of 1 stages")
    executed = tree / "data/processed/alpha/notebooks/1_clean.ipynb"
    injected = json.loads(executed.read_bytes())["cells"][1]
    assert injected["id"] == "injected-parameters"
    assert "seed = 7" in "".join(injected["source"])


@pytest.mark.parametrize("fresh", ["0", "1"])
def test_sigkill_leaves_nothing_half_built(new_tree: Path, built_once: Path, fresh: str) -> None:
    _with_sleep(new_tree)
    process = _start(new_tree, TOY_SLEEP="60", RESILIENCE_FRESH_KERNELS=fresh)
    _wait(lambda: len(list(new_tree.glob("data/processed/*/.3_joined.writing/analysis.csv"))) == 2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # fresh kernels look once a second whether their parent lives
    _wait(lambda: not toy_tree.processes(new_tree), 5)
    assert toy_tree.build_plan(new_tree)[:2] == ["alpha 3_join", "alpha 4_estimate"]
    ran = toy_tree.build(new_tree)
    assert ran == sorted(_behind("alpha") + _behind("beta"))
    folders = ("figures", "reports")
    assert toy_tree.files(new_tree, *folders) == toy_tree.files(built_once, *folders)


@pytest.mark.parametrize("fresh", ["0", "1"])
def test_ctrl_c_ends_the_kernels_too(new_tree: Path, fresh: str) -> None:
    _with_sleep(new_tree)
    process = _start(new_tree, TOY_SLEEP="60", RESILIENCE_FRESH_KERNELS=fresh)
    _wait(lambda: len(list(new_tree.glob("data/processed/*/.3_joined.writing/analysis.csv"))) == 2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Stopped." in said and "Traceback" not in said
    _wait(lambda: not toy_tree.processes(new_tree), 5)


def test_a_second_build_waits_for_the_first(new_tree: Path) -> None:
    _with_sleep(new_tree)
    first = _start(new_tree, TOY_SLEEP="2")
    _wait(lambda: list(new_tree.glob("data/processed/*/.3_joined.writing/analysis.csv")))
    second = _start(new_tree)
    out, said = second.communicate(timeout=180)
    assert f"Another build is running here (process {first.pid}): waiting for it." in said
    assert out.startswith("Nothing to do: 12 stages are up to date")
    assert first.wait() == 0


def test_a_kernel_that_dies_before_its_first_cell_is_tried_once_more(new_tree: Path) -> None:
    # every kernel imports this first; the first kernel finds no file and dies
    (new_tree / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if 'ipykernel_launcher' in sys.orig_argv:\n"
        "    try:\n"
        "        os.close(os.open(os.environ['TOY_DEATHS'], os.O_CREAT | os.O_EXCL))\n"
        "    except FileExistsError:\n"
        "        pass\n"
        "    else:\n"
        "        os._exit(3)\n"
    )
    deaths = new_tree / "deaths"
    more = {"RESILIENCE_FRESH_KERNELS": "1", "TOY_DEATHS": str(deaths)}
    arguments = ("build", "--study", "alpha", "--before", "2_score")
    done = toy_tree.run(new_tree, *arguments, **more)
    assert done.returncode == 0, done.stderr
    assert deaths.exists()


@pytest.mark.parametrize("fresh", ["0", "1"])
def test_a_kernel_that_dies_in_a_cell_is_a_failure(tree: Path, fresh: str) -> None:
    cells = ["import os", "os.kill(os.getpid(), 9)"]
    toy_tree.write_notebook(tree, "2_score", cells)
    done = toy_tree.run(tree, "build", "--study", "alpha", RESILIENCE_FRESH_KERNELS=fresh)
    assert done.returncode == 1
    assert "alpha: notebooks/2_score.ipynb: the kernel died in cell 3" in done.stderr
    assert (tree / "data/processed/alpha/notebooks/2_score.failed.ipynb").exists()


def test_a_notebook_opened_by_itself_builds_what_it_needs(new_tree: Path) -> None:
    code = (
        "from resilience_lib.build.ensure import ensure_stages;ensure_stages('alpha', '5_figures')"
    )

    def open_notebook(**more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code], cwd=new_tree / "notebooks", capture_output=True,
            text=True, env=toy_tree.environment(new_tree, **more), check=False,
        )  # fmt: skip

    said = open_notebook().stdout.splitlines()
    assert said[0] == (
        "4_estimate of alpha is missing: building it first (1_clean, 2_score, 3_join, 4_estimate)"
    )
    assert [line.split("  ")[0] for line in said[1:5]] == [
        "[1/4] alpha 1_clean", "[2/4] alpha 2_score", "[3/4] alpha 3_join", "[4/4] alpha 4_estimate"
    ]  # fmt: skip
    assert open_notebook().stdout == ""
    (new_tree / "data/raw/alpha/codebook.csv").write_text("variable\n")
    assert open_notebook(RESILIENCE_BUILDING="1").stdout == ""
    assert open_notebook().stdout.startswith(
        "4_estimate of alpha is out of date (3_join may change): building it first"
    )
    toy_tree.write_notebook(new_tree, "2_score", ["1 / 0"])
    failed = open_notebook()
    assert failed.returncode == 1
    assert "BuildError: 4_estimate of alpha could not be built:" in failed.stderr


def test_clean_never_removes_raw_data(tree: Path) -> None:
    raw = toy_tree.files(tree, "data/raw", "studies", "notebooks")
    done = toy_tree.run(tree, "clean")
    assert done.returncode == 0
    assert toy_tree.files(tree, "data", "studies", "notebooks", "figures", "reports") == raw


def test_the_warm_process_has_one_thread_when_it_forks(tree: Path) -> None:
    if sys.platform != "linux":
        return
    code = (
        "import os; from resilience_lib.build.forkserver import FIRST, LATER, preload;"
        "preload(FIRST + LATER);"
        "print(len(os.listdir('/proc/self/task')))"
    )
    environment = {**toy_tree.environment(tree), **_threads()}
    said = subprocess.run([sys.executable, "-c", code], cwd=tree, env=environment,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert said.stdout == "1\n"


def _threads() -> dict[str, str]:
    from resilience_lib.build.kernels import kernel_environment

    return {name: value for name, value in kernel_environment().items() if "THREADS" in name}


def test_a_process_id_is_never_confused(tmp_path: Path) -> None:
    """A forked kernel is known by descriptor: once ended, nothing more is signalled."""
    from resilience_lib.build.kernels import ForkedProcess

    if sys.platform != "linux":
        return
    pid = os.fork()
    if pid == 0:
        signal.pause()
    process = ForkedProcess(pid, os.pidfd_open(pid))
    assert process.poll() is None
    process.kill()
    assert process.wait() == 0
    process.kill()
    os.waitpid(pid, 0)
