"""Tables inside notebook pages: words on the left, numbers on the right, headings with them."""

from __future__ import annotations

import re

_TABLE = re.compile(r"<table[^>]*class=\"dataframe\".*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])>(.*?)</\1>", re.DOTALL)
_NUMBER = re.compile(r"(x|nan|NaN|[^A-Za-z]*( of [^A-Za-z]*)?)")
_LEFT = ' style="text-align: left"'


def align_words(page: str) -> str:
    """A page whose tables of pandas have columns of words on the left.

    Parameters
    ----------
    page : str
        HTML; pandas marks no column, and the page's style sets all of them on the right.

    Returns
    -------
    str
        HTML with a style at each cell of a column that holds anything but numbers.

    Examples
    --------
    >>> align_words('<table class="dataframe"><tr><th></th><th>What</th><th>n</th></tr>'
    ...             '<tr><th>0</th><td>asked</td><td>7 of 9</td></tr></table>')
    '<table class="dataframe"><tr><th></th><th style="text-align: left">What</th><th>n</th></tr>\
<tr><th>0</th><td style="text-align: left">asked</td><td>7 of 9</td></tr></table>'
    """
    return _TABLE.sub(lambda found: _align(found.group()), page)


def _align(table: str) -> str:
    words: set[int] = set()
    for row in _ROW.findall(table):
        for at, (kind, text) in enumerate(_CELL.findall(row)):
            if kind == "td" and not _NUMBER.fullmatch(text.strip()):
                words.add(at)

    def set_row(row: re.Match[str]) -> str:
        at = -1

        def set_cell(cell: re.Match[str]) -> str:
            nonlocal at
            at += 1
            kind, text = cell.groups()
            return f"<{kind}{_LEFT if at in words else ''}>{text}</{kind}>"

        return _CELL.sub(set_cell, row.group())

    return _ROW.sub(set_row, table)
