"""Which encoding a text file is in: found where it can be proved, refused where it cannot."""

from __future__ import annotations

import re
from dataclasses import dataclass

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.readers.opening import kind_of

SAVE_AS_UTF8 = "open it in the program that made it and save it as CSV UTF-8"

_LETTER = r"[^\W\d_]"
STRANGE_IN_1252 = re.compile(
    r"[a-zß-öø-ÿšœž][À-ÖØ-ÞŠŒŽŸ]"  # a capital after a small letter: é of a Mac is Ž here
    rf"|{_LETTER}[†‡ˆ‰¬¨¸¯‚„]"  # a sign that no word ends in: é of DOS is ‚ here
    rf"|{_LETTER}[^\w\s\x00-\x7f’\xad]{_LETTER}"  # a sign inside a word: ó of a Mac is — here
    rf"|{_LETTER}{_LETTER}’(?!(?:s|t|d|m|re|ve|ll|S|T|D|M|RE|VE|LL)\b){_LETTER}"  # í of a Mac
    r"|œ\d"  # £ of DOS
)
"""Places where Windows-1252 makes less sense of a byte than another encoding would."""

TWICE_ENCODED = re.compile(r"[ÂÃ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ]|â€|\ufffd")
"""What UTF-8 looks like after it was once read as Windows-1252 and saved, and the sign that stands
for a lost letter."""


@dataclass(frozen=True)
class Text:
    """Decoded text without its byte-order mark, and what was assumed to get it."""

    text: str
    notes: tuple[str, ...]


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _refuse(name: str, rule: str, row: int | None = None, value: str | None = None) -> FaultsError:
    return FaultsError([Fault(name, rule, SAVE_AS_UTF8, row=row, value=value)])


def _with_mark(name: str, content: bytes, encoding: str, said: str) -> Text:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="ignore")
        rule = f"the file is {said} to its end, as its byte-order mark says"
        raise _refuse(name, rule, before.count("\n") + 1) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise _refuse(name, "the file is text; it holds NUL characters", row)
    return Text(text, (f"read as {said}",))


def _windows(name: str, content: bytes, broken: UnicodeDecodeError) -> Text:
    """What is not UTF-8 and has no mark: Windows-1252, if all of it makes sense so."""
    row = _line(content, broken.start)
    rest = content[broken.start :].decode("utf-8", errors="ignore")
    before = content[: broken.start].decode("utf-8")
    proved = next((sign for sign in before + rest if ord(sign) > 127), None)
    if proved is not None:
        rule = f"one encoding from start to end: {proved!r} is UTF-8, but this line is not"
        raise _refuse(name, rule, row, f"byte {content[broken.start]:#04x}")
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        rule = "the file is UTF-8 or Windows-1252; this byte is in neither"
        value = f"byte {content[error.start]:#04x}"
        raise _refuse(name, rule, _line(content, error.start), value) from None
    strange = STRANGE_IN_1252.search(text)
    if strange is not None:
        rule = (
            "one encoding fits; this is not UTF-8, and what it would be in Windows-1252 may be "
            "another letter of an old Mac, DOS or another country"
        )
        row = text.count("\n", 0, strange.start()) + 1
        raise _refuse(name, rule, row, strange.group())
    signs = [sign for sign in text if ord(sign) > 127]
    return Text(
        text,
        (
            f"read as Windows-1252, since it is not UTF-8: {len(signs)} signs beyond ASCII, "
            f"the first {signs[0]!r} in line {row}",
        ),
    )


def decode(name: str, content: bytes) -> Text:
    """The text of a file: UTF-8 with or without mark, UTF-16 with mark, else Windows-1252.

    Parameters
    ----------
    name : str
        The file as messages show it.
    content : bytes
        All of it.

    Returns
    -------
    Text
        `notes` says what was assumed; it is empty for plain UTF-8.

    Raises
    ------
    FaultsError
        Binary content, NUL characters, bytes that fit no encoding or several equally well.

    Examples
    --------
    >>> decode("a.csv", b"caf\\xe9").text
    'café'
    >>> decode("a.csv", "café".encode()).notes
    ()
    """
    kind = kind_of(content)
    if kind is not None:
        rule, remedy = f"the file is text; this is {kind}", "name its reader, or export it as CSV"
        raise FaultsError([Fault(name, rule, remedy)])
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise _refuse(name, "the file is UTF-8, UTF-16 or Windows-1252; this is UTF-32")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _with_mark(name, content, "utf-16", "UTF-16")
    if content.startswith(b"\xef\xbb\xbf"):
        return Text(_with_mark(name, content, "utf-8-sig", "UTF-8").text, ())
    if b"\0" in content:
        rule = "the file is text; it holds NUL bytes (binary, or UTF-16 without its mark)"
        raise _refuse(name, rule, _line(content, content.index(b"\0")))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _windows(name, content, error)
    twice = TWICE_ENCODED.search(text)
    if twice is None:
        return Text(text, ())
    line = text.count("\n", 0, twice.start()) + 1
    note = f"line {line} holds {twice.group()!r}: an earlier program may have garbled its letters"
    return Text(text, (note,))
