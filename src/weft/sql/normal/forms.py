"""The values of the normal form, and how they travel in those of lineage, so that names are resolved in one way only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, NamedTuple

from sqlglot import exp

from weft.sql.lineage.flows import Columns, Flow, Output, Relation, Scope, Sources

Part = Literal["filter", "join", "group", "order", "union"]
PARTS: tuple[Part, ...] = ("filter", "join", "group", "order", "union")
_STAGE = "stage"
LONGEST = 2000
MOST_QUERIES = 1000
"""Queries within each other, a name of a WITH counted each time that it is read: beyond, the form would grow too large."""
_LABEL = re.compile(r"\[([^\[\]]+)\]\.")


class Unclear(Exception):
    """A query has no normal form."""


class Said(NamedTuple):
    """An expression in normal form; `bare` leaves out windows and the order within aggregates."""

    full: str
    bare: str

    @property
    def short(self) -> Said:
        """Itself, or a digest and what it reads where it is long: expressions of expressions grow."""
        return Said(_shortened(self.full), _shortened(self.bare))

    @property
    def reads(self) -> frozenset[str]:
        """The tables that its columns are of, each time that one is read apart from the others; not those of its subqueries."""
        return frozenset(label for label in _LABEL.findall(self.full) if not label.startswith("~"))


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    read = "".join(f"[{label}]." for label in sorted(set(_LABEL.findall(text)))[:50])
    return f"{blake2b(text.encode(), digest_size=16).hexdigest()}{read}"


def plain(text: str) -> Said:
    return Said(text, text)


def called(name: str, parts: list[Said], *, ordered: bool = True) -> Said:
    """`name(a, b)`; where the order says nothing, sorted."""
    texts = [[part.full for part in parts], [part.bare for part in parts]]
    full, bare = (", ".join(some if ordered else sorted(some)) for some in texts)
    return Said(f"{name}({full})", f"{name}({bare})").short


def flow(said: Said) -> Flow:
    """A Flow of one source, which stands for an expression."""
    return Flow(frozenset([("full", said.full)]), frozenset([("bare", said.bare)]))


def said_by(found: Flow) -> Said:
    """The expression that a Flow stands for; of several (the columns of a row, both sides of FULL JOIN USING), all of them."""
    full = sorted(text for tag, text in found.values if tag == "full")
    bare = sorted(text for tag, text in found.conditions if tag == "bare")
    if len(full) == 1 and len(bare) == 1:
        return Said(full[0], bare[0])
    return Said(f"all({', '.join(full)})", f"all({', '.join(bare)})").short


def stages(items: Sources) -> str:
    """What happened to rows before: a filter after a grouping is another one than before it."""
    found = sorted(text for tag, text in items if tag == _STAGE)
    return f" after {' and '.join(found)}" if found else ""


def stage(name: str) -> Sources:
    return frozenset([(_STAGE, name)])


def item(part: Part, text: str) -> tuple[str, str]:
    return part, _shortened(text)


def within(prefix: str, items: Sources) -> Sources:
    """The same items where they happen to one side only."""
    return frozenset((tag, text if tag == _STAGE else f"{prefix}: {text}") for tag, text in items)


@dataclass(slots=True)
class Reader:
    """What one reading of a query has seen: how often each table was read, and what was written where, for people."""

    reads: Mapping[str, Columns]
    counts: list[dict[str, int]] = field(default_factory=lambda: [{}])
    """One for each query within an expression: what is read inside does not move what is read outside."""
    queries: int = 0
    shown: dict[tuple[str, str], str] = field(default_factory=dict)

    def label(self, name: str) -> str:
        """What a table is called each time that it is read: `departures`, `departures#2`, `~departures` in a subquery."""
        counts = self.counts[-1]
        counts[name] = count = counts.get(name, 0) + 1
        return "~" * (len(self.counts) - 1) + name + (f"#{count}" if count > 1 else "")

    def base(self, name: str) -> Relation:
        """A table that the query reads, under a label of its own."""
        known = self.reads.get(name, self.reads.get(name.lower(), ()))
        label = self.label(name.lower())
        columns = [Output(column, flow(plain(f"[{label}].{column.lower()}")), type_) for column, type_ in known]
        return Relation(columns, frozenset([item("join", f"reads {label}")]))

    def show(self, found: tuple[str, str], node: exp.Expr) -> tuple[str, str]:
        self.shown.setdefault(found, node.sql("duckdb"))
        return found


@dataclass(slots=True)
class Deferred(Relation):
    """A name of a WITH: resolved anew each time that it is read, so that two readings of it stay apart."""

    node: exp.Expr | None = None
    names: list[str] = field(default_factory=list)
    around: Scope | None = None
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class Normal:
    """A query: its named columns, and what decides which rows there are, each part as a set of texts."""

    columns: dict[str, Said]
    parts: dict[Part, frozenset[str]]
    shown: dict[tuple[str, str], str]
    written: dict[str, str]
    """By column, the item of the SELECT that makes it."""
