"""Numbers are found, compared on two tiers, and what moved is named."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.numbers.compare import agrees_as_printed, compare_numbers
from resilience_lib.numbers.load import COLUMNS, Number, load_numbers, parse_where
from resilience_lib.numbers.lock import what_changed

FLOW = pd.DataFrame({"step": ["T1", "T2"], "pupils": [441.0, float("nan")], "note": ["", "hidden"]})


def number(where: str, value: float, printed: str = "", tolerance: float = 0.0) -> Number:
    return Number(
        row=2,
        id="x",
        kind="computed",
        where=parse_where(where) if where else None,
        value=value,
        printed_as=printed,
        abs_tol=tolerance,
        rel_tol=0.0,
        source="s",
        note="",
    )


@pytest.mark.parametrize(
    ("item", "status"),
    [
        (number("flow: step=T1; field=pupils", 441), "same"),
        (number("flow: step=T1; field=pupils", 441, "441"), "same"),
        (number("flow: step=T1; field=pupils", 440.5, tolerance=0.5), "same"),
        (number("flow: step=T1; field=pupils", 440.4, tolerance=0.5), "differs"),
        (number("flow: step=T1; field=pupils", 441, "442"), "differs"),
        (number("flow: step=T2; field=pupils", 400), "missing"),
        (number("flow: step=T3; field=pupils", 400), "missing"),
        (number("flow: step~T; field=pupils", 400), "missing"),
        (number("flow: step=T1; field=people", 400), "missing"),
        (number("", 36, "36"), "cited"),
    ],
)
def test_verdicts(item: Number, status: str) -> None:
    verdict = compare_numbers([item], {"flow": FLOW})
    assert verdict["status"].tolist() == [status]
    if status == "missing":
        assert verdict["reason"].iloc[0]


@pytest.mark.parametrize(
    ("value", "printed", "agrees"),
    [
        (0.125, ".13", True),  # half away from zero, as people round
        (-0.125, "\u22120.13", True),
        (0.1249, "0.13", False),
        (3134, "3,134", True),
        (0.0009, "< .001", True),
        (0.0011, "< .001", False),
        (0.54195, "54.2%", True),
        (0.5, "half", False),
    ],
)
def test_as_printed(value: float, printed: str, agrees: bool) -> None:
    assert agrees_as_printed(value, printed) is agrees


def write(root: Path, *rows: str) -> None:
    folder = root / "studies" / "toy"
    folder.mkdir(parents=True)
    text = "\n".join([",".join(COLUMNS), *rows])
    (folder / "numbers.csv").write_text(text, encoding="utf-8")


def test_all_faults_of_the_file(empty_root: Path) -> None:
    write(
        empty_root,
        "a,computed,flow: step=T1; field=pupils,441,,0,0,counted,",
        "a,guess,somewhere,many,,0,0,,",
        "b,published,,36,36,0,0,,",
    )
    with pytest.raises(FaultsError) as caught:
        load_numbers("toy")
    said = [(fault.row, fault.column) for fault in caught.value.faults]
    assert said == [(3, "id"), (3, "kind"), (3, "where"), (3, "value"), (4, "source")]


def test_a_study_without_numbers(empty_root: Path) -> None:
    assert load_numbers("toy") == ()


def test_what_changed_is_said_in_words() -> None:
    locked = {"raw data": {"a.csv": "1"}, "code": {"effects": "1", "models": "1"}}
    present = {"raw data": {"a.csv": "2"}, "code": {"effects": "1", "models": "2", "new": "1"}}
    assert what_changed(locked, present) == [
        "raw data differ: a.csv",
        "code differs: models, new",
    ]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("value", "nan", "value is a finite number"),
        ("value", "inf", "value is a finite number"),
        ("abs_tol", "nan", "abs_tol is a finite number"),
        ("rel_tol", "inf", "rel_tol is a finite number"),
        ("abs_tol", "-0.1", "abs_tol is 0 or more"),
        ("rel_tol", "-1e-6", "rel_tol is 0 or more"),
    ],
)
def test_a_value_or_tolerance_with_which_nothing_can_be_judged(
    empty_root: Path, column: str, value: str, rule: str
) -> None:
    right = {"id": "a", "kind": "published", "value": "1", "abs_tol": "0", "rel_tol": "0"}
    cells = dict.fromkeys(COLUMNS, "") | right | {"source": "x"} | {column: value}
    folder = empty_root / "studies" / "toy"
    folder.mkdir(parents=True)
    lines = [",".join(COLUMNS), ",".join(cells[name] for name in COLUMNS)]
    (folder / "numbers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        load_numbers("toy")
    assert [(f.row, f.column, f.value, f.rule) for f in caught.value.faults] == [
        (2, column, value, rule)
    ]
