"""How a query says each column that it returns: the text of its expression, through its own WITH and subqueries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from weft.sql.outputs import first_select
from weft.sql.statement import statement

Said = dict[str, str]


def expressions(text: str) -> Said:
    """By name in lower case; what a star takes over from a table that is read is not among them."""
    tree = statement(text).tree
    found = _said(tree, {})
    return {name: node.sql("duckdb", pretty=True) for name, node in found.items()}


def _said(tree: exp.Expr, known: Mapping[str, Mapping[str, exp.Expr]]) -> dict[str, exp.Expr]:
    select = first_select(tree)
    if select is None:
        return {}
    inner = {**known, **_with(tree, known)}
    sources = dict(_sources(select, inner))
    found: dict[str, exp.Expr] = {}
    for one in select.expressions:
        if one.is_star:
            for columns in _starred(one, sources):
                found = {**columns, **found}
        elif one.alias_or_name:
            found[one.alias_or_name.lower()] = _followed(one.unalias(), sources)
    return found


def _with(tree: exp.Expr, known: Mapping[str, Mapping[str, exp.Expr]]) -> dict[str, dict[str, exp.Expr]]:
    with_ = tree.args.get("with_") or tree.args.get("with")
    found: dict[str, dict[str, exp.Expr]] = {}
    for one in with_.expressions if with_ else ():
        found[one.alias.lower()] = _said(one.this, {**known, **found})
    return found


def _sources(
    select: exp.Select, known: Mapping[str, Mapping[str, exp.Expr]]
) -> Iterator[tuple[str, Mapping[str, exp.Expr]]]:
    """What it reads, by the name it goes by there; of tables that are not its own nothing is known."""
    from_ = select.args.get("from_") or select.args.get("from")
    for part in (*((from_,) if from_ else ()), *(select.args.get("joins") or ())):
        source = part.this
        if isinstance(source, exp.Subquery):
            yield source.alias.lower(), _said(source.this, known)
        elif isinstance(source, exp.Table):
            own = known.get(source.name.lower(), {}) if not source.db else {}
            yield source.alias_or_name.lower(), own


def _starred(star: exp.Expr, sources: Mapping[str, Mapping[str, exp.Expr]]) -> Iterator[Mapping[str, exp.Expr]]:
    of = star.table.lower() if isinstance(star, exp.Column) else ""
    yield from ([sources[of]] if of in sources else [] if of else sources.values())


def _followed(one: exp.Expr, sources: Mapping[str, Mapping[str, exp.Expr]]) -> exp.Expr:
    """A column that is only taken over is told by what it is there."""
    if not isinstance(one, exp.Column):
        return one
    of = one.table.lower()
    for name, columns in sources.items():
        if of in ("", name) and one.name.lower() in columns:
            return columns[one.name.lower()]
    return one
