"""Data products: lists of them, and each by its five interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.errors import Unknown
from weft.names import DomainName, LineName, ProductName, domain_of
from weft.plan.changes import contract_changes, least_version
from weft.product.contract import Contract, ServiceLevel
from weft.product.product import Product
from weft.query.facts import Facts
from weft.query.pages import LineLedger, ProductPage, ProductSummary
from weft.query.show import shown, summaries
from weft.server.answers import tagged
from weft.server.asking import Asker, Asking, acts
from weft.server.pages_seen import remote
from weft.server.paging import Env, Page

router = APIRouter(prefix="/api/v1/products", tags=["catalogue"])
Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class ProductListed:
    domain: DomainName
    type: str
    version: str
    tags: tuple[str, ...]
    summary: ProductSummary


@dataclass(frozen=True, slots=True)
class ProductList:
    items: tuple[ProductListed, ...]
    next: str


@dataclass(frozen=True, slots=True)
class PortVersion:
    """One version of one port, with the terms that it is promised on."""

    port: str
    contract: str
    version: str
    line: str
    status: str
    service_levels: tuple[ServiceLevel, ...]
    tables: tuple[LineName, ...]


@dataclass(frozen=True, slots=True)
class ProductVersions:
    product: ProductName
    versions: tuple[PortVersion, ...]


@dataclass(frozen=True, slots=True)
class ChangeSaid:
    """One difference, as whoever reads the older version meets it: breaking, conditional, minor or patch."""

    kind: str
    where: str
    impact: str
    reason: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PortChanges:
    """`least` is the version that such a change deserves at least."""

    port: str
    before: str
    after: str
    breaks: bool
    least: str
    changes: tuple[ChangeSaid, ...]


@dataclass(frozen=True, slots=True)
class Consumers:
    """Who is on which line of a product."""

    product: ProductName
    lines: tuple[LineLedger, ...]


@router.get("", response_model=ProductList, openapi_extra=acts("discover"))
def products(
    asking: Asking, part: Page, domain: Text = "", tag: Text = "", type: Text = "", status: Text = ""
) -> Response:
    """All products, by name; those of a domain, with a tag, of a type or of a status where one is said."""
    asking.allow("discover")
    facts = Facts(asking.library_of(part.env))
    said = {"domain": domain, "type": type, "status": status}
    wanted = {name: value for name, value in said.items() if value}
    found = [
        product
        for product in facts.mesh.products.values()
        if all(getattr(product, name) == value for name, value in wanted.items()) and (not tag or tag in product.tags)
    ]
    chosen, following = part.of(found)
    listed = zip(chosen, summaries(facts, list(chosen)), strict=True)
    items = tuple(ProductListed(p.domain, p.type, p.version, p.tags, summary) for p, summary in listed)
    return tagged(ProductList(items, following), asking.request)


@router.get("/{product}", response_model=ProductPage, openapi_extra=acts("discover"))
def product(asking: Asking, product: str, env: Env = "prod") -> Response:
    """One product by the five interfaces: data, where, what, how, who."""
    asking.allow("discover")
    return tagged(remote(_page(asking, product, env), asking), asking.request)


def _page(asking: Asker, name: str, env: str) -> ProductPage:
    page = shown(name, asking.library_of(env)) if name.count(".") == 1 else None
    if not isinstance(page, ProductPage):
        raise Unknown("product", name)
    return page


@router.get("/{product}/versions", response_model=ProductVersions, openapi_extra=acts("discover"))
def product_versions(asking: Asking, product: str, env: Env = "prod") -> Response:
    """Every version of every output port that is promised now, with its service levels."""
    asking.allow("discover")
    found = Facts(asking.library_of(env)).mesh.product(ProductName(product))
    return tagged(ProductVersions(found.name, tuple(_versions(found))), asking.request)


def _versions(product: Product) -> Iterator[PortVersion]:
    for port in product.output_ports:
        if contract := product.promise(port):
            lines = tuple(product.line(table.name, contract.line) for table in contract.tables)
            levels = contract.service_levels
            yield PortVersion(port.name, contract.id, contract.version, contract.line, contract.status, levels, lines)


@router.get("/{product}/changes", response_model=PortChanges, openapi_extra=acts("discover"))
def product_changes(asking: Asking, product: str, port: Text, before: Text, after: Text, env: Env = "prod") -> Response:
    """What one version of a port changes for whoever reads another: each difference, and whether it breaks."""
    asking.allow("discover")
    found = Facts(asking.library_of(env)).mesh.product(ProductName(product))
    old, new = (_promised(found, port, version) for version in (before, after))
    changes = contract_changes(old, new)
    said = tuple(ChangeSaid(c.kind, c.where, c.impact, c.reason, _text(c.before), _text(c.after)) for c in changes)
    least = str(least_version(old.semantic_version, changes))
    breaks = any(change.breaks for change in changes)
    return tagged(PortChanges(f"{product}.{port}", old.version, new.version, breaks, least, said), asking.request)


def _promised(product: Product, port: str, version: str) -> Contract:
    """By a version, or by a line."""
    promised = [(one, product.promise(one)) for one in product.output_ports if one.name == port]
    contracts = [contract for _, contract in promised if contract]
    for contract in contracts:
        if version in (contract.version, contract.line):
            return contract
    raise Unknown(
        "version", f"{product.name}.{port}@{version}", [f"{product.name}.{port}@{c.version}" for c in contracts]
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


@router.get("/{product}/consumers", response_model=Consumers, openapi_extra=acts("see consumers"))
def product_consumers(asking: Asking, product: str, env: Env = "prod") -> Response:
    """Who is on which line: products, and people as the query log has measured. For those who look after the product."""
    asking.allow("see consumers", domain_of(ProductName(product)))
    page = _page(asking, product, env)
    return tagged(Consumers(page.name, page.who.ledger), asking.request)
