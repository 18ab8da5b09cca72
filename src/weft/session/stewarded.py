"""Answers about core data as it is published, each a read in the audit trail: what waits, all of one id, what ties two records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from weft.errors import Misuse, Unknown
from weft.identity.caller import caller
from weft.product.core_data import RecordId, Role

if TYPE_CHECKING:
    from weft.product.mesh import Mesh
    from weft.query.library import Library
    from weft.query.stewarding.tables import Entity
    from weft.query.stewarding.values import CoreRecord, Queue, Sought, Tied

DOOR = "review"


class Asked(Protocol):
    """What is asked of, in somebody's eyes: a session is one. `written` are the products of its folders, where there are any."""

    @property
    def library(self) -> Library: ...

    @property
    def written(self) -> Mesh | None: ...


def unknown_records(asked: Asked, name: str, records: tuple[RecordId, ...]) -> tuple[RecordId, ...]:
    """Those that the crosswalk does not have; none where nothing is published yet. Raises: Refused."""
    from weft.query.stewarding.record import unlinked
    from weft.query.stewarding.tables import looking

    try:
        found = published(asked, name)
    except (Misuse, Unknown):
        return ()
    with looking(asked.library, found, ["crosswalk"]) as look:
        unknown = unlinked(look, records) if look.has("crosswalk") else ()
    note_review(asked.library, found, ("crosswalk",), (len(records) - len(unknown), "which records there are"))
    return unknown


def published(asked: Asked, name: str) -> Entity:
    """The product of core data as it is published. Raises: Unknown, Misuse."""
    from weft.query.stewarding.tables import entity

    return entity(asked.library, name, asked.written)


def reviewed(asked: Asked, name: str, sought: Sought) -> Queue:
    """What waits, as whoever asks may see it: a read of the review, in the audit trail. Raises: Unknown, Misuse, Refused."""
    from weft.query.stewarding.queue import queue

    library, at = asked.library, published(asked, name)
    found = queue(library, at, sought)
    note_review(library, at, ("review",), (len(found.pairs), "what waits for review"))
    return found


def known_of(asked: Asked, name: str, core_id: str) -> CoreRecord:
    """All of one core id: a read, in the audit trail. Raises: Unknown, Misuse, Refused."""
    from weft.query.stewarding.record import ROLES, core_record

    library, at = asked.library, published(asked, name)
    found = core_record(library, at, core_id)
    note_review(library, at, ROLES, (len(found.records), f"all that is known of {core_id}"))
    return found


def tie_of(asked: Asked, name: str, left: RecordId, right: RecordId) -> Tied:
    """What ties two records or keeps them apart: a read, in the audit trail. Raises: Unknown, Misuse, Refused."""
    from weft.query.stewarding.record import ROLES
    from weft.query.stewarding.tying import tied

    library, at = asked.library, published(asked, name)
    found = tied(library, at, left, right)
    note_review(library, at, ROLES, (2, "why two records are one, or are not"))
    return found


def core_id_of(asked: Asked, name: str, record: RecordId) -> str:
    """Under which id a record stands. Raises: Unknown, Misuse, Refused."""
    from weft.query.stewarding.tables import looking
    from weft.query.stewarding.tying import link_in

    library, at = asked.library, published(asked, name)
    with looking(library, at, ["crosswalk"]) as look:
        found = link_in(look, record).core_id
    note_review(library, at, ("crosswalk",), (1, f"the core id of {record}"))
    return found


def note_review(library: Library, at: Entity, roles: Sequence[Role], what: tuple[int, str]) -> None:
    """That values of core data are shown: so many rows, for what. Raises: RegistryFault, where it cannot be written down and it is not
    the workspace's owner who is shown them."""
    from weft.product.audit import AuditedRead
    from weft.session.auditing import note_whole

    rows, said = what
    pointers = library.registry.recorded(library.environment).pointers
    lines = [at.lines[role] for role in roles if role in at.lines and at.sights[at.lines[role]].is_allowed]
    stood = library.registry.snapshots([pointers[line].snapshot for line in lines if line in pointers])
    columns = {str(one.line): tuple(name for name, _ in one.columns) for one in stood.values()}
    who, whom = caller(), library.reader.name
    behalf = "" if whom == who else whom
    note_whole(library, AuditedRead(who, DOOR, columns, said, library.environment, behalf), rows)
