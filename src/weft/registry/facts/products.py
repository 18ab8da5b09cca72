"""Products as they were last applied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.names import ProductName, product_of
from weft.plan.rollback import marked
from weft.product.product import Product
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text, texts, time

HELD = "SELECT product, since, who, because FROM holds WHERE environment = ?"
APPLIED = "SELECT name, applied_at, run FROM products WHERE environment = ?"


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    applied = {row[0]: row[1:] for row in ledger.rows(APPLIED, (ledger.environment,))}
    held = {row[0]: row[1:] for row in ledger.rows(HELD, (ledger.environment,))}
    resting = _resting(ledger) if held else {}
    for product in ledger.products:
        revision, published_at = ledger.last_publishes.get(product.name, (None, None))
        marks = (*held.get(product.name, (None, None, None)), resting.get(product.name, []))
        yield (
            *_said(product),
            *_counted(product),
            revision,
            published_at,
            *applied.get(product.name, (None, None)),
            *marks,
        )


def _resting(ledger: Ledger) -> dict[ProductName, list[str]]:
    found: dict[ProductName, list[str]] = {}
    for line, cause in marked(ledger.recorded).items():
        found.setdefault(product_of(line), []).append(cause)
    return {product: sorted(set(causes)) for product, causes in found.items()}


def _said(product: Product) -> tuple[Any, ...]:
    return (
        product.name,
        product.domain,
        product.leaf,
        product.id,
        product.title,
        product.version,
        product.status,
        product.type,
        product.purpose,
        product.usage,
        product.limitations,
        list(product.tags),
        product.team.name,
        product.build.schedule,
        product.folder,
        product.digest,
    )


def _counted(product: Product) -> tuple[int, int, int]:
    return len(product.input_ports), len(product.output_ports), len(product.transforms)


PRODUCTS = Relation(
    "products",
    "One row for each data product, as it was last applied.",
    ("product",),
    (
        text("product", "domain.product"),
        text("domain", "The domain that owns it"),
        text("name", "Its name within the domain"),
        text("id", "The manifest's id"),
        text("title", "The manifest's name, for people"),
        text("version", "The manifest's version"),
        text("status", "The manifest's status: proposed, draft, active, deprecated, retired"),
        text("type", "What kind of product it says it is: source-aligned, aggregate, consumer-aligned"),
        text("purpose", "What it is for"),
        text("usage", "How it is to be used"),
        text("limitations", "What it is not to be used for"),
        texts("tags", "Its tags"),
        text("team", "The team's name"),
        text("schedule", "When it asks to be applied (build.yaml)"),
        text("folder", "Its folder, relative to the mesh's"),
        text("digest", "Of all that is in its folder, as last applied"),
        integer("input_ports", "How many input ports it has"),
        integer("output_ports", "How many output ports it has; two lines of a port are two"),
        integer("transforms", "How many transforms it has"),
        integer("revision", "Of the registry, by its last publish"),
        time("published_at", "When it last published"),
        time("applied_at", "When the folder as it is now was first applied; NULL while it is not"),
        text("run", "The run that did; NULL likewise"),
        time("held_since", "When it was rolled back and held; NULL where it is not held"),
        text("held_by", "Who rolled it back"),
        text("held_because", "Why; '' where nobody said"),
        texts("resting_on_withdrawn", "The withdrawn lines of others that what it publishes was built on"),
    ),
    _rows,
    is_of_publishes=True,
)
