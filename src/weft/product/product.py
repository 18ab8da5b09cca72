"""What a domain owns (ODPS): a data product with its ports, transforms and contracts, as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from weft.errors import Place
from weft.names import DomainName, LineName, ProductName, TableName, domain_of, leaf_of, line_name, table_name
from weft.product.contract import Channel, Contract, Scalar, Table, Team
from weft.product.core_data import CoreData
from weft.product.preview import Invitation
from weft.versions import Version


@dataclass(frozen=True, slots=True)
class InputPort:
    """`version` is what the manifest asks for (`1.0.0` is any 1.x from there on). Several `contract_ids` where the consumer adds its own."""

    name: str
    contract_id: str
    version: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class OutputPort:
    """Bound to the contract of the product with this id and version. Two lines of a port are two of these."""

    name: str
    version: str
    contract_id: str
    description: str = ""
    type: str = ""
    deprecated: bool = False
    tags: tuple[str, ...] = ()
    place: Place = field(default=Place(""), compare=False)

    @property
    def line(self) -> str:
        return Version.parse(self.version).line


Language = Literal["sql", "python", "core"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was learnt of a transform's text, kept with its digest so that an unchanged file is not read again.

    `names` are what it reads, as written (`departures`, `plane.planes`); `meaning` is a digest in which comments and
    layout do not count; `as_of` says that it asks for the run's time (`now()`, `current_date`).
    """

    names: tuple[str, ...]
    meaning: str
    as_of: bool = False


@dataclass(frozen=True, slots=True)
class Transform:
    """What makes one table: a file of its own, or `core.yaml`, which makes several.

    `line` is empty for the highest stable line, else what the file name says after '@'. The `text` of core data is the SQL that
    reads what it reads and returns what it returns; it is bound and followed, and never run.
    """

    table: str
    language: Language
    file: str
    """Relative to the mesh's root."""
    text: str
    line: str = ""
    reading: Reading = field(default=Reading((), ""))

    @property
    def key(self) -> str:
        """What it makes, as its product's SQL calls it: `departures`, `departures@1`."""
        return f"{self.table}@{self.line}" if self.line else self.table


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """`build.yaml`. `refresh_seconds` rebuilds what asks for the time; `materialization` is by table."""

    schedule: str = ""
    refresh_seconds: float = 0.0
    memory: str = ""
    timeout_seconds: float = 0.0
    materialization: dict[str, dict[str, list[str]] | str] = field(default_factory=dict)
    previews: tuple[Invitation, ...] = ()
    """Who may read which preview; one that nobody is invited to is read by its own domain alone."""


@dataclass(frozen=True)
class Product:
    """One folder. `digest` covers every file in it and what it takes from its domain; equal digests are equal products."""

    name: ProductName
    id: str
    folder: str
    """Relative to the mesh's root."""
    digest: str
    contracts: tuple[Contract, ...]
    input_ports: tuple[InputPort, ...] = ()
    output_ports: tuple[OutputPort, ...] = ()
    transforms: tuple[Transform, ...] = ()
    test_files: tuple[str, ...] = ()
    """Relative to the mesh's root."""
    title: str = ""
    version: str = ""
    status: str = "draft"
    type: str = ""
    purpose: str = ""
    usage: str = ""
    limitations: str = ""
    tags: tuple[str, ...] = ()
    team: Team = field(default_factory=Team)
    support: tuple[Channel, ...] = ()
    build: BuildSettings = field(default_factory=BuildSettings)
    modules: str = ""
    """Digest of the product's own Python modules beside its transforms, and of its lock file; empty without Python."""
    core: CoreData | None = None
    """What `core.yaml` declares; its tables are among the transforms."""
    custom: dict[str, Scalar | list[Scalar]] = field(default_factory=dict)
    place: Place = field(default=Place(""), compare=False)

    @property
    def domain(self) -> DomainName:
        return domain_of(self.name)

    @property
    def leaf(self) -> str:
        return leaf_of(self.name)

    def contract(self, contract_id: str, version: str) -> Contract | None:
        """The product's own document of that id and version."""
        return next((c for c in self.contracts if c.id == contract_id and c.version == version), None)

    def promise(self, port: OutputPort) -> Contract | None:
        return self.contract(port.contract_id, port.version)

    def source(self, port: InputPort) -> Contract | None:
        """The product's own document that says where this input's data is, outside the mesh; the newest that fits."""
        fitting = [c for c in self.contracts if c.id == port.contract_id and c.is_source and fits(c, port.version)]
        return max(fitting, key=lambda contract: contract.semantic_version, default=None)

    @cached_property
    def promises(self) -> tuple[tuple[OutputPort, Contract, Table], ...]:
        """Every table promised, one entry for each line that promises it, in the order of ports; what is retired is promised no more."""
        found = ((port, self.promise(port)) for port in self.output_ports)
        kept = ((port, contract) for port, contract in found if contract and not contract.is_retired)
        return tuple((port, contract, table) for port, contract in kept for table in contract.tables)

    @cached_property
    def ports_by_line(self) -> dict[LineName, tuple[OutputPort, Contract]]:
        """Which port promises a line, and by which contract."""
        found = [(self.line(table.name, contract.line), (port, contract)) for port, contract, table in self.promises]
        return dict(reversed(found))

    def table(self, name: str) -> TableName:
        return table_name(self.name, name)

    def line(self, table: str, label: str) -> LineName:
        return line_name(self.table(table), label)

    def invitation(self, line: LineName) -> Invitation | None:
        """Who is invited to read a preview of this product; None where nobody is."""
        ports = (
            (port, contract) for port, contract, table in self.promises if self.line(table.name, contract.line) == line
        )
        port, contract = next(ports, (None, None))
        if port is None or contract is None:
            return None
        said = (port.name, contract.version)
        return next((one for one in self.build.previews if (one.port, one.version) == said), None)

    def newest_line(self, table: str) -> str:
        """The label of the highest stable line that promises the table, else of the newest preview, else ''."""
        versions = [Version.parse(port.version) for port, _, promised in self.promises if promised.name == table]
        stable = [version for version in versions if not version.is_preview]
        chosen = max(stable or versions, default=None)
        return chosen.line if chosen else ""

    def transform_of(self, table: str, label: str) -> Transform | None:
        """What makes a table of a line: its own file, else, for the highest stable line, the file without one."""
        made = {t.line: t for t in self.transforms if t.table == table}
        return made.get(label) or (made.get("") if label == self.newest_line(table) else None)

    @cached_property
    def lines_made(self) -> dict[str, LineName]:
        """What a transform makes of what is promised (`departures`, `departures@1`), to the line that it stands for."""
        found: dict[str, LineName] = {}
        for _, contract, table in self.promises:
            if transform := self.transform_of(table.name, contract.line):
                found[transform.key] = self.line(table.name, contract.line)
        return found

    def meant_by(self, name: str, line: LineName) -> str:
        """What the contract of a line says of a table, as the product's SQL calls it: the table of that line, where it has one."""
        keys = {made: key for key, made in self.lines_made.items()}
        return keys.get(self.line(name, line.partition("@")[2]), name)

    @property
    def steps(self) -> tuple[Transform, ...]:
        """Transforms of names that no contract promises: internal, never published."""
        promised = {table.name for _, _, table in self.promises}
        return tuple(transform for transform in self.transforms if transform.table not in promised)


def fits(contract: Contract, wanted: str) -> bool:
    """Whether a contract answers an input port that asks for this version ('' asks for any)."""
    return not wanted or contract.semantic_version.satisfies(Version.parse(wanted))
