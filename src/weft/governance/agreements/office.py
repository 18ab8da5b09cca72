"""Where agreements are asked for and decided: one caller of one mesh, at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property

from weft.access import Reader
from weft.access.approving import Approvers, approvers
from weft.access.deciding import By
from weft.access.discovering import KNOWING
from weft.access.lasting import Lasting, lasting
from weft.access.permissions import Action, allowed
from weft.access.roles import team_grants
from weft.errors import Moved, Unknown, WeftError
from weft.governance.parties import about
from weft.governance.telling import tell, untold
from weft.identity.caller import caller
from weft.names import PROD, DomainName, ProductName
from weft.product.agreement import Agreement
from weft.product.audit import Decided, DecidedKind
from weft.product.contract import Contract
from weft.product.mesh import Domain, Mesh
from weft.product.product import Product
from weft.product.proposal import Proposal
from weft.product.snapshot import Event
from weft.registry.access_rules import agreement_rules
from weft.registry.seam import Registry
from weft.settings import Settings

ATTEMPTS = 8
"""Two who decide at once: the later looks again at what the earlier made of it."""


@dataclass(frozen=True)
class Office:
    """`reader` is who acts; the owner of the workspace acts under the name that the operating system has."""

    registry: Registry
    settings: Settings
    reader: Reader
    door: str = "cli"
    request_id: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def who(self) -> str:
        return self.reader.name or caller()

    @property
    def today(self) -> date:
        return self.at.date()

    @cached_property
    def domains(self) -> dict[DomainName, Domain]:
        return {domain.name: domain for domain in self.registry.domains(PROD)}

    def mesh(self, names: Iterable[ProductName]) -> Mesh:
        """Of some products, as they are published, and the product that asks."""
        wanted = {*names, *([self.reader.product] if self.reader.product else ())}
        return Mesh("", self.domains, self.registry.products(wanted, PROD))

    @cached_property
    def acting(self) -> Reader:
        """Whoever acts, with what the teams of domains make of them."""
        if self.reader.is_owner:
            return self.reader
        granted = team_grants(self.reader.name, self.domains.values())
        return replace(self.reader, grants=tuple(dict.fromkeys((*self.reader.grants, *granted))))

    def may(self, action: Action, domain: str) -> bool:
        return allowed(self.acting, action, domain).is_allowed

    def by(self, domain: DomainName) -> By:
        """Whoever acts, as somebody who decides in a domain."""
        decides, revokes = self.may("decide agreements", domain), self.may("revoke agreements", domain)
        return By(self.who, self.at, self.reader.is_owner, decides, revokes)

    def lasting(self, contract: Contract) -> Lasting:
        return lasting(contract, agreement_rules(self.registry, self.settings))

    def agreement(self, identity: str) -> Agreement:
        """Raises: Unknown; the same where it is none of the caller's business."""
        found = self.registry.agreements.named(identity)
        if found is None or not self.may_see(found):
            known = [one.id for one in self.registry.agreements.on() if self.may_see(one)]
            raise Unknown("agreement", identity, known, mend="" if known else "`weft access list` lists yours.")
        return found

    def may_see(self, one: Agreement) -> bool:
        """The parties, whoever decides on it, and the domain's own who see its consumers."""
        if self.reader.is_owner or self.who.casefold() in (one.reader.casefold(), one.requested_by.casefold()):
            return True
        if self.may("see consumers", one.domain) or self.reader.roles() & KNOWING:
            return True
        found = self.promise(one)
        return found is not None and By(self.who, self.at).is_among(found[2].all)

    def promise(self, one: Agreement) -> tuple[Product, Contract, Approvers] | None:
        """What an agreement is on, as it is published now, and who decides on it; None where it is promised no longer."""
        mesh = self.mesh([one.product])
        product = mesh.products.get(one.product)
        for port in product.output_ports if product else ():
            contract = product.promise(port) if product and port.name == one.port_name else None
            if product and contract and contract.line == one.line:
                return product, contract, approvers(product, contract, one.role, mesh)
        return None

    def changed(self, identity: str, change: Callable[[Agreement], Agreement]) -> tuple[Agreement, bool]:
        """An agreement moved on, and whether it was: each look is at the newest. Raises: Unknown, Refused, Moved."""
        for attempt in range(ATTEMPTS):
            found = self.agreement(identity)
            wanted = change(found)
            if wanted == found:
                return found, False
            try:
                return self.registry.agreements.change(wanted), True
            except Moved:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def tell(self, kind: str, one: Agreement | Proposal, message: str) -> tuple[str, ...]:
        """Records what became of it, and tells the people concerned; what could not be told."""
        event = Event(self.at, one.product, kind, message, "", PROD, about(one), self.who)
        try:
            return untold(tell([event], self._known(one.product), self.settings, self.registry.journal, self.at))
        except WeftError as error:
            return (f"nobody was told: {error}",)

    def _known(self, product: ProductName) -> Mesh:
        """What waits from before may be of any product: all of them are known where somebody is told at all."""
        products = (
            self.registry.products(environment=PROD) if self.settings.notify else self.registry.products([product])
        )
        return Mesh("", self.domains, products)

    def audited(self, kind: DecidedKind, action: str, subject: str, message: str, domains: tuple[str, ...]) -> None:
        decided = Decided(self.who, kind, action, subject, message, domains, "", self.door, self.request_id)
        self.registry.audit.decided(decided)
