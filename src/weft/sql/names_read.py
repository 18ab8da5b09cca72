"""What a query reads, by name and place, and the same text with other names in their stead."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from weft.sql.statement import Statement, identifiers, statement


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One place where a query reads a table that is not its own: `name` as `reading` has it, lines and columns from 1."""

    line: int
    column: int
    name: str


def references(text: str) -> tuple[Reference, ...]:
    """Every reference, in the order of the text. Raises: Refused."""
    read = statement(text, parameters=True)
    return tuple(sorted(_reference(read, table) for table in read.found.tables))


def parameters(text: str) -> tuple[str, ...]:
    """What stands for values in a text, each once, in no order: `$name` as `name`, `$1` as `1`, `?` as nothing. Raises: Refused."""
    return tuple(sorted(set(statement(text, parameters=True).found.parameters)))


def name_of(node: exp.Expr) -> str:
    """`departures`, `plane.planes`, `operations.flights.departures@1`: lower-cased where it was written without quotes."""
    return ".".join(part.name if part.args.get("quoted") else part.name.lower() for part in identifiers(node))


def names_of(read: Statement) -> tuple[str, ...]:
    """The names that a statement reads, each once, in the order of the text."""
    tables = sorted(read.found.tables, key=start_of)
    return tuple(dict.fromkeys(name_of(table) for table in tables))


def start_of(node: exp.Expr) -> int:
    return int(next(identifiers(node)).meta["start"])


def end_of(node: exp.Expr) -> int:
    """The offset after a name's last part."""
    return int(list(identifiers(node))[-1].meta["end"]) + 1


def _reference(read: Statement, table: exp.Table) -> Reference:
    start = start_of(table)
    return Reference(read.line(start), start - (read.text.rfind("\n", 0, start) + 1) + 1, name_of(table))
