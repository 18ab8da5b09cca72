"""Why a table is built, in plain words: which part of what it depends on is not what it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from weft.names import LineName, ProductName, table_of
from weft.plan.fingerprint import TO_COME, Parts
from weft.product.mesh import Mesh
from weft.product.product import Product
from weft.product.snapshot import Recorded, SourceState

READS = ("read", "through")
SPOKEN = {
    "sql": "its SQL changed",
    "python": "its Python changed",
    "core": "core.yaml changed how records are matched",
    "survivorship": "core.yaml changed which values survive",
    "modules": "the product's Python modules changed",
    "columns": "its contract's columns changed",
    "engine": "this Weft computes with other semantics",
    "refresh": "its refresh interval has passed",
    "parts": "how it is parted changed",
    "behind": "what is computed for it changed",
}


def reasons_of(
    product: Product,
    line: LineName,
    parts: Parts,
    values: tuple[Mesh, Recorded, Mapping[tuple[ProductName, str], SourceState]],
) -> tuple[str, ...]:
    """In the order of parts; a table that was never built says only that."""
    mesh, recorded, sources = values
    pointer = recorded.pointers.get(line)
    if pointer is None:
        return (f"it was never built in {recorded.environment}",)
    if "bridge" in parts and "bridge" not in pointer.parts:
        return (f"it is a bridge to line {parts['bridge']} from now on",)
    reads = mesh.reads(product)
    found: list[str] = []
    for part in parts:
        if parts[part] == pointer.parts.get(part):
            continue
        kind, _, name = part.partition(" ")
        if kind == "step":
            found.append(
                f"its step `{name}` changed" if parts[part] != TO_COME else f"its step `{name}` is computed anew"
            )
        elif kind in READS and name in reads and (source := reads[name].line):
            found.append(_of_line(source, parts[part], pointer.parts.get(part), recorded))
        elif kind in READS:
            found.append(
                _of_source(name, recorded.sources.get((product.name, name)), sources.get((product.name, name)))
            )
        elif part == "decisions":
            found.append(_of_decisions(product, parts[part], pointer.parts.get(part, "0 ")))
        else:
            found.append(SPOKEN.get(part, f"its {part} changed"))
    found += [
        f"it no longer reads `{part[5:]}`" for part in pointer.parts if part not in parts and part.startswith("read ")
    ]
    return tuple(dict.fromkeys(found)) or ("what it is made of changed",)


def _of_decisions(product: Product, now: str, before: str) -> str:
    file = product.core.decisions_file if product.core else "decisions"
    more = int(now.partition(" ")[0]) - int(before.partition(" ")[0])
    if not more:
        return f"{file} changed"
    return f"{file} has {abs(more):,} line{'s' if abs(more) > 1 else ''} {'more' if more > 0 else 'less'}"


def _of_line(line: LineName, now: str, before: str | None, recorded: Recorded) -> str:
    if any(before in hold.withdrawn for hold in recorded.holds.values()):
        return f"it was built on what was withdrawn of `{table_of(line)}`"
    return f"`{table_of(line)}` {'is built anew' if now == TO_COME else 'has a new snapshot'}"


def _of_source(name: str, before: SourceState | None, now: SourceState | None) -> str:
    if before is None or now is None:
        return f"source `{name}` was never read"
    if before.digest == now.digest:
        return f"the contract of source `{name}` changed"
    known = before.contents
    changed = [path for path, content in now.contents.items() if known.get(path) != content]
    gone = [path for path in before.parts if path not in now.parts]
    names = ", ".join(f"`{PurePath(path).name}`" for path in (changed or gone)[:3])
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    if not names:
        return f"source `{name}` may have changed"
    return f"source file {names}{more} changed" if changed else f"source file {names} is gone"
