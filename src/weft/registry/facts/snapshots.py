"""Snapshots, the pointers to them, the publishes that moved those, and the sources they came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.names import label_of, leaf_of, product_of
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text, texts, time
from weft.registry.values import decoded

ALL = """
    SELECT id, product, line, fingerprint, run, created_at, rows, bytes, columns_json, files_json FROM snapshots ORDER BY id
"""
POINTERS = """
    SELECT environment, line, snapshot, fingerprint, revision, published_at, run FROM pointers WHERE environment = ? ORDER BY line
"""
PUBLISHES = """
    SELECT revision, environment, product, run, who, published_at, kind, before_json, after_json
    FROM publishes WHERE environment = ? ORDER BY revision
"""
SOURCES = """
    SELECT environment, product, reading, digest, parts_json FROM sources WHERE environment = ? ORDER BY product, reading
"""


def _snapshots(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for *first, columns, files in ledger.rows(ALL):
        paths = [file["path"] for file in decoded(files, list[dict[str, Any]])]
        yield (*first, len(decoded(columns, list[tuple[str, str]])), paths)


SNAPSHOTS = Relation(
    "snapshots",
    "One row for each snapshot whose files are kept, of every environment, oldest first.",
    ("snapshot",),
    (
        text("snapshot", "The snapshot's id; ids sort by time"),
        text("product", "domain.product"),
        text("line_name", "The line that it was made for: domain.product.table@line"),
        text("fingerprint", "Of what it was made for"),
        text("run", "The run that made it"),
        time("created_at", "When it was made"),
        integer("rows", "Its rows"),
        integer("bytes", "Its files' bytes"),
        integer("columns", "How many columns it has"),
        texts("files", "Its files, relative to the store"),
    ),
    _snapshots,
)


def _pointers(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for environment, line, *rest in ledger.rows(POINTERS, (ledger.environment,)):
        yield (environment, product_of(line), leaf_of(line), label_of(line), line, *rest)


POINTERS_RELATION = Relation(
    "pointers",
    "One row for each line that is published: where it stands.",
    ("line_name",),
    (
        text("environment", "Where it is published"),
        text("product", "domain.product"),
        text("table_name", "The table, without domain and product"),
        text("line", "The line's label: 1, or a preview's whole version"),
        text("line_name", "domain.product.table@line"),
        text("snapshot", "What it points at"),
        text("fingerprint", "Of the newest plan that the snapshot answers"),
        integer("revision", "Of the registry, by the publish that put it there"),
        time("published_at", "When that was"),
        text("run", "The run that did"),
    ),
    _pointers,
)


def _publishes(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for *first, before, after in ledger.rows(PUBLISHES, (ledger.environment,)):
        stood, stands = decoded(before, dict[str, dict[str, str]]), decoded(after, dict[str, dict[str, str]])
        changed = [line for line, place in stands.items() if stood.get(line, {}).get("snapshot") != place["snapshot"]]
        yield (*first, list(stands), changed, [line for line in stood if line not in stands])


PUBLISHES_RELATION = Relation(
    "publishes",
    "One row for each publish, oldest first.",
    ("revision",),
    (
        integer("revision", "The registry's revision, which grows by one with each publish in any environment"),
        text("environment", "Where it was published"),
        text("product", "domain.product"),
        text("run", "The run that published"),
        text("who", "Who began the run"),
        time("published_at", "When it was published"),
        text("kind", "published by a run, promoted from an environment, or rolled back"),
        texts("lines", "The lines that were pointed"),
        texts("changed_lines", "Those of them that have a new snapshot since"),
        texts("removed_lines", "The lines that are no longer promised"),
    ),
    _publishes,
)


def _sources(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for *first, parts in ledger.rows(SOURCES, (ledger.environment,)):
        yield (*first, list(decoded(parts, dict[str, str])))


SOURCES_RELATION = Relation(
    "sources",
    "One row for each source that a product reads, as it was when last read.",
    ("product", "source"),
    (
        text("environment", "Where the product is published"),
        text("product", "domain.product"),
        text("source", "The name that the product's SQL says"),
        text("digest", "Of what it held"),
        texts("parts", "Its files, URLs or tables"),
    ),
    _sources,
)
