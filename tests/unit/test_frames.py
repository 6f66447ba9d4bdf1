"""What a published notebook shows of a long and wide table."""

from __future__ import annotations

import pandas as pd

from resilience_lib.frames import Whole

LONG = "a sentence of a table that has more than fifty signs, to the last word"


def test_every_row_column_and_word_is_shown() -> None:
    frame = pd.DataFrame({f"c{n}": [f"{LONG} {n}.{row}" for row in range(100)] for n in range(30)})
    shown = Whole(frame)._repr_html_()
    assert shown.count("<tr") == 101 and shown.count(f"{LONG} ") == 3000
    assert repr(Whole(frame)).count(f"{LONG} ") == 3000
    # as pandas itself shows it in a notebook, it is cut
    assert frame._repr_html_().count(f"{LONG} ") < 3000
