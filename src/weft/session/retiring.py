"""Who still reads a line that a plan takes away. It is asked only where one goes, and imported only then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from weft.names import PROD, LineName, product_of
from weft.plan.evolution import Compared, Evolution, PortLine
from weft.plan.impact.web import lines_read
from weft.plan.lineage import lineage_of
from weft.plan.retiring import StillRead, is_protected, judged
from weft.product.mesh import Mesh

if TYPE_CHECKING:
    from weft.plan.plan import Desired
    from weft.plan.promotion import Promotion
    from weft.product.snapshot import Recorded
    from weft.session.opened import Opened

Readers = Callable[["Opened", Compared, tuple[LineName, ...]], Iterable[StillRead]]


def by_input_port(session: Opened, compared: Compared, lines: tuple[LineName, ...]) -> Iterator[StillRead]:
    """Products, as they are written in this checkout, and those of absent domains as they were last applied."""
    wanted, recorded = set(lines), session.recorded
    for product in compared.after.products.values():
        for line, names in lines_read(product, compared.before).items():
            if line not in wanted:
                continue
            read = {e.source_column: None for e in lineage_of(product, compared.before) if e.source == line}
            built = max((pointer.published_at for pointer in recorded.of(product.name)), default=None)
            port = f"input port '{names[0].partition('.')[0]}'"
            yield StillRead("product", product.name, line, port, tuple(read), built)


def by_query(session: Opened, compared: Compared, lines: tuple[LineName, ...]) -> Iterator[StillRead]:
    """People and services, as measured in the days that `mesh.yaml` names; those of the product's own domain count too."""
    since = datetime.now(UTC) - timedelta(days=session.settings.unread_days)
    for one in session.registry.journal.reads.since(lines, since, PROD):
        yield StillRead("person", one.who, one.line, one.door, one.columns, one.last_at, one.times)


def by_agreement(session: Opened, compared: Compared, lines: tuple[LineName, ...]) -> Iterator[StillRead]:
    """People and services who may read a line by an agreement in force, though they did not lately; products are held to their input ports."""
    from weft.access.agreements import covers

    today, products = datetime.now(UTC).date(), compared.before.products
    for one in session.registry.agreements.on({product_of(line) for line in lines}):
        product = products.get(one.product)
        if product is None or one.is_of_product or not one.is_in_force(today):
            continue
        promised = {product.line(t.name, c.line) for port, c, t in product.promises if port.name == one.port_name}
        for line in lines:
            if line in promised and covers(one, line, product):
                yield StillRead("agreement", one.reader, line, f"agreement {one.id} until {one.until}: {one.purpose}")


READERS: tuple[Readers, ...] = (by_input_port, by_query, by_agreement)
"""Everybody for whom a line is kept."""


def who_still_reads(session: Opened, evolution: Evolution, compared: Compared) -> Evolution:
    """Lines that go are refused while they are read. What goes from an environment beside `prod` goes from nobody yet."""
    if session.environment != PROD or not evolution.gone:
        return evolution
    gone = tuple(_judged(session, line, compared) for line in evolution.gone)
    return replace(evolution, gone=gone)


def _judged(session: Opened, line: PortLine, compared: Compared) -> PortLine:
    return (
        judged(line, readers_of(session, compared, line.tables), session.settings.unread_days)
        if is_protected(line)
        else line
    )


def readers_of(session: Opened, compared: Compared, lines: tuple[LineName, ...]) -> list[StillRead]:
    return [one for readers in READERS for one in readers(session, compared, lines)]


def forced(evolution: Evolution, desired: Desired, because: str) -> tuple[Evolution, Desired]:
    """Nothing refused of what goes, and why in the run's record. Products that are cut off stand where they stand."""
    free, against = without_refusals(evolution)
    if not against:
        return evolution, desired
    return free, replace(desired, selected=desired.selected - evolution.told, because=because, against=against)


def without_refusals(evolution: Evolution) -> tuple[Evolution, str]:
    """What goes, with nothing against it any more; and what was against it."""
    against = "; ".join(f"{one.product}.{one.port}: {one.refusal}" for one in evolution.gone if one.refusal)
    return replace(evolution, gone=tuple(replace(one, refusal="", mend="") for one in evolution.gone)), against


def gone_by(session: Opened, promotion: Promotion, here: Recorded) -> Evolution:
    """What a promotion takes from `prod`, refused where it is still read. Nothing is read for it where nothing goes."""
    moved = [product.product for product in promotion.products]
    if not any(line not in here.pointers for line in promotion.lines):
        return Evolution()
    from weft.plan.evolution.comparing import gone_lines

    registry = session.registry
    prod, promoted = registry.products(environment=PROD), registry.products(moved, here.environment)
    stays = {name: product for name, product in prod.items() if name not in moved}
    lines = registry.recorded(PROD).input_lines
    before, after = Mesh("", {}, prod, recorded_lines=lines), Mesh("", {}, stays | promoted, recorded_lines=lines)
    compared = Compared(before, after, tuple(sorted(moved)))
    return who_still_reads(session, Evolution(gone=gone_lines(compared)), compared)
