"""Code stories in a real Taguette 1.5.2, without a window, and save what it exports.

    python tests/data/stories/drive_taguette.py CODED.yml OUT_FOLDER [--taguette EXECUTABLE]

Taguette is not part of this repository's environment; `pip install taguette==1.5.2 'setuptools<81'`
into a throw-away one. CODED.yml says what a person would do in the browser:

    project: {name: ..., description: ...}
    documents:
      - name: at most 50 signs
        description: ...
        paragraphs: [text, ...]
    codes:
      - {path: cycle.immediate, description: ...}
    highlights:
      - {document: name, quote: text, nth: 1, codes: [cycle.immediate]}

A quote lies inside one paragraph; a line break in it stands for a break between two paragraphs.
`nth` is which of several places with that text (1 where absent); `codes` may be empty.

The server is ended by its own process id. What is saved holds no secret: the token of the server
is only in its log (in a temporary folder), and a single user's row has no password and no address
(checked below).
"""

from __future__ import annotations

import argparse
import csv
import http.cookiejar
import io
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from contextlib import closing
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

EXPORTS = {
    "all_tags.csv": "highlights/.csv",
    "all_tags.xlsx": "highlights/.xlsx",
    "codebook.csv": "codebook.csv",
    "codebook.xlsx": "codebook.xlsx",
    "codebook.qdc": "codebook.qdc",
}
START_SECONDS = 60
FIRST_TAG = "interesting"  # of every new project


class Words(HTMLParser):
    """The text of a piece of HTML, its markup left out."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.found.append(data)


class Client:
    """One browser, as far as Taguette sees."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        # no proxy of the machine stands between two programs on it
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )

    def ask(
        self, path: str, data: bytes | None = None, kind: str = "", method: str | None = None
    ) -> tuple[bytes, str]:
        """Answer and the address it came from."""
        xsrf = next((cookie.value for cookie in self.jar if cookie.name == "_xsrf"), None)
        headers = {"Content-Type": kind} if kind else {}
        if xsrf:
            headers["X-XSRFToken"] = xsrf
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.read(), answer.geturl()
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", errors="replace")[:300]
            sys.exit(f"Taguette refused {method or ''} {path}: {error.code} {said}")

    def json(self, path: str, value: object, method: str | None = None) -> dict[str, Any]:
        answer, _ = self.ask(path, json.dumps(value).encode(), "application/json", method)
        return dict(json.loads(answer)) if answer else {}

    def upload(self, path: str, fields: dict[str, str], file: tuple[str, bytes]) -> dict[str, Any]:
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\n'
        parts += [head.encode(), b"Content-Type: text/html\r\n\r\n", file[1], b"\r\n"]
        parts.append(f"--{mark}--\r\n".encode())
        answer, _ = self.ask(path, b"".join(parts), f"multipart/form-data; boundary={mark}")
        return dict(json.loads(answer))


def offsets(paragraphs: list[str], quote: str, nth: int) -> tuple[int, int]:
    """UTF-8 byte offsets of a quote in the paragraphs joined without a break."""
    joined, at = "\n".join(paragraphs), -1
    for _ in range(nth):
        at = joined.find(quote, at + 1)
        if at < 0:
            sys.exit(f"not in the document (place {nth}): {quote!r}")
    before = joined[:at].replace("\n", "").encode()
    return len(before), len(before) + len(quote.replace("\n", "").encode())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def address(log: Path, server: subprocess.Popen[bytes]) -> str:
    """The address with the token, as the server's log says it."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        said = log.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"http://localhost:\d+/\?token=\S+", said)
        if found:
            return found.group()
        if server.poll() is not None:
            break
        time.sleep(0.2)
    sys.exit("Taguette did not start:\n" + log.read_text(encoding="utf-8")[-2000:])


def enter(client: Client, token: str) -> None:
    """Log in by the token; the server may need a moment until it listens."""
    for _ in range(50):
        try:
            client.ask(token)
            break
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    client.ask("/project/new")  # sets the _xsrf cookie


def code_it(client: Client, coded: dict[str, Any]) -> str:
    """All of the file in a new project; returns the project's path."""
    project = {"name": coded["project"]["name"], "description": coded["project"]["description"]}
    form = urllib.parse.urlencode(project).encode()
    _, landed = client.ask("/project/new", form, "application/x-www-form-urlencoded")
    number = re.search(r"/project/(\d+)", landed)
    if number is None:
        sys.exit(f"no new project: {landed}")
    api = f"/api/project/{number.group(1)}"
    documents = {}
    for one in coded["documents"]:
        body = "".join(f"<p>{escape(text, quote=False)}</p>" for text in one["paragraphs"])
        page = f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'
        fields = {
            "name": one["name"],
            "description": one.get("description") or "",
            "text_direction": "LEFT_TO_RIGHT",
        }
        name = re.sub(r"[^A-Za-z0-9]+", "_", one["name"])[:40] + ".html"
        made = client.upload(f"{api}/document/new", fields, (name, page.encode()))
        documents[one["name"]] = (int(made["created"]), [str(text) for text in one["paragraphs"]])
    tags = {
        one["path"]: client.json(
            f"{api}/tag/new", {"path": one["path"], "description": one.get("description") or ""}
        )["id"]
        for one in coded["codes"]
    }
    for one in coded["highlights"]:
        document, paragraphs = documents[one["document"]]
        start, end = offsets(paragraphs, str(one["quote"]), int(one.get("nth", 1)))
        chosen = [tags[path] for path in one.get("codes") or []]
        value = {"start_offset": start, "end_offset": end, "tags": chosen}
        client.json(f"{api}/document/{document}/highlight/new", value)
    return f"/project/{number.group(1)}"


def drop_first_tag(client: Client, project: str, database: Path) -> None:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        query = "SELECT id FROM tags WHERE path = ? AND project_id = ?"
        found = connection.execute(query, (FIRST_TAG, project.rpartition("/")[2])).fetchall()
    for (tag,) in found:
        client.ask(f"/api{project}/tag/{tag}", method="DELETE")


def check_export(content: bytes, coded: dict[str, Any]) -> None:
    """The CSV holds each quote as often as the file asks for it, under the same codes."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    got = sorted((row["document"], row["tag"], row["content"]) for row in rows)
    asked = sorted(
        (one["document"], path, " ".join(part.strip() for part in str(one["quote"]).split("\n")))
        for one in coded["highlights"]
        for path in dict.fromkeys(one.get("codes") or [])
    )
    if got != asked:
        sys.exit(f"the export differs from what was asked: {sorted(set(got) ^ set(asked))}")


def check_database(database: Path, coded: dict[str, Any]) -> None:
    """Every highlight is there, the untagged ones too, and nobody's password or address is."""
    connection = sqlite3.connect(database)
    snippets = [
        (name, "".join(Words(snippet).found))
        for name, snippet in connection.execute(
            "SELECT d.name, h.snippet FROM highlights h JOIN documents d ON d.id = h.document_id"
        )
    ]
    secrets = connection.execute(
        "SELECT login FROM users WHERE hashed_password IS NOT NULL OR email IS NOT NULL"
    ).fetchall()
    connection.close()
    asked = [(one["document"], str(one["quote"]).replace("\n", "")) for one in coded["highlights"]]
    if sorted(snippets) != sorted(asked):
        sys.exit("the database's highlights are not the ones that were asked for")
    if secrets:
        sys.exit(f"the database holds a password or an address of {secrets}: not saved")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("coded", type=Path, help="CODED.yml")
    parser.add_argument("out", type=Path, help="folder for what Taguette exports")
    parser.add_argument("--taguette", default="taguette", help="its executable (on PATH)")
    parser.add_argument(
        "--filter",
        metavar="PATH",
        help="also save filtered_tags.csv: highlights with a tag that starts so",
    )
    options = parser.parse_args()
    from ruamel.yaml import YAML

    coded = YAML(typ="safe").load(options.coded.read_text(encoding="utf-8"))
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="taguette_") as made:
        home = Path(made)
        log, database, port = home / "log", home / "work.sqlite3", free_port()
        command = [options.taguette, "--no-browser", "--port", str(port)]
        environment = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        with log.open("wb") as stream:
            server = subprocess.Popen(
                [*command, "--database", str(database)],
                env=environment,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        try:
            whole = address(log, server)
            base, _, token = whole.partition("/?")
            client = Client(base.replace("localhost", "127.0.0.1"))
            enter(client, f"/?{token}")
            project = code_it(client, coded)
            drop_first_tag(client, project, database)
            wanted = dict(EXPORTS)
            if options.filter:
                wanted["filtered_tags.csv"] = (
                    f"highlights/{urllib.parse.quote(options.filter, safe='')}.csv"
                )
            saved = {
                name: client.ask(f"{project}/export/{path}")[0] for name, path in wanted.items()
            }
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        check_export(saved["all_tags.csv"], coded)
        check_database(database, coded)
        for name, content in saved.items():
            (options.out / name).write_bytes(content)
        clean = options.out / "project.sqlite3"
        clean.unlink(missing_ok=True)
        connection = sqlite3.connect(database)
        # one file without a log beside it and without what was deleted
        connection.execute("VACUUM INTO ?", (str(clean),))
        connection.close()
        clean.chmod(0o644)
    print(f"saved {', '.join([*saved, clean.name])} in {options.out}")


if __name__ == "__main__":
    main()
