"""What a table's content depends on, as named parts: equal parts are equal content, and nothing is built twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from weft.errors import Place
from weft.names import LineName, SnapshotId, label_of
from weft.product.bridges import bridges_of
from weft.product.checks import Check, checks_of
from weft.product.contract import Contract, Table
from weft.product.digest import digest
from weft.product.mesh import Mesh, Read
from weft.product.order import in_order
from weft.product.parting import parting_of
from weft.product.product import Product, Transform
from weft.product.snapshot import SourceState

ENGINE_SEMANTICS = "duckdb-2"
"""Raised when the same SQL may return something else: then everything is built anew."""

TO_COME = "(to come)"
"""Stands for a snapshot that this plan builds: the fingerprint is known once it is there."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the parts are computed over. `standing` is the snapshot behind each line, TO_COME where it is yet to be built."""

    mesh: Mesh
    standing: dict[str, SnapshotId | str]
    sources: dict[tuple[str, str], SourceState]
    as_of: datetime


Parts = dict[str, str]


def fingerprint(parts: Parts) -> str:
    """Empty where a part is yet to come."""
    if TO_COME in parts.values():
        return ""
    return digest(*(text for item in sorted(parts.items()) for text in item))


def parts_of(product: Product, ground: Ground) -> dict[tuple[str, str], Parts]:
    """The parts of every table promised, by (table, line's label); tables without a transform are left out."""
    reads = ground.mesh.reads(product)
    transforms = made_by(product)
    found: dict[str, Parts] = {}
    for key in in_order({key: own_reads(transform, product) for key, transform in transforms.items()}):
        found[key] = _parts(product, transforms[key], key, (found, reads), ground)
    bridges = bridges_of(product)
    return {
        (table.name, contract.line): found[key]
        | {"columns": schema_digest(table)}
        | _bridge(bridges.get(line))
        | _parting(product, table.name, key, reads)
        for _, contract, table in product.promises
        if (key := _key(product, table.name, contract.line)) in found
        and (line := product.line(table.name, contract.line))
    }


def _bridge(over: LineName | None) -> Parts:
    """Says of a pointer whether its line was made by a bridge, and over which line."""
    return {"bridge": label_of(over)} if over else {}


def _parting(product: Product, table: str, key: str, reads: dict[str, Read]) -> Parts:
    """How a table is parted, and how it is computed whatever comes: its texts, and how its sources are read. A part is made anew while both stay."""
    parting = parting_of(product.build, table)
    if parting is None:
        return {}
    transforms, behind, waiting = made_by(product), {key}, [key]
    while waiting:
        waiting += (new := set(own_reads(transforms[waiting.pop()], product)) - behind)
        behind |= new
    meanings = [f"{name} {transforms[name].language} {transforms[name].reading.meaning}" for name in sorted(behind)]
    said = sorted({name for one in behind for name in transforms[one].reading.names})
    sources = [source_digest(reads[n].contract, reads[n].table) for n in said if n in reads and reads[n].is_source]
    return {"parts": str(parting), "behind": digest(*meanings, *sources)}


def made_by(product: Product) -> dict[str, Transform]:
    """Every transform of a product under what it makes: `departures`, `departures@1` for a line of its own."""
    return {transform.key: transform for transform in product.transforms}


def own_reads(transform: Transform, product: Product) -> tuple[str, ...]:
    """What a transform reads of its own product's."""
    made = made_by(product)
    return tuple(name for name in transform.reading.names if name in made)


def _key(product: Product, table: str, label: str) -> str:
    transform = product.transform_of(table, label)
    return "" if transform is None else transform.key


def _parts(
    product: Product, transform: Transform, key: str, known: tuple[dict[str, Parts], dict[str, Read]], ground: Ground
) -> Parts:
    steps, reads = known
    parts: Parts = {"engine": ENGINE_SEMANTICS, **_meaning(product, transform)}
    if transform.reading.as_of and product.build.refresh_seconds:
        parts["refresh"] = str(int(ground.as_of.timestamp() // product.build.refresh_seconds))
    for name in transform.reading.names:
        if name in steps and name != key:
            parts[f"step {name}"] = fingerprint(steps[name]) or TO_COME
            parts |= _through(steps[name])
        elif read := reads.get(name):
            parts[f"read {name}"] = _identity(product, read, ground)
    return parts


def _meaning(product: Product, transform: Transform) -> Parts:
    """What a transform says, whatever it reads."""
    if transform.language == "core" and product.core is not None:
        digests = product.core.digests
        return {"core": digests.matching, "survivorship": digests.survivorship, "decisions": digests.decisions}
    said: Parts = {transform.language: transform.reading.meaning}
    return said | {"modules": product.modules} if transform.language == "python" else said


def _through(step: Parts) -> Parts:
    """What a step read is what its reader was built on: `through NAME`, unless the reader reads it itself."""
    kinds = ((part.partition(" "), value) for part, value in step.items())
    return {f"through {name}": value for (kind, _, name), value in kinds if kind in ("read", "through")}


def _identity(product: Product, read: Read, ground: Ground) -> str:
    if read.line is not None:
        return str(ground.standing.get(read.line, TO_COME))
    state = ground.sources.get((product.name, read.name))
    return digest(state.digest if state else "", source_digest(read.contract, read.table))


def schema_digest(table: Table) -> str:
    """Of the part of a promise that a build depends on: its columns and their types, in order."""
    return digest(*(text for column in table.columns for text in (column.name, column.type)))


def source_digest(contract: Contract, table: Table) -> str:
    """Of what a source contract says of reading: where it is, how it is written, and the names and types of its columns."""
    columns = [(column.name, column.type, column.source_name, column.limits.format) for column in table.columns]
    servers = [(server.type, server.fields, server.options) for server in contract.servers]
    return digest(msgspec.json.encode((table.physical_name, columns, servers), order="sorted").decode())


def checks_digest(table: Table) -> str:
    """Of everything that is to be proved of a table: where it changes, the snapshot is checked again and not rebuilt."""
    checks = [_placeless(check) for check in checks_of(table)]
    return digest(msgspec.json.encode(checks, order="sorted").decode())


def _placeless(check: Check) -> Check:
    """The same check wherever it stands in its file: a line more above it changes nothing."""
    if check.rule is None and check.relationship is None:
        return check
    rule = replace(check.rule, place=Place("")) if check.rule else None
    relationship = replace(check.relationship, place=Place("")) if check.relationship else None
    return replace(check, rule=rule, relationship=relationship)
