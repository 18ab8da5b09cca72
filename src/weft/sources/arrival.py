"""Data arrives: a source is read into Parquet with the names and types that its contract promises, and what is off is said."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from weft.errors import Place, SourceFault, StoreFault
from weft.product.checks import CheckResult
from weft.product.mesh import Read
from weft.product.product import Product
from weft.product.snapshot import SourceState
from weft.sources import looking
from weft.sources.connection import cursor
from weft.sources.delimited import arrive_csv
from weft.sources.findings import ArrivalFault, results_of
from weft.sources.full import mend
from weft.sources.job import Arrived, Job
from weft.sources.location import Location, location
from weft.sources.prepare import Fetched, Piece
from weft.sources.transfer import Transfer

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Arrival:
    """`files` are Parquet of these `columns` (name, DuckDB type), in order. `state` is what the source looked like when read.

    `original` says that they are the source's own files: only this build may read them, and asks `unchanged` after it has.
    """

    files: tuple[Path, ...]
    columns: tuple[tuple[str, str], ...]
    rows: int
    results: tuple[CheckResult, ...]
    state: SourceState
    original: bool = False
    where: Location | None = None

    def unchanged(self) -> None:
        """Raises: SourceFault where a local file is no longer as it was when it was read, naming it."""
        if self.where and self.where.kind == "files":
            _unchanged(self.where, self.state.parts)


@dataclass(frozen=True, slots=True)
class Request:
    """A read of a product, and where the data of it goes. `previous` spares files that have not changed another digest."""

    read: Read
    product: Product
    root: Path
    into: Path
    previous: SourceState | None = None
    only: frozenset[str] | None = None
    """The files to read, as the source's state names them; all of them where None."""
    transfer: Transfer = field(default_factory=Transfer)
    """How what comes from afar is broken off."""


def arrive(request: Request, connection: duckdb.DuckDBPyConnection | None = None) -> Arrival:
    """Reads a source into `request.into`, a Parquet file; folders beside it are used on the way and removed.

    `connection` is a DuckDB cursor whose session is in UTC and which may read the source's files and write there; without one,
    the sources' own is used. Raises: ArrivalFault (what was found, with results to record), SourceFault, StoreFault.
    """
    where = location(request.read, request.root)
    scratch = request.into.with_name(request.into.name + ".arriving")
    with nullcontext(connection) if connection else cursor() as used:
        job = Job(request.read.table, where.options, request.into, scratch, used)
        try:
            return _arrival(request, where, job)
        except OSError as error:
            what = f"{request.into} cannot be written ({error.strerror or error})"
            raise StoreFault(what, mend=mend(error)) from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _arrival(request: Request, where: Location, job: Job) -> Arrival:
    read, product = request.read, request.product
    columns = tuple((column.name, column.type) for column in read.table.columns)
    fetched = _fetched(request, where, job)
    state = looking.state_of(where, read, product, fetched.parts)
    if where.format == "parquet" and where.kind == "files" and (rows := _matching(fetched.pieces, job)) is not None:
        results = results_of((), (product.name, read.name), rows)
        return Arrival(tuple(piece.path for piece in fetched.pieces), columns, rows, results, state, True, where)
    arrived = _read(fetched.pieces, where, job) if fetched.pieces else Arrived(0, ())
    findings = fetched.findings + arrived.findings
    if where.kind == "database":
        findings = tuple(replace(finding, lines=()) for finding in findings)
    results = results_of(findings, (product.name, read.name), arrived.rows)
    if any(finding.severity == "error" for finding in findings):
        request.into.unlink(missing_ok=True)
        raise ArrivalFault(findings, results)
    files = (request.into,) if fetched.pieces or request.only is None else ()
    arrival = Arrival(files, columns, arrived.rows, results, state, where=where)
    arrival.unchanged()
    return arrival


def _fetched(request: Request, where: Location, job: Job) -> Fetched:
    match where.kind:
        case "files":
            from weft.sources import local

            parts = local.parts(where, request.previous.parts if request.previous else {})
            only = request.only
            files = (path for path in local.files(where) if only is None or where.shown(path) in only)
            return Fetched(parts, [Piece(Path(path), where.shown(path)) for path in files])
        case "url":
            from weft.sources import http

            return request.transfer.run(lambda: http.fetched(where, job.scratch, request.transfer))
        case "database":
            from weft.sources import postgres

            return request.transfer.run(lambda: postgres.copied(where, job, request.transfer))
    assert_never(where.kind)


def _matching(pieces: list[Piece], job: Job) -> int | None:
    from weft.sources.parquet import matching

    return matching(pieces, job)


def _read(pieces: list[Piece], where: Location, job: Job) -> Arrived:
    match where.format:
        case "csv":
            return arrive_csv(pieces, job)
        case "":
            from weft.sources.postgres import WRITTEN

            return arrive_csv(pieces, replace(job, options=WRITTEN))
        case "parquet":
            from weft.sources.parquet import arrive_parquet

            return arrive_parquet(pieces, job)
        case _:
            from weft.sources.documents import arrive_json

            return arrive_json(pieces, where.format, job)


def _unchanged(where: Location, parts: Mapping[str, str]) -> None:
    from weft.sources import local

    now = {where.shown(path): stat for path, stat in local.files(where).items()}
    for file, part in parts.items():
        size, mtime_ns, _ = part.split(":", 2)
        stat = now.get(file)
        if stat is None or str(stat.st_size) != size or mtime_ns not in ("0", str(stat.st_mtime_ns)):
            what = "vanished" if stat is None else "changed"
            raise SourceFault(f"it {what} while it was read", mend="Apply again once it is whole.", place=Place(file))
