"""What was learnt of the workspace's files, kept so that what did not change is neither read nor parsed again.

Files below `.weft`, which may be deleted at any time. Each is ignored where it was written by other code than this, and
where it is not whole.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from weft.errors import Fault
from weft.product.mesh import Domain
from weft.product.product import Product
from weft.sql.remembered import Remembered

FILE = "workspace.cache"
TEXTS_FILE = "texts.cache"
SETTINGS_FILE = "settings.cache"
SCHEMAS = "schemas"
_READ_BY = (
    "errors.py",
    "names.py",
    "versions.py",
    "standards",
    "standards/schemas",
    "product",
    "sql",
    "sql/parts",
    "workspace",
)
"""What of Weft's own code a reading depends on."""

RACY_NS = 2_000_000_000
"""A file modified so shortly before it was looked at may have been modified again within the clock's tick."""


@dataclass(slots=True)
class Known:
    """What a file held: when it was modified, its bytes, its digest, and when it was looked at (all times in nanoseconds)."""

    modified: int
    bytes: int
    digest: str
    looked: int

    def holds(self, modified: int, size: int) -> bool:
        """Whether the file is surely the same, by what the file system says of it."""
        return (self.modified, self.bytes) == (modified, size) and modified < self.looked - RACY_NS


@dataclass(slots=True)
class ReadProduct:
    digest: str
    product: Product | None
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class ReadDomain:
    digest: str
    domain: Domain | None
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Cache:
    """By path relative to the mesh's root: files, folders of products, files of domains."""

    code: str
    files: dict[str, Known] = field(default_factory=dict)
    products: dict[str, ReadProduct] = field(default_factory=dict)
    domains: dict[str, ReadDomain] = field(default_factory=dict)


def read_cache(private: Path) -> Cache:
    """What was kept, or an empty cache."""
    code = _code()
    try:
        found = msgspec.msgpack.decode((private / FILE).read_bytes(), type=Cache)
    except (OSError, msgspec.DecodeError, ValueError):
        return Cache(code)
    return found if found.code == code else Cache(code)


def write_cache(known: Cache, private: Path) -> None:
    """A workspace that cannot be written to goes without."""
    _write(private, FILE, known)


@dataclass(slots=True)
class _KeptSettings:
    code: str
    digest: str
    data: dict[str, Any]


def kept_settings(private: Path, digest: str) -> dict[str, Any] | None:
    """The fields of a `mesh.yaml` of that digest that was found right before."""
    try:
        found = msgspec.msgpack.decode((private / SETTINGS_FILE).read_bytes(), type=_KeptSettings)
    except (OSError, msgspec.DecodeError, ValueError):
        return None
    return found.data if (found.code, found.digest) == (_code(), digest) else None


def keep_settings(private: Path, digest: str, data: dict[str, Any]) -> None:
    """Beside them go the schemas of all our files, of this version: editors complete a file by the one that it names."""
    from weft.standards.schemas import KINDS, schema

    _write(private, SETTINGS_FILE, _KeptSettings(_code(), digest, data))
    with suppress(OSError):
        (private / SCHEMAS).mkdir(exist_ok=True)
        for kind in KINDS:
            (private / SCHEMAS / f"{kind}.schema.json").write_text(json.dumps(schema(kind), indent=1), "utf-8")


@dataclass(slots=True)
class _KeptTexts:
    code: str
    texts: Remembered


def read_texts(private: Path) -> Remembered:
    """What was learnt of texts, or nothing."""
    try:
        found = msgspec.msgpack.decode((private / TEXTS_FILE).read_bytes(), type=_KeptTexts)
    except (OSError, msgspec.DecodeError, ValueError):
        return Remembered()
    return found.texts if found.code == _code() else Remembered()


def write_texts(texts: Remembered, private: Path) -> None:
    """A workspace that cannot be written to goes without."""
    texts.has_learnt = False
    _write(private, TEXTS_FILE, _KeptTexts(_code(), texts))


def _write(private: Path, name: str, value: object) -> None:
    """In one step, so that a file is never seen half written."""
    temporary = private / f"{name}.{os.getpid()}"
    try:
        content = msgspec.msgpack.encode(value)
        make_private(private)
        temporary.write_bytes(content)
        temporary.replace(private / name)
    except OverflowError:
        return
    except OSError:
        with suppress(OSError):
            temporary.unlink()


def make_private(private: Path) -> None:
    """The folder of what is kept on this machine, which git does not see. Raises: OSError."""
    private.mkdir(exist_ok=True)
    ignore = private / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")


@cache
def _code() -> str:
    """A digest of the code that reads: this Python, our files and SQLGlot's by size and time."""
    hashed = blake2b(sys.version.encode(), digest_size=16)
    package = Path(__file__).parent.parent
    for part in _READ_BY:
        path = package / part
        entries = [path] if path.is_file() else sorted(path.iterdir()) if path.is_dir() else []
        for entry in entries:
            if entry.suffix in (".py", ".json"):
                _add(hashed, entry)
    if (sqlglot := find_spec("sqlglot")) and sqlglot.origin:
        _add(hashed, Path(sqlglot.origin))
    return hashed.hexdigest()


def _add(hashed: blake2b, path: Path) -> None:
    found = path.stat()
    hashed.update(f"{path.name} {found.st_mtime_ns} {found.st_size}\n".encode())
