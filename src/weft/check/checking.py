"""All rules over all products, and what reading found before: every fault at once, in the order of files and lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from weft.check.circles import a_product_reads_itself
from weft.check.ground import Ground
from weft.check.rules import RULES
from weft.engine.seam import Engine
from weft.errors import Fault
from weft.names import ProductName
from weft.product.mesh import Mesh
from weft.standards.odcs import SUFFIX
from weft.standards.odps import MANIFEST

CORE = "core.yaml"
MANY = 16
"""Fewer products are bound as they come: threads would only cost."""


def check(
    mesh: Mesh,
    faults_of_reading: tuple[Fault, ...],
    engine: Engine,
    only: frozenset[ProductName] | None = None,
    root: Path | None = None,
) -> tuple[Fault, ...]:
    """Everything that is wrong as written, of all products or of some alone; what is not in this checkout is taken as right.

    `root` is the mesh's folder; without it, what only files say (tests of transforms, places of sources) is left alone.
    """
    unread = _something_is_unread(mesh, faults_of_reading)
    found = [fault for fault in faults_of_reading if only is None or _concerns(fault, mesh, only)]
    cores = {fault.place.file for fault in faults_of_reading if fault.place.file.endswith(f"/{CORE}")}
    grounds = [
        Ground(
            mesh, product, engine, unread, root, is_core_unread=not product.core and f"{product.folder}/{CORE}" in cores
        )
        for product in mesh.present
        if only is None or product.name in only
    ]
    with _binding_ahead(grounds):
        for ground in grounds:
            found += (fault for rule in RULES for fault in rule(ground))
    found += _circles(mesh, only)
    return tuple(sorted(set(found)))


@contextmanager
def _binding_ahead(grounds: Sequence[Ground]) -> Iterator[None]:
    """Binds all transforms from two threads: DuckDB's binder runs beside Python, and takes most of the time of a check."""
    if len(grounds) < MANY:
        yield
        return
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda ground: ground.bound, grounds))
        yield


def _circles(mesh: Mesh, only: frozenset[ProductName] | None) -> Iterator[Fault]:
    for names, fault in a_product_reads_itself(mesh):
        if only is None or only & set(names):
            yield fault


def _something_is_unread(mesh: Mesh, faults: tuple[Fault, ...]) -> bool:
    """Whether a manifest or a contract could not be read, which others may rightly name."""
    known = {contract.file for product in mesh.products.values() for contract in product.contracts}
    known |= {f"{product.folder}/{MANIFEST}" for product in mesh.products.values()}
    documents = {fault.place.file for fault in faults if fault.place.file.endswith((SUFFIX, MANIFEST))}
    return not documents <= known


def _concerns(fault: Fault, mesh: Mesh, only: frozenset[ProductName]) -> bool:
    """Whether a fault of reading lies in a chosen product, or in none that is known."""
    file = fault.place.file
    owner = next((product for product in mesh.present if file.startswith(f"{product.folder}/")), None)
    return owner is None or owner.name in only
