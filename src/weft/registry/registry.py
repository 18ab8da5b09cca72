"""The registry over a database: each method opens one transaction and hands it to the room's own functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from weft.names import PROD, ProductName, RunId, SnapshotId
from weft.product.checks import CheckResult
from weft.product.environment import Base, Edition, Environment, Published
from weft.product.mesh import Domain
from weft.product.product import Product
from weft.product.snapshot import ColumnEdge, Event, Publication, Recorded, RunState, Snapshot, StepRecord
from weft.registry import environments, publishing, reading, recording, runs, sweeping
from weft.registry.database import Database, Transaction

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.plan.promotion import Promotion
    from weft.plan.rollback import Rollback
    from weft.registry.audit import SQLAudit
    from weft.registry.footing import Known
    from weft.registry.seam import (
        Agreements,
        Audit,
        Declassifications,
        Environments,
        Identities,
        Journal,
        Outbox,
        Previews,
        Profiles,
        Reads,
        Rollbacks,
        Rules,
    )


class SQLRegistry:
    def __init__(self, database: Database, cache: Path) -> None:
        self._database = database
        self._journal = SQLJournal(database, cache)
        self._known: dict[str, Known] = {}
        """What decisions rest on, by environment."""
        self._audit: SQLAudit | None = None
        self._making = Lock()

    def recorded(self, environment: str) -> Recorded:
        with self._database.reading() as transaction:
            return reading.recorded(transaction, environment)

    def products(
        self, names: Iterable[ProductName] | None = None, environment: str = PROD
    ) -> dict[ProductName, Product]:
        with self._database.reading() as transaction:
            return reading.products(transaction, names, reading.standing_in(transaction, environment))

    def domains(self, environment: str = PROD) -> tuple[Domain, ...]:
        with self._database.reading() as transaction:
            return reading.domains(transaction, reading.standing_in(transaction, environment))

    def lineage(
        self, names: Iterable[ProductName], environment: str = PROD
    ) -> dict[ProductName, tuple[ColumnEdge, ...]]:
        with self._database.reading() as transaction:
            return reading.lineage(transaction, names, reading.standing_in(transaction, environment))

    def snapshots(self, ids: Iterable[SnapshotId]) -> dict[SnapshotId, Snapshot]:
        with self._database.reading() as transaction:
            return reading.snapshots(transaction, ids)

    def publish(self, publication: Publication, domain: Domain) -> int:
        with self._database.writing() as transaction:
            return publishing.publish(transaction, publication, domain)

    @property
    def journal(self) -> Journal:
        return self._journal

    @property
    def environments(self) -> Environments:
        return SQLEnvironments(self._database)

    @property
    def rollbacks(self) -> Rollbacks:
        return SQLRollbacks(self._database)

    @property
    def previews(self) -> Previews:
        from weft.registry.previews import SQLPreviews

        return SQLPreviews(self._database)

    @property
    def rules(self) -> Rules:
        from weft.registry.rules import SQLRules

        return SQLRules(self._database)

    @property
    def audit(self) -> Audit:
        # The same for all: its thread writes for whoever asks at the same time.
        with self._making:
            if self._audit is None:
                from weft.registry.audit import SQLAudit

                self._audit = SQLAudit(self._database)
            return self._audit

    @property
    def identities(self) -> Identities:
        from weft.registry.identities import SQLIdentities

        return SQLIdentities(self._database)

    @property
    def agreements(self) -> Agreements:
        from weft.registry.agreements import SQLAgreements

        return SQLAgreements(self._database, self._known)

    @property
    def profiles(self) -> Profiles:
        from weft.registry.profiles import SQLProfiles

        return SQLProfiles(self._database)

    @property
    def declassifications(self) -> Declassifications:
        from weft.registry.declassifications import SQLDeclassifications

        return SQLDeclassifications(self._database)

    def close(self) -> None:
        if self._audit is not None:
            self._audit.close()
        self._database.close()


class SQLEnvironments:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Environment, ...]:
        with self._database.reading() as transaction:
            return environments.environments(transaction)

    def bases(self, environment: str) -> dict[ProductName, Base]:
        with self._database.reading() as transaction:
            return environments.bases(transaction, environment)

    def use(self, name: str, who: str, until: datetime) -> bool:
        with self._database.writing() as transaction:
            return environments.use(transaction, name, who, until)

    def update(self, name: str, until: datetime) -> tuple[ProductName, ...]:
        with self._database.writing() as transaction:
            return environments.update(transaction, name, until)

    def remove(self, name: str) -> None:
        with self._database.writing() as transaction:
            environments.remove(transaction, name)

    def promote(self, promotion: Promotion, run: RunId) -> dict[ProductName, int]:
        from weft.registry import promoting

        with self._database.writing() as transaction:
            return promoting.promote(transaction, promotion, run)

    def proofs(self, snapshots: Iterable[SnapshotId]) -> dict[SnapshotId, dict[str, bool]]:
        from weft.registry import promoting

        with self._database.reading() as transaction:
            return promoting.proofs(transaction, snapshots)


class SQLRollbacks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def publishes(self, product: ProductName, environment: str) -> tuple[Published, ...]:
        from weft.registry import withdrawing

        with self._database.reading() as transaction:
            return withdrawing.publishes(transaction, product, environment)

    def editions(self, product: ProductName, environment: str, most: int) -> tuple[Edition, ...]:
        from weft.registry import editions

        with self._database.reading() as transaction:
            return editions.editions(transaction, product, environment, most)

    def roll_back(self, rollback: Rollback, run: RunId) -> int:
        from weft.registry import withdrawing

        with self._database.writing() as transaction:
            return withdrawing.roll_back(transaction, rollback, run)


class SQLJournal:
    def __init__(self, database: Database, cache: Path) -> None:
        self._database, self.cache = database, cache
        self._unended: dict[RunId, tuple[RunState, str]] = {}
        """How runs ended that could not say so, as the registry was locked: it is said with the next word."""

    def begin(self, environment: str, command: str, who: str) -> RunId:
        with self._ending() as transaction:
            return runs.begin(transaction, environment, command, who)

    def heartbeat(self, run: RunId) -> None:
        with self._database.writing() as transaction:
            runs.heartbeat(transaction, run)

    def record(
        self, steps: Sequence[StepRecord] = (), results: Sequence[CheckResult] = (), events: Sequence[Event] = ()
    ) -> None:
        if not (steps or results or events):
            return
        with self._database.writing() as transaction:
            environment = recording.environment_of(transaction, steps, results)
            recording.record(transaction, steps, results, events, environment=environment)
            recording.turn(transaction)

    def end(self, run: RunId, state: RunState, message: str = "") -> None:
        self._unended[run] = state, message
        with self._ending():
            pass

    @contextmanager
    def _ending(self, *, durable: bool = False) -> Iterator[Transaction]:
        unended = dict(self._unended)
        with self._database.writing(durable=durable) as transaction:
            for run, (state, message) in unended.items():
                runs.end(transaction, run, state, message)
            yield transaction
        for run in unended:
            self._unended.pop(run, None)

    def facts(self, relation: str, environment: str = PROD) -> pa.Table:
        from weft.registry.facts.keeping import facts_of

        runs.mark_abandoned_of(self._database)
        return facts_of(self._database, self.cache, (relation, environment))

    def lease(self, snapshots: Iterable[SnapshotId], holder: str, seconds: float) -> AbstractContextManager[None]:
        return sweeping.lease(self._database, snapshots, holder, seconds)

    def sweep(self, before: datetime, reads_before: datetime | None = None) -> tuple[frozenset[str], frozenset[RunId]]:
        with self._ending(durable=True) as transaction:
            return sweeping.sweep(transaction, before, reads_before)

    @property
    def reads(self) -> Reads:
        from weft.registry.reads import SQLReads

        return SQLReads(self._database)

    @property
    def outbox(self) -> Outbox:
        from weft.registry.outbox import SQLOutbox

        return SQLOutbox(self._database)
