"""Numbers as journals print them (APA 7, sections 6.36 and 6.43)."""

import math

import pytest

from resilience_lib.tables.format import count, interval, number, p_value

NAN = math.nan


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.0, "< .001"),
        (0.00099, "< .001"),
        (0.001, ".001"),
        (0.0499, ".050"),
        (0.05, ".050"),
        (0.9996, "1.000"),
        (NAN, ""),
    ],
)
def test_p(value, printed):
    assert p_value(value) == printed


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (-1.005, 1, "−1.0"),
        (-0.004, 2, "0.00"),
        (1234.56, 1, "1,234.6"),
        (-1234.0, 0, "−1,234"),
        (NAN, 2, ""),
    ],
)
def test_number(value, decimals, printed):
    assert number(value, decimals) == printed


def test_interval_and_count():
    assert interval(-0.12, 0.345) == "[−0.12, 0.34]"  # 0.345 is a little below in binary
    assert interval(NAN, 1.0) == ""
    assert count(26796.0) == "26,796"
    assert count(NAN) == ""
