"""Domains and what their words mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text


def _domains(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    products = Counter(product.domain for product in ledger.products)
    for domain in ledger.domains:
        yield (
            domain.name,
            domain.parent,
            domain.description,
            domain.team.name,
            domain.folder,
            products[domain.name],
            domain.digest,
        )


DOMAINS = Relation(
    "domains",
    "One row for each domain that has published a product.",
    ("domain",),
    (
        text("domain", "The domain's name, unique in the mesh"),
        text("parent", "The domain that it lies in; NULL where it lies in none"),
        text("description", "What it answers for"),
        text("team", "The team's name"),
        text("folder", "Its folder, relative to the mesh's"),
        integer("products", "How many products it has published"),
        text("digest", "Of domain.yaml as last applied"),
    ),
    _domains,
    is_of_publishes=True,
)


def _terms(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    return ((domain.name, term, meaning) for domain in ledger.domains for term, meaning in domain.terms.items())


TERMS = Relation(
    "terms",
    "The domains' glossaries: one row for each word of a domain.",
    ("domain", "term"),
    (
        text("domain", "The domain that says so"),
        text("term", "The word"),
        text("meaning", "What it means there"),
    ),
    _terms,
    is_of_publishes=True,
)
