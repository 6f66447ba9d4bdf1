"""Small changes to words: capitals, verbs that go with counts, and what is said twice."""

from __future__ import annotations

from collections.abc import Sequence


def without_repeats(notes: Sequence[str]) -> list[str]:
    """Notes of several frames, without those that say part of what another says.

    Examples
    --------
    >>> without_repeats(["fewer than 3 stories or sources", "fewer than 3 sources"])
    ['fewer than 3 stories or sources']
    """
    once = dict.fromkeys(notes)
    short = {note.replace("stories or sources", "sources") for note in once
             if "stories or sources" in note}  # fmt: skip
    return [note for note in once if note not in short]


def cut_in_two(words: str) -> tuple[str, str]:
    """A count in words as sources and schools, each without what it counts.

    Examples
    --------
    >>> cut_in_two("7 of 19 staff, in 6 of 11 schools"), cut_in_two("fewer than 3")
    (('7 of 19', '6 of 11'), ('fewer than 3', ''))
    """
    told, _, schools = words.partition(", in ")
    start = told.split(" ")
    if len(start) > 3 and start[1] == "of":
        told = " ".join(start[:3])
    return told, schools.removesuffix(" schools").removesuffix(" school")


def verb(count: int, one: str, many: str) -> str:
    """The word that goes with a count.

    Examples
    --------
    >>> verb(1, "is", "are"), verb(3, "is", "are")
    ('is', 'are')
    """
    return one if count == 1 else many


def judge_name(number: int, name: str) -> str:
    """What a judge is called: by the name in the file, where it is more than a number.

    Examples
    --------
    >>> judge_name(1, ""), judge_name(2, "judge_b"), judge_name(1, "reader_1")
    ('Judge 1', 'Judge b', 'Judge 1 (reader 1)')
    """
    shown = name.replace("_", " ").strip()
    if not shown:
        return f"Judge {number}"
    if shown.lower().startswith("judge"):
        return f"J{shown[1:]}"
    return f"Judge {number} ({shown})"


def capital(text: str) -> str:
    """With a capital letter, as a heading has it.

    Examples
    --------
    >>> capital("teaching assistant"), capital("")
    ('Teaching assistant', '')
    """
    return text[:1].upper() + text[1:]
