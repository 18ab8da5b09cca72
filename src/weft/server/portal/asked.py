"""What may be known of a question before and after it is asked: a link to it that lasts, what is not its reader's to read, and
where the columns of its answer come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from weft.errors import WeftError, sentence
from weft.names import LineName, product_and_key, table_of
from weft.query.facts import Facts
from weft.query.library import Library
from weft.query.naming import Question, question
from weft.query.seen import known_pointers, sights
from weft.server.answers import answer
from weft.server.asking import Asking, acts
from weft.server.portal.completing import words
from weft.server.portal.links import lineage_of

router = APIRouter(prefix="/query", include_in_schema=False)
QUERY = acts("query")


class Typed(BaseModel):
    """A question as it stands in the editor; `begun` is the word that is being typed."""

    model_config = ConfigDict(extra="forbid")
    sql: str = Field(max_length=100_000)
    begun: str = Field("", max_length=200)


Said = Annotated[Typed, Body()]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A table of a question whose rows are not for whoever asks, why, and where to ask for it."""

    table: str
    why: str
    link: str


@dataclass(frozen=True, slots=True)
class Origin:
    name: str
    link: str


@router.post("/words", openapi_extra=QUERY)
def query_words(asking: Asking, said: Said) -> Response:
    """Completion of names."""
    asking.allow("query")
    return answer(words(asking.library, said.begun, said.sql))


@router.post("/lasting", openapi_extra=QUERY)
def lasting_question(asking: Asking, said: Said) -> Response:
    """The question with the line of each table that it names: a new major version does not change what a link asks."""
    asking.allow("query")
    return answer({"sql": lasting(asking.library, said.sql)})


@router.post("/withheld", openapi_extra=QUERY)
def withheld_tables(asking: Asking, said: Said) -> Response:
    asking.allow("query")
    return answer(withheld(asking.library, said.sql))


@router.post("/origins", openapi_extra=QUERY)
def origins_of_columns(asking: Asking, said: Said) -> Response:
    asking.allow("query")
    return answer(origins(asking.library, said.sql))


def lasting(library: Library, sql: str) -> str:
    """As it is, where it cannot be read."""
    from weft.sql import renamed

    try:
        lines = _question(library, sql).lines
        return renamed(sql, {name: _quoted(line) for name, line in lines.items() if "@" not in name})
    except WeftError:
        return sql


def _quoted(line: LineName) -> str:
    """With quotes where SQL wants them, and nowhere else: people read it."""
    product, key = product_and_key(line)
    return f'{product}."{key}"'


def withheld(library: Library, sql: str) -> list[Withheld]:
    """Only of tables that whoever asks may know of: the others are not there."""
    try:
        lines = dict.fromkeys(_question(library, sql).lines.values())
    except WeftError:
        return []
    return [
        Withheld(
            str(table_of(line)),
            f"{sentence(one.decision.reason)} {one.decision.mend}".strip(),
            f"/requests/new?table={table_of(line)}",
        )
        for line, one in sights(library, lines).items()
        if not one.is_allowed
    ]


def origins(library: Library, sql: str) -> dict[str, list[Origin]]:
    """Each column of the answer to the columns whose values it is computed from, where that can be followed."""
    from weft.sql import column_lineage

    try:
        lines, facts = _question(library, sql).lines, Facts(library)
        reads = {name: _columns(facts, line) for name, line in lines.items()}
        found: dict[str, list[Origin]] = {}
        for edge in column_lineage(sql, reads):
            known = found.setdefault(edge.column, [])
            if edge.source and edge.kind == "value":
                name = f"{facts.shown(lines[edge.source])}.{edge.source_column}"
                known.append(Origin(name, lineage_of(name)))
    except (WeftError, KeyError):
        return {}
    return found


def _question(library: Library, sql: str) -> Question:
    pointers = known_pointers(library, library.registry.recorded(library.environment).pointers)
    return question(sql, pointers)


def _columns(facts: Facts, line: LineName) -> tuple[tuple[str, Any], ...]:
    promise = facts.mesh.promise(line)
    return tuple((column.name, column.type) for column in promise[1].columns) if promise else ()
