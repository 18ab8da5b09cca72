"""Where a name's page is."""

from __future__ import annotations

from urllib.parse import quote


def page_of(name: str) -> str:
    """Of a domain, a product, or a table with or without its line."""
    kind = ("domains", "products", "tables")[min(name.partition("@")[0].count("."), 2)]
    return f"/{kind}/{quote(name, safe='@.')}"


def lineage_of(name: str) -> str:
    """Of a domain, a product, a table, a column or a source."""
    return f"/lineage/{quote(name, safe='@.:')}"
