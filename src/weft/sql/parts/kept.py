"""What is known of rows: which of their columns hold the key, or what mixes them. It is kept from one process to the next, so SQLGlot is not needed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FILE = -1
"""Stands for the position of a column that nobody can say: the file that a row came in."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """The first thing that mixes parts, as words that follow a file's name, and its line in the text, from 1."""

    why: str
    line: int


@dataclass(frozen=True, slots=True)
class Rows:
    """What stands in a FROM, or is returned. `keys` are positions of columns that hold the key; `carries` says that rows of a key are behind it."""

    columns: tuple[str, ...]
    keys: frozenset[int] = frozenset()
    carries: bool = False

    @classmethod
    def free(cls, columns: Iterable[str]) -> Rows:
        """Rows that every part may read: where they change, so may all parts."""
        return cls(tuple(name.lower() for name in columns))

    @classmethod
    def keyed(cls, columns: Iterable[str], key: str) -> Rows:
        """Rows that are parted by a column."""
        names = tuple(name.lower() for name in columns)
        return cls(names, frozenset([names.index(key.lower())]), True)

    @classmethod
    def of_files(cls, columns: Iterable[str]) -> Rows:
        """Rows that are parted by the file that they came in."""
        return cls(tuple(name.lower() for name in columns), frozenset([FILE]), True)

    def holds(self, column: str) -> bool:
        """Whether the column of that name holds the key: the first, as the others of one name are called otherwise in the end."""
        name = column.lower()
        return name in self.columns and self.columns.index(name) in self.keys

    def named(self, names: list[str]) -> Rows:
        return Rows((*names, *self.columns[len(names) :]), self.keys, self.carries) if names else self

    @property
    def said_keys(self) -> frozenset[int]:
        return self.keys - {FILE}


NOTHING = Rows(())
