"""What a published notebook shows of a long and wide table."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.frames import Whole, estimate_frame

LONG = "a sentence of a table that has more than fifty signs, to the last word"


@pytest.mark.parametrize("level", [95, 0, 1.0, -0.95])
def test_a_level_that_is_no_share_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        estimate_frame([{"estimand": "mean", "conf_level": level}])


def test_every_row_column_and_word_is_shown() -> None:
    frame = pd.DataFrame({f"c{n}": [f"{LONG} {n}.{row}" for row in range(100)] for n in range(30)})
    shown = Whole(frame)._repr_html_()
    assert shown.count("<tr") == 101 and shown.count(f"{LONG} ") == 3000
    assert repr(Whole(frame)).count(f"{LONG} ") == 3000
    # as pandas itself shows it in a notebook, it is cut
    assert frame._repr_html_().count(f"{LONG} ") < 3000
