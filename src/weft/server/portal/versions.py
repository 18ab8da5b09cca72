"""The versions of a product side by side, what became of them, and how to move from one that ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from weft.errors import sentence
from weft.names import LineName, line_name, table_of
from weft.plan.changes import Change, contract_changes
from weft.product.contract import DEPRECATED, Contract
from weft.product.ending import dates, ending
from weft.product.product import OutputPort, Product
from weft.query.changelog import Release, changelog
from weft.query.facts import Facts
from weft.server.portal.levels import ENDS, NAMES, plain, promise
from weft.versions import Version

if TYPE_CHECKING:
    from weft.query.pages import LineLedger, ProductPage
    from weft.server.asking import Asker

NEWEST_SHOWN = 6
ORDER = ("breaking", "conditional", "minor", "patch")


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of a port. `until` is when it ends or its invitation does, '' where nothing is said; `readers` are on it now."""

    port: str
    line: str
    version: str
    standing: str
    tone: str
    until: str
    tables: tuple[LineName, ...]
    columns: int
    levels: tuple[str, ...]
    readers: int

    @property
    def is_preview(self) -> bool:
        return "-" in self.version


@dataclass(frozen=True, slots=True)
class Move:
    """From a line that ends to the one that takes its place: what is otherwise there, and what is written to get there."""

    port: str
    old: LineShown
    new: LineShown
    changes: tuple[Change, ...]
    manifest: str
    sql: tuple[tuple[str, str], ...]
    bridges: tuple[tuple[str, str], ...]

    @property
    def breaks(self) -> bool:
        return any(change.breaks for change in self.changes)


@dataclass(frozen=True, slots=True)
class Preview:
    """A version that is shown before it is promised. `is_invited`: whoever reads the page may try it."""

    line: LineShown
    name: str
    is_invited: bool
    invited: tuple[tuple[str, str], ...]
    until: date | None
    sql: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """`ports` are those lines by port, the newest first; `earlier` is the rest of the change log."""

    ports: tuple[tuple[str, tuple[LineShown, ...]], ...]
    moves: tuple[Move, ...]
    previews: tuple[Preview, ...]
    newest: tuple[Release, ...]
    earlier: tuple[Release, ...]

    @property
    def single(self) -> list[LineShown]:
        """Of ports that have one version only."""
        return [lines[0] for _, lines in self.ports if len(lines) == 1]

    @property
    def several(self) -> list[tuple[str, tuple[LineShown, ...]]]:
        return [(port, lines) for port, lines in self.ports if len(lines) > 1]


def versions(page: ProductPage, facts: Facts, asking: Asker) -> Versions:
    product = facts.mesh.product(page.name)
    promises = [
        (port, found) for port in product.output_ports if (found := product.promise(port)) and not found.is_retired
    ]
    on = _readers(page.who.ledger)
    lines = {(port.name, contract.line): _line(product, (port, contract), page, on) for port, contract in promises}
    contracts = {(port.name, contract.line): contract for port, contract in promises}
    log = changelog(page.name, facts.library)
    ports = {
        port.name: tuple(one for (name, _), one in reversed(lines.items()) if name == port.name) for port, _ in promises
    }
    return Versions(
        tuple((name, tuple(sorted(found, key=_age, reverse=True))) for name, found in ports.items()),
        tuple(_moves(page, lines, contracts)),
        tuple(_preview(page, one, log, asking) for one in lines.values() if one.is_preview),
        log[:NEWEST_SHOWN],
        log[NEWEST_SHOWN:],
    )


def _age(line: LineShown) -> Version:
    return Version.parse(line.version)


def _readers(ledger: Sequence[LineLedger]) -> dict[LineName, set[str]]:
    return {one.line: {consumer.name for consumer in one.consumers} for one in ledger}


def _line(
    product: Product, promise_of: tuple[OutputPort, Contract], page: ProductPage, on: dict[LineName, set[str]]
) -> LineShown:
    port, contract = promise_of
    tables = contract.lines(product.name)
    newest = {version.line for version in page.what.versions if version.is_newest}
    invitation = product.invitation(tables[0]) if tables else None
    standing, tone = _standing(port, contract, is_newest=any(line in newest for line in tables))
    return LineShown(
        port.name,
        contract.line,
        contract.version,
        standing,
        tone,
        dates(contract) or (f"shown until {invitation.until}" if invitation and invitation.until else ""),
        tables,
        sum(len(table.columns) for table in contract.tables),
        tuple(_levels(contract)),
        len(set().union(*(on.get(line, set()) for line in tables))),
    )


def _standing(port: OutputPort, contract: Contract, *, is_newest: bool) -> tuple[str, str]:
    if contract.semantic_version.is_preview:
        return "preview", "accent"
    if ending(port, contract) == DEPRECATED:
        return "comes to an end", "warn"
    return ("newest", "good") if is_newest else ("older, kept", "")


def _levels(contract: Contract) -> Iterator[str]:
    for level in contract.service_levels:
        what = plain(level.property)
        if what not in ENDS:
            value = None if level.value is None else str(level.value)
            yield f"{NAMES.get(what, level.property)}: {promise(what, value, level.unit)}"


def _moves(
    page: ProductPage, lines: dict[tuple[str, str], LineShown], contracts: dict[tuple[str, str], Contract]
) -> Iterator[Move]:
    spelled = {where.line: where.how_to_read.sql.removeprefix("SELECT * FROM ") for where in page.where.tables}
    for (port, label), old in lines.items():
        others = [one for (name, _), one in lines.items() if name == port and one.standing == "newest"]
        if old.standing == "comes to an end" and others:
            new = others[0]
            changes = contract_changes(contracts[port, label], contracts[port, new.line])
            pairs = ((line, line_name(table_of(line), new.line)) for line in old.tables)
            sql = tuple((spelled[line], spelled[other]) for line, other in pairs if other in new.tables)
            bridges = tuple((one.bridge.table, one.bridge.sql) for one in changes if one.bridge and one.bridge.sql)
            entry = f"{{name: {port}, version: {new.version}, contractId: {contracts[port, new.line].id}}}"
            yield Move(
                port,
                old,
                new,
                in_weight([one for one in changes if one.table]),
                f"inputPorts:\n  - {entry}",
                sql,
                bridges,
            )


def said(change: Change) -> str:
    """A change in a sentence; a service level is called as the page calls it."""
    reason = change.reason
    if change.section == "slaProperties" or "slaProperties" in change.path:
        name = reason.partition(" ")[0]
        reason = f"{NAMES.get(plain(name), name)}{reason[len(name) :]}"
    return sentence(reason[:1].upper() + reason[1:])


def in_weight(changes: Sequence[Change]) -> tuple[Change, ...]:
    """What breaks first; of one impact in the order of the documents."""
    return tuple(sorted(changes, key=lambda change: ORDER.index(change.impact)))


def _preview(page: ProductPage, line: LineShown, log: Sequence[Release], asking: Asker) -> Preview:
    """Who is invited, and what they said, is for those who look after the domain, and each of the invited for themselves."""
    name = f"{line.port}@{line.version}"
    told = [one for one in page.who.invited if one.preview == name]
    may = asking.may("see consumers", page.who.domain)
    mine = asking.reader.name
    seen = tuple((one.who, one.verdict) for one in told if may or one.who == mine)
    changes = next((one.changes for one in log if one.port == line.port and one.line == line.line), ())
    return Preview(
        line,
        f"{page.name}.{name}",
        any(one.who == mine for one in told) or asking.may("read unpublished", page.who.domain),
        seen,
        next((one.until for one in told), None),
        tuple(where.how_to_read.sql for where in page.where.tables if where.line in line.tables),
        in_weight(changes),
    )
