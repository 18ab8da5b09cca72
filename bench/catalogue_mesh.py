"""A mesh of many domains, products and tables, with words as people write them: what a catalogue, a search and a page are measured on.

`python -m bench.catalogue_mesh FOLDER [--domains 50] [--products 10] [--tables 10]` writes the workspace; `weft apply` builds it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


def _words(text: str) -> list[str]:
    return text.split()


DOMAINS = _words("""
sales marketing finance logistics fleet network operations analytics procurement inventory pricing loyalty claims risk treasury payroll
recruiting learning facilities energy security compliance legal support returns delivery warehouse production quality maintenance research
design catalogue content advertising partners franchise stores online payments fraud credit lending savings insurance weather mobility
ticketing travel sustainability
""")
SUBJECTS = _words("orders customers invoices shipments visits contracts devices events ratings budgets")
PARTS = _words("facts daily weekly monthly history summary current regional ranked archive")
KINDS = ("sourceAligned", "aggregate", "consumerAligned")
FIRST = _words("Ada Ben Cleo Dora Emil Fay Gus Hana Ivo Jun Kaya Leo Mona Nils Olga Pia")
LAST = _words("Abel Brandt Costa Dahl Egger Fuchs Gallo Huber Ivanova Jansen Keller Lopez")
MATTERS = _words(
    "delays margins refunds retention capacity demand churn emissions defects coverage seasonality turnover"
)
TAGS = _words("core gold silver finance customer operational external regulated experimental shared")
COLUMNS = (
    ("id", "integer", "identifies one row", ""),
    ("code", "string", "the short code that people use", ""),
    ("name", "string", "what it is called", ""),
    ("email", "string", "where whoever it belongs to is reached", "personal"),
    ("region", "string", "where it belongs to", ""),
    ("amount", "number", "what it came to, in euros", "internal"),
    ("status", "string", "how far it has come", ""),
    ("day", "date", "the day it was recorded", ""),
)


@dataclass(frozen=True)
class Size:
    """How much of each; a product has one port of so many tables."""

    domains: int = 50
    products: int = 10
    tables: int = 10


@dataclass(frozen=True)
class Product:
    domain: str
    name: str
    number: int
    reads: str
    """The product that it reads; '' where it reads a file."""
    tables: tuple[str, ...]

    @property
    def whole(self) -> str:
        return f"{self.domain}.{self.name}"

    @cached_property
    def chance(self) -> random.Random:
        return random.Random(self.whole)


def products(size: Size) -> Iterator[Product]:
    """The first of each domain reads a file; the others read one before them, of their own domain or of its neighbour."""
    for at, domain in enumerate(_domains(size)):
        names = [f"{SUBJECTS[n % 10]}{n // 10 or ''}" for n in range(size.products)]
        for number, name in enumerate(names):
            reads = f"{domain}.{names[number // 2]}" if number else ""
            if number > 1 and at and number % 3 == 0:
                reads = f"{_domains(size)[at - 1]}.{names[number - 1]}"
            yield Product(domain, name, number, reads, tuple(f"{name}_{_part(n)}" for n in range(size.tables)))


def _domains(size: Size) -> list[str]:
    return [f"{DOMAINS[n % len(DOMAINS)]}{n // len(DOMAINS) or ''}" for n in range(size.domains)]


def _part(number: int) -> str:
    return f"{PARTS[number % 10]}{number // 10 or ''}"


def write(root: Path, size: Size) -> int:
    """Writes the workspace; how many products there are."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "mesh.yaml").write_text("name: catalogue\n")
    found = list(products(size))
    for domain in dict.fromkeys(product.domain for product in found):
        folder = root / "domains" / domain
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "domain.yaml").write_text(_domain(domain))
    for product in found:
        _write(root / "domains" / product.domain / product.name, product)
    return len(found)


def _domain(domain: str) -> str:
    chance = random.Random(domain)
    members = "".join(
        f"    - {{username: {_mail(name)}, name: {name}, role: {role}}}\n" for name, role in _people(chance)
    )
    matters = ", ".join(chance.sample(MATTERS, 3))
    return (
        f"name: {domain}\ndescription: What {domain} answers for, {matters} above all.\nteam:\n  name: {domain.capitalize()} team\n"
        f"  members:\n{members}support:\n  - {{channel: {domain}, url: 'mailto:{domain}@mesh.example', tool: email, scope: issues}}\n"
        f"terms:\n  {domain} day: A day on which {domain} works.\n"
    )


def _people(chance: random.Random) -> list[tuple[str, str]]:
    names = [f"{chance.choice(FIRST)} {last}" for last in chance.sample(LAST, 3)]
    return list(zip(names, ("owner", "developer", "steward"), strict=True))


def _mail(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@mesh.example"


def _write(folder: Path, product: Product) -> None:
    for part in ("contracts", "transforms"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "product.odps.yaml").write_text(_manifest(product))
    (folder / "contracts" / "promised.odcs.yaml").write_text(_promise(product))
    if not product.reads:
        (folder / "contracts" / "feed.odcs.yaml").write_text(_feed(product))
        (folder / "feed.csv").write_text(_csv(product))
    for number, table in enumerate(product.tables):
        (folder / "transforms" / f"{table}.sql").write_text(_sql(product, number))


def _manifest(product: Product) -> str:
    chance = product.chance
    name, contract = ("feed", f"{product.whole}.feed") if not product.reads else ("upstream", product.reads)
    return (
        f"apiVersion: v1.1.0\nkind: DataProduct\nid: {product.whole}\nname: {product.name.capitalize()} of {product.domain}\nversion: 1.0.0\n"
        f"status: active\ndomain: {product.domain}\ntype: {KINDS[min(product.number, 2)]}\n"
        f"description:\n  purpose: Every one of the {product.name} of {product.domain}, for questions of {chance.choice(MATTERS)} and {chance.choice(MATTERS)}.\n"
        f"  usage: Join by id. Ask status before you add amounts up.\n  limitations: Not for {chance.choice(MATTERS)} of single people.\n"
        f"tags: [{', '.join(chance.sample(TAGS, 2))}]\ninputPorts:\n  - {{name: {name}, version: 1.0.0, contractId: {contract}}}\n"
        f"outputPorts:\n  - {{name: {product.name}, version: 1.0.0, contractId: {product.whole}, type: tables}}\n"
    )


def _promise(product: Product) -> str:
    head = (
        f"apiVersion: v3.2.0\nkind: DataContract\nid: {product.whole}\nname: {product.name.capitalize()} of {product.domain}\nversion: 1.0.0\n"
        "status: active\nslaProperties:\n  - {property: frequency, value: 1, unit: d}\n"
        f"roles:\n  - {{role: {product.domain}_reader, access: read, firstLevelApprovers: {product.domain} owners}}\nschema:\n"
    )
    return head + "".join(_table(product, table, number) for number, table in enumerate(product.tables))


def _table(product: Product, table: str, number: int) -> str:
    chance = product.chance
    text = (
        f"  - name: {table}\n    logicalType: object\n    businessName: {_part(number).capitalize()} {product.name} of {product.domain}\n"
        f"    description: The {product.name} as they are {_part(number)}, with what {chance.choice(MATTERS)} needs.\n"
        f"    dataGranularityDescription: One row for each of the {product.name}.\n    tags: [{chance.choice(TAGS)}]\n    properties:\n"
    )
    for column, kind, words, classification in COLUMNS:
        text += f"      - name: {column}\n        logicalType: {kind}\n        description: Of the {product.name}, {words}.\n"
        text += f"        classification: {classification}\n" if classification else ""
        text += "        primaryKey: true\n        primaryKeyPosition: 1\n" if column == "id" else ""
    return text + "    quality:\n      - {type: library, metric: rowCount, mustBeGreaterThan: 0}\n"


def _feed(product: Product) -> str:
    columns = "".join(f"      - {{name: {column}, logicalType: {kind}}}\n" for column, kind, _, _ in COLUMNS)
    return (
        f"apiVersion: v3.2.0\nkind: DataContract\nid: {product.whole}.feed\nversion: 1.0.0\nstatus: active\n"
        "servers:\n  - {server: files, type: local, path: ../feed.csv, format: csv}\n"
        f"schema:\n  - name: feed\n    logicalType: object\n    properties:\n{columns}"
    )


def _csv(product: Product) -> str:
    rows = (
        f"{n},C{n},Name {n},who{n}@mesh.example,north,{n * 1.5},open,2026-03-{n % 27 + 1:02}\n" for n in range(1, 21)
    )
    return ",".join(name for name, _, _, _ in COLUMNS) + "\n" + "".join(rows)


def _sql(product: Product, number: int) -> str:
    if not product.reads:
        return "SELECT id, code, name, email, region, amount, status, day FROM feed ORDER BY id\n"
    upstream = product.reads.partition(".")[2]
    return (
        f"SELECT id, code, upper(name) AS name, email, region, amount * {number + 1} AS amount, status, day\n"
        f"FROM upstream.{upstream}_{_part(number)} WHERE status <> 'closed' ORDER BY id\n"
    )


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.catalogue_mesh", description=__doc__)
    options.add_argument("folder", type=Path)
    for name, number in (("domains", 50), ("products", 10), ("tables", 10)):
        options.add_argument(f"--{name}", type=int, default=number)
    asked = options.parse_args()
    count = write(asked.folder, Size(asked.domains, asked.products, asked.tables))
    print(f"{count:,} products, {count * asked.tables:,} tables in {asked.folder}")


if __name__ == "__main__":
    main()
