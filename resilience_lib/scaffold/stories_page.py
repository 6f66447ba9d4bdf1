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
                "the denominators. In a confidential study no `teller` may have as many sources as "
                "`minimum_sources`: a count that shows would be of one person."),
    "code_map": ("studies/<study>/", "What the study's codes mean in the frames. Levels of a code "
                 "are joined by `::`. A row with a blank frame maps a code to nothing on purpose; "
                 "codes without a row are listed by `make check`."),
    "consensus": ("studies/<study>/", "What coders settled on: a row for each segment and code. A "
                  "row with a segment and a blank code says that no code holds for it; one with a "
                  "blank code and no `start`, `end` and `quote` that nothing holds in the whole "
                  "source, which then has no other row. Either way the source was read, and counts "
                  "as one that tells of none of it. A code that no coder gave holds where "
                  "the code map has a row for it. A source in the file has the codes of its rows "
                  "and no others: `make check` says how many coded segments of it are left out. "
                  "Sources of one coder may be left out of the file, those of two may not."),
    "quotes": ("studies/<study>/", "Segments that may be shown, as they may be shown, who cleared "
               "them and why. None is shown without. `shown_as` and `attribution` are printed as "
               "written; one that holds the id of a source or teller is refused."),
    "indicators": ("studies/<study>/", "Indicators beside the stories, by cycle. A story claims "
                   "contribution to one by a code that maps to the frame `indicators` and its id."),
    "convergence": ("studies/<study>/", "Two people's judgements of each theme, each with a "
                    "reason; the judge `settled` is what both came to. Reasons, and the "
                    "inferences of the study file, are printed as written: they may hold no name "
                    "and no count below `minimum_sources`, nor one that is hidden. No gate reads "
                    "them; `make check` refuses only those that hold the id of a source or teller. "
                    "`silence` is where one strand speaks of the theme and the other does not; a "
                    "judgement that does not fit what was measured, asked and told is marked in "
                    "the table and stays as it is."),
    "triads": ("data/raw/<study>/", "Positions in a triangle that tellers gave themselves."),
    "roles": ("studies/<study>/", "Staff roles that stories are joined to, and how many `people` "
              "hold each: those who could have been asked. A role has one row, or one for each of "
              "its schools."),
    "sites": ("studies/<study>/", "Sites that stories are joined to. A site of several schools has "
              "a row for each, and a school of several sites too: the join is then many to many, "
              "and the study file says how many rows a key may have (`fan_out_right`)."),
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
        "`make code-map STUDY=name` reads the exports and drafts `sources` and `code_map` where "
        "they are absent, with the entries of source.yml. The register has a row for each source "
        "of the exports, and what they know of it (an attribute called role, school, site, ...); "
        "add whoever was asked and told nothing. In the code map a code whose last level is called "
        "like a code of a frame has that as a suggestion. Each drafted row has a note, and is "
        "refused until somebody has decided on it and emptied the note. A file that is there stays "
        "as it is: its missing rows are printed, to be pasted. Run it again once roles are filled "
        "in: it then writes the register's checksum, and an entry of triads that are there.",
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
