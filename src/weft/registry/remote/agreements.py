"""Agreements behind a server: they are read here, and asked for and decided there, where whoever decides is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weft.errors import Refused
from weft.names import ProductName
from weft.registry.remote.asking import ask
from weft.registry.remote.methods import Calls

if TYPE_CHECKING:
    from weft.product.agreement import Agreement
    from weft.product.footing import Footing
    from weft.product.proposal import Proposal
    from weft.registry.seam import Proposals


class RemoteAgreements:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def footing(self, reader: str, products: Iterable[ProductName], environment: str) -> Footing:
        """Of what is not discoverable the server tells nothing that could be hidden here."""
        from weft.product.footing import Footing

        domains = {domain.name: domain for domain in ask(self._calls, "domains", environment)}
        found = ask(self._calls, "products", sorted(set(products)), environment)
        rules = ask(self._calls, "rules.published", "access")
        rule = next((one.text for one in rules if one.name == "agreements" and not one.is_retired), "")
        return Footing(domains, found, agreements=self.of(reader) if reader else (), rule=rule)

    def of(self, reader: str) -> tuple[Agreement, ...]:
        found: tuple[Agreement, ...] = ask(self._calls, "agreements.of", reader)
        return found

    def on(self, products: Iterable[ProductName] | None = None) -> tuple[Agreement, ...]:
        wanted = None if products is None else sorted(set(products))
        found: tuple[Agreement, ...] = ask(self._calls, "agreements.on", wanted)
        return found

    def named(self, identity: str) -> Agreement | None:
        return next((one for one in self.on() if one.id == identity), None)

    def ask(self, agreement: Agreement) -> tuple[Agreement, bool]:
        raise at_the_server("an agreement is asked for")

    def change(self, agreement: Agreement) -> Agreement:
        raise at_the_server("an agreement is decided")

    @property
    def proposals(self) -> Proposals:
        return RemoteProposals(self._calls)


class RemoteProposals:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def on(self, products: Iterable[ProductName] | None = None) -> tuple[Proposal, ...]:
        wanted = None if products is None else sorted(set(products))
        found: tuple[Proposal, ...] = ask(self._calls, "proposals.on", wanted)
        return found

    def named(self, identity: str) -> Proposal | None:
        return next((one for one in self.on() if one.id == identity), None)

    def propose(self, proposal: Proposal) -> tuple[Proposal, bool]:
        raise at_the_server("a port's extension is proposed")

    def answer(self, proposal: Proposal) -> Proposal:
        raise at_the_server("a proposal is answered")


def at_the_server(what: str) -> Refused:
    """What no checkout does in the registry by itself."""
    return Refused(f"{what} at the server, and in no checkout", mend="`weft access --help` lists how.")
