"""The set of classifications as governance publishes it: from then on it binds over whatever any folder says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.access.classifications import said_of
from weft.access.from_classifications import classifications_from
from weft.access.permissions import allowed
from weft.access.reader import Reader
from weft.errors import Fault, Faults, Place, Refused
from weft.identity.caller import caller
from weft.names import PROD
from weft.product.audit import Decided
from weft.product.rule import PublishedRule

if TYPE_CHECKING:
    from weft.registry.seam import Registry

NAME = "classifications"


def publish(registry: Registry, reader: Reader, written: tuple[str, str], because: str = "") -> PublishedRule:
    """`written` is the text and the file that it comes from. The same text is not published again.

    Raises: Refused; Faults, where it cannot be read, or a published column has a classification that it does not know.
    """
    decision = allowed(reader, "publish rules")
    if not decision.is_allowed:
        raise Refused(decision.reason, mend=decision.mend)
    text, file = written
    rules, faults = classifications_from(text, file)
    if faults := (*faults, *(() if faults else unknown(registry, rules.knows, file))):
        raise Faults(faults)
    at, who = datetime.now(UTC), reader.name or caller()
    rule = registry.rules.publish(PublishedRule("classifications", NAME, 0, text, who, at, because=because))
    if rule.at == at:
        registry.audit.decided(Decided(who, "rule", "published", NAME, f"version {rule.version}"))
    return rule


def unknown(registry: Registry, knows: Callable[[str], bool], file: str) -> tuple[Fault, ...]:
    """What published contracts classify and the set does not know: nobody would see it."""
    found: dict[str, list[str]] = {}
    for said, column in _said_in(registry):
        if not knows(said):
            found.setdefault(said, []).append(column)
    return tuple(Fault(Place(file), *_said(name, columns)) for name, columns in sorted(found.items()))


def _said_in(registry: Registry) -> Iterator[tuple[str, str]]:
    """Each classification that a published contract says, and of which column."""
    promises = ((p, *promise) for p in registry.products(environment=PROD).values() for promise in p.promises)
    for product, _, contract, table in promises:
        line = product.line(table.name, contract.line)
        yield from ((said, f"{line}.{column.name}") for column in table.columns for said in said_of(column))


def _said(name: str, columns: list[str]) -> tuple[str, str]:
    more = f" and {len(columns) - 1} more" if len(columns) > 1 else ""
    mend = (
        f"Add '{name}' to the `classification` of one, or have the contract changed: until then nobody sees the column."
    )
    return f"{columns[0]}{more}: no classification is of '{name}'", mend
