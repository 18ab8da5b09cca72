"""The folders of a workspace and their files as they stand on disk, found with one walk that reads no file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from weft.errors import Fault, Place
from weft.names import fault_of_identifier
from weft.standards.odps import MANIFEST

DOMAIN_FILE = "domain.yaml"
_SKIPPED = frozenset(("__pycache__", "node_modules"))
CORE, DECISIONS = "core.yaml", "decisions.csv"
"""Core data of a product, and how the name of its stewards' file ends."""
_LOCKS = ("uv.lock", "pylock.toml", "poetry.lock", "pdm.lock", "requirements.txt")
_KINDS = {"contracts": (".yaml", ".yml"), "transforms": (".sql", ".py"), "tests": (".yaml", ".yml")}

Stat = tuple[int, int]
"""Modified (nanoseconds), bytes."""


@dataclass(slots=True)
class Folder:
    """A domain or a product: its path, and the files that say what it is, all relative to the mesh's root."""

    path: str
    parent: str
    """The path of the domain around it, '' at the top."""
    files: dict[str, Stat] = field(default_factory=dict)


@dataclass(slots=True)
class Tree:
    domains: dict[str, Folder] = field(default_factory=dict)
    products: dict[str, Folder] = field(default_factory=dict)
    lock: dict[str, Stat] = field(default_factory=dict)
    """The lock file beside `mesh.yaml`, for products that have none of their own."""
    faults: list[Fault] = field(default_factory=list)
    top: str = ""
    """The path of the folder of domains."""

    def misplaced(self, folder: Folder) -> tuple[Fault, ...]:
        """Why a product or a domain cannot lie where it does: each folder between it and the top is a domain."""
        around, _, leaf = folder.path.rpartition("/")
        what = "domain" if folder.path in self.domains else "product"
        place = Place(next(iter(folder.files)) if what == "domain" else f"{folder.path}/{MANIFEST}")
        if what == "product" and (reason := fault_of_identifier(leaf)):
            return (Fault(place, f"product folder {reason}", "Rename the folder."),)
        if around == (folder.parent or self.top) and (what == "domain" or folder.parent):
            return ()
        if folder.path == self.top:
            return (Fault(place, "this lies in the folder of domains itself", "Move it into a folder of its own."),)
        mend = f"Add {around}/{DOMAIN_FILE} with its `name`, or move the {what} into a domain."
        return (Fault(place, f"the folder {around} is no domain, and this {what} lies in it", mend),)


def is_lock(file: str) -> bool:
    """Whether a file says what Python packages code runs with."""
    return file.rpartition("/")[2] in _LOCKS


def tree_of(root: Path, domains: Path) -> Tree:
    """Every domain and product below the folder of domains. A symbolic link is not followed, and said."""
    walk = _Walk(str(root))
    walk.tree.top = walk.relative(str(domains))
    if domains.is_dir():
        walk.outside(str(domains), "")
    with os.scandir(root) as entries:
        locks = {
            entry.name: entry for entry in entries if entry.name in _LOCKS and entry.is_file(follow_symlinks=False)
        }
    for name in _LOCKS:
        if name in locks:
            walk.tree.lock[name] = _stat(locks[name])
            break
    return walk.tree


def _stat(entry: os.DirEntry[str]) -> Stat:
    found = entry.stat(follow_symlinks=False)
    return found.st_mtime_ns, found.st_size


class _Walk:
    def __init__(self, root: str) -> None:
        self.start = len(root.rstrip(os.sep)) + 1
        self.tree = Tree()

    def relative(self, path: str) -> str:
        return path[self.start :].replace(os.sep, "/")

    def outside(self, path: str, parent: str) -> None:
        """A folder that is no product: a domain, or what lies between domains."""
        folders, files = self.listed(path)
        relative = self.relative(path)
        if MANIFEST in files:
            self.product(path, parent, folders, files)
            return
        if DOMAIN_FILE in files:
            self.tree.domains[relative] = Folder(
                relative, parent, {f"{relative}/{DOMAIN_FILE}": _stat(files[DOMAIN_FILE])}
            )
            parent = relative
        for folder in folders:
            self.outside(folder.path, parent)

    def product(
        self, path: str, parent: str, folders: list[os.DirEntry[str]], files: dict[str, os.DirEntry[str]]
    ) -> None:
        found = Folder(self.relative(path), parent)
        suffixes = (".py", DECISIONS) if CORE in files else (".py",)
        for name, entry in files.items():
            if name in (MANIFEST, "build.yaml", CORE, *_LOCKS) or name.endswith(suffixes):
                found.files[self.relative(entry.path)] = _stat(entry)
        for folder in folders:
            self.below(folder.path, found, _KINDS.get(folder.name, (".py",)))
        self.tree.products[found.path] = found

    def below(self, path: str, found: Folder, suffixes: tuple[str, ...]) -> None:
        folders, files = self.listed(path, suffixes)
        for name, entry in files.items():
            if name.endswith(suffixes):
                found.files[self.relative(entry.path)] = _stat(entry)
        for folder in folders:
            self.below(folder.path, found, suffixes)

    def listed(
        self, path: str, suffixes: tuple[str, ...] = ("",)
    ) -> tuple[list[os.DirEntry[str]], dict[str, os.DirEntry[str]]]:
        """Folders in order, and files by name. Links are said where what they hide would be read."""
        with os.scandir(path) as entries:
            seen = [entry for entry in entries if not entry.name.startswith(".") and entry.name not in _SKIPPED]
        links = [entry for entry in seen if entry.is_symlink()]
        self.tree.faults += [_refused(self.relative(entry.path)) for entry in links if entry.name.endswith(suffixes)]
        real = [entry for entry in seen if entry not in links] if links else seen
        folders = sorted((entry for entry in real if entry.is_dir()), key=lambda entry: entry.name)
        files = {entry.name: entry for entry in real if entry.is_file()}
        if len(folders) + len(files) < len(real):
            odd = [entry for entry in real if entry.name.endswith(suffixes) and entry not in folders]
            self.tree.faults += [_odd(self.relative(entry.path)) for entry in odd if entry.name not in files]
        return folders, files


def _refused(link: str) -> Fault:
    message = "a symbolic link is not followed: it may lead out of the workspace"
    return Fault(Place(link), message, "Copy what it leads to.")


def _odd(path: str) -> Fault:
    """A pipe would be waited for without end."""
    return Fault(Place(path), "this is no file: a pipe, a socket or a device", "Take it away.")
