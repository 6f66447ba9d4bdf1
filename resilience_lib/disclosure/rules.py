"""The disclosure rules of one study, as its study file declares them."""

from __future__ import annotations

from dataclasses import dataclass

from resilience_lib.study.schema import Study

SUPPRESSED = "suppressed: "
"""Every reason that the gate writes begins with this."""


@dataclass(frozen=True)
class Rules:
    """What may be seen of a study's pupils.

    The default practice for English school and health records is a threshold of 10: no count
    below it, zero included, may leave, nor a mean, share or standard deviation on fewer
    pupils, nor may a hidden count be worked out from what is shown (UK Longitudinal Linkage
    Collaboration, guidebook, "Statistical Disclosure Control",
    https://guidebook.ukllc.ac.uk/docs/user_guide/sdc). Ten is also the Office for National
    Statistics' rule of thumb for output of its Longitudinal Study.
    Counts that are shown are rounded as well. The base of rounding is the minimum cell itself,
    this project's own choice, so that no subtraction of two printed counts can give a count
    between zero and the minimum.

    Parameters
    ----------
    study : str
        Name of the study.
    open_data : bool
        Every pupil's row may be published; nothing is suppressed or rounded.
    synthetic : bool
        The pupils were invented.
    minimum_cell : int
        Smallest count of pupils that may be seen; also the base of rounding.
    minimum_base : int
        Fewest pupils behind an estimate.
    minimum_schools : int
        Fewest schools behind an estimate.

    Examples
    --------
    >>> Rules("s", False, False, 10, 10, 3).text
    'counts of pupils below 10 are not shown, others are rounded to the nearest 10'
    """

    study: str
    open_data: bool
    synthetic: bool
    minimum_cell: int = 0
    minimum_base: int = 0
    minimum_schools: int = 0

    @classmethod
    def from_study(cls, study: Study) -> Rules:
        """The rules that a study file declares."""
        block = study.disclosure
        return cls(
            study=study.study,
            open_data=block.open_data,
            synthetic=study.synthetic,
            minimum_cell=block.minimum_cell or 0,
            minimum_base=block.minimum_base or 0,
            minimum_schools=block.minimum_schools or 0,
        )

    @property
    def text(self) -> str:
        """The rules as a caption states them; "" for open data."""
        if self.open_data:
            return ""
        return (
            f"counts of pupils below {self.minimum_cell} are not shown, "
            f"others are rounded to the nearest {self.minimum_cell}"
        )

    def rounded(self, count: float) -> float:
        """A count as it may be printed: NaN below the minimum, else the nearest multiple.

        Examples
        --------
        >>> rules = Rules("s", False, False, 10, 10, 3)
        >>> [rules.rounded(count) for count in (9, 14, 15, 441)]
        [nan, 10.0, 20.0, 440.0]
        """
        if self.open_data or count != count:
            return float(count)
        if count < self.minimum_cell:
            return float("nan")
        # half up, where Python's round would go to the even multiple
        return float((count + self.minimum_cell / 2) // self.minimum_cell * self.minimum_cell)
