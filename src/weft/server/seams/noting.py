"""What a checkout did, and what it fetched whole, in the audit trail: as whoever is signed in did it, by the server's own word."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from weft.names import MESH_DOMAIN, domain_of
from weft.product.audit import AuditedRead, AuditId, Decided, DecidedKind, Ending
from weft.product.snapshot import Snapshot
from weft.server.seams.desk import Desk

DOOR = "checkout"
What = tuple[DecidedKind, str, str, str, tuple[str, ...]]


def _published(arguments: tuple[Any, ...], value: Any) -> What:
    publication, domain = arguments
    action = "removed" if publication.gone else "published"
    told = f"revision {value} in {publication.environment}, run {publication.run}"
    return "published", action, publication.product.name, told, (domain.name,)


def _promoted(arguments: tuple[Any, ...], value: Any) -> What:
    promotion, run = arguments
    told = f"{', '.join(sorted(value))}, run {run}"
    return "published", "promoted", promotion.environment, told, tuple({domain_of(name) for name in value})


def _rolled_back(arguments: tuple[Any, ...], value: Any) -> What:
    rollback, run = arguments
    told = f"revision {value} in {rollback.environment}, run {run}: {rollback.because}"
    return "rolled back", "rolled back", rollback.product, told, (domain_of(rollback.product),)


def _ruled(arguments: tuple[Any, ...], value: Any) -> What:
    action = "retired" if value.is_retired else "published"
    return "rule", action, f"{value.kind} {value.name}", f"version {value.version} {value.because}".strip(), ()


def _waived(arguments: tuple[Any, ...], value: Any) -> What:
    (waiver,) = arguments
    action = "withdrawn" if waiver.is_withdrawn else "waived"
    domain = waiver.subject.partition(".")[0] or MESH_DOMAIN
    return "waiver", action, waiver.rule, f"{waiver.subject} until {waiver.until}: {waiver.reason}", (domain,)


NOTED: dict[str, Callable[[tuple[Any, ...], Any], What]] = {
    "publish": _published,
    "environments.promote": _promoted,
    "rollbacks.roll_back": _rolled_back,
    "rules.publish": _ruled,
    "rules.waive": _waived,
}
"""The methods of the seam that decide something, and what each has decided."""


def noted(desk: Desk, name: str, arguments: tuple[Any, ...], value: Any) -> None:
    if name in NOTED:
        kind, action, subject, message, domains = NOTED[name](arguments, value)
        who, request = desk.reader.name, desk.asking.request_id
        desk.registry.audit.decided(Decided(who, kind, action, subject, message, domains, "", DOOR, request))


@dataclass(frozen=True)
class Fetch:
    """One file of a snapshot that is about to be sent whole, for a product or for its own domain."""

    desk: Desk
    snapshot: Snapshot
    number: int
    product: str

    def begun(self) -> AuditId:
        """Written before a byte leaves. Raises: RegistryFault."""
        columns: dict[str, tuple[str, ...]] = {self.snapshot.line: tuple(name for name, _ in self.snapshot.columns)}
        whom = self.product if self.product != self.desk.reader.name else ""
        told = f"file {self.number} of snapshot {self.snapshot.id}"
        request = self.desk.asking.request_id
        read = AuditedRead(self.desk.reader.name, DOOR, columns, told, on_behalf_of=whom, request_id=request)
        return self.desk.registry.audit.begin(read)

    async def counted(self, id: AuditId, size: int, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The chunks, and at their end how many bytes went."""
        sent = 0
        try:
            async for chunk in chunks:
                yield chunk
                sent += len(chunk)
        finally:
            rows = self.snapshot.files[self.number].rows if sent == size else -1
            ending = Ending("done" if sent == size else "cancelled", rows, sent)
            self.desk.registry.audit.complete(id, ending)
