"""Relations of the domain `mesh` that say what people do: who may see which of their rows.

Who read what, and in which words, is no more anybody's to see than the data itself: it is for the domain that was read, and for
those who watch over the mesh. Whoever asks sees what they did themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from weft.access.acquaintance import may_know_account, may_know_role
from weft.access.permissions import Action, allowed
from weft.names import DomainName, ProductName, domain_of
from weft.product.audit import Span

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.access import Reader
    from weft.query.library import Library

WATCH: Action = "search audit"
CONSUMERS: Action = "see consumers"
OWN_AUDIT: Action = "read domain audit"
WATCHED = ("audit", "reads")
MOST = 2_000
"""Records of the trail that whoever does not watch over the mesh is shown: of each domain that they own, and their own."""
IDS = 500


def sees_all(relation: str, reader: Reader) -> bool:
    """Whether nothing of a relation is kept from whoever asks: who watches over the mesh sees who read even what they may not know of."""
    return reader.is_owner or (relation in WATCHED and allowed(reader, WATCH).is_allowed)


def seen_rows(relation: str, found: pa.Table, reader: Reader) -> pa.Table:
    """The rows of a relation that are for whoever asks."""
    if reader.is_owner or relation not in PRIVATE:
        return found
    import pyarrow as pa

    shown = found.filter(pa.array(PRIVATE[relation](found, reader), pa.bool_()))
    return _wordless(shown, reader) if relation == "reads" and not sees_all(relation, reader) else shown


def _wordless(reads: pa.Table, reader: Reader) -> pa.Table:
    """The words of others' questions may name tables of any domain, and what was looked for in them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    own = pc.equal(reads.column("who"), pa.scalar(reader.name))
    for name in ("sql_text", "sql_digest"):
        place = reads.schema.get_field_index(name)
        reads = reads.set_column(place, reads.schema.field(name), pc.if_else(own, reads.column(name), pa.scalar("")))
    return reads


def _read(found: pa.Table, reader: Reader) -> list[bool]:
    """A row of the query log is of one line."""
    if allowed(reader, WATCH).is_allowed:
        return [True] * found.num_rows
    may: dict[str, bool] = {}
    shown = []
    for product, who in zip(*(found.column(name).to_pylist() for name in ("product", "who")), strict=True):
        domain = domain_of(ProductName(product))
        if domain not in may:
            may[domain] = allowed(reader, CONSUMERS, domain).is_allowed
        shown.append(may[domain] or who == reader.name)
    return shown


def _audited(found: pa.Table, reader: Reader) -> list[bool]:
    """A question over several domains is shown to whoever owns all of them: its SQL names the tables of each."""
    if allowed(reader, WATCH).is_allowed:
        return [True] * found.num_rows
    rows = zip(*(found.column(name).to_pylist() for name in ("domains", "who")), strict=True)
    return [who == reader.name or all(_owns(reader, domain) for domain in domains) for domains, who in rows]


def _owns(reader: Reader, domain: str) -> bool:
    return bool(domain) and allowed(reader, OWN_AUDIT, domain).is_allowed


def audit_table(library: Library) -> pa.Table:
    """`mesh.audit` for whoever does not watch over the mesh: no more is looked at than may be theirs, for the trail is long."""
    from weft.registry.facts import RELATIONS
    from weft.registry.facts.audit import row_of

    audit, reader = library.registry.audit, library.reader
    owned = [name for name in sorted({grant.domain for grant in reader.grants}) if _owns(reader, name)]
    spans = [Span(who=reader.name, newest=MOST), *(Span(domain=DomainName(name), newest=MOST) for name in owned)]
    found = {one.number: one for span in spans for one in audit.records(span) if one.kind != "completed"}
    began = [one.id for one in found.values() if one.kind == "began"]
    parts = [tuple(began[at : at + IDS]) for at in range(0, len(began), IDS)]
    ended = {one.id: one.body for ids in parts for one in audit.records(Span(ids=ids, kind="completed"))}
    rows = (row_of(one, ended.get(one.id)) for _, one in sorted(found.items()))
    return RELATIONS["audit"].of(rows)


def _people(found: pa.Table, reader: Reader) -> list[bool]:
    rows = zip(*(found.column(name).to_pylist() for name in ("account", "domain")), strict=True)
    return [may_know_account(reader, account, domain) for account, domain in rows]


def _grants(found: pa.Table, reader: Reader) -> list[bool]:
    rows = zip(*(found.column(name).to_pylist() for name in ("account", "domain")), strict=True)
    return [may_know_role(reader, account, domain) for account, domain in rows]


PRIVATE: dict[str, Callable[[pa.Table, Reader], list[bool]]] = {
    "audit": _audited,
    "reads": _read,
    "people": _people,
    "grants": _grants,
}
"""Of each such relation, which rows are shown."""
