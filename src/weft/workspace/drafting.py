"""Contracts drafted from what is there: a source's columns, or what a transform returns. What only a person knows is marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from weft.errors import Misuse, Unknown
from weft.names import DomainName, ProductName, TableName, fault_of_identifier, leaf_of, product_of, unaccented
from weft.product.contract import Scalar
from weft.product.types import column_type
from weft.settings import Settings
from weft.standards import odcs
from weft.standards.document import read
from weft.standards.odps import MANIFEST
from weft.standards.writing import LAST, Edit, edited, written
from weft.workspace.scaffold import domain_folders, new_product, write_new
from weft.workspace.templates import MARK


@dataclass(frozen=True, slots=True)
class DraftColumn:
    """One column as it was found: `name` is what the source or the query calls it, `type` is DuckDB's."""

    name: str
    type: str
    required: bool = False
    unique: bool = False
    key: bool = False
    examples: tuple[Scalar, ...] = ()
    description: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A source as it was found. `server` has the fields of an ODCS server (`type`, `path`, `format`, ...), a path relative
    to the product's `contracts` folder; `options` become its customProperties of vendor weft."""

    table: str
    columns: Sequence[DraftColumn]
    server: Mapping[str, Scalar]
    options: Mapping[str, Scalar | list[Scalar]] = field(default_factory=dict)
    physical_name: str = ""


def draft_source_contract(settings: Settings, product: ProductName, draft: SourceDraft) -> tuple[Path, ...]:
    """The contract of a source, and the input port that reads it; the product is made where it is not there.

    Returns what was written or edited. Raises: Misuse, Unknown.
    """
    if reason := fault_of_identifier(draft.table):
        raise Misuse(reason)
    folder, made = _product_folder(settings, product, make=True)
    identity = f"{product}.{draft.table}"
    port = {"name": draft.table, "version": "1.0.0", "contractId": identity}
    manifest = _with_port(folder, "inputPorts", port)
    server: dict[str, Any] = {"server": "source", **draft.server}
    if draft.options:
        server["customProperties"] = [
            {"property": name, "value": value, "vendor": odcs.VENDOR} for name, value in draft.options.items()
        ]
    contract = _head(identity, product) | {
        "description": {"purpose": f"{MARK} who delivers this, and how often."},
        "servers": [server],
        "schema": [_table(draft.table, draft.columns, draft.physical_name)],
    }
    files = write_new(folder, {f"contracts/{draft.table}{odcs.SUFFIX}": written(contract)})
    return tuple(dict.fromkeys((*made, *files, _replace(folder / MANIFEST, manifest))))


def drafted_file(table: str, server: Mapping[str, Any], columns: Sequence[DraftColumn]) -> tuple[str, tuple[str, ...]]:
    """The contract of a file that no product reads yet, as text; and what it calls the columns, in order."""
    drafted = _table(table, columns, "")
    head = {"apiVersion": odcs.CURRENT, "kind": "DataContract", "id": table, "version": "1.0.0", "status": "draft"}
    contract = head | {
        "description": {"purpose": f"{MARK} who delivers this, and how often."},
        "servers": [dict(server)],
        "schema": [drafted],
    }
    return written(contract), tuple(said["name"] for said in drafted["properties"])


def draft_promise(settings: Settings, table: TableName, columns: Sequence[DraftColumn]) -> tuple[Path, ...]:
    """The contract that promises a table, and the output port that offers it. Returns what was written or edited.

    Raises: Misuse, Unknown.
    """
    leaf, product = leaf_of(table), product_of(table)
    if reason := fault_of_identifier(leaf):
        raise Misuse(reason)
    folder, _ = _product_folder(settings, product, make=False)
    manifest = _with_port(folder, "outputPorts", {"name": leaf, "version": "1.0.0", "contractId": str(table)})
    contract = _head(str(table), product) | {
        "description": {"purpose": f"{MARK} what the table is for."},
        "schema": [_table(leaf, columns, "")],
    }
    files = write_new(folder, {f"contracts/{leaf}{odcs.SUFFIX}": written(contract)})
    return (*files, _replace(folder / MANIFEST, manifest))


@dataclass(frozen=True, slots=True)
class ExpectationDraft:
    """What a product reads of a contract at a version, by table: the columns, `required` where that is promised."""

    port: str
    contract: str
    version: str
    tables: Mapping[str, Sequence[DraftColumn]]


def draft_expectation(settings: Settings, product: ProductName, draft: ExpectationDraft) -> tuple[Path, ...]:
    """The document of what a product expects of an input port, from what it reads. Returns what was written. Raises: Misuse."""
    folder, _ = _product_folder(settings, product, make=False)
    schema = [_expected(name, columns) for name, columns in draft.tables.items()]
    contract = _head(draft.contract, product) | {
        "version": draft.version,
        "description": {"purpose": f"{MARK} what you need it for."},
        "schema": schema,
    }
    return write_new(folder, {f"contracts/{draft.port}_expected{odcs.SUFFIX}": written(contract)})


def _expected(name: str, columns: Sequence[DraftColumn]) -> dict[str, Any]:
    properties = [
        {"name": column.name, **typed(column.type), **({"required": True} if column.required else {})}
        for column in columns
    ]
    wish = f"{MARK} what you need of its rows, as rules of type library or sql; or remove this."
    table = {"name": name, "logicalType": "object", "properties": properties}
    return table | {"quality": [{"type": "text", "description": wish}]}


def _head(identity: str, product: ProductName) -> dict[str, Any]:
    return {
        "apiVersion": odcs.CURRENT,
        "kind": "DataContract",
        "id": identity,
        "version": "1.0.0",
        "status": "draft",
        "domain": product.partition(".")[0],
    }


def _product_folder(settings: Settings, product: ProductName, *, make: bool) -> tuple[Path, tuple[Path, ...]]:
    domain, _, leaf = product.partition(".")
    folder = settings.root / domain_folders(settings).get(DomainName(domain), "") / leaf
    if (folder / MANIFEST).is_file():
        return folder, ()
    if not make:
        raise Unknown("product", product, mend=f"Make it with `weft new product {product}`.")
    return folder, new_product(settings, product, example=False)


def _with_port(folder: Path, ports: str, port: dict[str, str]) -> str:
    """The manifest's text with a port more. Raises: Misuse where the name or the contract is there already."""
    path = folder / MANIFEST
    text = path.read_text("utf-8-sig")
    data = read(text, path.name).mapping()
    for said in (*(data.get("inputPorts") or ()), *(data.get("outputPorts") or ())):
        if said.get("name") == port["name"] or said.get("contractId") == port["contractId"]:
            raise Misuse(f"{path.name} has a port '{said.get('name')}' already", mend="Choose another name.")
    return edited(text, [Edit((ports, LAST), port)])


def _replace(path: Path, text: str) -> Path:
    """In one step: a manifest is never seen half written."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, "utf-8", newline="\n")
    temporary.replace(path)
    return path


def _table(name: str, columns: Sequence[DraftColumn], physical_name: str) -> dict[str, Any]:
    names: list[str] = []
    for column in columns:
        names.append(_free_name(column.name, names))
    table: dict[str, Any] = {"name": name, "logicalType": "object"}
    if physical_name and physical_name != name:
        table["physicalName"] = physical_name
    table["description"] = f"{MARK} what one row is."
    table["properties"] = [_property(name, column) for name, column in zip(names, columns, strict=True)]
    return table


def _free_name(said: str, taken: list[str]) -> str:
    """A name for a column by the rule, as like as can be to what the source calls it, and not given yet."""
    name = re.sub(r"\W+", "_", unaccented(said), flags=re.ASCII).strip("_") or "column"
    name = f"_{name}" if name[0].isdigit() else name
    lower = {one.lower() for one in taken}
    count, free = 1, name
    while free.lower() in lower:
        count += 1
        free = f"{name}_{count}"
    return free


def _property(name: str, column: DraftColumn) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name}
    if name != column.name:
        said["physicalName"] = column.name
    said |= typed(column.type)
    flags = {"primaryKey": column.key, "required": column.required, "unique": column.unique and not column.key}
    said |= {flag: True for flag, holds in flags.items() if holds}
    if column.classification:
        said["classification"] = column.classification
    said["description"] = column.description or f"{MARK} what it means."
    if column.examples:
        said["examples"] = list(column.examples)
    return said


_LOGICAL = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "number",
    "FLOAT": "number",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "integer"),
}


def typed(duckdb_type: str) -> dict[str, Any]:
    """The fields of an ODCS property that say a DuckDB type: the logical type, and the physical one where that is not all."""
    said = _logically(duckdb_type)
    try:
        whole = column_type(said) == duckdb_type
    except ValueError:
        whole = False
    return said if whole else said | {"physicalType": duckdb_type}


def _logically(duckdb_type: str) -> dict[str, Any]:
    if duckdb_type.endswith("]"):
        return {"logicalType": "array", "items": typed(duckdb_type.rpartition("[")[0])}
    if duckdb_type.startswith("STRUCT("):
        return {"logicalType": "object"}
    if duckdb_type.startswith("MAP("):
        key, value = _halves(duckdb_type[4:-1])
        return {"logicalType": "map", "map": {"key": typed(key), "value": typed(value)}}
    if duckdb_type.startswith("DECIMAL"):
        return {"logicalType": "number"}
    for kind in ("TIMESTAMP", "TIME"):
        if duckdb_type.startswith(kind):
            zoned = {"logicalTypeOptions": {"timezone": True}} if "TIME ZONE" in duckdb_type else {}
            return {"logicalType": kind.lower(), **zoned}
    return {"logicalType": _LOGICAL.get(duckdb_type, "string")}


def _halves(inside: str) -> tuple[str, str]:
    """The key's and the value's type of a map: the texts around the comma that no bracket and no quote holds."""
    depth, quoted = 0, False
    for at, character in enumerate(inside):
        if character in "\"'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
            if character == "," and depth == 0:
                return inside[:at], inside[at + 1 :].strip()
    return inside, "VARCHAR"
