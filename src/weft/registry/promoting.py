"""How an environment's products are moved to `prod`: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Iterable

from weft.errors import Moved
from weft.names import PROD, ProductName, RunId, SnapshotId
from weft.plan.promotion import PromotedProduct, Promotion
from weft.product.snapshot import Event
from weft.registry import previews
from weft.registry.database import Transaction, chosen
from weft.registry.environments import rebase, refuse_unknown, take_over
from weft.registry.publishing import (
    ADD_PUBLISH,
    DOMAIN_DIGEST,
    KEEP_VERSION,
    NEXT_REVISION,
    STANDING,
    place,
    publisher,
)
from weft.registry.reading import products
from weft.registry.recording import record
from weft.registry.values import encoded, moment, now

LINE_REVISION = "SELECT revision FROM pointers WHERE environment = ? AND line = ?"
LEAVE = "UPDATE snapshots SET pointed_at = ? WHERE id IN (SELECT snapshot FROM pointers WHERE environment = ? AND product = ?)"
SETTLE = "UPDATE pointers SET revision = ?, published_at = ?, run = ? WHERE environment = ? AND product = ?"
SETTLE_HERE = "UPDATE pointers SET revision = ? WHERE environment = ? AND product = ?"
DIGEST = "SELECT digest FROM products WHERE environment = ? AND name = ?"
DOMAINS_OF = "SELECT name, digest, value_json FROM domains WHERE environment = ? AND name IN (*)"
PUT_DOMAIN = """
    INSERT INTO domains (environment, name, digest, value_json) VALUES (?, ?, ?, ?)
    ON CONFLICT (environment, name) DO UPDATE SET digest = excluded.digest, value_json = excluded.value_json
"""
PROOFS = "SELECT snapshot, check_name, outcome, severity FROM check_results WHERE snapshot IN (*) ORDER BY seq"


def promote(transaction: Transaction, promotion: Promotion, run: RunId) -> dict[ProductName, int]:
    """Each product's new revision in `prod`. Raises: Moved, with what is not where it was seen; Unknown, RegistryFault."""
    revisions = {product.product: _next(transaction) for product in promotion.products}
    who = publisher(transaction, run)
    refuse_unknown(transaction, promotion.environment)
    _refuse_moved(transaction, promotion)
    for product in promotion.products:
        _move(transaction, product, (promotion.environment, revisions[product.product], run, who))
    _take_domains(transaction, promotion)
    return revisions


def proofs(transaction: Transaction, snapshots: Iterable[SnapshotId]) -> dict[SnapshotId, dict[str, bool]]:
    """By snapshot and check: whether the newest result lets it be published."""
    found: dict[SnapshotId, dict[str, bool]] = {}
    for snapshot, check, outcome, severity in chosen(transaction, PROOFS, list(dict.fromkeys(snapshots))):
        found.setdefault(snapshot, {})[check] = not (outcome in ("failed", "error") and severity == "error")
    return found


def _next(transaction: Transaction) -> int:
    # The counter goes first: its row is the lock that puts publishes in one order.
    return int(transaction.rows(NEXT_REVISION)[0][0])


def _refuse_moved(transaction: Transaction, promotion: Promotion) -> None:
    for product in promotion.products:
        for environment, expected in ((PROD, product.expects), (promotion.environment, product.seen)):
            rows = transaction.rows(STANDING, (environment, product.product))
            if (found := max((row[1] for row in rows), default=0)) != expected:
                raise _moved(f"{product.product} of {environment}", (expected, found), promotion)
    for line, expected in promotion.relies.items():
        found = next((row[0] for row in transaction.rows(LINE_REVISION, (PROD, line))), 0)
        if found != expected:
            raise _moved(f"{line} of {PROD}", (expected, found), promotion)


def _moved(name: str, revisions: tuple[int, int], promotion: Promotion) -> Moved:
    error = Moved(name, *revisions)
    update = f"`weft env update {promotion.environment}`"
    error.mend = f"Promote again; where prod moved on: {update}, then apply there."
    return error


def _move(transaction: Transaction, product: PromotedProduct, by: tuple[str, int, RunId, str]) -> None:
    environment, revision, run, who = by
    name, at = product.product, now()
    before = _places(transaction, PROD, name)
    transaction.run(LEAVE, (at, PROD, name))
    take_over(transaction, name, (environment, PROD))
    transaction.run(SETTLE, (revision, at, run, PROD, name))
    transaction.run(SETTLE_HERE, (revision, environment, name))
    rebase(transaction, name, environment)
    if not product.gone:
        transaction.run(KEEP_VERSION, (PROD, name))
        previews.keep(transaction, products(transaction, [name], PROD)[name])
    digest = next((row[0] for row in transaction.rows(DIGEST, (PROD, name))), "")
    after = _places(transaction, PROD, name)
    said = (encoded(before), encoded(after), "promoted", digest)
    transaction.run(ADD_PUBLISH, (revision, PROD, name, run, who, at, *said))
    event = Event(moment(at), name, "promoted", f"{name} was promoted from {environment}", "", PROD, run, who)
    record(transaction, (), (), (event,), environment=PROD)


def _places(transaction: Transaction, environment: str, product: ProductName) -> dict[str, dict[str, str]]:
    return {row[0]: place(*row[2:]) for row in transaction.rows(STANDING, (environment, product))}


def _take_domains(transaction: Transaction, promotion: Promotion) -> None:
    """What a domain says of itself comes with the first of its products."""
    names = sorted({product.product.partition(".")[0] for product in promotion.products if not product.gone})
    for name, digest, value in list(chosen(transaction, DOMAINS_OF, names, (promotion.environment,))):
        if transaction.rows(DOMAIN_DIGEST, (PROD, name)) != [(digest,)]:
            transaction.run(PUT_DOMAIN, (PROD, name, digest, value))
