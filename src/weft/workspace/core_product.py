"""A product's core data joined to what its contracts promise: a transform for each of its tables, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import msgspec

from weft.errors import Fault, Faults, Place, did_you_mean
from weft.product.contract import Column, Table
from weft.product.core_data import ROLES, CoreData, CoreDigests, Role, columns_of
from weft.product.digest import digest
from weft.product.product import Product, Reading, Transform
from weft.standards.document import Document
from weft.workspace.core_file import core_data
from weft.workspace.decisions_file import decisions_of
from weft.workspace.text import text_of
from weft.workspace.tree import DECISIONS

MADE_BY = "1"
"""Raised when the same core.yaml may mean something else: then every record is matched anew."""
ALWAYS: tuple[Role, ...] = ("entity", "crosswalk")
CHOSEN: tuple[Role, ...] = ("entity", "corroboration")
"""What holds the values that survived."""
IDENTIFYING = ("source", "source_id")
READ_AGAIN: tuple[Role, ...] = ("crosswalk", "review", "history", "weights")
"""What the next making goes on from."""
LOST: dict[Role, str] = {
    "weights": "each run matches every record anew",
    "history": "what was merged or split is not known later, and ids do not come back when that is undone",
}
"""What is not possible without them."""
Read = Callable[[str], bytes]


def with_core(product: Product, document: Document, file: str, read: Read) -> tuple[Product, tuple[Fault, ...]]:
    """The product with its core data; `file` is where stewards' decisions would be, '' where there are none."""
    core, faults = core_data(document)
    decided: tuple[Fault, ...] = ()
    if file:
        core, decided = _with_decisions(core, file, read)
    promised = {table.name for _, _, table in product.promises}
    tables = {role: core.named(role) for role in ROLES if core.named(role) in promised}
    core = replace(core, digests=_digests(core), tables=tables)
    transforms = tuple(_transforms(core, product))
    found = replace(product, core=core, transforms=(*product.transforms, *transforms))
    return found, (*faults, *decided)


def decisions_file(document: Document, folder: str) -> str:
    """Where a core.yaml says that decisions are."""
    said = document.mapping().get("decisions")
    return f"{folder}/{said if isinstance(said, str) else DECISIONS}"


def faults_of_promises(core: CoreData, product: Product, place: Place) -> Iterator[Fault]:
    """What the contracts do not promise of core data, or promise of it that it has not; `place` is where it is declared."""
    tables = {core.named(role): table for role in ROLES if (table := _made(product, core.named(role)))}
    for role in ALWAYS:
        name = core.named(role)
        if name not in tables:
            mend = f"Promise a table '{name}' in a contract, and the contract by an output port."
            yield Fault(place, f"the {role} of core data, '{name}', is promised by no contract", mend)
    for role, what in LOST.items():
        if core.named(role) not in tables:
            mend = f"Promise '{core.named(role)}' too."
            yield Fault(place, f"'{core.named(role)}' is promised by no contract, so that {what}", mend, "warning")
    for role in ROLES:
        if table := tables.get(core.named(role)):
            yield from _faults_of_table(core, role, table)


def _faults_of_table(core: CoreData, role: Role, table: Table) -> Iterator[Fault]:
    known = [name for name, _ in columns_of(core)[role]]
    promised = {column.name.lower() for column in table.columns}
    if taken := _taken(core, known):
        message = f"'{table.name}' has a column '{taken}' beside the core id, which core.yaml calls '{core.id_column}'"
        yield Fault(table.place, message, "Give the id another name there: `id: {column: ...}`.")
    for column in table.columns:
        if column.name.lower() not in known:
            yield _unknown(column, table.name, known)
    needed = {"entity": (core.id_column,), "crosswalk": (*IDENTIFYING, core.id_column)}.get(role, ())
    for name in (name for name in needed if name not in promised):
        message = f"'{table.name}' does not promise '{name}', without which core ids cannot stay the same"
        yield Fault(table.place, message, f"Add the property {name}, a string.")
    left = [name for name in known if name.lower() not in promised and name not in needed]
    if left and role in READ_AGAIN:
        what = LOST.get(role, LOST["weights"])
        message = f"'{table.name}' does not promise {', '.join(left)}, so that {what}"
        yield Fault(table.place, message, "Promise all of its columns.", "warning")


def _taken(core: CoreData, known: list[str]) -> str:
    """The column of a table that is called as the core id is in it; that a field is called so is said of the field."""
    ids = [f"{side}{core.id_column}" for side in ("", "left_", "right_")]
    is_field = any(one.name == core.id_column for one in core.fields)
    return "" if is_field else next((name for name in known if name in ids and known.count(name) > 1), "")


def _unknown(column: Column, table: str, known: list[str]) -> Fault:
    mend = did_you_mean(column.name, known) or f"It has: {', '.join(known)}."
    return Fault(column.place, f"column '{column.name}' of '{table}' is promised, and core data has none such", mend)


def _with_decisions(core: CoreData, file: str, read: Read) -> tuple[CoreData, tuple[Fault, ...]]:
    try:
        text = text_of(read(file), file)
    except Faults as error:
        return core, error.faults
    found, faults = decisions_of(text, file, [source.name for source in core.sources])
    return replace(core, decisions=found), faults


def _digests(core: CoreData) -> CoreDigests:
    said = _compared(core)
    matching = {name: said[name] for name in MATCHING}
    lines = sorted(digest(*map(str, one.values())) for one in said["decisions"])
    return CoreDigests(
        digest(MADE_BY, _text(matching)),
        digest(_text(said["survivorship"])),
        f"{len(lines)} {digest(*lines)}",
    )


MATCHING = (
    "entity", "fields", "sources", "comparisons", "blocking", "rules", "thresholds", "training", "id_column", "prefix",
)  # fmt: skip
"""The parts of core data by which records are matched and ids made."""


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _compared(value: Any) -> Any:
    """The same for the same meaning, wherever it stands in the file: places are not compared."""
    if is_dataclass(value):
        return {one.name: _compared(getattr(value, one.name)) for one in fields(value) if one.compare}
    if isinstance(value, dict):
        return {name: _compared(one) for name, one in value.items()}
    return [_compared(one) for one in value] if isinstance(value, (list, tuple)) else value


def _transforms(core: CoreData, product: Product) -> Iterator[Transform]:
    """One for each table that is promised."""
    from weft.sql.core_shapes import shape

    names = tuple(source.name for source in core.sources)
    for name, role in core.roles.items():
        if table := _made(product, name):
            columns = [(column.name, column.type) for column in table.columns]
            meaning = f"{core.digests.matching} {core.digests.survivorship if role in CHOSEN else ''}".rstrip()
            yield Transform(name, "core", core.file, shape(core, role, columns), "", Reading(names, meaning))


def _made(product: Product, name: str) -> Table | None:
    """As the line promises it that core data makes, the highest stable one; what makes the others says what they have."""
    newest = product.newest_line(name)
    tables = (table for _, contract, table in product.promises if (table.name, contract.line) == (name, newest))
    return next(tables, None)
