"""The relations of the domain `mesh`, as they are: what policies and reports read is there for every program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.errors import Misuse, Unknown
from weft.query.facts import only
from weft.query.seen import Narrow, relation
from weft.registry.facts import RELATIONS
from weft.server.answers import tagged
from weft.server.asking import Asking, acts
from weft.server.paging import Page

router = APIRouter(prefix="/api/v1/relations", tags=["catalogue"])
Text = Annotated[str, Query(max_length=500)]


@dataclass(frozen=True, slots=True)
class RelationColumn:
    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class RelationSaid:
    """`key` names the columns that tell one row from another."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[RelationColumn, ...]


@dataclass(frozen=True, slots=True)
class RelationList:
    items: tuple[RelationSaid, ...]


@dataclass(frozen=True, slots=True)
class RelationRows:
    """Rows by column name; times are in UTC. `total` counts the rows of all pages."""

    name: str
    total: int
    rows: list[dict[str, Any]]
    next: str


@router.get("", response_model=RelationList, openapi_extra=acts("discover"))
def relations(asking: Asking) -> Response:
    """What there is: each relation with its columns."""
    asking.allow("discover")
    return tagged(RelationList(tuple(_said(name) for name in RELATIONS)), asking.request)


def _said(name: str) -> RelationSaid:
    one = RELATIONS[name]
    columns = tuple(RelationColumn(column.name, column.type, column.description) for column in one.columns)
    return RelationSaid(f"mesh.{name}", one.description, one.key, columns)


@router.get("/{name}", response_model=RelationRows, openapi_extra=acts("discover"))
def relation_rows(
    asking: Asking,
    name: str,
    part: Page,
    where: Annotated[str, Query(max_length=100, description="A column of texts.")] = "",
    equals: Text = "",
) -> Response:
    """Its rows, as whoever asks may know them; those alone whose column `where` equals a text. More is asked with SQL."""
    asking.allow("discover")
    leaf = name.removeprefix("mesh.")
    if leaf not in RELATIONS:
        raise Unknown("relation", name, [f"mesh.{one}" for one in RELATIONS])
    found = relation(asking.library_of(part.env), leaf, _narrowed(leaf, where, equals))
    rows, following = part.rows(found)
    return tagged(RelationRows(f"mesh.{leaf}", found.num_rows, rows, following), asking.request)


def _narrowed(name: str, column: str, value: str) -> Narrow | None:
    """Raises: Misuse."""
    if not column:
        return None
    texts = [one.name for one in RELATIONS[name].columns if one.kind == "text"]
    if column not in texts:
        raise Misuse(f"mesh.{name} has no column of texts '{column}'", mend=f"There is: {', '.join(texts)}.")
    return only(column, [value])
