"""The order in which a product's own relations come to be: inputs offered, steps made, and each table asked for in its turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from weft.engine.seam import Bench
from weft.errors import Place, WeftError
from weft.names import identifier
from weft.plan.fingerprint import made_by, own_reads
from weft.product.core_data import CoreRequest
from weft.product.order import in_order
from weft.product.product import Product, Transform
from weft.run.core_step import CoreStep
from weft.run.stopping import Stopping

if TYPE_CHECKING:
    import pyarrow as pa

PYTHON_RESULT, CORE_RESULT = "python_result", "core_result"


@dataclass(frozen=True, slots=True)
class Computing:
    """One product on one bench. `root` is the mesh's folder, `scratch` where a Python child may write.

    `printed` gathers what the product's Python printed, and what was said of its core data.
    """

    product: Product
    bench: Bench
    as_of: datetime
    root: Path
    scratch: Path
    stopping: Stopping = field(default_factory=Stopping)
    printed: list[str] = field(default_factory=list)
    core: CoreStep | None = None
    """Of a product that has core data."""

    def arranged(self, targets: Set[str], standing: Set[str], offer: Callable[[str], None]) -> Iterator[str]:
        """Yields each target when all that it reads is on the bench, to be computed by whoever asked.

        `standing` are names of the product's own that are not computed but offered, as its inputs are.
        """
        transforms = made_by(self.product)
        needed = self._needed(targets, standing)
        reads = {key: own_reads(transforms[key], self.product) for key in sorted(needed)}
        counts = _counts(reads, needed - standing)
        for name in sorted({n for key in needed - standing for n in transforms[key].reading.names} - set(transforms)):
            offer(name)
        for key in in_order(reads):
            if key in standing:
                offer(key)
            elif key in targets:
                yield key
            else:
                self._step(key, transforms[key], stored=counts.get(key, 0) > 1)

    def sql(self, key: str) -> str:
        """What to select from for one of the product's names: its own text, or what its Python returned."""
        transform = made_by(self.product)[key]
        if transform.language == "python":
            self.bench.offer_arrow(PYTHON_RESULT, self._python(transform))
            return f"SELECT * FROM {PYTHON_RESULT}"
        return self._core(transform) if transform.language == "core" else self._pinned(transform)

    def core_request(self) -> CoreRequest:
        """What the making of its core data is given, once all that it reads is on the bench."""
        if self.core is None:
            raise ValueError(f"{self.product.name} has no core data")
        return self.core.request(self._read)

    def _needed(self, targets: Set[str], standing: Set[str]) -> set[str]:
        transforms = made_by(self.product)
        found: set[str] = set()
        waiting = list(targets)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += own_reads(transforms[key], self.product) if key not in standing else ()
        return found

    def _step(self, key: str, transform: Transform, *, stored: bool) -> None:
        if transform.language == "python":
            self.bench.offer_arrow(key, self._python(transform))
        else:
            self.bench.step(key, self.sql(key), stored=stored)

    def _pinned(self, transform: Transform) -> str:
        if not transform.reading.as_of:
            return transform.text
        from weft.sql import pinned

        return pinned(transform.text, self.as_of)

    def _read(self, name: str, columns: str = "*") -> pa.RecordBatchReader:
        """A view is computed when it is read: what fails then is its own."""
        try:
            return self.bench.arrow(f"SELECT {columns} FROM {named(name)}")
        except WeftError as fault:
            step = made_by(self.product).get(name)
            fault.place = Place(step.file if step else f"'{name}'")
            raise

    def _core(self, transform: Transform) -> str:
        """What to select from for one table of core data: its columns as they are promised, of the file that the matching made."""
        core = self.core
        if core is None:
            raise ValueError(f"{transform.file} is of no core data")
        is_new, role = core.made is None, core.core.roles[transform.table]
        path, columns = core.file(role, self._read)
        if is_new and core.made is not None:
            self.printed.append(f"{core.made.said}\n")
        self.bench.offer(f"{CORE_RESULT}_{role}", (path,), columns)
        promised = self._promised(transform) or tuple(name for name, _ in columns)
        return f"SELECT {', '.join(map(identifier, promised))} FROM {CORE_RESULT}_{role}"

    def _promised(self, transform: Transform) -> tuple[str, ...]:
        """The columns that are promised of what a transform makes."""
        line = self.product.lines_made.get(transform.key)
        promised = (t.columns for _, c, t in self.product.promises if self.product.line(t.name, c.line) == line)
        return tuple(column.name for column in next(promised, ()))

    def _python(self, transform: Transform) -> pa.RecordBatchReader:
        from weft.engine.python.runner import Limits, PythonRun, memory_bytes, run_python

        reads = {name: self._read(name) for name in transform.reading.names}
        limits = Limits(self.product.build.timeout_seconds, memory_bytes(self.product.build.memory))
        scratch = self.scratch / f"{self.product.name}.{transform.key}"
        columns = self._promised(transform)
        ran = run_python(PythonRun(transform, self.root, reads, scratch, limits, columns, self.stopping.by))
        self.printed.append(ran.log)
        return ran.reader


def named(name: str) -> str:
    """A name of the bench as SQL says it: `port.table` is two identifiers, `table@1` is one."""
    return ".".join(map(identifier, [name] if "@" in name else name.split(".")))


def _counts(reads: dict[str, tuple[str, ...]], keys: Set[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in keys:
        for name in reads[key]:
            counts[name] = counts.get(name, 0) + 1
    return counts
