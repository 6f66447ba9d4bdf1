"""A table as CSV that Excel opens."""

from __future__ import annotations

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.tables.format import MINUS


def csv_bytes(cleared: Cleared) -> bytes:
    """UTF-8 with BOM; a hyphen for the minus sign, so that Excel reads numbers as numbers.

    A last column `data` says "synthetic" or "real" in every row.
    """
    frame = cleared.frame.assign(data="synthetic" if cleared.synthetic else "real")
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text.replace(MINUS, "-").encode("utf-8-sig")
