"""The workbench: SQL with completion of names, the answer as a table and a chart, to be downloaded and shared.

Questions go to the query service as anybody's do, under the reader's own eyes; this only knows what they asked before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from weft.names import LineName, spelled
from weft.query.facts import among, rows_of
from weft.query.library import Library

RECENT = 15
WITHIN = re.compile(r" FROM \(\n(.*)\n\) AS answer", re.DOTALL)
"""How the workbench asks for a part of an answer, or a picture of it: what was asked stands within."""


def workbench(library: Library, who: str, asked: tuple[str, str]) -> dict[str, Any]:
    """What `query.html` asks for. `asked` is SQL that came with the address, and a table to begin a question of."""
    sql, table = asked
    begun = f"SELECT *\nFROM {_plain(table)}\nLIMIT 100" if table and not sql else sql
    recent = list(_recent(library, who))
    is_own = any(text.strip() == sql.strip() for text, _ in recent)
    return {
        "title": "Query",
        "place": "/query",
        "sql": begun,
        "recent": recent,
        "is_foreign": bool(sql.strip()) and not is_own,
    }


def _recent(library: Library, who: str) -> Iterator[tuple[str, Any]]:
    """What whoever asks asked last, each text once: the text and when."""
    reads = library.registry.journal.facts("reads", library.environment)
    rows = sorted(rows_of(among(reads, "who", [who]), "last_at", "sql_text"), reverse=True)
    newest: dict[str, Any] = {}
    for at, text in rows:
        newest.setdefault(_inner(text), at)
    yield from list(newest.items())[:RECENT]


def _inner(text: str) -> str:
    """What was asked, where only a part of its answer was, or a picture of it."""
    found = WITHIN.search(text)
    return found[1] if found else text


def _plain(table: str) -> str:
    """Without quotes where none are needed: what is typed next looks like it."""
    return table if "@" not in table else spelled(LineName(table))
