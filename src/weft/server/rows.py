"""Rows of a relation as the answer to a request: chosen, in parts, with the fields of a shape."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from weft.server.answers import tagged
from weft.server.asking import Asker
from weft.server.paging import Part

if TYPE_CHECKING:
    import pyarrow as pa


def equal(table: pa.Table, said: dict[str, str]) -> pa.Table:
    """The rows whose columns equal what is said of them; an empty text says nothing."""
    import pyarrow.compute as pc

    for column, value in said.items():
        if value:
            table = table.filter(pc.equal(table.column(column), value))
    return table


def with_tag(table: pa.Table, tag: str) -> pa.Table:
    """The rows that carry a tag; all of them where none is said."""
    if not tag:
        return table
    import pyarrow as pa

    return table.filter(pa.array([tag in tags for tags in table.column("tags").to_pylist()], pa.bool_()))


def listed(table: pa.Table, shape: Any, part: Part, asking: Asker) -> Response:
    """One part of a relation's rows, with the fields of a dataclass, as `{"items", "next"}`."""
    rows, following = part.rows(table.select([field.name for field in fields(shape)]))
    return tagged({"items": rows, "next": following}, asking.request)
