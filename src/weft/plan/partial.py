"""Which tables can be made anew in part: what changed of their inputs carries the key, and their text keeps its values apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from weft.names import LineName
from weft.plan.fingerprint import Parts, made_by, own_reads
from weft.product.mesh import Mesh, Read
from weft.product.order import in_order
from weft.product.parting import Parting, parting_of
from weft.product.product import Product
from weft.sql.parts import Mixed, Rows
from weft.sql.remembered import Remembered

Over = tuple[Mesh, Remembered]
"""What a product stands among, and what is known of texts already."""
INPUTS = ("read", "through")
SPOKEN = {"behind": "a step behind it, or how its source is read"}


@dataclass(frozen=True, slots=True)
class Partial:
    """A table that is made in parts. `carriers` are the inputs that changed, each with its column for each key of the table;
    `since` is the snapshot of each that the table stands on now.

    Of a table that is appended to, the one carrier is its source, and has no columns.
    """

    parting: Parting
    carriers: dict[str, tuple[str, ...]]
    since: dict[str, str]
    proved: str = ""
    """By which checks what stands was published."""


def partial(product: Product, line: LineName, parts: tuple[Parts, Parts], over: Over) -> Partial | str:
    """How a table of which something stands is made anew in part; else why it is made whole.

    `parts` are of what is desired and of what stands.
    """
    desired, standing = parts
    transform = product.transform_of(*_table_and_label(line))
    parting = parting_of(product.build, _table_and_label(line)[0])
    if parting is None or transform is None:
        return "it is not parted"
    if desired.get("parts") != standing.get("parts"):
        return "how it is parted changed"
    if other := _other_change(desired, standing):
        return f"more changed than what it reads: {other}"
    chain = _chain(product, transform.key, over)
    if refusal := chain.refusal:
        return refusal
    changed = sorted(name for name in chain.names if _moved(name, desired, standing))
    carriers = _apart(chain, changed, parting)
    if isinstance(carriers, str) or parting.kind == "append":
        return carriers if isinstance(carriers, str) else Partial(parting, carriers, {})
    since = {name: standing.get(f"read {name}") or standing.get(f"through {name}") or "" for name in changed}
    return Partial(parting, carriers, since)


def prospect(product: Product, line: LineName, over: Over) -> str:
    """What may be said of a parted table that is made for the first time: which inputs make only parts of it anew from now on, or why none does."""
    transform = product.transform_of(*_table_and_label(line))
    parting = parting_of(product.build, _table_and_label(line)[0])
    if parting is None or transform is None:
        return ""
    chain = _chain(product, transform.key, over)
    found = chain.refusal or _prospect(chain, parting)
    if isinstance(found, str):
        return f"it is made whole each time: {found}"
    names = ", ".join(f"`{name}`" for name in found)
    what = "new files" if parting.kind == "append" else f"changed values of {', '.join(parting.keys)}"
    return f"from now on only the parts of {what} of {names} are made"


def _prospect(chain: _Chain, parting: Parting) -> tuple[str, ...] | str:
    """The inputs that keep the parts, one by one, and together where they all do; else the first reason."""
    names = tuple(chain.names)
    tried = {name: _apart(chain, [name], parting) for name in names}
    kept = tuple(name for name, one in tried.items() if not isinstance(one, str))
    if len(kept) > 1:  # So that it is known already by the time when they change together.
        _apart(chain, list(kept), parting)
    return kept or next((one for one in tried.values() if isinstance(one, str)), "it reads no input")


def inputs_of(product: Product, line: LineName, reads: Mapping[str, Read]) -> tuple[str, ...]:
    """The inputs that a table is made of, read by its transform or by steps behind it."""
    transform = product.transform_of(*_table_and_label(line))
    return () if transform is None else tuple(_Chain(product, transform.key, reads, Remembered()).names)


def _table_and_label(line: LineName) -> tuple[str, str]:
    table, _, label = line.rpartition(".")[2].partition("@")
    return table, label


def _other_change(desired: Parts, standing: Parts) -> str:
    """The first part that changed and is no input; what steps are made of stands in `behind`."""
    names = (name for name in {**standing, **desired} if name.partition(" ")[0] not in (*INPUTS, "step"))
    return next((SPOKEN.get(name, f"its {name}") for name in names if desired.get(name) != standing.get(name)), "")


def _moved(name: str, desired: Parts, standing: Parts) -> bool:
    return any(desired.get(f"{kind} {name}") != standing.get(f"{kind} {name}") for kind in INPUTS)


@dataclass(frozen=True, slots=True)
class _Chain:
    """A transform with the steps behind it."""

    product: Product
    key: str
    reads: Mapping[str, Read]
    remembered: Remembered

    @property
    def steps(self) -> tuple[str, ...]:
        """What is computed for it, in order, itself last."""
        transforms = made_by(self.product)
        found: dict[str, tuple[str, ...]] = {}
        waiting = [self.key]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found[key] = own_reads(transforms[key], self.product)
                waiting += found[key]
        return tuple(in_order(found))

    @property
    def names(self) -> Iterator[str]:
        """The inputs that it reads, itself or through its steps."""
        transforms = made_by(self.product)
        said = (name for step in self.steps for name in transforms[step].reading.names)
        return (name for name in dict.fromkeys(said) if name in self.reads)

    @property
    def refusal(self) -> str:
        transforms = [made_by(self.product)[step] for step in self.steps]
        if python := next((t for t in transforms if t.language == "python"), None):
            return f"{python.file}: what Python computes is not followed"
        if core := next((t for t in transforms if t.language == "core"), None):
            return f"{core.file}: any record may change what it is made of"
        if timed := next((t for t in transforms if t.reading.as_of), None):
            return f"{timed.file}: it asks for the time"
        return ""

    def followed(self, given: Mapping[str, Rows]) -> Rows | str:
        """What it returns of inputs whose rows are known; else what mixes them, and where."""
        transforms = made_by(self.product)
        known = {name: Rows.free(_columns(read)) for name, read in self.reads.items()} | dict(given)
        for step in self.steps:
            said = {name: known[name] for name in transforms[step].reading.names if name in known}
            found = self.remembered.rows_kept(transforms[step].text, said)
            if isinstance(found, Mixed):
                return _said(transforms[step].file, found)
            known[step] = found
        return known[self.key]


def _said(file: str, mixed: Mixed) -> str:
    return f"{file}:{mixed.line}: {mixed.why}"


def _columns(read: Read) -> tuple[str, ...]:
    return tuple(column.name for column in read.table.columns)


def _chain(product: Product, key: str, over: Over) -> _Chain:
    mesh, remembered = over
    return _Chain(product, key, mesh.reads(product), remembered)


def _apart(chain: _Chain, changed: list[str], parting: Parting) -> dict[str, tuple[str, ...]] | str:
    """The inputs that changed, each with its column for each key, where they keep the parts apart; else why not."""
    return _appended(chain, changed) if parting.kind == "append" else _replaced(chain, changed, parting)


def _replaced(chain: _Chain, changed: list[str], parting: Parting) -> dict[str, tuple[str, ...]] | str:
    if outside := next((name for name in changed if chain.reads[name].is_source), None):
        return f"its source `{outside}` is read whole"
    if alike := _alike(chain, changed, parting):
        return alike
    carriers: dict[str, tuple[str, ...]] = {}
    for name in changed:
        found = [_carrying(chain, name, key) for key in parting.keys]
        if why := next((one for one in found if isinstance(one, _Why)), None):
            return why.said
        carriers[name] = tuple(column for column in found if isinstance(column, str))
    for at, key in enumerate(parting.keys):
        together = _keyed(chain, {name: columns[at] for name, columns in carriers.items()}, key)
        if isinstance(together, _Why):
            return together.said
    return carriers


def _alike(chain: _Chain, changed: list[str], parting: Parting) -> dict[str, tuple[str, ...]] | None:
    """The inputs that changed, where all that have a column called as the key keep it apart together, those that did not change among them.

    An input that is joined as an option is kept apart by the one that it is joined to, which need not have changed.
    """
    carriers: dict[str, tuple[str, ...]] = dict.fromkeys(changed, ())
    for key in parting.keys:
        columns = {
            name: column
            for name in chain.names
            for column in _columns(chain.reads[name])
            if column.lower() == key.lower()
        }
        if not columns.keys() >= carriers.keys() or _keyed(chain, columns, key) is not None:
            return None
        carriers = {name: (*before, columns[name]) for name, before in carriers.items()}
    return carriers


@dataclass(frozen=True, slots=True)
class _Why:
    said: str


def _carrying(chain: _Chain, name: str, key: str) -> str | _Why:
    """The column of an input that the key is; the one that is called so, where it is that."""
    columns = sorted(_columns(chain.reads[name]), key=lambda column: column.lower() != key.lower())
    first: _Why | None = None
    for column in columns:
        found = _keyed(chain, {name: column}, key)
        if not isinstance(found, _Why):
            return column
        first = first or found
    return first or _Why(f"`{name}` has no columns")


def _keyed(chain: _Chain, columns: Mapping[str, str], key: str) -> _Why | None:
    given = {name: Rows.keyed(_columns(chain.reads[name]), column) for name, column in columns.items()}
    found = chain.followed(given)
    if isinstance(found, str):
        return _Why(found)
    if not found.carries:
        return None
    names = ", ".join(f"`{name}`" for name in columns)
    return None if found.holds(key) else _Why(f"its column '{key}' is no column of {names} as it is")


def _appended(chain: _Chain, changed: list[str]) -> dict[str, tuple[str, ...]] | str:
    if len(changed) != 1 or not chain.reads[changed[0]].is_source:
        return "more changed than the one source that it is made of"
    source = changed[0]
    found = chain.followed({source: Rows.of_files(_columns(chain.reads[source]))})
    return found if isinstance(found, str) else {source: ()}
