"""The next line of a port beside the present ones: its contract, its entry in the manifest, and what makes each line from then on.

`transforms/departures.sql` always makes the highest stable line, so what made it until now goes on as `departures@1.sql`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from weft.errors import Misuse
from weft.plan.fingerprint import own_reads
from weft.product.product import Product, Transform
from weft.standards.odcs import SUFFIX
from weft.standards.odps import MANIFEST
from weft.versions import Version
from weft.workspace.bridging import bridge_sql
from weft.workspace.changing import Changes
from weft.workspace.next_documents import next_contract, with_next_port
from weft.workspace.port_lines import PortLines
from weft.workspace.relining import Names, relined, relined_cases
from weft.workspace.text import bytes_of, text_of


def new_line(root: Path, product: Product, named: tuple[str, Version], *, bridge: bool = False) -> Changes:
    """What a port's next version comes to, as files; `named` is the port and the version. Nothing is written here.

    With `bridge` the line before is made of the new one from now on. Raises: Misuse, Unknown, Faults.
    """
    lines = PortLines(product, *named)
    lines.refuse()
    if bridge and (lines.version.is_preview or lines.stable is None):
        mend = "Leave out --bridge: an older stable line is made of a newer stable one."
        raise Misuse(f"{lines.version} cannot have a bridge over it", mend=mend)
    return _NewLine(root, lines, bridge).changes()


@dataclass
class _NewLine:
    """Texts by path relative to the root. `vacated` are files whose text goes on elsewhere, so that another may take the place."""

    root: Path
    lines: PortLines
    bridge: bool
    made: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    vacated: set[str] = field(default_factory=set)

    def changes(self) -> Changes:
        for table in self.lines.base.contract.tables:
            self._make(table.name)
        self._go_on_reading()
        self._write_documents()
        return Changes(
            {self.root / file: text for file, text in self.made.items()},
            {self.root / file: text for file, text in self.replaced.items()},
            tuple(self.root / file for file in self.removed),
            tuple(self._notes()),
        )

    @property
    def product(self) -> Product:
        return self.lines.product

    def _make(self, table: str) -> None:
        """What makes a table of the new line, and of the line whose place it takes."""
        base = self.lines.base.contract.line
        source = self.product.transform_of(table, base)
        if source is None:
            mend = f"Write transforms/{table}.sql, and apply it, first."
            raise Misuse(f"nothing makes '{table}' of line {base} of {self.product.name}", mend=mend)
        names = self.lines.renamed(base, self.lines.version.line)
        if not self.lines.is_newest(table):
            self._put(source, self.lines.version.line, names)
            return
        plain = self.lines.plain(table)
        if plain is not None:
            self._keep(plain, self.product.newest_line(table))
        if plain is source:
            return
        self._put(source, "", names)
        if plain is not None and plain.file not in self.replaced:
            self.removed.append(plain.file)

    def _keep(self, plain: Transform, line: str) -> None:
        """What made the highest line until now goes on under its own label: as it was, or as a bridge."""
        if self.bridge:
            self._put_bridge(plain, line)
        else:
            self._put(plain, line, self.lines.renamed(line, line))
        self.vacated |= {plain.file, *(file for file, _ in self._tests_of(plain))}

    def _put_bridge(self, plain: Transform, line: str) -> None:
        """A bridge's tests are those of the line that it takes over: they show that it returns the same."""
        table, key = plain.table, f"{plain.table}@{line}"
        old = next(p.contract.table(table) for p in self.lines.lines if p.contract.line == line)
        new = self.lines.base.contract.table(table)
        if old is None or new is None:
            raise ValueError(f"{key} is promised by nobody")
        self._write(f"{self.product.folder}/transforms/{key}.sql", bridge_sql(old, new, table))
        self._put_tests(plain, key, {})

    def _put(self, source: Transform, line: str, names: Names) -> None:
        """Raises: Misuse for core data, of which there is one making."""
        if source.language == "core":
            message = f"{source.file} makes one line of '{source.table}'"
            mend = (
                "Let the older line read the newer one, `--bridge`; what is yet to be tried is tried in an environment."
            )
            raise Misuse(message, mend=mend)
        key = f"{source.table}@{line}" if line else source.table
        suffix = source.file.rpartition(".")[2]
        self._write(f"{self.product.folder}/transforms/{key}.{suffix}", relined(source, names, line))
        self._put_tests(source, key, names)

    def _put_tests(self, source: Transform, key: str, names: Names) -> None:
        for file, suffix in self._tests_of(source):
            self._write(f"{self.product.folder}/tests/{key}.{suffix}", relined_cases(self._read(file), names))

    def _tests_of(self, transform: Transform) -> Iterator[tuple[str, str]]:
        for file in self.product.test_files:
            stem, _, suffix = file.rpartition("/")[2].rpartition(".")
            if stem == transform.key:
                yield file, suffix

    def _go_on_reading(self) -> None:
        """Older lines that read by its plain name what goes by a label from now on, read it by that."""
        moved = self.lines.moved
        for transform in self.product.transforms:
            is_ours = bool(transform.line) and transform.table in self.lines.tables
            if is_ours and any(name in moved for name in transform.reading.names):
                self.replaced[transform.file] = relined(transform, moved, transform.line)

    def _write_documents(self) -> None:
        base, version = self.lines.base, self.lines.version
        contract, manifest = base.contract.file, f"{self.product.folder}/{MANIFEST}"
        stem = contract.removesuffix(SUFFIX).partition("@")[0]
        self._write(f"{stem}@{version.line}{SUFFIX}", next_contract(self._read(contract), contract, version))
        self.replaced[manifest] = with_next_port(self._read(manifest), manifest, base.port, version)

    def _write(self, file: str, text: str) -> None:
        (self.replaced if file in self.vacated else self.made)[file] = text

    def _read(self, file: str) -> str:
        return text_of(bytes_of(self.root, file), file)

    def _notes(self) -> Iterator[str]:
        """Whoever else in the product says a plain name reads the new line from now on."""
        moved, version = self.lines.moved, self.lines.version
        for file in self.removed:
            yield f"{file.rpartition('/')[2]} is gone: its text goes on under its line's label"
        for transform in self.product.transforms:
            read = [name for name in own_reads(transform, self.product) if name in moved]
            if read and transform.table not in self.lines.tables:
                before = ", ".join(moved[name] for name in read)
                file = transform.file.rpartition("/")[2]
                yield f"{file} reads {', '.join(read)}: line {version.line} from now on; the line before is {before}"
