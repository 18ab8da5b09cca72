"""What a page's subject is for, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from weft.cli.render.counting import ago
from weft.cli.render.layout import aligned
from weft.cli.render.ledger import ledger_lines
from weft.query.pages import DomainPage, ProductPage, TablePage

if TYPE_CHECKING:
    from weft.product.contract import Channel, Role, ServiceLevel
    from weft.query.pages import InvitedShown, Person, VersionShown, What

Page = DomainPage | ProductPage | TablePage


def what_lines(page: Page, room: int) -> Iterator[str]:
    what = page.what
    rows = [(label, " ".join(text.split())) for label, text in _texts(what) if text]
    rows += [("service level" if not place else "", _level(level)) for place, level in enumerate(what.service_levels)]
    rows += [("version" if not place else "", _version(version)) for place, version in enumerate(what.versions)]
    rows += [
        ("term" if not place else "", f"{term}: {meaning}") for place, (term, meaning) in enumerate(what.terms.items())
    ]
    yield from aligned(rows, room) if rows else ()


def _texts(what: What) -> Iterator[tuple[str, str]]:
    yield "purpose", what.purpose
    yield "usage", what.usage
    yield "limitations", what.limitations
    yield "tags", ", ".join(what.tags)
    yield "price", ", ".join(what.prices)


def _level(level: ServiceLevel) -> str:
    unit = f" {level.unit}" if level.unit else ""
    where = f" ({level.element})" if level.element else ""
    said = f": {' '.join(level.description.split())}" if level.description else ""
    return f"{level.property} {level.value}{unit}{where}{said}"


def _version(version: VersionShown) -> str:
    marks = [version.status]
    marks += ["newest"] if version.is_newest else []
    marks += ["deprecated"] if version.deprecated else []
    marks += [] if version.is_published else ["not published"]
    return f"{version.line}  {version.version} of port {version.port}, {', '.join(mark for mark in marks if mark)}"


def who_lines(page: Page, room: int) -> Iterator[str]:
    who = page.who
    rows = [("domain", str(who.domain)), ("team", who.team)]
    rows += [("person" if not place else "", _person(person)) for place, person in enumerate(who.people)]
    rows += [("support" if not place else "", _channel(channel)) for place, channel in enumerate(who.support)]
    rows += [("approves" if not place else "", _role(role)) for place, role in enumerate(who.approvers)]
    rows += [("read by" if not place else "", str(name)) for place, name in enumerate(who.consumers)]
    rows += [("line" if not place else "", text) for place, text in enumerate(ledger_lines(who.ledger))]
    rows += [("invited" if not place else "", _invited(one)) for place, one in enumerate(who.invited)]
    yield from aligned([row for row in rows if row[1]], room)


def _invited(one: InvitedShown) -> str:
    until = f" until {one.until}" if one.until else ""
    said = (
        f"{one.verdict}{f': {one.comment}' if one.comment else ''}, {ago(one.given_at)}"
        if one.given_at
        else "no verdict yet"
    )
    return f"{one.who} to {one.preview}{until}: {said}"


def _person(person: Person) -> str:
    return ", ".join(part for part in (person.name, person.username, person.role) if part)


def _channel(channel: Channel) -> str:
    told = ", ".join(part for part in (channel.tool, channel.scope) if part)
    return " ".join(part for part in (channel.channel, channel.url, f"({told})" if told else "") if part)


def _role(role: Role) -> str:
    approvers = ", then ".join(part for part in (role.first_level_approvers, role.second_level_approvers) if part)
    access = f" ({role.access})" if role.access else ""
    return f"{role.role}{access}: {approvers or 'nobody is named'}"
