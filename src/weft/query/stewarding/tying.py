"""Why two records are one, or are not, by what was published: rules, decisions, weights, and the chain that leads from one to the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from weft.errors import Misuse, Unknown
from weft.product.core_data import CoreData, RecordId
from weft.query.library import Library
from weft.query.stewarding.queue import pair_of, pairs_of
from weft.query.stewarding.record import happened, link_of, linked, readable
from weft.query.stewarding.tables import Entity, Looking, looking
from weft.query.stewarding.values import Linked, Pair, Standing, Tied


def tied(library: Library, found: Entity, left: RecordId, right: RecordId) -> Tied:
    """Raises: Unknown (no such record), Misuse (one record twice), Refused."""
    if left == right:
        raise Misuse(f"{left} is one record, and not two", mend="Name two records.")
    with looking(library, found, readable(found)) as look:
        one, other = link_in(look, left), link_in(look, right)
        ids = tuple(dict.fromkeys((one.core_id, other.core_id)))
        withholds = _withholds(look)
        return Tied(
            str(found.product),
            found.core.entity,
            one,
            other,
            found.core.thresholds.same,
            found.core.thresholds.review,
            chain(linked(look, one.core_id), left, right) if len(ids) == 1 else (),
            _decided(found.core, left, right, tells_why=not withholds),
            pair_of(look, left, right),
            tuple(_between(look, one, other)) if len(ids) > 1 else (),
            happened(look, ids),
            found.masked("review"),
            withholds,
        )


def _withholds(look: Looking) -> bool:
    """Whether values that no table shows are withheld: they are for whoever sees every field, and for the owner."""
    found = look.entity
    seen = look.columns["entity"] - set(found.masked("entity"))
    sees_all = look.is_owner or all(field.name.lower() in seen for field in found.core.fields)
    return found.withholds_values or not sees_all


def link_in(look: Looking, record: RecordId) -> Linked:
    """Where a record is. Raises: Unknown."""
    sources = [one.name for one in look.entity.core.sources]
    if record.source not in sources:
        raise Unknown("source", record.source, sources)
    if (found := link_of(look, record)) is None:
        raise Unknown(f"record of {record.source}", record.id, ())
    return found


def _decided(core: CoreData, left: RecordId, right: RecordId, *, tells_why: bool) -> Standing | None:
    """The newest line of the pair. What a steward wrote down may say what is not for everybody."""
    pair = {left, right}
    found = [one for one in core.decisions if {one.left, one.right} == pair]
    if not found:
        return None
    newest = found[-1]
    return Standing(newest.verdict, newest.by, newest.on.isoformat(), newest.why if tells_why else "")


def _between(look: Looking, left: Linked, right: Linked) -> Iterator[Pair]:
    ids = {left.core_id, right.core_id}
    for pair in pairs_of(look, [left.record, right.record, *(one.record for one in linked(look, left.core_id))]):
        if {pair.left_core, pair.right_core} == ids and {pair.left, pair.right} != {left.record, right.record}:
            yield pair


def chain(links: Sequence[Linked], left: RecordId, right: RecordId) -> tuple[Linked, ...]:
    """The shortest way from one record to another over who was matched with whom; empty where there is none.

    Each step is the link of the record that was tied to the one before it, or that the one before it was tied to.
    """
    known = {str(one.record): one for one in links}
    beside: dict[str, list[tuple[str, Linked]]] = {}
    for name, one in known.items():
        if one.matched_with in known:
            beside.setdefault(name, []).append((one.matched_with, one))
            beside.setdefault(one.matched_with, []).append((name, one))
    came: dict[str, tuple[str, Linked]] = {}
    waiting = deque([str(left)])
    while waiting and str(right) not in came:
        here = waiting.popleft()
        for there, by in beside.get(here, ()):
            if there not in came and there != str(left):
                came[there] = (here, by)
                waiting.append(there)
    return tuple(reversed(list(_back(came, str(right)))))


def _back(came: Mapping[str, tuple[str, Linked]], at: str) -> Iterator[Linked]:
    while at in came:
        at, by = came[at]
        yield by
