"""Telling people: events kept, sent once to each who is concerned, and tried again by later runs where that failed.

Nothing here fails the run that told: what could not be sent is in what is returned, with why and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from weft.errors import DeliveryFault
from weft.governance.addresses import Address
from weft.governance.concerned import concerned
from weft.governance.parties import Agreed
from weft.product.agreement import Agreement
from weft.product.delivery import Addressed, Delivery
from weft.product.mesh import Mesh
from weft.product.proposal import Proposal
from weft.product.snapshot import Event
from weft.registry.seam import Journal, Outbox
from weft.settings import Settings

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(days=1),
)
"""How long to wait after the first failure, the second, and so on; the failure after the last of them is the end."""
TAKEN = timedelta(minutes=5)
"""How long what is being sent is left to whoever took it; if that is killed meanwhile, it falls due again after this."""
NOBODY = DeliveryFault("nobody who is concerned by it is told by that name any more")


def tell(
    events: Sequence[Event], mesh: Mesh, settings: Settings, journal: Journal, now: datetime | None = None
) -> tuple[Delivery, ...]:
    """Records events and tells whom they concern, with all that waits from before and is due; what became of each.

    Where `mesh.yaml` has no `notify`, events are recorded and nobody is told. An event that is recorded already is told to those who were not told of it. Raises: RegistryFault.
    """
    at, outbox = now or datetime.now(UTC), journal.outbox
    if events:
        agreed = _agreed(events, outbox, settings)
        outbox.keep([Addressed(event, tuple(_addresses(event, mesh, settings, agreed))) for event in events])
    taken = outbox.take(at, at + TAKEN) if settings.notify else ()
    if not taken:
        return ()
    agreed = _agreed([delivery.event for delivery in taken], outbox, settings)
    became = _sent(taken, mesh, (settings, agreed), at)
    outbox.settle(became, datetime.now(UTC) if now is None else now)
    return became


def untold(deliveries: Iterable[Delivery]) -> tuple[str, ...]:
    """What could not be told, a sentence or two for each channel: why, what to do, and when it is tried again."""
    failed: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.state != "sent":
            failed.setdefault((delivery.channel, delivery.error), []).append(delivery)
    return tuple(_warning(channel, error, each) for (channel, error), each in failed.items())


def _warning(channel: str, error: str, failed: Sequence[Delivery]) -> str:
    what = f"{len(failed)} event{'' if len(failed) == 1 else 's'}"
    again = min((delivery.next_at for delivery in failed if delivery.next_at), default=None)
    then = f"The first run after {again:%Y-%m-%d %H:%M:%S} UTC tries again." if again else "It is given up."
    return f"{channel} was not told of {what}: {error} {then}"


def _agreed(events: Sequence[Event], outbox: Outbox, settings: Settings) -> tuple[Agreement | Proposal, ...]:
    """Whom agreements concern is asked only where somebody is told at all."""
    return outbox.agreed({event.product for event in events}) if settings.notify else ()


def _addresses(event: Event, mesh: Mesh, settings: Settings, agreed: Agreed) -> dict[str, Address]:
    found = concerned(event, mesh, settings.notify, agreed) if settings.notify else ()
    return {address.name: address for address in found}


def _sent(taken: Iterable[Delivery], mesh: Mesh, known: tuple[Settings, Agreed], at: datetime) -> tuple[Delivery, ...]:
    """One message for each address. Who is concerned is asked anew: whoever left a team meanwhile is not told any more."""
    from weft.governance.sending import Parcel, sent

    settings, agreed = known
    parcels: dict[Address, list[Delivery]] = {}
    found: list[Delivery] = []
    addresses: dict[int, dict[str, Address]] = {}
    for delivery in taken:
        if delivery.id not in addresses:
            addresses[delivery.id] = _addresses(delivery.event, mesh, settings, agreed)
        if address := addresses[delivery.id].get(delivery.channel):
            parcels.setdefault(address, []).append(delivery)
        else:
            found.append(replace(delivery, state="given up", error=str(NOBODY)))
    faults = sent([Parcel(address, tuple(each)) for address, each in parcels.items()], settings, at)
    for each, fault in zip(parcels.values(), faults, strict=True):
        found += [_settled(delivery, fault, at) for delivery in each]
    return tuple(found)


def _settled(delivery: Delivery, fault: DeliveryFault | None, at: datetime) -> Delivery:
    if fault is None:
        return replace(delivery, state="sent", error="", next_at=None)
    if delivery.attempts > len(PAUSES):
        return replace(delivery, state="given up", error=str(fault), next_at=None)
    return replace(delivery, error=str(fault), next_at=at + PAUSES[delivery.attempts - 1])
