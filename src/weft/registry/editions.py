"""A product's documents over time: each edition that a publish brought, read back from where publishes keep them."""

from __future__ import annotations

from weft.names import ProductName
from weft.product.environment import Edition
from weft.product.product import Product
from weft.registry.database import Transaction, chosen
from weft.registry.values import decoded, moment

BROUGHT = """
    SELECT revision, published_at, who, run, digest FROM (
        SELECT revision, published_at, who, run, digest, lag(digest) OVER (ORDER BY revision) AS before
        FROM publishes WHERE environment = ? AND product = ?) AS all_of_them
    WHERE digest <> '' AND (before IS NULL OR before <> digest) ORDER BY revision DESC LIMIT ?
"""
DOCUMENTS = "SELECT digest, value_json FROM product_versions WHERE name = ? AND digest IN (*)"


def editions(transaction: Transaction, product: ProductName, environment: str, most: int) -> tuple[Edition, ...]:
    """The newest first. What was put back by a rollback is an edition again."""
    rows = transaction.rows(BROUGHT, (environment, product, most))
    found: dict[str, str] = dict(chosen(transaction, DOCUMENTS, sorted({row[4] for row in rows}), (product,)))
    kept = {digest: decoded(text, Product) for digest, text in found.items()}
    return tuple(
        Edition(revision, moment(at), who, run, kept[digest])
        for revision, at, who, run, digest in rows
        if digest in kept
    )
