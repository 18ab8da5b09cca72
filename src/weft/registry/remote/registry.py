"""The registry behind a server: pointers, products and snapshots as whoever asks may know of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from weft.errors import Fault, Refused
from weft.names import PROD, ProductName, RunId, SnapshotId
from weft.plan.promotion import Promotion
from weft.plan.rollback import Rollback
from weft.product.candidate import NOTHING, Candidate
from weft.product.environment import Base, Edition, Environment, Published
from weft.product.mesh import Domain
from weft.product.preview import Verdict
from weft.product.product import Product
from weft.product.rule import PublishedRule, RuleKind, Waiver
from weft.product.snapshot import ColumnEdge, Publication, Recorded, Snapshot
from weft.registry.remote.agreements import RemoteAgreements
from weft.registry.remote.asking import ask
from weft.registry.remote.audit import RemoteAudit
from weft.registry.remote.declassifications import RemoteDeclassifications
from weft.registry.remote.journal import RemoteJournal, arrived
from weft.registry.remote.methods import Calls, Shared
from weft.registry.seam import (
    Agreements,
    Audit,
    Declassifications,
    Environments,
    Identities,
    Journal,
    Previews,
    Profiles,
    Rollbacks,
    Rules,
)

if TYPE_CHECKING:
    import pyarrow as pa


class RemoteRegistry:
    """What is written is written as who is logged in, whatever a caller says of who does it."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def governed(self, environment: str, candidate: Candidate, names: Iterable[ProductName]) -> tuple[Fault, ...]:
        """What the policies that bind find in some products, as they are in a candidate."""
        faults: tuple[Fault, ...] = ask(self._calls, "rules.found", environment, candidate, sorted(names))
        return faults

    def shared(self) -> Shared:
        """What the mesh is set to for everybody."""
        found: Shared = ask(self._calls, "shared")
        return found

    def recorded(self, environment: str) -> Recorded:
        found: Recorded = ask(self._calls, "recorded", environment)
        return found

    def products(
        self, names: Iterable[ProductName] | None = None, environment: str = PROD
    ) -> dict[ProductName, Product]:
        wanted = None if names is None else sorted(set(names))
        if wanted == []:
            return {}
        found: dict[ProductName, Product] = ask(self._calls, "products", wanted, environment)
        return found

    def domains(self, environment: str = PROD) -> tuple[Domain, ...]:
        found: tuple[Domain, ...] = ask(self._calls, "domains", environment)
        return found

    def lineage(
        self, names: Iterable[ProductName], environment: str = PROD
    ) -> dict[ProductName, tuple[ColumnEdge, ...]]:
        found: dict[ProductName, tuple[ColumnEdge, ...]] = ask(self._calls, "lineage", sorted(set(names)), environment)
        return found

    def snapshots(self, ids: Iterable[SnapshotId]) -> dict[SnapshotId, Snapshot]:
        wanted = sorted(set(ids))
        found: dict[SnapshotId, Snapshot] = ask(self._calls, "snapshots", wanted) if wanted else {}
        return found

    def publish(self, publication: Publication, domain: Domain) -> int:
        revision: int = ask(self._calls, "publish", publication, domain)
        return revision

    @property
    def journal(self) -> Journal:
        return RemoteJournal(self._calls)

    @property
    def environments(self) -> Environments:
        return RemoteEnvironments(self._calls)

    @property
    def rollbacks(self) -> Rollbacks:
        return RemoteRollbacks(self._calls)

    @property
    def previews(self) -> Previews:
        return RemotePreviews(self._calls)

    @property
    def rules(self) -> Rules:
        return RemoteRules(self._calls)

    @property
    def agreements(self) -> Agreements:
        return RemoteAgreements(self._calls)

    @property
    def declassifications(self) -> Declassifications:
        return RemoteDeclassifications(self._calls)

    @property
    def profiles(self) -> Profiles:
        """Raises: Refused: what tables hold is told by the server, under its masks."""
        raise Refused("profiles are kept by the server", mend="Look at the table in its portal, or ask mesh.profiles.")

    @property
    def identities(self) -> Identities:
        """Raises: Refused: who there is and what opens doors never leaves the server."""
        raise Refused("people and their tokens are the server's", mend="`weft access people` asks it.")

    @property
    def audit(self) -> Audit:
        return RemoteAudit()

    def close(self) -> None:
        """The connection is whose it was."""


class RemoteEnvironments:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def all(self) -> tuple[Environment, ...]:
        found: tuple[Environment, ...] = ask(self._calls, "environments.all")
        return found

    def bases(self, environment: str) -> dict[ProductName, Base]:
        found: dict[ProductName, Base] = ask(self._calls, "environments.bases", environment)
        return found

    def use(self, name: str, who: str, until: datetime) -> bool:
        is_made: bool = ask(self._calls, "environments.use", name, until)
        return is_made

    def update(self, name: str, until: datetime) -> tuple[ProductName, ...]:
        again: tuple[ProductName, ...] = ask(self._calls, "environments.update", name, until)
        return again

    def remove(self, name: str) -> None:
        ask(self._calls, "environments.remove", name)

    def promote(self, promotion: Promotion, run: RunId) -> dict[ProductName, int]:
        revisions: dict[ProductName, int] = ask(self._calls, "environments.promote", promotion, run)
        return revisions

    def proofs(self, snapshots: Iterable[SnapshotId]) -> dict[SnapshotId, dict[str, bool]]:
        found: dict[SnapshotId, dict[str, bool]] = ask(self._calls, "environments.proofs", sorted(set(snapshots)))
        return found


class RemoteRollbacks:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def publishes(self, product: ProductName, environment: str) -> tuple[Published, ...]:
        found: tuple[Published, ...] = ask(self._calls, "rollbacks.publishes", product, environment)
        return found

    def editions(self, product: ProductName, environment: str, most: int) -> tuple[Edition, ...]:
        found: tuple[Edition, ...] = ask(self._calls, "rollbacks.editions", product, environment, most)
        return found

    def roll_back(self, rollback: Rollback, run: RunId) -> int:
        revision: int = ask(self._calls, "rollbacks.roll_back", rollback, run)
        return revision


class RemotePreviews:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def published(self, product: ProductName) -> tuple[tuple[str, str], ...]:
        found: tuple[tuple[str, str], ...] = ask(self._calls, "previews.published", product)
        return found

    def verdicts(self, product: ProductName) -> tuple[Verdict, ...]:
        found: tuple[Verdict, ...] = ask(self._calls, "previews.verdicts", product)
        return found

    def say(self, verdict: Verdict) -> None:
        ask(self._calls, "previews.say", verdict)


class RemoteRules:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def publish(self, rule: PublishedRule) -> PublishedRule:
        found: PublishedRule = ask(self._calls, "rules.publish", rule)
        return found

    def published(self, kind: RuleKind) -> tuple[PublishedRule, ...]:
        found: tuple[PublishedRule, ...] = ask(self._calls, "rules.published", kind)
        return found

    def history(self, kind: RuleKind, name: str) -> tuple[PublishedRule, ...]:
        found: tuple[PublishedRule, ...] = ask(self._calls, "rules.history", kind, name)
        return found

    def waive(self, waiver: Waiver) -> None:
        ask(self._calls, "rules.waive", waiver)

    def waivers(self) -> tuple[Waiver, ...]:
        found: tuple[Waiver, ...] = ask(self._calls, "rules.waivers")
        return found

    def facts(self, relations: Iterable[str], environment: str, candidate: Candidate = NOTHING) -> dict[str, pa.Table]:
        """Raises: Refused for a candidate: what policies say of one, the server finds, over all that it knows."""
        if candidate:
            raise Refused("what policies say of what is written is found at the server", mend="`weft check` asks it.")
        found: dict[str, bytes] = ask(self._calls, "rules.facts", list(relations), environment)
        return {name: arrived(body) for name, body in found.items()}
