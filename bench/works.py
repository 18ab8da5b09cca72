"""The pieces of work that are measured, each giving rows for the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.equal import checksums, differences
from bench.heavy import heavy_mesh
from bench.mesh import Mesh
from bench.processes import Command, Measured, in_turns
from bench.rows import Promise, Row
from bench.sides.dbt import Dbt
from bench.sides.peer import NotToBeHad
from bench.sides.raw import Raw
from bench.sides.side import Side
from bench.sides.sqlmesh import SqlMesh
from bench.sides.weft import Weft
from bench.small import small_mesh

Tell = Callable[[str], None]
PROMISED_PLAN_SECONDS = {100: 0.6, 1000: 1.0}


@dataclass(frozen=True)
class Sitting:
    """How this sitting measures: where it works, how often, and whom it tells. `peer_runs` 0 leaves the peers out."""

    folder: Path
    runs: int
    peer_runs: int
    tell: Tell

    def often(self, side: str) -> int:
        return self.runs if side in (Raw.name, Weft.name) else self.peer_runs


class NotEqual(Exception):
    """Two sides did not make the same tables: what they took cannot be compared."""


def small(sitting: Sitting, size: int) -> Iterator[Row]:
    """First build, nothing changed, one leaf changed, and the small questions, over one mesh of `size` products."""
    sides = _written(sitting, small_mesh(size))
    yield _first_build(sitting, sides, f"first build, {size:,} products", Promise(2.2, "floor"))
    plan = _asked(sitting, {name: side.nothing_changed() for name, side in sides.items()})
    most = PROMISED_PLAN_SECONDS.get(size)
    yield Row(f"nothing changed, {size:,} products: plan", plan, Promise(most, "seconds") if most else None)
    changed = _asked(sitting, {name: side.leaf_changed() for name, side in sides.items()})
    yield Row(f"one leaf of {size:,} changed: apply", changed, Promise(1.5, "seconds"))
    weft = sides[Weft.name]
    assert isinstance(weft, Weft)
    yield Row("`weft --help`", in_turns({Weft.name: (weft.help(), sitting.runs)}), Promise(0.25, "seconds"))
    query = in_turns({Weft.name: (weft.query(), sitting.runs)})
    yield Row(f"`weft query` of a small table, {size:,} products", query, Promise(0.7, "seconds"))


def heavy(sitting: Sitting, lines: int) -> Iterator[Row]:
    """Six million order lines: time and memory of the first build."""
    what = f"heavy mesh ({lines:,} order lines, twelve tables)"
    row = _first_build(sitting, _written(sitting, heavy_mesh(lines)), what, Promise(1.1, "floor"))
    yield row
    yield Row("heavy mesh, peak memory", row.sides, Promise(1.15, "floor"), "peak_mebibytes")


def _written(sitting: Sitting, mesh: Mesh) -> dict[str, Side]:
    folder = sitting.folder / mesh.name
    data = folder / "data"
    sitting.tell(f"{mesh.name}: writing {len(mesh.tables):,} products and {len(mesh.sources):,} sources")
    mesh.write_sources(data)
    sides: list[Side] = [Raw(folder / "raw", data), Weft(folder / "weft", data)]
    if sitting.peer_runs:
        sides += _peers(sitting, folder, data)
    for side in sides:
        side.write(mesh)
    return {side.name: side for side in sides}


def _peers(sitting: Sitting, folder: Path, data: Path) -> Iterator[Side]:
    for name, kind in (("sqlmesh", SqlMesh), ("dbt", Dbt)):
        try:
            yield kind(folder / name, data, sitting.folder / "peers")
        except NotToBeHad as reason:
            sitting.tell(f"SKIPPED {kind.name}: it cannot be installed here ({reason})")


def _first_build(sitting: Sitting, sides: Mapping[str, Side], what: str, promise: Promise) -> Row:
    commands = {name: side.first_build() for name, side in sides.items()}
    sitting.tell(f"{what}: {', '.join(commands)}")
    row = Row(what, in_turns({name: (command, sitting.often(name)) for name, command in commands.items()}), promise)
    _must_be_equal(sitting, sides)
    return row


def _must_be_equal(sitting: Sitting, sides: Mapping[str, Side]) -> None:
    floor = checksums(sides[Raw.name])
    for name, side in sides.items():
        if different := differences(floor, checksums(side)):
            raise NotEqual(f"{name} and {Raw.name} differ in {len(different)} tables: {', '.join(different[:5])}")
    rows = sum(rows for rows, _ in floor.values())
    sitting.tell(f"  equal on all sides: {len(floor):,} tables, {rows:,} rows, every checksum")


def _asked(sitting: Sitting, ways: Mapping[str, Mapping[str, Command]]) -> dict[str, list[Measured]]:
    """Each side's ways of asking in turns, one way after another: they prepare the same folders."""
    found: dict[str, list[Measured]] = {}
    for way in dict.fromkeys(way for commands in ways.values() for way in commands):
        commands = {name: commands[way] for name, commands in ways.items() if way in commands}
        label = f", {way}" if way else ""
        sitting.tell(f"  {way or 'asked'}: {', '.join(commands)}")
        turns = in_turns({name: (command, sitting.often(name)) for name, command in commands.items()})
        found |= {f"{name}{label}": runs for name, runs in turns.items()}
    return found
