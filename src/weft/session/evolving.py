"""What a plan changes for consumers: what is written, compared with what `prod` has published.

The promise is to `prod`'s consumers, so that in every environment it is `prod` that a change is measured against.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.errors import Refused, sentence
from weft.names import PROD, ProductName
from weft.plan.evolution import Compared, Edit, Evolution, PortChange

if TYPE_CHECKING:
    from weft.plan.changes import Known
    from weft.plan.evolution import PortLine
    from weft.plan.evolution.values import KnownOf, Refusable
    from weft.plan.plan import Desired, Plan
    from weft.product.mesh import Mesh
    from weft.product.product import Product
    from weft.session.opened import Opened

HOW = "`weft plan` shows every change; `weft plan --fix` writes the versions that only say more."

Look = Callable[["Opened", Evolution, Compared], Evolution]


def whom_it_reaches(session: Opened, evolution: Evolution, compared: Compared) -> Evolution:
    """Imported only where something changed."""
    from weft.session.impact import reached

    return reached(session, evolution, compared)


def what_goes_stable(session: Opened, evolution: Evolution, compared: Compared) -> Evolution:
    """What goes stable beside `prod` is promised to nobody yet: it is asked for when it is promoted."""
    from weft.session.going_stable import what_goes_stable as found

    asks = session.settings.preview_verdicts if session.environment == PROD else 0
    return found(evolution, session.registry, asks)


def who_still_reads(session: Opened, evolution: Evolution, compared: Compared) -> Evolution:
    """Imported only where something goes."""
    if not evolution.gone:
        return evolution
    from weft.session.retiring import who_still_reads

    return who_still_reads(session, evolution, compared)


LOOKS: tuple[Look, ...] = (whom_it_reaches, what_goes_stable, who_still_reads)
"""Asked in this order of an evolution that is not empty: whom it reaches, which settles changes; then who still reads what goes."""


def evolved(session: Opened, plan: Plan, desired: Desired) -> Evolution:
    """Of the products that the plan may move and whose files are not those that `prod` was made of."""
    held = {product.product for product in plan.products if product.held}
    names = _differing(session, (p.product for p in plan.products if p.product not in held), desired)
    published = session.registry.products(names, PROD) if names else {}
    if not published:
        return Evolution()
    from weft.plan.evolution.comparing import evolution

    compared = Compared(_before(session, desired, published), desired.mesh, tuple(sorted(published)))
    found = evolution(compared, _known_of(session))
    for look in LOOKS if found else ():
        found = look(session, found, compared)
    return _with_edits(session, found)


def _known_of(session: Opened) -> KnownOf:
    """By which roles people read a line is asked where its contract names any."""
    from weft.plan.changes import UNKNOWN, Known

    def known(line: PortLine) -> Known:
        if not line.contract.roles:
            return UNKNOWN
        today = datetime.now(UTC).date()
        roles: dict[str, frozenset[str]] = {}
        for one in session.registry.agreements.on([line.product]):
            if (one.port_name, one.line) == (line.port, line.contract.line) and one.is_in_force(today) and one.role:
                roles[one.reader] = roles.get(one.reader, frozenset()) | {one.role}
        return Known(roles=roles)

    return known


def refuse(evolution: Evolution) -> None:
    """Raises: Refused, with all that an evolution may not do, and what to write."""
    if told := [line for one in evolution.refused for line in refusal_lines(one)]:
        raise Refused("\n".join(("this is not applied as it is written:", *told, HOW)))


def refusal_lines(one: Refusable) -> Iterator[str]:
    """Why, what to do, and the exact edits, one to a line."""
    yield f"{one.product}.{one.port}: {sentence(one.refusal)} {one.mend}".rstrip()
    yield from (f"  {edit}" for edit in getattr(one, "edits", ()))


def fixable(evolution: Evolution) -> tuple[Edit, ...]:
    """The edits that a claim needs where nobody has to decide anything: a new major in place would take the old line away."""
    edits = (edit for one in evolution.changed if one.refusal and not one.breaks for edit in one.edits)
    return tuple(dict.fromkeys(edits))


def fixed(session: Opened, evolution: Evolution) -> tuple[Edit, ...]:
    """Writes what is fixable, and returns it. Raises: Refused where a file changed meanwhile, StoreFault."""
    from weft.workspace.renumbering import write

    edits = fixable(evolution)
    write(edits, session.settings.root)
    session.refresh()
    return edits


def _with_edits(session: Opened, found: Evolution) -> Evolution:
    if not any(change.refusal for change in found.changed):
        return found
    from weft.workspace.renumbering import renumbering

    products, root = tuple(session.mesh.present), session.settings.root

    def complete(change: PortChange) -> PortChange:
        if not change.refusal:
            return change
        own_first = sorted(products, key=lambda product: product.name != change.product)
        return replace(change, edits=renumbering(change.new, change.least, own_first, root))

    return replace(found, changed=tuple(map(complete, found.changed)))


def _differing(session: Opened, names: Iterable[ProductName], desired: Desired) -> list[ProductName]:
    """By digest; in an environment, from what it began with: what else `prod` has moved on to is no change of its own."""
    recorded, products = session.recorded, desired.mesh.products
    began = recorded.digests
    if session.environment != PROD and recorded.is_made:
        began = {name: base.digest for name, base in session.registry.environments.bases(session.environment).items()}
    return [n for n in names if n in began and (n not in products or products[n].digest != began[n])]


def _before(session: Opened, desired: Desired, published: dict[ProductName, Product]) -> Mesh:
    """Everything as it was when the published products were last applied, as far as that is another than now."""
    lines = session.recorded.input_lines
    if session.environment != PROD and session.recorded.is_made:
        lines = session.registry.recorded(PROD).input_lines
    return replace(desired.mesh, products={**desired.mesh.products, **published}, recorded_lines=lines)
