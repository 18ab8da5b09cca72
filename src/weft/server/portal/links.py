"""Where a name's page is."""

from __future__ import annotations

from urllib.parse import quote, urlencode

SAME_AS_DATA = {
    "/domains": "/api/v1/domains",
    "/runs": "/api/v1/runs",
    "/requests": "/api/v1/agreements",
    "/governance": "/api/v1/violations",
    "/governance/policies": "/api/v1/policies",
    "/governance/classifications": "/api/v1/classifications",
    "/governance/audit": "/api/v1/audit/records",
    "/notices": "/api/v1/notices",
    "/people": "/api/v1/people",
    "/me": "/api/v1/me",
}
"""Pages of one address, and the part of the API that says the same to a program."""
NAMED = ("/domains/", "/products/", "/tables/", "/lineage/", "/policies/")


def page_of(name: str) -> str:
    """Of a domain, a product, or a table with or without its line."""
    kind = ("domains", "products", "tables")[min(name.partition("@")[0].count("."), 2)]
    return f"/{kind}/{quote(name, safe='@.')}"


def lineage_of(name: str) -> str:
    """Of a domain, a product, a table, a column or a source."""
    return f"/lineage/{quote(name, safe='@.:')}"


def data_of(path: str, words: str = "") -> str:
    """Where the API says what the page at `path` shows (`words`: what a search page was asked for); empty where nothing does."""
    if path == "/search":
        return f"/api/v1/search?{urlencode({'words': words})}" if words else ""
    if "/core" in path and path.startswith("/products/"):
        return _core_data_of(path)
    named = path.removeprefix("/governance") if path.startswith("/governance/policies/") else path
    return f"/api/v1{quote(named, safe='/@.:')}" if named.startswith(NAMED) else SAME_AS_DATA.get(path, "")


def _core_data_of(path: str) -> str:
    """Of a pair there is none: which one it is, the path does not say."""
    if path.endswith("/core/pair"):
        return ""
    return f"/api/v1{quote(path, safe='/@.:')}{'/review' if path.endswith('/core') else ''}"
