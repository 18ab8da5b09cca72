"""Environments: pointers copied from `prod` in one transaction, remembered with where they began, and removed again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from weft.errors import Refused, Unknown
from weft.names import PROD, LineName, ProductName
from weft.product.environment import Base, Environment
from weft.registry.database import Transaction
from weft.registry.reading import recorded, revision
from weft.registry.recording import turn
from weft.registry.values import microseconds, moment, now

COPIED = {
    "pointers": "line, product, snapshot, fingerprint, revision, published_at, run, checks, parts_json",
    "products": "name, domain, digest, value_json, applied_at, run",
    "sources": "product, reading, digest, parts_json",
    "input_lines": "product, port, label, since",
    "column_lineage": "product, edges_json",
    "holds": "product, since, who, run, revision, because, withdrawn_json",
    "domains": "name, digest, value_json",
}
"""What an environment is made of: a row of each of `prod`'s, under another name."""
OF_A_PRODUCT = tuple(table for table in COPIED if table != "domains")
ALL = "SELECT name, who, revision, made_at, used_at, expires_at FROM environments ORDER BY name"
CHANGED = """
    SELECT p.environment, p.line FROM pointers p
    LEFT JOIN bases b ON b.environment = p.environment AND b.product = p.product
    LEFT JOIN pointers q ON q.environment = ? AND q.line = p.line
    WHERE p.environment <> ? AND (b.revision IS NULL OR b.revision <> p.revision)
      AND (q.snapshot IS NULL OR q.snapshot <> p.snapshot)
    ORDER BY p.line
"""
KNOWN = "SELECT 1 FROM environments WHERE name = ?"
ADD = "INSERT INTO environments (name, who, revision, made_at, used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)"
PROLONG = "UPDATE environments SET used_at = ?, expires_at = ? WHERE name = ? AND expires_at < ?"
RENEW = "UPDATE environments SET revision = ?, used_at = ?, expires_at = ? WHERE name = ?"
BEGIN = """
    INSERT INTO bases (environment, product, revision, digest)
    SELECT CAST(? AS TEXT), p.name, coalesce(max(q.revision), 0), p.digest
    FROM products p LEFT JOIN pointers q ON q.environment = p.environment AND q.product = p.name
    WHERE p.environment = ?
"""
BASES = "SELECT product, revision, digest FROM bases WHERE environment = ?"
EXPIRED = "SELECT name FROM environments WHERE expires_at < ?"
RUNNING = "SELECT id FROM runs WHERE environment = ? AND state = 'running'"
EARLY = 60 * 60 * 1_000_000
"""A use within an hour of the last is not written down: questions should not write."""


def environments(transaction: Transaction) -> tuple[Environment, ...]:
    """All but `prod`, by name."""
    rows = transaction.rows(ALL)
    changed: dict[str, list[LineName]] = {}
    for name, line in transaction.rows(CHANGED, (PROD, PROD)) if rows else ():
        changed.setdefault(name, []).append(line)
    return tuple(
        Environment(name, who, at, moment(made), moment(used), moment(ends), tuple(changed.get(name, ())))
        for name, who, at, made, used, ends in rows
    )


def is_known(transaction: Transaction, name: str) -> bool:
    return name == PROD or bool(transaction.rows(KNOWN, (name,)))


def bases(transaction: Transaction, environment: str) -> dict[ProductName, Base]:
    return {row[0]: Base(row[1], row[2]) for row in transaction.rows(BASES, (environment,))}


def use(transaction: Transaction, name: str, who: str, until: datetime) -> bool:
    """Makes it where it is not there, else puts off its end. Whether it was made."""
    if is_known(transaction, name):
        ends = microseconds(until)
        transaction.run(PROLONG, (now(), ends, name, ends - EARLY))
        return False
    turn(transaction)
    if is_known(transaction, name):
        return False
    _clear(transaction, name)
    for table in COPIED:
        _copy(transaction, table, (PROD, name))
    transaction.run(f"{BEGIN} GROUP BY p.name, p.digest", (name, PROD))
    transaction.run(ADD, (name, who, revision(transaction), now(), now(), microseconds(until)))
    return True


def remove(transaction: Transaction, name: str) -> None:
    """Its pointers go; files that nothing else needs, the sweeper takes. Raises: Unknown, Refused while a run is at work in it."""
    turn(transaction)
    refuse_unknown(transaction, name)
    if running := transaction.rows(RUNNING, (name,)):
        raise Refused(f"run {running[0][0]} is at work in {name}", mend="Wait for its end, then remove it.")
    _clear(transaction, name)


def expire(transaction: Transaction) -> tuple[str, ...]:
    """Removes those whose time is over and in which no run is at work, and says which."""
    expired = [name for (name,) in transaction.rows(EXPIRED, (now(),)) if not transaction.rows(RUNNING, (name,))]
    for name in expired:
        _clear(transaction, name)
    if expired:
        turn(transaction)
    return tuple(expired)


def update(transaction: Transaction, name: str, until: datetime) -> tuple[ProductName, ...]:
    """Brings it up to where `prod` stands. What it changed and `prod` did not is kept.

    Returns the products that both changed: they stand as in `prod` now, and are to be applied again.
    """
    from weft.plan.promotion import standing_of, touched

    turn(transaction)
    refuse_unknown(transaction, name)
    here, there, began = recorded(transaction, name), recorded(transaction, PROD), bases(transaction, name)
    own, stands = frozenset(touched(here, began)), standing_of(there)
    moved = [product for product in sorted({*stands, *began}) if stands.get(product) != began.get(product)]
    for product in moved:
        take_over(transaction, product, (PROD, name))
        rebase(transaction, product, name)
    kept = {product.partition(".")[0] for product in own - set(moved)}
    _take_domains(transaction, name, kept)
    transaction.run(RENEW, (revision(transaction), now(), microseconds(until), name))
    return tuple(product for product in moved if product in own)


def take_over(transaction: Transaction, product: ProductName, way: tuple[str, str]) -> None:
    """All that is recorded of a product in one environment takes the place of what another has of it."""
    for table in OF_A_PRODUCT:
        column = "name" if table == "products" else "product"
        transaction.run(f"DELETE FROM {table} WHERE environment = ? AND {column} = ?", (way[1], product))
        _copy(transaction, table, way, f" AND {column} = ?", (product,))


def rebase(transaction: Transaction, product: ProductName, environment: str) -> None:
    """From now on the product counts as begun where it stands in `prod`."""
    transaction.run("DELETE FROM bases WHERE environment = ? AND product = ?", (environment, product))
    transaction.run(f"{BEGIN} AND p.name = ? GROUP BY p.name, p.digest", (environment, PROD, product))


def refuse_unknown(transaction: Transaction, name: str) -> None:
    """Raises: Unknown, with the closest."""
    if not is_known(transaction, name) or name == PROD:
        raise Unknown("environment", name, [row[0] for row in transaction.rows(ALL)])


def _copy(
    transaction: Transaction, table: str, way: tuple[str, str], only: str = "", values: tuple[str, ...] = ()
) -> None:
    columns = COPIED[table]
    sql = f"INSERT INTO {table} (environment, {columns}) SELECT CAST(? AS TEXT), {columns} FROM {table} WHERE environment = ?"
    transaction.run(sql + only, (way[1], way[0], *values))


def _take_domains(transaction: Transaction, name: str, kept: Iterable[str]) -> None:
    own = set(kept)
    for (domain,) in transaction.rows("SELECT name FROM domains WHERE environment = ?", (PROD,)):
        if domain not in own:
            transaction.run("DELETE FROM domains WHERE environment = ? AND name = ?", (name, domain))
            _copy(transaction, "domains", (PROD, name), " AND name = ?", (domain,))


def _clear(transaction: Transaction, name: str) -> None:
    for table in (*COPIED, "bases"):
        transaction.run(f"DELETE FROM {table} WHERE environment = ?", (name,))
    transaction.run("DELETE FROM environments WHERE name = ?", (name,))
