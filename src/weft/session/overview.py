"""The mesh at a glance: every domain with its products, as last applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weft.session.session import Session


@dataclass(frozen=True, slots=True)
class ProductGlance:
    """Counted over its newest lines."""

    product: str
    title: str | None
    status: str | None
    purpose: str | None
    published_at: datetime | None
    tables: int
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class DomainGlance:
    domain: str
    description: str | None
    team: str | None
    products: tuple[ProductGlance, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    name: str
    environment: str
    domains: tuple[DomainGlance, ...]


def overview(session: Session) -> Overview:
    from weft.query.facts import Facts

    facts = Facts(session.library)
    tables: dict[str, list[tuple[int, int]]] = {}
    for product, rows, size, is_newest in facts.rows("tables", "product", "rows", "bytes", "is_newest"):
        if is_newest:
            tables.setdefault(product, []).append((rows or 0, size or 0))
    products: dict[str, list[ProductGlance]] = {}
    for domain, *said in facts.rows("products", "domain", "product", "title", "status", "purpose", "published_at"):
        held = tables.get(said[0], [])
        said += [len(held), sum(rows for rows, _ in held), sum(size for _, size in held)]
        products.setdefault(domain, []).append(ProductGlance(*said))
    domains = tuple(
        DomainGlance(domain, description, team, tuple(products.get(domain, ())))
        for domain, description, team in facts.rows("domains", "domain", "description", "team")
    )
    return Overview(session.settings.name, session.environment, domains)
