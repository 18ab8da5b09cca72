"""`weft suggest` of a file: a whole contract for a source that is new, or rules for the contract that describes it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.errors import Faults, Misuse, SourceFault
from weft.names import LineName, identifier, unaccented
from weft.session.session import Session
from weft.session.suggesting import MOST_BATCHES, Proposal, parted

if TYPE_CHECKING:
    from weft.engine.seam import Bench, Columns
    from weft.product.contract import Contract, Table
    from weft.profile.suggesting.history import Batch, History
    from weft.profile.values import TableProfile
    from weft.sources import LaidOut

Named = tuple[tuple[str, str, str], ...]
"""Of each column what the contract calls it, what the file does, and its type."""


def file_proposal(session: Session, target: str, to: Path | None = None) -> Proposal:
    """What a file, a folder or a glob lets expect of the next one of its kind. `to` is the contract's file, where no product of the mesh has one.

    Raises: SourceFault, EngineFault, Misuse; Faults, where the contract that is there cannot be read.
    """
    from weft.profile.suggesting.learning import suggested
    from weft.profile.suggesting.odcs import unsaid
    from weft.session.profiling import of_files

    session.refuse_onlooker()
    (profile,) = of_files([target], session.settings.engine)
    described, file = _described(session, target, to)
    with tempfile.TemporaryDirectory(prefix="weft-suggest-") as scratch:
        table, drafted, named = _contract(target, profile, described)
        found = suggested(*_learnt(session, (target, table, named), profile, Path(scratch)))
    new = unsaid(described[1] if described else _table(drafted), found.suggestions)
    return Proposal(LineName(""), table, file or f"{table}.odcs.yaml", found, new, drafted)


Described = tuple["Contract", "Table"]


def _described(session: Session, target: str, to: Path | None) -> tuple[Described | None, str]:
    """The contract that describes the file, and where that is: of a product that reads it, or the file that was named."""
    if to is not None:
        return (_read(to), str(to.absolute())) if to.is_file() else (None, str(to.absolute()))
    for contract, table, path in _sources(session):
        wanted = os.path.abspath(target)  # noqa: PTH100
        if path == wanted or fnmatch(wanted, path):
            return (contract, table), contract.file
    here = Path(f"{_table_name(target)}.odcs.yaml").absolute()
    return (_read(here), str(here)) if here.is_file() else (None, str(here))


def _table(drafted: str) -> Table:
    """What the draft itself promises."""
    from weft.product.from_odcs import contract_from
    from weft.standards.document import read

    contract, faults = contract_from(read(drafted, "draft"))
    if contract is None:
        raise Faults(faults)
    return contract.tables[0]


def _read(path: Path) -> Described:
    from weft.workspace.contract_file import read_contract

    contract = read_contract(path)
    if len(contract.tables) != 1:
        raise Misuse(
            f"{path} has {len(contract.tables)} tables, and a file is one", mend="Name another contract with --to."
        )
    return contract, contract.tables[0]


def _sources(session: Session) -> list[tuple[Contract, Table, str]]:
    from weft.sources.location import location

    if not session.settings.name:
        return []
    found = []
    for product in session.mesh.present:
        for read in session.mesh.reads(product).values():
            try:
                where = location(read, session.settings.root) if read.is_source else None
            except SourceFault:
                continue
            if where and where.kind == "files":
                found.append((read.contract, read.table, where.target))
    return found


def _contract(target: str, profile: TableProfile, described: Described | None) -> tuple[str, str, Named]:
    """The table's name, the text of a contract where there is none yet, and the columns as both call them."""
    if described:
        table = described[1]
        types = {column.source_name.lower(): column for column in table.columns}
        known = [(c.name, types[c.name.lower()]) for c in profile.columns if c.name.lower() in types]
        return table.name, "", tuple((column.name, name, column.type) for name, column in known)
    from weft.workspace.drafting import drafted_file

    named = tuple((c.name, c.type) for c in profile.columns)
    name = _table_name(target)
    text, names = drafted_file(name, _server(target), _columns(profile))
    return name, text, tuple((called, source, type_) for called, (source, type_) in zip(names, named, strict=True))


def _columns(profile: TableProfile) -> Sequence[Any]:
    """What a contract's draft says of each column: type, key, what is always there, how personal it looks."""
    from weft.workspace.drafting import DraftColumn
    from weft.workspace.templates import MARK

    key = next((key.columns for key in profile.keys if key.is_likely), ())
    found = []
    for column in profile.columns:
        looks = f" Its values look like this: {column.meaning}." if column.meaning else ""
        found.append(
            DraftColumn(
                column.name, column.type, required=column.nulls == 0 and profile.rows > 0, key=column.name in key,
                description=f"{MARK} what it means.{looks}", classification=CLASSES.get(column.personal, ""),
            )
        )  # fmt: skip
    return found


CLASSES = {"possible": "internal", "likely": "confidential", "sensitive": "restricted"}
"""How personal a column looks, as the degree of confidentiality that is proposed for it."""


def _server(target: str) -> dict[str, Any]:
    from weft.sources import sniff

    seen = sniff(target)
    options = [{"property": name, "value": value, "vendor": "weft"} for name, value in seen.options.items()]
    return {"server": "source", "type": "local", **seen.server, **({"customProperties": options} if options else {})}


def _table_name(target: str) -> str:
    """A file's name up to the first dot, by the rule of names."""
    stem = Path(target.rstrip("/")).name.partition(".")[0].replace("*", "")
    name = re.sub(r"\W+", "_", unaccented(stem).lower(), flags=re.ASCII).strip("_") or "source"
    return name if name[0].isalpha() else f"n{name}"


Of = tuple[str, str, Named]


def _learnt(session: Session, of: Of, profile: TableProfile, scratch: Path) -> tuple[History, TableProfile]:
    """Files of a glob follow each other; one file is parted. Columns go by the contract's names and types."""
    from dataclasses import replace

    from weft.engine import open_engine
    from weft.profile.suggesting.history import History

    target, table, named = of
    engine = open_engine(session.settings.engine, [Path(target).absolute().parent, scratch])
    bench = engine.bench(datetime.now(UTC))
    batches, told, whole = _batches(bench, target, named, scratch)
    renamed = {source: called for called, source, _ in named}
    columns = tuple(replace(c, name=renamed[c.name]) for c in profile.columns if c.name in renamed)
    chosen = tuple((called, type_) for called, _, type_ in named)
    history = History(bench, table, chosen, batches, told, whole=whole)
    return history, replace(profile, columns=columns)


def _batches(bench: Bench, target: str, named: Named, scratch: Path) -> tuple[tuple[Batch, ...], str, Batch | None]:
    from weft.profile.suggesting.chances import FEW
    from weft.profile.suggesting.history import Batch
    from weft.sources import laid_out

    files = sorted(glob(target))[-MOST_BATCHES:] if "*" in target else []  # noqa: PTH207 a glob may be absolute
    wanted = files if len(files) >= FEW else [target]
    found = []
    for at, file in enumerate(wanted):
        laid = laid_out(file, scratch / str(at))
        rows = _offer(bench, f"past {at}", laid, named)
        if rows:
            when = datetime.fromtimestamp(Path(file).stat().st_mtime, UTC) if files else datetime.now(UTC)
            found.append((Batch(f"past {at}", when), rows))
    if not found:
        raise Misuse(f"{target} has no rows", mend="Name a file that has some.")
    if len(found) >= FEW:
        return tuple(batch for batch, _ in found), f"{len(found)} files", None
    parts = parted(bench, *found[-1])
    return parts, f"one file, in {len(parts)} parts", found[-1][0]


def _offer(bench: Bench, name: str, laid: LaidOut, named: Named) -> int:
    """Offers the file's rows by the contract's names; how many there are."""
    bench.offer(f"raw {name}", laid.files, laid.columns)
    known = {column for column, _ in laid.columns}
    chosen = ", ".join(
        f"{_cast(source, type_, laid.columns) if source in known else f'CAST(NULL AS {type_})'} AS {identifier(called)}"
        for called, source, type_ in named
    )
    bench.step(name, f"SELECT {chosen} FROM {identifier(f'raw {name}')}", stored=False)
    return int(bench.arrow(f"SELECT count(*) AS n FROM {identifier(name)}").read_all().column(0)[0].as_py())


def _cast(source: str, type_: str, columns: Columns) -> str:
    return identifier(source) if dict(columns)[source] == type_ else f"TRY_CAST({identifier(source)} AS {type_})"
