"""The walls in order, the outermost first: whatever is refused by one of them is logged, counted and headed like any answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import reduce
from typing import TYPE_CHECKING

from weft.server.walls.bodies import Bodies
from weft.server.walls.cookies import Cookies
from weft.server.walls.headers import Headers
from weft.server.walls.hosts import Hosts
from weft.server.walls.names import Names
from weft.server.walls.origins import Origins
from weft.server.walls.rates import Rates

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from weft.server.serving import Serving

WALLS: tuple[Callable[[ASGIApp, Serving], Callable[..., Awaitable[None]]], ...] = (
    Names,
    Headers,
    Hosts,
    Rates,
    Origins,
    Bodies,
    Cookies,
)


def walled(app: ASGIApp, serving: Serving) -> ASGIApp:
    return reduce(lambda inner, wall: wall(inner, serving), reversed(WALLS), app)
