"""What is known of one estimand."""

from __future__ import annotations

from dataclasses import dataclass

INF = float("inf")
LINE = (-INF, INF)


@dataclass(frozen=True)
class Estimand:
    """One estimand: one name for one definition.

    Attributes
    ----------
    name, label, symbol : str
        As in the Estimate frame, in words, and as printed in tables.
    direction : str
        What a larger value means.
    bounds : (float, float)
        Lowest and highest possible value; intervals are clipped to them.
    null : float or None
        The value of "nothing"; None where there is none.
    needs : tuple of str
        What a design must have: "comparable" (one scale at each wave), "comparison" (a
        comparison arm), "exposure" (time or number at risk beside each count).
    instead : str
        The estimand that serves where this one does not fit; "" where it always fits.
    source : str
        Definition and interval.
    data, summary : str
        "room.module:function" that estimates it from rows, and from summary statistics (means,
        SDs, n, r; counts); "" where there is none.
    """

    name: str
    label: str
    symbol: str
    direction: str
    bounds: tuple[float, float]
    null: float | None
    needs: tuple[str, ...]
    instead: str
    source: str
    data: str = ""
    summary: str = ""
