"""People, roles, tokens and services as they are read at a terminal. A secret goes to standard output, once."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from weft.cli.render.counting import ago, at, counted
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import Ink, paint, say, width

if TYPE_CHECKING:
    from weft.access import Grant
    from weft.session.people.accounts import Link
    from weft.session.people.listing import Person
    from weft.session.people.services import Service
    from weft.session.people.tokens import NewToken, Token

INKS: dict[str, Ink] = {"active": "green", "invited": "yellow", "locked": "red"}


def show_people(people: Sequence[Person], *, json: bool) -> None:
    if json:
        write_json({"people": people})
        return
    if not people:
        say("nobody is known here yet: weft access invite NAME", "dim")
        return
    _print([_person(one) for one in people])


def _person(one: Person) -> tuple[str, ...]:
    seen = f"signed in {ago(one.signed_in_at)}" if one.signed_in_at else ""
    said = "; ".join(f"{name}: {', '.join(values)}" for name, values in one.attributes.items())
    return (
        paint(one.name, "bold"),
        paint(one.state, INKS[one.state]),
        ", ".join(one.roles) or "no role",
        one.because or seen,
        said,
    )


def show_link(link: Link, *, json: bool) -> None:
    if json:
        write_json({"account": link.account, "url": link.url, "until": link.until})
        return
    print(link.url)
    say(f"Hand it to {link.account} where nobody reads along: it works once, until {at(link.until)}.", "dim")


def show_role(name: str, grant: Grant, word: str, *, json: bool) -> None:
    if json:
        write_json({"account": name, "role": grant.role, "domain": grant.domain})
    else:
        say(f"{name} {word} {grant}")


def show_state(name: str, state: str, *, json: bool) -> None:
    if json:
        write_json({"account": name, "state": state})
    else:
        say(f"{name} is {state}")


def show_attributes(name: str, attributes: Mapping[str, Sequence[str]], *, json: bool) -> None:
    if json:
        write_json({"account": name, "attributes": attributes})
        return
    for attribute, values in attributes.items():
        print(f"{attribute}: {', '.join(values)}")
    if not attributes:
        say(f"{name} has no attributes", "dim")


def show_permissions(*, json: bool) -> None:
    from weft.access import PERMISSIONS

    if json:
        found = [
            {"action": name, "says": p.says, "roles": p.roles, "scope": p.scope} for name, p in PERMISSIONS.items()
        ]
        write_json({"permissions": found})
        return
    _print([(paint(name, "bold"), ", ".join(p.roles) or "anybody", p.says) for name, p in PERMISSIONS.items()])


def show_new_token(made: NewToken, *, json: bool) -> None:
    if json:
        write_json({"token": made.token, "secret": made.secret})
        return
    print(made.secret)
    until = f" until {at(made.token.expires_at)}" if made.token.expires_at else ""
    say(f"It is shown once. {made.token.account} may use it for {', '.join(made.token.scopes)}{until}.", "dim")


def show_tokens(tokens: Sequence[Token], *, json: bool) -> None:
    if json:
        write_json({"tokens": tokens})
        return
    if not tokens:
        say("there are no tokens: weft access token NAME makes one", "dim")
        return
    _print([_token(one) for one in tokens])


def _token(one: Token) -> tuple[str, ...]:
    used = f"used {ago(one.used_at)}" if one.used_at else "never used"
    until = f"until {at(one.expires_at)}" if one.expires_at else ""
    return paint(one.name, "bold"), one.account, ", ".join(one.scopes), until, used


def show_withdrawn(what: str | int, *, json: bool) -> None:
    if json:
        write_json({"withdrawn": what})
    else:
        say(f"{counted(what, 'token')} ended" if isinstance(what, int) else f"the token {what} lets nobody in any more")


def show_service(made: Service, *, json: bool) -> None:
    if json:
        write_json(made)
        return
    say(f"{made.name} is known, and may nothing yet")
    say(f"Next: weft access token NAME --of {made.name}; weft access grant {made.name} ROLE {made.domain}", "dim")


def show_services(services: Sequence[Service], *, json: bool) -> None:
    if json:
        write_json({"services": services})
        return
    if not services:
        say("there are no services: weft access service NAME makes one", "dim")
        return
    _print(
        [
            (paint(one.name, "bold"), one.kind, paint(one.state, INKS[one.state]), counted(one.tokens, "token"))
            for one in services
        ]
    )


def _print(rows: Sequence[tuple[str, ...]]) -> None:
    print("\n".join(aligned(list(rows), width(sys.stdout), indent=0)))
