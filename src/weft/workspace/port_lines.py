"""The lines of a port as they are, and what each of its tables is called once another line stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from weft.errors import Misuse, Unknown
from weft.product.contract import Contract
from weft.product.product import OutputPort, Product, Transform
from weft.standards.odps import MANIFEST
from weft.versions import Version


class Promise(NamedTuple):
    """One line of a port."""

    port: OutputPort
    contract: Contract

    @property
    def version(self) -> Version:
        return self.contract.semantic_version


def lines_of(product: Product, port: str) -> tuple[Promise, ...]:
    """Every line of a port, the lowest version first. Raises: Unknown, with the closest port."""
    found = [Promise(p, c) for p in product.output_ports if p.name == port and (c := product.promise(p))]
    if not found:
        raise Unknown(f"output port of {product.name}", port, [p.name for p in product.output_ports])
    return tuple(sorted(found, key=lambda promise: promise.version))


def highest_stable(lines: tuple[Promise, ...]) -> Promise | None:
    return next((line for line in reversed(lines) if not line.version.is_preview), None)


@dataclass(frozen=True)
class PortLines:
    """A port, and the version that it is to have beside its present ones."""

    product: Product
    port: str
    version: Version

    @cached_property
    def lines(self) -> tuple[Promise, ...]:
        return lines_of(self.product, self.port)

    @cached_property
    def stable(self) -> Promise | None:
        return highest_stable(self.lines)

    @cached_property
    def base(self) -> Promise:
        """What the new line is made of: a preview of the same version, else the highest stable line, else the highest of all."""
        previews = [line for line in self.lines if _core(line.version) == _core(self.version)]
        return (previews or [self.stable or self.lines[-1]])[-1]

    @cached_property
    def tables(self) -> frozenset[str]:
        """Of all its lines."""
        return frozenset(table.name for promise in self.lines for table in promise.contract.tables)

    @cached_property
    def moved(self) -> dict[str, str]:
        """Tables whose plain name is the new line from now on, to the name by which the line before goes on."""
        names = (table.name for table in self.base.contract.tables if self.is_newest(table.name))
        return {name: f"{name}@{self.product.newest_line(name)}" for name in names if self.plain(name)}

    def is_newest(self, table: str) -> bool:
        """Whether the file without a line makes the new line from now on."""
        versions = {self.version} | {c.semantic_version for _, c, t in self.product.promises if t.name == table}
        return max({version for version in versions if not version.is_preview} or versions) == self.version

    def plain(self, table: str) -> Transform | None:
        """The file without a line, where it makes something until now."""
        found = self.product.transform_of(table, self.product.newest_line(table))
        return found if found is not None and not found.line else None

    def renamed(self, line: str, after: str) -> dict[str, str]:
        """What a text of one line calls the tables of its own line, to what it calls those of another, once the new one is there."""
        found: dict[str, str] = {}
        for table in sorted(self.tables):
            if transform := self.product.transform_of(table, line):
                old, new = transform.key, self._called(table, after)
                found |= {old: new} if old != new else {}
        return found

    def _called(self, table: str, line: str) -> str:
        if self.base.contract.table(table) is not None and self.is_newest(table):
            return table if line == self.version.line else f"{table}@{line}"
        made = self.product.transform_of(table, line)
        return made.key if made else f"{table}@{line}"

    def refuse(self) -> None:
        """Raises: Misuse, where the version is no line beside those that are there, above them."""
        where, stable, new = f"{self.product.name}.{self.port}", self.stable, self.version
        if any(line.version == new for line in self.lines):
            raise Misuse(f"{where} has version {new} already", mend="Choose a higher one.")
        above = [line.version for line in self.lines if line is stable or _core(line.version) == _core(new)]
        if above and new < max(above):
            raise Misuse(f"version {new} is not above {max(above)}, which {where} has", mend=_higher(max(above)))
        if stable and not new.is_preview and new.line == stable.version.line:
            mend = (
                f"To go on with that line, write `version: {new}` in {MANIFEST} and in "
                f"{stable.contract.file.rpartition('/')[2]}. To make another: {_higher(stable.version)}"
            )
            raise Misuse(f"{new} is of line {new.line}, which {where} has at {stable.version}", mend=mend)


def _core(version: Version) -> tuple[int, int, int]:
    return version.major, version.minor, version.patch


def _higher(version: Version) -> str:
    preview = f"{version.major}.{version.minor + 1}.0-beta.1"
    return f"{version.major + 1}.0.0 is the next major, {preview} a preview."
