"""The one set of classifications of a mesh: what each applies to, how it masks, who sees clear, and which rows are whose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from weft.access.masks import NOTHING_SHOWN, Mask
from weft.product.contract import Column

T = TypeVar("T")
NONE: frozenset[str] = frozenset()
UNKNOWN = "unknown classification"
"""What masks a column whose classification the set does not have: nobody said who may see it, so nobody does."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a reader is, towards one table: roles in its domain and in the mesh, and what their agreements on it say."""

    roles: frozenset[str] = frozenset()
    agreement_roles: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Clear:
    """Who sees clear: whoever one of these is true of. Purposes and roles of agreements are compared without regard to case."""

    roles: tuple[str, ...] = ()
    agreement_roles: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def admits(self, viewer: Viewer) -> str:
        """Why the reader sees clear, empty where they do not."""
        return next(self._reasons(viewer), "")

    def _reasons(self, viewer: Viewer) -> Iterator[str]:
        yield from (f"role {role}" for role in self.roles if role in viewer.roles)
        roles, purposes = _folded(viewer.agreement_roles), _folded(viewer.purposes)
        yield from (f"agreement as {role}" for role in self.agreement_roles if role.casefold() in roles)
        yield from (f"agreement for {purpose}" for purpose in self.purposes if purpose.casefold() in purposes)
        given = dict(viewer.attributes)
        for name, values in self.attributes:
            yield from (f"attribute {name} is {value}" for value in values if value in given.get(name, ()))


def _folded(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text.casefold() for text in texts)


@dataclass(frozen=True, slots=True)
class Classification:
    """One degree of confidentiality. Without a mask everybody sees it clear.

    `values` are those of ODCS `classification`, `tags` those of columns, that it applies to.
    """

    name: str
    values: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    mask: Mask | None = None
    clear: Clear = field(default_factory=Clear)
    description: str = ""


@dataclass(frozen=True, slots=True)
class RowRule:
    """Of every table that carries one of the tags, and of what is made of it: a reader sees the rows of their own `attribute`."""

    name: str
    tags: tuple[str, ...]
    column: str
    attribute: str
    clear: Clear = field(default_factory=Clear)
    description: str = ""


@dataclass(frozen=True)
class Classifications:
    """`levels` from the most open to the strictest. An empty set masks nothing."""

    levels: tuple[Classification, ...] = ()
    row_rules: tuple[RowRule, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.levels or self.row_rules)

    @cached_property
    def strictness(self) -> dict[str, int]:
        """By name, the higher the stricter; what is not known is the strictest of all."""
        return {UNKNOWN: len(self.levels)} | {level.name: place for place, level in enumerate(self.levels)}

    @cached_property
    def _by_value(self) -> dict[str, list[str]]:
        return _by((value.casefold(), level.name) for level in self.levels for value in level.values)

    @cached_property
    def _by_tag(self) -> dict[str, list[str]]:
        return _by((tag.casefold(), level.name) for level in self.levels for tag in level.tags)

    @cached_property
    def _rules_by_tag(self) -> dict[str, list[RowRule]]:
        return _by((tag.casefold(), rule) for rule in self.row_rules for tag in rule.tags)

    @cached_property
    def _levels(self) -> dict[str, Classification]:
        unknown = Classification(UNKNOWN, mask=replace(NOTHING_SHOWN, classification=UNKNOWN))
        return {level.name: level for level in self.levels} | {UNKNOWN: unknown}

    def knows(self, classification: str) -> bool:
        """Whether an ODCS `classification` is one of the set's; none said is."""
        return not classification or classification.casefold() in self._by_value

    def level(self, name: str) -> Classification:
        return self._levels[name]

    def of(self, column: Column) -> frozenset[str]:
        """The names of those that apply to a column by what its contract says of it, and of what is nested inside it."""
        if not (self.levels and (column.classification or column.tags or column.inner)):
            return NONE
        found = {name for tag in column.tags for name in self._by_tag.get(tag.casefold(), ())}
        for said in said_of(column):
            found.update(self._by_value.get(said.casefold(), (UNKNOWN,)))
        found.update(name for _, tags in column.inner for tag in tags for name in self._by_tag.get(tag.casefold(), ()))
        return frozenset(found)

    def rules_of(self, tags: Iterable[str]) -> tuple[RowRule, ...]:
        """The row filters of a table that carries these tags."""
        return tuple(dict.fromkeys(rule for tag in tags for rule in self._rules_by_tag.get(tag.casefold(), ())))

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """The strictest first."""
        return tuple(sorted(names, key=lambda name: -self.strictness[name]))


def said_of(column: Column) -> tuple[str, ...]:
    """What a contract classifies a column as, and the fields nested inside it."""
    return tuple(dict.fromkeys(filter(None, (column.classification, *(said for said, _ in column.inner)))))


def _by(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
