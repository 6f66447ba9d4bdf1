"""Order of tasks, executed notebooks without times, and messages of the command line."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import pytest

from resilience_lib.build import driver, verbs
from resilience_lib.build.lock import build_lock
from resilience_lib.build.normalise import normalise
from resilience_lib.build.schedule import run_all
from resilience_lib.errors import BuildError


def test_what_needs_a_failed_task_is_not_run_and_the_rest_is() -> None:
    ran = []

    def run(task: str) -> None:
        ran.append(task)
        if task == "a1":
            raise BuildError("a1 broke")

    needs = {"a1": [], "a2": ["a1"], "b1": ["not asked for"], "b2": ["b1"]}
    assert run_all(needs, run, 2, lambda: None) == {"a1": "a1 broke"}
    assert sorted(ran) == ["a1", "b1", "b2"]


def test_two_run_at_once_and_no_more() -> None:
    running, most = [], []
    both = threading.Barrier(2, timeout=5)

    def run(task: str) -> None:
        running.append(task)
        most.append(len(running))
        both.wait()
        running.remove(task)

    assert run_all({name: [] for name in "abcd"}, run, 2, lambda: None) == {}
    assert max(most) == 2


def test_a_fault_of_the_build_itself_stops_what_runs() -> None:
    stopped = threading.Event()

    def run(task: str) -> None:
        if task == "a":
            raise ZeroDivisionError
        assert stopped.wait(5)

    with pytest.raises(ZeroDivisionError):
        run_all({"a": [], "b": []}, run, 2, stopped.set)


def test_normalising_removes_what_differs_between_runs() -> None:
    warning = {
        "output_type": "stream",
        "name": "stderr",
        "text": ["/tmp/ipykernel_4711/123456.py:3: UserWarning: a\n"],
    }
    cell = {
        "cell_type": "code",
        "id": "9f",
        "metadata": {"papermill": {"duration": 1}, "execution": {"a": 1}, "tags": []},
        "outputs": [warning],
    }
    metadata = {"papermill": {}, "language_info": {"name": "python", "version": "3.11.7"}}
    done = normalise({"metadata": metadata, "cells": [cell]})
    assert done["metadata"] == {"language_info": {"name": "python", "version": "3"}}
    assert done["cells"][0]["metadata"] == {}
    assert done["cells"][0]["id"] == "9f"
    assert done["cells"][0]["outputs"][0]["text"] == "<cell>:3: UserWarning: a\n"


def test_a_held_lock_is_waited_for(tmp_path: Path) -> None:
    said = io.StringIO()
    order = []

    def second() -> None:
        with build_lock(tmp_path / "lock", said):
            order.append("second")

    with build_lock(tmp_path / "lock", io.StringIO()):
        thread = threading.Thread(target=second)
        thread.start()
        while not said.getvalue():
            time.sleep(0.01)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    assert said.getvalue().startswith("Another build is running here (process ")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (BuildError("stage x broke"), 1, "stage x broke\n"),
        (PermissionError(13, "denied", "figures/a"), 1, "figures/a: no permission to write. "),
        (KeyboardInterrupt(), 130, "\nStopped. "),
    ],
)
def test_no_fault_shows_a_traceback(
    empty_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
    said: str,
) -> None:
    def build(*_: object) -> None:
        raise error

    monkeypatch.setattr(driver, "build", build)
    assert verbs.main(["paper-figures"]) == status
    assert capsys.readouterr().err.startswith(said)
