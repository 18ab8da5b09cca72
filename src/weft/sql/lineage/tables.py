"""What stands in a FROM: names, subqueries, joins, table functions, and pivots over them."""

from __future__ import annotations

from sqlglot import exp

from weft.sql.lineage.expressions import flow_of
from weft.sql.lineage.flows import EMPTY, Flow, Output, Relation, Scope, Sources, distinct, relabelled
from weft.sql.lineage.pivots import pivoted
from weft.sql.lineage.stars import all_columns
from weft.sql.names_read import name_of


def add_from(node: exp.Expr, scope: Scope) -> Sources:
    """Adds a table, and what is joined to it, to a scope. Returns what decides which rows there are."""
    alias, relation = _relation(node, scope)
    scope.tables.append((alias, relation))
    conditions = relation.conditions
    for join in node.args.get("joins") or () if not isinstance(node, exp.Subquery) else ():
        conditions |= add_join(join, scope)
    for lateral in node.args.get("laterals") or ():
        conditions |= add_from(lateral, scope)
    return conditions


def add_join(join: exp.Expr, scope: Scope) -> Sources:
    """Adds what a JOIN joins. Returns what decides which rows there are."""
    before = len(scope.tables)
    conditions = add_from(join.this, scope)
    side, kind = str(join.args.get("side") or "").upper(), str(join.args.get("kind") or "").upper()
    for name in _shared(join, scope, before):
        conditions |= _merge(name, scope, before, side)
    if on := join.args.get("on"):
        conditions |= flow_of(on, scope).everything
    if kind in ("SEMI", "ANTI") or side in ("SEMI", "ANTI"):
        scope.hidden.update(range(before, len(scope.tables)))
    return conditions


def _shared(join: exp.Expr, scope: Scope, before: int) -> list[str]:
    """The columns that both sides share by USING or NATURAL."""
    if using := join.args.get("using"):
        return [part.name.lower() for part in using]
    if str(join.args.get("method") or "").upper() != "NATURAL":
        return []
    left = {output.name.lower() for _, relation in scope.tables[:before] for output in relation.columns}
    right = [output.name.lower() for _, relation in scope.tables[before:] for output in relation.columns]
    return [name for name in right if name in left]


def _merge(name: str, scope: Scope, before: int, side: str) -> Sources:
    left = scope.merged.get(name) or _first(scope.tables[:before], name)
    right = _first(scope.tables[before:], name)
    scope.merged[name] = right if side == "RIGHT" else left | right if side == "FULL" else left
    return left.everything | right.everything


def _first(tables: list[tuple[str, Relation]], name: str) -> Flow:
    return next((found.flow for _, relation in tables if (found := relation.column(name))), EMPTY)


def _relation(node: exp.Expr, scope: Scope) -> tuple[str, Relation]:
    """A table's alias and its columns, after its pivots and the names of its alias."""
    alias = node.args.get("alias")
    name = alias.name.lower() if isinstance(alias, exp.TableAlias) else ""
    relation = _plain(node, scope, name)
    if not name and isinstance(node, exp.Table):
        name = node.name.lower() if isinstance(node.this, exp.Identifier) else _called(node.this)
    if isinstance(alias, exp.TableAlias):
        relation = relabelled(relation, [column.name for column in alias.args.get("columns") or ()])
    for pivot in node.args.get("pivots") or ():
        relation = pivoted(pivot, relation, scope)
        if isinstance(renaming := pivot.args.get("alias"), exp.TableAlias):
            name = renaming.name.lower()
            relation = relabelled(relation, [column.name for column in renaming.args.get("columns") or ()])
    return name, relation


def _plain(node: exp.Expr, scope: Scope, alias: str) -> Relation:
    if isinstance(node, exp.Table):
        if isinstance(node.this, exp.Identifier):
            return _named(node, scope)
        return _function(node.this, scope, alias)
    if isinstance(node, exp.Subquery) and not isinstance(node.this, (exp.Query, exp.Values, exp.Pivot)):
        return _joined(node, scope)
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
        return _joined(node, scope)
    if isinstance(node, exp.Lateral):
        inside = node.this
        return _plain(inside, scope, alias) if isinstance(inside, exp.Subquery) else _function(inside, scope, alias)
    if isinstance(node, (exp.Unnest, exp.Func)):
        return _function(node, scope, alias)
    inner = scope.inner()
    inner.outer = scope
    return scope.query(node, inner)


def _named(node: exp.Table, scope: Scope) -> Relation:
    if node.args.get("db") is None and (cte := scope.ctes.get(node.name.lower())) is not None:
        return cte
    name = name_of(node)
    return scope.reads.get(name) or scope.reads.get(name.lower()) or Relation([])


def _joined(node: exp.Expr, scope: Scope) -> Relation:
    """`(t JOIN u ON ...)` as one relation."""
    inner = scope.inner()
    conditions = add_from(node.this, inner)
    for join in node.args.get("joins") or ():
        conditions |= add_join(join, inner)
    return Relation(distinct(all_columns(inner)), conditions)


def _function(node: exp.Expr, scope: Scope, alias: str) -> Relation:
    """A table function is one column, named as it is called or as its alias; what json_each returns has names of its own."""
    flow = flow_of(node, scope)
    name = _called(node)
    if name in ("json_each", "json_tree"):
        return Relation([Output(column, flow) for column in _JSON])
    return Relation([Output(alias or name, flow)])


def _called(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    if isinstance(node, exp.GenerateSeries):
        return "range" if node.args.get("is_end_exclusive") else "generate_series"
    return "unnest" if isinstance(node, (exp.Unnest, exp.Explode)) else "function"


_JSON = ("key", "value", "type", "atom", "id", "parent", "fullkey", "path")
