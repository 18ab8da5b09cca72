"""Who asks, and what they may: the one dependency of every route that answers somebody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from fastapi import Depends
from starlette.requests import Request

from weft.access import Reader
from weft.access.permissions import PERMISSIONS, Action, allowed
from weft.errors import Refused
from weft.names import PROD
from weft.query.library import Library
from weft.server.errors import id_of
from weft.server.serving import Serving
from weft.server.walls.rates import Buckets

OWNER_NAME = "the workspace's owner"
ACTION = "x-weft-action"
MOST_NAMES = 3
NOTHING: Literal["nothing"] = "nothing"
"""The action of a route that answers whoever asks, signed in or not."""
SIGNED_IN: Literal["signed in"] = "signed in"
"""The action of a route that answers whoever is signed in, by a session or a token of whatever scope, about what is theirs."""


def acts(action: Action | Literal["nothing", "signed in"]) -> dict[str, Any]:
    """For `openapi_extra`: the action that a route asks permission for, one of `access.permissions`."""
    return {ACTION: action}


@dataclass(frozen=True)
class Asker:
    """One request, and who sent it."""

    request: Request
    serving: Serving
    reader: Reader

    @property
    def request_id(self) -> str:
        return id_of(self.request)

    @cached_property
    def library(self) -> Library:
        """Of `prod`, in the eyes of whoever asks."""
        return self.library_of(PROD)

    def library_of(self, environment: str) -> Library:
        """Raises: Unknown."""
        return self.serving.library(self.reader, environment)

    def may(self, action: Action, domain: str = "") -> bool:
        return allowed(self.reader, action, domain).is_allowed

    def allow(self, action: Action, domain: str = "") -> None:
        """Raises: Refused, with why and what to do about it."""
        decision = allowed(self.reader, action, domain)
        if not decision.is_allowed:
            raise Refused(decision.reason, mend=f"{decision.mend} {self._whom(action, domain)}".strip())

    def _whom(self, action: Action, domain: str) -> str:
        """By name, who could make it so."""
        from weft.session.people.roles import appointers

        if self.reader.scopes is not None and PERMISSIONS[action].scope not in self.reader.scopes:
            return ""
        names = appointers(self.serving.session.registry, PERMISSIONS[action].roles, domain)
        return f"That is {' or '.join(names[:MOST_NAMES])}." if names else ""


def serving_of(request: Request) -> Serving:
    found: Serving = request.app.state.serving
    return found


def asker(request: Request) -> Asker:
    serving = serving_of(request)
    reader = serving.who(request)
    request.scope["state"]["reader"] = reader.name or OWNER_NAME
    buckets: Buckets = serving.parts.setdefault("readers", Buckets(serving.server.reader_per_minute))
    buckets.refuse(reader.name, reader.name or OWNER_NAME)
    return Asker(request, serving, reader)


Asking = Annotated[Asker, Depends(asker)]
"""A route's parameter: `def answer(asking: Asking)`. Who is not signed in gets no further."""
