"""Relations of the domain `mesh` that say what people do: who may see which of their rows.

Who read what, and in which words, is no more anybody's to see than the data itself: it is for the domain that was read, and for
those who watch over the mesh. Whoever asks sees what they did themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from weft.access.acquaintance import may_know_account, may_know_role
from weft.access.permissions import Action, allowed
from weft.names import ProductName, domain_of

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.access import Reader

WATCH: Action = "search audit"
CONSUMERS: Action = "see consumers"
OWN_AUDIT: Action = "read domain audit"


def sees_all(relation: str, reader: Reader) -> bool:
    """Whether nothing of a relation is kept from whoever asks: who watches over the mesh sees who read even what they may not know of."""
    return reader.is_owner or (relation in PRIVATE and allowed(reader, WATCH).is_allowed)


def seen_rows(relation: str, found: pa.Table, reader: Reader) -> pa.Table:
    """The rows of a relation that are for whoever asks."""
    if reader.is_owner or relation not in PRIVATE:
        return found
    import pyarrow as pa

    return found.filter(pa.array(PRIVATE[relation](found, reader), pa.bool_()))


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
    names = ("domains", "who", "on_behalf_of")
    rows = zip(*(found.column(name).to_pylist() for name in names), strict=True)
    owned = {domain: allowed(reader, OWN_AUDIT, domain).is_allowed for domain in _all(found)}
    return [reader.name in (who, whom) or all(owned[domain] for domain in domains) for domains, who, whom in rows]


def _all(found: pa.Table) -> set[str]:
    return {domain for domains in found.column("domains").to_pylist() for domain in domains}


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
