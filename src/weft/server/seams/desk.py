"""One request to a seam: who sent it, the registry behind it, and what they may."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from weft.access import Reader, allowed
from weft.access.permissions import Action
from weft.errors import Misuse, Refused
from weft.names import (
    IDENTIFIER,
    LINE_LABEL,
    PROD,
    DomainName,
    LineName,
    ProductName,
    RunId,
    domain_of,
    fault_of_identifier,
)
from weft.product.mesh import Mesh
from weft.product.product import Product
from weft.registry.clients import Clients, RunOf
from weft.registry.seam import Registry

if TYPE_CHECKING:
    from weft.query.library import Library
    from weft.server.asking import Asker
    from weft.server.serving import Serving

SHELF = "shelf of products"


@dataclass(slots=True)
class Shelf:
    """Products as they are recorded, decoded once for each digest, for as long as they stand anywhere that was asked of."""

    registry: Registry
    clients: Clients
    held: dict[str, Mapping[ProductName, Product]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def products(self, environment: str) -> Mapping[ProductName, Product]:
        digests = self.clients.digests(environment)
        before = self.held.get(environment, {})
        kept = {n: before[n] for n, digest in digests.items() if n in before and before[n].digest == digest}
        wanted = digests.keys() - kept.keys()
        found = kept | (self.registry.products(wanted, environment) if wanted else {})
        with self.lock:
            self.held[environment] = found
        return found


def shelf_of(serving: Serving) -> Shelf:
    """One for each server process."""
    found: Shelf | None = serving.parts.get(SHELF)
    if found is None:
        from weft.registry import open_clients

        session = serving.session
        found = serving.parts.setdefault(SHELF, Shelf(session.registry, open_clients(session.settings)))
    return found


@dataclass(frozen=True)
class Desk:
    """What a method is answered over. Every method is asked by somebody who may apply in some domain."""

    asking: Asker
    shelf: Shelf

    @property
    def reader(self) -> Reader:
        return self.asking.reader

    @property
    def registry(self) -> Registry:
        return self.shelf.registry

    @property
    def clients(self) -> Clients:
        return self.shelf.clients

    def library(self, environment: str) -> Library:
        """What is not made yet stands where `prod` does, as in the registry."""
        from dataclasses import replace

        return replace(self.asking.serving.library(self.reader, PROD), environment=environment)

    @cached_property
    def own(self) -> frozenset[DomainName]:
        """The domains in which whoever asks builds and publishes."""
        domains = {grant.domain for grant in self.reader.grants if grant.domain}
        return frozenset(DomainName(name) for name in domains if self.may("apply", name))

    def may(self, action: Action, domain: str) -> bool:
        return allowed(self.reader, action, domain).is_allowed

    def allow(self, action: Action, domain: str) -> None:
        """Raises: Refused."""
        decision = allowed(self.reader, action, domain)
        if not decision.is_allowed:
            raise Refused(decision.reason, mend=decision.mend)

    def mesh(self, environment: str) -> Mesh:
        """All products as they are recorded, none left out: for deciding, and never to be sent."""
        domains = {domain.name: domain for domain in self.registry.domains(environment)}
        return Mesh("", domains, dict(self.shelf.products(environment)))

    def is_own(self, name: ProductName | LineName) -> bool:
        return domain_of(name) in self.own

    def own_run(self, run: RunId, *, running: bool = True) -> RunOf:
        """Raises: Unknown; Refused where somebody else began it, or it is over."""
        found = self.clients.run(run)
        if found.who != self.reader.name:
            raise Refused(f"run {run} was begun by somebody else", mend="Begin one of your own: apply again.")
        if running and found.state != "running":
            mend = "Apply again: what is done is reused."
            raise Refused(f"run {run} is {found.state}, so nothing more is taken for it", mend=mend)
        return found


OPEN = ("shared", "rules.published", "rules.history", "rules.waivers", "rules.publish", "rules.waive")
"""Methods that whoever governs needs as well, who builds nothing; each says itself who may."""
GOVERNING = ("recorded", "products", "domains", "lineage", "rules.facts", "rules.found", "agreements.on")
"""What a policy is tried over before it is published."""


def desk_of(asking: Asker, method: str = "") -> Desk:
    """Raises: Refused, for whoever builds nowhere."""
    desk = Desk(asking, shelf_of(asking.serving))
    if method in OPEN:
        desk.allow("discover", "")
    elif not (desk.own or (method in GOVERNING and desk.may("publish rules", ""))):
        narrow = desk.reader.scopes is not None and "publish" not in desk.reader.scopes
        what = f"{desk.reader.name} builds in no domain{', with this token' if narrow else ''}"
        mend = "The owner of a domain appoints developers: weft access grant. What is published you read without it."
        raise Refused(what, mend=mend)
    return desk


def refuse_misnamed(lines: Iterable[LineName]) -> None:
    """Raises: Misuse where a line's name is none: it names a folder of the store."""
    for line in lines:
        table, at, label = line.partition("@")
        parts = table.split(".")
        if len(parts) != 3 or not at or not LINE_LABEL.fullmatch(label) or not all(map(IDENTIFIER.fullmatch, parts)):
            raise Misuse(f"'{line}' names no line", mend="Write domain.product.table@1.")


def refuse_no_product(name: str) -> None:
    """Raises: Misuse where this cannot name a product."""
    parts = name.split(".")
    if len(parts) != 2 or any(map(fault_of_identifier, parts)):
        raise Misuse(f"'{name}' names no product", mend="Write domain.product.")
