"""A tool's sqlite database, opened so that nothing in it can change or run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.opening import kind_of, read_bytes

MAGIC = b"SQLite format 3\x00"
HEADER = 100
"""Length of the head of every sqlite database."""

TOOLS: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"highlights", "highlight_tags", "documents"}), "Taguette's", "taguette"),
    (frozenset({"code_text", "code_name", "source"}), "QualCoder's", "qualcoder"),
    (frozenset({"freecode", "coding", "source"}), "RQDA's", ""),
)
"""Tables that tell a tool, whose it is, and its reader."""

Tables = dict[str, tuple[str, ...]]


def _uri(path: Path) -> str:
    # immutable: no lock is taken and no file is laid beside it
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def _fault(path: Path, rule: str, remedy: str, value: str | None = None) -> FaultsError:
    return FaultsError([Fault(relative(path), rule, remedy, value=value)])


def _head_checked(path: Path, whose: str) -> None:
    """Stop at what the first bytes tell: no database, one cut off, one still in use."""
    if path.is_dir():
        raise _fault(path, "this is a file; it is a folder", "name the database in it")
    content = read_bytes(path)
    if not content.startswith(MAGIC):
        kind = kind_of(content) or "something else, perhaps a text or a damaged file"
        rule = f"the file is {whose} sqlite database; this is {kind}"
        raise _fault(path, rule, "name its reader, or save the project again")
    size = int.from_bytes(content[16:18], "big")
    size = 65_536 if size == 1 else size
    pages = int.from_bytes(content[28:32], "big")
    # the count of pages holds only where the two change counters agree
    whole = max(pages * size if content[24:28] == content[92:96] else 0, HEADER)
    if len(content) < whole:
        rule = f"the database is whole; {whole - len(content):,} of its bytes are missing"
        raise _fault(path, rule, "copy it again")
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size:
            rule = f"the database is closed; {beside.name} beside it holds what is not in it yet"
            remedy = "close the program that coded it, then copy the database again"
            raise _fault(path, rule, remedy, beside.name)


def tables_of(connection: sqlite3.Connection) -> Tables:
    """The tables of a database and their columns.

    Examples
    --------
    >>> with closing(sqlite3.connect(":memory:")) as connection:
    ...     _ = connection.execute("CREATE TABLE source (id, name)")
    ...     tables_of(connection)
    {'source': ('id', 'name')}
    """
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    found = {}
    for (name,) in names:
        quoted = str(name).replace('"', '""')
        rows = connection.execute(f'PRAGMA table_info("{quoted}")').fetchall()
        found[str(name)] = tuple(str(row[1]) for row in rows)
    return found


def whose_tables(tables: Tables) -> tuple[str, str]:
    """Whose database it is by its tables, and its reader; "" where unknown.

    Examples
    --------
    >>> whose_tables({"code_text": (), "code_name": (), "source": ()})
    ("QualCoder's", 'qualcoder')
    """
    found = ((whose, reader) for signature, whose, reader in TOOLS if signature <= set(tables))
    return next(found, ("", ""))


def sqlite_kind(path: Path) -> tuple[str, str]:
    """What kind of database a file is, in words, and its reader ("" where there is none)."""
    try:
        with closing(sqlite3.connect(_uri(path), uri=True)) as connection:
            whose, reader = whose_tables(tables_of(connection))
    except sqlite3.Error:
        whose, reader = "", ""
    return (f"{whose} sqlite database" if whose else "a sqlite database"), reader


@contextmanager
def opened(
    path: Path, whose: str, wanted: Mapping[str, Sequence[str]]
) -> Iterator[tuple[sqlite3.Connection, Tables]]:
    """A tool's database, open for reading, once it is what it should be.

    Parameters
    ----------
    path : Path
        A verified raw file.
    whose : str
        The tool as messages name it, e.g. "Taguette's".
    wanted : mapping of str to sequence of str
        Columns that must be there, by table.

    Yields
    ------
    tuple of Connection and dict
        The connection, and the columns of each table.

    Raises
    ------
    FaultsError
        No sqlite database, cut off or damaged, still in use, another tool's, or without a table
        or a column that is needed (all of them at once).
    """
    _head_checked(path, whose)
    try:
        with closing(sqlite3.connect(_uri(path), uri=True)) as connection:
            # views and defaults of a foreign file run no functions of the program
            connection.execute("PRAGMA trusted_schema = OFF")
            tables = tables_of(connection)
            _tables_checked(path, whose, tables, wanted)
            (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if state != "ok":
                rule = f"the database is whole; sqlite says: {state}"
                raise _fault(path, rule, "copy it again")
            yield connection, tables
    except sqlite3.Error as error:
        rule = f"the database can be read; sqlite says: {error}"
        raise _fault(path, rule, "copy it again, or export it from the program anew") from None


def _tables_checked(
    path: Path, whose: str, tables: Tables, wanted: Mapping[str, Sequence[str]]
) -> None:
    found, reader = whose_tables(tables)
    if found and found != whose:
        remedy = f"name the reader {reader}" if reader else "import it into QualCoder (qualcoder)"
        raise _fault(path, f"the database is {whose}; this looks like {found}", remedy)
    if not set(wanted) & set(tables):
        some = ", ".join(sorted(tables)[:5]) or "none"
        rule = f"the database is {whose}; none of its tables is there"
        raise _fault(path, rule, "name its reader, or export segments as CSV", f"tables: {some}")
    name = relative(path)
    faults = []
    for table, columns in wanted.items():
        if table not in tables:
            rule = f"{whose} database has the table {table}"
            faults.append(Fault(name, rule, "save the project again", column=table))
            continue
        for column in columns:
            if column not in tables[table]:
                rule = f"{whose} table {table} has the column {column}"
                remedy = "open the project in a current version and save it"
                faults.append(Fault(name, rule, remedy, column=f"{table}.{column}"))
    if faults:
        raise FaultsError(faults)


def rows_of(connection: sqlite3.Connection, query: str) -> pd.DataFrame:
    """What a query gives, its values as sqlite stores them.

    Examples
    --------
    >>> with closing(sqlite3.connect(":memory:")) as connection:
    ...     rows_of(connection, "SELECT 1 AS id, 'a' AS name").values.tolist()
    [[1, 'a']]
    """
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return pd.DataFrame(cursor.fetchall(), columns=names, dtype="object")
