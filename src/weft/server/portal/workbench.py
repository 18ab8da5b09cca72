"""The workbench: SQL with completion of names, the answer as a table and a chart, to be downloaded and shared.

Questions go to the query service as anybody's do, under the reader's own eyes; this only knows what may be said in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weft.names import LineName, spelled, table_of
from weft.query.facts import Facts, among, rows_of
from weft.query.library import Library
from weft.sql.typed import WORDS

MOST = 12
RECENT = 15


@dataclass(frozen=True, slots=True)
class Word:
    """What may be written next, and what it is."""

    word: str
    kind: str


def workbench(library: Library, sql: str, table: str) -> dict[str, Any]:
    """What `query.html` asks for. `table` begins a question of it where there is no SQL."""
    begun = f"SELECT *\nFROM {_plain(table)}\nLIMIT 100" if table and not sql else sql
    return {"title": "Query", "place": "/query", "sql": begun, "recent": list(_recent(library))}


def words(library: Library, begun: str, sql: str) -> list[Word]:
    """The best continuations of a word: columns of tables that the question names, tables, the mesh's relations, words of SQL."""
    wanted = begun.lower().rpartition(".")[2] if begun.count(".") > 2 else begun.lower()
    found = dict(_known(Facts(library), sql, wanted))
    ranked = sorted(
        found.items(),
        key=lambda item: (not item[0].lower().startswith(wanted), item[1] == "word", len(item[0]), item[0]),
    )
    return [Word(word, kind) for word, kind in ranked[:MOST]]


def _known(facts: Facts, sql: str, wanted: str) -> Iterator[tuple[str, str]]:
    tables = [
        (str(table_of(LineName(line))), line)
        for line, newest in facts.rows("tables", "line_name", "is_newest")
        if newest
    ]
    said = [line for name, line in tables if name in sql]
    if said:
        for line, column in rows_of(among(facts.relation("columns"), "line_name", said), "line_name", "column_name"):
            if wanted in column.lower():
                yield column, f"column of {table_of(LineName(line))}"
    if wanted:
        yield from ((name, "table") for name, _ in tables if wanted in name)
        yield from ((word, "word") for word in WORDS if word.lower().startswith(wanted))


def _recent(library: Library) -> Iterator[tuple[Any, ...]]:
    """What whoever asks asked last: the text and when."""
    reads = library.registry.journal.facts("reads", library.environment)
    rows = rows_of(among(reads, "who", [library.reader.name]), "last_at", "sql_text")
    yield from dict.fromkeys((text, at) for at, text in sorted(rows, reverse=True)[:RECENT])


def _plain(table: str) -> str:
    """Without quotes where none are needed: what is typed next looks like it."""
    return table if "@" not in table else spelled(LineName(table))
