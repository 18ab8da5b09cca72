"""The audit trail behind a server: written there, by whoever answers and keeps; nobody else's word is taken for it."""

from __future__ import annotations

from collections.abc import Iterator

from weft.errors import Refused
from weft.product.audit import AuditedRead, AuditId, AuditRecord, Decided, Ending, Span
from weft.registry.seam import Chain


class RemoteAudit:
    def begin(self, read: AuditedRead, *, is_durable: bool = True) -> AuditId:
        raise _elsewhere()

    def complete(self, id: AuditId, ending: Ending, *, is_durable: bool = True) -> None:
        raise _elsewhere()

    def refused(self, read: AuditedRead, ending: Ending, *, is_durable: bool = True) -> AuditId:
        raise _elsewhere()

    def decided(self, *decisions: Decided) -> None:
        """The server writes down what it lets be decided."""

    def records(self, span: Span) -> Iterator[AuditRecord]:
        raise _elsewhere()

    @property
    def chain(self) -> Chain:
        raise _elsewhere()


def _elsewhere() -> Refused:
    mend = "Search and verify it with `weft audit`; export, sign and prune it at the server."
    return Refused("the audit trail is the server's", mend=mend)
