"""Who is concerned by an event: the people of its product and of the products that read it, and what `mesh.yaml` names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from weft.access.agreements import covers
from weft.governance.addresses import Address, Hook, mailbox, supported
from weft.governance.kinds import kind_of
from weft.governance.parties import Agreed, parties
from weft.names import PROD, DomainName, LineName, ProductName, domain_of, label_of, product_of
from weft.product.agreement import Agreement
from weft.product.contract import Channel, Contract, Team
from weft.product.mesh import Domain, Mesh
from weft.product.product import Product
from weft.product.snapshot import Event
from weft.settings import Notify

People = tuple[tuple[Team, ...], tuple[tuple[str, Channel], ...]]
"""Teams, and channels with whose each is."""


def concerned(event: Event, mesh: Mesh, notify: Notify, agreed: Agreed = ()) -> tuple[Address, ...]:
    """Each address once, the product's own before those of its readers. What happens in an environment beside `prod` is told nobody.

    `agreed` are agreements on the product's ports and proposals to extend them. Mailboxes are among the addresses only where
    there is a server that takes mail.
    """
    if event.environment != PROD:
        return ()
    products = (event.product, *_reached(event, mesh))
    own = chain(
        chain.from_iterable(_of_product(p, mesh, notify.hosts) for p in products), _people_of(event, mesh, agreed)
    )
    found: dict[str, Address] = {}
    for address in chain(_of_mesh(event, notify), own):
        if isinstance(address, Hook) or notify.mail is not None:
            found.setdefault(address.url if isinstance(address, Hook) else address.name, address)
    return tuple(found.values())


def _of_mesh(event: Event, notify: Notify) -> Iterator[Address]:
    for webhook in notify.webhooks:
        if not webhook.events or event.kind in webhook.events:
            yield Hook(f"webhook:{webhook.url}", webhook.url)


def _reached(event: Event, mesh: Mesh) -> tuple[ProductName, ...]:
    """The products that an event reaches through what they read, nearest first."""
    reach = kind_of(event.kind).reach
    if reach in ("owners", "parties"):
        return ()
    if reach == "invited":
        return tuple(ProductName(name) for name in _invited(event, mesh) if name in mesh.products)
    readers = _readers(mesh)
    found = [name for name, line in readers.get(event.product, ()) if _same_label(line, event.line)]
    seen = dict.fromkeys(found)
    while found and reach == "downstream":
        found = [name for before in found for name, _ in readers.get(before, ()) if name not in seen]
        seen |= dict.fromkeys(found)
    return tuple(seen)


def _invited(event: Event, mesh: Mesh) -> tuple[str, ...]:
    product = mesh.products.get(event.product)
    invitation = product.invitation(LineName(event.line)) if product else None
    return invitation.invites if invitation else ()


def _people_of(event: Event, mesh: Mesh, agreed: Agreed) -> Iterator[Address]:
    """People who belong to no product that is reached: the invited, parties, and holders of agreements."""
    match kind_of(event.kind).reach:
        case "invited":
            names: Iterable[str] = _invited(event, mesh)
        case "parties":
            names = parties(event, mesh, agreed)
        case "readers" | "downstream":
            names = _holders(event, mesh, agreed)
        case _:
            names = ()
    yield from (found for name in names if (found := mailbox(name)) is not None)


def _holders(event: Event, mesh: Mesh, agreed: Agreed) -> Iterator[str]:
    """Whoever may read what it happened to by an agreement in force."""
    product, today = mesh.products.get(event.product), event.at.date()
    held = (one for one in agreed if isinstance(one, Agreement) and one.product == event.product)
    for one in held:
        reached = not event.line or product is None or covers(one, LineName(event.line), product)
        if reached and one.is_in_force(today):
            yield from (one.reader, one.requested_by)


def _readers(mesh: Mesh) -> dict[ProductName, list[tuple[ProductName, LineName]]]:
    """Product to those that read it, each with the line that it reads."""
    found: dict[ProductName, list[tuple[ProductName, LineName]]] = {}
    for product in mesh.products.values():
        for read in mesh.reads(product).values():
            if read.line:
                found.setdefault(product_of(read.line), []).append((product.name, read.line))
    return found


def _same_label(read: LineName, happened: str) -> bool:
    """A line's event is of no concern to the readers of another line."""
    return not happened or label_of(read) == label_of(LineName(happened))


def _of_product(name: ProductName, mesh: Mesh, hosts: tuple[str, ...]) -> Iterator[Address]:
    teams, channels = _people(name, mesh)
    for team in teams:
        for member in team.members:
            if (found := mailbox(member.username)) is not None:
                yield found
    for of, channel in channels:
        if (address := supported(channel, of, hosts)) is not None:
            yield address


def _people(name: ProductName, mesh: Mesh) -> People:
    """A product's own teams and channels; where it names none, those of its domain, or of the nearest domain around that."""
    product = mesh.products.get(name)
    contracts = tuple(dict.fromkeys(c.id for _, c, _ in product.promises)) if product else ()
    owners: tuple[Product | Contract, ...] = (
        (product, *(c for c in product.contracts if c.id in contracts)) if product else ()
    )
    teams = tuple(owner.team for owner in owners)
    channels = tuple((str(name), channel) for owner in owners for channel in owner.support)
    domains = tuple(_domains(domain_of(name), mesh))
    if not any(team.members for team in teams):
        teams = next(((domain.team,) for domain in domains if domain.team.members), ())
    around = (tuple((str(d.name), channel) for channel in d.support) for d in domains if d.support)
    return teams, channels or next(around, ())


def _domains(name: DomainName | None, mesh: Mesh) -> Iterator[Domain]:
    """A domain, and those around it."""
    seen: set[str] = set()
    while name and name not in seen and (domain := mesh.domains.get(name)):
        seen.add(name)
        yield domain
        name = domain.parent
