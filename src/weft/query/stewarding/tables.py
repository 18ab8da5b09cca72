"""The published tables of a product of core data, as whoever asks sees them, offered to questions of our own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from weft.errors import Misuse, NotKept, Refused, RegistryFault, Unknown
from weft.names import LineName, ProductName, identifier
from weft.product.core_data import CoreData, Role, columns_of
from weft.product.snapshot import Snapshot
from weft.query.facts import Facts
from weft.query.library import Library
from weft.query.seen import sights

if TYPE_CHECKING:
    from weft.access.sight import Sight
    from weft.engine.reading import Reading
    from weft.product.mesh import Mesh
    from weft.product.product import Product

LEASE_SECONDS = 60.0
ATTEMPTS = 3
EVIDENCE = "evidence"


@dataclass(frozen=True)
class Entity:
    """One product of core data as it is published: the line of each role, and what whoever asks sees of it."""

    product: ProductName
    core: CoreData
    lines: Mapping[Role, LineName]
    sights: Mapping[LineName, Sight]

    def masked(self, role: Role) -> tuple[str, ...]:
        """The columns of a role's table that are masked, in lower case: a contract may write them as it likes."""
        return tuple(name.lower() for name in self.sights[self.lines[role]].masks) if role in self.lines else ()

    @property
    def withholds_values(self) -> bool:
        """Whether whoever asks is not shown the values that decide on a pair."""
        return EVIDENCE in self.masked("review")


def entity(library: Library, name: str, written: Mesh | None = None) -> Entity:
    """Of `domain.product`; '' is the only one that there is. `written` are products of the folder, to say of one that it was not published.

    Raises: Unknown, Misuse (it makes no core data, or was not published)."""
    facts = Facts(library, written)
    found = _product(facts, name)
    assert found.core is not None
    pointers = facts.recorded.pointers
    newest = {role: found.line(table, found.newest_line(table)) for role, table in found.core.tables.items()}
    lines = {role: line for role, line in newest.items() if line in pointers}
    if not lines:
        raise Misuse(f"{found.name} was not published yet", mend=f"Publish it: weft apply -s {found.name}")
    return Entity(found.name, found.core, lines, sights(library, lines.values()))


def _product(facts: Facts, name: str) -> Product:
    known = {one.name: one for one in facts.mesh.products.values() if one.core is not None}
    if not name and len(known) == 1:
        return next(iter(known.values()))
    if not name:
        said = f"Name one of {', '.join(known)}." if known else "A product makes it with a core.yaml."
        raise Misuse("which product of core data is meant?" if known else "no product makes core data", mend=said)
    if (found := known.get(ProductName(name))) is not None:
        return found
    if name in facts.mesh.products:
        raise Misuse(
            f"{name} makes no core data: it has no core.yaml", mend=f"Those that do: {', '.join(known) or 'none'}."
        )
    raise Unknown("product of core data", name, known)


@dataclass(frozen=True)
class Looking:
    """Questions over the tables, each under the name of its role."""

    entity: Entity
    columns: Mapping[Role, frozenset[str]]
    """In lower case."""
    is_owner: bool
    """Whether the workspace's owner looks, from whom nothing is kept."""
    _reading: Reading

    def has(self, role: Role) -> bool:
        return role in self.columns

    def table(self, role: Role) -> str:
        """What a question reads: every column that such a table may have; what the contract does not promise is NULL."""
        promised = self.columns[role]
        known = columns_of(self.entity.core)[role]
        chosen = ", ".join(
            f"{identifier(name) if name in promised else f'CAST(NULL AS {type_})'} AS {identifier(name)}"
            for name, type_ in known
        )
        return f"(SELECT {chosen} FROM {role}) AS {role}"

    def rows(self, sql: str, given: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """`given` are the values of the question's parameters, in their order; moments are in UTC."""
        from weft.query.forms import objects

        return list(objects(self._reading.asked(sql, given), self._reading.interrupt))


@contextmanager
def looking(library: Library, found: Entity, roles: Sequence[Role]) -> Iterator[Looking]:
    """Over those of the roles that are published, leased for as long. Values of the evidence are not masked here: `Entity.withholds_values`
    says whether they may be shown.

    Raises: Refused, with whom to ask, where a table is not for whoever asks.
    """
    from weft.engine.reading import Reading
    from weft.query.masking import files_seen

    lines = {role: found.lines[role] for role in roles if role in found.lines}
    _refuse(found, lines.values())
    with ExitStack() as held:
        standing = _leased(library, lines, held)
        files = {role: files_seen(library, standing[role], _bare(found.sights[line])) for role, line in lines.items()}
        reading = held.enter_context(Reading(dict(files.items()), library.settings.engine))
        columns = {role: frozenset(name.lower() for name, _ in standing[role].columns) for role in lines}
        yield Looking(found, columns, library.reader.is_owner, reading)


def _refuse(found: Entity, lines: Iterable[LineName]) -> None:
    for line in lines:
        if not (one := found.sights[line]).is_allowed:
            raise Refused(one.decision.reason, mend=one.decision.mend)


def _bare(sight: Sight) -> Sight:
    """Without the mask of the evidence, which would hide its levels and weights too."""
    return replace(sight, masks={name: mask for name, mask in sight.masks.items() if name.lower() != EVIDENCE})


def _leased(library: Library, lines: Mapping[Role, LineName], held: ExitStack) -> dict[Role, Snapshot]:
    for _ in range(ATTEMPTS - 1):
        with suppress(NotKept):
            return _standing(library, lines, held)
    return _standing(library, lines, held)


def _standing(library: Library, lines: Mapping[Role, LineName], held: ExitStack) -> dict[Role, Snapshot]:
    """Raises: NotKept, where a publish and a sweep came between looking and leasing."""
    pointers = library.registry.recorded(library.environment).pointers
    wanted = {role: pointers[line].snapshot for role, line in lines.items() if line in pointers}
    found = library.registry.snapshots(wanted.values())
    if len(wanted) < len(lines) or set(wanted.values()) - set(found):
        raise NotKept("what was looked at is no longer kept", mend="Ask again.")
    try:
        lease = library.registry.journal.lease(wanted.values(), f"review {os.getpid()}", LEASE_SECONDS)
        held.enter_context(lease)
    except NotKept:
        raise
    except RegistryFault:
        # Files never change: what a sweep took meanwhile would be missed when it is read, and never read wrongly.
        pass
    return {role: found[snapshot] for role, snapshot in wanted.items()}
