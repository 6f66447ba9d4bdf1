"""Faults that a person can act on: each says what, where and what to do.

Every fault in a person's own file (study file, codebook, raw data, numbers) is a
`Fault`; a `FaultsError` carries all faults of one check, so that nobody has to mend
and rerun ten times to see ten faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong, with its place, the rule it breaks and the remedy.

    Parameters
    ----------
    file : str
        The file, as a path relative to the repository.
    rule : str
        What must hold.
    remedy : str
        What to do about it.
    row : int, optional
        Line in the file, counting the header as line 1.
    column : str, optional
        Column or key.
    value : str, optional
        The offending value as it stands in the file.

    Examples
    --------
    >>> print(Fault("study.yml", "seed must be a whole number", "write e.g. 2021",
    ...             row=3, column="seed", value="abc"))
    study.yml, line 3, seed: 'abc': seed must be a whole number. write e.g. 2021
    """

    file: str
    rule: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", line {self.row}"
        if self.column is not None:
            place += f", {self.column}"
        value = f"{self.value!r}: " if self.value is not None else ""
        return f"{place}: {value}{self.rule}. {self.remedy}"


TO_FILL_IN = "TO FILL IN"
"""What a drafted codebook or birth certificate says where only a person knows the answer."""


class ResilienceError(Exception):
    """Base of every error that is shown to a person as a message, without a traceback."""


EXAMPLES = 3
"""How many faults of one kind a message shows before it only counts them."""


class FaultsError(ResilienceError):
    """All faults that one check found; the message shows the first few of each kind.

    Examples
    --------
    >>> str(FaultsError([Fault("a.csv", "ids are unique", "keep one row")]))
    'a.csv: ids are unique. keep one row'
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(condense(self.faults)))


def condense(faults: Sequence[Fault]) -> list[str]:
    """Faults as lines, those of one file, column and rule only counted after the first few.

    Parameters
    ----------
    faults : sequence of Fault

    Returns
    -------
    list of str
        A kind with one fault more than `EXAMPLES` is shown whole: a line that says "1 more"
        would save nothing.

    Examples
    --------
    >>> many = [Fault("a.csv", "the cell is a number", "mend it", n, "x", "?") for n in range(9)]
    >>> condense(many)[-1]
    'a.csv, x: 6 more cells like these: the cell is a number. mend it'
    """
    kinds: dict[tuple[str, str | None, str, str], list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((fault.file, fault.column, fault.rule, fault.remedy), []).append(fault)
    lines = []
    for (file, column, rule, remedy), listed in kinds.items():
        shown = listed if len(listed) <= EXAMPLES + 1 else listed[:EXAMPLES]
        lines += [str(fault) for fault in shown]
        if len(shown) < len(listed):
            more = f"{len(listed) - len(shown):,} more cells like these: {rule}"
            lines.append(str(Fault(file, more, remedy, column=column)))
    return lines


class BuildError(ResilienceError):
    """A stage failed: names the notebook, the cell and the cause."""


class DisclosureError(ResilienceError):
    """Something that was not cleared was about to be published."""


class EstimandError(ResilienceError):
    """An estimand was asked for that the design or the scale does not allow."""
