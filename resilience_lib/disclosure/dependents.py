"""Estimates that rest on a group which is itself suppressed."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.partitions import ALL


def rests_on_hidden(frame: pd.DataFrame, reasons: pd.Series) -> pd.Series:
    """Which rows would tell of a suppressed group.

    - a difference "a - b" of which a or b is suppressed in the same outcome and contrast
      (arms too: "small - regular" rests on "all, small");
    - an effect "a - b at T1" of a group whose mean at T1 is suppressed in arm a or b;
    - a joint test of several contrasts "T2 - T1, T3 - T1" of which one is suppressed;
    - how lost pupils differ from kept ones, where their share is suppressed;
    - how loss goes with an outcome, where the lost are too few to be compared in it.

    Parameters
    ----------
    frame : DataFrame
        Estimate frame.
    reasons : Series of str
        Why rows are suppressed so far, "" where they are not; the same index.

    Returns
    -------
    Series of bool
        Rows to suppress as well; False where they are suppressed already.
    """
    gone = frame[reasons != ""]
    groups = set(zip(gone["outcome"], gone["contrast"], gone["subgroup"], strict=True))
    means = gone[gone["estimand"] == "mean"]
    cells = set(zip(means["outcome"], means["contrast"], means["subgroup"], strict=True))
    shares = gone[(gone["estimand"] == "share_lost") & (gone["subgroup"] == ALL)]
    lost = set(shares["contrast"])
    gaps = gone[gone["estimand"] == "baseline_difference"]
    compared = set(zip(gaps["outcome"], gaps["contrast"], strict=True))
    found = []
    for outcome, contrast, subgroup, estimand, reason in zip(
        frame["outcome"],
        frame["contrast"],
        frame["subgroup"],
        frame["estimand"],
        reasons,
        strict=True,
    ):
        parts = subgroup.split(" - ")
        named = [*parts, *(f"{ALL}, {part}" for part in parts)] if len(parts) > 1 else []
        arms, at, wave = contrast.partition(" at ")
        crossed = [f"{gender}, {arm}" for gender in parts for arm in arms.split(" - ") if at]
        joint = contrast.split(", ") if estimand == "wald_f" else []
        found.append(
            not reason
            and (
                any((outcome, contrast, name) in groups for name in named)
                or any((outcome, wave, name) in cells for name in crossed)
                or any(
                    (outcome, one, name) in groups for one in joint for name in [subgroup, *parts]
                )
                or (contrast in lost and estimand != "share_lost")
                or (estimand == "risk_slope" and (outcome, contrast) in compared)
            )
        )
    return pd.Series(found, index=frame.index, dtype=bool)
