"""The second wall: every kind of node in a query's tree is on a list, and whatever stands as a table is a name or harmless.

The same walk finds what the query reads, so that a text is walked once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sqlglot import exp

from weft.errors import Place, Refused
from weft.names import RESERVED
from weft.sql.functions import INSTEAD, REFUSED_FOR, TABLE_FUNCTIONS

_KINDS: tuple[type[exp.Expr], ...] = (
    *(
        exp.Func,
        exp.Binary,
        exp.Unary,
        exp.Query,
        exp.Condition,
        exp.Identifier,
        exp.Alias,
        exp.Aliases,
        exp.Star,
        exp.Var,
    ),
    *(
        exp.From,
        exp.Table,
        exp.TableAlias,
        exp.Join,
        exp.Where,
        exp.Group,
        exp.Having,
        exp.Qualify,
        exp.Order,
        exp.Ordered,
    ),
    *(exp.Limit, exp.LimitOptions, exp.Offset, exp.Fetch, exp.Distinct, exp.With, exp.CTE, exp.Values, exp.Lateral),
    *(
        exp.WindowSpec,
        exp.Filter,
        exp.WithinGroup,
        exp.IgnoreNulls,
        exp.RespectNulls,
        exp.Cube,
        exp.Rollup,
        exp.GroupingSets,
    ),
    *(exp.DataType, exp.DataTypeParam, exp.ColumnDef, exp.Tuple, exp.Slice, exp.Lambda, exp.Kwarg, exp.Comprehension),
    *(
        exp.Pivot,
        exp.UnpivotColumns,
        exp.PivotAlias,
        exp.PositionalColumn,
        exp.Interval,
        exp.IntervalSpan,
        exp.JSONPathPart,
    ),
    *(
        exp.JSONPath,
        exp.JSONKeyValue,
        exp.HavingMax,
        exp.Collate,
        exp.AtTimeZone,
        exp.Escape,
        exp.PropertyEQ,
        exp.Between,
        exp.Subquery,
    ),
)
_NEVER: tuple[type[exp.Expr], ...] = (
    *(
        exp.DDL,
        exp.DML,
        exp.Command,
        exp.Parameter,
        exp.SessionParameter,
        exp.TableSample,
        exp.HistoricalData,
    ),
    *(exp.Into, exp.Lock, exp.Hint, exp.Nearest, exp.Pseudocolumn),
)
_TABLE_ARGS = frozenset(["this", "db", "catalog", "alias", "joins", "pivots", "laterals", "ordinality"])
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(@\d+(\.\d+\.\d+-[0-9A-Za-z.-]+)?)?")
_FILE_ENDINGS = frozenset(
    [
        "arrow",
        "avro",
        "blob",
        "bz2",
        "csv",
        "db",
        "ddb",
        "dbf",
        "duckdb",
        "feather",
        "geojson",
        "gz",
        "ipc",
        "json",
        "jsonl",
        "log",
        "lz4",
        "ndjson",
        "orc",
        "parquet",
        "pq",
        "shp",
        "sqlite",
        "sqlite3",
        "tsv",
        "txt",
        "vortex",
        "xls",
        "xlsx",
        "xml",
        "yaml",
        "yml",
        "zip",
        "zst",
        "lance",
    ]
)
_CATALOGS = frozenset(["information_schema", "pg_catalog", "system", "temp", "sqlite_temp_schema"])
_CATALOG_TABLES = ("duckdb_", "pragma_", "sqlite_", "pg_")
_SAYS = {
    "TableSample": ("a sample comes out otherwise each time", "Filter by a key instead, such as hash(id) % 10 = 0."),
    "HistoricalData": ("AT (VERSION ...) has no place here", "Read a table as it stands."),
    "Parameter": ("a parameter has no value here", "Write the value itself."),
    "Describe": ("DESCRIBE is no query", "`weft show` says what a table's columns are."),
    "Summarize": ("SUMMARIZE is no query", "Write the aggregates that you need."),
    "Show": ("SHOW is no query", "`weft search` says what there is."),
}


@dataclass(slots=True)
class Found:
    """What one walk over a tree learnt. `tables` are the references to what is not of the query's own; `headed` the offsets of
    names that columns follow in brackets; `named` the offsets of all identifiers; `shape` the tree without brackets."""

    tables: list[exp.Table] = field(default_factory=list)
    headed: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    shape: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    """What stands for a value: `$name`, `$1`, or `?`, which has no name."""


Names = frozenset[str]
_verdicts: dict[type[exp.Expr], bool] = {}


def found_in(tree: exp.Expr, text: str) -> Found:
    """Raises: Refused, for a node that is not on the list."""
    found = Found()
    if not isinstance(tree, (exp.Query, exp.Pivot, exp.Values)):
        raise _unknown(tree)
    stack: list[tuple[exp.Expr, Names, str, int]] = [(tree, frozenset(), "", 0)]
    while stack:
        node, names, key, depth = stack.pop()
        kind = node.__class__
        allowed = _verdicts.get(kind)
        if allowed is None:
            allowed = _verdicts[kind] = issubclass(kind, _KINDS) and not issubclass(kind, _NEVER)
        if not allowed:
            raise _unknown(node)
        args = node.args
        if kind is exp.Identifier:
            found.named.add(_start_of_name(node, key, text))
            found.shape.append(f"{key} {depth}")
            continue
        if kind is exp.Paren:
            stack.append((args["this"], names, key, depth))
            continue
        found.shape.append(f"{key} {depth} {kind.__name__}")
        if kind is exp.Table:
            _check_table(node, names, text, found)
        elif kind is exp.TableAlias:
            if args.get("columns") and (name := args.get("this")):
                found.headed.add(name.meta.get("start", -1))
        elif kind in _PARTS:
            _check_part(node)
        elif kind is exp.Placeholder:
            found.parameters.append(str(args.get("this") or ""))
        depth += 1
        if with_ := args.get("with_"):
            found.shape.append(f"with {depth} {bool(with_.args.get('recursive'))}")
            names = _push_ctes(with_, names, stack, depth)
        for name, value in args.items():
            if value.__class__ is list:
                stack += [(child, names, name, depth) for child in value if isinstance(child, exp.Expr)]
            elif isinstance(value, exp.Expr) and name != "with_":
                stack.append((value, names, name, depth))
    return found


def _start_of_name(node: exp.Expr, key: str, text: str) -> int:
    """Where an identifier stands; a reserved word is none, and what this tree takes for a name DuckDB may take for a command."""
    start = int(node.meta.get("start", -1))
    name = node.name.lower()
    if name in RESERVED and key != "alias" and start >= 0 and text[start] != '"' and text[start - 1 : start] != ".":
        raise _refused(f"{name.upper()} is a reserved word of SQL", "Put it in double quotes if it is a name.", node)
    return start


def _push_ctes(with_: exp.Expr, names: Names, stack: list[tuple[exp.Expr, Names, str, int]], depth: int) -> Names:
    """Each CTE sees those before it, and itself where it is recursive and a set operation."""
    if with_.__class__ is not exp.With or any(
        key not in ("expressions", "recursive") and value for key, value in with_.args.items()
    ):
        raise _unknown(with_)
    recursive = with_.args.get("recursive")
    for cte in with_.expressions:
        own = names | {cte.alias.lower()}
        stack.append((cte, own if recursive and isinstance(cte.this, exp.SetOperation) else names, "cte", depth))
        names = own
    return names


def _check_table(node: exp.Expr, names: Names, text: str, found: Found) -> None:
    args = node.args
    for key, value in args.items():
        if value and key not in _TABLE_ARGS:
            raise _unknown(value[0] if isinstance(value, list) else value if isinstance(value, exp.Expr) else node)
    this = args.get("this")
    if isinstance(this, exp.Identifier):
        if args.get("db") is None and this.name.lower() in names:
            return
        _check_name(node, text)
        found.tables.append(node)  # type: ignore[arg-type]
    elif not isinstance(this, exp.Func) or _function(this) not in TABLE_FUNCTIONS or args.get("db"):
        _refuse_function(this or node)


def _function(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    return {"Explode": "unnest", "Unnest": "unnest", "GenerateSeries": "generate_series"}.get(
        node.__class__.__name__, node.sql_name().lower() if isinstance(node, exp.Func) else ""
    )


def _refuse_function(node: exp.Expr) -> None:
    if isinstance(node, exp.Dot):
        raise _refused("a table has at most three names: domain.product.table", "Name a table by these.", node)
    name = _function(node)
    if reason := REFUSED_FOR.get(name):
        raise _refused(f"the function {name} is not allowed: {reason}", INSTEAD.get(name, "Leave it out."), node)
    raise _refused(
        f"{name or 'this'} may not stand where a table does",
        f"Name a table; of functions there are {', '.join(sorted(TABLE_FUNCTIONS))}.",
        node,
    )


def _check_name(node: exp.Expr, text: str) -> None:
    parts = [part for key in ("catalog", "db", "this") if (part := node.args.get(key)) is not None]
    if not all(isinstance(part, exp.Identifier) for part in parts):
        raise _refused("the name of a table has an empty part", _NAME, node)
    for part in parts:
        start = part.meta.get("start") if isinstance(part, exp.Identifier) else None
        name = part.name
        if start is not None and (text[start] in "'$" or text[start : start + 2].lower() == "e'"):
            raise _refused(f"the text '{name}' stands where a table does: a file or a URL cannot be read", _NAME, node)
        if not _PLAIN.fullmatch(name):
            mend = _with_line(name) or _NAME
            raise _refused(f'"{name}" is no name of a table: a file or a URL cannot be read', mend, node)
    last = parts[-1].name.lower()
    dotted = last.rpartition(".")[2] if "." in last else last if len(parts) > 1 else ""
    if dotted in _FILE_ENDINGS:
        raise _refused(f"{'.'.join(part.name for part in parts)} looks like a file: a file cannot be read", _NAME, node)
    if last.startswith(_CATALOG_TABLES) or (len(parts) > 1 and parts[-2].name.lower() in _CATALOGS):
        raise _refused(
            f"{'.'.join(part.name for part in parts)} is DuckDB's own catalog",
            "`weft search` says what there is.",
            node,
        )


def _with_line(name: str) -> str:
    """Quotes around the whole of a name, where they belong around its last part."""
    before, dot, last = name.partition("@")[0].rpartition(".")
    line = name.partition("@")[2]
    return f'Write {before}."{last}@{line}".' if dot and line and _PLAIN.fullmatch(f"{last}@{line}") else ""


_NAME = "Name a table: an input port or a step in a transform, domain.product.table in a question."


_PARTS = frozenset([exp.Anonymous, exp.Join, exp.Lateral, exp.Pivot])


def _check_part(node: exp.Expr) -> None:
    kind, args = node.__class__, node.args
    if kind is exp.Pivot:
        _check_pivot(node)
        return
    if kind is exp.Anonymous:
        if str(node.this).lower() == "age" and len(node.expressions) == 1:
            raise _refused("age with one argument says a time that is not the run's", INSTEAD["age"], node)
        return
    this = args.get("this")
    if kind is exp.Join:
        if str(args.get("method") or "").upper() == "POSITIONAL":
            raise _refused(
                "POSITIONAL JOIN depends on the order in which rows happen to be kept", "Join on a key.", node
            )
        if not isinstance(this, (exp.Table, exp.Subquery, exp.Values, exp.Unnest, exp.Lateral, exp.Pivot)):
            _refuse_function(this or node)
    elif not isinstance(this, (exp.Subquery, exp.Unnest)) and (
        not isinstance(this, exp.Func) or _function(this) not in TABLE_FUNCTIONS
    ):
        _refuse_function(this or node)


def _check_pivot(node: exp.Expr) -> None:
    """DuckDB turns a PIVOT without IN into several statements, of which one looks at the data."""
    if node.args.get("unpivot") or node.args.get("fields"):
        return
    if not all(isinstance(on, exp.In) and on.expressions for on in node.expressions):
        raise _refused(
            "a PIVOT without IN has columns that nobody can know before it is run",
            "Name the values: PIVOT ... ON column IN ('a', 'b').",
            node,
        )


def _unknown(node: exp.Expr) -> Refused:
    kind = node.__class__.__name__
    message, mend = _SAYS.get(
        kind, (f"this has something that is not read here ({kind})", "Write it as a plain SELECT.")
    )
    return _refused(message, mend, node)


def _refused(message: str, mend: str, node: exp.Expr) -> Refused:
    lines = (part.meta["line"] for part in node.find_all(exp.Identifier) if part.meta.get("start") is not None)
    return Refused(message, mend=mend, place=Place("query", next(lines, 1)))
