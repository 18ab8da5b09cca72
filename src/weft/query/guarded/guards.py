"""What a mesh guards: the columns that some classification masks, the strictest first; all else is for everybody who may read a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from weft.access.classifications import Classifications
from weft.access.obscuring import Classified
from weft.names import LineName, domain_of
from weft.query.classified import classified
from weft.query.library import Library

MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class Guarded:
    """One column. `names` are the classifications that mask it, the strictest first; `mask` is how the first of them does."""

    line: LineName
    column: str
    names: tuple[str, ...]
    mask: str


@dataclass(frozen=True)
class Guards:
    """`columns` by line and column, in order; of a mesh that masks nothing, none."""

    rules: Classifications = field(default_factory=Classifications)
    columns: Mapping[LineName, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @cached_property
    def in_domain(self) -> Mapping[str, Counter[tuple[str, ...]]]:
        """How many columns of each domain carry the same classifications."""
        found: dict[str, Counter[tuple[str, ...]]] = {}
        for line, columns in self.columns.items():
            found.setdefault(domain_of(line), Counter()).update(columns.values())
        return found

    def on(self, lines: Iterable[LineName]) -> Counter[tuple[str, ...]]:
        """The same of some lines."""
        return Counter(names for line in lines for names in self.columns.get(line, {}).values())

    @cached_property
    def strictest_first(self) -> tuple[Guarded, ...]:
        """All columns."""
        order = self.rules.strictness
        found = sorted(self._all(), key=lambda one: (-order[one.names[0]], one.line, one.column))
        return tuple(found)

    def _all(self) -> Iterator[Guarded]:
        for line, columns in self.columns.items():
            for column, names in columns.items():
                yield Guarded(line, column, names, self.mask(names))

    def mask(self, names: tuple[str, ...], cleared: frozenset[str] = frozenset()) -> str:
        """How a column of these classifications is masked for whom some are clear; '' where it is seen as it is."""
        return next((str(self.rules.level(name).mask) for name in names if name not in cleared), "")


_kept: dict[tuple[str, str], tuple[Classified, Guards]] = {}


def guards(library: Library) -> Guards:
    """Of what is published in this environment. Raises: Faults, RegistryFault."""
    classes = classified(library)
    key = library.settings.registry, library.environment
    kept = _kept.get(key)
    if kept is None or kept[0] is not classes:
        pointers = library.registry.recorded(library.environment).pointers
        kept = _kept[key] = (classes, Guards(classes.rules, dict(_columns(classes, sorted(pointers)))))
        while len(_kept) > MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
    return kept[1]


def _columns(classes: Classified, lines: Iterable[LineName]) -> Iterator[tuple[LineName, dict[str, tuple[str, ...]]]]:
    rules, marks = classes.rules, classes.inherited.marks
    for line in lines:
        found = {
            column: names
            for column, said in sorted(marks.get(line, {}).items())
            if (names := tuple(name for name in rules.in_order(said) if rules.level(name).mask))
        }
        if found:
            yield line, found
