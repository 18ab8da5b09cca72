"""Why a consumer breaks, is affected or is not, said to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weft.names import ProductName, leaf_of, product_of, table_of
from weft.plan.changes.change import Change
from weft.plan.impact.reached import Cell, Loss
from weft.plan.impact.web import Reader

FEW = 5


def listed(names: Iterable[str]) -> str:
    """A few of them, and how many more."""
    found = list(names)
    shown = ", ".join(found[:FEW])
    return shown if len(found) <= FEW else f"{shown} and {len(found) - FEW} more"


def products_of(path: tuple[Cell, ...]) -> tuple[ProductName, ...]:
    return tuple(dict.fromkeys(product_of(cell.line) for cell in path))


def of_line_gone(reader: Reader) -> str:
    said = "it reads" if reader.transforms else f"its input port '{reader.names[0]}' is of"
    return f"{said} {reader.line}, which is promised no longer"


def of_no_query(reader: Reader) -> str:
    return f"it has an input port '{reader.names[0]}', and none of its transforms reads that"


def of_other_columns(reader: Reader, change: Change) -> str:
    read = listed(reader.columns) or "how many rows there are"
    return f"it reads {read}" + (f", and not '{change.column}'" if change.column else "")


def of_more_columns() -> str:
    return "bound again, its SQL still returns what it promises"


def of_bound_again(change: Change) -> str:
    if not change.column:
        return of_more_columns()
    return f"bound again with '{change.column}' as {change.after}, its SQL still returns what it promises"


def of_retyped(change: Change) -> str:
    return f"it reads '{change.column}', which was {change.before} and is {change.after}"


def of_hidden(change: Change) -> str:
    return f"it reads {_what(change)}, and nothing says that it still may"


def of_sight(change: Change) -> str:
    return f"it reads {_what(change)}, and still may"


def of_taken_table(reader: Reader, change: Change) -> str:
    return f"it reads {reader.line}: {change.reason}"


def of_bound_all_the_same(change: Change) -> str:
    return f"its SQL takes {_what(change)} in without naming it, and returns something else without it"


def of_unpromised(change: Change) -> str:
    return f"it reads {_what(change)}: {change.reason}"


def of_python(change: Change, names_it: bool) -> str:
    if names_it:
        return f"its Python names '{change.column}': {change.reason}"
    return f"its Python is handed the whole table and may read '{change.column}', though its text does not name it"


def of_losses(losses: Sequence[Loss], change: Change) -> str:
    """What the binder said."""
    said = "; ".join(dict.fromkeys(loss.message for loss in losses))
    if change.kind == "type widened":
        return f"with '{change.column}' as {change.after}, {said}"
    return f"it takes every column there is, and {said}" if change.kind == "column added" else said


def of_waiting(path: tuple[Cell, ...]) -> str:
    through = products_of(path)[-2]
    source = next(cell for cell in reversed(path) if product_of(cell.line) == through)
    return f"it reads {table_of(source.line)}, which cannot be made anew: it waits, on the data of before"


def of_rows(reader: Reader) -> str:
    return f"it counts the rows of {reader.line}, and they are others"


def of_meaning(change: Change, path: tuple[Cell, ...], *, flows: bool) -> str:
    first, last = path[0], path[-1]
    what = f"'{first.column}'" if change.column else f"the rows of {leaf_of(first.line)}"
    if flows and change.column:
        return f"'{last.column}' of its {leaf_of(last.line)} inherits the values of {what}"
    if flows:
        return f"'{last.column}' of its {leaf_of(last.line)} is computed over {what}"
    return f"{what} decides which rows its {leaf_of(last.line)} has"


def _what(change: Change) -> str:
    return f"'{change.column}'" if change.column else "the table"
