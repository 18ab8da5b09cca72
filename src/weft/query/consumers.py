"""Who reads what, as whoever asks may know it: their own, and that of the domains whose consumers they see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.access.discovering import KNOWING
from weft.access.permissions import allowed
from weft.access.reader import names_product
from weft.query.library import Library

if TYPE_CHECKING:
    import pyarrow as pa

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
