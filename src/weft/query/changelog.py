"""What became of a product's promises, release by release and in words: the differences that `weft diff --contract` finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from weft.access import OWNER
from weft.access.discovering import is_discoverable
from weft.names import ProductName, product_of
from weft.plan.changes import UNKNOWN, Change, contract_changes
from weft.plan.evolution.comparing import evolution
from weft.plan.evolution.made import Making, changes_of_making
from weft.plan.evolution.values import Compared
from weft.product.contract import Contract
from weft.product.ending import ending
from weft.product.environment import Edition
from weft.product.mesh import Mesh
from weft.product.product import Product
from weft.query.facts import Facts
from weft.query.library import Library

MOST_EDITIONS = 40


@dataclass(frozen=True, slots=True)
class Release:
    """One line of a port at one publish: `before` is its version until then ('' where it is new), `after` since then ('' where it is gone).

    `changes` are for whoever read the version before; of a new line, for whoever moves to it from the line `beside` it.
    """

    at: datetime
    who: str
    run: str
    revision: int
    port: str
    line: str
    before: str
    after: str
    status: str = ""
    was: str = ""
    beside: str = ""
    changes: tuple[Change, ...] = ()
    is_open: bool = True
    """Whether everybody may know of it."""

    @property
    def breaks(self) -> bool:
        return any(change.breaks for change in self.changes)


def changelog(name: ProductName, library: Library) -> tuple[Release, ...]:
    """The newest first, as far as whoever asks may know of it."""
    found = library.keep(f"changelog {name}", lambda: _changelog(name, library))
    return found if library.reader.is_owner else tuple(_known(found, name, library))


def _known(found: tuple[Release, ...], name: ProductName, library: Library) -> Iterator[Release]:
    """Of ports that are no more nobody knows who had to do with them: those that were kept from sight stay so."""
    from weft.query.hiding import hidden

    what = hidden(library)
    whole = library.registry.products([name], library.environment).get(name)
    ports = {port.name for port in whole.output_ports} if whole else set()
    secret = what.ports.get(name, frozenset()) if what else frozenset()
    for one in found:
        if one.port not in secret and (one.is_open or one.port in ports):
            yield replace(one, changes=tuple(c for c in one.changes if not what.is_said(c.reason))) if what else one


def _changelog(name: ProductName, library: Library) -> tuple[Release, ...]:
    editions = library.registry.rollbacks.editions(name, library.environment, MOST_EDITIONS)
    if not editions:
        return ()
    near = _near(editions[0].product, library)
    found = [one for new, old in pairwise(editions) for one in _between(old, new, near)]
    if len(editions) < MOST_EDITIONS:
        found += [_new(editions[-1], line, {}, near) for line in _lines(editions[-1].product).values()]
    return tuple(found)


def _near(product: Product, library: Library) -> Mesh:
    """The product and those that it reads: all that its own SQL can say something of."""
    mesh = Facts(replace(library, reader=OWNER)).mesh
    names = {product_of(read.line) for read in mesh.reads(product).values() if read.line}
    producers = {name: mesh.products[name] for name in sorted(names)}
    return Mesh("", {}, producers, recorded_lines=mesh.recorded_lines)


def _between(old: Edition, new: Edition, near: Mesh) -> Iterator[Release]:
    name = new.product.name
    before, after = (replace(near, products={**near.products, name: one.product}) for one in (old, new))
    found = evolution(Compared(before, after, (name,)))
    was, now = _lines(old.product), _lines(new.product)
    for change in found.changed:
        key = change.port, change.line
        release = replace(_release(new, change.port, change.new), before=str(change.before), changes=change.changes)
        yield replace(release, status=now[key].status, was=was[key].status)
    for key in sorted(now.keys() - was.keys()):
        yield _new(new, now[key], was, before)
    for key in sorted(was.keys() - now.keys()):
        gone = was[key]
        yield replace(_release(new, gone.port, gone.contract), before=gone.contract.version, after="", was=gone.status)


def _new(edition: Edition, line: _Line, was: Mapping[tuple[str, str], _Line], before: Mesh) -> Release:
    """Beside the newest line of the port that comes before it: what moving from there asks for."""
    mine = line.contract.semantic_version
    others = [o.contract for o in was.values() if o.port == line.port and o.contract.semantic_version < mine]
    stable = [one for one in others if not one.semantic_version.is_preview]
    release = replace(_release(edition, line.port, line.contract), status=line.status)
    if not (stable or others):
        return release
    beside = max(stable or others, key=lambda one: one.semantic_version)
    changes = *contract_changes(beside, line.contract), *_meaning(edition.product, (beside, line.contract), before)
    return replace(release, beside=beside.version, changes=changes)


def _meaning(product: Product, contracts: tuple[Contract, Contract], before: Mesh) -> Iterator[Change]:
    """How the tables that both promise are made differently, the old line as it was until then."""
    old, new = contracts
    was = before.products[product.name]
    after = replace(before, products={**before.products, product.name: product})
    for table in old.tables:
        promised, made = (
            new.table(table.name),
            (was.transform_of(table.name, old.line), product.transform_of(table.name, new.line)),
        )
        if promised and made[0] and made[1]:
            columns = tuple(column.name for column in table.columns if promised.column(column.name))
            making = Making(was, made[0], before.reads(was)), Making(product, made[1], after.reads(product))
            yield from changes_of_making(table.name, columns, making, UNKNOWN)


def _release(edition: Edition, port: str, contract: Contract) -> Release:
    of = edition.published_at, edition.who, edition.run, edition.revision
    return Release(*of, port, contract.line, "", contract.version, is_open=is_discoverable(contract))


@dataclass(frozen=True, slots=True)
class _Line:
    port: str
    contract: Contract
    status: str


def _lines(product: Product) -> dict[tuple[str, str], _Line]:
    """What is promised, by port and line; what is retired is promised no more."""
    found = ((port, product.promise(port)) for port in product.output_ports)
    return {
        (port.name, contract.line): _Line(port.name, contract, ending(port, contract))
        for port, contract in found
        if contract and not contract.is_retired
    }
