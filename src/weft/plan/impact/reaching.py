"""From one change of one line to everybody whom it reaches: each broken, affected or untouched, with the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from weft.names import LineName, ProductName, product_of
from weft.plan.changes.change import Change
from weft.plan.impact import words
from weft.plan.impact.direct import Case, directly, reader_of_gone
from weft.plan.impact.effects import effect_of
from weft.plan.impact.queries import query_into
from weft.plan.impact.reached import Cell, Loss, Reach, Reached, in_order_of_weight
from weft.plan.impact.ways import Ways, into_tables, ways
from weft.plan.impact.web import Reader, Web
from weft.product.agreement import Agreement
from weft.product.reads import Measured


def reach(change: Change, line: LineName, web: Web, losses: Mapping[ProductName, Sequence[Loss]]) -> Reach:
    """Whom one change of a line reaches. `losses` are what binding the direct readers' own SQL over this change alone has shown."""
    case = Case(line, change, web, losses)
    effect = effect_of(change)
    if effect == "none":
        return Reach(line, change, ())
    asking = _people(case.start, web, change) if effect != "adds" else ()
    if effect == "means":
        return Reach(line, change, in_order_of_weight([*_of_meaning(case), *asking]))
    direct = [directly(reader, case) for reader in case.readers]
    return Reach(line, change, in_order_of_weight([*direct, *_waiting(case.start, web, direct), *asking]))


def line_gone(line: LineName, web: Web) -> Reach:
    """Whom it reaches that a line is promised no longer: all who read it, and whoever reads what they make."""
    direct = [reader_of_gone(reader, web) for reader in web.readers.get(line, ())]
    start = Cell(line, "")
    return Reach(line, None, in_order_of_weight([*direct, *_waiting(start, web, direct), *_people(start, web)]))


def _people(start: Cell, web: Web, change: Change | None = None) -> tuple[Reached, ...]:
    """Who read it by asking, and who may by an agreement; whoever reads by a role that goes, reads it no longer."""
    agreed: dict[str, Agreement] = {one.reader: one for one in web.agreed.get(start.line, ())}
    losing = {who for who in agreed if change and effect_of(change) == "hides" and who in change.affects}
    asking = [one for one in _asking(start, web) if one.consumer not in losing]
    asked = {one.consumer for one in asking}
    found = list(asking)
    for who, one in agreed.items():
        if who in losing:
            said = words.of_role_gone(one)
            found.append(Reached(who, "broken", said, path=(start,), kind="person", agreement=one.id))
        elif who not in asked:
            found.append(
                Reached(who, "affected", words.of_agreement(one), path=(start,), kind="person", agreement=one.id)
            )
    return tuple(found)


def _asking(start: Cell, web: Web) -> Iterator[Reached]:
    """Who read it by asking, each once, by when that was last; what nobody asked for in the days that are looked back on is nobody's."""
    newest: dict[str, Measured] = {}
    for one in web.asked.get(start.line, ()):
        known = newest.get(one.who)
        if (not start.column or start.column in one.columns) and (known is None or known.last_at < one.last_at):
            newest[one.who] = one
    for who, one in newest.items():
        yield Reached(who, "affected", words.of_asking(one, start.column), path=(start,), kind="person")


def _waiting(start: Cell, web: Web, direct: Sequence[Reached]) -> Iterator[Reached]:
    """Who reads what a broken consumer makes: that cannot be made anew, so it stays on the data of before."""
    lines = [cell.line for one in direct if one.verdict == "broken" for cell in one.columns]
    if not lines:
        return
    found = into_tables(web, start, lines)
    nearer = {one.consumer for one in direct} | {product_of(start.line)}
    for product, cells in found.by_product().items():
        if product not in nearer:
            yield _passed_on(product, tuple(cells), found, web)


def _passed_on(product: ProductName, cells: tuple[Cell, ...], found: Ways, web: Web) -> Reached:
    path = found.path(cells[0])
    distance = len(words.products_of(path)) - 1
    return Reached(product, "broken", words.of_waiting(path), cells, path, query_into(path, web), distance)


def _of_meaning(case: Case) -> Iterator[Reached]:
    """Values are inherited as far as they flow; a filter, a join or a grouping passes on which rows there are."""
    start, web = case.start, case.web
    starts = (start,) if start.column else web.cells(case.line)
    begin: dict[Cell, Cell | None] = dict.fromkeys(starts)
    flowing, rows = ways(web, begin, starts, values_only=True), ways(web, begin, starts)
    inherited, decided = flowing.by_product(), rows.by_product()
    for product in decided.keys() - {product_of(case.line)}:
        cells = decided[product]
        flows = product in inherited
        path = flowing.path(inherited[product][0]) if flows else rows.path(cells[0])
        said = words.of_meaning(case.change, path, flows=flows)
        distance = max(1, len(words.products_of(path)) - 1)
        own = tuple(inherited.get(product, cells))
        yield Reached(product, "affected", said, own, path, query_into(path, web), distance)
    yield from (_unreached(reader, case) for reader in case.readers if reader.name not in decided)


def _unreached(reader: Reader, case: Case) -> Reached:
    """No column comes of it; where the rows are others, a count of them is another all the same."""
    if case.change.column or not reader.transforms:
        return case.untouched(reader)
    return case.told(reader, "affected", words.of_rows(reader))
