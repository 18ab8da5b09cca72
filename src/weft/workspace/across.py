"""What must be one of a kind in a whole workspace: names of domains, and ids of products and of promised contracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weft.errors import Fault
from weft.workspace.cache import ReadDomain, ReadProduct


def faults_across(domains: Iterable[ReadDomain], products: Iterable[ReadProduct]) -> Iterator[Fault]:
    """Each thing that is there twice, said at the second place."""
    yield from _domains_twice(domains)
    yield from _ids_twice(products)


def _domains_twice(domains: Iterable[ReadDomain]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for domain in (read.domain for read in domains if read.domain):
        if domain.name in first:
            message = f"the domain '{domain.name}' is also the folder {first[domain.name]}"
            yield Fault(
                domain.place, message, "Rename one: a domain's name is unique in the mesh, however deep it is nested."
            )
        first.setdefault(domain.name, domain.folder)


def _ids_twice(products: Iterable[ReadProduct]) -> Iterator[Fault]:
    ids: dict[str, str] = {}
    promised: dict[str, str] = {}
    for product in (read.product for read in products if read.product):
        if product.id in ids:
            message = f"the id '{product.id}' is also that of {ids[product.id]}"
            yield Fault(product.place, message, "Give each product an id of its own.")
        ids.setdefault(product.id, product.name)
        for contract in {contract.id: contract for _, contract, _ in product.promises}.values():
            other = promised.setdefault(contract.id, product.name)
            if other != product.name:
                message = f"the contract id '{contract.id}' is also promised by {other}"
                yield Fault(contract.place, message, "Give each contract an id of its own.")
