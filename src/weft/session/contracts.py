"""`weft diff --contract`: two contracts, each a file, a port as written in the folders, or a port as published in an environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from weft.errors import Faults, Misuse, Unknown
from weft.names import PROD, ProductName
from weft.plan.changes import Change, contract_changes, least_version, too_small
from weft.product.contract import Contract
from weft.product.product import Product
from weft.session.session import Session, open_session
from weft.session.using import unknown
from weft.versions import Version

SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: a file or a port by name. `environment` is where it is published; '' is as written in the folders."""

    said: str
    environment: str = ""

    @property
    def is_file(self) -> bool:
        return self.said.endswith(SUFFIXES) or "/" in self.said

    @property
    def told(self) -> str:
        if self.is_file:
            return self.said
        return f"{self.said} in {self.environment}" if self.environment else f"{self.said} as written"


def asked_of(before: tuple[str, str], after: tuple[str, str]) -> tuple[Asked, Asked | None]:
    """Of two names with their environments, each of which may be empty: an environment alone is another side of the same port."""
    name, environment = after
    return Asked(*before), Asked(name or before[0], environment) if name or environment else None


@dataclass(frozen=True, slots=True)
class ContractSide:
    """One of the two contracts, and where it was found, in words."""

    where: str
    contract: Contract


@dataclass(frozen=True)
class ContractDifference:
    """Every change from one contract to the other, judged for whoever reads the first."""

    before: ContractSide
    after: ContractSide
    changes: tuple[Change, ...]

    @cached_property
    def least(self) -> Version:
        return least_version(self.before.contract.semantic_version, self.changes)

    @property
    def breaks(self) -> bool:
        """Whether somebody's query may fail; where that depends on who reads it and is not settled, too."""
        return any(change.breaks for change in self.changes)

    @property
    def claims_too_little(self) -> bool:
        sides = self.after.contract.semantic_version, self.before.contract.semantic_version
        return too_small(*sides, self.changes)


def compare_contracts(folder: Path | None, before: Asked, after: Asked | None = None) -> ContractDifference:
    """Without `after`, a port as it is published is compared with what is written of it now.

    Files need no mesh. Raises: Misuse, Unknown, Faults.
    """
    if before.is_file and after is None:
        raise Misuse("there is one contract only", mend=f"Name the other one too: weft diff {before.said} B --contract")
    if before.is_file and after is not None and after.is_file:
        return _compared(_of_file(before), _of_file(after))
    with open_session(folder) as session:
        if after is not None:
            return _compared(_side(session, before), _side(session, after))
        written = _side(session, Asked(before.said))
        return _compared(_published(session, Asked(before.said, before.environment or PROD), written.contract), written)


def _compared(before: ContractSide, after: ContractSide) -> ContractDifference:
    return ContractDifference(before, after, contract_changes(before.contract, after.contract))


def _of_file(asked: Asked) -> ContractSide:
    from weft.workspace.contract_file import read_contract

    return ContractSide(asked.said, read_contract(Path(asked.said)))


def _side(session: Session, asked: Asked) -> ContractSide:
    if asked.is_file:
        return _of_file(asked)
    product, port, label = _parts(asked.said)
    lines = _lines(session, asked, product, port)
    if label and label not in lines:
        raise Unknown(_what("line", asked), f"{product}.{port}@{label}", [f"{product}.{port}@{line}" for line in lines])
    return ContractSide(asked.told, lines[label or _newest(lines)])


def _published(session: Session, asked: Asked, written: Contract) -> ContractSide:
    """The line that was written anew; of a line that is not published yet, the newest stable one."""
    product, port, _ = _parts(asked.said)
    lines = _lines(session, asked, product, port)
    contract = lines.get(written.line) or lines[_newest(lines)]
    return ContractSide(Asked(f"{product}.{port}@{contract.line}", asked.environment).told, contract)


def _parts(said: str) -> tuple[ProductName, str, str]:
    """`a.b.port@1` as its product, its port and the label of its line ('' where none is said)."""
    name, _, label = said.partition("@")
    product, _, port = name.rpartition(".")
    if product.count(".") != 1:
        mend = "Name a port, domain.product.port or domain.product.port@1, or a file that ends in .yaml."
        raise Misuse(f"'{said}' is neither a port nor a file", mend=mend)
    return ProductName(product), port, label


def _lines(session: Session, asked: Asked, name: ProductName, port: str) -> dict[str, Contract]:
    """The contracts of a port, by the label of their line."""
    product = _products(session, asked.environment, name).get(name)
    if product is None:
        raise Unknown(_what("product", asked), name, _known(session, asked.environment))
    found = {
        contract.line: contract
        for each in product.output_ports
        if each.name == port and (contract := product.promise(each))
    }
    if not found:
        ports = {each.name for each in product.output_ports}
        raise Unknown(_what("output port", asked), f"{name}.{port}", [f"{name}.{each}" for each in ports])
    return found


def _products(session: Session, environment: str, name: ProductName) -> Mapping[ProductName, Product]:
    if not environment:
        _refuse_faults(session, name)
        return session.mesh.products
    if environment != PROD and not session.registry.recorded(environment).is_made:
        raise unknown(session.registry, environment)
    return session.registry.products([name], environment)


def _refuse_faults(session: Session, name: ProductName) -> None:
    """Raises: Faults, where the documents of a product are wrong as written; its SQL may be."""
    folder, ends = f"/{name.replace('.', '/')}/", (".odcs.yaml", "product.odps.yaml")
    errors = [fault for fault in session.loaded.faults if fault.severity == "error"]
    if found := [fault for fault in errors if folder in f"/{fault.place.file}" and fault.place.file.endswith(ends)]:
        raise Faults(found)


def _known(session: Session, environment: str) -> Iterable[str]:
    return session.registry.recorded(environment).digests if environment else session.mesh.products


def _what(kind: str, asked: Asked) -> str:
    return f"{kind} published in {asked.environment}," if asked.environment else kind


def _newest(lines: Mapping[str, Contract]) -> str:
    """The highest stable line, else the newest preview."""
    versions = {contract.semantic_version: label for label, contract in lines.items()}
    return versions[max([v for v in versions if not v.is_preview] or versions)]
