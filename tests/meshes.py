"""Small meshes written to a folder: as a team would write them, from a few words each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weft.session import Choice, Planned, Session

TYPES = {
    "integer": "BIGINT",
    "string": "VARCHAR",
    "number": "DOUBLE",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
}


@dataclass(frozen=True)
class Source:
    """A CSV file of the product's own, and what is expected of it. `columns` are `name: logicalType`."""

    name: str
    columns: Mapping[str, str]
    csv: str
    quality: str = ""


@dataclass(frozen=True)
class Made:
    """One promised table: its columns as `name: logicalType`, the SQL that makes it, and anything more that its contract says.

    A column's type may be followed by flags: `integer key`, `string required`, `integer unique`.
    """

    name: str
    columns: Mapping[str, str]
    sql: str
    quality: str = ""
    more: str = ""


@dataclass(frozen=True)
class A:
    """One product: `domain.product`, its sources, the ports of others that it reads (`domain.product.table`), and what it makes."""

    name: str
    makes: Sequence[Made]
    sources: Sequence[Source] = ()
    reads: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    version: str = "1.0.0"


def write_mesh(root: Path, *products: A, settings: str = "") -> Path:
    """Writes a whole workspace; each product has one port, named after its first table."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "mesh.yaml").write_text(f"name: test\n{dedent(settings)}")
    for product in products:
        write_product(root, product)
    return root


def write_product(root: Path, product: A) -> Path:
    domain, leaf = product.name.split(".")
    folder = root / "domains" / domain / leaf
    for part in ("contracts", "transforms", "tests"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    if not (folder.parent / "domain.yaml").exists():
        (folder.parent / "domain.yaml").write_text(f"name: {domain}\ndescription: The {domain} domain.\n")
    (folder / "product.odps.yaml").write_text(manifest(product))
    (folder / "contracts" / f"{leaf}.odcs.yaml").write_text(contract(product))
    for source in product.sources:
        (folder / "contracts" / f"{source.name}.odcs.yaml").write_text(source_contract(product, source))
        (folder / f"{source.name}.csv").write_text(source.csv)
    for made in product.makes:
        (folder / "transforms" / f"{made.name}.sql").write_text(dedent(made.sql).strip() + "\n")
    for name, text in product.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return folder


def manifest(product: A) -> str:
    domain, leaf = product.name.split(".")
    inputs = [(source.name, f"{product.name}.{source.name}") for source in product.sources]
    inputs += [(name.split(".")[2], ".".join(name.split(".")[:2])) for name in product.reads]
    lines = [
        "apiVersion: v1.1.0",
        "kind: DataProduct",
        f"id: {product.name}",
        f"name: {leaf}",
        "version: 1.0.0",
        "status: active",
        f"domain: {domain}",
        f"description: {{purpose: What {leaf} is for.}}",
    ]
    if inputs:
        lines.append("inputPorts:")
        lines += [f"  - {{name: {name}, version: 1.0.0, contractId: {contract}}}" for name, contract in inputs]
    lines.append("outputPorts:")
    lines.append(f"  - {{name: {product.makes[0].name}, version: {product.version}, contractId: {product.name}}}")
    return "\n".join(lines) + "\n"


def contract(product: A) -> str:
    head = f"apiVersion: v3.2.0\nkind: DataContract\nid: {product.name}\nname: {product.name}\nversion: {product.version}\nstatus: active\n"
    return head + "schema:\n" + "".join(table(m.name, m.columns, m.quality, m.more) for m in product.makes)


def source_contract(product: A, source: Source) -> str:
    return (
        f"apiVersion: v3.2.0\nkind: DataContract\nid: {product.name}.{source.name}\nversion: 1.0.0\nstatus: active\n"
        f"servers:\n  - {{server: files, type: local, path: ../{source.name}.csv, format: csv}}\n"
        "schema:\n" + table(source.name, source.columns, source.quality, "")
    )


def table(name: str, columns: Mapping[str, str], quality: str, more: str) -> str:
    text = f"  - name: {name}\n    logicalType: object\n    properties:\n"
    for column, said in columns.items():
        kind, *flags = said.split()
        text += f"      - name: {column}\n        logicalType: {kind}\n"
        text += "".join(f"        {line}\n" for flag in flags for line in FLAGS[flag])
    if quality:
        text += "    quality:\n" + indent(dedent(quality).strip("\n"), " " * 6) + "\n"
    return text + (indent(dedent(more).strip("\n"), " " * 4) + "\n" if more else "")


FLAGS = {
    "key": ("primaryKey: true", "primaryKeyPosition: 1"),
    "required": ("required: true",),
    "unique": ("unique: true",),
}


def planes_and_departures(rows: int = 20) -> tuple[A, ...]:
    """Three products in a row: planes of a file, departures of a file and the planes, and routes of the departures."""
    planes = "tail,seats\n" + "".join(f"N{n},{50 + n}\n" for n in range(rows))
    flights = "id,tail,delay\n" + "".join(f"{n},N{n % rows},{n % 7}\n" for n in range(rows * 3))
    return (
        A(
            "fleet.planes",
            [Made("plane", {"tail": "string key", "seats": "integer required"}, "SELECT tail, seats FROM plane_file")],
            [Source("plane_file", {"tail": "string", "seats": "integer"}, planes)],
        ),
        A(
            "operations.flights",
            [
                Made(
                    "departures",
                    {"id": "integer key", "tail": "string required", "seats": "integer", "delay": "integer"},
                    "SELECT f.id, f.tail, p.seats, f.delay FROM flight_file f LEFT JOIN plane p USING (tail) ORDER BY f.id",
                    quality="- {type: library, metric: rowCount, mustBeGreaterThan: 0}",
                )
            ],
            [Source("flight_file", {"id": "integer", "tail": "string", "delay": "integer"}, flights)],
            reads=["fleet.planes.plane"],
        ),
        A(
            "network.routes",
            [
                Made(
                    "delays",
                    {"tail": "string key", "flights": "integer", "mean_delay": "number"},
                    "SELECT tail, count(*) AS flights, avg(delay) AS mean_delay FROM departures GROUP BY tail ORDER BY tail",
                )
            ],
            reads=["operations.flights.departures"],
        ),
    )


def claimed(session: Session, choice: Choice | None = None) -> Planned:
    """A plan, once the versions are written that say what changed: `weft plan --fix`."""
    from weft.session import Choice
    from weft.session.evolving import fixed

    planned = session.plan(choice or Choice())
    return session.plan(choice or Choice()) if fixed(session, planned.evolution) else planned
