"""Texts that are printed as people wrote them: none may hold the id of a source or a teller."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault
from resilience_lib.paths import relative

Ids = Mapping[str, Sequence[str]]
"""By a word of each, so that a text is held only against ids of its own words."""
REMEDY = "the text is printed as it stands: say it without the id"
_PARTED = r"[\s_-]+"
_SHORTEST = 3
_DIGITS_ALONE = 5
"""A number of fewer digits may as well be a count or a year."""


def ids_of(register: pd.DataFrame) -> Ids:
    """Ids of sources and tellers that a text could not hold by chance.

    Parameters
    ----------
    register : DataFrame
        `source` and `teller`.

    Returns
    -------
    mapping of str to sequence of str
        By the word of each that fewest others have. Those of three characters and more with a
        digit or an underscore; of digits alone from five on. "head" or "12" would be found where
        nobody is meant.

    Examples
    --------
    >>> ids_of(pd.DataFrame({"source": ["staff_01", "head", "12"], "teller": ["p7", "p_7", ""]}))
    {'01': ['staff_01'], '7': ['p_7']}
    """
    given = dict.fromkeys([*register["source"], *register["teller"]])
    long = (name for name in given if len(name) >= _SHORTEST and re.search(r"[\d_]", name))
    words = {
        name: _words(name) for name in long if not name.isdigit() or len(name) >= _DIGITS_ALONE
    }
    often = Counter(word for of in words.values() for word in of)
    found: dict[str, list[str]] = {}
    for name, of in words.items():
        if of:
            found.setdefault(min(of, key=lambda word: (often[word], word)), []).append(name)
    return found


def _words(text: str) -> set[str]:
    """Runs of letters and digits."""
    return set(re.findall(r"[^\W_]+", text.casefold()))


def named_in(text: str, ids: Ids) -> list[str]:
    """The ids that a text holds as whole words, in whatever case, parted as people part them.

    Examples
    --------
    >>> named_in("As Staff 01's class says", {"01": ["staff_01"], "0": ["staff_0"]})
    ['staff_01']
    """
    found = []
    for name in (name for word in sorted(_words(text) & ids.keys()) for name in ids[word]):
        parts = [re.escape(part) for part in re.split(_PARTED, name) if part]
        said = rf"(?<!\w){_PARTED.join(parts)}(?!\w)"
        if parts and re.search(said, text, re.IGNORECASE):
            found.append(name)
    return found


def naming_rows(
    path: Path, rows: pd.DataFrame, columns: Sequence[str], ids: Ids
) -> Iterator[Fault]:
    """Cells of a file that people wrote which hold an id.

    Parameters
    ----------
    path : Path
        The file, for messages.
    rows : DataFrame
        As `store.decisions.read_decisions` gives it.
    columns : sequence of str
        Those that are printed.
    ids : Ids
        `ids_of` the register.

    Yields
    ------
    Fault
    """
    for column in columns:
        for line, text in rows[column].items():
            for name in named_in(text, ids):
                yield Fault(relative(path), f"{column} holds the id of a source or teller",
                            REMEDY, int(str(line)), column, name)  # fmt: skip
