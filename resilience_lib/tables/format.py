"""Numbers as journals print them."""

from __future__ import annotations

import math

MINUS = "\N{MINUS SIGN}"
NOTHING = ""


def number(value: float, decimals: int = 2) -> str:
    """A number with that many decimals and a true minus sign; "" where it is missing.

    Examples
    --------
    >>> number(-0.456), number(12.0, 1), number(float("nan")), number(-0.001)
    ('−0.46', '12.0', '', '0.00')
    """
    if math.isnan(value):
        return NOTHING
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def decimals_for(spread: float) -> int:
    """Sensible decimals for values of that size: 2 below 10, 1 from 10 on.

    Examples
    --------
    >>> decimals_for(0.8), decimals_for(45)
    (2, 1)
    """
    return 1 if spread >= 10 else 2


def p_value(value: float) -> str:
    """p with three decimals, without the zero that cannot be anything else (APA 7, 6.36).

    Examples
    --------
    >>> p_value(0.0004), p_value(0.0421), p_value(1.0), p_value(float("nan"))
    ('< .001', '.042', '1.000', '')
    """
    if math.isnan(value):
        return NOTHING
    if value < 0.001:
        return "< .001"
    return f"{value:.3f}".removeprefix("0")


def interval(low: float, high: float, decimals: int = 2) -> str:
    """An interval in brackets; "" where a bound is missing.

    Examples
    --------
    >>> interval(-0.1, 0.25)
    '[−0.10, 0.25]'
    """
    if math.isnan(low) or math.isnan(high):
        return NOTHING
    return f"[{number(low, decimals)}, {number(high, decimals)}]"


def count(value: float) -> str:
    """A count with thousands set apart; "" where it is missing.

    Examples
    --------
    >>> count(11598.0), count(float("nan"))
    ('11,598', '')
    """
    return NOTHING if math.isnan(value) else f"{value:,.0f}"
