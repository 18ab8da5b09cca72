"""Policies computed: each one a guarded query over relations of the mesh, all in one locked DuckDB."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from weft.errors import EngineFault, Fault, Place, WeftError, did_you_mean
from weft.names import MESH_DOMAIN
from weft.product.policy import Found, Outcome, Policy

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.engine.reading import Reading
    from weft.engine.seam import Columns
    from weft.settings import EngineSettings

SECONDS = 10.0
"""How long one policy may take: the standard set takes 0.1 s over a thousand products."""
MEMORY = "1GB"
"""Metadata is small: a policy that needs more is none."""
MOST_ROWS = 10_000
"""Of one policy: whoever is told of more mends one at a time nevertheless."""
NEEDED, OPTIONAL = ("subject", "message"), ("mend",)
PARAMETERS = "parameters"
PREFIX = f"{MESH_DOMAIN}."
NOT_READ = ("violations", "audit", "people", "grants", "reads")
"""What policies find cannot be what they find it in; and who did what is not for everybody, as what a policy finds is."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A policy that passed the guard, and the relations of the mesh that it reads."""

    policy: Policy
    relations: tuple[str, ...]


def readable(policies: Iterable[Policy], known: Iterable[str]) -> tuple[tuple[Readable, ...], tuple[Outcome, ...]]:
    """Those that may be computed, and those that may not, with why. `known` are the relations that there are."""
    found: list[Readable] = []
    refused: list[Outcome] = []
    names = frozenset(known)
    for policy in policies:
        try:
            found.append(Readable(policy, _relations(policy, names)))
        except WeftError as error:
            refused.append(Outcome(policy, fault=_fault(policy, error)))
    return tuple(found), tuple(refused)


def _relations(policy: Policy, known: frozenset[str]) -> tuple[str, ...]:
    """Raises: Refused; WeftError, where it reads anything but the mesh's own relations."""
    from weft.sql import references

    found: dict[str, None] = {}
    for one in references(policy.text):
        relation = one.name.removeprefix(PREFIX)
        if one.name == PARAMETERS and policy.parameters:
            continue
        if relation == one.name or relation not in known or relation in NOT_READ:
            raise WeftError(
                f"a policy cannot read '{one.name}'", mend=_instead(one.name, known), place=Place("query", one.line)
            )
        found[relation] = None
    return tuple(found)


def _instead(name: str, known: frozenset[str]) -> str:
    if name == PARAMETERS:
        return "Give it parameters in its header: `-- parameters: days = 90`."
    offered = [f"{PREFIX}{relation}" for relation in known if relation not in NOT_READ]
    return did_you_mean(name, offered) or "It reads relations of the domain `mesh`: `weft show mesh` lists them."


def outcomes(ready: Sequence[Readable], facts: Mapping[str, pa.Table], engine: EngineSettings) -> tuple[Outcome, ...]:
    """What each policy finds, in their order; one that fails has its fault, and spoils none of the others."""
    if not ready:
        return ()
    names = _Names(ready)
    offered: dict[str, pa.Table] = {names.of(relation): table for relation, table in facts.items()}
    offered |= {names.parameters(one.policy): _row(one.policy) for one in ready if one.policy.parameters}
    with _asked(offered, engine) as asked:
        return tuple(_outcome(one, names, asked) for one in ready)


class Asked(Protocol):
    def rows(self, sql: str, most: int) -> tuple[Columns, Iterable[pa.RecordBatch]]:
        """Raises: EngineFault."""


@contextmanager
def _asked(offered: Mapping[str, pa.Table], engine: EngineSettings) -> Iterator[Asked]:
    """Where policies are computed: here, or where this process serves others in one apart."""
    if engine.is_apart:
        from weft.engine.apart.asking import Limits
        from weft.engine.apart.tables import TablesApart

        with TablesApart(offered, datetime.now(UTC), Limits(SECONDS)) as apart:
            yield apart
        return
    from weft.engine.reading import Reading

    with Reading(offered, replace(engine, memory=MEMORY), datetime.now(UTC)) as reading:
        yield Here(reading)


class Here:
    """In this process, interrupted where it takes too long."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def rows(self, sql: str, most: int) -> tuple[Columns, Iterable[pa.RecordBatch]]:
        with _limited(self._reading) as limit:
            try:
                columns = self._reading.columns(sql)
                return columns, list(_first(self._reading.read(sql), most))
            except EngineFault as error:
                if not limit.is_over:
                    raise
                told = f"it took longer than {SECONDS:g} s"
                raise EngineFault(told, mend="Ask for less, or join on fewer rows.") from error


def _first(batches: Iterable[pa.RecordBatch], most: int) -> Iterator[pa.RecordBatch]:
    rows = 0
    for batch in batches:
        yield batch
        rows += batch.num_rows
        if rows >= most:
            return


class _Names:
    """A name of our own for each relation, that stands in no policy's text: no WITH of theirs may take its place."""

    def __init__(self, ready: Sequence[Readable]) -> None:
        texts = "".join(one.policy.text.lower() for one in ready)
        self._prefix = "m"
        while self._prefix in texts:
            self._prefix += "_" if self._prefix.endswith("x") else "x"
        self._order = {one.policy.name: number for number, one in enumerate(ready)}

    def of(self, relation: str) -> str:
        return f"{self._prefix}_{relation}"

    def parameters(self, policy: Policy) -> str:
        return f"{self._prefix}{self._order[policy.name]}"

    def renamed(self, one: Readable) -> str:
        from weft.sql import renamed

        said = {f"{PREFIX}{relation}": self.of(relation) for relation in one.relations}
        return renamed(one.policy.text, said | {PARAMETERS: self.parameters(one.policy)})


def _row(policy: Policy) -> pa.Table:
    import pyarrow as pa

    return pa.table({name: [value] for name, value in policy.parameters.items()})


def _outcome(one: Readable, names: _Names, asked: Asked) -> Outcome:
    began = time.perf_counter()
    try:
        found = tuple(_found(one.policy, *asked.rows(names.renamed(one), MOST_ROWS)))
    except WeftError as error:
        return Outcome(one.policy, fault=_fault(one.policy, error), seconds=time.perf_counter() - began)
    return Outcome(one.policy, found, seconds=time.perf_counter() - began)


def _found(policy: Policy, columns: Columns, batches: Iterable[pa.RecordBatch]) -> Iterator[Found]:
    """Raises: WeftError, where it returns other columns than a policy does, or a row that is about nothing."""
    names = [name.lower() for name, _ in columns]
    _refuse_others(names)
    asked = [*NEEDED, *(name for name in OPTIONAL if name in names)]
    for batch in batches:
        texts = [_texts(batch.column(names.index(name))) for name in asked]
        for subject, message, *mend in zip(*texts, strict=True):
            if not subject:
                raise WeftError(
                    "it returns a row without a subject", mend="Leave such rows out, or name what they are about."
                )
            yield Found(subject, message or policy.title, *mend)


def _texts(column: pa.Array) -> list[str]:
    return ["" if value is None else str(value) for value in column.to_pylist()]


def _refuse_others(columns: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in columns]
    others = [name for name in columns if name not in (*NEEDED, *OPTIONAL)]
    if missing:
        raise WeftError(
            f"it returns no column '{missing[0]}'", mend="A policy returns subject, message and, if it likes, mend."
        )
    if others:
        raise WeftError(
            f"it returns a column '{others[0]}'", mend="A policy returns subject, message and, if it likes, mend."
        )


class _Limit:
    is_over = False


@contextmanager
def _limited(reading: Reading) -> Iterator[_Limit]:
    limit = _Limit()

    def end() -> None:
        limit.is_over = True
        reading.interrupt()

    timer = threading.Timer(SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield limit
    finally:
        timer.cancel()


def _fault(policy: Policy, error: WeftError) -> Fault:
    """Within the policy's own file: its line is the query's."""
    place = Place(policy.place.file, error.place.line if error.place else policy.place.line)
    return Fault(place, f"policy {policy.name} cannot be computed: {error.message}", error.mend)
