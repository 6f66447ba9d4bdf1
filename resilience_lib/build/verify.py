"""Tells a reviewer, number by number, whether the same came out, and if not, why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from resilience_lib import paths
from resilience_lib.errors import ResilienceError


def verify_studies(names: Sequence[str]) -> int:
    """Build what is stale, compare every number, print the verdict.

    Parameters
    ----------
    names : sequence of str
        Studies.

    Returns
    -------
    int
        0 where every number of every study is the same; 1 on any miss, missing number, or
        study that cannot be built.
    """
    failed = 0
    for name in names:
        print(name)
        try:
            held = _verify(name)
        except ResilienceError as error:
            print("  cannot be verified:")
            for line in str(error).splitlines():
                print(f"  {line}")
            _print_changes(name)
            held = False
        failed += not held
    return 1 if failed else 0


def accept_numbers(names: Sequence[str]) -> int:
    """Write numbers.lock of each study whose numbers all hold; 1 where one does not."""
    from resilience_lib.numbers.lock import write_lock

    status = verify_studies(names)
    if status:
        print("Nothing was accepted: every number has to hold first.")
        return status
    for name in names:
        if paths.numbers_file(name).exists():
            print(write_lock(name))
    return 0


def _verify(name: str) -> bool:
    from resilience_lib.build.driver import build
    from resilience_lib.numbers.verdict import judge
    from resilience_lib.store.raw import fetch
    from resilience_lib.study.load import load_study

    fetch(name)
    # numbers stand in the estimates: a reviewer need not wait for pictures
    build([name], before="5_figures")
    verdict = judge(load_study(name)).frame
    if verdict.empty:
        print(f"  no numbers: write {paths.relative(paths.numbers_file(name))} to have any checked")
        return True
    for row in verdict.to_dict("records"):
        print(f"  {_sentence(row)}")
    counts = verdict["status"].value_counts()
    print(
        f"  {len(verdict)} numbers: " + ", ".join(f"{n} {status}" for status, n in counts.items())
    )
    held = not {"differs", "missing"} & set(counts.index)
    if not held:
        _print_changes(name)
    return held


def _sentence(row: dict[Any, Any]) -> str:
    printed = row["printed_as"] or f"{row['value']:g}"
    said = f"{row['status']:<8} {row['id']}: {printed}"
    found = row["found"]
    if row["status"] == "cited":
        return f"{said} (published, computed nowhere here: {row['source']})"
    if row["status"] == "missing" or math.isnan(found):
        return f"{said}, not found: {row['reason']}"
    if row["status"] == "same":
        return f"{said} (found {found:.6g})"
    tiers = []
    if row["as_printed"] == "differs":
        tiers.append("does not round to what is printed")
    if row["as_computed"] == "differs":
        tiers.append(f"lies outside the tolerance of {row['value']:.6g}")
    return f"{said}, found {found:.6g}: {' and '.join(tiers)}"


def _print_changes(name: str) -> None:
    from resilience_lib.numbers.lock import present_state, read_lock, what_changed

    locked = read_lock(name)
    if locked is None:
        print("  no numbers.lock yet: what changed since the numbers last held is not known")
        return
    changed = what_changed(locked, present_state(name))
    print("  since all numbers last held:")
    for line in changed or [
        "nothing but numbers.csv itself: the raw data, the code and the environment are the same"
    ]:
        print(f"    {line}")
