"""Data and R's answers for the estimation rooms; see tests/references."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REFERENCES = Path(__file__).parent


@pytest.fixture(scope="session")
def star() -> pd.DataFrame:
    """Project STAR as an analysis frame."""
    return runpy.run_path(str(REFERENCES / "star_csv.py"))["star_analysis"]()


@pytest.fixture(scope="session")
def synthetic() -> pd.DataFrame:
    """Made-up pupils in eleven schools."""
    text = dict.fromkeys(["pupil", "school", "school_attended", "wave", "gender"], "str")
    return pd.read_csv(REFERENCES / "synthetic_11_schools.csv", dtype=text).assign(arm=None)


@pytest.fixture(scope="session")
def reference():
    """Read a CSV that an R script wrote."""
    return lambda name: pd.read_csv(REFERENCES / name, keep_default_na=True).fillna(
        {"outcome": "", "subgroup": ""}
    )


@pytest.fixture(scope="session")
def agree():
    """Compare every row of R's answers that an Estimate frame also holds.

    Returns how many rows were compared, so that a test can say how many it expects.
    """
    keys = ["estimand", "contrast", "subgroup"]

    def compare(ours: pd.DataFrame, theirs: pd.DataFrame, tolerance: float, columns=None) -> int:
        columns = columns or ["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]
        both = theirs.merge(ours, on=keys, suffixes=("_r", ""), validate="one_to_one")
        for name in columns:
            known = both[f"{name}_r"].notna()
            # an end of an interval or an estimate near 0 is as exact as its standard error
            slack = tolerance * both["std_error"].fillna(0.0) if name != "p_value" else 1e-12
            gap = (both[name] - both[f"{name}_r"]).abs()
            bad = both[known & ~(gap <= tolerance * both[f"{name}_r"].abs() + slack)]
            assert bad.empty, f"{name}\n{bad[[*keys, name, f'{name}_r']]}"
        return len(both)

    return compare


@pytest.fixture(scope="session")
def hold():
    """Compare each row of shares.csv with the row of ours of its estimand and interval.

    Returns how many rows were compared. `missing` names the numbers that must be missing on our
    side where R has none.
    """
    numbers = ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value")

    def compare(ours: pd.DataFrame, theirs: pd.DataFrame, tolerance=1e-6, missing=()) -> int:
        for row in theirs.to_dict("records"):
            fits = (ours["estimand"] == row["estimand"]) & (ours["subgroup"] == row["subgroup"])
            text = row["interval"] if isinstance(row["interval"], str) else ""
            fits &= ours["interval"].str.contains(text, case=False, regex=False)
            assert fits.sum() == 1, row
            got = ours[fits].iloc[0]
            for name in numbers:
                wanted = row[name]
                if np.isnan(wanted):
                    assert name not in missing or np.isnan(got[name]), (name, row)
                    continue
                slack = 0.0 if name == "p_value" else tolerance * np.nan_to_num(got["std_error"])
                gap = 0.0 if got[name] == wanted else abs(got[name] - wanted)
                assert gap <= tolerance * abs(wanted) + slack + 1e-12, (name, got[name], row)
        return len(theirs)

    return compare
