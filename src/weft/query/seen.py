"""What whoever asks may see of what is published: the one place where questions meet the access decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.access import Decision, may_read_unpublished
from weft.access.sight import FULL, Known, Sight, sight
from weft.access.sight import sights as sights_of
from weft.errors import Refused
from weft.names import PROD, LineName, is_preview, product_of
from weft.product.snapshot import Pointer
from weft.query.private import audit_table, seen_rows, sees_all

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.access.classifications import Viewer
    from weft.query.hiding import Hidden
    from weft.query.library import Library

TELLING = ("checks", "check_history", "steps", "profiles")
"""Relations of the domain `mesh` that may repeat what is in a table: values measured, and messages of what failed."""
PROMISES = ("checks", "check_history")
"""Of these, what is promised of a published line and whether it holds is told to all who may know of it."""


OF_CONSUMERS = ("agreements", "proposals", "consumers", "events")
"""Relations that tell who reads what: the business of those who do, and of the domain whose it is."""


Narrow = Callable[["pa.Table"], "pa.Table"]
"""Gives some of a relation's rows."""


def sights(library: Library, lines: Iterable[LineName]) -> dict[LineName, Sight]:
    """What whoever asks sees of each line. Of the workspace's owner nothing is looked up."""
    if library.reader.is_owner:
        return dict.fromkeys(lines, FULL)
    asked = tuple(dict.fromkeys(lines))
    known, own = _known(library, asked), frozenset(_unpublished(library, asked))
    found = sights_of(library.reader, asked, known)
    found |= {line: _unpublished_sight(library, line, known) for line in own}
    return _obscured(library, found, known)


def _obscured(library: Library, found: dict[LineName, Sight], known: Known) -> dict[LineName, Sight]:
    """With what is masked and left out of each."""
    from weft.access.obscuring import obscured
    from weft.query.classified import classified

    classes = classified(library)
    return {line: obscured(one, library.reader, line, known, classes) for line, one in found.items()}


def published(library: Library, lines: Iterable[LineName]) -> list[LineName]:
    """Those that everybody can ask for: no previews, and in `prod` as they stand here. Their size, age and promises are no secret."""
    asked = [line for line in lines if not is_preview(line)]
    own = set(_unpublished(library, asked))
    return [line for line in asked if line not in own]


def refuse_unseen(library: Library, lines: Iterable[LineName]) -> dict[LineName, Sight]:
    """What of each line is seen. Raises: Refused, with whom to ask, for the first line whose rows are not for whoever asks."""
    found = sights(library, lines)
    for one in found.values():
        if not one.is_allowed:
            raise Refused(one.decision.reason, mend=one.decision.mend)
    return found


def viewer(library: Library, line: LineName, sight: Sight) -> Viewer:
    """What whoever asks is towards a line: what classifications and row filters ask of them."""
    from weft.access.obscuring import viewer_of

    return viewer_of(sight, library.reader, line, _known(library, [line]))


def withheld(library: Library, lines: Iterable[LineName]) -> dict[LineName, Decision]:
    """The lines that whoever asks may know of, and whose rows they may not see, each with why."""
    if library.reader.is_owner:
        return {}
    return {line: one.decision for line, one in sights(library, lines).items() if not one.is_allowed}


def known_pointers(library: Library, pointers: Mapping[LineName, Pointer]) -> Mapping[LineName, Pointer]:
    """The lines that whoever asks may know of: the others are not there for them."""
    if library.reader.is_owner or (what := _hidden(library)) is None:
        return pointers
    return {line: pointer for line, pointer in pointers.items() if line not in what.lines}


def _hidden(library: Library) -> Hidden | None:
    from weft.query.hiding import hidden

    return hidden(library)


def _known(library: Library, lines: Iterable[LineName]) -> Known:
    """What decides on these lines: their products, the product that asks, and what whoever asks agreed on."""
    reader = library.reader
    names = {product_of(line) for line in lines} | ({reader.product} if reader.product else set())
    footing = library.registry.agreements.footing(reader.name, names, library.environment)
    needed = reader.product is not None and _products_need_agreements(footing.rule, library)
    mesh = footing.mesh()
    if reader.product:
        mesh = replace(mesh, products=mesh.products | library.registry.products([reader.product], library.environment))
    return Known(mesh, datetime.now(UTC).date(), footing.agreements, needed)


def _products_need_agreements(rule: str, library: Library) -> bool:
    from weft.registry.access_rules import effective

    return effective(rule, library.settings).products == "required"


def _unpublished_sight(library: Library, line: LineName, known: Known) -> Sight:
    decision = may_read_unpublished(library.reader, line, known.mesh)
    return replace(sight(library.reader, line, known), decision=decision)


def _unpublished(library: Library, lines: Iterable[LineName]) -> list[LineName]:
    """The lines that stand otherwise here than in `prod`."""
    if library.environment == PROD:
        return []
    here, prod = library.registry.recorded(library.environment).pointers, library.registry.recorded(PROD).pointers
    return [line for line in lines if line in here and (line not in prod or prod[line].snapshot != here[line].snapshot)]


def relation(library: Library, name: str, narrow: Narrow | None = None) -> pa.Table:
    """One relation of the domain `mesh`, with what of it may be told to whoever asks of tables that are not, or not all, theirs.

    `narrow` leaves some of its rows, which alone are then looked at: what may be seen of a few rows is quickly decided.
    """
    from weft.query.telling import told_in_part

    whole = _found(library, name)
    found = seen_rows(name, narrow(whole) if narrow else whole, library.reader)
    if sees_all(name, library.reader):
        return found
    if (what := _hidden(library)) is not None:
        from weft.query.hiding import counted
        from weft.query.hiding import told as told_of_hidden

        found = counted(told_of_hidden(found, what), name, what)
    if name in OF_CONSUMERS:
        from weft.query.consumers import told_of

        found = told_of(found, library, name)
    found = told_in_part(name, found, library, lambda lines: sights(library, lines))
    return _told(found, library, name) if name in TELLING else found


def _told(found: pa.Table, library: Library, name: str) -> pa.Table:
    """Whether what is published keeps its promises is told to whoever may ask for it; what consumers expect of it is not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lines = found.column("line_name")
    named = list(map(LineName, pc.unique(lines).to_pylist()))
    hidden = set(withheld(library, named))
    if name == "profiles":
        # What is counted of all rows is not for whoever sees some of them.
        hidden |= {line for line, one in sights(library, named).items() if one.row_filters}
    is_told = pc.invert(pc.is_in(lines, pa.array(sorted(hidden), pa.string())))
    if name in PROMISES and hidden:
        is_open = pc.is_in(lines, pa.array(published(library, hidden), pa.string()))
        is_told = pc.or_(is_told, pc.and_(is_open, pc.is_null(found.column("consumer"))))
    return found.filter(is_told)


def _found(library: Library, name: str) -> pa.Table:
    """What no registry knows alone is computed: policies may lie in the mesh's folder, and what they find changes with the day."""
    if name == "audit" and not sees_all(name, library.reader):
        return audit_table(library)
    if name == "policies":
        from weft.query.policies.listed import policies_table

        return policies_table(library)
    if name == "classifications":
        from weft.query.classes import classifications_table

        return classifications_table(library)
    if name == "violations":
        from weft.query.policies.violated import violations_table

        return violations_table(library)
    if name == "classification_rules":
        from weft.query.classifying import classification_rules_table

        return classification_rules_table(library)
    found = library.registry.journal.facts(name, library.environment)
    if name == "columns":
        from weft.query.classifying import columns_classified

        return columns_classified(found, library)
    return found
