"""What stands in a FROM in normal form: which tables are read, and how they are joined."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from weft.sql.lineage.flows import NOTHING, Flow, Output, Relation, Scope, Sources, distinct, relabelled
from weft.sql.lineage.stars import all_columns
from weft.sql.names_read import name_of
from weft.sql.normal.expressions import Saying, conjunction
from weft.sql.normal.forms import Deferred, Reader, Said, Unclear, called, flow, item, plain, said_by, stages, within

_JSON = ("key", "value", "type", "atom", "id", "parent", "fullkey", "path")


def add_from(node: exp.Expr, scope: Scope, reader: Reader) -> Sources:
    """Adds a table, and what is joined to it, to a scope. Returns what decides which rows there are."""
    relation, alias = _relation(node, scope, reader)
    scope.tables.append((alias, relation))
    items = relation.conditions
    inside = isinstance(node, exp.Subquery)
    for join in node.args.get("joins") or () if not inside else ():
        items = joined(join, items, scope, reader)
    for lateral in node.args.get("laterals") or ():
        items |= add_from(lateral, scope, reader)
    return items


def joined(join: exp.Expr, before: Sources, scope: Scope, reader: Reader) -> Sources:
    """The items of a FROM with one more join."""
    at = len(scope.tables)
    side, kind, method = (str(join.args.get(key) or "").upper() for key in ("side", "kind", "method"))
    right = add_from(join.this, scope, reader)
    shared = _shared(join, scope, at, method)
    conditions = [_merged(name, scope, at, side) for name in shared]
    asked = list(conjuncts(on, scope, reader)) if (on := join.args.get("on")) else []
    if kind in ("SEMI", "ANTI") or side in ("SEMI", "ANTI"):
        scope.hidden.update(range(at, len(scope.tables)))
    if side or kind not in ("", "INNER", "CROSS") or method not in ("", "NATURAL"):
        how = " ".join(word for word in (method, side, kind) if word).lower()
        return _outer(how, (before, right), conditions + [said for said, _ in asked])
    after = stages(before | right)
    items = {reader.show(condition(said, after), part) for said, part in asked}
    return before | right | items | {condition(said, after) for said in conditions}


def _outer(how: str, sides: tuple[Sources, Sources], conditions: list[Said]) -> Sources:
    """A join that keeps rows which find no partner: what happens on its loose side does not happen to all rows."""
    before, right = sides
    if how.startswith(("right", "full")):
        before = within(f"before {how}", before)
    if not how.startswith("right"):
        right = within(how, right)
    on = " and ".join(sorted(said.full for said in conditions))
    return before | right | frozenset([item("join", f"{how} join of {_read(right)} on {on}")])


def _read(items: Sources) -> str:
    return ", ".join(
        sorted(text.rpartition("reads ")[2] for part, text in items if part == "join" and "reads " in text)
    )


def condition(said: Said, after: str = "") -> tuple[str, str]:
    """What two tables have to do with each other joins them; what is asked of one filters it."""
    return item("join" if len(said.reads) > 1 else "filter", f"{said.full}{after}")


def conjuncts(node: exp.Expr, scope: Scope, reader: Reader) -> Iterator[tuple[Said, exp.Expr]]:
    """What AND joins, each part in normal form and as it was written; TRUE asks for nothing."""
    saying = Saying(reader, scope)
    for part in conjunction(node):
        if not (isinstance(part, exp.Boolean) and part.this):
            yield saying.said(part), part


def _shared(join: exp.Expr, scope: Scope, at: int, method: str) -> list[str]:
    if using := join.args.get("using"):
        return [part.name.lower() for part in using]
    if method != "NATURAL":
        return []
    left = {output.name.lower() for _, relation in scope.tables[:at] for output in relation.columns}
    return [o.name.lower() for _, relation in scope.tables[at:] for o in relation.columns if o.name.lower() in left]


def _merged(name: str, scope: Scope, at: int, side: str) -> Said:
    left = scope.merged.get(name) or _first(scope.tables[:at], name)
    right = _first(scope.tables[at:], name)
    scope.merged[name] = right if side == "RIGHT" else left | right if side == "FULL" else left
    return called("eq", [said_by(left), said_by(right)], ordered=False)


def _first(tables: list[tuple[str, Relation]], name: str) -> Flow:
    found = next((found.flow for _, relation in tables if (found := relation.column(name))), None)
    return found if found is not None else flow(plain(f"unknown {name}"))


def _relation(node: exp.Expr, scope: Scope, reader: Reader) -> tuple[Relation, str]:
    if node.args.get("pivots"):
        raise Unclear
    alias = node.args.get("alias")
    name = alias.name.lower() if isinstance(alias, exp.TableAlias) else ""
    relation = _plain(node, scope, reader, name)
    if not name and isinstance(node, exp.Table):
        name = node.name.lower() if isinstance(node.this, exp.Identifier) else _called(node.this)
    if isinstance(alias, exp.TableAlias):
        relation = relabelled(relation, [column.name for column in alias.args.get("columns") or ()])
    if sample := node.args.get("sample"):
        relation = Relation(relation.columns, relation.conditions | {item("filter", sample.sql("duckdb"))})
    return relation, name


def _plain(node: exp.Expr, scope: Scope, reader: Reader, alias: str) -> Relation:
    if isinstance(node, exp.Table):
        return (
            _named(node, scope, reader)
            if isinstance(node.this, exp.Identifier)
            else _function(node.this, scope, reader, alias)
        )
    if isinstance(node, exp.Subquery) and not isinstance(node.this, (exp.Query, exp.Values)):
        return _group(node, scope, reader)
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
        return _group(node, scope, reader)
    if isinstance(node, exp.Lateral):
        inside = node.this
        if isinstance(inside, exp.Subquery):
            return _plain(inside, scope, reader, alias)
        return _function(inside, scope, reader, alias)
    if isinstance(node, (exp.Unnest, exp.Func)):
        return _function(node, scope, reader, alias)
    inner = scope.inner()
    inner.outer = scope
    return scope.query(node, inner)


def _named(node: exp.Table, scope: Scope, reader: Reader) -> Relation:
    found = scope.ctes.get(node.name.lower()) if node.args.get("db") is None else None
    if isinstance(found, Deferred) and found.node is not None and found.around is not None:
        if found.recursive and isinstance(found.node, exp.SetOperation):
            return _recursive(found, node.name.lower(), reader)
        return relabelled(scope.query(found.node, found.around.inner()), found.names)
    return found if found is not None else reader.base(name_of(node))


def _recursive(cte: Deferred, name: str, reader: Reader) -> Relation:
    """The part that begins, and the part that goes on from it, in which the name stands for itself."""
    assert cte.node is not None
    assert cte.around is not None
    label, inner = reader.label("itself"), cte.around.inner()
    first = relabelled(inner.query(cte.node.args["this"], inner.inner()), cte.names)
    own = [Output(o.name, flow(plain(f"[{label}].{at}"))) for at, o in enumerate(first.columns)]
    inner.ctes[name] = Relation(own, NOTHING)
    again = inner.query(cte.node.args["expression"], inner.inner())
    columns = [
        Output(o.name, flow(called("recursive", [said_by(o.flow), said_by(other.flow)])))
        for o, other in zip(first.columns, again.columns, strict=False)
    ]
    how = "united with itself" + ("" if cte.node.args.get("distinct") else ", all rows")
    return Relation(columns, first.conditions | within("again", again.conditions) | {item("union", how)})


def _group(node: exp.Expr, scope: Scope, reader: Reader) -> Relation:
    """`(t JOIN u ON ...)` as one relation."""
    inner = scope.inner()
    items = add_from(node.this, inner, reader)
    for join in node.args.get("joins") or ():
        items = joined(join, items, inner, reader)
    return Relation(distinct(all_columns(inner)), items)


def _function(node: exp.Expr, scope: Scope, reader: Reader, alias: str) -> Relation:
    """A table function is one column, named as it is called or as its alias; what json_each returns has names of its own."""
    said, name = Saying(reader, scope).said(node), _called(node)
    columns = list(_columns(name, alias, said))
    return Relation(columns, frozenset([item("join", f"reads {said.full}")]))


def _columns(name: str, alias: str, said: Said) -> Iterator[Output]:
    if name in ("json_each", "json_tree"):
        for column in _JSON:
            yield Output(column, flow(called("field", [said, plain(column)])))
    else:
        yield Output(alias or name, flow(said))


def _called(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    if isinstance(node, exp.GenerateSeries):
        return "range" if node.args.get("is_end_exclusive") else "generate_series"
    return "unnest" if isinstance(node, (exp.Unnest, exp.Explode)) else "function"
