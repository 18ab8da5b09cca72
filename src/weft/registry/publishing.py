"""How a product is published: one transaction that looks where its pointers stand and moves all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable

from weft.errors import Moved, RegistryFault
from weft.names import PROD, ProductName, RunId, SnapshotId, product_of
from weft.product.mesh import Domain
from weft.product.snapshot import Publication, Snapshot, SourceState
from weft.registry import previews
from weft.registry.database import Row, Transaction, chosen
from weft.registry.recording import record
from weft.registry.values import encoded, microseconds, now

NEXT_REVISION = "UPDATE counters SET value = value + 1 WHERE name = 'revision' RETURNING value"
RUN = "SELECT state, who FROM runs WHERE id = ?"
ENVIRONMENT = "SELECT 1 FROM environments WHERE name = ?"
HELD = "SELECT who, run FROM holds WHERE environment = ? AND product = ?"
LIFT = "DELETE FROM holds WHERE environment = ? AND product = ?"
STANDING = """
    SELECT line, revision, snapshot, fingerprint, checks, parts_json FROM pointers WHERE environment = ? AND product = ?
"""
KNOWN = "SELECT id FROM snapshots WHERE id IN (*)"
ADD_SNAPSHOT = """
    INSERT INTO snapshots (id, line, product, fingerprint, run, created_at, pointed_at, rows, bytes,
                           columns_json, files_json, inputs_json, statistics_json)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
TOUCH = "UPDATE snapshots SET pointed_at = ? WHERE id = ?"
POINT = """
    INSERT INTO pointers (environment, line, product, snapshot, fingerprint, revision, published_at, run, checks, parts_json)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (environment, line) DO UPDATE SET
        snapshot = excluded.snapshot, fingerprint = excluded.fingerprint, revision = excluded.revision,
        published_at = excluded.published_at, run = excluded.run, checks = excluded.checks,
        parts_json = excluded.parts_json
"""
ANSWER = """
    INSERT INTO fingerprints (fingerprint, snapshot) VALUES (?, ?)
    ON CONFLICT (fingerprint) DO UPDATE SET snapshot = excluded.snapshot
"""
REMOVE = "DELETE FROM pointers WHERE environment = ? AND line = ?"
PRODUCT_DIGEST = "SELECT digest FROM products WHERE environment = ? AND name = ?"
PUT_PRODUCT = """
    INSERT INTO products (environment, name, domain, digest, value_json, applied_at, run) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (environment, name) DO UPDATE SET
        digest = excluded.digest, value_json = excluded.value_json, applied_at = excluded.applied_at, run = excluded.run
"""
DOMAIN_DIGEST = "SELECT digest FROM domains WHERE environment = ? AND name = ?"
PUT_DOMAIN = """
    INSERT INTO domains (environment, name, digest, value_json) VALUES (?, ?, ?, ?)
    ON CONFLICT (environment, name) DO UPDATE SET digest = excluded.digest, value_json = excluded.value_json
"""
PUT_SOURCE = """
    INSERT INTO sources (environment, product, reading, digest, parts_json) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (environment, product, reading) DO UPDATE SET digest = excluded.digest, parts_json = excluded.parts_json
"""
PUT_INPUT_LINE = """
    INSERT INTO input_lines (environment, product, port, label, since) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (environment, product, port) DO UPDATE SET label = excluded.label, since = excluded.since
    WHERE input_lines.label <> excluded.label
"""
PUT_LINEAGE = """
    INSERT INTO column_lineage (environment, product, edges_json) VALUES (?, ?, ?)
    ON CONFLICT (environment, product) DO UPDATE SET edges_json = excluded.edges_json
    WHERE column_lineage.edges_json <> excluded.edges_json
"""
ADD_PUBLISH = """
    INSERT INTO publishes (revision, environment, product, run, who, published_at, before_json, after_json, kind, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
KEEP_VERSION = """
    INSERT INTO product_versions (name, digest, value_json, edges_json)
    SELECT p.name, p.digest, p.value_json, coalesce(l.edges_json, '[]')
    FROM products p LEFT JOIN column_lineage l ON l.environment = p.environment AND l.product = p.name
    WHERE p.environment = ? AND p.name = ?
    ON CONFLICT (name, digest) DO UPDATE SET edges_json = excluded.edges_json
"""
FORGET = tuple(
    f"DELETE FROM {table} WHERE environment = ? AND {column} = ?"
    for table, column in (
        ("products", "name"),
        ("sources", "product"),
        ("input_lines", "product"),
        ("column_lineage", "product"),
        ("holds", "product"),
    )
)


def publish(transaction: Transaction, publication: Publication, domain: Domain) -> int:
    """The revision. Raises: Moved, RegistryFault where the run is over or a snapshot is no longer kept."""
    # The counter goes first: its row is the lock that puts publishes in one order.
    revision = int(transaction.rows(NEXT_REVISION)[0][0])
    who = publisher(transaction, publication.run)
    _refuse_held(transaction, publication)
    standing = _standing(transaction, publication)
    _add_snapshots(transaction, publication)
    _point(transaction, publication, revision, standing)
    described = _describe(transaction, publication, domain)
    _remember(transaction, publication)
    if described or publication.lineage is not None:
        transaction.run(KEEP_VERSION, (publication.environment, publication.product.name))
    found = publication.steps, publication.results, publication.events
    record(transaction, *found, environment=publication.environment)
    before = {line: place(*row[2:]) for line, row in standing.items()}
    after = {p.line: place(p.snapshot, p.fingerprint, p.checks, encoded(p.parts)) for p in publication.pointers}
    whose = (revision, publication.environment, publication.product.name, publication.run, who)
    said = (encoded(before), encoded(after), "published", publication.product.digest)
    transaction.run(ADD_PUBLISH, (*whose, now(), *said))
    return revision


def publisher(transaction: Transaction, run: RunId) -> str:
    """Who began the run. Raises: RegistryFault, where it is over: its files may be swept already."""
    for state, who in transaction.rows(RUN, (run,)):
        if state == "running":
            return str(who)
        raise RegistryFault(
            f"run {run} is {state}, so it publishes nothing more", mend="Apply again: what is done is reused."
        )
    raise RegistryFault(f"run {run} has not begun", mend="Begin it, then publish.")


def _refuse_held(transaction: Transaction, publication: Publication) -> None:
    """What was rolled back since it was planned stays there, and an environment that was removed is not made again by the way."""
    environment, product = publication.environment, publication.product.name
    if environment != PROD and not transaction.rows(ENVIRONMENT, (environment,)):
        raise RegistryFault(f"the environment {environment} was removed", mend="Apply again: then it is made anew.")
    if publication.resumes:
        transaction.run(LIFT, (environment, product))
    elif held := transaction.rows(HELD, (environment, product)):
        raise RegistryFault(
            f"{product} was rolled back by {held[0][0]} (run {held[0][1]}) and is held",
            mend=f"Go on with `weft apply --resume {product}`.",
        )


def _standing(transaction: Transaction, publication: Publication) -> dict[str, Row]:
    """Where the pointers that are to move stand now. Raises: Moved where that is not what was planned on."""
    found = {row[0]: row for row in transaction.rows(STANDING, (publication.environment, publication.product.name))}
    for pointed in (*publication.pointers, *publication.removed):
        if product_of(pointed.line) != publication.product.name:
            raise RegistryFault(f"{pointed.line} is not a table of {publication.product.name}", mend="Plan again.")
        stands = found[pointed.line][1] if pointed.line in found else 0
        if stands != pointed.expects:
            raise Moved(pointed.line, pointed.expects, stands)
    moved = {pointed.line for pointed in (*publication.pointers, *publication.removed)}
    return {line: row for line, row in found.items() if line in moved}


def _add_snapshots(transaction: Transaction, publication: Publication) -> None:
    new = {snapshot.id for snapshot in publication.new_snapshots}
    old = {pointed.snapshot for pointed in publication.pointers} - new
    known = {row[0] for row in chosen(transaction, KNOWN, sorted(old))} if old else set()
    if gone := sorted(old - known):
        raise RegistryFault(f"snapshot {gone[0]} is no longer kept", mend="Plan again, then apply.")
    if publication.new_snapshots:
        transaction.run_many(ADD_SNAPSHOT, map(_snapshot_row, publication.new_snapshots))


def _snapshot_row(snapshot: Snapshot) -> tuple[str | int, ...]:
    return (
        snapshot.id,
        snapshot.line,
        product_of(snapshot.line),
        snapshot.fingerprint,
        snapshot.run,
        microseconds(snapshot.created_at),
        now(),
        snapshot.rows,
        snapshot.bytes,
        encoded(snapshot.columns),
        encoded(snapshot.files),
        encoded(snapshot.inputs),
        encoded(snapshot.statistics),
    )


def _point(transaction: Transaction, publication: Publication, revision: int, standing: dict[str, Row]) -> None:
    """Snapshots that a pointer leaves are kept for the retention time from now on."""
    environment, product, at = publication.environment, publication.product.name, now()
    if standing:
        transaction.run_many(TOUCH, [(at, row[2]) for row in standing.values()])
    if publication.removed:
        transaction.run_many(REMOVE, [(environment, pointed.line) for pointed in publication.removed])
    if publication.pointers:
        transaction.run_many(
            POINT,
            [
                (
                    environment,
                    p.line,
                    product,
                    p.snapshot,
                    p.fingerprint,
                    revision,
                    at,
                    publication.run,
                    p.checks,
                    encoded(p.parts),
                )
                for p in publication.pointers
            ],
        )
        transaction.run_many(ANSWER, _answers(publication))


def _answers(publication: Publication) -> Iterable[tuple[str, SnapshotId]]:
    """Every fingerprint that a snapshot is known to answer: what it was made for, and what was planned now."""
    made = {snapshot.fingerprint: snapshot.id for snapshot in publication.new_snapshots}
    planned = {pointed.fingerprint: pointed.snapshot for pointed in publication.pointers}
    return (made | planned).items()


def _describe(transaction: Transaction, publication: Publication, domain: Domain) -> bool:
    """Whether the product's documents are others than before."""
    environment, product, changed = publication.environment, publication.product, False
    if publication.gone:
        _forget(transaction, environment, product.name)
    elif transaction.rows(PRODUCT_DIGEST, (environment, product.name)) != [(product.digest,)]:
        value = (product.name, product.domain, product.digest, encoded(product))
        transaction.run(PUT_PRODUCT, (environment, *value, now(), publication.run))
        changed = True
        if environment == PROD:
            previews.keep(transaction, product)
    if transaction.rows(DOMAIN_DIGEST, (environment, domain.name)) != [(domain.digest,)]:
        transaction.run(PUT_DOMAIN, (environment, domain.name, domain.digest, encoded(domain)))
    return changed


def _forget(transaction: Transaction, environment: str, product: ProductName) -> None:
    for statement in FORGET:
        transaction.run(statement, (environment, product))


def _remember(transaction: Transaction, publication: Publication) -> None:
    environment, product = publication.environment, publication.product.name
    if publication.gone:
        return
    if publication.sources:
        transaction.run_many(PUT_SOURCE, [_source_row(environment, source) for source in publication.sources])
    if publication.input_lines:
        lines, at = publication.input_lines.items(), now()
        transaction.run_many(PUT_INPUT_LINE, [(environment, product, port, label, at) for port, label in lines])
    if publication.lineage is not None:
        transaction.run(PUT_LINEAGE, (environment, product, encoded(publication.lineage)))


def _source_row(environment: str, source: SourceState) -> tuple[str, ...]:
    return environment, source.product, source.read, source.digest, encoded(source.parts)


def place(snapshot: str, fingerprint: str, checks: str, parts: str) -> dict[str, str]:
    """Where a pointer stood, kept with the publish that moved it, so that it can be put back; parts are JSON."""
    return {"snapshot": snapshot, "fingerprint": fingerprint, "checks": checks, "parts": parts}
