"""What is asked of recorded state: each question a few reads of whole sets, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weft.names import PROD, LineName, ProductName, SnapshotId
from weft.product.environment import Hold
from weft.product.mesh import Domain
from weft.product.product import Product
from weft.product.snapshot import ColumnEdge, ColumnStatistics, Pointer, Recorded, Snapshot, SnapshotFile, SourceState
from weft.registry.database import Row, Transaction, chosen
from weft.registry.values import decoded, moment

REVISION = "SELECT value FROM counters WHERE name = 'revision'"
POINTERS = "SELECT line, snapshot, fingerprint, revision, published_at, run, checks, parts_json FROM pointers WHERE environment = ?"
DIGESTS = "SELECT name, digest FROM products WHERE environment = ?"
KEPT = "SELECT fingerprint, snapshot FROM fingerprints"
SOURCES = "SELECT product, reading, digest, parts_json FROM sources WHERE environment = ?"
INPUT_LINES = "SELECT product, port, label FROM input_lines WHERE environment = ?"
HOLDS = "SELECT product, since, who, run, revision, because, withdrawn_json FROM holds WHERE environment = ?"
ENVIRONMENT = "SELECT 1 FROM environments WHERE name = ?"
PRODUCTS = "SELECT value_json FROM products WHERE environment = ?"
LINEAGE = "SELECT product, edges_json FROM column_lineage WHERE environment = ?"
DOMAINS = "SELECT value_json FROM domains WHERE environment = ? ORDER BY name"
SNAPSHOTS = """
    SELECT id, line, fingerprint, run, created_at, columns_json, files_json, inputs_json, statistics_json
    FROM snapshots WHERE id IN (*)
"""
FEW = 200
"""Up to so many products are asked for by name; more are picked from all of them."""


def revision(transaction: Transaction) -> int:
    return next((int(value) for (value,) in transaction.rows(REVISION)), 0)


def standing_in(transaction: Transaction, environment: str) -> str:
    """Where an environment's rows are: one that is not made yet stands where `prod` does."""
    return environment if environment == PROD or transaction.rows(ENVIRONMENT, (environment,)) else PROD


def recorded(transaction: Transaction, environment: str) -> Recorded:
    of = (standing_in(transaction, environment),)
    is_made = of[0] == environment
    return Recorded(
        revision(transaction),
        environment,
        {row[0]: _pointer(row) for row in transaction.rows(POINTERS, of)},
        dict(transaction.rows(DIGESTS, of)),
        dict(transaction.rows(KEPT)),
        {(row[0], row[1]): _source(row) for row in transaction.rows(SOURCES, of)},
        {(product, port): label for product, port, label in transaction.rows(INPUT_LINES, of)},
        {row[0]: _hold(row) for row in transaction.rows(HOLDS, of)},
        is_made,
    )


def products(
    transaction: Transaction, names: Iterable[ProductName] | None, environment: str = PROD
) -> dict[ProductName, Product]:
    wanted = None if names is None else list(dict.fromkeys(names))
    if wanted is not None and len(wanted) <= FEW:
        rows = chosen(transaction, f"{PRODUCTS} AND name IN (*)", wanted, (environment,))
        return _by_name(decoded(text, Product) for (text,) in rows)
    found = _by_name(decoded(text, Product) for (text,) in transaction.rows(PRODUCTS, (environment,)))
    return found if wanted is None else {name: found[name] for name in wanted if name in found}


def lineage(
    transaction: Transaction, names: Iterable[ProductName], environment: str = PROD
) -> dict[ProductName, tuple[ColumnEdge, ...]]:
    wanted = dict.fromkeys(names)
    if len(wanted) <= FEW:
        rows: Iterable[Row] = chosen(transaction, f"{LINEAGE} AND product IN (*)", list(wanted), (environment,))
    else:
        rows = (row for row in transaction.rows(LINEAGE, (environment,)) if row[0] in wanted)
    return {product: decoded(edges, tuple[ColumnEdge, ...]) for product, edges in rows}


def domains(transaction: Transaction, environment: str = PROD) -> tuple[Domain, ...]:
    return tuple(decoded(text, Domain) for (text,) in transaction.rows(DOMAINS, (environment,)))


def snapshots(transaction: Transaction, ids: Iterable[SnapshotId]) -> dict[SnapshotId, Snapshot]:
    return {row[0]: _snapshot(row) for row in chosen(transaction, SNAPSHOTS, list(dict.fromkeys(ids)))}


def _by_name(products: Iterator[Product]) -> dict[ProductName, Product]:
    return {product.name: product for product in products}


def _pointer(row: Row) -> Pointer:
    line, snapshot, fingerprint, at_revision, published_at, run, checks, parts = row
    told = decoded(parts, dict[str, str])
    return Pointer(LineName(line), snapshot, fingerprint, at_revision, moment(published_at), run, checks, told)


def _hold(row: Row) -> Hold:
    product, since, who, run, at_revision, because, withdrawn = row
    return Hold(product, moment(since), who, run, at_revision, because, decoded(withdrawn, dict[str, str]))


def _source(row: Row) -> SourceState:
    product, read, digest, parts = row
    return SourceState(product, read, digest, decoded(parts, dict[str, str]))


def _snapshot(row: Row) -> Snapshot:
    identity, line, fingerprint, run, created_at, columns, files, inputs, statistics = row
    return Snapshot(
        identity,
        line,
        fingerprint,
        run,
        moment(created_at),
        decoded(columns, tuple[tuple[str, str], ...]),
        decoded(files, tuple[SnapshotFile, ...]),
        decoded(inputs, dict[str, str]),
        decoded(statistics, dict[str, ColumnStatistics]),
    )
