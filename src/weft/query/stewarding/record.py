"""One core id: its records, how its fields are corroborated, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weft.errors import Refused, Unknown
from weft.product.core_data import RecordId, Role
from weft.query.library import Library
from weft.query.stewarding.queue import is_among, pairs_of, texts_of
from weft.query.stewarding.tables import Entity, Looking, looking
from weft.query.stewarding.values import Agreed, CoreRecord, Happened, Linked

ROLES: tuple[Role, ...] = ("entity", "crosswalk", "review", "corroboration", "history")
MOST_RECORDS = 200
NEWEST = 'ORDER BY "at" DESC, event'
MOST_PAIRS = 20
UNMASKED = "Somebody who may see the ids of records has to look at it."


def core_record(library: Library, found: Entity, core_id: str) -> CoreRecord:
    """Raises: Unknown (an id that there never was), Refused."""
    with looking(library, found, readable(found)) as look:
        records, history = linked(look, core_id), happened(look, [core_id])
        if not records and not history:
            raise Unknown(f"core id of {found.product}", core_id, ())
        masked = tuple(dict.fromkeys(column for role in look.columns for column in found.masked(role)))
        return CoreRecord(
            str(found.product),
            found.core.entity,
            core_id,
            tuple(_values(look, core_id)),
            records,
            tuple(_agreed(look, core_id)),
            history,
            pairs_of(look, [one.record for one in records], MOST_PAIRS),
            masked,
            tuple(found.core.tables.get(role, role) for role in ROLES if not look.has(role)),
        )


def readable(found: Entity) -> list[Role]:
    """Where the entity itself is for whoever asks, what is not is left out."""
    return [
        role
        for role in ROLES
        if role in found.lines and (role == "entity" or found.sights[found.lines[role]].is_allowed)
    ]


def linked(look: Looking, core_id: str) -> tuple[Linked, ...]:
    """The records of one core id, by source and id."""
    if not look.has("crosswalk"):
        return ()
    where = f'WHERE "{look.entity.core.id_column}" = ? ORDER BY source, source_id LIMIT {MOST_RECORDS}'
    return tuple(_link(look, row) for row in look.rows(f"FROM {look.table('crosswalk')} {where}", [core_id]))


def link_of(look: Looking, record: RecordId) -> Linked | None:
    """Where one record is. Raises: Refused, where a mask makes one id of many."""
    if not look.has("crosswalk"):
        return None
    where = "WHERE source = ? AND source_id = ? LIMIT 2"
    rows = look.rows(f"FROM {look.table('crosswalk')} {where}", [record.source, record.id])
    if len(rows) > 1:
        raise Refused(f"several records read {record}: their ids are masked for whoever asks", mend=UNMASKED)
    return _link(look, rows[0]) if rows else None


def unlinked(look: Looking, records: Sequence[RecordId]) -> tuple[RecordId, ...]:
    """Those of some records that the crosswalk does not have. Raises: Refused, where their ids are masked: a decision would name others."""
    if "source_id" in look.entity.masked("crosswalk"):
        raise Refused(f"the ids of records of {look.entity.product} are masked for whoever asks", mend=UNMASKED)
    rows = look.rows(
        f"SELECT source, source_id FROM {look.table('crosswalk')} WHERE {is_among('source', 'source_id')}",
        [texts_of(records)],
    )
    known = {(row["source"], row["source_id"]) for row in rows}
    return tuple(one for one in records if (one.source, one.id) not in known)


def _link(look: Looking, row: Mapping[str, Any]) -> Linked:
    return Linked(
        RecordId(row["source"] or "", row["source_id"] or ""),
        row[look.entity.core.id_column] or "",
        row["probability"],
        row["weight"],
        row["decided_by"] or "",
        row["matched_with"] or "",
    )


def happened(look: Looking, core_ids: Sequence[str]) -> tuple[Happened, ...]:
    """What became of some ids, the newest first."""
    if not look.has("history"):
        return ()
    id_column = look.entity.core.id_column
    where = f'WHERE list_contains(?::VARCHAR[], "{id_column}") OR list_contains(?::VARCHAR[], other)'
    rows = look.rows(f"FROM {look.table('history')} {where} {NEWEST}", [list(core_ids), list(core_ids)])
    return tuple(
        Happened(
            row["at"], row["event"] or "", row[id_column] or "", row["other"] or "", row["why"] or "", tuple(row["records"] or ())
        )
        for row in rows
    )  # fmt: skip


def _values(look: Looking, core_id: str) -> Iterator[tuple[str, str | None]]:
    if not look.has("entity"):
        return
    chosen = ", ".join(f'CAST("{one.name}" AS VARCHAR) AS "{one.name}"' for one in look.entity.core.fields)
    where = f'WHERE "{look.entity.core.id_column}" = ?'
    for row in look.rows(f"SELECT {chosen} FROM {look.table('entity')} {where}", [core_id])[:1]:
        yield from row.items()


def _agreed(look: Looking, core_id: str) -> Iterator[Agreed]:
    """In the order of core.yaml."""
    if not look.has("corroboration"):
        return
    order = {one.name: place for place, one in enumerate(look.entity.core.fields)}
    where = f'WHERE "{look.entity.core.id_column}" = ?'
    rows = look.rows(f"FROM {look.table('corroboration')} {where}", [core_id])
    for row in sorted(rows, key=lambda row: order.get(row["field"], len(order))):
        yield Agreed(row["field"] or "", row["value"], *(row[name] or 0 for name in ("agreeing", "saying", "variants")))
