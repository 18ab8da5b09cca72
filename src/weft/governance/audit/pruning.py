"""Old records go, and the proof stays: behind a signed checkpoint the chain goes on as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from weft.errors import Misuse, Refused
from weft.governance.audit.head import encoded
from weft.governance.audit.proof import Wanted, export
from weft.governance.audit.signing import Witness
from weft.names import sortable_id
from weft.product.audit import AuditId, Span
from weft.registry.audit_bodies import entry

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many records went, up to which number, and the folder that they were exported to with their proof."""

    records: int
    through: int
    archive: str


def prune(witness: Witness, before: datetime, archive: Path, by: str) -> Pruned:
    """Exports what was recorded before a time, and forgets it. Raises: Refused, where the trail does not hold; Misuse."""
    if before > datetime.now(UTC):
        raise Misuse("the time before which records go is yet to come", mend="Say a day that is past.")
    verdict = witness.verify()
    if not verdict.holds:
        raise Refused(
            f"the audit trail does not hold: {verdict.problems[0]}", mend="Nothing went. `weft audit verify` says more."
        )
    through = _last(witness, before)
    if through < max(verdict.first, 1):
        return Pruned(0, 0, "")
    export(witness, Wanted(EPOCH, before, by=by, door="prune"), archive)
    (record,) = witness.audit.records(Span(through, through))
    checkpoint = witness.kept(through, record.link, "checkpoint")
    told = {
        "who": by,
        "through": through,
        "link": record.link,
        "archive": archive.name,
        "head": encoded(checkpoint).strip(),
    }
    told |= {"action": "pruned", "subject": f"records up to {through}"}
    point = entry("checkpoint", (AuditId(sortable_id()), datetime.now(UTC)), told, ())
    return Pruned(witness.audit.chain.prune(point, through), through, str(archive))


def _last(witness: Witness, before: datetime) -> int:
    """The last record before the first that is later; a read goes only with its end."""
    at = round(before.timestamp() * 1_000_000)
    later = next(iter(witness.audit.records(Span(since=at))), None)
    last = later.number - 1 if later else witness.audit.chain.tail().number
    open_since: dict[str, int] = {}
    for record in witness.audit.records(Span(last=last)):
        if record.kind == "began":
            open_since[record.id] = record.number
        elif record.kind == "completed":
            open_since.pop(record.id, None)
    return min(open_since.values(), default=last + 1) - 1
