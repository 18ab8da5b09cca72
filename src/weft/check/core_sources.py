"""What core data reads of one of its sources, against the columns that this has."""

from __future__ import annotations

from collections.abc import Iterator

from weft.engine.seam import Columns
from weft.errors import Fault, did_you_mean
from weft.product.core_data import CoreSource

MOMENTS = ("DATE", "TIMESTAMP", "VARCHAR")
"""How the types begin that a day can be read of."""


def faults_of_columns(source: CoreSource, columns: Columns) -> Iterator[Fault]:
    """Columns that core.yaml says and the source has not, in the order of core.yaml; a day of another type."""
    types = {name.lower(): type_ for name, type_ in columns}
    names = [name for name, _ in columns]
    for column in source.key:
        if column.lower() not in types:
            yield Fault(
                source.place_of("key"), f"'{source.name}' has no column '{column}'", did_you_mean(column, names)
            )
    if source.updated:
        yield from _updated(source, types.get(source.updated.lower(), ""), names)
    for field, column in source.fields.items():
        if column.lower() not in types:
            message = f"'{source.name}' has no column '{column}', which the field {field} is read from"
            yield Fault(source.place_of(f"fields.{field}"), message, _mend(source, field, names))


def _updated(source: CoreSource, type_: str, names: list[str]) -> Iterator[Fault]:
    place = source.place_of("updated")
    if not type_:
        yield Fault(place, f"'{source.name}' has no column '{source.updated}'", did_you_mean(source.updated, names))
    elif not type_.startswith(MOMENTS):
        message = f"'{source.updated}' of '{source.name}' is {type_}, and says no day"
        yield Fault(place, message, "Name a column of dates or times, or leave `updated` out.")


def _mend(source: CoreSource, field: str, names: list[str]) -> str:
    near = did_you_mean(source.fields[field], names)
    said = f"{near} " if near.startswith("Did") else ""
    return f"{said}Say which under `fields`, or that it has none: `without: [{field}]`."
