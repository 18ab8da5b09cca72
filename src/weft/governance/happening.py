"""What happened to a product's promises, in words: from how it was published before to how it is now.

Only what somebody who reads it has to know is told; a corrected description is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from weft.governance.kinds import INVITED, STABLE, UNEXPECTED, Happening
from weft.names import LineName, ProductName, leaf_of, product_of
from weft.plan.changes import Change, contract_changes
from weft.plan.evolution import PortChange
from weft.product.checks import CheckResult
from weft.product.contract import DEPRECATED, RETIRED, Contract
from weft.product.ending import dates, ending
from weft.product.product import OutputPort, Product

MOST_CHANGES = 6
Promise = tuple[OutputPort, Contract]


def changed_promises(old: Product, new: Product | None, found_out: Sequence[PortChange] = ()) -> tuple[Happening, ...]:
    """In the order of the ports, each kind once for each line; None says that the product is no more.

    `found_out` is what a plan knows of its lines beyond the documents: what they mean, and whom a change breaks.
    """
    if new is None:
        return (Happening("retired", f"{old.name} is no more"),)
    before, after = _promises(old), _promises(new)
    known = {(one.port, one.line): one.changes for one in found_out}
    found: list[Happening] = []
    for key, promise in after.items():
        found += _of_line(new, before.get(key), promise, known.get(key))
    for key, (port, contract) in before.items():
        if key not in after:
            found.append(_gone(new, port, contract, after))
    return tuple(_joined((*found, *invitations(old, new))))


def invitations(old: Product | None, new: Product) -> Iterator[Happening]:
    """Who may try a preview since now, and how."""
    was = {str(one): one.invites for one in old.build.previews} if old else {}
    for port, contract in _promises(new).values():
        invitation = new.invitation(LineName(_line(new, contract))) if contract.tables else None
        if invitation and (who := [name for name in invitation.invites if name not in was.get(str(invitation), ())]):
            until = f" until {invitation.until}" if invitation.until else ""
            name = f"{new.name}.{port.name}@{contract.version}"
            message = f"{', '.join(who)}: invited to try {name}{until}. Try it: weft preview {name}"
            yield Happening(INVITED, message, _line(new, contract))


def _gone(product: Product, port: OutputPort, contract: Contract, after: dict[tuple[str, str], Promise]) -> Happening:
    """A preview that is gone and that a stable version came of is not retired."""
    came = [
        p
        for (name, _), p in after.items()
        if name == port.name and p[1].semantic_version.came_of(contract.semantic_version)
    ]
    if came:
        stable = came[-1][1]
        what = f"{port.name} {contract.version} is stable as {stable.version}"
        return Happening(STABLE, what, _line(product, stable))
    return Happening("retired", f"{port.name} {contract.version} is no longer promised", _line(product, contract))


def not_held(results: Sequence[CheckResult], product: str) -> str:
    """Why a product was not published, without any value of its data."""
    broken = [result for result in results if result.blocks]
    if not broken:
        return f"It could not be made. Why: weft history {product}"
    names = [f"{result.line.rpartition('.')[2]}: {result.check} ({result.threshold})" for result in broken]
    checks = "1 check did" if len(broken) == 1 else f"{len(broken)} checks did"
    return f"{checks} not hold: {_several(names)}. The rows: weft test {product} --failures"


def missed_expectations(results: Sequence[CheckResult]) -> dict[ProductName, Happening]:
    """What did not hold and stopped nothing, for whom it was expected and for whose it is, without any value of its data."""
    told: dict[ProductName, list[str]] = {}
    for result in results:
        if result.consumer and not result.blocks and result.outcome in ("failed", "error"):
            asked = f"({result.threshold})" if result.threshold else ""
            broken = "could not be computed" if result.outcome == "error" else "does not hold"
            said = " ".join(part for part in (f"{leaf_of(result.line)}: {result.check}", asked, broken) if part)
            for product in (product_of(result.line), ProductName(result.consumer)):
                told.setdefault(product, []).append(said)
    return {product: Happening(UNEXPECTED, _several(dict.fromkeys(said))) for product, said in told.items()}


def _promises(product: Product) -> dict[tuple[str, str], Promise]:
    """By port and line."""
    found = ((port, product.promise(port)) for port in product.output_ports)
    return {(port.name, contract.line): (port, contract) for port, contract in found if contract}


def _of_line(
    product: Product, before: Promise | None, after: Promise, known: Sequence[Change] | None
) -> Iterator[Happening]:
    port, contract = after
    if before is None:
        if not contract.semantic_version.is_preview:
            move = f"an input port moves to it with `version: {contract.version}`"
            yield Happening("published", f"{contract.version} is a new line of {port.name}; {move}")
        return
    line = _line(product, contract)
    was, now = ending(*before), ending(*after)
    if now != was and now in (DEPRECATED, RETIRED):
        until = f": {dates(contract)}" if now == DEPRECATED and dates(contract) else ""
        yield Happening(now, f"{port.name} {contract.version} is {now}{until}", line)
    elif now != was:
        yield Happening("published", f"{port.name} {contract.version} is {now}, and was {was}", line)
    changes = contract_changes(before[1], contract) if known is None else known
    told = [change for change in changes if _is_told(change)]
    if told:
        versions = " to ".join(dict.fromkeys((before[1].version, contract.version)))
        yield Happening("published", f"{port.name} {versions}: {_several([_words(c) for c in told])}", line)


def _is_told(change: Change) -> bool:
    return change.impact != "patch" and change.kind != "line ending"


def _words(change: Change) -> str:
    return f"{change.kind}: {change.reason}"


def _line(product: Product, contract: Contract) -> str:
    """Of a port of several tables, the first stands for all."""
    return product.line(contract.tables[0].name, contract.line) if contract.tables else ""


def _joined(found: Sequence[Happening]) -> Iterator[Happening]:
    """A run tells of each kind once for a line."""
    messages: dict[tuple[str, str], list[str]] = {}
    for one in found:
        messages.setdefault((one.kind, one.line), []).append(one.message)
    for (kind, line), told in messages.items():
        yield Happening(kind, "; ".join(told), line)


def _several(said: Iterable[str]) -> str:
    told = tuple(said)
    more = f"; and {len(told) - MOST_CHANGES} more" if len(told) > MOST_CHANGES else ""
    return "; ".join(told[:MOST_CHANGES]) + more
