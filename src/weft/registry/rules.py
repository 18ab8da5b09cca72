"""Governance rules with all their versions, and waivers. Nothing is ever changed or deleted: the newest counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from weft.product.candidate import NOTHING, Candidate
from weft.product.rule import PublishedRule, RuleKind, Waiver
from weft.registry.database import Database, Row, Transaction
from weft.registry.recording import turn
from weft.registry.values import microseconds, moment

if TYPE_CHECKING:
    import pyarrow as pa

RULE = "kind, name, version, content, who, published_at, retired, because"
NEWEST = f"""
    SELECT {RULE} FROM rules r WHERE kind = ?
    AND version = (SELECT max(version) FROM rules n WHERE n.kind = r.kind AND n.name = r.name) ORDER BY name
"""
OF_NAME = f"SELECT {RULE} FROM rules WHERE kind = ? AND name = ? ORDER BY version"
ADD = f"INSERT INTO rules ({RULE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
WAIVER = "rule, subject, reason, who, until, given_at, withdrawn"
WAIVERS = f"SELECT {WAIVER} FROM waivers ORDER BY given_at, rule, subject"
WAIVE = f"INSERT INTO waivers ({WAIVER}) VALUES (?, ?, ?, ?, ?, ?, ?)"


class SQLRules:
    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, rule: PublishedRule) -> PublishedRule:
        with self._database.writing() as transaction:
            # The row that this locks lets one publish at a time count the versions.
            turn(transaction)
            return _published(transaction, rule)

    def published(self, kind: RuleKind) -> tuple[PublishedRule, ...]:
        with self._database.reading() as transaction:
            return published(transaction, kind)

    def history(self, kind: RuleKind, name: str) -> tuple[PublishedRule, ...]:
        with self._database.reading() as transaction:
            return tuple(_rule(row) for row in transaction.rows(OF_NAME, (kind, name)))

    def waive(self, waiver: Waiver) -> None:
        with self._database.writing() as transaction:
            turn(transaction)
            transaction.run(WAIVE, _waiver_row(waiver))

    def waivers(self) -> tuple[Waiver, ...]:
        with self._database.reading() as transaction:
            return waivers(transaction)

    def facts(self, relations: Iterable[str], environment: str, candidate: Candidate = NOTHING) -> dict[str, pa.Table]:
        from weft.registry.facts.overlaid import overlaid

        with self._database.reading() as transaction:
            return overlaid(transaction, relations, environment, candidate)


def published(transaction: Transaction, kind: RuleKind) -> tuple[PublishedRule, ...]:
    """The newest version of each name."""
    return tuple(_rule(row) for row in transaction.rows(NEWEST, (kind,)))


def waivers(transaction: Transaction) -> tuple[Waiver, ...]:
    """The newest of each rule and subject, in the order that they were given."""
    found: dict[tuple[str, str], Waiver] = {}
    for row in transaction.rows(WAIVERS):
        waiver = _waiver(row)
        found.pop((waiver.rule, waiver.subject), None)
        found[waiver.rule, waiver.subject] = waiver
    return tuple(found.values())


def _published(transaction: Transaction, rule: PublishedRule) -> PublishedRule:
    """What binds already is not published again."""
    before = [_rule(row) for row in transaction.rows(OF_NAME, (rule.kind, rule.name))]
    newest = before[-1] if before else None
    if newest and (newest.text, newest.is_retired) == (rule.text, rule.is_retired):
        return newest
    version = newest.version + 1 if newest else 1
    one = PublishedRule(rule.kind, rule.name, version, rule.text, rule.who, rule.at, rule.is_retired, rule.because)
    row = (one.kind, one.name, one.version, one.text, one.who, microseconds(one.at), int(one.is_retired), one.because)
    transaction.run(ADD, row)
    return one


def _rule(row: Row) -> PublishedRule:
    kind, name, version, text, who, at, retired, because = row
    return PublishedRule(kind, name, version, text, who, moment(at), bool(retired), because)


def _waiver(row: Row) -> Waiver:
    rule, subject, reason, who, until, at, withdrawn = row
    return Waiver(rule, subject, reason, who, date.fromisoformat(until), moment(at), bool(withdrawn))


def _waiver_row(one: Waiver) -> Row:
    until, at = one.until.isoformat(), microseconds(one.at)
    return (one.rule, one.subject, one.reason, one.who, until, at, int(one.is_withdrawn))
