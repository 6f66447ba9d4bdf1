"""The text of a piece of HTML as Taguette counts it: markup left out, paragraphs joined."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise

BLOCKS = frozenset(
    {"p", "br", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "ul", "ol", "li"}
    | {"dl", "dt", "dd", "table", "caption", "tr", "td", "th"}
)
"""Elements between which a reader sees a break; the text that is counted has none there."""


class _Words(HTMLParser):
    def __init__(self, whole: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.whole = whole
        self.words: list[str] = []
        self.length = 0
        self.breaks: set[int] = set()
        self.opened = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened = tag
        if tag in BLOCKS:
            self.breaks.add(self.length)

    def handle_endtag(self, tag: str) -> None:
        self.opened = ""
        if tag in BLOCKS:
            self.breaks.add(self.length)

    def handle_data(self, data: str) -> None:
        if self.opened == "pre" and not self.whole:
            data = data.removeprefix("\n")  # HTML counts no line's end right after <pre>
        self.opened = ""
        self.words.append(data)
        self.length += len(data)


def text_and_breaks(html: str, *, snippet: bool = False) -> tuple[str, tuple[int, ...]]:
    """The text without markup, and the places in it where a reader would see a break.

    Parameters
    ----------
    html : str
        As Taguette stores a document or a snippet.
    snippet : bool
        Whether it is a snippet, which Taguette writes sign by sign and does not parse again.

    Returns
    -------
    tuple of str and tuple of int
        The text, its paragraphs joined without anything between, and offsets in characters.

    Examples
    --------
    >>> text_and_breaks("<p>It <em>works</em> &amp;</p><p>so.</p>")
    ('It works &so.', (0, 10, 13))
    """
    words = _Words(whole=snippet)
    words.feed(html.replace("\r\n", "\n"))
    words.close()
    return "".join(words.words), tuple(sorted(words.breaks))


def cut(text: str, breaks: tuple[int, ...], start: int, end: int) -> str:
    """A piece of the text with a line's end wherever a break lies inside it.

    Examples
    --------
    >>> cut("It works &so.", (0, 10, 13), 3, 12)
    'works &\\nso'
    """
    inside = [place for place in breaks if start < place < end]
    edges = [start, *inside, end]
    return "\n".join(text[a:b] for a, b in pairwise(edges))
