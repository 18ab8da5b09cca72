"""How a product is rolled back: its earlier publishes as they are kept, and one transaction that points all its tables back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weft.errors import Moved, RegistryFault
from weft.names import PROD, LineName, ProductName, RunId, product_of
from weft.plan.rollback import Rollback
from weft.product.environment import Published, Stood
from weft.product.snapshot import Event
from weft.registry.database import Row, Transaction, chosen
from weft.registry.publishing import ADD_PUBLISH, KNOWN, NEXT_REVISION, POINT, STANDING, TOUCH, place, publisher
from weft.registry.recording import record
from weft.registry.values import decoded, encoded, moment, now

PUBLISHES = """
    SELECT revision, kind, run, who, published_at, digest, after_json FROM publishes
    WHERE product = ? AND (environment = ? AND revision > ? AND published_at >= ? OR environment = ? AND revision <= ?)
    ORDER BY revision DESC
"""
BASE = """
    SELECT coalesce(b.revision, 0), e.made_at FROM environments e
    LEFT JOIN bases b ON b.environment = e.name AND b.product = ? WHERE e.name = ?
"""
LEAVE = "DELETE FROM pointers WHERE environment = ? AND product = ?"
BACK = """
    UPDATE products SET digest = v.digest, value_json = v.value_json, applied_at = ?, run = ?
    FROM product_versions v WHERE v.name = products.name AND v.digest = ? AND products.environment = ? AND products.name = ?
"""
LINEAGE_BACK = """
    UPDATE column_lineage SET edges_json = v.edges_json
    FROM product_versions v WHERE v.name = column_lineage.product AND v.digest = ?
    AND column_lineage.environment = ? AND column_lineage.product = ?
"""
HOLD = """
    INSERT INTO holds (environment, product, since, who, run, revision, because, withdrawn_json)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (environment, product) DO UPDATE SET
        since = excluded.since, who = excluded.who, run = excluded.run, revision = excluded.revision,
        because = excluded.because, withdrawn_json = excluded.withdrawn_json
"""


def publishes(transaction: Transaction, product: ProductName, environment: str) -> tuple[Published, ...]:
    """A product's publishes, newest first; of an environment, also those of `prod` before it began."""
    began, made_at = 0, 0
    if environment != PROD:
        # An environment of the same name may have been there before.
        began, made_at = next(iter(transaction.rows(BASE, (product, environment))), (0, 0))
    rows = transaction.rows(PUBLISHES, (product, environment, began, made_at, PROD, began))
    places = [decoded(row[6], dict[str, dict[str, str]]) for row in rows]
    wanted = sorted({stood["snapshot"] for place in places for stood in place.values()})
    known = {row[0] for row in chosen(transaction, KNOWN, wanted)}
    return tuple(_published(row, place, known) for row, place in zip(rows, places, strict=True))


def _published(row: Row, places: dict[str, dict[str, str]], known: set[str]) -> Published:
    stood = {LineName(line): _stood(found) for line, found in places.items()}
    gone = tuple(line for line, found in stood.items() if found.snapshot not in known)
    revision, kind, run, who, at, digest, _ = row
    return Published(revision, kind, run, who, moment(at), digest, stood, gone)


def _stood(found: dict[str, str]) -> Stood:
    parts = decoded(found.get("parts", "{}"), dict[str, str])
    return Stood(found["snapshot"], found["fingerprint"], found["checks"], parts)  # type: ignore[arg-type]


def roll_back(transaction: Transaction, rollback: Rollback, run: RunId) -> int:
    """The revision. Raises: Moved where the product is not where it was seen; RegistryFault where a snapshot is gone."""
    revision = int(transaction.rows(NEXT_REVISION)[0][0])
    who, at = publisher(transaction, run), now()
    environment, product, to = rollback.environment, rollback.product, rollback.to
    standing = transaction.rows(STANDING, (environment, product))
    if (found := max((row[1] for row in standing), default=0)) != rollback.expects:
        error = Moved(product, rollback.expects, found)
        error.mend = "Look at `weft history`, then roll back again."
        raise error
    _refuse_gone(transaction, to)
    transaction.run_many(TOUCH, [(at, row[2]) for row in standing])
    transaction.run(LEAVE, (environment, product))
    transaction.run_many(POINT, _pointers(rollback, revision, at, run))
    transaction.run(BACK, (at, run, to.digest, environment, product))
    transaction.run(LINEAGE_BACK, (to.digest, environment, product))
    withdrawn = encoded(rollback.withdrawn)
    transaction.run(HOLD, (environment, product, at, who, run, revision, rollback.because, withdrawn))
    before = {row[0]: place(*row[2:]) for row in standing}
    after = {row[1]: place(row[3], row[4], row[8], row[9]) for row in _pointers(rollback, revision, at, run)}
    said = (encoded(before), encoded(after), "rolled back", to.digest)
    transaction.run(ADD_PUBLISH, (revision, environment, product, run, who, at, *said))
    record(transaction, (), (), _events(rollback, (run, who), at), environment=environment)
    return revision


def _refuse_gone(transaction: Transaction, to: Published) -> None:
    wanted = sorted(set(to.snapshots.values()))
    known = {row[0] for row in chosen(transaction, KNOWN, wanted)}
    if gone := next((snapshot for snapshot in wanted if snapshot not in known), None):
        raise RegistryFault(f"snapshot {gone} is no longer kept", mend="Roll back to a later publish.")


def _pointers(rollback: Rollback, revision: int, at: int, run: RunId) -> list[Row]:
    return [
        (
            rollback.environment,
            line,
            rollback.product,
            stood.snapshot,
            stood.fingerprint,
            revision,
            at,
            run,
            stood.checks,
            encoded(stood.parts),
        )
        for line, stood in rollback.to.stood.items()
    ]


def _events(rollback: Rollback, by: tuple[RunId, str], at: int) -> Sequence[Event]:
    return tuple(_told(rollback, by, at))


def _told(rollback: Rollback, by: tuple[RunId, str], at: int) -> Iterator[Event]:
    """One for the product, and one for each table of another that was built on what is withdrawn."""
    run, who = by
    because = f": {rollback.because}" if rollback.because else ""
    message = f"{rollback.product} was rolled back to revision {rollback.to.revision}{because}"
    yield Event(moment(at), rollback.product, "rolled back", message, "", rollback.environment, run, who)
    for line, cause in rollback.dependants.items():
        message = f"{line} was built on what was withdrawn of {cause}"
        yield Event(moment(at), product_of(line), "built on withdrawn", message, line, rollback.environment, run, who)
