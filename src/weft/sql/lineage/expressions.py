"""What flows into an expression: values, and conditions that only choose among them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from weft.sql.lineage.flows import EMPTY, NOTHING, Flow, Scope
from weft.sql.statement import identifiers

Bound = dict[str, Flow]
"""Parameters of lambdas and comprehensions, and what they run over."""
_Work = tuple[exp.Expr, bool, Bound]

_COUNTS: tuple[type[exp.Expr], ...] = (exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Exists)
_PREDICATES: tuple[type[exp.Expr], ...] = (exp.Predicate, exp.Connector, exp.Not)
_CONDITION_ARGS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Case: frozenset(["this"]),
    exp.If: frozenset(["this"]),
    exp.Nullif: frozenset(["expression"]),
    exp.Filter: frozenset(["expression"]),
    exp.Order: frozenset(["expressions"]),
    exp.Window: frozenset(["partition_by", "order", "alias", "spec"]),
    exp.Comprehension: frozenset(["condition"]),
    exp.ArgMax: frozenset(["expression"]),
    exp.ArgMin: frozenset(["expression"]),
    exp.ArrayFilter: frozenset(["expression"]),
}
"""What of a node decides, and is not the value."""
_COUNTING_NAMES = frozenset(["approx_count_distinct", "count_if", "countif", "grouping", "grouping_id", "list_count"])


def flow_of(expression: exp.Expr, scope: Scope, bound: Bound | None = None) -> Flow:
    """The flow into an expression, as its scope has its names."""
    values: set[tuple[str, str]] = set()
    conditions: set[tuple[str, str]] = set()
    stack: list[_Work] = [(expression, False, bound or {})]
    while stack:
        node, deciding, names = stack.pop()
        kind = node.__class__
        if kind is exp.Column or kind is exp.Identifier:
            flow = _name(node, scope, names)
        elif isinstance(node, (exp.Subquery, exp.Select, exp.SetOperation)):
            flow = _subquery(node, scope, deciding)
        else:
            flow = _window_name(node, scope) if kind is exp.Window else EMPTY
            _push(stack, node, deciding, names, scope)
        (conditions if deciding else values).update(flow.values)
        conditions.update(flow.conditions)
    return Flow(frozenset(values), frozenset(conditions))


def _push(stack: list[_Work], node: exp.Expr, deciding: bool, names: Bound, scope: Scope) -> None:
    kind = node.__class__
    if kind is exp.Literal or kind is exp.DataType or kind is exp.Star or kind is exp.Var:
        return
    if isinstance(node, _COUNTS + _PREDICATES) or _is_counting(node):
        deciding = True
    if kind is exp.Comprehension:
        names = names | {_param(node.args["expression"]): flow_of(node.args["iterator"], scope, names)}
    elif lambdas := [child for child in _children(node) if child.__class__ is exp.Lambda]:
        names = names | _bound(node, lambdas, scope, names)
    choosing = _CONDITION_ARGS.get(kind, NOTHING)
    for key, value in node.args.items():
        if kind is exp.Lambda and key == "expressions":
            continue
        if kind in (exp.PropertyEQ, exp.Kwarg) and key == "this":
            continue
        if kind is exp.Dot and key == "expression" and isinstance(value, exp.Identifier):
            continue
        decides = deciding or (key in choosing and not (kind is exp.Order and node.parent.__class__ is exp.WithinGroup))
        children = value if value.__class__ is list else (value,)
        stack += [(child, decides, names) for child in children if isinstance(child, exp.Expr)]


def _children(node: exp.Expr) -> list[exp.Expr]:
    lists = (value if value.__class__ is list else (value,) for value in node.args.values())
    return [child for values in lists for child in values if isinstance(child, exp.Expr)]


def _bound(node: exp.Expr, lambdas: Sequence[exp.Expr], scope: Scope, names: Bound) -> Bound:
    """Each parameter of a lambda runs over whatever stands beside it: list_transform(l, lambda x: ...)."""
    over = EMPTY
    for child in _children(node):
        if child.__class__ is not exp.Lambda:
            over = over | flow_of(child, scope, names)
    return {_param(param): over for lam in lambdas for param in lam.expressions}


def _param(node: exp.Expr) -> str:
    return node.name.lower()


def _is_counting(node: exp.Expr) -> bool:
    return node.__class__ is exp.Anonymous and str(node.this).lower() in _COUNTING_NAMES


def _name(node: exp.Expr, scope: Scope, bound: Bound) -> Flow:
    parts = [node.name.lower()] if node.__class__ is exp.Identifier else [p.name.lower() for p in identifiers(node)]
    if not parts:
        return EMPTY
    if (over := bound.get(parts[0])) is not None:
        return over
    return scope.flow(parts)


def _subquery(node: exp.Expr, scope: Scope, deciding: bool) -> Flow:
    relation = scope.query(node, scope.inner())
    flow = relation.flow
    return flow.as_condition if deciding else flow


def _window_name(node: exp.Expr, scope: Scope) -> Flow:
    alias = node.args.get("alias")
    return scope.windows.get(alias.name.lower(), EMPTY) if isinstance(alias, exp.Identifier) else EMPTY
