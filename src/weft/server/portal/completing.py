"""What may be written next in a question: tables, columns of what it names, functions that are allowed, words of SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from weft.names import LineName, label_of, leaf_of, spelled, table_of
from weft.query.facts import Facts
from weft.query.library import Library
from weft.sql.typed import WORDS

MOST = 12
MESH = "mesh."
READ = re.compile(
    r"\b(?:from|join|,)\s+((?:[a-z_]\w*\.){1,2}(?:[a-z_]\w*|\"[^\"]+\"))(?:\s+(?:as\s+)?([a-z_]\w*))?", re.IGNORECASE
)
NO_ALIAS = frozenset(word.lower() for word in WORDS)
IS_CALLED = re.compile(r"[a-z][a-z0-9_]*")
RANK = {"column": 0, "alias": 1, "table": 2, "domain": 2, "function": 3, "word": 4}


@dataclass(frozen=True, slots=True)
class Word:
    """What may be written next, in place of what is begun; `kind` says what it is, and of what."""

    word: str
    kind: str
    told: str = ""


def words(library: Library, begun: str, sql: str) -> list[Word]:
    """The best continuations of what is begun: after `alias.` the columns of that table alone."""
    facts, said = Facts(library), _tables_said(sql)
    qualifier, dot, rest = begun.rpartition(".")
    if dot and (line := _line(facts, said.get(qualifier.lower(), ""))):
        return _ranked(
            (Word(f"{qualifier}.{name}", "column", told) for name, told in _columns(facts, line)), rest, qualifier
        )
    if not begun:
        return []
    return _ranked(_known(facts, said, begun.lower()), begun)


def _tables_said(sql: str) -> dict[str, str]:
    """What a question reads, by the name or the alias that it goes by there."""
    found: dict[str, str] = {}
    for table, alias in READ.findall(sql):
        name = table.replace('"', "")
        goes_by = alias.lower() if alias and alias.lower() not in NO_ALIAS else leaf_of(LineName(name))
        found[goes_by] = name
    return found


def _line(facts: Facts, name: str) -> LineName | str | None:
    """A published line, or a relation of the mesh's own."""
    return name if name.startswith(MESH) else facts.line(name) if name else None


def _columns(facts: Facts, line: LineName | str) -> Iterator[tuple[str, str]]:
    if line.startswith(MESH):
        from weft.registry.facts import RELATIONS

        relation = RELATIONS.get(line.removeprefix(MESH))
        yield from ((column.name, line) for column in (relation.columns if relation else ()))
        return
    promise = facts.mesh.promise(LineName(line))
    for column in promise[1].columns if promise else ():
        yield column.name, f"{column.type.lower()} of {table_of(LineName(line))}"


def _known(facts: Facts, said: Mapping[str, str], wanted: str) -> Iterator[Word]:
    for alias, name in said.items():
        if line := _line(facts, name):
            yield from (
                Word(column, "column", told) for column, told in _columns(facts, line) if wanted in column.lower()
            )
        if alias.startswith(wanted):
            yield Word(f"{alias}.", "alias", f"columns of {name}")
    yield from _tables(facts, wanted)
    yield from (Word(f"{name}(", "function") for name in _functions() if name.startswith(wanted))
    yield from (Word(word, "word") for word in WORDS if word.lower().startswith(wanted))


def _tables(facts: Facts, wanted: str) -> Iterator[Word]:
    from weft.registry.facts import RELATIONS

    for table, line in facts.newest.items():
        if wanted in table:
            yield Word(table, "table")
        if wanted in line and "@" in wanted:
            yield Word(spelled(line), "table", f"line {label_of(line)}")
    yield from (
        Word(f"{MESH}{name}", "table", "about the mesh itself") for name in RELATIONS if wanted in f"{MESH}{name}"
    )


@cache
def _functions() -> tuple[str, ...]:
    """Those that the guard lets pass, as they are called."""
    from weft.sql.functions import ALLOWED

    names = (name for category, said in ALLOWED.items() if category != "operators" for name in said.split())
    return tuple(sorted({name for name in names if IS_CALLED.fullmatch(name)}))


def _ranked(found: Iterable[Word], wanted: str, qualifier: str = "") -> list[Word]:
    wanted, skipped = wanted.lower(), len(qualifier) + 1 if qualifier else 0
    known = {one.word: one for one in found if wanted in one.word[skipped:].lower()}

    def weight(one: Word) -> tuple[bool, int, int, str]:
        name = one.word[skipped:].lower()
        begins = name.startswith(wanted) or f".{wanted}" in name
        # Columns after a point stand as they do in the table.
        return (
            not begins,
            RANK[one.kind],
            0 if qualifier and not wanted else len(name),
            "" if qualifier and not wanted else name,
        )

    return sorted(known.values(), key=weight)[: MOST if wanted or not qualifier else None]
