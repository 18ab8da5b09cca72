"""What is written of an author's query: exactly the promised columns, each cast to its type, no value lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from weft.engine.casts import UNSTORABLE, Cast, cast_of, lossless, stored, written
from weft.engine.seam import Build
from weft.engine.stage import Stage
from weft.errors import EngineFault, Place, TransformFault, did_you_mean
from weft.names import identifier

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

Read = Callable[[str], "DuckDBPyType"]


@dataclass(frozen=True, slots=True)
class Written:
    """`chosen` is what to select of the author's text, nothing where it returns what is promised in order and type.

    `casts` are the written columns with the type given and the type stored.
    """

    chosen: str
    casts: tuple[tuple[str, DuckDBPyType, DuckDBPyType], ...]


def written_columns(given: tuple[tuple[str, DuckDBPyType], ...], build: Build, read: Read) -> Written:
    """How what the text returns becomes what is promised.

    Raises: EngineFault, where a column is missing, too many, or of a type that cannot be assigned.
    """
    types = {name.lower(): type_ for name, type_ in given}
    promised = {name.lower(): name for name, _ in build.columns}
    _must_match(given, build, promised)
    casts = tuple((name, types[name.lower()], stored(read(type_), read)) for name, type_ in build.columns)
    for (name, type_), (_, source, _) in zip(build.columns, casts, strict=True):
        _must_assign(name, source, read(type_), build)
    if [(name, str(type_)) for name, type_ in given] == [(name, str(target)) for name, _, target in casts]:
        return Written("", casts)
    return Written(", ".join(written(name, source, target) for name, source, target in casts), casts)


def _must_match(given: tuple[tuple[str, DuckDBPyType], ...], build: Build, promised: dict[str, str]) -> None:
    returned = {name.lower(): name for name, _ in given}
    for name in (name for key, name in promised.items() if key not in returned):
        raise EngineFault(
            f"column '{name}' is promised, and the SQL does not return it",
            mend=did_you_mean(name, returned.values()),
            place=Place(build.line),
        )
    for name in (name for key, name in returned.items() if key not in promised):
        near = did_you_mean(name, promised.values())
        raise EngineFault(
            f"the SQL returns column '{name}', which the contract does not promise",
            mend=near if near.startswith("Did") else "Add it to the contract, or leave it out of the SQL.",
            place=Place(build.line),
        )


def _must_assign(name: str, given: DuckDBPyType, promised: DuckDBPyType, build: Build) -> None:
    if promised.id in UNSTORABLE:
        raise EngineFault(
            f"column '{name}': Parquet cannot keep {promised}",
            mend="Promise a STRUCT instead.",
            place=Place(build.line),
        )
    if cast_of(given, promised) is Cast.NEVER:
        raise EngineFault(
            f"column '{name}' is {given}, and the contract promises {promised}",
            mend=f"Cast it in the SQL, or promise {given}.",
            place=Place(build.line),
        )


def broken_cast(stage: Stage, build: Build, written: Written) -> TransformFault | None:
    """The first column whose values do not fit what is promised, with one of them; None where it was not a cast that failed."""
    changed = [cast for cast in written.casts if str(cast[1]) != str(cast[2])]
    if not changed:
        return None
    counts = ", ".join(
        f"count(*) FILTER (NOT ({lossless(*cast)})), any_value(CAST({identifier(cast[0])} AS VARCHAR)) FILTER (NOT ({lossless(*cast)}))"
        for cast in changed
    )
    try:
        row = stage.cursor.execute(stage.ready(build.sql, counts).sql).fetchone() or ()
        stage.cursor.abort()
    except duckdb.Error:
        return None
    for (name, given, promised), rows, example in zip(changed, row[::2], row[1::2], strict=True):
        if rows:
            said = f"{rows:,} {'row has' if rows == 1 else 'rows have'} a value that {promised} cannot hold, such as {example}"
            mend = f"Round or cast it in the SQL, or promise {given}."
            return TransformFault(f"column '{name}': {said}", mend=mend, place=Place(build.line))
    return None
