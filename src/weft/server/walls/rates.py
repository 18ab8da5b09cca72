"""How often one address, and one reader, is answered: a bucket of tokens for each, filled steadily.

They are this process's own. Several servers side by side each let so much through.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from weft.errors import TooOften
from weft.server.errors import refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from weft.server.serving import Serving

MOST = 20_000
"""So many buckets are kept: the one that was used longest ago is forgotten, and would be full again by then."""
BURST_SECONDS = 10.0
"""A full bucket holds what flows in within that time."""
STRANGER = 50.0
"""What an answer of 401 costs beside: who guesses tokens runs dry soon."""
FREE = ("/health", "/ready")
"""What watches a server is always answered."""


class Buckets:
    """Token buckets by key; `per_minute` 0 holds nobody back."""

    def __init__(self, per_minute: float) -> None:
        self._rate = per_minute / 60.0
        self._most = self._rate * BURST_SECONDS
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str, cost: float = 1.0) -> float:
        """Takes tokens out; 0 where they were there, else the seconds until they are."""
        if not self._rate:
            return 0.0
        now = time.monotonic()
        tokens, since = self._kept.pop(key, (self._most, now))
        tokens = min(self._most, tokens + (now - since) * self._rate)
        missing = min(cost, self._most) - tokens
        self._kept[key] = (tokens if missing > 0 else tokens - cost), now
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return max(0.0, missing / self._rate)

    def charge(self, key: str, cost: float) -> None:
        """Takes tokens out, there or not."""
        tokens, since = self._kept.get(key, (self._most, time.monotonic()))
        self._kept[key] = max(-self._most, tokens - cost), since

    def refuse(self, key: str, whom: str) -> None:
        """Raises: TooOften."""
        if seconds := self.wait(key):
            raise TooOften(f"{whom} asks too often", mend="Ask again later.", retry_seconds=seconds)


class Rates:
    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._buckets = app, Buckets(serving.server.origin_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in FREE:
            await self._app(scope, receive, send)
            return
        origin = origin_of(scope)

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 401:
                self._buckets.charge(origin, STRANGER)
            await send(message)

        try:
            self._buckets.refuse(origin, "your address")
        except TooOften as error:
            await refused(error, scope["state"]["request_id"])(scope, receive, send)
            return
        await self._app(scope, receive, watched)


def origin_of(scope: Scope) -> str:
    """Who asks by address: one machine has a whole network of IPv6 to itself."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    return str(ip_network(f"{address}/64", strict=False)) if isinstance(address, IPv6Address) else str(address)
