"""Where in a contract a change is, as the draft standard of differences writes paths: names in place of positions.

Source: Bitol RFC 0039, OMDS (draft), path notation, option C: `/schema[name=flights]/properties[name=carrier]/required`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A field of a section of a contract; `table` and `column` are what it is about, empty where it is the contract."""

    section: str
    field: str
    path: str
    table: str = ""
    column: str = ""


def of_contract(section: str, field: str = "", *, named: str = "") -> Spot:
    """A field of a top-level section, perhaps of the one entry in it that has a name: `/roles[role=analyst]`."""
    return Spot(section, field or section, f"/{section}{named}" + (f"/{field}" if field else ""))


def of_table(table: str, field: str = "", *, named: str = "") -> Spot:
    path = f"/schema[name={table}]" + (f"/{field}{named}" if field else "")
    return Spot("schema", field or "schema", path, table)


def of_column(table: str, column: str, field: str = "", *, within: str = "", named: str = "") -> Spot:
    """A field of a column; `within` is what holds it: `logicalTypeOptions`."""
    steps = [f"/schema[name={table}]/properties[name={column}]", within, f"{field}{named}"]
    return Spot("schema", field or "properties", "/".join(step for step in steps if step), table, column)
