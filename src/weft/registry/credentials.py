"""What lets somebody in, as rows under the digest of the secret: the secret itself is nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from weft.access.identities import Credential, CredentialKind, Holder
from weft.access.scopes import Scope
from weft.errors import Moved, Refused
from weft.registry import accounts
from weft.registry.database import Database, Row, Transaction
from weft.registry.reading import revision
from weft.registry.values import decoded, encoded, microseconds, moment, now

FIELDS = "digest, kind, account, name, scopes_json, made_by, generation, made_at, expires_at, used_at"
FOUND = f"SELECT {FIELDS} FROM credentials WHERE digest = ?"
OF = f"SELECT {FIELDS} FROM credentials WHERE account = ? ORDER BY made_at, name"
ADD = f"INSERT INTO credentials ({FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
NAMED = "SELECT 1 FROM credentials WHERE account = ? AND kind = 'token' AND name = ?"
OVER = "DELETE FROM credentials WHERE expires_at < ?"
KEPT_WHEN_OVER = 30 * 24 * 3600 * 1_000_000
"""Who shows what is over is told so, for thirty days: then it is as unknown as any other."""
SIGNED_IN = "UPDATE accounts SET signed_in_at = ? WHERE name = ? AND generation = ?"
TAKE = "DELETE FROM credentials WHERE digest = ?"
USED = "UPDATE credentials SET used_at = ? WHERE digest = ? AND (used_at IS NULL OR used_at < ?)"
END = "UPDATE credentials SET expires_at = ?, generation = ? WHERE digest = ? AND generation < ?"


class SQLCredentials:
    def __init__(self, database: Database) -> None:
        self._database = database

    def holder(self, digest: str) -> Holder | None:
        with self._database.reading() as transaction:
            return _holder(transaction, digest)

    def of(self, account: str) -> tuple[Credential, ...]:
        with self._database.reading() as transaction:
            return tuple(_credential(row) for row in transaction.rows(OF, (account,)))

    def keep(self, credential: Credential) -> None:
        with self._database.writing(durable=True) as transaction:
            transaction.run(OVER, (now() - KEPT_WHEN_OVER,))
            if credential.kind == "token" and transaction.rows(NAMED, (credential.account, credential.name)):
                message = f"{credential.account} has a token '{credential.name}' already"
                raise Refused(message, mend="Give it another name, or withdraw the other one first.")
            if credential.kind == "session":
                _signed_in(transaction, credential)
            transaction.run(ADD, _row(credential))

    def take(self, digest: str) -> Holder | None:
        with self._database.writing(durable=True) as transaction:
            found = _holder(transaction, digest)
            return found if transaction.run(TAKE, (digest,)) else None

    def replace(self, old: Credential, new: Credential, until: datetime) -> bool:
        with self._database.writing(durable=True) as transaction:
            is_first = transaction.run(END, (microseconds(until), new.generation, old.digest, new.generation))
            if is_first:
                transaction.run(ADD, _row(new))
            return bool(is_first)

    def used(self, digest: str, at: datetime) -> None:
        with self._database.writing() as transaction:
            transaction.run(USED, (microseconds(at), digest, microseconds(at)))

    def withdraw(self, digests: Iterable[str]) -> int:
        with self._database.writing(durable=True) as transaction:
            return sum(transaction.run(TAKE, (digest,)) for digest in digests)


def _holder(transaction: Transaction, digest: str) -> Holder | None:
    row = next(iter(transaction.rows(FOUND, (digest,))), None)
    account = accounts.account(transaction, row[2]) if row else None
    return Holder(_credential(row), account, revision(transaction)) if row and account else None


def _signed_in(transaction: Transaction, session: Credential) -> None:
    """A password that was changed while the old one was looked at lets nobody in."""
    said = (microseconds(session.made_at), session.account, session.generation)
    if not transaction.run(SIGNED_IN, said):
        error = Moved(f"the account {session.account}", session.generation, "a later one")
        error.mend = "Sign in again."
        raise error


def _row(one: Credential) -> tuple[str | int | None, ...]:
    named = (one.digest, one.kind, one.account, one.name, encoded(one.scopes), one.made_by, one.generation)
    return (*named, microseconds(one.made_at), _microseconds(one.expires_at), _microseconds(one.used_at))


def _credential(row: Row) -> Credential:
    digest, kind, account, name, scopes, made_by, generation, made_at, expires_at, used_at = row
    known: tuple[Scope, ...] = decoded(scopes, tuple[Scope, ...])
    said: CredentialKind = kind
    ends, used = _moment(expires_at), _moment(used_at)
    return Credential(digest, said, account, moment(made_at), made_by, ends, name, known, generation, used)


def _microseconds(at: datetime | None) -> int | None:
    return None if at is None else microseconds(at)


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)
