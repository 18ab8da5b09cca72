"""Sending parcels side by side, within a time: each webhook on its own, and all letters over one connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import blake2b
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from weft.errors import DeliveryFault
from weft.governance.addresses import Address, Hook, Mailbox
from weft.governance.saying import letter, payload, subject
from weft.product.delivery import Delivery
from weft.product.snapshot import Event
from weft.settings import Settings

if TYPE_CHECKING:
    from weft.governance.mail import Letter

STEP_SECONDS = 5.0
"""How long a server may take for one step: to accept a connection, to answer."""
ALL_SECONDS = 15.0
"""How long all of it may take: the run that told waits for it."""
MOST_AT_ONCE = 8
Job = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that is due at one address, sent as one message."""

    address: Address
    deliveries: tuple[Delivery, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(delivery.event for delivery in self.deliveries)

    @property
    def key(self) -> str:
        """The same for the same events at the same address, of this registry and no other: who gets it twice can tell."""
        told = " ".join((self.address.name, *(delivery.key for delivery in self.deliveries)))
        return f"weft-{blake2b(told.encode(), digest_size=16).hexdigest()}"


@dataclass(slots=True)
class Sending:
    """What is going out. `became` has each parcel, by its place, of which it is known; None says that it was sent."""

    parcels: Sequence[Parcel]
    settings: Settings
    at: datetime
    became: dict[int, DeliveryFault | None] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)


def sent(parcels: Sequence[Parcel], settings: Settings, at: datetime) -> tuple[DeliveryFault | None, ...]:
    """What became of each parcel, None where it was sent. It takes no longer than ALL_SECONDS, whatever the servers do."""
    going = Sending(parcels, settings, at)
    _work_through(list(_jobs(going)), going.over)
    late = DeliveryFault(f"it was not sent within {ALL_SECONDS:g} seconds", mend="See that its server answers.")
    became = dict(going.became)
    return tuple(became.get(place, late) for place in range(len(parcels)))


def _jobs(going: Sending) -> Iterator[Job]:
    letters: dict[int, Mailbox] = {}
    for place, parcel in enumerate(going.parcels):
        if isinstance(parcel.address, Hook):
            yield partial(_post, going, place, parcel.address)
        else:
            letters[place] = parcel.address
    if letters:
        yield partial(_mail, going, letters)


def _work_through(jobs: Sequence[Job], over: threading.Event) -> None:
    """Threads that end with the program: one that hangs in a slow server keeps nobody."""
    waiting: SimpleQueue[Job] = SimpleQueue()
    for job in jobs:
        waiting.put(job)

    def work() -> None:
        while not over.is_set():
            try:
                job = waiting.get_nowait()
            except Empty:
                return
            job()

    threads = [threading.Thread(target=work, name="telling", daemon=True) for _ in jobs[:MOST_AT_ONCE]]
    deadline = time.monotonic() + ALL_SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    over.set()


def _post(going: Sending, place: int, hook: Hook) -> None:
    from weft.governance.webhooks import post

    parcel = going.parcels[place]
    try:
        post(hook, payload(parcel.events, going.settings.name, hook.tool), parcel.key, STEP_SECONDS)
    except DeliveryFault as fault:
        going.became[place] = fault
    else:
        going.became[place] = None


def _mail(going: Sending, boxes: dict[int, Mailbox]) -> None:
    from weft.governance.mail import hand_in

    notify = going.settings.notify
    if notify is None or notify.mail is None:
        return
    places = {going.parcels[place].key: place for place in boxes}

    def became(one: Letter, fault: DeliveryFault | None) -> None:
        going.became[places[one.key]] = fault

    try:
        hand_in(notify.mail, _letters(going, boxes), became, STEP_SECONDS)
    except DeliveryFault as fault:
        for place in boxes:
            going.became.setdefault(place, fault)


def _letters(going: Sending, boxes: dict[int, Mailbox]) -> Iterator[Letter]:
    """Written as they are handed in; none any more once the time is over: the next run will."""
    from weft.governance.mail import Letter

    for place, box in boxes.items():
        if going.over.is_set():
            return
        parcel, mesh = going.parcels[place], going.settings.name
        yield Letter(box.address, subject(parcel.events, mesh), letter(parcel.events, mesh), going.at, parcel.key)
