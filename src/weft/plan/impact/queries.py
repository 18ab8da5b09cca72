"""The file of a consumer that reads a column, and the line of it: found by the words of its text."""

from __future__ import annotations

import re

from weft.errors import Place
from weft.names import product_of
from weft.plan.impact.reached import Cell
from weft.plan.impact.web import Reader, Web


def query_of(reader: Reader, column: str) -> Place:
    """The transform that says the column, and where; else the first that reads the line; without one, the input port."""
    if found := _saying(reader, column):
        return found[0]
    if reader.transforms:
        return Place(reader.transforms[0].file)
    names = {name.partition(".")[0] for name in reader.names}
    return next((port.place for port in reader.product.input_ports if port.name in names), Place(""))


def query_into(path: tuple[Cell, ...], web: Web) -> Place:
    """The file by which the last product of a path reads the one before it."""
    consumer = product_of(path[-1].line)
    source = next((cell for cell in reversed(path) if product_of(cell.line) != consumer), path[0])
    found = (reader for reader in web.readers.get(source.line, ()) if reader.name == consumer)
    return next((query_of(reader, source.column) for reader in found), Place(""))


def text_of(reader: Reader, column: str) -> str:
    """The line of a transform that says the column; empty where none does."""
    found = _saying(reader, column)
    return found[1] if found else ""


def _of_core(reader: Reader, column: str) -> tuple[Place, str] | None:
    """Where core.yaml reads a column of the line, and what of: a field, a record's key, or when it was changed."""
    core = reader.product.core
    for source in (one for one in core.sources if one.name in reader.names) if core else ():
        fields = ((f"fields.{field}", one) for field, one in source.fields.items())
        for part, one in (*(("key", one) for one in source.key), ("updated", source.updated), *fields):
            if column.lower() == one.lower():
                return source.place_of(part), f"{source.name}: {part.removeprefix('fields.')} is {column}"
    return None


def _saying(reader: Reader, column: str) -> tuple[Place, str] | None:
    """The first place that says the word outside comments."""
    word = re.compile(rf"(?<!\w){re.escape(column)}(?!\w)", re.IGNORECASE)
    for transform in reader.transforms if column else ():
        if transform.language == "core":
            if found := _of_core(reader, column):
                return found
            continue
        mark = "--" if transform.language == "sql" else "#"
        for number, text in enumerate(transform.text.splitlines(), 1):
            if word.search(text.partition(mark)[0]):
                return Place(transform.file, number), " ".join(text.split())
    return None
