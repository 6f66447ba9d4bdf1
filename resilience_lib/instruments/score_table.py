"""Every score that a subscale can have, by how many items were answered and what they add up to.

All answers are whole numbers, so a score is a fraction of two whole numbers: it is rounded exactly,
without the float error by which a half is missed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilience_lib.instruments.key import Subscale


def score_table(subscale: Subscale, scores: tuple[int, int]) -> NDArray[np.float64]:
    """Scores of one subscale for every possible set of answers.

    Parameters
    ----------
    subscale : Subscale
        With n items.
    scores : (int, int)
        (low, high): lowest and highest score of an item, after recoding.

    Returns
    -------
    ndarray of float, shape (n + 1, n (high - low) + 1)
        Row a: a items answered; column s: they lie s above a times `low` in all, after reversing.
        With raw sum S = a low + s the score is S / a (mean) or S n / a (sum, prorated); with
        rounding half_up floor(x + 1/2), taken in whole numbers as floor((2 p + q) / 2 q) of p / q;
        a table is entered with the sum. NaN where fewer items are answered than the missing rule
        asks for, and where no answers can give s.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> emotional = load_key("sdq_self").part("emotional")
    >>> table = score_table(emotional, (0, 2))
    >>> [float(table[4, 2]), float(table[3, 4]), float(table[2, 4])]  # 2.5, 6.67, too few answers
    [3.0, 7.0, nan]
    """
    count, (low, high) = len(subscale.items), scores
    answered = np.arange(count + 1, dtype=np.int64)[:, None]
    above = np.arange(count * (high - low) + 1, dtype=np.int64)[None, :]
    top = answered * low + above
    if subscale.scoring != "mean":
        top = top * count
    bottom = np.maximum(answered, 1)
    if subscale.rounding == "half_up":
        whole = (2 * top + bottom) // (2 * bottom)
        values = whole.astype(np.float64)
    else:
        values = top / bottom
    if subscale.table is not None:
        first = count * low
        listed = np.array([subscale.table.values[first + i] for i in range(above.size)])
        # a prorated sum that is not whole cannot be here: such keys round it
        values = listed[np.clip(values - first, 0, above.size - 1).astype(np.int64)]
    needed = subscale.missing.answers_needed(count)
    can_be = (answered >= needed) & (above <= answered * (high - low))
    return np.where(can_be, values, np.nan)
