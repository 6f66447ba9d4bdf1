"""Tasks that need one another, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from resilience_lib.errors import ResilienceError

Task = TypeVar("Task")


def run_all(
    needs: Mapping[Task, Iterable[Task]],
    run: Callable[[Task], None],
    workers: int,
    stop: Callable[[], None],
) -> dict[Task, str]:
    """Run every task after those that it needs.

    Parameters
    ----------
    needs : mapping
        Each task to those before it; one that is no key counts as done. Where more are ready
        than workers free, the first of the mapping goes first.
    run : callable
        Called in a thread; a `ResilienceError` is the task's failure, anything else ends all.
    workers : int
        How many at a time.
    stop : callable
        Called once when the run is interrupted, to make running tasks end soon.

    Returns
    -------
    dict
        Failed tasks to their messages; what needs a failed task is not run.

    Examples
    --------
    >>> order = []
    >>> run_all({"b": ["a"], "a": []}, order.append, 2, lambda: None), order
    ({}, ['a', 'b'])
    """
    left = {task: {other for other in before if other in needs} for task, before in needs.items()}
    failures: dict[Task, str] = {}
    running: dict[Future[None], Task] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        while left or running:
            ready = [task for task, before in left.items() if not before]
            for task in ready[: workers - len(running)]:
                running[pool.submit(run, task)] = task
                del left[task]
            if not running:
                # what is left needs a task that failed
                break
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                task = running.pop(future)
                try:
                    future.result()
                except ResilienceError as error:
                    failures[task] = str(error)
                    continue
                for before in left.values():
                    before.discard(task)
    except BaseException:
        # Ctrl-C, or a fault of the build itself: no thread may go on behind it
        pool.shutdown(wait=False, cancel_futures=True)
        stop()
        raise
    finally:
        pool.shutdown()
    return failures
