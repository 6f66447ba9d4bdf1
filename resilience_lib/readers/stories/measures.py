"""How a tool counts its offsets, told by the texts it stores beside them.

Characters are Unicode code points, as Python counts them and as the REFI-QDA standard is
understood to mean (recalled; QualCoder and other programs in Python write so). Two things make
other counts possible: a sign beyond U+FFFF (an emoji) is two in programs that count UTF-16, and
a line's end of a Windows text is two signs for some programs and one for others. Where a text
holds either, the count is taken under which most stored quotes fit; without a quote that tells,
characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int, str | None]
"""Start and end as the tool counts, and the text that it stores beside them."""


@dataclass(frozen=True)
class Measure:
    """One way to count.

    Parameters
    ----------
    name : str
        In words.
    place : array of int
        Offset in characters of each of the tool's offsets.
    """

    name: str
    place: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Length of the text as the tool counts."""
        return len(self.place) - 1

    def cut(self, text: str, start: int, end: int) -> str | None:
        """The text between two offsets, or None where they lie outside it."""
        if not 0 <= start < end <= self.size:
            return None
        return text[self.place[start] : self.place[end]]


def plain(raw: str) -> str:
    """A text with its byte-order mark taken off and every line's end one sign.

    Examples
    --------
    >>> plain("\\ufeffa\\r\\nb")
    'a\\nb'
    """
    return raw.removeprefix("\ufeff").replace("\r\n", "\n")


def _place(widths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offset in characters of each unit, where each character is so many units wide."""
    return np.append(np.repeat(np.arange(len(widths)), widths), len(widths)).astype(np.int64)


def measures(raw: str) -> list[Measure]:
    """The counts that are possible for a text, characters first.

    Parameters
    ----------
    raw : str
        The text as stored.

    Returns
    -------
    list of Measure
        Offsets are those in `plain(raw)`.

    Examples
    --------
    >>> [one.name for one in measures("plain")]
    ['characters']
    >>> [(one.name, one.place.tolist()) for one in measures("😀a")][1]
    ('UTF-16', [0, 0, 1, 2])
    """
    text = plain(raw)
    signs = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    one = np.ones(len(signs), dtype=np.int64)
    found = [Measure("characters", _place(one))]
    wide = (signs > 0xFFFF).astype(np.int64)
    ends = np.zeros(len(signs), dtype=np.int64)
    if "\r\n" in raw:
        # the line's ends that were two signs: those whose place in the raw text has moved on
        at, moved = -1, 0
        source = raw.removeprefix("\ufeff")
        while (at := source.find("\r\n", at + 1)) >= 0:
            ends[at - moved] = 1
            moved += 1
    if wide.any():
        found.append(Measure("UTF-16", _place(one + wide)))
    if ends.any():
        found.append(Measure("characters, line ends of two", _place(one + ends)))
    if wide.any() and ends.any():
        found.append(Measure("UTF-16, line ends of two", _place(one + wide + ends)))
    return found


def same(there: str, told: str) -> bool:
    """Whether a stored text is the one that stands there, white space apart."""
    return "".join(there.split()) == "".join(told.split())


def begins(there: str, told: str) -> bool:
    """Whether a stored text, which may be shortened, is how the one that stands there begins."""
    start = "".join(told.rstrip(" .…").split())
    return bool(start) and "".join(there.split()).startswith(start)


def chosen(
    raw: str, spans: Sequence[Span], fits: Callable[[str, str], bool]
) -> tuple[Measure, int]:
    """The count under which most stored texts fit, and how many do.

    Parameters
    ----------
    raw : str
        The text as stored.
    spans : sequence of Span
        Offsets of the segments, with what the tool stores beside each.
    fits : callable
        `same` or `begins`.

    Returns
    -------
    tuple of Measure and int

    Examples
    --------
    >>> found, count = chosen("😀 good", [(3, 7, "good")], same)
    >>> found.name, count, found.cut("😀 good", 3, 7)
    ('UTF-16', 1, 'good')
    """
    text = plain(raw)
    told = [(start, end, said) for start, end, said in spans if said]
    best, most = None, -1
    for measure in measures(raw):
        cuts = ((measure.cut(text, start, end), said) for start, end, said in told)
        count = sum(there is not None and fits(there, said) for there, said in cuts)
        if count > most:
            best, most = measure, count
    assert best is not None  # characters are always possible
    return best, most
