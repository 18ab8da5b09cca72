"""The seam to recorded state: what a run and a question may ask of a registry, wherever it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from weft.access.identities import Account, Attempt, Credential, Given, Holder
from weft.access.reader import Attributes
from weft.access.roles import Grant
from weft.names import PROD, LineName, ProductName, RunId, SnapshotId
from weft.plan.promotion import Promotion
from weft.plan.rollback import Rollback
from weft.product.audit import AuditedRead, AuditId, AuditRecord, Decided, Ending, Entry, Span, Tail
from weft.product.candidate import NOTHING, Candidate
from weft.product.checks import CheckResult
from weft.product.declassification import Declassification
from weft.product.delivery import Addressed, Delivery
from weft.product.environment import Base, Edition, Environment, Published
from weft.product.mesh import Domain
from weft.product.preview import Verdict
from weft.product.product import Product
from weft.product.profiled import KeptProfile
from weft.product.reads import Asked, Measured
from weft.product.rule import PublishedRule, RuleKind, Waiver
from weft.product.snapshot import ColumnEdge, Event, Publication, Recorded, RunState, Snapshot, StepRecord

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.product.agreement import Agreement
    from weft.product.footing import Footing
    from weft.product.proposal import Proposal


class Registry(Protocol):
    """Pointers, products and snapshots. Every method is one transaction. Raises: RegistryBusy, RegistryFault."""

    def recorded(self, environment: str) -> Recorded:
        """An environment that is not made yet stands where `prod` does, and so do its products and domains."""

    def products(
        self, names: Iterable[ProductName] | None = None, environment: str = PROD
    ) -> dict[ProductName, Product]:
        """As last applied there; all of them where no names are given."""

    def domains(self, environment: str = PROD) -> tuple[Domain, ...]: ...

    def lineage(
        self, names: Iterable[ProductName], environment: str = PROD
    ) -> dict[ProductName, tuple[ColumnEdge, ...]]:
        """How the columns of some products are computed, as last published there."""

    def snapshots(self, ids: Iterable[SnapshotId]) -> dict[SnapshotId, Snapshot]: ...

    def publish(self, publication: Publication, domain: Domain) -> int:
        """Points all tables of one product at their snapshots, and returns the revision.

        The run must have begun and not ended. Raises: Moved, RegistryBusy, RegistryFault (the run is over; a snapshot is gone).
        """

    @property
    def journal(self) -> Journal: ...

    @property
    def environments(self) -> Environments: ...

    @property
    def rollbacks(self) -> Rollbacks: ...

    @property
    def previews(self) -> Previews: ...

    @property
    def rules(self) -> Rules: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def identities(self) -> Identities: ...

    @property
    def agreements(self) -> Agreements: ...

    @property
    def declassifications(self) -> Declassifications: ...

    @property
    def profiles(self) -> Profiles: ...

    def close(self) -> None: ...


class Environments(Protocol):
    """Named sets of pointers beside `prod`. Each method is one transaction."""

    def all(self) -> tuple[Environment, ...]:
        """By name, `prod` not among them."""

    def bases(self, environment: str) -> dict[ProductName, Base]:
        """Where its products began."""

    def use(self, name: str, who: str, until: datetime) -> bool:
        """Makes it of `prod`'s pointers where it is not there, else puts off its end. Whether it was made."""

    def update(self, name: str, until: datetime) -> tuple[ProductName, ...]:
        """Takes over what changed in `prod`; returns what both changed and is to be applied again. Raises: Unknown."""

    def remove(self, name: str) -> None:
        """Raises: Unknown; Refused, while a run is at work in it."""

    def promote(self, promotion: Promotion, run: RunId) -> dict[ProductName, int]:
        """Moves all its products to `prod`, and returns their revisions. Raises: Moved, Unknown, RegistryFault."""

    def proofs(self, snapshots: Iterable[SnapshotId]) -> dict[SnapshotId, dict[str, bool]]:
        """By snapshot and check: whether the newest result lets it be published."""


class Rollbacks(Protocol):
    """Products put back to where they stood."""

    def publishes(self, product: ProductName, environment: str) -> tuple[Published, ...]:
        """A product's publishes, newest first, and what of them is still kept."""

    def editions(self, product: ProductName, environment: str, most: int) -> tuple[Edition, ...]:
        """Its newest editions as they were published there, the newest first; what changed nothing of its documents is none."""

    def roll_back(self, rollback: Rollback, run: RunId) -> int:
        """Points all tables of a product back, holds it, and returns the revision. Raises: Moved, RegistryFault."""


class Previews(Protocol):
    """What was shown to few before it was promised to all, and what they said. Each method is one transaction."""

    def published(self, product: ProductName) -> tuple[tuple[str, str], ...]:
        """(port, version) of every preview that `prod` ever had, the oldest first."""

    def verdicts(self, product: ProductName) -> tuple[Verdict, ...]:
        """All that was said of its previews, the oldest first."""

    def say(self, verdict: Verdict) -> None: ...


class Rules(Protocol):
    """Governance rules as published (policies, classifications, access), with all their versions. Each method is one transaction."""

    def publish(self, rule: PublishedRule) -> PublishedRule:
        """As it binds from now on; its version is counted here. What binds with the same text already is not published again."""

    def published(self, kind: RuleKind) -> tuple[PublishedRule, ...]:
        """The newest version of each name, those that are retired too: none says that governance never published any."""

    def history(self, kind: RuleKind, name: str) -> tuple[PublishedRule, ...]:
        """All versions of one, the oldest first."""

    def waive(self, waiver: Waiver) -> None: ...

    def waivers(self) -> tuple[Waiver, ...]:
        """The newest of each rule and subject, those that are over too, in the order that they were given."""

    def facts(self, relations: Iterable[str], environment: str, candidate: Candidate = NOTHING) -> dict[str, pa.Table]:
        """Relations of the `mesh` domain, all of one view, in which a candidate's products stand as they are written.

        An environment that is not made yet stands where `prod` does. Raises: Unknown.
        """


class Audit(Protocol):
    """The audit trail: who read what, and who decided what; only ever added to. Safe to share by threads.

    Reads that are begun at the same time share one transaction and one wait for the disk. Raises: RegistryBusy after five seconds.
    """

    def begin(self, read: AuditedRead, *, is_durable: bool = True) -> AuditId:
        """Writes down that a read begins; it is on disk when this returns, and no byte of the answer leaves before.

        Without `is_durable` it withstands the death of the process, and not that of the machine: for the owner of a workspace.
        """

    def complete(self, id: AuditId, ending: Ending, *, is_durable: bool = True) -> None:
        """Writes down how a read ended, once: whatever is said of one that has ended is passed over.

        It returns at once, and is said again until the registry takes it; `close` of the registry waits for that. Without
        `is_durable` it is written when this returns.
        """

    def refused(self, read: AuditedRead, ending: Ending, *, is_durable: bool = True) -> AuditId:
        """Writes down a read that never began to be answered: both of its records."""

    def decided(self, *decisions: Decided) -> None:
        """Writes down what somebody decided or did: sign-ins, grants, agreements, rules, waivers, what was forced."""

    def records(self, span: Span) -> Iterator[AuditRecord]:
        """In the order of their numbers."""

    @property
    def chain(self) -> Chain: ...


class Chain(Protocol):
    """What keeps the audit trail: its end, what its dead left open, and what may go. Each method is one transaction."""

    def tail(self) -> Tail: ...

    def close_abandoned(self) -> int:
        """Closes as `unknown` the reads whose process is gone; how many. A server calls it when it starts, and each minute.

        A process of another host is gone when it has not said for two minutes that it lives.
        """

    def prune(self, checkpoint: Entry, through: int) -> int:
        """Puts a checkpoint into the chain, and forgets the records up to a number; how many went."""


class Declassifications(Protocol):
    """What owners asked to be less confidential than what it comes from. Each method is one transaction."""

    def all(self) -> tuple[Declassification, ...]:
        """In whatever state, the oldest first."""

    def named(self, identity: str) -> Declassification | None: ...

    def ask(self, asked: Declassification) -> Declassification:
        """As it is kept: its id is made here."""

    def change(self, changed: Declassification) -> Declassification:
        """From the revision that it has. Raises: Moved."""

    def state(self) -> str:
        """Moves on whenever a publish, a rule or a declassification does: what was computed of them holds until then."""


class Profiles(Protocol):
    """What tables hold, by snapshot; forgotten with it. Each method is one transaction."""

    def keep(self, profile: KeptProfile) -> bool:
        """In place of an older one of the same snapshot. Whether that is still kept."""

    def kept(self, snapshots: Iterable[SnapshotId]) -> dict[SnapshotId, KeptProfile]: ...

    def of(self, line: LineName) -> tuple[KeptProfile, ...]:
        """All that are kept of a line, the oldest snapshot first."""


class Agreements(Protocol):
    """Who may read which port, and what was proposed to extend ports by. Each method is one transaction."""

    def footing(self, reader: str, products: Iterable[ProductName], environment: str) -> Footing:
        """What a decision about some products rests on. What has not moved since it was asked before is not read again."""

    def of(self, reader: str) -> tuple[Agreement, ...]:
        """All that somebody asked for or was granted, the oldest first."""

    def on(self, products: Iterable[ProductName] | None = None) -> tuple[Agreement, ...]:
        """On the ports of some products, of all where none are named."""

    def named(self, identity: str) -> Agreement | None: ...

    def ask(self, agreement: Agreement) -> tuple[Agreement, bool]:
        """Keeps a request under an id of its own; where one like it waits already or is in force, it is that one that is returned. Whether it is new."""

    def change(self, agreement: Agreement) -> Agreement:
        """Takes the place of the same at the same revision, one revision on. Raises: Moved."""

    @property
    def proposals(self) -> Proposals: ...


class Proposals(Protocol):
    """What somebody asked a product to promise that it does not. Each method is one transaction."""

    def on(self, products: Iterable[ProductName] | None = None) -> tuple[Proposal, ...]: ...

    def named(self, identity: str) -> Proposal | None: ...

    def propose(self, proposal: Proposal) -> tuple[Proposal, bool]:
        """Keeps it under an id of its own; where the same person waits for the same already, it is that one that is returned. Whether it is new."""

    def answer(self, proposal: Proposal) -> Proposal:
        """Takes the place of the same at the same revision, one revision on. Raises: Moved."""


class Journal(Protocol):
    """Runs and what they found. Runs register before they write, and heartbeat."""

    def begin(self, environment: str, command: str, who: str) -> RunId: ...

    def heartbeat(self, run: RunId) -> None:
        """At least every twenty seconds. Raises: RegistryFault where the run was taken for dead: it must publish nothing more."""

    def record(
        self, steps: Sequence[StepRecord] = (), results: Sequence[CheckResult] = (), events: Sequence[Event] = ()
    ) -> None: ...

    def end(self, run: RunId, state: RunState, message: str = "") -> None: ...

    def facts(self, relation: str, environment: str = PROD) -> pa.Table:
        """One relation of the `mesh` domain that the registry knows, in one environment; `facts.RELATIONS` describes them all.

        Raises: Unknown, with the closest relation.
        """

    def lease(self, snapshots: Iterable[SnapshotId], holder: str, seconds: float) -> AbstractContextManager[None]:
        """Keeps snapshots from the sweeper while they are read. A lease that its holder did not end runs out.

        Raises: NotKept; RegistryFault, and RegistryBusy after a second, where nothing can be written.
        """

    def sweep(self, before: datetime, reads_before: datetime | None = None) -> tuple[frozenset[str], frozenset[RunId]]:
        """Forgets snapshots that no pointer, lease or running run needs and that were last pointed at before that time,
        and of the query log the days before `reads_before`.

        Returns the paths of files still kept, and the runs that are alive: the store deletes what belongs to neither.
        Among the runs is an id of this very moment: whatever begins later sorts after it, and is left alone.
        """

    @property
    def outbox(self) -> Outbox: ...

    @property
    def reads(self) -> Reads: ...


class Reads(Protocol):
    """The query log: who read what. Each method is one transaction."""

    def keep(self, *asked: Asked) -> None:
        """Writes questions down. Raises: RegistryFault, and RegistryBusy after a second: an answer does not wait for it."""

    def since(self, lines: Iterable[LineName], at: datetime, environment: str) -> tuple[Measured, ...]:
        """Who read any of the lines since then, by line, who and door; days that were swept are not known."""


class Outbox(Protocol):
    """Events on their way to the people concerned. Each method is one transaction."""

    def keep(self, addressed: Sequence[Addressed]) -> None:
        """Records each event, and that it waits to be told by its channels; what is kept already stays as it is."""

    def of_run(self, run: RunId) -> tuple[Event, ...]: ...

    def newest(self, environment: str, kinds: Iterable[str]) -> dict[ProductName, Event]:
        """Of each product, its newest event of these kinds."""

    def take(self, now: datetime, until: datetime) -> tuple[Delivery, ...]:
        """All that is due, for the caller alone until that time, oldest event first; each counts as an attempt."""

    def agreed(self, products: Iterable[ProductName]) -> tuple[Agreement | Proposal, ...]:
        """Agreements on the ports of some products, and proposals to extend them: whom what happens concerns beside their readers."""

    def settle(self, deliveries: Iterable[Delivery], now: datetime) -> None:
        """What became of those that were taken: sent, given up, or waiting until their `next_at`."""


class Identities(Protocol):
    """Who is known to the mesh, and the roles given to them. Each method is one transaction; a writing one is durable."""

    def account(self, name: str) -> Account | None: ...

    def accounts(self) -> tuple[Account, ...]:
        """By name."""

    def keep(self, new: Account, was: Account | None) -> None:
        """Its state, password, reason and attributes. Raises: Refused where a new one is there already; Moved where it changed since."""

    def grant(self, given: Given) -> bool:
        """Whether it was new. Raises: Unknown account."""

    def withdraw(self, name: str, grant: Grant) -> bool:
        """Whether it had been given; what a provider or a domain's team says is not withdrawn here."""

    def claim(self, name: str, grants: Iterable[Grant], attributes: Attributes, by: str) -> bool:
        """Takes over what a provider says of somebody, in place of what it said before. Whether that changed anything."""

    @property
    def credentials(self) -> Credentials: ...

    @property
    def attempts(self) -> Attempts: ...


class Credentials(Protocol):
    """What lets somebody in, by the digest of its secret. Each method is one transaction."""

    def holder(self, digest: str) -> Holder | None:
        """With its account, in one view; whether it is over is for the caller to see."""

    def of(self, account: str) -> tuple[Credential, ...]: ...

    def keep(self, credential: Credential) -> None:
        """A session is noted as the account's last sign-in.

        Raises: Refused where the account has a token of that name; Moved where it changed since the session was decided.
        """

    def take(self, digest: str) -> Holder | None:
        """Removes it, and returns what it was: of two who show the same, one alone is given it."""

    def replace(self, old: Credential, new: Credential, until: datetime) -> bool:
        """Keeps a newer one and lets the old one end then; whether nobody else did so before."""

    def used(self, digest: str, at: datetime) -> None: ...

    def withdraw(self, digests: Iterable[str]) -> int:
        """How many were there."""


class Attempts(Protocol):
    """What was tried and failed, by the digest of what it was. Each method is one transaction."""

    def begin(self, what: Sequence[str], at: datetime, rule: Callable[[str, Attempt], Attempt | float]) -> float:
        """Counts an attempt before it is made, so that many at once count as many; or the seconds to wait, and counts nothing.

        `rule` says of each what it stands at now, or how long to wait.
        """

    def forgive(self, what: Iterable[str]) -> None: ...

    def give_back(self, what: Iterable[str]) -> None:
        """One less of each: an attempt that succeeded was none."""
