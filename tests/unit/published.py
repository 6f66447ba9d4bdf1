"""Every word that is in a published file, whatever its format."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path


def words_of(path: Path) -> str:
    """Readable text of a figure's or table's file; compressed parts are opened."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        return _pdf(data)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace")
                             for name in archive.namelist())  # fmt: skip
    if path.suffix == ".png":
        return "\n".join(f"{kind} {body}" for kind, body in png_chunks(data) if kind != "IDAT")
    return data.decode("utf-8-sig")


def png_chunks(data: bytes) -> list[tuple[str, str]]:
    """Kind and content of each chunk of a PNG."""
    found, at = [], 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8].decode("ascii")
        found.append((kind, data[at + 8 : at + 8 + length].decode("latin-1")))
        at += 12 + length
    return found


def _pdf(data: bytes) -> str:
    """Document information, and the strings that content streams show, a line each."""
    text = [line for line in data.decode("latin-1").split("\n") if line.startswith("<<")]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            body = zlib.decompress(match.group(1)).decode("latin-1")
        except zlib.error:
            continue
        for shown in re.findall(r"\[([^\]]*)\]\s*TJ", body):
            pieces = "".join(re.findall(r"\((.*?)(?<!\\)\)", shown, re.DOTALL))
            text.append(pieces.replace("\0", "").replace("\\", ""))
    return "\n".join(text)
