"""What is untidy of a table as a whole, and between tables: rows twice, rules broken, one name with several types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from weft.profile.hygiene.kind import Hit, Kind, finding
from weft.profile.meanings import words_of
from weft.profile.values import ColumnProfile, Finding, TableProfile

DUPLICATE_ROWS = Kind("duplicate-rows", "likely", "uniqueness", "{rows} are the same as another in every column.", "Remove them, or say what tells them apart.")  # fmt: skip
BROKEN_DEPENDENCY = Kind(
    "broken-dependency",
    "possible",
    "consistency",
    "{more}, but not in {rows}.",
    "Correct them, or see whether the rule holds.",
)
ORPHANS = Kind("orphans", "likely", "consistency", "{more}.", "Add what is missing, or correct the references.")
TYPES_DIFFER = Kind("types-differ", "likely", "consistency", "'{column}' is {more}.", "Promise one type for one thing.")
LENGTHS_DIFFER = Kind(
    "types-vary", "possible", "consistency", "'{column}' is {more}.", "Promise one type for one thing."
)
PATTERNS_DIFFER = Kind(
    "patterns-differ",
    "possible",
    "consistency",
    "'{column}' is mostly written {more}.",
    "Write it one way in all tables.",
)
KINDS = (DUPLICATE_ROWS, BROKEN_DEPENDENCY, ORPHANS, TYPES_DIFFER, LENGTHS_DIFFER, PATTERNS_DIFFER)
NO_NAMES = ("id", "name", "code", "type", "status", "value", "date", "description", "number", "key", "note", "comment")
"""Names that columns share by chance."""


def of_table(table: TableProfile) -> Iterator[Finding]:
    if table.duplicate_rows and len(table.columns) > 1:
        yield finding(DUPLICATE_ROWS, "", Hit(table.duplicate_rows), table)
    for rule in table.dependencies:
        if rule.exceptions:
            more = f"'{rule.determinant}' decides '{rule.dependent}'"
            yield finding(BROKEN_DEPENDENCY, rule.dependent, Hit(rule.exceptions, more=more, is_of_sample=True), table)
    for key in table.foreign_keys:
        if key.orphans:
            values = "1 value" if key.orphans == 1 else f"{key.orphans:,} values"
            more = f"{values} of '{key.column}' {'is' if key.orphans == 1 else 'are'} not found in '{key.to_column}' of {key.table}"
            yield finding(ORPHANS, key.column, Hit(key.orphans, more=more), table)


def across(tables: Sequence[TableProfile]) -> tuple[TableProfile, ...]:
    """The same tables, each with what is untidy between it and the others."""
    named: dict[str, list[tuple[TableProfile, ColumnProfile]]] = defaultdict(list)
    for table in tables:
        for column in table.columns:
            named[words_of(column.name)].append((table, column))
    more: dict[str, list[Finding]] = defaultdict(list)
    for name, places in named.items():
        if len(places) > 1 and name not in NO_NAMES:
            for table, column in places:
                found = _between(table, column, places)
                more[table.line] += [found] if found else []
    return tuple(replace(table, findings=(*table.findings, *more[table.line])) for table in tables)


def _between(
    table: TableProfile, column: ColumnProfile, places: Sequence[tuple[TableProfile, ColumnProfile]]
) -> Finding | None:
    """The gravest of what differs."""
    for kind, aspect in ((TYPES_DIFFER, _family), (LENGTHS_DIFFER, _type), (PATTERNS_DIFFER, _pattern)):
        here = aspect(column)
        others = sorted(
            {
                f"{there} in {other.line}"
                for other, one in places
                if (there := aspect(one)) and there != here and other is not table
            }
        )
        if here and others:
            return finding(
                kind, column.name, Hit(column.values, more=f"{here} here, {' and '.join(others[:3])}"), table
            )
    return None


def _family(column: ColumnProfile) -> str:
    return {"moment": "a date", "number": "a number", "text": "text", "boolean": "a boolean"}.get(
        column.family, column.type
    )


def _type(column: ColumnProfile) -> str:
    return column.type


def _pattern(column: ColumnProfile) -> str:
    """Where one pattern is of nearly all values."""
    if column.text is None or not column.patterns or "9" not in str(column.patterns[0].value):
        return ""
    return f"{column.patterns[0].value}" if column.patterns[0].rows >= 0.9 * column.text.looked_at else ""
