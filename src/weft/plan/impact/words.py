"""Why a consumer breaks, is affected or is not, said to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weft.names import ProductName, leaf_of, product_of, table_of
from weft.plan.changes.change import Change
from weft.plan.impact.reached import Cell, Loss, Reached
from weft.plan.impact.web import Reader
from weft.product.agreement import Agreement
from weft.product.reads import Measured

FEW = 5
LONG = 72
"""Characters of a query's line that are shown."""


def summary(consumers: Sequence[Reached]) -> str:
    """`2 of 7 consumers break, 1 further on waits for them`; those that read the line itself are what is counted of."""
    people = sum(one.kind == "person" and not one.agreement for one in consumers)
    agreed = [one for one in consumers if one.agreement]
    shut_out = sum(one.verdict == "broken" for one in agreed)
    direct = [one for one in consumers if one.is_direct and one.kind == "product"]
    counts = {verdict: sum(one.verdict == verdict for one in direct) for verdict in ("broken", "affected")}
    waiting, further = sum(one.waits for one in consumers), sum(_is_further(one) for one in consumers)
    if not consumers:
        return "no consumer is known, so nobody breaks"
    losing, unseen = sum(one.loses_promise for one in direct), sum(one.may_lose_sight for one in direct)
    counts["affected"] -= losing
    counts["broken"] -= unseen
    said = [_of_direct(len(direct), counts["broken"], (losing, unseen))]
    if waiting:
        said.append(f"{waiting} further on {_verb(waiting, 'wait')} for them")
    if counts["affected"]:
        said.append(f"{counts['affected']} {'is' if counts['affected'] == 1 else 'are'} affected")
    if further:
        said.append(f"{further} further on {'is' if further == 1 else 'are'} affected")
    if people:
        said.append(f"{people} asked for it lately")
    if shut_out:
        said.append(f"{shut_out} {_verb(shut_out, 'read')} it no longer")
    if left := len(agreed) - shut_out:
        said.append(f"{left} {'has' if left == 1 else 'have'} an agreement on it")
    return ", ".join(said)


def _of_direct(count: int, broken: int, others: tuple[int, int]) -> str:
    """A promise that is loosened makes no query fail, and is broken all the same; who loses sight may not be known."""
    losing, unseen = others
    if not count:
        return "no product reads it"
    sight = f"may lose sight of what {'it reads' if unseen == 1 else 'they read'}"
    lost = f"{_verb(losing, 'lose')} what was promised"
    if unseen and not broken:
        return f"{unseen} of {_consumers(count)} {sight}{f', {losing} {lost}' if losing else ''}"
    if losing and not broken:
        return f"{losing} of {_consumers(count)} {lost}, though no query fails"
    also = [f", {unseen} {sight}"] * bool(unseen) + [f", {losing} {lost}"] * bool(losing)
    return f"{broken or 'none'} of {_consumers(count)} {_verb(broken or 1, 'break')}{''.join(also)}"


def _is_further(one: Reached) -> bool:
    return one.verdict == "affected" and not one.is_direct


def _consumers(count: int) -> str:
    return f"{count:,} consumer{'' if count == 1 else 's'}"


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


def listed(names: Iterable[str]) -> str:
    """A few of them, and how many more."""
    found = list(names)
    shown = ", ".join(found[:FEW])
    return shown if len(found) <= FEW else f"{shown} and {len(found) - FEW} more"


def products_of(path: tuple[Cell, ...]) -> tuple[ProductName, ...]:
    return tuple(dict.fromkeys(product_of(cell.line) for cell in path))


def of_line_gone(reader: Reader) -> str:
    said = "it reads" if reader.transforms else f"its input port '{reader.names[0]}' is of"
    return f"{said} {reader.line}, which is promised no longer"


def of_no_query(reader: Reader) -> str:
    return f"it has an input port '{reader.names[0]}', and none of its transforms reads that"


def of_other_columns(reader: Reader, change: Change) -> str:
    read = listed(reader.columns) or "how many rows there are"
    return f"it reads {read}" + (f", and not '{change.column}'" if change.column else "")


def of_more_columns() -> str:
    return "bound again, its SQL still returns what it promises"


def of_bound_again(change: Change) -> str:
    if not change.column:
        return of_more_columns()
    return f"bound again with '{change.column}' as {change.after}, its SQL still returns what it promises"


def of_retyped(change: Change) -> str:
    return f"it reads '{change.column}', which was {change.before} and is {change.after}"


def of_hidden(change: Change) -> str:
    return f"it reads {_what(change)}, and nothing says that it still may"


def of_sight(change: Change) -> str:
    return f"it reads {_what(change)}, and still may"


def of_taken_table(reader: Reader, change: Change) -> str:
    return f"it reads {reader.line}: {change.reason}"


def of_bound_all_the_same(change: Change) -> str:
    return f"its SQL takes {_what(change)} in without naming it, and returns something else without it"


def of_unpromised(change: Change) -> str:
    return f"it reads {_what(change)}: {change.reason}"


def of_python(change: Change, names_it: bool) -> str:
    if names_it:
        return f"its Python names '{change.column}': {change.reason}"
    return f"its Python is handed the whole table and may read '{change.column}', though its text does not name it"


def of_losses(losses: Sequence[Loss], change: Change, query: str) -> str:
    """What its own text says where it names what is gone, else what binding it has shown."""
    if change.kind in ("column removed", "column renamed") and query:
        now = f"is '{change.after}' now" if change.kind == "column renamed" else "is gone"
        shown = query if len(query) <= LONG else f"{query[:LONG]}…"
        return f"it says `{shown}`, and '{change.column}' {now}"
    said = "; ".join(dict.fromkeys(loss.message for loss in losses))
    if change.kind == "column renamed":
        return f"{said.partition(' Did you mean')[0].rstrip('.')}: '{change.column}' is '{change.after}' now"
    if change.kind == "type widened":
        return f"with '{change.column}' as {change.after}, {said}"
    return f"it takes every column there is, and {said}" if change.kind == "column added" else said


def of_waiting(path: tuple[Cell, ...]) -> str:
    through = products_of(path)[-2]
    source = next(cell for cell in reversed(path) if product_of(cell.line) == through)
    return f"it reads {table_of(source.line)}, which cannot be made anew: it waits, on the data of before"


def of_asking(one: Measured, column: str) -> str:
    what = f"'{column}'" if column else "it"
    times = "" if one.times == 1 else f", {one.times:,} questions of this table in all"
    return f"read {what} by {one.door}, last on {one.last_at:%Y-%m-%d}{times}"


def of_agreement(one: Agreement) -> str:
    return f"may read it by agreement {one.id} until {one.until}, for: {one.purpose}"


def of_role_gone(one: Agreement) -> str:
    return f"reads it by the role '{one.role}' of agreement {one.id}, which gives that no longer"


def of_rows(reader: Reader) -> str:
    return f"it counts the rows of {reader.line}, and they are others"


def of_meaning(change: Change, path: tuple[Cell, ...], *, flows: bool) -> str:
    first, last = path[0], path[-1]
    what = f"'{first.column}'" if change.column else f"the rows of {leaf_of(first.line)}"
    if flows and change.column:
        return f"'{last.column}' of its {leaf_of(last.line)} inherits the values of {what}"
    if flows:
        return f"'{last.column}' of its {leaf_of(last.line)} is computed over {what}"
    return f"{what} decides which rows its {leaf_of(last.line)} has"


def _what(change: Change) -> str:
    return f"'{change.column}'" if change.column else "the table"
