"""Files of snapshots on their way in and out: whose they are, whether they are what is said, and who may have them whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from weft.access import Reader
from weft.errors import NotKept, Refused, TooLarge, Unknown
from weft.names import PROD, LineName, ProductName, RunId, SnapshotId, domain_of
from weft.product.snapshot import Publication, Snapshot, SnapshotFile
from weft.server.seams.candidate import Candidate, declaring
from weft.server.seams.desk import Desk, refuse_misnamed, refuse_no_product
from weft.server.seams.noting import Fetch

SEALED = "sealed files"
MOST_SEALED = 10_000
"""So many files are remembered as they were handed over; others are counted again when they are published."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a client says of a file that it hands over."""

    run: RunId
    line: LineName
    said: SnapshotFile


def expected(desk: Desk, handed: Handed, most_bytes: int) -> Path:
    """Where to write it, in the run's own name. Raises: Refused, Misuse, TooLarge."""
    refuse_misnamed([handed.line])
    desk.allow("apply", domain_of(handed.line))
    desk.own_run(handed.run)
    if handed.said.bytes > most_bytes:
        raise too_large(handed, most_bytes)
    return desk.asking.serving.session.store.target(handed.run, handed.line)


def too_large(handed: Handed, most_bytes: int) -> TooLarge:
    mend = "Publish less in one table, or let the platform raise the limit: mesh.yaml, server."
    return TooLarge(f"{handed.line}: one file may hold {most_bytes / 2**30:g} GiB", mend=mend)


def sealed(desk: Desk, handed: Handed, path: Path) -> SnapshotFile:
    """What arrived, once it is what was said: whole, a Parquet file, of so many rows. Raises: Refused, and the file is gone; StoreFault."""
    try:
        found = desk.asking.serving.session.store.seal(path, handed.said.rows)
        if (found.bytes, found.digest) != (handed.said.bytes, handed.said.digest):
            raise Refused(f"{handed.line}: what arrived is not what was sent", mend="Apply again.")
        if _rows_of(path, handed.line) != handed.said.rows:
            raise Refused(f"{handed.line}: the file has other rows than was said", mend="Apply again.")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    remembered = desk.asking.serving.parts.setdefault(SEALED, {})
    while len(remembered) >= MOST_SEALED:
        remembered.pop(next(iter(remembered)), None)
    remembered[found.path] = found
    return found


def _rows_of(path: Path, line: LineName) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError) as error:
        raise Refused(f"{line}: what arrived is no Parquet file", mend="Apply again.") from error


def refuse_foreign_files(desk: Desk, publication: Publication) -> None:
    """New snapshots are made of files that this very run handed over for that very line, and of parts that stay as they stand there.

    Raises: Refused; StoreFault, where one is missing.
    """
    for snapshot in publication.new_snapshots:
        standing = _standing_files(desk, publication, snapshot.line) if any(f.part for f in snapshot.files) else ()
        for file in snapshot.files:
            if file not in standing:
                _refuse_foreign(desk, snapshot, file)


def _standing_files(desk: Desk, publication: Publication, line: LineName) -> tuple[SnapshotFile, ...]:
    """The files of the snapshot that a line stands at."""
    registry = desk.asking.serving.session.registry
    pointer = registry.recorded(publication.environment).pointers.get(line)
    found = registry.snapshots([pointer.snapshot]).get(pointer.snapshot) if pointer else None
    return found.files if found else ()


def _refuse_foreign(desk: Desk, snapshot: Snapshot, file: SnapshotFile) -> None:
    domain, product, table = snapshot.line.split(".", 2)
    path = PurePosixPath(file.path)
    its_own = path.parent == PurePosixPath(domain, product, table) and path.name.startswith(f"{snapshot.run}-")
    if not its_own or str(path) != file.path:
        raise Refused(f"{file.path} was not handed over for {snapshot.line} by run {snapshot.run}")
    known = desk.asking.serving.parts.get(SEALED, {}).get(file.path)
    if known is not None:
        if known != replace(file, part=None, statistics=None):
            raise Refused(f"{snapshot.line}: {file.path} is not what was handed over", mend="Apply again.")
        return
    # Another server process took it: what counts are the bytes that are there.
    store = desk.asking.serving.session.store
    path_there = store.paths(replace(snapshot, files=(file,)))[0]
    if store.verify(replace(snapshot, files=(file,))) or _rows_of(path_there, snapshot.line) != file.rows:
        raise Refused(f"{snapshot.line}: {file.path} is not what was handed over", mend="Apply again.")


def opened(desk: Desk, asked: tuple[SnapshotId, int], readers: Sequence[str]) -> tuple[Fetch, BinaryIO]:
    """A snapshot's file, open to be sent whole, and for whom. Raises: Refused, NotKept, Unknown, StoreFault."""
    id_, number = asked
    found = desk.registry.snapshots([id_]).get(id_)
    if found is None:
        raise NotKept(f"snapshot {id_} is no longer kept", mend="Run it again: a newer one has taken its place.")
    if not 0 <= number < len(found.files):
        raise Unknown(f"file of snapshot {id_}", str(number), map(str, range(len(found.files))))
    whom = refuse_unread(desk, found.line, readers)
    path = desk.asking.serving.session.store.paths(replace(found, files=(found.files[number],)))[0]
    return Fetch(desk, found, number, whom), path.open("rb")


def refuse_unread(desk: Desk, line: LineName, readers: Sequence[str]) -> str:
    """Whole files go to a line's own domain, and to products that may read it, which are built by the caller. As whom. Raises: Refused."""
    if desk.may("read unpublished", domain_of(line)):
        return desk.reader.name
    refusal: Refused | None = None
    for name in readers:
        refuse_no_product(name)
        desk.allow("apply", domain_of(ProductName(name)))
        try:
            _refuse_unread_by(desk, line, ProductName(name))
        except Refused as refused:
            refusal = refused
        else:
            return name
    if refusal is not None:
        raise refusal
    mend = "Ask for its rows with `weft query`; a product of yours reads it by an input port."
    raise Refused(f"no product of yours reads {line}", mend=mend)


def _refuse_unread_by(desk: Desk, line: LineName, name: ProductName) -> None:
    from weft.query.seen import refuse_unseen

    promised = desk.mesh(PROD).promise(line)
    library = replace(desk.library(PROD), reader=Reader(name))
    if promised is not None:
        library = replace(library, registry=Candidate(desk.registry, declaring(name, promised[0], line)))
    refuse_unseen(library, [line])


def broken(desk: Desk, id_: SnapshotId) -> tuple[str, ...]:
    """The files of one's own snapshot whose bytes are not what was recorded. Raises: NotKept, Refused."""
    found = desk.registry.snapshots([id_]).get(id_)
    if found is None:
        raise NotKept(f"snapshot {id_} is no longer kept")
    desk.allow("apply", domain_of(found.line))
    return desk.asking.serving.session.store.verify(found)
