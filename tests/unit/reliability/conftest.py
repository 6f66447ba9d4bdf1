"""Answers to items, and R's values for them, from tests/references."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REFERENCES = Path(__file__).parents[2] / "references"
sys.path.insert(0, str(REFERENCES))

from reference_fixtures import hold, reference  # noqa: E402

from resilience_lib.reliability.answers import Subscale  # noqa: E402

__all__ = ["hold", "reference"]


@pytest.fixture(scope="session")
def made() -> pd.DataFrame:
    """Made-up answers of 441 pupils in 11 schools at two waves."""
    return pd.read_csv(REFERENCES / "synthetic_answers.csv")


@pytest.fixture(scope="session")
def scales() -> dict[str, Subscale]:
    """Its subscales."""
    return {
        "a": Subscale(("a1", "a2", "a3", "a4", "a5"), 5),
        "b": Subscale(("b1", "b2", "b3", "b4"), 3),
        "c": Subscale(("c1", "c2"), 5),
    }


@pytest.fixture(scope="session")
def bfi() -> pd.DataFrame:
    """Agreeableness of 2,800 persons."""
    return runpy.run_path(str(REFERENCES / "bfi_csv.py"))["bfi_answers"]()


@pytest.fixture(scope="session")
def with_covariance():
    """Make answers of n pupils whose covariance matrix (divisor n - 1) is exactly the given one."""

    def make(covariance: list[list[float]], n: int = 24, schools: int = 6) -> pd.DataFrame:
        target = np.asarray(covariance, dtype=float)
        noise = np.random.default_rng(8).normal(size=(n, len(target)))
        basis, _ = np.linalg.qr(noise - noise.mean(axis=0))
        values = basis @ np.linalg.cholesky(target).T * np.sqrt(n - 1)
        frame = pd.DataFrame(values, columns=[f"q{i}" for i in range(len(target))])
        return frame.assign(school=[f"s{i % schools}" for i in range(n)])

    return make
