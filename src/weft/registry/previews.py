"""Previews: that one was published in `prod`, and the verdicts on it."""

from __future__ import annotations

from weft.names import ProductName
from weft.product.preview import Verdict
from weft.product.product import Product
from weft.registry.database import Database, Row, Transaction
from weft.registry.recording import turn
from weft.registry.values import microseconds, moment, now
from weft.versions import Version

KEEP = """
    INSERT INTO previews (product, port, version, published_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (product, port, version) DO NOTHING
"""
PUBLISHED = "SELECT port, version FROM previews WHERE product = ? ORDER BY published_at, port, version"
SAY = """
    INSERT INTO verdicts (product, port, version, who, given_at, word, comment, given_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
VERDICT = "product, port, version, who, word, comment, given_at, given_by"
VERDICTS = f"SELECT {VERDICT} FROM verdicts WHERE product = ? ORDER BY given_at, who"


def keep(transaction: Transaction, product: Product) -> None:
    """Remembers each preview that a product has in `prod` now: a version that had one is asked for verdicts, however it goes."""
    versions = ((port.name, port.version) for port in product.output_ports if Version.parse(port.version).is_preview)
    rows = [(product.name, port, version, now()) for port, version in versions]
    if rows:
        transaction.run_many(KEEP, rows)


class SQLPreviews:
    def __init__(self, database: Database) -> None:
        self._database = database

    def published(self, product: ProductName) -> tuple[tuple[str, str], ...]:
        with self._database.reading() as transaction:
            return tuple((port, version) for port, version in transaction.rows(PUBLISHED, (product,)))

    def verdicts(self, product: ProductName) -> tuple[Verdict, ...]:
        with self._database.reading() as transaction:
            return tuple(_verdict(row) for row in transaction.rows(VERDICTS, (product,)))

    def say(self, verdict: Verdict) -> None:
        one = verdict
        row = (one.product, one.port, one.version, one.who, microseconds(one.at), one.word, one.comment, one.given_by)
        with self._database.writing() as transaction:
            transaction.run(SAY, row)
            turn(transaction)


def _verdict(row: Row) -> Verdict:
    product, port, version, who, word, comment, at, given_by = row
    return Verdict(product, port, version, who, word, comment, moment(at), given_by)
