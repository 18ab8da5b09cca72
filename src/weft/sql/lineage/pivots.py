"""PIVOT and UNPIVOT: which columns they return, as far as the text says."""

from __future__ import annotations

from itertools import product

from sqlglot import exp

from weft.sql.lineage.expressions import flow_of
from weft.sql.lineage.flows import Flow, Output, Relation, Scope, Sources
from weft.sql.lineage.stars import chosen


def pivoted(pivot: exp.Expr, relation: Relation, scope: Scope) -> Relation:
    """The relation after a PIVOT or UNPIVOT, of the standard's form or as a statement of its own."""
    inner = scope.inner()
    inner.tables.append(("", relation))
    return _unpivoted(pivot, relation, inner) if pivot.args.get("unpivot") else _pivoted(pivot, relation, inner)


def _pivoted(pivot: exp.Expr, relation: Relation, inner: Scope) -> Relation:
    standard = bool(pivot.args.get("fields"))
    ons = pivot.args.get("fields") if standard else pivot.expressions
    aggregates = pivot.expressions if standard else pivot.args.get("using") or []
    keys = [flow_of(on.this if isinstance(on, exp.In) else on, inner) for on in ons or ()]
    conditions: Sources = relation.conditions.union(*(key.everything for key in keys))
    used = _names([*(ons or ()), *aggregates])
    group = pivot.args.get("group")
    kept = _grouped(group, relation) if group else [o for o in relation.columns if o.name.lower() not in used]
    conditions = conditions.union(*(output.flow.everything for output in kept))
    return Relation(kept + _crossed(list(ons or ()), aggregates, inner), conditions)


def _grouped(group: exp.Expr, relation: Relation) -> list[Output]:
    return [found for part in group.expressions if (found := relation.column(part.name.lower()))]


def _names(nodes: list[exp.Expr]) -> set[str]:
    return {column.name.lower() for node in nodes for column in node.find_all(exp.Column)}


def _crossed(ons: list[exp.Expr], aggregates: list[exp.Expr], inner: Scope) -> list[Output]:
    """A column for each combination of values, and each aggregate; without IN, nobody can say which."""
    if not all(isinstance(on, exp.In) and on.expressions for on in ons):
        return []
    labels = ["_".join(combination) for combination in product(*([_label(v) for v in on.expressions] for on in ons))]
    flows = [(_suffix(aggregate, len(aggregates)), flow_of(aggregate, inner)) for aggregate in aggregates]
    return [Output(f"{label}{suffix}", flow) for label in labels for suffix, flow in flows or [("", Flow())]]


def _label(value: exp.Expr) -> str:
    return str(value.alias) if isinstance(value, exp.PivotAlias) else value.name


def _suffix(aggregate: exp.Expr, count: int) -> str:
    if isinstance(aggregate, exp.Alias):
        return f"_{aggregate.alias}"
    return f"_{aggregate.sql('duckdb', normalize_functions='lower')}" if count > 1 else ""


def _unpivoted(pivot: exp.Expr, relation: Relation, inner: Scope) -> Relation:
    field = next(iter(pivot.args.get("fields") or ()), None)
    into = pivot.args.get("into")
    if field is not None:
        name, values = field.this.name, _value_names(pivot.expressions)
        sources = [_tuple(item) for item in field.expressions]
    else:
        name = into.this.name if into is not None else "name"
        values = [part.name for part in into.expressions] if into is not None else ["value"]
        sources = [_tuple(item) for item in _expanded(pivot.expressions, inner)]
    flows = [_union(sources, at, inner) for at in range(len(values))]
    used = {part for item in sources for part in (_names(item) or {part.name.lower() for part in item})}
    kept = [output for output in relation.columns if output.name.lower() not in used]
    made = [Output(value, flow) for value, flow in zip(values, flows, strict=True)]
    return Relation([*kept, Output(name, Flow()), *made], relation.conditions)


def _value_names(nodes: list[exp.Expr]) -> list[str]:
    return [part.name for node in nodes for part in (node.expressions if isinstance(node, exp.Tuple) else [node])]


def _tuple(node: exp.Expr) -> list[exp.Expr]:
    inside = node.this if isinstance(node, (exp.PivotAlias, exp.Alias)) else node
    return list(inside.expressions) if isinstance(inside, exp.Tuple) else [inside]


def _expanded(nodes: list[exp.Expr], inner: Scope) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    for node in nodes:
        if isinstance(node, exp.Columns):
            names = [output.name for output in chosen(node, inner, lambda part: Output("", flow_of(part, inner)))]
            found += [exp.column(exp.to_identifier(name, quoted=True)) for name in names]
        else:
            found.append(node)
    return found


def _union(sources: list[list[exp.Expr]], at: int, inner: Scope) -> Flow:
    flow = Flow()
    for item in sources:
        if at < len(item):
            flow = flow | flow_of(item[at], inner)
    return flow
