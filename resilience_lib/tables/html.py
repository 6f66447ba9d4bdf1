"""A table as an HTML page of its own, by great_tables."""

from __future__ import annotations

from great_tables import GT, loc, style

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.tables.shape import Table

WORDS: frozenset[str] = frozenset(
    {"Wave", "Gender", "Arm", "Outcome", "Contrast", "Change", "What", "Group", "Method"}
    | {"File", "Column", "Rule", "Before", "After", "Part", "Scale", "Item", "Finding"}
    | {"Theme", "Code", "With", "Cycle", "Stories", "Numbers", "Quotes", "Judgement", "Together"}
    | {"Ids", "Because", "From", "To", "Kind", "Frame", "Indicator", "Unit", "Source", "Note"}
    | {"Measured", "Told", "Codes", "Joined", "By", "Holds", "Strand", "Guideline", "Asks"}
    | {"Verdict", "Teller", "Coders", "Step", "Item", "As expected"}
)
_SENTENCE = 40
"""Columns of words, and of cells longer than this, stand on the left; numbers on the right."""
_FEW = 4
"""Up to so many columns of short cells do not fill the page: numbers stand near their words."""
_COUNT = r"x|fewer than \d+|[\d,]+ of [\d,]+( \(\d+%\))?"
"""Cells of counts of stories: a column of nothing else stands on the right, whatever its name."""


def html_text(table: Table, name: str, cleared: Cleared) -> str:
    """HTML of a table; its id is `name`, so that the bytes are the same every time."""
    frame = cleared.frame
    # a fixed id: great_tables would draw a random one
    shown = GT(frame, groupname_col=table.group, id=name).tab_header(title=table.title)
    long = frame.columns[[frame[name].str.len().max() > _SENTENCE for name in frame]]
    counts = [name for name in frame if len(frame) and frame[name].str.fullmatch(_COUNT).all()]
    words = [n for n in frame.columns if (n in WORDS or n in long) and n not in counts]
    shown = shown.tab_source_note(table.note).cols_align("right")
    shown = shown.cols_align("left", columns=words)
    shown = shown.tab_style(style.text(weight="bold"), loc.row_groups())
    shown = shown.tab_options(table_font_size="13px", data_row_padding="3px")
    if table.widths:
        names = [str(name) for name in frame.columns if name != table.group]
        share = 100 / sum(table.widths)
        shown = shown.cols_width(
            {name: f"{w * share:.2f}%" for name, w in zip(names, table.widths, strict=True)}
        )
        if len(names) <= _FEW and not len(long):
            shown = shown.tab_options(table_width="720px")
        shown = shown.tab_style(style.css("vertical-align: top;"), loc.body())
    return str(shown.as_raw_html(make_page=True)) + "\n"
