"""The classifications of a mesh as they are in force, and what they come to column by column, along the recorded lineage.

Computed once for each state of the registry: of a mesh that classifies nothing, nothing is computed at all.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from threading import Lock

from weft.access.classifications import Classifications
from weft.access.inheriting import Cell, Said, Web, inherited
from weft.access.obscuring import Classified
from weft.errors import Faults, RegistryFault
from weft.names import PROD, ProductName
from weft.product.candidate import NOTHING, Candidate
from weft.product.contract import Contract, Table
from weft.product.declassification import Declassification
from weft.product.mesh import Mesh
from weft.product.snapshot import ColumnEdge
from weft.query.library import Ground
from weft.query.origins import OUTSIDE, reads_of, source_id
from weft.registry.seam import Registry

NAME = "classifications"
FILE = f"policies/{NAME}.yaml"
MOST_KEPT = 4
_kept: OrderedDict[tuple[str, str, str, date, Classifications], Classified] = OrderedDict()
_lock = Lock()


def classified(library: Ground) -> Classified:
    """Raises: Faults, where what is written cannot be read; RegistryFault, where what is published cannot."""
    rules = rules_in_force(library)
    if rules.is_empty:
        return Classified()
    today = datetime.now(UTC).date()
    state = library.registry.declassifications.state()
    key = (library.settings.registry, state, library.environment, today, rules)
    with _lock:
        found = _kept.get(key)
    return found or _keep(key, Classified(rules, inherited(web(library, today), rules)))


def _keep(key: tuple[str, str, str, date, Classifications], made: Classified) -> Classified:
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def rules_in_force(library: Ground) -> Classifications:
    """As governance published them; where it never did, as they lie in the workspace.

    Raises: Faults, where what lies there cannot be read; RegistryFault, where what is published cannot: nothing is shown unmasked.
    """
    published = [rule for rule in library.registry.rules.published("classifications") if rule.name == NAME]
    if not published:
        return written(library)
    rule = published[0]
    if rule.is_retired:
        return Classifications()
    try:
        return _read(rule.text, f"{NAME} (version {rule.version}, as published)")
    except Faults as error:
        raise RegistryFault(
            f"the published classifications cannot be read: {error}", mend="Publish them again."
        ) from error


def written(library: Ground) -> Classifications:
    """What lies in the workspace. Raises: Faults."""
    try:
        text = (library.settings.root / FILE).read_text("utf-8-sig")
    except FileNotFoundError:
        return Classifications()
    return _read(text, FILE)


@lru_cache(maxsize=4)
def _read(text: str, file: str) -> Classifications:
    from weft.access.from_classifications import classifications_from

    found, faults = classifications_from(text, file)
    if faults:
        raise Faults(faults)
    return found


def web(library: Ground, today: date, candidate: Candidate = NOTHING) -> Web:
    """All that is said and all that is computed from another, in one environment; a candidate stands for what is recorded of it.

    What was classified in `prod` since an environment was made is classified there too: the data that it was made of is the same.
    """
    registry, environment = library.registry, library.environment
    products = registry.products(environment=environment) | {product.name: product for product in candidate.products}
    products = {name: product for name, product in products.items() if name not in candidate.gone}
    mesh = Mesh("", {}, products, recorded_lines=registry.recorded(environment).input_lines)
    reads = {str(line): origins for product in products.values() for line, origins in reads_of(product, mesh).items()}
    lifted = _lifted(one for one in registry.declassifications.all() if one.is_in_force(today))
    edges = registry.lineage(products, environment) | candidate.edges
    said = dict(said_of(mesh))
    return Web(said if environment == PROD else _stricter(said, registry), values_of(edges), reads, lifted)


def _stricter(said: dict[str, Said], registry: Registry) -> dict[str, Said]:
    mesh = Mesh("", {}, registry.products(), recorded_lines=registry.recorded(PROD).input_lines)
    now = dict(said_of(mesh))
    return {
        table: Said((*here.columns, *now[table].columns), (*here.tags, *now[table].tags)) if table in now else here
        for table, here in said.items()
    }


def said_of(mesh: Mesh) -> Iterator[tuple[str, Said]]:
    """What contracts say, of promised tables and of sources."""
    for product in mesh.products.values():
        for _, contract, table in product.promises:
            yield product.line(table.name, contract.line), _of(contract, table)
        for read in mesh.reads(product).values():
            if read.is_source:
                yield source_id(product.name, read.name), _of(read.contract, read.table)


def _of(contract: Contract, table: Table) -> Said:
    return Said(table.columns, (*table.tags, *contract.tags))


def values_of(lineage: Mapping[ProductName, Iterable[ColumnEdge]]) -> dict[Cell, tuple[Cell, ...]]:
    """From each column to those whose values flow into it."""
    found: dict[Cell, list[Cell]] = {}
    for product, edges in lineage.items():
        for edge in edges:
            if edge.kind == "value":
                source = edge.source
                if source.startswith(OUTSIDE):
                    source = source_id(product, source.removeprefix(OUTSIDE))
                found.setdefault((edge.line, edge.column), []).append((source, edge.source_column))
    return {cell: tuple(sources) for cell, sources in found.items()}


def _lifted(of: Iterator[Declassification]) -> dict[Cell, frozenset[str]]:
    found: dict[Cell, frozenset[str]] = {}
    for one in of:
        cell = (str(one.line), one.column)
        found[cell] = found.get(cell, frozenset()) | frozenset(one.names)
    return found
