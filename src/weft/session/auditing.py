"""A question's place in the audit trail: written before its first row is seen, and how it ended once the answer is closed.

The owner of a workspace may do anything to it, so of the owner's own reads no more is asked than that they withstand a killed
process; and an answer comes though they cannot be written down. A server has no such mercy.
"""

from __future__ import annotations

import time
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

from weft.errors import Refused, RegistryFault, WeftError
from weft.identity.caller import caller
from weft.names import MESH_DOMAIN
from weft.product.audit import AuditedRead, AuditId, Decided, DecidedKind, Ending, Outcome
from weft.query.answer import Answer, Library, Question
from weft.query.noting import columns_of

if TYPE_CHECKING:
    from weft.session.opened import Opened

MILLISECOND = 1_000_000


def audited(answer: Answer, library: Library, door: str) -> Answer:
    """The same answer, written down in the audit trail when it begins and when it is closed."""
    question = answer.question
    if not (question.lines and door) or question.unwritten:
        return answer
    try:
        id = library.registry.audit.begin(read_of(question, library, door), is_durable=False)
    except RegistryFault as fault:
        answer.notices = (*answer.notices, f"this read is not in the audit trail: {fault}")
        return answer
    began = time.monotonic_ns()
    answer.when_closed(lambda: _end(answer, library, (id, began)))
    return answer


def read_of(question: Question, library: Library, door: str, request_id: str = "") -> AuditedRead:
    """By whoever calls; for whom it is read, where that is somebody else."""
    sights, who = question.sights.values(), caller()
    return AuditedRead(
        who=who,
        on_behalf_of="" if library.reader.name == who else library.reader.name,
        door=door,
        environment=library.environment,
        columns=_columns(question),
        sql=question.sql,
        agreements=tuple(dict.fromkeys(name for sight in sights for name in sight.agreements)),
        purposes=tuple(dict.fromkeys(purpose for sight in sights for purpose in sight.purposes)),
        request_id=request_id,
    )


def note_whole(library: Library, read: AuditedRead, rows: int) -> None:
    """A read that was computed and is about to be shown: both of its records. The owner of a workspace is shown it all the same.

    Raises: RegistryFault, where it cannot be written down and somebody else would see it.
    """
    is_owner, audit = library.reader.is_owner, library.registry.audit
    with suppress(RegistryFault) if is_owner else nullcontext():
        id = audit.begin(read, is_durable=not is_owner)
        audit.complete(id, Ending("done", rows), is_durable=not is_owner)


def note_act(session: Opened, kind: DecidedKind, what: tuple[str, str], message: str) -> None:
    """What was done to what is published, beside an apply as planned: `what` is the action and its subject. A server notes it itself."""
    if session.settings.is_remote:
        return
    action, subject = what
    domain = subject.partition(".")[0]
    session.registry.audit.decided(
        Decided(caller(), kind, action, subject, message, (domain,) if "." in subject else ())
    )


def _columns(question: Question) -> dict[str, tuple[str, ...]]:
    """Of each line, and of each relation of the mesh's own metadata."""
    found: dict[str, tuple[str, ...]] = dict(columns_of(question).items())
    return found | {f"{MESH_DOMAIN}.{name}": () for name in question.facts.values()}


def note_refusal(refusal: Refused, sql: str, library: Library, door: str) -> None:
    """Writes down what somebody else than the owner was not let see."""
    if library.reader.is_owner or not door:
        return
    read = AuditedRead(
        who=caller(),
        on_behalf_of=library.reader.name,
        door=door,
        environment=library.environment,
        columns=_names(sql),
        sql=sql,
    )
    with suppress(RegistryFault):
        library.registry.audit.refused(read, Ending("refused", 0, 0, message=refusal.message), is_durable=False)


def _names(sql: str) -> dict[str, tuple[str, ...]]:
    from weft.sql import references

    try:
        return {reference.name: () for reference in references(sql)}
    except WeftError:
        return {}


def _end(answer: Answer, library: Library, of: tuple[AuditId, int]) -> None:
    id, began = of
    seen, error = answer.seen, answer.error
    outcome: Outcome = "done" if error is None else "failed" if isinstance(error, Exception) else "cancelled"
    message = error.message if isinstance(error, WeftError) else type(error).__name__ if error else ""
    ending = Ending(outcome, seen.rows, seen.bytes, (time.monotonic_ns() - began) // MILLISECOND, message)
    # What cannot be said now is closed as unknown by whoever verifies.
    with suppress(RegistryFault):
        library.registry.audit.complete(id, ending, is_durable=False)
