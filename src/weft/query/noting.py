"""What an answer brings with it: its place in the query log, and word of lines that come to their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from weft.errors import RegistryFault, WeftError
from weft.identity.caller import caller
from weft.names import LineName, product_of
from weft.product.ending import told
from weft.product.mesh import Mesh
from weft.product.reads import Asked
from weft.query.answer import Answer, Library
from weft.query.naming import Question


def noted(answer: Answer, library: Library, door: str) -> Answer:
    """The same answer, written down in the query log; what whoever asked is to be told beside it is in its `notices`."""
    question = answer.question
    if question.lines and door:
        answer.notices = (*_written(question, library, door), *endings_of(question, library))
    return answer


def columns_of(question: Question) -> dict[LineName, tuple[str, ...]]:
    """The columns that a question reads of each line; all of them where that cannot be told."""
    from weft.sql import columns_read

    try:
        read = columns_read(question.sql, question.columns)
    except WeftError:
        read = {name: tuple(column for column, _ in columns) for name, columns in question.columns.items()}
    found: dict[LineName, tuple[str, ...]] = {}
    for name, line in question.lines.items():
        found[line] = tuple(dict.fromkeys((*found.get(line, ()), *read[name])))
    return found


def _written(question: Question, library: Library, door: str) -> Iterator[str]:
    """Why it could not be written down, where that is so: the answer comes nevertheless."""
    why = question.unwritten
    if library.settings.query_log_days and not why:
        columns = columns_of(question)
        asked = Asked(
            datetime.now(UTC), library.reader.name or caller(), library.environment, door, question.sql, columns
        )
        try:
            library.registry.journal.reads.keep(asked)
        except RegistryFault as fault:
            why = str(fault)
    if why:
        yield f"this read is not in the query log: {why}"


def endings_of(question: Question, library: Library) -> Iterator[str]:
    """Word of each line that is read and comes to its end."""
    lines = dict.fromkeys(question.lines.values())
    products = library.registry.products({product_of(line) for line in lines}, library.environment)
    mesh = Mesh("", {}, products)
    for line in lines:
        if line in mesh.deprecated:
            what, mend = told(line, mesh)
            yield f"{what}. {mend}."
    if not library.reader.is_owner:
        yield from _agreements_end(lines, library)


def _agreements_end(lines: Iterable[LineName], library: Library) -> Iterator[str]:
    """Word of each agreement that a line is read by and that is soon over; one that another outlasts is no concern."""
    from weft.access.agreements import covering, in_force
    from weft.access.lasting import ends_soon

    today = datetime.now(UTC).date()
    products = {product_of(line) for line in lines}
    footing = library.registry.agreements.footing(library.reader.name, products, library.environment)
    mesh, found = footing.mesh(), {}
    for line in lines:
        held = in_force(covering(library.reader, line, footing.agreements, mesh), today)
        if held and all(ends_soon(one, today) for one in held):
            last = max(held, key=lambda one: (one.until or today, one.id))
            found[last.id] = last
    for one in found.values():
        then = "more time is asked for" if one.is_renewal else f"renew it: weft access renew {one.id}"
        yield f"agreement {one.id}, by which you read {one.port}@{one.line}, ends on {one.until}; {then}."
