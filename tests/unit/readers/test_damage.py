"""Ids that a spreadsheet damaged."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.readers.damage import damaged_ids


@pytest.mark.parametrize(
    ("ids", "doubtful"),
    [
        (["1.0E+05", "1,23e+11", "A1E5"], {0: "scientific notation", 1: "scientific notation"}),
        (["1234567890123450000", "123456789012345"], {0: "digits lost after the 15th"}),
        (["03-Jan", "Jan-03", "2024-01-03"], dict.fromkeys(range(3), "turned into a date")),
        (["102.0", "A-1"], {0: "decimals added"}),
        (
            ['="007"', "'007", "“007”", "\u2018007\u2019", "O'Neill", "d'Arc", "007"],
            dict.fromkeys(
                range(4), "in quotes, or behind the sign that makes a cell text or a formula"
            ),
        ),
        (
            ["A\u200b1", "\ufeffA1", "A\x071", "A\ufffd1", "A\n1", "Zoë 1"],
            dict.fromkeys(range(5), "signs in it that cannot be seen, or stand for lost ones"),
        ),
        (
            ["12345", "23456", "2345", "345", "34567", "45678"],
            {
                2: "zeros lost in front: 4 digits, others have 5",
                3: "zeros lost in front: 3 digits, others have 5",
            },
        ),
        # sound: zeros still there, a plain count, letters, empty cells
        (["012345", "123456", "12345", "234567"], {}),
        ([str(n) for n in range(1, 121)], {}),
        ([str(n) for n in range(950, 1500)], {}),
        (["A1", "B22", "C333", "007"], {}),
        (["", "", ""], {}),
    ],
)
def test_damaged_ids(ids: list[str], doubtful: dict[int, str]) -> None:
    assert damaged_ids(pd.Series(ids, dtype="str")).to_dict() == doubtful


def test_the_lines_are_kept() -> None:
    ids = pd.Series(["1E+05", "7"], index=pd.Index([2, 9], name="line"), dtype="str")
    assert damaged_ids(ids).index.tolist() == [2]
