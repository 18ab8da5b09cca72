"""Which products a command means: names and globs of products, domains and tables, `+upstream` and `downstream+`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from weft.errors import Unknown, did_you_mean
from weft.names import MESH_DOMAIN, DomainName, ProductName
from weft.product.mesh import Mesh


def selected(mesh: Mesh, patterns: Iterable[str]) -> frozenset[ProductName]:
    """All products of this checkout where there is no pattern; a table means its product, a domain all that is nested in it.

    Raises: Unknown where a pattern matches nothing, with the closest name, or nothing of this checkout.
    """
    present = {product.name for product in mesh.present}
    wanted = tuple(patterns)
    if not wanted:
        return frozenset(present)
    reads = {name: mesh.upstream(mesh.products[name]) for name in mesh.products}
    found: set[ProductName] = set()
    for pattern in wanted:
        matched = _matched(mesh, pattern, reads)
        if not matched & present:
            raise _elsewhere(pattern, sorted(matched))
        found |= matched
    return frozenset(found & present)


def _matched(mesh: Mesh, pattern: str, reads: Mapping[ProductName, Iterable[ProductName]]) -> set[ProductName]:
    name = pattern.removeprefix("+").removesuffix("+")
    hit = {product for product in mesh.products if _matches(mesh, product, name)}
    if not hit:
        raise _unknown(mesh, name)
    found = set(hit)
    if pattern.startswith("+"):
        found |= _closure(hit, reads)
    if pattern.endswith("+"):
        readers: dict[ProductName, list[ProductName]] = {}
        for product, sources in reads.items():
            for source in sources:
                readers.setdefault(source, []).append(product)
        found |= _closure(hit, readers)
    return found


def _matches(mesh: Mesh, product: ProductName, pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in _names(mesh, product, with_lines="@" in pattern))


def _names(mesh: Mesh, product: ProductName, *, with_lines: bool) -> Iterator[str]:
    """All that a product goes by: its own name, the domains that it lies in, and its tables."""
    yield product
    yield from _domains(mesh, mesh.products[product].domain)
    for _, contract, table in mesh.products[product].promises:
        name = f"{product}.{table.name}"
        yield f"{name}@{contract.line}" if with_lines else name


def _domains(mesh: Mesh, name: DomainName) -> Iterator[DomainName]:
    """A domain and all that it is nested in; a circle of parents is a fault that `check` tells."""
    passed: set[DomainName] = set()
    at: DomainName | None = name
    while at is not None and at not in passed:
        passed.add(at)
        yield at
        domain = mesh.domains.get(at)
        at = domain.parent if domain else None


def _unknown(mesh: Mesh, name: str) -> Unknown:
    known = [known for product in mesh.products for known in _names(mesh, product, with_lines="@" in name)]
    return Unknown("product, domain or table", name, known, mend=_mend(name, known))


def _mend(name: str, known: Iterable[str]) -> str:
    """What a person who wrote this is likely to have meant."""
    if name == MESH_DOMAIN or name.startswith(f"{MESH_DOMAIN}."):
        return "The domain mesh is the mesh's own metadata: it is asked with `weft query` and never built."
    if "," in name or " " in name.strip():
        return "Write each name on its own: --select A --select B."
    if not name.strip("+ "):
        return "Write a domain, a product or a table, such as --select 'fleet.*'; without --select all are meant."
    leaves = sorted(known_as for known_as in set(known) if known_as.rpartition(".")[2] == name)
    return f"Did you mean '{leaves[0]}'?" if leaves else did_you_mean(name, known) or "`weft show` lists them."


def _elsewhere(pattern: str, names: list[ProductName]) -> Unknown:
    mend = f"{', '.join(names[:3])}: known from the registry alone, and applied from its own domain's checkout."
    return Unknown("product of this checkout", pattern, mend=mend)


def _closure(start: Iterable[ProductName], edges: Mapping[ProductName, Iterable[ProductName]]) -> set[ProductName]:
    found: set[ProductName] = set()
    waiting = list(start)
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
