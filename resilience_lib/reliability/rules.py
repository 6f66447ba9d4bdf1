"""Rules of thumb as named, cited data, and words that other rooms read.

Apart from what computes: tables and disclosure read this and need not run again with a model.
"""

from __future__ import annotations

from dataclasses import dataclass

ALIKE = "everyone gives the same answer"
"""How the flaw begins of answers that do not vary."""


@dataclass(frozen=True)
class Rule:
    """From which change of Nagelkerke's R2 an item differs moderately, and largely."""

    moderate: float
    large: float
    source: str


RULES: dict[str, Rule] = {
    "jodoin_gierl_2001": Rule(
        0.035, 0.070, "Jodoin & Gierl 2001, Applied Measurement in Education 14"
    ),
    "zumbo_thomas_1997": Rule(
        0.13, 0.26, "Zumbo & Thomas 1997, in Zumbo 1999, Handbook of differential item functioning"
    ),
}
