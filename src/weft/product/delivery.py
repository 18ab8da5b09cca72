"""Telling people: which event goes to whom by which channel, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from weft.product.snapshot import Event

DeliveryState = Literal["waiting", "sent", "given up"]


@dataclass(frozen=True, slots=True)
class Addressed:
    """An event, and the channels that it goes to, by their names: `mail:ann@example.org`, `webhook:${SLACK_URL}`.

    A channel's name tells one from another and holds no secret: it is recorded and shown.
    """

    event: Event
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event by one channel: keyed by (`id`, `channel`), sent once. `id` is the event's number in the registry.

    `attempts` counts those begun; a waiting one is tried again from `next_at` on, which is in UTC.
    """

    id: int
    channel: str
    event: Event
    state: DeliveryState = "waiting"
    attempts: int = 0
    error: str = ""
    next_at: datetime | None = None
    key: str = field(default="", compare=False)
    """Tells this event from that of any other registry, and stays the same over attempts."""
