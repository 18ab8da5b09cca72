"""Agreements as documents of the Bitol draft OAAS, and as files of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from weft.access.reader import names_product
from weft.errors import StoreFault
from weft.governance.agreements.office import Office
from weft.names import PROD, ProductName, domain_of
from weft.product.agreement import Agreement
from weft.product.contract import Contract
from weft.product.product import Product
from weft.standards.oaas import Access, Consumer, Provider, document

FOLDER = "exports/agreements"
"""In the mesh's folder, where nothing else is said."""


def exported(office: Office, chosen: Iterable[Agreement]) -> dict[str, dict[str, Any]]:
    """By the agreement's id, in the order of ids."""
    found = sorted(chosen, key=lambda one: (len(one.id), one.id))
    names = {one.product for one in found} | {ProductName(one.reader) for one in found if one.is_of_product}
    products = office.registry.products(names, PROD) if names else {}
    return {one.id: document(_access(one, products, office.settings.name)) for one in found}


def write(documents: dict[str, dict[str, Any]], folder: Path) -> tuple[Path, ...]:
    """One file for each, `a12.oaas.yaml`; what is there of the same name is replaced as a whole. Raises: StoreFault."""
    from weft.standards.writing import written

    paths: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for identity, data in documents.items():
            path, partial = folder / f"{identity}.oaas.yaml", folder / f".{identity}.partial"
            partial.write_text(written(data), encoding="utf-8")
            partial.replace(path)
            paths.append(path)
    except OSError as error:
        mend = "Name a folder that may be written: --output DIR."
        raise StoreFault(f"{error.filename or folder} cannot be written: {error.strerror}", mend=mend) from error
    return tuple(paths)


def _access(one: Agreement, products: dict[ProductName, Product], mesh: str) -> Access:
    product = products.get(one.product)
    ended = next((ruling for ruling in reversed(one.rulings) if ruling.word in ("revoked", "refused")), None)
    more = {
        "line": one.line,
        "useCase": one.use_case,
        "requestedBy": one.requested_by,
        "requestedAt": f"{one.requested_at:%Y-%m-%dT%H:%M:%SZ}",
        "decidedBy": ", ".join(
            dict.fromkeys(r.who for r in one.rulings if r.word in ("approved", "granted", "renewed"))
        ),
        "because": ended.reason if ended else "",
    }
    terms = one.terms
    return Access(
        mesh,
        one.id,
        one.state,
        _provider(one, product),
        _consumer(one, products),
        one.purpose,
        one.revision,
        terms.usage,
        terms.limitations,
        terms.price,
        one.role,
        one.since,
        one.until or one.asked_until,
        ended.at if ended and one.state == "revoked" else None,
        more,
    )


def _provider(one: Agreement, product: Product | None) -> Provider:
    contract = _contract(one, product)
    name = product.id if product else one.product
    return Provider(one.domain, name, one.port_name, contract.id if contract else "", one.terms.version)


def _contract(one: Agreement, product: Product | None) -> Contract | None:
    found = ((port, product.promise(port)) for port in product.output_ports) if product else ()
    named = (contract for port, contract in found if contract and port.name == one.port_name)
    return next((contract for contract in named if contract.line == one.line), None)


def _consumer(one: Agreement, products: dict[ProductName, Product]) -> Consumer:
    if not names_product(one.reader):
        domain, slash, _ = one.reader.partition("/")
        return Consumer(team=domain if slash else "", user=one.reader)
    name = ProductName(one.reader)
    return Consumer(domain_of(name), products[name].id if name in products else name)
