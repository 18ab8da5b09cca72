"""A test of a transform that gives, or expects, what is not there: names that it does not read, columns that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from weft.check.ground import Ground
from weft.errors import Fault, Faults, did_you_mean
from weft.standards.document import Document


def a_test_says_what_is_not_there(ground: Ground) -> Iterator[Fault]:
    """Files off their schema were said when they were read, and are left alone here."""
    if ground.root is None:
        return
    for file in ground.product.test_files:
        document = _document(ground.root, file)
        key = file.rpartition("/")[2].rpartition(".")[0]
        if document is not None and key in ground.made:
            yield from _faults(document, key, ground)


def _document(root: Path, file: str) -> Document | None:
    from weft.standards.document import read
    from weft.standards.schemas import faults_of

    try:
        document = read((root / file).read_text(encoding="utf-8"), file)
    except (Faults, OSError, UnicodeError):
        return None
    return None if faults_of(document, "tests") else document


def _faults(document: Document, key: str, ground: Ground) -> Iterator[Fault]:
    reads = _reached(key, ground)
    returned = ground.columns(key)
    for number, case in enumerate(document.data):
        yield from _as_of(document, case, number)
        for name, rows in case["given"].items():
            where = (number, "given", name)
            if name not in reads:
                message = f"'{name}' is given, and {key} does not read it, nor do its steps"
                yield Fault(document.place(*where), message, did_you_mean(name, reads))
            elif (columns := ground.columns(name)) is not None:
                yield from _rows(document, where, rows, (name, columns))
        if returned is not None:
            yield from _rows(document, (number, "expect"), case["expect"], (key, returned))


def _reached(key: str, ground: Ground) -> set[str]:
    """What a transform reads, itself or through other transforms of its product."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        names = set(ground.made[waiting.pop()].reading.names) - found
        found |= names
        waiting += [name for name in names if name in ground.made]
    return found


def _rows(
    document: Document, where: tuple[str | int, ...], rows: list[Mapping[str, Any]], table: tuple[str, Any]
) -> Iterator[Fault]:
    name, columns = table
    known = {column.lower() for column, _ in columns}
    for at, row in enumerate(rows):
        for column in row:
            if str(column).lower() not in known:
                message = f"'{name}' has no column '{column}'"
                mend = did_you_mean(str(column), [one for one, _ in columns])
                yield Fault(document.place(*where, at, column), message, mend)


def _as_of(document: Document, case: Mapping[str, Any], number: int) -> Iterator[Fault]:
    said = case.get("as_of")
    try:
        if said is not None:
            datetime.fromisoformat(str(said))
    except ValueError:
        yield Fault(document.place(number, "as_of"), f"'{said}' is no time", "Write one such as 2013-01-31T12:00:00Z.")
