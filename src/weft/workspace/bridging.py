"""Bridges: an old line's tables made of the newest line's, so that one pipeline serves both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from weft.errors import Misuse, Unknown
from weft.plan.changes.change import UNKNOWN, Known
from weft.plan.changes.renames import bridge, renames
from weft.product.bridges import reached
from weft.product.contract import Table
from weft.product.product import Product, Transform
from weft.workspace.changing import Changes
from weft.workspace.port_lines import Promise, highest_stable, lines_of
from weft.workspace.relining import identifier
from weft.workspace.templates import MARK


def bridge_sql(old: Table, new: Table, name: str, known: Known = UNKNOWN) -> str:
    """The old columns in their order, of the new line's table, which the product's SQL calls `name`.

    Columns that seem to be renamed are read under their new name, and those of another type cast back. What the new line
    cannot give is left out and marked: then `weft check` refuses the line until somebody has said it.
    """
    made = bridge(old, new, renames(old, new, known))
    lacks = [column for column in old.columns if column.name in made.lacks]
    marks = "".join(f"-- {MARK} what makes {column.name} {column.type}, which {name} has not.\n" for column in lacks)
    chosen = made.sql.removesuffix(f"\nFROM {new.name}\n") or "SELECT"
    return f"{marks}{chosen}\nFROM {_from(name)}\n"


def _from(name: str) -> str:
    """One that has a line in its name goes by its plain name in the query."""
    return f"{identifier(name)} AS {name.partition('@')[0]}" if "@" in name else name


@dataclass(frozen=True, slots=True)
class Wanted:
    """The line that is to be a bridge. `replaces` says that what makes it now may go; `known` is evidence for renames."""

    port: str
    label: str
    replaces: bool = False
    known: Known = UNKNOWN


def new_bridge(root: Path, product: Product, wanted: Wanted) -> Changes:
    """The transforms of an old line as bridges to the highest stable one. Nothing is written here.

    Raises: Unknown, Misuse where the line is not older, or something else makes it and `replaces` was not said.
    """
    making = _Bridging(root, product, *_sides(product, wanted), wanted)
    for table in making.old.contract.tables:
        making.put(table)
    return Changes(making.made, making.replaced, tuple(making.removed), tuple(making.notes))


def _sides(product: Product, wanted: Wanted) -> tuple[Promise, Promise]:
    lines = lines_of(product, wanted.port)
    old = next((line for line in lines if line.contract.line == wanted.label), None)
    if old is None:
        said = f"{product.name}.{wanted.port}@"
        raise Unknown("line", f"{said}{wanted.label}", [f"{said}{line.contract.line}" for line in lines])
    newest = highest_stable(lines)
    if newest is None or old.version >= newest.version:
        mend = f"Make the next major first: weft new version {product.name}.{wanted.port} {old.version.major + 1}.0.0"
        raise Misuse(f"line {wanted.label} has no newer stable line that a bridge could read", mend=mend)
    return old, newest


@dataclass
class _Bridging:
    root: Path
    product: Product
    old: Promise
    new: Promise
    wanted: Wanted
    made: dict[Path, str] = field(default_factory=dict)
    replaced: dict[Path, str] = field(default_factory=dict)
    removed: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def put(self, table: Table) -> None:
        key, over = f"{table.name}@{self.wanted.label}", self.new.contract.table(table.name)
        if over is None:
            self.notes.append(
                f"line {self.new.contract.line} has no table '{table.name}': write transforms/{key}.sql yourself"
            )
            return
        source = self._source(table.name, key)
        text = bridge_sql(table, over, source.key, self.wanted.known)
        self.notes += self._renames(table, over)
        self._write(f"{self.product.folder}/transforms/{key}.sql", key, text)

    def _source(self, table: str, key: str) -> Transform:
        """What makes the new line's table. Raises: Misuse where that reads the old line: a bridge would close a circle."""
        source = self.product.transform_of(table, self.new.contract.line)
        if source is None:
            raise Misuse(f"nothing makes '{table}' of line {self.new.contract.line}", mend=f"Write {table}.sql first.")
        if key in reached(source.key, {transform.key: transform for transform in self.product.transforms}):
            mend = f"Let {source.key} read what {key} reads, then make the bridge."
            raise Misuse(f"{source.key} reads {key}, so that a bridge would close a circle", mend=mend)
        return source

    def _renames(self, old: Table, new: Table) -> Iterator[str]:
        for pair in renames(old, new, self.wanted.known):
            yield f"{old.name}: {pair.old.name} is taken to be {pair.new.name} now ({', '.join(pair.evidence)}): look whether it is"

    def _write(self, file: str, key: str, text: str) -> None:
        now = next((transform for transform in self.product.transforms if transform.key == key), None)
        if now is None:
            self.made[self.root / file] = text
        elif now.text == text:
            self.notes.append(f"transforms/{key}.sql is that bridge already")
        elif not self.wanted.replaces:
            mend = f"To write it anew: weft new bridge {self.product.name}.{self.wanted.port}@{self.wanted.label} --replace"
            raise Misuse(f"{now.file} makes that line already", mend=mend)
        elif now.file == file:
            self.replaced[self.root / file] = text
        else:
            self.made[self.root / file] = text
            self.removed.append(self.root / now.file)
