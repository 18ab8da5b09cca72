"""The workspace as one value: every domain and product on disk, and everything that reading them found wrong.

Work is proportional to change: a file that the file system says is the same is not opened, and a product whose files have
the digests of last time is taken from the cache as it was read.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from weft.errors import Fault, Faults
from weft.names import ProductName, product_name
from weft.product.mesh import Mesh
from weft.settings import Settings
from weft.workspace.across import faults_across
from weft.workspace.beside import beside, can_fork
from weft.workspace.cache import Cache, Known, ReadDomain, ReadProduct, read_cache, write_cache
from weft.workspace.text import bytes_of, digest_of
from weft.workspace.tree import DOMAIN_FILE, Folder, Stat, Tree, is_lock, tree_of

UNREADABLE = "unreadable"
"""Stands for the digest of a file that cannot be opened."""


WORTH_A_CHILD = 200
"""Products that nothing is known of, from which a second process is worth what it costs."""


@dataclass(slots=True)
class Half:
    """What a child read: by path, as in the cache."""

    files: dict[str, Known] = field(default_factory=dict)
    products: dict[str, ReadProduct] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """`broken` are products with an error among `faults`; one whose manifest cannot be read is not in the mesh."""

    mesh: Mesh
    faults: tuple[Fault, ...] = ()
    broken: frozenset[ProductName] = frozenset()


def load(settings: Settings) -> Loaded:
    """Everything below the folder of domains. Faults are collected, never raised, in the order of files and lines."""
    loading = _Loading(settings, tree_of(settings.root, settings.domains), read_cache(settings.private))
    loaded = loading.loaded()
    if loading.learnt or loading.kept.files.keys() != loading.before.files.keys():
        write_cache(loading.kept, settings.private)
    return loaded


class _Loading:
    """One load: what was known before, what is kept for the next time, and whether that is any more."""

    def __init__(self, settings: Settings, tree: Tree, before: Cache) -> None:
        self.settings, self.tree, self.before = settings, tree, before
        self.kept = Cache(before.code)
        self.looked = time.time_ns()
        self.learnt = False
        self.contents: dict[str, bytes] = {}

    def loaded(self) -> Loaded:
        lock = "".join(self.digest(file, stat) for file, stat in self.tree.lock.items())
        domains = [self.domain(folder) for folder in self.tree.domains.values()]
        products = self.products(lock)
        mesh = Mesh(self.settings.name)
        for domain in (read.domain for read in domains if read.domain):
            mesh.domains.setdefault(domain.name, domain)
        for product in (read.product for read in products if read.product):
            mesh.products.setdefault(product.name, product)
        faults = [*self.tree.faults, *faults_across(domains, products)]
        faults += [fault for domain in domains for fault in domain.faults]
        faults += [fault for product in products for fault in product.faults]
        return Loaded(mesh, tuple(sorted(faults)), self.broken(products))

    def products(self, lock: str) -> list[ReadProduct]:
        """Every product, in the order of the tree. Many that nothing is known of are read by two."""
        folders = list(self.tree.products.values())
        fresh = [folder for folder in folders if folder.path not in self.before.products]
        if len(fresh) < WORTH_A_CHILD or not can_fork():
            return [self.product(folder, lock) for folder in folders]
        # The first loads what reading takes, which the child then has too.
        read = {fresh[0].path: self.product(fresh[0], lock)}
        theirs = fresh[1::2]
        others = {folder.path for folder in theirs} | read.keys()
        with beside(lambda: self.half(theirs, lock), Half) as child:
            read |= {folder.path: self.product(folder, lock) for folder in folders if folder.path not in others}
            half = child.learnt() or Half()
        self.kept.files |= half.files
        self.kept.products |= half.products
        read |= half.products
        return [read.get(folder.path) or self.product(folder, lock) for folder in folders]

    def half(self, folders: list[Folder], lock: str) -> Half:
        products = {folder.path: self.product(folder, lock) for folder in folders}
        files = {file: self.kept.files[file] for f in folders for file in f.files if file in self.kept.files}
        return Half(files, products)

    def broken(self, products: list[ReadProduct]) -> frozenset[ProductName]:
        folders = zip(self.tree.products.values(), products, strict=True)
        return frozenset(
            name_of(folder) for folder, read in folders if any(fault.severity == "error" for fault in read.faults)
        )

    def domain(self, folder: Folder) -> ReadDomain:
        file = f"{folder.path}/{DOMAIN_FILE}"
        parent = folder.parent.rpartition("/")[2]
        digest = digest_of(f"{file}\0{folder.parent}\0{self.digest(file, folder.files[file])}".encode())
        found = self.before.domains.get(file)
        if found is None or found.digest != digest:
            from weft.workspace.domain_folder import read_domain

            self.learnt = True
            try:
                found = ReadDomain(digest, *read_domain(file, parent, digest, self.read(file)))
            except Faults as error:
                found = ReadDomain(digest, None, error.faults)
            found.faults += self.tree.misplaced(folder)
        self.kept.domains[file] = found
        return found

    def product(self, folder: Folder, lock: str) -> ReadProduct:
        digests = {file: self.digest(file, stat) for file, stat in sorted(folder.files.items())}
        own_lock = next((digest for file, digest in digests.items() if is_lock(file)), lock)
        in_python = own_lock if any(file.endswith(".py") for file in digests) else ""
        digest = digest_of("\0".join((folder.path, in_python, *(t for item in digests.items() for t in item))).encode())
        found = self.before.products.get(folder.path)
        if found is None or found.digest != digest:
            from weft.workspace.product_folder import Ground, read_product

            self.learnt = True
            ground = Ground(folder.path, name_of(folder), digest, digests, own_lock, self.read)
            misplaced = self.tree.misplaced(folder)
            product, faults = read_product(ground)
            found = ReadProduct(digest, None if misplaced else product, (*misplaced, *faults))
        self.kept.products[folder.path] = found
        return found

    def digest(self, file: str, stat: Stat) -> str:
        known = self.before.files.get(file)
        if known is None or not known.holds(*stat):
            self.learnt = True
            try:
                content = bytes_of(self.settings.root, file)
            except Faults:
                return UNREADABLE
            self.contents[file] = content
            known = Known(*stat, digest_of(content), self.looked)
        self.kept.files[file] = known
        return known.digest

    def read(self, file: str) -> bytes:
        content = self.contents.pop(file, None)
        return bytes_of(self.settings.root, file) if content is None else content


def name_of(folder: Folder) -> ProductName:
    """`operations.flights`, by the folder's name and that of the domain around it."""
    return product_name(folder.parent.rpartition("/")[2], folder.path.rpartition("/")[2])
