"""What the shell completes: tables by their whole names, columns of the tables in the question, and SQL's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from weft.names import LineName
from weft.query.answer import newest_lines
from weft.registry.facts import RELATIONS
from weft.session import Session
from weft.sql.typed import WORDS

WORD = re.compile(r"[A-Za-z_][\w.@\"]*$")


class Words(Completer):
    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def _tables(self) -> dict[str, LineName]:
        return newest_lines(self._session.lines())

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        found = WORD.search(document.text_before_cursor)
        word = found[0] if found else ""
        for name, kind in self._known(document.text).items():
            if name.lower().startswith(word.lower()) and (word or kind != "word"):
                yield Completion(name, start_position=-len(word), display_meta=kind)

    def _known(self, text: str) -> dict[str, str]:
        """Names in the order of use: columns of what the question says it reads, tables, the mesh's relations, SQL."""
        columns = {
            name: f"column of {table}" for table in self._tables if table in text for name in self._columns(table)
        }
        facts = {f"mesh.{name}": "the mesh itself" for name in RELATIONS}
        return columns | dict.fromkeys(sorted(self._tables), "table") | facts | dict.fromkeys(WORDS, "word")

    def _columns(self, table: str) -> tuple[str, ...]:
        if table not in self._known_columns:
            self._known_columns[table] = self._session.columns_of(self._tables[table])
        return self._known_columns[table]

    @cached_property
    def _known_columns(self) -> dict[str, tuple[str, ...]]:
        return {}
