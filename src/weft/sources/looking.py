"""What a source looks like now, as cheaply as it can be told: nothing is read that its size, time or tag vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from weft.product.mesh import Read
from weft.product.product import Product
from weft.product.snapshot import SourceState
from weft.sources.location import Location, location


def state(read: Read, product: Product, root: Path, previous: SourceState | None = None) -> SourceState:
    """How the source of a read looks now, against how it looked before.

    The digest covers names and contents, where the source is and how it is to be read; it does not cover times. A database
    without a watermark, or a URL that vouches for nothing, is new each time. Raises: SourceFault.
    """
    where = location(read, root)
    return state_of(where, read, product, parts(where, read, previous.parts if previous else {}))


def parts(where: Location, read: Read, previous: Mapping[str, str]) -> dict[str, str]:
    match where.kind:
        case "files":
            from weft.sources import local

            return local.parts(where, previous)
        case "url":
            from weft.sources import http

            return http.parts(where)
        case "database":
            from weft.sources import postgres

            return postgres.parts(where, read.table)


def state_of(where: Location, read: Read, product: Product, seen: Mapping[str, str]) -> SourceState:
    """A state of these parts: `size:mtime_ns:digest` of a file, a tag of a URL, a watermark of a table."""
    digest = blake2b(digest_size=16)
    described = [f"{c.source_name}={c.name}:{c.type}" for c in read.table.columns]
    for text in (where.format, repr(where.options), repr(where.database), *described):
        digest.update(f"{text}\n".encode())
    for name, part in sorted(seen.items()):
        told = part.split(":", 2)[2] if where.kind == "files" else part
        digest.update(f"{name}\0{told}\n".encode())
    return SourceState(product.name, read.name, digest.hexdigest(), dict(seen))
