"""Lay one_story/story.yml (invented) into every format that the readers of coded stories take.

    .venv/bin/python tests/data/stories/make_one_story.py [--taguette EXECUTABLE] [--exegete PYTHON]

With --taguette (1.5.2) the two coders' projects and formula/ are coded and exported by the real
tool, with --exegete (the Python of a throw-away environment that has exegete 0.15.1a1) the
QualCoder project and exegete's REFI-QDA export are written anew. Without them only what is
written here is: refi.qdpx and the tables of tools that do not run here, after their documented
form.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from make_refi import place, project, write  # noqa: E402

Row = list[object]


def table(path: Path, head: list[str], rows: list[Row], *, report: bool = False) -> None:
    """A CSV; a report as QualCoder writes it: with a mark, all cells quoted."""
    encoding = "utf-8-sig" if report else "utf-8"
    with path.open("w", encoding=encoding, newline="") as stream:
        how = csv.QUOTE_ALL if report else csv.QUOTE_MINIMAL
        writer = csv.writer(stream, quoting=how)
        writer.writerow(head)
        writer.writerows(rows)


def workbook(path: Path, sheets: dict[str, list[Row]]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def segments(story: dict[str, Any]) -> list[dict[str, Any]]:
    """One row per coder, segment and code, in the order narrated; untagged ones left out."""
    texts = {one["name"]: "\n".join(one["paragraphs"]) for one in story["documents"]}
    rows = []
    for one in story["highlights"]:
        start, end = place(texts[one["document"]], one["quote"], one.get("nth", 1))
        rows += [
            {**one, "start": start, "end": end, "code": path, "memo": one.get("memo", "")}
            for path in one["codes"]
        ]
    return sorted(rows, key=lambda row: (row["document"], row["start"], row["end"]))


def tables(story: dict[str, Any], out: Path) -> None:
    rows = segments(story)
    head = ["source", "start", "end", "quote", "coder", "code", "memo"]
    plain: list[Row] = [
        [r["document"], r["start"], r["end"], r["quote"], r["coder"], r["code"], r["memo"]]
        for r in rows
    ]
    table(out / "segments.csv", head, plain)
    workbook(out / "segments.xlsx", {"segments": [list(head), *plain]})
    # QualCoder, report_codes.py: name, then the category if the code has one, then variables
    with_level: list[Row] = []
    for at, r in enumerate(rows):
        category, _, name = r["code"].rpartition(".")
        levels = [category] if category else []
        first = [r["document"], r["coder"], r["quote"], f"ctid:{at + 1}", name, r["memo"]]
        with_level.append([*first, *levels, "2"])
    heading = ["File", "Coder", "Coded", "Id", "Codename", "Coded_Memo", "Category", "FileVar_wave"]
    table(out / "qualcoder_report.csv", heading, with_level, report=True)
    # Dedoose: one row per excerpt of a coder; a code's level is parted by a backslash
    paths = [one["path"] for one in story["codes"]]
    excerpts: list[Row] = []
    for r in rows:
        key = (r["document"], r["start"], r["coder"])
        if any(key == (x["document"], x["start"], x["coder"]) for x in rows[: rows.index(r)]):
            continue
        mine = [x["code"] for x in rows if (x["document"], x["start"], x["coder"]) == key]
        flags = ["True" if path in mine else "False" for path in paths]
        combined = ", ".join(path.rpartition(".")[2] for path in paths if path in mine)
        excerpts.append(
            [
                r["document"],
                f"{r['start']}-{r['end']}",
                r["coder"],
                "6/1/2021",
                r["quote"],
                combined,
                *flags,
            ]
        )
    names = ["Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Date", "Excerpt Copy"]
    codes = [f"Code: {path.replace('.', chr(92))} Applied" for path in paths]
    table(out / "dedoose.csv", [*names, "Codes Applied Combined", *codes], excerpts)
    # NVivo, by the template: folders before the names, backslashes between levels
    references: list[Row] = [
        [
            "Files\\\\" + r["document"],
            "Codes\\\\" + r["code"].replace(".", "\\"),
            r["quote"],
            r["coder"],
        ]
        for r in rows
    ]
    nvivo = ["source", "code", "reference", "coder"]
    table(out / "nvivo.csv", [*nvivo, "wave"], [[*row, "2"] for row in references])
    classification: list[Row] = [["source", "wave"]] + [
        [one["name"], one["attributes"].get("wave")] for one in story["documents"]
    ]
    workbook(
        out / "nvivo.xlsx",
        {"references": [list(nvivo), *references], "classification": classification},
    )


def taguette(story: dict[str, Any], executable: str) -> None:
    """Each coder's project, driven in the real tool."""
    for coder in dict.fromkeys(one["coder"] for one in story["highlights"]):
        mine = [one for one in story["highlights"] if one["coder"] == coder]
        with tempfile.TemporaryDirectory() as made:
            coded = Path(made) / "coded.yml"  # JSON is YAML too, as long as no sign is escaped
            coded.write_text(
                json.dumps({**story, "highlights": mine}, ensure_ascii=False), encoding="utf-8"
            )
            drive(coded, HERE / "one_story" / f"taguette_{coder}", executable, "--filter", "cycle")
    with tempfile.TemporaryDirectory() as made:
        drive(HERE / "formula" / "coded.yml", Path(made), executable)
        for name in ("all_tags.csv", "all_tags.xlsx"):
            shutil.copyfile(Path(made) / name, HERE / "formula" / name)


def drive(coded: Path, out: Path, executable: str, *more: str) -> None:
    command = [sys.executable, str(HERE / "drive_taguette.py"), str(coded), str(out)]
    subprocess.run([*command, "--taguette", executable, *more], check=True)


def main() -> None:
    from ruamel.yaml import YAML

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--taguette", help="executable of Taguette 1.5.2")
    parser.add_argument("--exegete", help="Python of an environment with exegete 0.15.1a1")
    options = parser.parse_args()
    out = HERE / "one_story"
    story = YAML(typ="safe").load((out / "story.yml").read_text(encoding="utf-8"))
    tables(story, out)
    root, members = project(story)
    write(out / "refi.qdpx", root, members)
    if options.taguette:
        taguette(story, options.taguette)
    if options.exegete:
        with tempfile.TemporaryDirectory() as made:
            coded = Path(made) / "story.json"
            coded.write_text(json.dumps(story), encoding="utf-8")
            script = str(HERE / "drive_exegete.py")
            subprocess.run([options.exegete, script, str(coded), str(out)], check=True)


if __name__ == "__main__":
    main()
