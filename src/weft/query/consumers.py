"""Who reads what, as whoever asks may know it: their own, and that of the domains whose consumers they see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.access.discovering import KNOWING
from weft.access.permissions import allowed
from weft.access.reader import names_product
from weft.query.library import Library

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT_SOMEBODY = (
    "access asked for",
    "access granted",
    "access refused",
    "access revoked",
    "access ends soon",
    "access ended",
    "proposed",
    "proposal answered",
)
"""The kinds of events that name who asks for what and why."""
WHO = {
    "agreements": ("reader", "requested_by"),
    "proposals": ("who",),
    "consumers": ("consumer",),
}
"""The columns that name whose a row is."""


def told_of(table: pa.Table, library: Library, name: str) -> pa.Table:
    """That a product reads a line is no secret: its manifest says it."""
    reader = library.reader
    if reader.roles() & KNOWING:
        return table
    if name == "events":
        return _events(table, library)
    import pyarrow as pa

    domains: dict[str, bool] = {}
    keep: list[bool] = []
    columns = [table.column(column).to_pylist() for column in WHO[name]]
    products = table.column("product").to_pylist()
    for product, *who in zip(products, *columns, strict=True):
        domain = str(product).partition(".")[0]
        if domain not in domains:
            domains[domain] = allowed(reader, "see consumers", domain).is_allowed
        is_open = name == "consumers" and names_product(str(who[0]))
        keep.append(domains[domain] or is_open or reader.name in who)
    return table.filter(pa.array(keep, pa.bool_()))


def _events(table: pa.Table, library: Library) -> pa.Table:
    """What became of somebody's wish is for them, and for the domain whose port it is; their id stands in place of a run."""
    import pyarrow as pa
    import pyarrow.compute as pc

    private = pc.is_in(table.column("kind"), pa.array(ABOUT_SOMEBODY, pa.string()))
    if not pc.any(private).as_py():
        return table
    reader, agreements = library.reader, library.registry.agreements
    own = {one.id for one in agreements.of(reader.name)}
    own |= {one.id for one in agreements.proposals.on() if one.who == reader.name}
    keep: list[bool] = []
    columns = (table.column(name).to_pylist() for name in ("product", "run", "who"))
    for is_private, product, run, who in zip(private.to_pylist(), *columns, strict=True):
        domain = str(product).partition(".")[0]
        theirs = who == reader.name or str(run).partition(".")[0] in own
        keep.append(not is_private or theirs or allowed(reader, "see consumers", domain).is_allowed)
    return table.filter(pa.array(keep, pa.bool_()))
