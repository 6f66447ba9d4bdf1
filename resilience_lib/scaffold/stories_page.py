"""Page of the documentation about coded stories: readers, files that people write, frames."""

from __future__ import annotations

from resilience_lib.store.decisions import SHAPES, Shape
from resilience_lib.stories.coding_frames import load_frame

READERS: dict[str, str] = {
    "taguette": "Taguette's project (`project.sqlite3`): offsets, coders, untagged highlights",
    "taguette_csv": "Taguette's highlights as CSV: no offsets, no coder",
    "taguette_xlsx": "the same as a workbook",
    "qualcoder": "QualCoder's `data.qda`: offsets, several coders, cases and attributes",
    "qualcoder_csv": "QualCoder's report of coded text",
    "refi": "REFI-QDA `.qdpx`, which ATLAS.ti, MAXQDA, NVivo and QualCoder write",
    "dedoose": "Dedoose's excerpts, one row each",
    "nvivo": "NVivo: one row a reference (it has no such export of its own), with a classification "
    "sheet where there is one",
    "segments": "plain CSV or XLSX, one row a segment and code: source, quote, code and, where "
    "known, start, end, coder, order, memo, date",
}
"""What each reader of `stories.exports` opens."""

_FILES: dict[str, tuple[str, str]] = {
    "sources": ("data/raw/<study>/", "Everybody who was asked, also who told nothing: these are "
                "the denominators."),
    "code_map": ("studies/<study>/", "What the study's codes mean in the frames. Levels of a code "
                 "are joined by `::`. A row with a blank frame maps a code to nothing on purpose; "
                 "codes without a row are listed by `make check`."),
    "consensus": ("studies/<study>/", "What coders settled on: a row for each segment and code."),
    "quotes": ("studies/<study>/", "Segments that may be shown, as they may be shown, who cleared "
               "them and why. None is shown without."),
    "indicators": ("studies/<study>/", "Indicators beside the stories, by cycle. A story claims "
                   "contribution to one by a code that maps to the frame `indicators` and its id."),
    "convergence": ("studies/<study>/", "Two people's judgements of each theme, each with a "
                    "reason; the judge `settled` is what both came to."),
    "triads": ("data/raw/<study>/", "Positions in a triangle that tellers gave themselves."),
}  # fmt: skip


def stories_page() -> str:
    """How a study brings coded stories, as Markdown."""
    lines = [
        "# Coded stories",
        "",
        "Stories are coded in the team's own tool and read from its export; the study file names "
        "the exports, the register of everybody asked, and the files in which people wrote down "
        "what they decided. `make check STUDY=name` reads all of them and says what does not fit. "
        "`studies/bounce_forward` has stories beside pupils, `studies/wheelchair_curling` stories "
        "alone. This page is written from the code by `make docs`.",
        "",
        "| reader | what it opens |",
        "| --- | --- |",
        *(f"| `{name}` | {what} |" for name, what in READERS.items()),
        "",
        "## Files that people write",
        "",
    ]
    for name, (place, what) in _FILES.items():
        lines += [f"**`{name}`** ({place}). {what} {_columns(SHAPES[name])}", ""]
    lines += ["## Coding frames", ""]
    for frame, title in FRAMES.items():
        lines += [f"**`{frame}`**: {title}", "", *_codes(frame), ""]
    lines.append(
        "*own* are the study's own codes (`frame_code` and `label` of the code map). Codes marked "
        "*recalled* were not read in a public source by this project: check them before print."
    )
    return "\n".join([*lines, ""])


FRAMES: dict[str, str] = {
    "value_creation_2011": "the five cycles of Wenger, Trayner & de Laat (2011).",
    "value_creation_2020": "the eight cycles of Wenger-Trayner & Wenger-Trayner (2020).",
    "resilience_framework": "five compartments and their moves; a move counts for its compartment "
    "as well.",
    "noble_truths": "the four Noble Truths of Resilient Therapy.",
}


def _columns(shape: Shape) -> str:
    optional = f"; where known {', '.join(f'`{name}`' for name in shape.may)}" if shape.may else ""
    choices = "".join(
        f" `{name}` is one of {', '.join(words)}." for name, words in shape.choices.items()
    )
    return f"Columns: {', '.join(f'`{name}`' for name in shape.needs)}{optional}.{choices}"


def _codes(frame: str) -> list[str]:
    rows = load_frame(frame)
    lines = ["| code | label | below | how sure |", "| --- | --- | --- | --- |"]
    for row in rows.itertuples():
        below = f"`{row.parent}`" if row.parent else ""
        lines.append(f"| `{row.code}` | {row.label} | {below} | {row.certainty} |")
    return lines
