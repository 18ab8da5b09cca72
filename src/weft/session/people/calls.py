"""What the command line asks about people: done here where the registry is, and asked of the server where that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from weft.access import Grant, Reader
from weft.access.reader import Attributes
from weft.errors import RegistryFault
from weft.session.people import accounts, listing, roles, services, tokens

if TYPE_CHECKING:
    from weft.registry.seam import Registry
    from weft.session.session import Session
    from weft.settings import Settings


@dataclass(frozen=True, slots=True)
class At:
    """Where something is done, and who does it."""

    registry: Registry
    settings: Settings
    who: Reader


@dataclass(frozen=True, slots=True)
class Call:
    """`here` does it; `verb`, `path` and `body` ask a server. `gives` is the type of the answer, within its field `of`."""

    here: Callable[[At], Any]
    verb: str
    path: str
    gives: Any = None
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    of: str = ""


def done(session: Session, call: Call) -> Any:
    """Raises: what the call raises, here or there."""
    if not session.settings.is_remote:
        return call.here(At(session.registry, session.settings, session.reader))
    import msgspec

    from weft.wire.connection import Request

    body = msgspec.json.encode(call.body) if call.body is not None else None
    headers = {"Content-Type": "application/json"} if body else {}
    asked = Request(call.verb, call.path, body, headers, is_safe=call.verb == "GET")
    answered = session.wired.connection.ask(asked)
    if call.gives is None:
        return None
    try:
        found = msgspec.json.decode(answered.body)
        return msgspec.convert(found[call.of] if call.of else found, call.gives)
    except (msgspec.ValidationError, msgspec.DecodeError, KeyError, TypeError) as error:
        mend = "See that this Weft and the server's are of one version."
        raise RegistryFault("the server's answer is not understood", mend=mend) from error


def people() -> Call:
    return Call(
        lambda at: listing.listed(at.registry, at.who),
        "GET",
        "/api/v1/people",
        tuple[listing.Person, ...],
        of="people",
    )


def inviting(name: str, grants: Sequence[Grant]) -> Call:
    said = [{"role": grant.role, "domain": grant.domain} for grant in grants]
    return Call(
        lambda at: accounts.invite(at.registry, at.settings, at.who, name, grants),
        "POST",
        "/api/v1/people",
        accounts.Link,
        {"name": name, "grants": said},
    )


def inviting_again(name: str) -> Call:
    return Call(
        lambda at: accounts.invite_again(at.registry, at.settings, at.who, name),
        "POST",
        _person(name, "link"),
        accounts.Link,
    )


def locking(name: str, because: str) -> Call:
    return Call(
        lambda at: accounts.lock(at.registry, at.who, name, because),
        "POST",
        _person(name, "lock"),
        body={"because": because},
    )


def unlocking(name: str) -> Call:
    return Call(lambda at: accounts.unlock(at.registry, at.who, name), "POST", _person(name, "unlock"))


def giving(name: str, attributes: Attributes) -> Call:
    """The answer is all that it has then."""
    return Call(
        lambda at: dict(accounts.give_attributes(at.registry, at.who, name, attributes)),
        "PUT",
        _person(name, "attributes"),
        dict[str, tuple[str, ...]],
        {"attributes": dict(attributes)},
        "attributes",
    )


def grants() -> Call:
    return Call(
        lambda at: roles.listed(at.registry, at.who), "GET", "/api/v1/grants", tuple[roles.Role, ...], of="grants"
    )


def appointing(name: str, grant: Grant) -> Call:
    return Call(
        lambda at: roles.appoint(at.registry, at.who, name, grant),
        "POST",
        "/api/v1/grants",
        body={"account": name, "role": grant.role, "domain": grant.domain},
    )


def withdrawing(name: str, grant: Grant) -> Call:
    asked = urlencode({"account": name, "role": grant.role, "domain": grant.domain})
    return Call(lambda at: roles.withdraw(at.registry, at.who, name, grant), "DELETE", f"/api/v1/grants?{asked}")


def own_tokens(of: str) -> Call:
    return Call(
        lambda at: tokens.listed(at.registry, at.who, of),
        "GET",
        f"/api/v1/tokens?{urlencode({'of': of})}",
        tuple[tokens.Token, ...],
        of="tokens",
    )


def making_token(wanted: tokens.Wanted, of: str) -> Call:
    return Call(
        lambda at: tokens.make(at.registry, at.settings.sign_in, at.who, wanted, of),
        "POST",
        "/api/v1/tokens",
        tokens.NewToken,
        {"name": wanted.name, "scopes": wanted.scopes, "days": wanted.days, "of": of},
    )


def withdrawing_token(name: str, of: str) -> Call:
    where = f"/api/v1/tokens/{quote(name, safe='')}?{urlencode({'of': of})}"
    return Call(lambda at: tokens.withdraw(at.registry, at.who, name, of), "DELETE", where)


def kept_services() -> Call:
    return Call(
        lambda at: services.listed(at.registry, at.who),
        "GET",
        "/api/v1/services",
        tuple[services.Service, ...],
        of="services",
    )


def making_service(name: str) -> Call:
    return Call(
        lambda at: services.make(at.registry, at.who, name),
        "POST",
        "/api/v1/services",
        services.Service,
        {"name": name},
    )


def ending_service(name: str) -> Call:
    where = f"/api/v1/services/tokens?{urlencode({'service': name})}"
    return Call(lambda at: services.withdraw(at.registry, at.who, name), "DELETE", where, int, of="tokens")


def _person(name: str, what: str) -> str:
    return f"/api/v1/people/{quote(name, safe='/@')}/{what}"
