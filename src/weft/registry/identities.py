"""Who is known to the mesh: each method opens one transaction and hands it to the functions beside."""

from __future__ import annotations

from collections.abc import Iterable

from weft.access.identities import Account, Given
from weft.access.reader import Attributes
from weft.access.roles import Grant
from weft.registry import accounts
from weft.registry.attempts import SQLAttempts
from weft.registry.credentials import SQLCredentials
from weft.registry.database import Database
from weft.registry.seam import Attempts, Credentials


class SQLIdentities:
    def __init__(self, database: Database) -> None:
        self._database = database

    def account(self, name: str) -> Account | None:
        with self._database.reading() as transaction:
            return accounts.account(transaction, name)

    def accounts(self) -> tuple[Account, ...]:
        with self._database.reading() as transaction:
            return accounts.accounts(transaction)

    def keep(self, new: Account, was: Account | None) -> None:
        with self._database.writing(durable=True) as transaction:
            accounts.keep(transaction, new, was)

    def grant(self, given: Given) -> bool:
        with self._database.writing(durable=True) as transaction:
            return accounts.grant(transaction, given)

    def withdraw(self, name: str, grant: Grant) -> bool:
        with self._database.writing(durable=True) as transaction:
            return accounts.withdraw(transaction, name, grant)

    def claim(self, name: str, grants: Iterable[Grant], attributes: Attributes, by: str) -> bool:
        with self._database.writing(durable=True) as transaction:
            return accounts.claim(transaction, name, grants, (attributes, by))

    @property
    def credentials(self) -> Credentials:
        return SQLCredentials(self._database)

    @property
    def attempts(self) -> Attempts:
        return SQLAttempts(self._database)
