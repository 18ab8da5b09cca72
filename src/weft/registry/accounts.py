"""Accounts and the roles given to them, as rows; each change of what somebody may do counts their generation up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from weft.access.identities import Account, Given
from weft.access.reader import Attributes
from weft.access.roles import Grant
from weft.errors import Moved, Refused, Unknown
from weft.registry.database import Row, Transaction
from weft.registry.values import decoded, encoded, microseconds, moment, now

FIELDS = """name, kind, state, domain, password, because, attributes_json, claimed_json, generation, made_at, made_by,
    signed_in_at"""
ACCOUNTS = f"SELECT {FIELDS} FROM accounts ORDER BY name"
ACCOUNT = f"SELECT {FIELDS} FROM accounts WHERE name = ?"
GRANTS = "SELECT account, role, domain, source, given_by, given_at FROM grants ORDER BY account, domain, role, source"
GRANTS_OF = GRANTS.replace(" ORDER BY", " WHERE account = ? ORDER BY")
ADD = f"INSERT INTO accounts ({FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING"
CHANGE = """
    UPDATE accounts SET state = ?, password = ?, because = ?, attributes_json = ?, generation = generation + 1
    WHERE name = ? AND generation = ?
"""
CLAIM = "UPDATE accounts SET claimed_json = ? WHERE name = ?"
TURN = "UPDATE accounts SET generation = generation + 1 WHERE name = ?"
GRANT = """
    INSERT INTO grants (account, role, domain, source, given_by, given_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (account, role, domain, source) DO NOTHING
"""
WITHDRAW = "DELETE FROM grants WHERE account = ? AND role = ? AND domain = ? AND source = 'given'"
DISCLAIM = "DELETE FROM grants WHERE account = ? AND source = 'provider'"


def account(transaction: Transaction, name: str) -> Account | None:
    row = next(iter(transaction.rows(ACCOUNT, (name,))), None)
    return _account(row, [_given(one) for one in transaction.rows(GRANTS_OF, (name,))]) if row else None


def accounts(transaction: Transaction) -> tuple[Account, ...]:
    given: dict[str, list[Given]] = {}
    for row in transaction.rows(GRANTS):
        given.setdefault(row[0], []).append(_given(row))
    return tuple(_account(row, given.get(row[0], ())) for row in transaction.rows(ACCOUNTS))


def keep(transaction: Transaction, new: Account, was: Account | None) -> None:
    if was is None:
        _add(transaction, new)
    elif not transaction.run(CHANGE, (*_changing(new), was.name, was.generation)):
        found = account(transaction, was.name)
        raise Moved(f"the account {was.name}", was.generation, found.generation if found else "none")


def grant(transaction: Transaction, given: Given) -> bool:
    if account(transaction, given.account) is None:
        raise Unknown("account", given.account, [row[0] for row in transaction.rows(ACCOUNTS)])
    return _turned(transaction, given.account, transaction.run(GRANT, _row(given)))


def withdraw(transaction: Transaction, name: str, grant: Grant) -> bool:
    return _turned(transaction, name, transaction.run(WITHDRAW, (name, grant.role, grant.domain)))


def claim(transaction: Transaction, name: str, grants: Iterable[Grant], said: tuple[Attributes, str]) -> bool:
    """`said` is the attributes, and the provider that says so."""
    known, wanted = account(transaction, name), set(grants)
    if known is None:
        raise Unknown("account", name)
    if known.claimed == said[0] and wanted == {given.grant for given in known.given if given.source == "provider"}:
        return False
    at = moment(now())
    transaction.run(DISCLAIM, (name,))
    transaction.run_many(GRANT, [_row(Given(name, grant, "provider", said[1], at)) for grant in sorted(wanted)])
    return _turned(transaction, name, transaction.run(CLAIM, (encoded(said[0]), name)))


def _add(transaction: Transaction, new: Account) -> None:
    state, password, because, attributes = _changing(new)
    head = (new.name, new.kind, state, new.domain, password, because, attributes, encoded(new.claimed))
    if not transaction.run(ADD, (*head, new.generation, microseconds(new.made_at), new.made_by, None)):
        raise Refused(f"there is an account '{new.name}' already", mend="Give it another name.")


def _changing(new: Account) -> tuple[str, str, str, str]:
    return new.state, new.password, new.because, encoded(new.attributes)


def _turned(transaction: Transaction, name: str, rows: int) -> bool:
    if rows:
        transaction.run(TURN, (name,))
    return bool(rows)


def _row(given: Given) -> tuple[str, str, str, str, str, int]:
    return given.account, given.grant.role, given.grant.domain, given.source, given.by, microseconds(given.at)


def _given(row: Row) -> Given:
    name, role, domain, source, by, at = row
    return Given(name, Grant(role, domain), source, by, moment(at))


def _account(row: Row, given: Sequence[Given]) -> Account:
    name, kind, state, domain, password, because, attributes, claimed, generation, made_at, made_by, signed_in = row
    return Account(
        name,
        kind,
        state,
        moment(made_at),
        made_by,
        domain,
        password,
        generation,
        _moment(signed_in),
        because,
        decoded(attributes, Attributes),
        decoded(claimed, Attributes),
        tuple(given),
    )


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)
