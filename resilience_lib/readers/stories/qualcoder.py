"""QualCoder's project (data.qda, a sqlite database): codings of all coders, cases, attributes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.stories.checks import shown
from resilience_lib.readers.stories.export import CodedExport, Log, assembled
from resilience_lib.readers.stories.measures import Measure, chosen, plain, same
from resilience_lib.readers.stories.qualcoder_codes import code_paths
from resilience_lib.readers.stories.refi_codes import Code
from resilience_lib.readers.stories.refi_selections import COLUMNS
from resilience_lib.readers.stories.sqlite_file import Tables, opened, rows_of

WANTED: dict[str, tuple[str, ...]] = {
    "source": ("id", "name", "fulltext"),
    "code_name": ("cid", "name", "catid"),
    "code_cat": ("catid", "name", "supercatid"),
    "code_text": ("cid", "fid", "seltext", "pos0", "pos1", "owner"),
}
SKIPPED: dict[str, str] = {"code_image": "codings of pictures", "code_av": "codings of recordings"}
AGAIN = "unmark the segment in QualCoder and code the place again"


def _text(value: object) -> str | None:
    """A stored value as text, None where it is empty."""
    return str(value) if value is not None and str(value).strip() else None


def _codings(tables: Tables) -> str:
    """The query of codings; older databases lack a column or two."""
    there = tables["code_text"]
    number = "ctid" if "ctid" in there else "rowid"
    more = ", ".join(f"t.{one}" if one in there else f"NULL AS {one}" for one in ("memo", "date"))
    return f"""
        SELECT t.{number} AS ctid, t.cid, t.fid, t.seltext, t.pos0, t.pos1, t.owner, {more}
        FROM code_text t ORDER BY t.{number}
    """


def _whole(row: dict[str, object]) -> bool:
    return isinstance(row["pos0"], int) and isinstance(row["pos1"], int)


def _placed(
    file: str, name: str, raw: str, rows: list[dict[str, object]]
) -> tuple[Measure, list[Fault]]:
    """How the offsets of one source count, and the codings that do not fit it."""
    spans = [(int(str(row["pos0"])), int(str(row["pos1"])), _text(row["seltext"])) for row in rows]
    measure, _count = chosen(raw, spans, same)
    faults = []
    for row, (start, end, told) in zip(rows, spans, strict=True):
        there = measure.cut(plain(raw), start, end)
        if there is None:
            rule = f"a coding lies inside its text, {name}: {measure.size} characters"
            value = f"coding {row['ctid']}: {start} to {end}"
            faults.append(Fault(file, rule, AGAIN, column="code_text.pos1", value=value))
        elif told is not None and not same(there, told):
            rule = f"the stored text is the one at its offsets in {name}: {shown(there)!r}"
            value = f"coding {row['ctid']}: {shown(told)}"
            faults.append(Fault(file, rule, AGAIN, column="code_text.seltext", value=value))
    return measure, faults


def _cases(
    stored: dict[str, pd.DataFrame], names: dict[int, str], placed: dict[str, Measure]
) -> dict[str, list[object]]:
    made: dict[str, list[object]] = {"case": [], "source": [], "start": [], "end": []}
    if "cases" not in stored or "case_text" not in stored:
        return made
    called = dict(zip(stored["cases"]["caseid"], stored["cases"]["name"], strict=True))
    for row in stored["case_text"].to_dict("records"):
        case, source = called.get(row["caseid"]), names.get(row["fid"])
        if case is None or source is None:
            continue
        start, end, measure = row["pos0"], row["pos1"], placed.get(source)
        if measure is not None and _whole(row) and 0 <= start <= end <= measure.size:
            start, end = int(measure.place[start]), int(measure.place[end])
        else:
            start = end = None
        for key, value in zip(made, (str(case), source, start, end), strict=True):
            made[key].append(value)
    return made


def _attributes(
    stored: dict[str, pd.DataFrame], names: dict[int, str], log: Log
) -> dict[str, list[object]]:
    made: dict[str, list[object]] = {"of": [], "name": [], "attribute": [], "value": []}
    if "attribute" not in stored:
        return made
    cases = stored.get("cases", pd.DataFrame({"caseid": [], "name": []}))
    owners = {"file": names, "case": dict(zip(cases["caseid"], cases["name"], strict=True))}
    other = 0
    for row in stored["attribute"].to_dict("records"):
        kind = str(row["attr_type"])
        owner = owners.get(kind, {}).get(row["id"])
        if owner is None:
            other += 1
            continue
        of = "case" if kind == "case" else "source"
        values = (of, str(owner), str(row["name"]), _text(row["value"]))
        for key, value in zip(made, values, strict=True):
            made[key].append(value)
    if other:
        log.append(("attributes not read", "of journals, or of what was deleted", other))
    return made


@dataclass(frozen=True)
class _Stored:
    """What a project holds: its tables, its codings, and what was said of the rest."""

    tables: dict[str, pd.DataFrame]
    codings: pd.DataFrame
    log: Log


def _stored(path: Path) -> _Stored:
    log: Log = []
    names = ("source", "code_name", "code_cat", "cases", "case_text", "attribute")
    with opened(path, "QualCoder's", WANTED) as (connection, tables):
        found: dict[str, pd.DataFrame] = {
            name: rows_of(connection, f"SELECT * FROM {name}") for name in names if name in tables
        }
        codings = rows_of(connection, _codings(tables))
        for table, what in SKIPPED.items():
            if table in tables:
                (count,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
                if count:
                    log.append(("skipped media codings", what, int(count)))
        if "visibility" in tables.get("coder_names", ()):
            query = "SELECT name FROM coder_names WHERE visibility = 0 ORDER BY name"
            hidden = [str(name) for (name,) in connection.execute(query)]
            if hidden:
                detail = f"read like the others: {', '.join(hidden)}"
                log.append(("coders hidden in QualCoder", detail, len(hidden)))
    return _Stored(found, codings, log)


def _by_source(
    file: str, stored: _Stored, codes: dict[int, Code], names: dict[int, str]
) -> tuple[dict[str, list[dict[str, object]]], list[Fault]]:
    """The codings of each source whose code and source are still there."""
    faults: list[Fault] = []
    found: dict[str, list[dict[str, object]]] = {}
    gone = 0
    for row in stored.codings.to_dict("records"):
        if row["cid"] not in codes or row["fid"] not in names:
            gone += 1
        elif not _whole(row):
            rule = "offsets are whole numbers"
            value = f"coding {row['ctid']}: {row['pos0']} to {row['pos1']}"
            faults.append(Fault(file, rule, AGAIN, column="code_text.pos0", value=value))
        else:
            found.setdefault(names[row["fid"]], []).append(row)
    if gone:
        stored.log.append(("codings of what was deleted", "their code or source is gone", gone))
    return found, faults


def _segments(
    name: str, raw: str, measure: Measure, mine: list[dict[str, object]], codes: dict[int, Code]
) -> Iterator[tuple[object, ...]]:
    """The values of `COLUMNS` of each coding of one source."""
    text = plain(raw)
    first: dict[tuple[int, int], str] = {}
    for row in mine:
        start, end = (int(measure.place[int(str(row[one]))]) for one in ("pos0", "pos1"))
        segment = first.setdefault((start, end), str(row["ctid"]))
        code = codes[int(str(row["cid"]))].path
        owner, memo, date = (_text(row[one]) for one in ("owner", "memo", "date"))
        yield segment, name, start, end, text[start:end], owner, code, memo, date


def read_qualcoder(
    path: Path, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """A QualCoder project of any version: columns are read by name.

    Parameters
    ----------
    path : Path
        data.qda, or the project's folder that holds it.
    coder : str, optional
        Who coded, where a coding has no owner.
    nested_by : str, optional
        What parts the levels in a code's name; categories and sub-codes always are levels.

    Returns
    -------
    CodedExport
        Codings of one place of a source are one segment, called by the number of the first.

    Raises
    ------
    FaultsError
        See `sqlite_file.opened`; offsets outside the text or that are no numbers, a stored text
        that is another than the one at its offsets, categories in a circle.
    """
    if path.is_dir():
        path = path / "data.qda"
    file = relative(path)
    stored = _stored(path)
    log = stored.log
    sources = stored.tables["source"].sort_values("id").to_dict("records")
    names = {int(row["id"]): str(row["name"]) for row in sources}
    texts = {str(row["name"]): row["fulltext"] for row in sources}
    codes, faults = code_paths(file, stored.tables["code_name"], stored.tables["code_cat"])
    by_source, found = _by_source(file, stored, codes, names)
    faults += found
    values: list[tuple[object, ...]] = []
    placed: dict[str, Measure] = {}
    for name, raw in texts.items():
        mine = by_source.get(name, [])
        if raw is None:
            if mine:
                rule, remedy = "a source with codings has its text", "open it in QualCoder once"
                faults.append(Fault(file, rule, remedy, column="source.fulltext", value=name))
            continue
        placed[name], found = _placed(file, name, str(raw), mine)
        faults += found
        if not found:
            values += _segments(name, str(raw), placed[name], mine, codes)
        if placed[name].name != "characters":
            log.append(("offsets counted otherwise", f"{name}: {placed[name].name}", len(mine)))
    if faults:
        raise FaultsError(faults)
    absent = sum(raw is None for raw in texts.values())
    if absent:
        log.append(("absent texts", "pictures, recordings, or not loaded", absent))
    return assembled(
        {name: [row[at] for row in values] for at, name in enumerate(COLUMNS)},
        sources={
            "source": list(texts),
            "text": [None if raw is None else plain(str(raw)) for raw in texts.values()],
        },
        codes={
            "code": [one.path for one in codes.values()],
            "description": [one.memo for one in codes.values()],
        },
        attributes=_attributes(stored.tables, names, log),
        cases=_cases(stored.tables, names, placed),
        log=log,
        coder=coder,
        nested_by=nested_by,
    )
