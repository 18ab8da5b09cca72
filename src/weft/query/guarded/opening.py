"""Everybody whom something opens a domain or a port to: by a role, an agreement, an invitation, or as a product that reads it.

It says of all readers at once what `access.sight` decides of one, and a test holds the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from weft.access.agreements import covers
from weft.access.classifications import Viewer
from weft.access.identities import Account, reader_of
from weft.access.permissions import PERMISSIONS
from weft.access.reader import Kind, Reader
from weft.access.roles import Grant, team_grants
from weft.names import LineName, domain_of, is_preview, product_of
from weft.product.agreement import Agreement
from weft.product.mesh import Domain, Mesh
from weft.product.product import Product
from weft.query.facts import Facts
from weft.query.guarded.guards import Guards
from weft.query.library import Library

NO_ACCOUNT = "no account yet"
NOT_OPENED = "has not signed in yet"


@dataclass(frozen=True, slots=True)
class Opening:
    """One reader and one place: a domain, or some lines of a port. Counts are of guarded columns there.

    `by` says what opens it, `agreements` are ids where it is agreements that do; `until` the last day, in UTC. `is_whole`: whoever
    builds reads files whole, unmasked. `remark` is what keeps them from it for now.
    """

    reader: str
    kind: Kind
    place: str
    by: str
    cleared: frozenset[str] = frozenset()
    lines: frozenset[LineName] = frozenset()
    """Those of a port; none where it is a domain, which is all of its lines."""
    agreements: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    until: date | None = None
    is_whole: bool = False
    remark: str = ""
    clear: int = 0
    masked: int = 0
    clear_names: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        return self.place.partition(".")[0]

    def covers(self, line: LineName) -> bool:
        return line in self.lines if self.lines else domain_of(line) == self.place


@dataclass(frozen=True, slots=True)
class Known:
    mesh: Mesh
    guards: Guards
    agreements: tuple[Agreement, ...]
    today: date
    people: dict[str, Reader] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    products_need_agreements: bool = True


def openings(library: Library, guards: Guards) -> tuple[Opening, ...]:
    """Those that see most of what is guarded clear come first. Who is locked out reads nothing, and is left out."""
    known = _known(library, guards)
    found = [*_in_domains(known), *_by_agreements(known), *_invited(known), *_products(known)]
    counted = (_counted(one, guards) for one in found)
    return tuple(sorted(filter(None, counted), key=lambda one: (-one.clear, -one.masked, one.reader, one.place)))


def _known(library: Library, guards: Guards) -> Known:
    from weft.registry.access_rules import agreement_rules

    registry = library.registry
    domains = registry.domains(library.environment)
    accounts = registry.identities.accounts()
    locked = {one.name.casefold() for one in accounts if one.state == "locked"}
    teams = _teams(domains)
    people = {one.name: _reader(one, teams) for one in accounts if one.state != "locked"}
    remarks = {one.name: NOT_OPENED for one in accounts if one.state == "invited"}
    known = locked | {one.casefold() for one in people}
    for name, grants in teams.items():
        if name not in known:
            people[name] = Reader(name, grants)
            remarks[name] = NO_ACCOUNT
    agreements = tuple(
        one for one in registry.agreements.on() if one.reader.casefold() not in locked and one.state == "granted"
    )
    needed = agreement_rules(registry, library.settings).products == "required"
    mesh = Facts(library).mesh
    return Known(mesh, guards, agreements, datetime.now(UTC).date(), people, remarks, needed)


def _teams(domains: Iterable[Domain]) -> dict[str, tuple[Grant, ...]]:
    """What the teams of domains make of whom, by name as it is compared."""
    found: dict[str, dict[Grant, None]] = {}
    for domain in domains:
        for member in domain.team.members:
            grants = dict.fromkeys(team_grants(member.username, (domain,)))
            if grants:
                found.setdefault(member.username.casefold(), {}).update(grants)
    return {name: tuple(grants) for name, grants in found.items()}


def _reader(one: Account, teams: Mapping[str, tuple[Grant, ...]]) -> Reader:
    found = reader_of(one, ())
    more = teams.get(one.name.casefold(), ()) if one.kind == "person" else ()
    return replace(found, grants=tuple(dict.fromkeys((*found.grants, *more))))


def _belongs(reader: Reader, domain: str) -> bool:
    if reader.product is not None:
        return domain_of(reader.product) == domain
    return bool(reader.roles(domain).intersection(PERMISSIONS["read data"].roles))


def _in_domains(known: Known) -> Iterator[Opening]:
    for reader in known.people.values():
        own = {domain_of(reader.product)} if reader.product else {grant.domain for grant in reader.grants}
        for domain in sorted(own & known.guards.in_domain.keys()):
            if not _belongs(reader, domain):
                continue
            roles = reader.roles(domain).intersection(PERMISSIONS["read data"].roles)
            builds = bool(reader.product or roles.intersection(PERMISSIONS["apply"].roles))
            viewer = Viewer(reader.roles(domain) | reader.roles(), attributes=reader.attributes)
            by = " and ".join(sorted(roles)) or "product of the domain"
            yield Opening(
                reader.name,
                reader.kind,
                domain,
                by,
                _cleared(viewer, known.guards),
                is_whole=builds,
                remark=known.remarks.get(reader.name, ""),
            )


def _by_agreements(known: Known) -> Iterator[Opening]:
    """Of several in force on one line, all count together."""
    held: dict[tuple[str, str], list[Agreement]] = {}
    for one in known.agreements:
        if one.is_in_force(known.today):
            held.setdefault((one.reader.casefold(), one.port), []).append(one)
    names = {name.casefold(): reader for name, reader in known.people.items()}
    for (name, port), agreements in held.items():
        reader = names.get(name) or Reader(agreements[0].reader)
        product = known.mesh.products.get(agreements[0].product)
        if product is None or _belongs(reader, product.domain):
            continue
        for covering, lines in _covered(agreements, product).items():
            yield _agreed(reader, (port, lines), covering, known)


def _covered(agreements: Iterable[Agreement], product: Product) -> dict[tuple[Agreement, ...], list[LineName]]:
    given = tuple(agreements)
    found: dict[tuple[Agreement, ...], list[LineName]] = {}
    for port, contract, table in product.promises:
        line = product.line(table.name, contract.line)
        of_port = port.name == given[0].port_name and not is_preview(line)
        if of_port and (covering := tuple(one for one in given if covers(one, line, product))):
            found.setdefault(covering, []).append(line)
    return found


def _agreed(reader: Reader, what: tuple[str, list[LineName]], by: tuple[Agreement, ...], known: Known) -> Opening:
    port, lines = what
    viewer = Viewer(
        reader.roles(port.partition(".")[0]) | reader.roles(),
        frozenset(one.role for one in by if one.role),
        frozenset(one.purpose for one in by),
        reader.attributes,
    )
    is_known = reader.name in known.people or reader.product is not None
    return Opening(
        reader.name,
        reader.kind,
        f"{port}@{lines[0].partition('@')[2]}",
        "agreement",
        _cleared(viewer, known.guards),
        frozenset(lines),
        tuple(one.id for one in by),
        tuple(dict.fromkeys(one.purpose for one in by)),
        max(one.until for one in by if one.until),
        is_whole=reader.product is not None,
        remark=known.remarks.get(reader.name, "" if is_known else NO_ACCOUNT),
    )


def _invited(known: Known) -> Iterator[Opening]:
    """To previews, which agreements do not cover."""
    for product in known.mesh.products.values():
        for invitation in product.build.previews:
            lines = frozenset(
                product.line(table.name, contract.line)
                for port, contract, table in product.promises
                if (port.name, contract.version) == (invitation.port, invitation.version)
            )
            if not lines or invitation.is_over(known.today):
                continue
            for name in invitation.invites:
                reader = known.people.get(name) or Reader(name)
                if not _belongs(reader, product.domain):
                    viewer = Viewer(reader.roles(product.domain) | reader.roles(), attributes=reader.attributes)
                    place = f"{product.name}.{invitation.port}@{invitation.version}"
                    yield Opening(
                        name,
                        reader.kind,
                        place,
                        "invitation to a preview",
                        _cleared(viewer, known.guards),
                        lines,
                        until=invitation.until,
                        is_whole=reader.product is not None,
                    )


def _products(known: Known) -> Iterator[Opening]:
    """By an input port: within the domain always, beyond it where the mesh asks for no agreement."""
    for product in known.mesh.products.values():
        ports: dict[tuple[str, str], list[LineName]] = {}
        for read in known.mesh.reads(product).values():
            line = read.line
            if line is None or line not in known.guards.columns or is_preview(line):
                continue
            if domain_of(line) == product.domain or not known.products_need_agreements:
                ports.setdefault((product_of(line), read.port.name), []).append(line)
        for (place, port), lines in ports.items():
            by, cleared = f"input port {port}", _cleared(Viewer(), known.guards)
            yield Opening(product.name, "product", place, by, cleared, frozenset(lines), is_whole=True)


def _cleared(viewer: Viewer, guards: Guards) -> frozenset[str]:
    return frozenset(level.name for level in guards.rules.levels if level.mask and level.clear.admits(viewer))


def _counted(one: Opening, guards: Guards) -> Opening | None:
    """None where nothing that is guarded is there."""
    columns = guards.on(one.lines) if one.lines else guards.in_domain.get(one.place, Counter())
    total = sum(columns.values())
    if not total:
        return None
    clear = {names: number for names, number in columns.items() if one.cleared.issuperset(names)}
    seen = dict.fromkeys(name for names in clear for name in names)
    number = sum(clear.values())
    return replace(one, clear=number, masked=total - number, clear_names=guards.rules.in_order(seen))
