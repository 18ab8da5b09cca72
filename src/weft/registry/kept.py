"""A registry whose answers are kept by its revision: one short question says whether what is known still stands.

It is made for one request, and all that this request reads is of one state. What has to be read anew each time (accounts,
agreements, the query log) goes to the registry itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from weft.names import PROD, ProductName
from weft.product.mesh import Domain, Mesh
from weft.product.product import Product
from weft.product.snapshot import Recorded
from weft.registry import reading, runs
from weft.registry.database import Transaction
from weft.registry.facts.keeping import MakesLedger, fresh_facts, kept_facts
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relations import RELATIONS
from weft.registry.recording import STATE
from weft.registry.registry import SQLJournal, SQLRegistry
from weft.registry.shelf import Shelf

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
Products = tuple[dict[ProductName, str], dict[ProductName, Product]]


class KeptRegistry(SQLRegistry):
    """`of` is the registry itself, `shelf` what requests have in common."""

    def __init__(self, of: SQLRegistry, shelf: Shelf) -> None:
        # The audit trail has one writer for all requests: it is made before it is handed on.
        _ = of.audit
        self.__dict__.update(vars(of))
        self._shelf = shelf
        self._journal = KeptJournal(of._journal, self)

    def keep(self, key: str, environment: str, make: Callable[[], T]) -> T:
        """A value that is made of what is recorded of an environment, and of nothing else."""
        return self._shelf.get((environment, key), self._state(environment), lambda _: make())

    @cached_property
    def _moment(self) -> tuple[Hashable, ...]:
        """The registry's identity, its revision, and how often anything else was recorded."""
        with self._database.reading() as transaction:
            found = transaction.rows(STATE)
        return tuple(found[0]) if found else ()

    def _state(self, environment: str) -> Hashable:
        """What is published moves with the revision; where an environment begins and ends, is written down beside it."""
        return self._moment[:2] if environment == PROD else self._moment

    def recorded(self, environment: str) -> Recorded:
        return self.keep("recorded", environment, lambda: super(KeptRegistry, self).recorded(environment))

    def domains(self, environment: str = PROD) -> tuple[Domain, ...]:
        return self.keep("domains", environment, lambda: super(KeptRegistry, self).domains(environment))

    def products(
        self, names: Iterable[ProductName] | None = None, environment: str = PROD
    ) -> dict[ProductName, Product]:
        found = self._all(environment)
        return dict(found) if names is None else {name: found[name] for name in dict.fromkeys(names) if name in found}

    def _all(self, environment: str) -> dict[ProductName, Product]:
        key = environment, "products"
        return self._shelf.get(key, self._state(environment), lambda older: self._read(environment, older))[1]

    def _read(self, environment: str, older: Products | None) -> Products:
        """Those alone that were applied anew since."""
        with self._database.reading() as transaction:
            standing = reading.standing_in(transaction, environment)
            digests: dict[ProductName, str] = dict(transaction.rows(reading.DIGESTS, (standing,)))
            was, known = older or ({}, {})
            new = [name for name, digest in digests.items() if was.get(name) != digest]
            found = reading.products(transaction, new, standing)
        return digests, {name: found[name] if name in found else known[name] for name in sorted(digests)}

    def mesh(self, environment: str) -> Mesh:
        """As last applied there."""

        def make() -> Mesh:
            domains = {domain.name: domain for domain in self.domains(environment)}
            lines = self.recorded(environment).input_lines
            return Mesh("", domains, self.products(environment=environment), recorded_lines=lines)

        return self.keep("mesh", environment, make)

    def facts(self, name: str, environment: str) -> pa.Table:
        """One relation: what of it stands is kept, what each question changes is read."""
        relation = RELATIONS.get(name)
        state = self._state(environment) if relation and relation.is_of_publishes else self._moment

        def make(_: pa.Table | None) -> pa.Table:
            return kept_facts(self._database, self._journal.cache, (name, environment), self._ledger(environment))

        found = self._shelf.get((environment, "facts", name), state, make)
        return fresh_facts(self._database, (name, environment), found)

    def _ledger(self, environment: str) -> MakesLedger:
        """What is known is looked up before the ledger's own transaction begins."""
        known = self.mesh(environment), self.recorded(environment)
        return lambda transaction, of: KeptLedger(transaction, of, known)


class KeptJournal(SQLJournal):
    def __init__(self, of: SQLJournal, registry: KeptRegistry) -> None:
        self.__dict__.update(vars(of))
        self._registry = registry

    def facts(self, relation: str, environment: str = PROD) -> pa.Table:
        self._marked  # noqa: B018 once for a request
        return self._registry.facts(relation, environment)

    @cached_property
    def _marked(self) -> None:
        runs.mark_abandoned_of(self._database)


class KeptLedger(Ledger):
    """What facts are made from, with what is known already."""

    def __init__(self, transaction: Transaction, environment: str, known: tuple[Mesh, Recorded]) -> None:
        super().__init__(transaction, environment)
        self._known = known

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        return tuple(self.mesh.domains.values())

    @cached_property
    def products(self) -> tuple[Product, ...]:
        return tuple(self.mesh.products.values())

    @property
    def mesh(self) -> Mesh:
        return self._known[0]

    @property
    def recorded(self) -> Recorded:
        return self._known[1]
