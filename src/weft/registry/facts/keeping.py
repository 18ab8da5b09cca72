"""Facts kept as Arrow files, so that a question does not read the registry anew; they may be deleted at any time."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Unknown
from weft.names import sortable_id
from weft.registry.database import Database, Transaction
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation
from weft.registry.facts.relations import RELATIONS
from weft.registry.recording import STATE

if TYPE_CHECKING:
    import pyarrow as pa


MakesLedger = Callable[[Transaction, str], Ledger]
Of = tuple[str, str]
"""The name of a relation, and an environment."""


def facts_of(database: Database, folder: Path, of: Of) -> pa.Table:
    """A relation as it is at this moment. Raises: Unknown."""
    return fresh_facts(database, of, kept_facts(database, folder, of))


def kept_facts(database: Database, folder: Path, of: Of, ledger: MakesLedger = Ledger) -> pa.Table:
    """What of a relation stands while the registry does. Raises: Unknown."""
    name, environment = of
    relation = RELATIONS.get(name)
    if relation is None:
        raise Unknown("relation in the domain mesh", name, RELATIONS)
    with database.reading() as transaction:
        file = _file(transaction, folder, relation, environment)
        if file is None:
            return relation.schema().empty_table()
        found = _read(file)
        return _made(file, relation, ledger(transaction, environment)) if found is None else found


def fresh_facts(database: Database, of: Of, kept: pa.Table) -> pa.Table:
    """With the rows that each question may change."""
    name, environment = of
    relation = RELATIONS[name]
    if relation.fresh is None:
        return kept
    with database.reading() as transaction:
        if not transaction.rows(STATE):
            return kept
        return relation.joined(kept, relation.of(relation.fresh(Ledger(transaction, environment))))


def _file(transaction: Transaction, folder: Path, relation: Relation, environment: str) -> Path | None:
    """Named after the state of the registry that it was made of; None where there is no registry."""
    state = transaction.rows(STATE)
    if not state:
        return None
    of = blake2b(repr((state[0][0], environment, relation.columns)).encode(), digest_size=8).hexdigest()
    revision, journal = state[0][1:]
    return folder / f"{relation.name}-{of}-{revision}-{journal}.arrow"


def _read(file: Path) -> pa.Table | None:
    import pyarrow as pa

    try:
        with pa.memory_map(str(file)) as source:
            return pa.ipc.open_file(source).read_all()
    except (OSError, pa.ArrowInvalid):
        return None


def _made(file: Path, relation: Relation, ledger: Ledger) -> pa.Table:
    table = relation.kept(ledger)
    try:
        _write(table, file)
    except OSError:
        # Facts that could not be kept are as true; only the next question takes longer.
        return table
    return table


def _write(table: pa.Table, file: Path) -> None:
    """Under another name first, so that nobody ever reads half a file; those of older states go."""
    import pyarrow as pa

    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}-{sortable_id()}.partial")
    with pa.OSFile(str(partial), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    partial.replace(file)
    kind = file.stem.rsplit("-", 2)[0]
    for older in file.parent.glob(f"{kind}-*"):
        if older != file:
            older.unlink(missing_ok=True)
