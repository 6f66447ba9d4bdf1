"""Highlights at random places of a document with all kinds of markup, set in a real Taguette.

    .venv/bin/python tests/data/stories/drive_rich.py OUT_FOLDER [--taguette EXECUTABLE]

Saves project.sqlite3 and all_tags.csv. The offsets fall anywhere, also inside a character of
several bytes; what Taguette cuts there is what the reader must cut. The text is invented.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from drive_taguette import Client, address, enter, free_port

SEED = 7
HIGHLIGHTS = 80
PAGE = """<html><head><meta charset="utf-8"></head><body>
<h1>SYNTHETIC é</h1>
<p>A <b>bo</b>ld &amp; <i>it’s</i> nice&nbsp;here &lt;x&gt;.<br>New line 😀</p>

<ul><li>one</li>
<li>two <em>deep</em></li></ul>
<table><tr><td>c1</td><td>c2</td></tr> <tr><td>c3</td></tr></table>
<pre>
pre  text
 more</pre>
<div>Division</div><blockquote>said<p>inner</p></blockquote>
Loose text <a href="http://example.org/">link</a> <script>gone()</script> &copy; &#x1F600; end.
<!-- comment --><p>Last\r\nline</p></body></html>"""
LENGTH = 150
"""At least so many bytes are in the text that Taguette keeps of it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path, help="folder for what Taguette saves")
    parser.add_argument("--taguette", default="taguette", help="its executable (on PATH)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="taguette_") as made:
        log, database, port = Path(made) / "log", Path(made) / "work.sqlite3", free_port()
        with log.open("wb") as stream:
            server = subprocess.Popen(
                [
                    options.taguette,
                    "--no-browser",
                    "--port",
                    str(port),
                    "--database",
                    str(database),
                ],
                env={**os.environ, "HOME": made, "LC_ALL": "C.UTF-8"},
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        try:
            base, _, token = address(log, server).partition("/?")
            client = Client(base.replace("localhost", "127.0.0.1"))
            enter(client, f"/?{token}")
            form = b"name=SYNTHETIC+rich&description=Invented."
            _, landed = client.ask("/project/new", form, "application/x-www-form-urlencoded")
            found = re.search(r"/project/\d+", landed)
            project = found.group() if found else sys.exit(f"no new project: {landed}")
            fields = {"name": "rich", "description": "", "text_direction": "LEFT_TO_RIGHT"}
            path = f"/api{project}/document/new"
            document = client.upload(path, fields, ("rich.html", PAGE.encode()))["created"]
            tag = client.json(f"/api{project}/tag/new", {"path": "x", "description": ""})["id"]
            numbers = random.Random(SEED)
            for _ in range(HIGHLIGHTS):
                # four bytes at least: Taguette refuses what is only white space
                start = numbers.randrange(0, LENGTH - 4)
                end = numbers.randrange(start + 4, LENGTH + 1)
                value = {"start_offset": start, "end_offset": end, "tags": [tag]}
                client.json(f"/api{project}/document/{document}/highlight/new", value)
            exported, _ = client.ask(f"{project}/export/highlights/.csv")
        finally:
            server.terminate()
            server.wait()
        (options.out / "all_tags.csv").write_bytes(exported)
        clean = options.out / "project.sqlite3"
        clean.unlink(missing_ok=True)
        connection = sqlite3.connect(database)
        connection.execute("VACUUM INTO ?", (str(clean),))
        connection.close()
        clean.chmod(0o644)
    print(f"saved all_tags.csv, project.sqlite3 in {options.out}")


if __name__ == "__main__":
    main()
