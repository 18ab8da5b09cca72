"""A transform that returns other columns than its contract promises, or types that cannot be assigned to the promised ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weft.check.ground import Ground
from weft.engine.seam import Columns
from weft.errors import Fault, Place, WeftError, closest
from weft.product.contract import Table
from weft.product.product import Transform
from weft.sql import output_lines


def a_transform_returns_other_columns(ground: Ground) -> Iterator[Fault]:
    """Names are compared without case, as DuckDB compares them; whether a value is null is seen when it is run."""
    for key, (_, table) in ground.promised.items():
        columns = ground.bound[key].columns if key in ground.bound else None
        if columns is not None:
            transform = ground.made[key]
            yield from _missing(table, columns, transform)
            yield from _surplus(table, columns, transform)
            yield from _other_types(table, columns, transform, ground)


def _missing(table: Table, columns: Columns, transform: Transform) -> Iterator[Fault]:
    returned = {name.lower() for name, _ in columns}
    promised = {column.name.lower() for column in table.columns}
    for column in table.columns:
        if column.name.lower() not in returned:
            message = f"column '{column.name}' of '{table.name}' is promised, and {transform.file} does not return it"
            spare = [name for name, _ in columns if name.lower() not in promised]
            yield Fault(column.place, message, _meant(column.name, spare) or "Return it, or remove it here.")


def _surplus(table: Table, columns: Columns, transform: Transform) -> Iterator[Fault]:
    promised = {column.name.lower() for column in table.columns}
    returned = {name.lower() for name, _ in columns}
    lines = output_lines(transform.text)
    for name, type_ in columns:
        if name.lower() not in promised:
            message = f"this returns column '{name}' ({type_}), which the contract of '{table.name}' does not promise"
            spare = [column.name for column in table.columns if column.name.lower() not in returned]
            mend = _meant(name, spare) or f"Leave it out, or add it to {table.place.file}."
            yield Fault(Place(transform.file, lines.get(name.lower(), 0)), message, mend)


def _meant(name: str, spare: Sequence[str]) -> str:
    near = closest(name, spare)
    return f"Did you mean '{near}'?" if near else ""


def _other_types(table: Table, columns: Columns, transform: Transform, ground: Ground) -> Iterator[Fault]:
    lines = output_lines(transform.text)
    returned = {name.lower(): type_ for name, type_ in columns}
    for column in table.columns:
        type_ = returned.get(column.name.lower())
        if type_ is None:
            continue
        try:
            fits = ground.engine.assignable(type_, column.type)
        except WeftError as error:
            yield Fault(column.place, error.message, error.mend)
            continue
        if not fits:
            message = f"column '{column.name}' is {type_} here, and the contract promises {column.type}"
            mend = f"Cast it, CAST({column.name} AS {column.type}), or promise another type in {column.place}."
            place = Place(transform.file, lines.get(column.name.lower(), 0))
            if transform.language == "core":
                place, mend = column.place, f"Promise it: `physicalType: {type_}`."
                message = f"column '{column.name}' of core data is {type_}, and this promises {column.type}"
            yield Fault(place, message, mend)
