"""What is written down of questions: in the audit trail before their first byte leaves, and in the query log soon after."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock

from weft.errors import Refused, RegistryFault, WeftError
from weft.names import MESH_DOMAIN, LineName
from weft.product.audit import AuditedRead, AuditId, Ending
from weft.product.reads import Asked
from weft.query.library import Library
from weft.query.naming import Question
from weft.query.noting import columns_of
from weft.query.service.demand import Origin
from weft.query.service.readying import Kept, Ready
from weft.registry.seam import Journal, Registry

LOG = logging.getLogger("weft.query")


class Recording:
    """For many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: list[tuple[Journal, Asked]] = []
        self._columns: Kept[Mapping[LineName, tuple[str, ...]]] = Kept()

    def begin(self, ready: Ready, library: Library, origin: Origin) -> AuditId:
        """It is on disk when this returns. Raises: RegistryFault, and then nothing may be answered."""
        question = ready.question
        lines = self._read(question)
        read: dict[str, tuple[str, ...]] = dict(lines.items())
        read |= {f"{MESH_DOMAIN}.{name}": () for name in question.facts.values()}
        found = library.registry.audit.begin(_read(question, library, origin, read))
        if lines and origin.is_use and library.settings.query_log_days:
            who, at = library.reader.name or origin.who, datetime.now(UTC)
            asked = Asked(at, who, library.environment, origin.door, question.sql, dict(lines))
            with self._lock:
                self._asked.append((library.registry.journal, asked))
        return found

    def _read(self, question: Question) -> Mapping[LineName, tuple[str, ...]]:
        key = (question.sql, tuple(question.columns.items()))
        found = self._columns.get(key)
        return self._columns.put(key, columns_of(question)) if found is None else found

    def refused(self, refusal: Refused, sql: str, library: Library, origin: Origin) -> None:
        """What somebody was not let see. A registry that cannot be written keeps no refusal from being said."""
        read = AuditedRead(
            who=origin.who,
            on_behalf_of=_behalf(library, origin),
            door=origin.door,
            environment=library.environment,
            columns=_names(sql),
            sql=sql,
            request_id=origin.request_id,
        )
        try:
            library.registry.audit.refused(read, Ending("refused", 0, 0, message=refusal.message))
        except RegistryFault as fault:
            LOG.error("a refusal is not in the audit trail: %s", fault, extra={"request_id": origin.request_id})

    def complete(self, registry: Registry, id: AuditId, ending: Ending) -> None:
        try:
            registry.audit.complete(id, ending)
        except RegistryFault as fault:
            LOG.error("how a read ended is not in the audit trail yet: %s", fault)

    @property
    def is_waiting(self) -> bool:
        return bool(self._asked)

    def flush(self) -> None:
        """Writes the query log: one transaction for all that was asked since. What cannot be written is tried again."""
        with self._lock:
            asked, self._asked = self._asked, []
        journals = {id(journal): journal for journal, _ in asked}
        for number, journal in journals.items():
            mine = [one for of, one in asked if id(of) == number]
            try:
                journal.reads.keep(*mine)
            except RegistryFault as fault:
                LOG.warning("reads are not in the query log yet: %s", fault)
                with self._lock:
                    self._asked = [*((journal, one) for one in mine[-10_000:]), *self._asked]


def _read(question: Question, library: Library, origin: Origin, columns: Mapping[str, tuple[str, ...]]) -> AuditedRead:
    sights = question.sights.values()
    return AuditedRead(
        who=origin.who,
        on_behalf_of=_behalf(library, origin),
        door=origin.door,
        environment=library.environment,
        columns=columns,
        sql=question.sql,
        agreements=tuple(dict.fromkeys(name for sight in sights for name in sight.agreements)),
        purposes=tuple(dict.fromkeys(purpose for sight in sights for purpose in sight.purposes)),
        request_id=origin.request_id,
    )


def _behalf(library: Library, origin: Origin) -> str:
    return "" if library.reader.name == origin.who else library.reader.name


def _names(sql: str) -> dict[str, tuple[str, ...]]:
    from weft.sql import references

    try:
        return {reference.name: () for reference in references(sql)}
    except WeftError:
        return {}
