"""`weft suggest` of a published table: its past snapshots, what they let expect of the next, and the contract that it is written into."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Misuse, Unknown
from weft.names import LineName, product_of
from weft.profile.suggesting.values import Suggested, Suggestion
from weft.session.session import Session

if TYPE_CHECKING:
    from weft.engine.seam import Bench
    from weft.product.contract import Contract, Table
    from weft.product.snapshot import Snapshot
    from weft.profile.suggesting.history import Batch, History, Reference
    from weft.profile.values import TableProfile

MOST_BATCHES = 30
PARTS = 10
"""Into so many the newest snapshot is parted where there are too few of them."""
MOST_PARTED_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is suggested of one line, and `file`, the contract that says what is promised of it, relative to the mesh's root.

    `unsaid` are the suggestions that the contract does not hold yet.
    """

    line: LineName
    """Empty where it is of a file."""
    table: str
    file: str
    suggested: Suggested
    unsaid: tuple[Suggestion, ...]
    drafted: str = ""
    """The contract's text, where there is none yet: it is drafted as a whole."""


def proposal(session: Session, name: str) -> Proposal:
    """What the past of `domain.product.table[@line]` lets expect of its next snapshot.

    Raises: Unknown; Misuse, where it was never published; Refused, where somebody else's eyes are looked through; EngineFault.
    """
    from weft.profile.suggesting.learning import suggested
    from weft.profile.suggesting.odcs import unsaid

    session.refuse_onlooker()
    line, contract, table = promised(session, name)
    bench = session.engine.bench(datetime.now(UTC))
    try:
        found = suggested(_history(session, bench, (line, contract, table)), _profile(session, line))
    finally:
        bench.close()
    return Proposal(line, table.name, contract.file, found, unsaid(table, found.suggestions))


def _profile(session: Session, line: LineName) -> TableProfile | None:
    """The kept profile of what is published, made where there is none: what its columns mean in the world."""
    from weft.session.profiles import profiles

    if session.settings.is_remote:
        return None
    (found,) = profiles(session, [line])
    return found


def patched(session: Session, of: Proposal, only: Collection[str] | None = None) -> tuple[str, str]:
    """The contract's text as it is, and with the suggestions in it; of some alone where their ids are given. Nothing is written.

    Raises: Unknown, for an id that is none.
    """
    from weft.profile.suggesting.odcs import with_suggestions
    from weft.workspace.text import bytes_of, text_of

    chosen = _chosen(of.unsaid, only)
    if of.drafted:
        return "", with_suggestions(of.drafted, of.table, chosen)
    text = text_of(bytes_of(session.settings.root, of.file), of.file)
    return text, with_suggestions(text, of.table, chosen)


def write(session: Session, of: Proposal, only: Collection[str] | None = None) -> Path | None:
    """Puts the suggestions into the contract's file; None where there was nothing to put. Raises: Unknown, StoreFault."""
    from weft.workspace.changing import Changes, write_changes

    before, after = patched(session, of, only)
    if before == after:
        return None
    path = session.settings.root / of.file
    change = Changes(made={path: after}) if of.drafted else Changes(replaced={path: after})
    write_changes(change, session.settings.root)
    session.refresh()
    return path


def _chosen(suggestions: Sequence[Suggestion], only: Collection[str] | None) -> tuple[Suggestion, ...]:
    known = {one.id for one in suggestions}
    for name in only or ():
        if name not in known:
            raise Unknown("suggestion", name, sorted(known))
    return tuple(one for one in suggestions if only is None or one.id in only)


def promised(session: Session, name: str) -> tuple[LineName, Contract, Table]:
    """The line of a table's name, and where it is promised. Raises: Unknown."""
    known = session.mesh.newest_stable()
    line = LineName(name) if "@" in name else known.get(name)
    found = session.mesh.promise(line) if line else None
    if line is None or found is None:
        raise Unknown("table", name, sorted(known))
    return line, *found


def _history(session: Session, bench: Bench, of: tuple[LineName, Contract, Table]) -> History:
    """The newest snapshots of a line, those that are equal to the one before left out."""
    from weft.profile.suggesting.chances import FEW
    from weft.profile.suggesting.history import Batch, History

    line, contract, table = of
    snapshots = _snapshots(session, line)
    columns = snapshots[-1].columns
    batches = []
    for at, snapshot in enumerate(snapshots):
        bench.offer(f"past {at}", session.store.paths(snapshot), columns)
        batches.append(Batch(f"past {at}", snapshot.created_at))
    references = tuple(_references(session, bench, (line, contract, table)))
    if len(batches) >= FEW:
        told = f"{len(batches)} snapshots of {snapshots[0].created_at:%Y-%m-%d} to {snapshots[-1].created_at:%Y-%m-%d}"
        return History(bench, table.name, columns, tuple(batches), told, references)
    parts = parted(bench, batches[-1], snapshots[-1].rows)
    told = (
        f"one snapshot in {len(parts)} parts, for there are but {len(batches)} snapshots"
        if len(batches) > 1
        else f"the only snapshot, in {len(parts)} parts"
    )
    return History(bench, table.name, columns, parts, told, references, batches[-1])


def _snapshots(session: Session, line: LineName) -> list[Snapshot]:
    """The oldest first; of the columns that the newest has. Raises: Misuse, where there is none with rows."""
    published = session.registry.rollbacks.publishes(product_of(line), session.environment)
    ids = dict.fromkeys(one.snapshots[line] for one in published if line in one.snapshots)
    known = session.registry.snapshots(list(ids))
    found = [known[one] for one in ids if one in known and known[one].rows]
    if not found:
        raise Misuse(
            f"{line} was not published with rows yet", mend=f"Publish it first: weft apply -s {product_of(line)}"
        )
    alike: list[Snapshot] = []
    for snapshot in found:
        if snapshot.columns == found[0].columns and all(snapshot.content != one.content for one in alike):
            alike.append(snapshot)
    return alike[:MOST_BATCHES][::-1]


def parted(bench: Bench, batch: Batch, rows: int) -> tuple[Batch, ...]:
    """One content in parts of equal size, in the order of its rows; of a large one, of some of its rows."""
    every = max(rows // MOST_PARTED_ROWS, 1)
    count = max(min(PARTS, rows // 2), 1)
    numbered = f'SELECT *, row_number() OVER () - 1 AS "row of history" FROM "{batch.name}"'
    bench.step("parted", f'SELECT * FROM ({numbered}) AS numbered WHERE "row of history" % {every} = 0', stored=True)
    for at in range(count):
        bench.step(
            f"part {at}", f'SELECT * FROM "parted" WHERE "row of history" * {count} // {rows} = {at}', stored=False
        )
    return tuple(replace(batch, name=f"part {at}") for at in range(count))


def _references(session: Session, bench: Bench, of: tuple[LineName, Contract, Table]) -> Iterator[Reference]:
    """Published tables that the contract may refer to, which have a key of one column: its own, and those that the product reads."""
    from weft.profile.suggesting.history import Reference

    for name, (snapshot, its_table) in beside(session, of).items():
        if len(its_table.key) == 1:
            bench.offer(name, session.store.paths(snapshot), snapshot.columns)
            yield Reference(name, its_table.key[0], dict(snapshot.columns)[its_table.key[0]])


def beside(session: Session, of: tuple[LineName, Contract, Table]) -> dict[str, tuple[Snapshot, Table]]:
    """The published tables that a contract's table may name, by what it calls them: others of its own, and those that the product reads."""
    line, contract, table = of
    product = session.mesh.products[product_of(line)]
    known = {
        one.name: (product.line(one.name, contract.line), one) for one in contract.tables if one.name != table.name
    }
    known |= {name: (read.line, read.table) for name, read in session.mesh.reads(product).items() if read.line}
    pointers = session.recorded.pointers
    snapshots = session.registry.snapshots(
        [pointers[other].snapshot for other, _ in known.values() if other in pointers]
    )
    there = {name: (pointers[other].snapshot, its) for name, (other, its) in known.items() if other in pointers}
    return {name: (snapshots[snapshot], its) for name, (snapshot, its) in there.items() if snapshot in snapshots}
