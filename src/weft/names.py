"""What things are called: `domain.product.table`, and `domain.product.table@line` where a line is meant.

Names are texts with a type of their own, so that a domain is never passed where a table is meant and nothing is
wrapped or unwrapped on the way to SQL, JSON and the registry.
"""

from __future__ import annotations

import calendar
import os
import re
import threading
import time
import unicodedata
from typing import NewType

DomainName = NewType("DomainName", str)
"""`operations`: one identifier, unique in the mesh however deep the domain is nested."""

ProductName = NewType("ProductName", str)
"""`operations.flights`."""

TableName = NewType("TableName", str)
"""`operations.flights.departures`."""

LineName = NewType("LineName", str)
"""A table of one line: `operations.flights.departures@1`, `...@2.0.0-beta.1`. What a pointer of the registry is for."""

SnapshotId = NewType("SnapshotId", str)
RunId = NewType("RunId", str)

MESH_DOMAIN = DomainName("mesh")
PROD = "prod"

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LINE_LABEL = re.compile(r"\d+(\.\d+\.\d+-[0-9A-Za-z.-]+)?")

RESERVED = frozenset(
    [
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "both",
        "case",
        "cast",
        "check",
        "collate",
        "column",
        "constraint",
        "create",
        "default",
        "deferrable",
        "desc",
        "describe",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "false",
        "fetch",
        "for",
        "foreign",
        "from",
        "group",
        "having",
        "in",
        "initially",
        "intersect",
        "into",
        "lambda",
        "lateral",
        "leading",
        "limit",
        "not",
        "null",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "pivot",
        "pivot_longer",
        "pivot_wider",
        "placing",
        "primary",
        "qualify",
        "references",
        "returning",
        "select",
        "show",
        "some",
        "summarize",
        "symmetric",
        "table",
        "then",
        "to",
        "trailing",
        "true",
        "union",
        "unique",
        "unpivot",
        "using",
        "variadic",
        "when",
        "where",
        "window",
        "with",
    ]
)
"""The words that DuckDB reserves (`duckdb_keywords()`, category reserved); a test holds the list."""


def fault_of_identifier(name: str) -> str | None:
    """Why this cannot name a domain, a product, a port or a table; None where it can."""
    if not IDENTIFIER.fullmatch(name):
        return f"'{name}' is no name: lower-case letters, digits and '_' only, beginning with a letter"
    return f"'{name}' is a reserved word of SQL" if name in RESERVED else None


def identifier(name: str) -> str:
    """A name of whatever letters as an SQL identifier, in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def product_name(domain: str, product: str) -> ProductName:
    return ProductName(f"{domain}.{product}")


def table_name(product: ProductName, table: str) -> TableName:
    return TableName(f"{product}.{table}")


def line_name(table: TableName, label: str) -> LineName:
    return LineName(f"{table}@{label}")


def table_of(line: LineName) -> TableName:
    return TableName(line.partition("@")[0])


def label_of(line: LineName) -> str:
    return line.partition("@")[2]


def is_preview(line: LineName) -> bool:
    """Whether a line is a preview, and not a major."""
    return not label_of(line).isdigit()


def product_of(name: TableName | LineName) -> ProductName:
    return ProductName(name.partition("@")[0].rpartition(".")[0])


def domain_of(name: ProductName | TableName | LineName) -> DomainName:
    return DomainName(name.partition(".")[0])


def leaf_of(name: ProductName | TableName | LineName) -> str:
    """The last identifier of a name, without its line: `departures`."""
    return name.partition("@")[0].rpartition(".")[2]


def product_and_key(name: str) -> tuple[ProductName, str]:
    """`a.b.t@2.0.0-beta.1` as `a.b` and `t@2.0.0-beta.1`: a version has dots of its own."""
    table, at, label = name.partition("@")
    product, _, leaf = table.rpartition(".")
    return ProductName(product), f"{leaf}{at}{label}"


def spelled(name: str) -> str:
    """`domain.product.table[@line]` as SQL says it: a version has dots of its own."""
    product, key = product_and_key(name)
    return ".".join(map(identifier, (*product.split("."), key)))


SORTABLE_ID = re.compile(r"\d{8}t\d{12}-[0-9a-f]{6}")
_ids = threading.Lock()
_last_id = ""


def sortable_id(after: str = "") -> str:
    """A new id of a run or a snapshot, `20261121t091730123456-4f2a9c`: its time in UTC to the microsecond, then chance.

    Ids sort by time; each sorts after all that this process made before, and after `after`, whatever the clock says.
    """
    global _last_id  # noqa: PLW0603 one clock for the process
    with _ids:
        moment = _moment(time.time_ns() // 1000)
        floor = max(_last_id, after).partition("-")[0]
        if moment <= floor:
            moment = _moment(_microseconds(floor) + 1)
        _last_id = moment
    return f"{moment}-{os.urandom(3).hex()}"


def _moment(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    return time.strftime("%Y%m%dt%H%M%S", time.gmtime(seconds)) + f"{rest:06}"


def _microseconds(moment: str) -> int:
    return calendar.timegm(time.strptime(moment[:15], "%Y%m%dt%H%M%S")) * 1_000_000 + int(moment[15:])


def unaccented(text: str) -> str:
    """A text with letters of ASCII where that is only an accent less: `Größe` to `Grosse`."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if not unicodedata.combining(c))
