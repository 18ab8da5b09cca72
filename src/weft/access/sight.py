"""What somebody sees of a line: whether they may read it, by which agreements, and what of it is masked or left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from weft.access.decision import Decision
from weft.access.masks import Mask, RowFilter
from weft.access.permissions import allowed
from weft.access.reader import Reader
from weft.access.reading import is_of_domain, may_read
from weft.names import LineName, domain_of, is_preview, label_of
from weft.product.mesh import Mesh

if TYPE_CHECKING:
    from weft.product.agreement import Agreement


@dataclass(frozen=True)
class Known:
    """What a decision rests on: the mesh as applied (the producer, and a product that asks), agreements, and the day in UTC."""

    mesh: Mesh
    today: date
    agreements: tuple[Agreement, ...] = ()
    """Of whoever asks, in whatever state."""
    products_need_agreements: bool = False
    """Whether a declared input port is not enough for a product of another domain."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`masks` are by column. `agreements` are the ids of those that it is read by, `purposes` what they are for."""

    decision: Decision
    masks: Mapping[str, Mask] = field(default_factory=dict)
    row_filters: tuple[RowFilter, ...] = ()
    agreements: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return self.decision.is_allowed


FULL = Sight(Decision(True, "it is asked for by the owner of the workspace"))
"""Of the workspace's owner, from whom nothing is kept."""


def sight(reader: Reader, line: LineName, known: Known) -> Sight:
    """Of a line that the mesh promises, as it is published in `prod`."""
    if reader.is_owner:
        return FULL
    # A token that is not made for data opens none, whoever it is of and by whichever way it is read.
    asks = allowed(reader, "query")
    if not asks.is_allowed:
        return Sight(asks)
    if is_of_domain(reader, line, known.mesh):
        return Sight(Decision(True, f"{reader.name} belongs to {domain_of(line)}"))
    if is_preview(line):
        return Sight(may_read(reader, line, known.mesh, known.today))
    if _declares(reader, line, known):
        return Sight(Decision(True, f"{reader.name} has it as an input port"))
    return _by_agreement(reader, line, known)


def sights(reader: Reader, lines: Iterable[LineName], known: Known) -> dict[LineName, Sight]:
    """Of many lines: a person and a service are told the same of all tables of a port's line, which is decided once."""
    from weft.access.agreements import port_of

    told: dict[tuple[str, str, str], Sight] = {}
    found: dict[LineName, Sight] = {}
    for line in lines:
        promise = None if reader.product or is_preview(line) else port_of(line, known.mesh)
        if promise is None:
            found[line] = sight(reader, line, known)
            continue
        key = (promise[0].name, promise[1].name, label_of(line))
        if key not in told:
            told[key] = sight(reader, line, known)
        found[line] = told[key]
    return found


def _by_agreement(reader: Reader, line: LineName, known: Known) -> Sight:
    # Imported here: the owner of a workspace asks every day, and nobody asks for an agreement then.
    from weft.access.agreements import covering, in_force, port_of
    from weft.access.asking import how_to_ask

    about = tuple(covering(reader, line, known.agreements, known.mesh))
    if found := in_force(about, known.today):
        ids = tuple(one.id for one in found)
        purposes = tuple(dict.fromkeys(one.purpose for one in found))
        return Sight(Decision(True, f"agreement {ids[0]} is in force"), agreements=ids, purposes=purposes)
    last = max(about, key=lambda one: (one.is_open, one.requested_at), default=None)
    return Sight(how_to_ask(reader, line, (port_of(line, known.mesh), last), known.mesh, known.today))


def _declares(reader: Reader, line: LineName, known: Known) -> bool:
    """Whether it is a product that reads the line by an input port, and needs no more than that."""
    product = known.mesh.products.get(reader.product) if reader.product else None
    if product is None or known.products_need_agreements:
        return False
    return any(read.line == line for read in known.mesh.reads(product).values())
