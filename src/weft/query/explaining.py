"""What somebody sees of a table or a column, and why, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from weft.access.explaining import ColumnSeen, RowsSeen, columns_explained, rows_explained
from weft.access.sight import Sight
from weft.errors import Unknown
from weft.names import LineName
from weft.product.snapshot import Pointer
from weft.query.classified import classified
from weft.query.library import Library
from weft.query.naming import question
from weft.query.seen import known_pointers, sights, viewer


@dataclass(frozen=True, slots=True)
class Explained:
    """`columns` are those that were asked for, all where none was; they are told to whoever may not read, too: as they would be seen."""

    line: LineName
    who: str
    sight: Sight
    columns: tuple[ColumnSeen, ...] = ()
    rows: tuple[RowsSeen, ...] = ()


def explained(library: Library, name: str) -> Explained:
    """`name` is a table, or one of its columns. Raises: Unknown, where there is no such table that they may know of."""
    pointers = dict(known_pointers(library, library.registry.recorded(library.environment).pointers))
    table, column = parted(name)
    line = _line(table, pointers)
    snapshot = library.registry.snapshots([pointers[line].snapshot])[pointers[line].snapshot]
    names = tuple(one for one, _ in snapshot.columns)
    if column and column not in names:
        raise Unknown("column", f"{line}.{column}", names)
    sight = sights(library, [line])[line]
    who = None if library.reader.is_owner else viewer(library, line, sight)
    classes = classified(library)
    columns = columns_explained(line, (column,) if column else names, who, classes)
    return Explained(line, library.reader.name, sight, columns, tuple(rows_explained(line, who, classes)))


def parted(name: str) -> tuple[str, str]:
    """`a.b.t.c` and `a.b.t@1.c` to the table and the column, '' where none is named; a preview's label has dots of its own."""
    table, at, rest = name.partition("@")
    if not at:
        parts = name.split(".")
        return (".".join(parts[:3]), parts[3]) if len(parts) == 4 else (name, "")
    label, dot, column = rest.rpartition(".")
    is_column = bool(dot) and (label.isdigit() or "-" in label) and not column[:1].isdigit()
    return (f"{table}@{label}", column) if is_column else (name, "")


def _line(name: str, pointers: dict[LineName, Pointer]) -> LineName:
    table, at, label = name.partition("@")
    domain, _, rest = table.partition(".")
    spelled = f'{domain}.{rest.rpartition(".")[0]}."{rest.rpartition(".")[2]}{at}{label}"' if "." in rest else name
    (line,) = question(f"SELECT * FROM {spelled}", pointers).lines.values()
    return line
