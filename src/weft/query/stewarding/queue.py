"""Pairs that wait for a steward, the surest first, as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weft.errors import Misuse, Unknown
from weft.product.core_data import RecordId
from weft.query.library import Library
from weft.query.stewarding.tables import EVIDENCE, Entity, Looking, looking
from weft.query.stewarding.values import Evidence, Key, Pair, Queue, Sought

SIDES = ("left_source", "left_id", "right_source", "right_id")
ALL = Sought()
BETWEEN = "\x1f"
"""Between the parts of a pair where it is one text: no key of a source holds it."""


def queue(library: Library, found: Entity, sought: Sought = ALL) -> Queue:
    """Raises: Misuse (no review is published), Unknown (no such source), Refused (the review is not for whoever asks)."""
    if "review" not in found.lines:
        mend = f"Promise the table {found.core.tables.get('review', 'review')} in a contract of {found.product}."
        raise Misuse(f"{found.product} publishes no table of what waits for review", mend=mend)
    sources = [one.name for one in found.core.sources]
    if sought.source and sought.source not in sources:
        raise Unknown(f"source of {found.product}", sought.source, sources)
    with looking(library, found, ["review"]) as look:
        where, given = _where(sought)
        waiting = look.rows(f"SELECT count(*) AS n FROM {look.table('review')} WHERE {where}", given)[0]["n"]
        pairs = _pairs(look, where, given, sought)
    pointer = library.registry.recorded(library.environment).pointers.get(found.lines["review"])
    limits = found.core.thresholds
    return Queue(
        str(found.product), found.core.entity, found.core.id_column, limits.same, limits.review, waiting, pairs,
        pointer.published_at if pointer else None, found.masked("review"),
    )  # fmt: skip


def pairs_of(look: Looking, records: Sequence[RecordId], most: int = 0) -> tuple[Pair, ...]:
    """Those that any of some records is in."""
    if not look.has("review"):
        return ()
    keys = texts_of(records)
    ours = " OR ".join(is_among(f"{side}_source", f"{side}_id") for side in ("left", "right"))
    return _pairs(look, ours, [keys, keys], Sought(most=most))


def is_among(*columns: str) -> str:
    """Whether columns, of one record or of a pair, stand among the texts of a parameter."""
    return f"list_contains(?::VARCHAR[], concat_ws(chr({ord(BETWEEN)}), {', '.join(columns)}))"


def texts_of(records: Sequence[RecordId]) -> list[str]:
    """Records as such texts."""
    return [BETWEEN.join(_side(one)) for one in records]


def pair_of(look: Looking, left: RecordId, right: RecordId) -> Pair | None:
    """Whichever of the two comes first."""
    if not look.has("review"):
        return None
    keys = [BETWEEN.join((*_side(a), *_side(b))) for a, b in ((left, right), (right, left))]
    found = _pairs(look, is_among(*SIDES), [keys], Sought(most=1))
    return found[0] if found else None


def _where(sought: Sought) -> tuple[str, list[Any]]:
    """With the values of its parameters. The reader's own mask stands in a column where there is one, and nothing is found by what it hides."""
    said = ["coalesce(probability, 0) BETWEEN ? AND ?"]
    values: list[Any] = [sought.least, sought.greatest]
    if sought.source:
        said.append("? IN (left_source, right_source)")
        values.append(sought.source)
    if sought.decided:
        said.append(f"NOT {is_among(*SIDES)}")
        values.append([BETWEEN.join(one) for key in sought.decided for one in (key, _turned(key))])
    return " AND ".join(said), values


def _pairs(look: Looking, where: str, given: Sequence[Any], sought: Sought) -> tuple[Pair, ...]:
    """The surest first; of one probability in the order of records, so that no pair is on two pages."""
    core_id = look.entity.core.id_column
    some = f" LIMIT {int(sought.most)} OFFSET {int(sought.skip)}" if sought.most else ""
    order = f"ORDER BY probability DESC NULLS LAST, weight DESC NULLS LAST, {', '.join(SIDES)}"
    rows = look.rows(f"FROM {look.table('review')} WHERE {where} {order}{some}", given)
    return tuple(_pair(row, core_id, is_shown=not look.entity.withholds_values) for row in rows)


def _pair(row: dict[str, Any], core_id: str, *, is_shown: bool) -> Pair:
    evidence = tuple(
        Evidence(one["comparison"], one["level"] or "", one["weight"] or 0.0, *(_values(one) if is_shown else ()))
        for one in row[EVIDENCE] or ()
    )
    left, right, left_core, right_core = (
        row[name] or "" for name in ("left_id", "right_id", f"left_{core_id}", f"right_{core_id}")
    )
    return Pair(
        RecordId(row["left_source"] or "", left),
        RecordId(row["right_source"] or "", right),
        left_core,
        right_core,
        row["probability"],
        row["weight"],
        row["reason"] or "",
        evidence,
    )


def _values(one: dict[str, Any]) -> tuple[str | None, str | None]:
    return one["left"], one["right"]


def _side(record: RecordId) -> tuple[str, str]:
    return record.source, record.id


def _turned(key: Key) -> Key:
    return key[2], key[3], key[0], key[1]
