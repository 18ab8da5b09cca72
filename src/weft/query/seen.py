"""What whoever asks may see of what is published: the one place where questions meet the access decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.access import Decision, may_read, may_read_unpublished
from weft.errors import Refused
from weft.names import PROD, LineName, is_preview, product_of
from weft.product.mesh import Mesh

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.query.library import Library

TELLING = ("checks", "check_history", "steps")
"""Relations of the domain `mesh` that may repeat what is in a table: values measured, and messages of what failed."""


def refuse_unseen(library: Library, lines: Iterable[LineName]) -> None:
    """Raises: Refused, with whom to ask, for the first line whose rows are not for whoever asks."""
    for decision in withheld(library, lines).values():
        raise Refused(decision.reason, mend=decision.mend)


def withheld(library: Library, lines: Iterable[LineName]) -> dict[LineName, Decision]:
    """The lines that whoever asks may know of, and whose rows they may not see, each with why."""
    asked = () if library.reader.is_owner else tuple(lines)
    previews, own = [line for line in asked if is_preview(line)], _unpublished(library, asked)
    if not previews and not own:
        return {}
    products = library.registry.products({product_of(line) for line in (*previews, *own)}, library.environment)
    domains = {domain.name: domain for domain in library.registry.domains(library.environment)}
    mesh, today = Mesh("", domains, products), datetime.now(UTC).date()
    decided = {line: may_read(library.reader, line, mesh, today) for line in previews}
    unpublished = {line: may_read_unpublished(library.reader, line, mesh) for line in own}
    return {line: said for line, said in (*decided.items(), *unpublished.items()) if not said.is_allowed}


def _unpublished(library: Library, lines: Iterable[LineName]) -> list[LineName]:
    """The lines that stand otherwise here than in `prod`."""
    if library.environment == PROD:
        return []
    here, prod = library.registry.recorded(library.environment).pointers, library.registry.recorded(PROD).pointers
    return [line for line in lines if line in here and (line not in prod or prod[line].snapshot != here[line].snapshot)]


def relation(library: Library, name: str) -> pa.Table:
    """One relation of the domain `mesh`, without the rows that may tell what is in a table that is not for whoever asks."""
    found = library.registry.journal.facts(name, library.environment)
    if library.reader.is_owner or name not in TELLING:
        return found
    import pyarrow as pa
    import pyarrow.compute as pc

    hidden = withheld(library, map(LineName, pc.unique(found.column("line_name")).to_pylist()))
    return found.filter(pc.invert(pc.is_in(found.column("line_name"), pa.array(sorted(hidden), pa.string()))))
