"""From an ODCS document that keeps to its schema to the contract that is computed with, and what in it cannot be meant.

What the schema cannot say is found here: names used twice, types that are none, versions and references off their form.
A part that cannot be read is left out and said; the rest is read on, so that all faults come at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, get_args

from weft.errors import Fault, Place, did_you_mean
from weft.names import COLUMN, fault_of_identifier
from weft.product.contract import (
    Channel,
    Column,
    Contract,
    Limits,
    Member,
    Relationship,
    Role,
    Scalar,
    Server,
    ServiceLevel,
    Status,
    Table,
    Team,
)
from weft.product.odcs_quality import rules_of
from weft.product.odcs_references import relationships_of
from weft.product.types import NoType, column_type, length_of
from weft.standards.document import Document
from weft.standards.odcs import VENDOR, VERSIONS
from weft.versions import Version


def contract_from(document: Document) -> tuple[Contract | None, tuple[Fault, ...]]:
    """The contract, None where nothing can be made of it, and all faults found on the way."""
    data = document.mapping()
    faults: list[Fault] = []
    if data["apiVersion"] not in VERSIONS:
        mend = f"Write it as {VERSIONS[0]}; {', '.join(VERSIONS[1:])} are read too."
        return None, (Fault(document.place("apiVersion"), f"ODCS {data['apiVersion']} is not read", mend),)
    try:
        version = str(Version.parse(data["version"]))
    except ValueError as error:
        return None, (Fault(document.place("version"), str(error)),)
    description = data.get("description") or {}
    tables = _tables(document, data, faults)
    contract = Contract(
        id=data["id"],
        version=version,
        tables=tables,
        file=document.file,
        name=data.get("name", ""),
        status=_status(document, data, faults),
        purpose=description.get("purpose", ""),
        usage=description.get("usage", ""),
        limitations=description.get("limitations", ""),
        servers=_servers(document, data, faults),
        service_levels=_service_levels(data),
        roles=_roles(data),
        team=team_from(data.get("team")),
        support=channels_from(data.get("support")),
        tags=tuple(data.get("tags") or ()),
        price=_price(data.get("price") or {}),
        custom=custom_from(data.get("customProperties")),
        place=Place(document.file, 1),
    )
    return contract, tuple(faults)


def _status(document: Document, data: dict[str, Any], faults: list[Fault]) -> str:
    status = str(data.get("status", "draft"))
    if status not in get_args(Status):
        message = f"the status '{status}' is none that is known"
        faults.append(Fault(document.place("status"), message, did_you_mean(status, get_args(Status)), "warning"))
    return status


def _tables(document: Document, data: dict[str, Any], faults: list[Fault]) -> tuple[Table, ...]:
    found: dict[str, Table] = {}
    for said in data.get("schema") or ():
        place = document.place_of(said)
        if reason := fault_of_identifier(said["name"]):
            faults.append(Fault(place, f"table {reason}", "Keep what the source calls it in `physicalName`."))
        elif said["name"] in found:
            faults.append(Fault(place, f"the table '{said['name']}' is given twice", "Remove one, or rename it."))
        else:
            found[said["name"]] = _table(document, said, data, faults)
    return tuple(found.values())


def _table(document: Document, said: dict[str, Any], data: dict[str, Any], faults: list[Fault]) -> Table:
    columns = _columns(document, said, faults)
    return Table(
        name=said["name"],
        columns=columns,
        rules=rules_of(document, said, faults),
        relationships=_known(relationships_of(document, said, data, faults), columns, faults),
        physical_name=said.get("physicalName", ""),
        grain=said.get("dataGranularityDescription", ""),
        business_name=said.get("businessName", ""),
        description=said.get("description", ""),
        tags=tuple(said.get("tags") or ()),
        place=document.place_of(said),
    )


def _columns(document: Document, table: dict[str, Any], faults: list[Fault]) -> tuple[Column, ...]:
    found: dict[str, Column] = {}
    for said in table.get("properties") or ():
        name, place = said["name"], document.place_of(said)
        if not COLUMN.fullmatch(name):
            message = (
                f"table '{table['name']}': '{name}' is no name of a column (letters, digits and '_', no digit first)"
            )
            faults.append(Fault(place, message, "Keep what the source calls it in `physicalName`."))
        elif name.lower() in found:
            faults.append(Fault(place, f"table '{table['name']}': the column '{name}' is given twice", "Remove one."))
        else:
            _say_unchecked(document, said, faults)
            if column := _column(document, said, faults):
                found[name.lower()] = column
    if not found and not table.get("properties"):
        message = f"table '{table['name']}' promises no columns"
        faults.append(Fault(document.place_of(table), message, "Add `properties:`, one entry for each column."))
    return _with_key_in_order(tuple(found.values()))


def _column(document: Document, said: dict[str, Any], faults: list[Fault]) -> Column | None:
    place = document.place_of(said)
    try:
        its_type = column_type(said)
    except NoType as error:
        faults.append(Fault(place, f"property '{said['name']}': {error.message}", error.mend))
        return None
    position = said.get("primaryKeyPosition", -1)
    custom = custom_from(said.get("customProperties"))
    return Column(
        name=said["name"],
        type=its_type,
        physical_name=said.get("physicalName", ""),
        required=said.get("required", False),
        unique=said.get("unique", False),
        key_position=(position if position > 0 else 1) if said.get("primaryKey") else 0,
        limits=_limits(said),
        classification=said.get("classification", ""),
        tags=tuple(said.get("tags") or ()),
        business_name=said.get("businessName", ""),
        description=said.get("description", ""),
        unit=str(custom.get("unit", "")),
        critical=said.get("criticalDataElement", False),
        closed_enum=custom.get("closedEnum") is True,
        inner=tuple(dict.fromkeys(_inner(said))),
        place=place,
    )


def _inner(said: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the fields inside a column, however deep, are classified and tagged as."""
    for field in _fields_inside(said):
        classification, tags = field.get("classification", ""), tuple(field.get("tags") or ())
        if classification or tags:
            yield classification, tags
        yield from _inner(field)


def _fields_inside(said: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    items = [said["items"]] if said.get("items") else []
    return (*(said.get("properties") or ()), *items, *(said.get("map") or {}).values())


def _with_key_in_order(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Key columns that say no position, or the same one, are a key in the order in which they are written."""
    key = [column for column in columns if column.key_position]
    if len({column.key_position for column in key}) == len(key):
        return columns
    order = {column.name: position for position, column in enumerate(sorted(key, key=lambda c: c.key_position), 1)}
    return tuple(replace(c, key_position=order[c.name]) if c.name in order else c for c in columns)


def _limits(said: dict[str, Any]) -> Limits:
    options = said.get("logicalTypeOptions") or {}
    allowed = tuple(one["value"] for one in said.get("enum") or ())
    length = options.get("maxLength", length_of(str(said.get("physicalType") or "")))
    if not options and not allowed and length is None:
        return _UNLIMITED
    its_format = options.get("format")
    if said.get("logicalType") in ("integer", "number"):
        its_format = None
    return Limits(
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        exclusive_minimum=options.get("exclusiveMinimum"),
        exclusive_maximum=options.get("exclusiveMaximum"),
        multiple_of=options.get("multipleOf"),
        min_length=options.get("minLength"),
        max_length=length,
        pattern=options.get("pattern"),
        format=its_format,
        min_items=options.get("minItems"),
        max_items=options.get("maxItems"),
        unique_items=options.get("uniqueItems", False),
        enum=allowed,
    )


_UNLIMITED = Limits()
_PROMISES = ("required", "unique", "enum", "quality", "relationships")


def _say_unchecked(document: Document, column: dict[str, Any], faults: list[Fault]) -> None:
    """What is promised of the fields inside a column is not checked, and is not passed over in silence."""
    for inner in _fields_inside(column):
        said = [promise for promise in _PROMISES if inner.get(promise)]
        if said:
            name = inner.get("name", "its items")
            message = f"property '{column['name']}': {', '.join(said)} of '{name}' inside it cannot be checked yet"
            mend = "Say it of the whole column, as a rule of `type: sql`."
            faults.append(Fault(document.place_of(inner), message, mend, "warning"))
        _say_unchecked(document, {"name": column["name"], **{k: inner[k] for k in _INSIDE if k in inner}}, faults)


_INSIDE = ("properties", "items", "map")


def _known(
    relationships: Iterable[Relationship], columns: tuple[Column, ...], faults: list[Fault]
) -> tuple[Relationship, ...]:
    """Those whose own columns are there."""
    names = [column.name for column in columns]
    found = []
    for relationship in relationships:
        unknown = [name for name in relationship.columns if name not in names]
        faults += [
            Fault(
                relationship.place,
                f"a relationship is from '{name}', which is no column here",
                did_you_mean(name, names),
            )
            for name in unknown
        ]
        if not unknown:
            found.append(relationship)
    return tuple(found)


_NOT_OF_THE_PLACE = frozenset(("id", "server", "type", "description", "roles", "customProperties"))


def _servers(document: Document, data: dict[str, Any], faults: list[Fault]) -> tuple[Server, ...]:
    found: dict[str, Server] = {}
    for said in data.get("servers") or ():
        fields = {k: v for k, v in said.items() if k not in _NOT_OF_THE_PLACE and not isinstance(v, (dict, list))}
        custom = custom_from(said.get("customProperties"))
        options = {k: json.dumps(v) if isinstance(v, list) else v for k, v in custom.items()}
        place = document.place_of(said)
        if said["server"] in found:
            faults.append(Fault(place, f"the server '{said['server']}' is given twice", "Remove one, or rename it."))
        found[said["server"]] = Server(said["server"], said["type"], fields, options, place)
    return tuple(found.values())


def _service_levels(data: dict[str, Any]) -> tuple[ServiceLevel, ...]:
    default = data.get("slaDefaultElement", "")
    return tuple(
        ServiceLevel(s["property"], s["value"], s.get("unit", ""), s.get("element", default), s.get("description", ""))
        for s in data.get("slaProperties") or ()
    )


def _roles(data: dict[str, Any]) -> tuple[Role, ...]:
    return tuple(
        Role(r["role"], r.get("access", ""), r.get("firstLevelApprovers", ""), r.get("secondLevelApprovers", ""))
        for r in data.get("roles") or ()
    )


def _price(price: dict[str, Any]) -> str:
    """`9.95 USD per megabyte`."""
    unit = f"per {price['priceUnit']}" if price.get("priceUnit") else ""
    return " ".join(
        str(part) for part in (price.get("priceAmount", ""), price.get("priceCurrency", ""), unit) if part != ""
    )


def team_from(said: Any) -> Team:
    """A team of ODCS or ODPS; before ODCS 3.1 it was the list of its members."""
    if isinstance(said, list):
        said = {"members": said}
    said = said or {}
    members = (Member(m["username"], m.get("name", ""), m.get("role", "")) for m in said.get("members") or ())
    return Team(said.get("name", ""), said.get("description", ""), tuple(members))


def channels_from(said: Any) -> tuple[Channel, ...]:
    return tuple(Channel(c["channel"], c.get("url", ""), c.get("tool", ""), c.get("scope", "")) for c in said or ())


def custom_from(said: Any) -> dict[str, Scalar | list[Scalar]]:
    """The customProperties of vendor weft that are one value or a list of values."""
    return {
        one["property"]: one["value"]
        for one in said or ()
        if one.get("vendor") == VENDOR and not isinstance(one["value"], dict)
    }
