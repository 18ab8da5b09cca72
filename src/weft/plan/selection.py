"""Which products a command means: names and globs of products, domains and tables, `+upstream` and `downstream+`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from weft.errors import Unknown
from weft.names import ProductName
from weft.product.mesh import Mesh


def selected(mesh: Mesh, patterns: Iterable[str]) -> frozenset[ProductName]:
    """All products of this checkout where there is no pattern; a pattern of a table means its whole product.

    Raises: Unknown where a pattern matches nothing, with the closest name.
    """
    present = {product.name for product in mesh.present}
    wanted = tuple(patterns)
    if not wanted:
        return frozenset(present)
    reads = {name: mesh.upstream(mesh.products[name]) for name in mesh.products}
    found: set[ProductName] = set()
    for pattern in wanted:
        found |= _matched(mesh, pattern, reads)
    return frozenset(found & present)


def _matched(mesh: Mesh, pattern: str, reads: Mapping[ProductName, Iterable[ProductName]]) -> set[ProductName]:
    name = pattern.removeprefix("+").removesuffix("+")
    hit = {product for product in mesh.products if _matches(mesh, product, name)}
    if not hit:
        known = [*mesh.products, *mesh.domains, *(line.partition("@")[0] for line in mesh.lines)]
        raise Unknown("product, domain or table", name, known)
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
    if fnmatchcase(product, pattern) or fnmatchcase(mesh.products[product].domain, pattern):
        return True
    return any(fnmatchcase(f"{product}.{table.name}", pattern) for _, _, table in mesh.products[product].promises)


def _closure(start: Iterable[ProductName], edges: Mapping[ProductName, Iterable[ProductName]]) -> set[ProductName]:
    found: set[ProductName] = set()
    waiting = list(start)
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
