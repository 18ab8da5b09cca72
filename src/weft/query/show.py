"""A domain, a product or a table, shown by its five interfaces from what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from weft.access import Decision
from weft.access.sight import Sight
from weft.errors import Unknown, did_you_mean
from weft.names import DomainName, LineName, ProductName, domain_of, leaf_of, product_of, table_of
from weft.product.contract import Contract, Table
from weft.product.mesh import Domain, Mesh
from weft.product.product import OutputPort, Product
from weft.product.snapshot import Snapshot
from weft.query.answer import Library
from weft.query.expectations import expectations_shown
from weft.query.facts import Facts, among, names_of, only, rows_of
from weft.query.history import NOT_HELD, events_of, history_of
from weft.query.ledger import ledger_of
from weft.query.origins import chain
from weft.query.pages import (
    CheckShown,
    DomainPage,
    How,
    InputShown,
    InvitedShown,
    Person,
    ProductPage,
    ProductSummary,
    TableData,
    TablePage,
    TransformShown,
    VersionShown,
    What,
    Where,
    Who,
)
from weft.query.seen import published, sights
from weft.query.standing import data_of, data_seen, where_of

RUNS_SHOWN = 5
EVENTS_SHOWN = 5
CHECK = (
    "line_name",
    "check_name",
    "outcome",
    "severity",
    "dimension",
    "measured_text",
    "threshold",
    "unit",
    "message",
    "description",
    "checked_at",
)


def shown(name: str, library: Library, written: Mesh | None = None) -> DomainPage | ProductPage | TablePage:
    """What is recorded under `domain`, `domain.product` or `domain.product.table[@line]` in the library's environment.

    `written` is the workspace as it stands: what it holds and was never applied can be shown too, without data.
    Raises: Unknown, with the closest name.
    """
    facts = Facts(library, written)
    if domain := facts.mesh.domains.get(DomainName(name)):
        return _domain_page(facts, domain)
    if product := facts.mesh.products.get(ProductName(name)):
        return _product_page(facts, product)
    if line := facts.line(name):
        return _table_page(facts, line)
    raise _unknown(name, facts)


def _unknown(name: str, facts: Facts) -> Unknown:
    table = str(table_of(LineName(name)))
    lines = [line for line in facts.mesh.lines if table_of(line) == table]
    if lines:
        return Unknown("line", name, lines)
    known = names_of(facts.mesh, facts.newest)
    mend = did_you_mean(table, known) or f"`weft search {table.rpartition('.')[2]}` looks for it."
    return Unknown("domain, product or table", table, mend=mend)


@dataclass(frozen=True)
class Subject:
    """What a page of a product or of one of its lines is about: the promises that it shows."""

    facts: Facts
    product: Product
    promises: tuple[tuple[OutputPort, Contract, Table], ...]

    @cached_property
    def lines(self) -> dict[LineName, Table]:
        return {self.product.line(table.name, contract.line): table for _, contract, table in self.promises}

    @cached_property
    def contracts(self) -> tuple[Contract, ...]:
        found = {(contract.id, contract.version): contract for _, contract, _ in self.promises}
        return tuple(found.values())

    @cached_property
    def snapshots(self) -> dict[LineName, Snapshot]:
        pointers = self.facts.recorded.pointers
        wanted = {n: pointers[n].snapshot for n in self.lines if n in pointers and n not in self.withheld}
        found = self.facts.library.registry.snapshots(wanted.values())
        return {line: found[snapshot] for line, snapshot in wanted.items() if snapshot in found}

    @property
    def _sizes(self) -> dict[LineName, Snapshot]:
        """Of what may be asked for: how large it is, and how old; nothing of its values."""
        pointers = self.facts.recorded.pointers
        open_ = published(self.facts.library, self.withheld)
        wanted = {line: pointers[line].snapshot for line in open_ if line in pointers}
        found = self.facts.library.registry.snapshots(wanted.values())
        return {line: replace(found[one], statistics={}) for line, one in wanted.items() if one in found}

    @cached_property
    def sights(self) -> dict[LineName, Sight]:
        return sights(self.facts.library, self.lines)

    @property
    def withheld(self) -> dict[LineName, Decision]:
        """What is not for whoever asks: that it is there is told, what is in it is not."""
        return {line: one.decision for line, one in self.sights.items() if not one.is_allowed}

    @cached_property
    def data(self) -> tuple[TableData, ...]:
        found = data_of(self.facts, self.lines, self._sizes | self.snapshots)
        return tuple(data_seen(data, self.sights[data.line]) for data in found)

    @property
    def domain(self) -> Domain:
        return self.facts.mesh.domains.get(self.product.domain) or Domain(self.product.domain, "")


def _table_page(facts: Facts, line: LineName) -> TablePage:
    product = facts.mesh.products[product_of(line)]
    own = [p for p in product.promises if product.line(p[2].name, p[1].line) == line]
    subject = Subject(facts, product, tuple(own[:1]))
    _, contract, table = own[0]
    versions = tuple(_version(subject, promise) for promise in product.promises if promise[2].name == table.name)
    what = What(
        table.business_name or table.name,
        table.description,
        contract.purpose or product.purpose,
        contract.usage or product.usage,
        contract.limitations or product.limitations,
        contract.status,
        contract.version,
        product.type,
        versions,
        tuple(dict.fromkeys((*table.tags, *contract.tags))),
        contract.service_levels,
        (contract.price,) if contract.price else (),
        subject.domain.terms,
    )
    key = next((key for key, made in product.lines_made.items() if made == line), "")
    how = _how(subject, str(line), set(chain(product, key)))
    return TablePage(line, subject.data[0], _where(subject), what, how, _who(subject))


def _product_page(facts: Facts, product: Product) -> ProductPage:
    subject = Subject(facts, product, product.promises)
    contracts = subject.contracts
    what = What(
        product.title or product.leaf,
        "",
        product.purpose,
        product.usage,
        product.limitations,
        product.status,
        product.version,
        product.type,
        tuple(_version(subject, promise) for promise in product.promises),
        tuple(dict.fromkeys((*product.tags, *(tag for contract in contracts for tag in contract.tags)))),
        tuple(dict.fromkeys(level for contract in contracts for level in contract.service_levels)),
        tuple(dict.fromkeys(contract.price for contract in contracts if contract.price)),
        subject.domain.terms,
    )
    how = _how(subject, product.name, None)
    return ProductPage(product.name, subject.data, _where(subject), what, how, _who(subject))


def _where(subject: Subject) -> Where:
    found = subject.snapshots
    places = tuple(where_of(subject.facts, line, found.get(line), subject.sights[line]) for line in subject.lines)
    return Where(subject.facts.library.environment, subject.product.folder, places)


def _version(subject: Subject, promise: tuple[OutputPort, Contract, Table]) -> VersionShown:
    port, contract, table = promise
    line = subject.product.line(table.name, contract.line)
    return VersionShown(
        port.name,
        line,
        contract.version,
        contract.status,
        port.deprecated,
        subject.facts.newest.get(table_of(line)) == line,
        line in subject.facts.recorded.pointers,
        port.description,
    )


def _how(subject: Subject, name: str, through: set[str] | None) -> How:
    """Of one table only what it is made through: its transform, the steps behind it, and what those read."""
    facts, product = subject.facts, subject.product
    lines, steps = product.lines_made, {step.file for step in product.steps}
    made = {t.table if not t.line else f"{t.table}@{t.line}": t for t in product.transforms}
    used = {key: t for key, t in made.items() if through is None or key in through}
    names = None if through is None else {name for t in used.values() for name in t.reading.names}
    tables = {t.table for t in used.values()}
    made_of = (TransformShown(lines.get(key, key), t.file, t.language, t.file in steps) for key, t in used.items())
    return How(
        _inputs(subject, names),
        tuple(sorted(made_of, key=lambda transform: transform.is_step)),
        tuple(test for test in product.test_files if _tested(test) in tables),
        history_of(facts, name, RUNS_SHOWN) if product.name in facts.recorded.digests else (),
        _checks(facts, subject.lines),
        product.build.schedule,
        product.build.refresh_seconds,
        events_of(facts, name, EVENTS_SHOWN),
        expectations_shown(facts, subject.lines, product.name if through is None else None),
    )


def _tested(file: str) -> str:
    """The table that a test file is of: `tests/departures.yaml`, `tests/departures@1.yaml`."""
    return file.rpartition("/")[2].rpartition(".")[0].partition("@")[0]


def _inputs(subject: Subject, names: set[str] | None) -> tuple[InputShown, ...]:
    mesh, product = subject.facts.mesh, subject.product
    found: list[InputShown] = []
    for port in product.input_ports:
        reads = [read for read in mesh.reads(product).values() if read.port == port]
        if names is not None and not any(read.name in names for read in reads):
            continue
        lines = tuple(read.line for read in reads if read.line)
        files = (file for read in reads if read.is_source for file in subject.facts.files(product, read))
        status = reads[0].contract.status if reads else ""
        found.append(InputShown(port.name, port.contract_id, port.version, lines, tuple(dict.fromkeys(files)), status))
    return tuple(found)


def _checks(facts: Facts, lines: dict[LineName, Table]) -> tuple[CheckShown, ...]:
    """What the lines promise themselves."""
    rows = rows_of(facts.relation("checks", only("line_name", lines)), "consumer", *CHECK)
    return tuple(CheckShown(*row) for consumer, *row in rows if consumer is None)


def _who(subject: Subject) -> Who:
    product, domain = subject.product, subject.domain
    teams = ((product.name, product.team), *((c.id, c.team) for c in subject.contracts), (domain.name, domain.team))
    people = {
        p.username: p
        for of, team in reversed(teams)
        for p in (Person(m.username, m.name, m.role, of) for m in team.members)
    }
    support = (*product.support, *(channel for c in subject.contracts for channel in c.support), *domain.support)
    return Who(
        domain.name,
        product.team.name or domain.team.name,
        tuple(reversed(people.values())),
        tuple(dict.fromkeys(support)),
        tuple(dict.fromkeys(role for contract in subject.contracts for role in contract.roles)),
        _consumers(subject.facts.mesh, set(subject.lines)),
        tuple(_invited(subject)),
        ledger_of(subject.facts, product, (table.name for _, _, table in subject.promises)),
    )


def _invited(subject: Subject) -> Iterator[InvitedShown]:
    """To the previews that the page shows, in the order of build.yaml."""
    product = subject.product
    found = [invitation for line in subject.lines if (invitation := product.invitation(line))]
    if not found:
        return
    said = subject.facts.library.registry.previews.verdicts(product.name)
    newest = {(v.port, v.version, v.who): v for v in said if v.word != "reason"}
    for one in dict.fromkeys(map(str, found)):
        invitation = next(each for each in found if str(each) == one)
        for who in invitation.invites:
            verdict = newest.get((invitation.port, invitation.version, who))
            told = (verdict.word, verdict.comment, verdict.at) if verdict else ()
            yield InvitedShown(one, who, invitation.until, *told)


def _consumers(mesh: Mesh, lines: set[LineName]) -> tuple[ProductName, ...]:
    reads = ((p.name, read.line) for p in mesh.products.values() for read in mesh.reads(p).values())
    return tuple(dict.fromkeys(name for name, line in reads if line in lines))


def _domain_page(facts: Facts, domain: Domain) -> DomainPage:
    mesh = facts.mesh
    products = [product for product in mesh.products.values() if product.domain == domain.name]
    lines = {p.line(table.name, contract.line) for p in products for _, contract, table in p.promises}
    inputs = (entry for product in products for entry in _inputs(Subject(facts, product, ()), None))
    outside = (entry for entry in inputs if not any(domain_of(line) == domain.name for line in entry.lines))
    applied = any(domain_of(name) == domain.name for name in facts.recorded.digests)
    runs = history_of(facts, domain.name, RUNS_SHOWN) if applied else ()
    events = events_of(facts, domain.name, EVENTS_SHOWN)
    people = tuple(Person(m.username, m.name, m.role, domain.name) for m in domain.team.members)
    consumers = tuple(name for name in _consumers(mesh, lines) if domain_of(name) != domain.name)
    return DomainPage(
        domain.name,
        summaries(facts, products),
        Where(facts.library.environment, domain.folder),
        What(domain.name, domain.description, terms=domain.terms),
        How(tuple(dict.fromkeys(outside)), runs=runs, events=events),
        Who(domain.name, domain.team.name, people, domain.support, consumers=consumers),
        domain.parent,
        tuple(other.name for other in mesh.domains.values() if other.parent == domain.name),
    )


def summaries(facts: Facts, products: list[Product]) -> tuple[ProductSummary, ...]:
    of = only("product", [product.name for product in products])
    tables = rows_of(facts.relation("tables", of), "line_name", "rows", "bytes", "published_at")
    standing = {line: rest for line, *rest in tables}
    not_held = facts.relation("checks", lambda table: of(among(table, "outcome", NOT_HELD)))
    results = rows_of(not_held, "product", "consumer")
    broken = [product for product, consumer in results if consumer is None]
    found: list[ProductSummary] = []
    for product in products:
        lines = [product.line(table.name, contract.line) for _, contract, table in product.promises]
        told = [standing[line] for line in lines if line in standing and standing[line][2] is not None]
        found.append(
            ProductSummary(
                product.name,
                product.title or product.leaf,
                product.purpose,
                product.status,
                len({leaf_of(line) for line in lines}),
                sum(rows or 0 for rows, _, _ in told),
                sum(size or 0 for _, size, _ in told),
                max((at for _, _, at in told), default=None),
                broken.count(product.name),
            )
        )
    return tuple(found)
