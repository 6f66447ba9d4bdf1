"""Answers and keys for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from resilience_lib.instruments.key import Key

KNOWN = {"certainty": "chosen", "source": "made up for a test"}


@pytest.fixture(scope="session")
def answers() -> Callable[..., pd.DataFrame]:
    """Clean waves of one instrument: `answers(key, everywhere, {item: answers})`."""

    def make(key: Key, everywhere: float, given: dict[str, list[Any]] | None = None, **more: Any):
        given = given or {}
        rows = max([len(listed) for listed in given.values()], default=1)
        columns = {i: given.get(i, [everywhere] * rows) for i in key.items}
        frame = pd.DataFrame({f"{key.name}_{i}": listed for i, listed in columns.items()})
        return frame.astype("float64").assign(wave="T1", **more)

    return make


@pytest.fixture(scope="session")
def make_key() -> Callable[..., Key]:
    """A key from subscales and codes: `make_key({"a": ["1", "2"]}, (0, 4), reversed=["2"])`."""

    def make(
        subscales: dict[str, list[str]],
        codes: tuple[int, int],
        *,
        name: str = "made_up",
        reversed: list[str] | None = None,
        scoring: str = "mean",
        rounding: str = "none",
        minimum_answered: int = 1,
    ) -> Key:
        def limits(items: list[str]) -> tuple[int, int]:
            many = 1 if scoring == "mean" else len(items)
            return codes[0] * many, codes[1] * many

        return Key(
            name=name,
            form="one",
            title="Made up",
            citation="none",
            licence="none",
            languages=("none",),
            informant="self",
            responses=[
                {
                    "items": [i for items in subscales.values() for i in items],
                    "codes": codes,
                    **KNOWN,
                }
            ],
            reversed={"items": reversed, **KNOWN} if reversed else None,
            subscales=[
                {
                    "name": subscale,
                    "label": subscale,
                    "items": items,
                    "scoring": scoring,
                    "missing": {"minimum_answered": minimum_answered, "prorated": True, **KNOWN},
                    "rounding": rounding,
                    "range": limits(items),
                    "higher_is_better": True,
                    **KNOWN,
                }
                for subscale, items in subscales.items()
            ],
        )

    return make


@pytest.fixture(scope="session")
def r_instruments() -> pd.DataFrame:
    """What instruments.R says of psych's bfi."""
    path = Path(__file__).parents[2] / "references" / "instruments.csv"
    return pd.read_csv(path, keep_default_na=True).fillna({"item": ""})
