"""Lay a coded story into a QualCoder project, by the PyPI package exegete (LGPL-3).

    python3 -m venv AWAY && AWAY/bin/pip install exegete==0.15.1a1
    AWAY/bin/python tests/data/stories/drive_exegete.py STORY.json OUT_FOLDER

exegete writes QualCoder 4.0's database (schema v17) without a window; QualCoder itself has none
to drive. It is not part of this repository's environment: this script runs in the throw-away one.
Saved are qualcoder.qda/data.qda and exegete.qdpx, its own export of one coder's codings as
REFI-QDA.

STORY.json is one_story/story.yml as JSON (make_one_story.py writes it). A code "a.b" becomes the
code b in the category a.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any


def place(text: str, quote: str, nth: int) -> tuple[int, int]:
    """Offsets of a quote in characters."""
    at = -1
    for _ in range(nth):
        at = text.index(quote, at + 1)
    return at, at + len(quote)


def fill(database: Any, story: dict[str, Any]) -> list[Any]:
    """Everything of the story, and the first coder's codings as exegete exports them."""
    from exegete.sessions import CodingSuggestion

    coders = list(dict.fromkeys(one["coder"] for one in story["highlights"]))
    owner = coders[0]
    for of, names in (
        ("case", sorted({name for one in story["cases"].values() for name in one})),
        ("file", sorted({name for one in story["documents"] for name in one["attributes"]})),
    ):
        for name in names:
            database.add_attribute_type(name, owner, of)
    categories: dict[str, int] = {}
    codes: dict[str, int] = {}
    for one in story["codes"]:
        category, _, name = one["path"].rpartition(".")
        if category and category not in categories:
            made = database.add_category(category, owner)
            categories[category] = made.get("id", made.get("category_id", made.get("catid")))
        codes[one["path"]] = database.add_code(
            name, owner, memo=one["description"] or None, category_id=categories.get(category)
        )
    texts: dict[str, tuple[int, str]] = {}
    for one in story["documents"]:
        text = "\n".join(one["paragraphs"])
        made = database.import_text_file(one["name"], text, owner)
        number = made.get("id", made.get("file_id"))
        texts[one["name"]] = (number, text)
        for name, value in one["attributes"].items():
            database.set_attribute_value("file", number, name, value, owner)
        case = database.add_case(one["case"], owner)
        case_id = case.get("id", case.get("case_id"))
        database.link_file_to_case(case_id, number, owner)
        for name, value in story["cases"][one["case"]].items():
            database.set_attribute_value("case", case_id, name, value, owner)
    suggestions = []
    for one in story["highlights"]:
        number, text = texts[one["document"]]
        start, end = place(text, one["quote"], one.get("nth", 1))
        for path in one["codes"]:
            database.add_coding(
                number, codes[path], start, end, text[start:end], one["coder"], one.get("memo")
            )
            if one["coder"] == owner:
                suggestions.append(
                    CodingSuggestion(
                        file_id=number,
                        file_name=one["document"],
                        code_id=codes[path],
                        code_name=path,
                        start_pos=start,
                        end_pos=end,
                        segment_text=text[start:end],
                    )
                )
    return suggestions


def main() -> None:
    # not in this repository's environment, whose tests look into every module here
    from exegete.database import QualcoderDatabase
    from exegete.new_project import about_line, creation_date, creation_statements, write_project
    from exegete.refi_export import RefiQdaExporter

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("story", type=Path, help="STORY.json")
    parser.add_argument("out", type=Path, help="folder for the project and the export")
    options = parser.parse_args()
    story = json.loads(options.story.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="exegete_") as made:
        folder = Path(made) / "qualcoder.qda"
        coder = story["highlights"][0]["coder"]
        write_project(folder, creation_statements(coder, about_line("0.15.1a1"), creation_date()))
        database = QualcoderDatabase(str(folder), read_only=False)
        suggestions = fill(database, story)
        exported = Path(made) / "exegete.qdpx"
        RefiQdaExporter(database).export_to_qdpx(suggestions, str(exported), "SYNTHETIC one story")
        database.close()
        target = options.out / "qualcoder.qda"
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "data.qda", target / "data.qda")
        shutil.copyfile(exported, options.out / "exegete.qdpx")
    print(f"saved qualcoder.qda/data.qda and exegete.qdpx in {options.out}")


if __name__ == "__main__":
    main()
