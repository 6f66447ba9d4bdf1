"""A table as an HTML page of its own, by great_tables."""

from __future__ import annotations

from great_tables import GT, loc, style

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.tables.shape import Table


def html_text(table: Table, name: str, cleared: Cleared) -> str:
    """HTML of a table; its id is `name`, so that the bytes are the same every time."""
    frame = cleared.frame
    # a fixed id: great_tables would draw a random one
    shown = GT(frame, groupname_col=table.group, id=name).tab_header(title=table.title)
    shown = shown.tab_source_note(table.note).cols_align("left", columns=_words(frame.columns))
    shown = shown.tab_style(style.text(weight="bold"), loc.row_groups())
    shown = shown.tab_options(table_font_size="13px", data_row_padding="3px")
    return str(shown.as_raw_html(make_page=True)) + "\n"


def _words(columns: object) -> list[str]:
    """Columns of words; all others hold numbers and stay on the right."""
    words = ("Wave", "Gender", "Arm", "Outcome", "Contrast", "Group", "Method")
    return [name for name in columns if name in words]  # type: ignore[attr-defined]
