"""What a consumer would read if some changes alone were made: the names that its SQL says, with the columns behind them then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from weft.names import LineName
from weft.plan.changes.change import Change
from weft.product.contract import Column, Contract, Table
from weft.product.mesh import Read, spelled


def reads_after(
    reads: Mapping[str, Read], line: LineName, changes: Sequence[Change], new: Contract
) -> dict[str, Read] | None:
    """None where nobody reads the line any more, as its table is gone. `new` is the contract with all changes made."""
    found: dict[str, Read] = {}
    for name, read in reads.items():
        if read.line != line:
            found[name] = read
            continue
        table = _changed(read.table, changes, new.table(read.table.name))
        if table is None:
            return None
        is_renamed = any(change.kind == "table called otherwise" for change in changes)
        called = spelled(read.port, new, table) if is_renamed else name
        found[called] = replace(read, name=called, table=table)
    return found


def _changed(table: Table, changes: Sequence[Change], new: Table | None) -> Table | None:
    if new is None:
        return None
    columns: list[Column] = list(table.columns)
    for change in changes:
        at = next((place for place, column in enumerate(columns) if column.name == change.column), len(columns))
        after = new.column(str(change.after) if change.kind == "column renamed" else change.column)
        match change.kind:
            case "column removed":
                del columns[at]
            case "column renamed" if after:
                columns[at] = replace(after, type=columns[at].type)
            case "column added" if after:
                columns.append(after)
            case "type widened" | "type narrowed" | "type changed":
                columns[at] = replace(columns[at], type=str(change.after))
    return replace(table, columns=tuple(columns))
