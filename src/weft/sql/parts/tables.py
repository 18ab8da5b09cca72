"""What stands in a FROM, and what joins make of it: which of its columns hold the key."""

from __future__ import annotations

from sqlglot import exp

from weft.sql.names_read import name_of
from weft.sql.parts.kept import NOTHING, Rows
from weft.sql.parts.rows import Mixes, Place, Scope, plain

BESIDE = "a subquery reads all parts"


def add_from(node: exp.Expr, scope: Scope) -> range:
    """Adds a table, and what is joined to it; answers which of the scope's tables those are. Raises: Mixes."""
    first = len(scope.tables)
    rows = _relation(node, scope)
    alias = node.args.get("alias")
    name = (
        alias.name.lower()
        if isinstance(alias, exp.TableAlias)
        else node.name.lower()
        if isinstance(node, exp.Table)
        else ""
    )
    if isinstance(alias, exp.TableAlias) and not isinstance(node, exp.Subquery):
        rows = rows.named([column.name.lower() for column in alias.args.get("columns") or ()])
    if rows.carries and (node.args.get("pivots") or node.args.get("sample")):
        raise Mixes("a pivot or a sample is of all parts", node)
    for pivot in node.args.get("pivots") or ():
        refuse_beside(pivot, scope)
    scope.tables.append((name, rows))
    if rows.carries:
        if not rows.keys:
            raise Mixes("the key is no column of what is read", node)
        scope.groups.append({(first, at) for at in rows.keys})
    for join in node.args.get("joins") or () if not isinstance(node, exp.Subquery) else ():
        add_join(join, scope)
    return range(first, len(scope.tables))


def _relation(node: exp.Expr, scope: Scope) -> Rows:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        return _named(node, scope)
    if isinstance(node, exp.Lateral):
        rows = _relation(node.this, scope)
        if rows.carries:
            raise Mixes("LATERAL reads all parts", node)
        return rows
    if isinstance(node, (exp.Subquery, exp.Query, exp.Values)):
        return scope.query(node, scope.inner())
    refuse_beside(node, scope, "a pivot is of all parts" if isinstance(node, exp.Pivot) else BESIDE)
    return Rows((node.alias.lower(),) if node.alias and not isinstance(node, exp.Pivot) else ())


def _named(table: exp.Expr, scope: Scope) -> Rows:
    cte = scope.ctes.get(table.name.lower()) if table.args.get("db") is None else None
    return cte or scope.reads.get(name_of(table)) or scope.reads.get(name_of(table).lower()) or NOTHING


def refuse_beside(node: exp.Expr, scope: Scope, why: str = BESIDE) -> None:
    """What stands outside of a FROM, and what is not followed, reads nothing that has the key. Raises: Mixes."""
    for table in node.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and _named(table, scope).carries:
            raise Mixes(why, table)


def add_join(join: exp.Expr, scope: Scope) -> None:
    """Adds what a JOIN joins. Raises: Mixes."""
    before, left = len(scope.tables), [set(group) for group in scope.groups]
    added = add_from(join.this, scope)
    right = [set(group) for group in scope.groups[len(left) :]]
    side, kind = str(join.args.get("side") or "").upper(), str(join.args.get("kind") or "").upper()
    method = str(join.args.get("method") or "").upper()
    if method == "POSITIONAL" and (right or left):
        raise Mixes("a positional join pairs rows of all parts", join)
    for name in _shared(join, scope, before):
        _merge_named(name, scope, before, side)
    if on := join.args.get("on"):
        refuse_beside(on, scope)
        equate(on, scope)
    if kind in ("SEMI", "ANTI") or side in ("SEMI", "ANTI"):
        scope.hidden.update(added)
        side = "LEFT"
    if side or method == "ASOF":
        _check_side(join, side or "LEFT", (bool(left), bool(right)), scope)
    if side:
        # What an option was joined on says nothing of the rows that found no partner.
        scope.groups = right if side == "RIGHT" else left


def _check_side(join: exp.Expr, side: str, carry: tuple[bool, bool], scope: Scope) -> None:
    """What is optional, or only looked at, may have the key where it is joined on it to what is not."""
    left, right = carry
    if side == "FULL" and (left or right):
        raise Mixes("a FULL JOIN is not followed", join)
    optional, kept = (right, left) if side == "LEFT" else (left, right)
    if optional and (not kept or len(scope.groups) > 1):
        raise Mixes("what has the key is joined as an option, and not on the key", join)


def _shared(join: exp.Expr, scope: Scope, before: int) -> list[str]:
    if using := join.args.get("using"):
        return [part.name.lower() for part in using]
    if str(join.args.get("method") or "").upper() != "NATURAL":
        return []
    left = {name for _, rows in scope.tables[:before] for name in rows.columns}
    return [name for _, rows in scope.tables[before:] for name in rows.columns if name in left]


def _merge_named(name: str, scope: Scope, before: int, side: str) -> None:
    def found(tables: range) -> Place | None:
        return next(
            ((at, scope.tables[at][1].columns.index(name)) for at in tables if name in scope.tables[at][1].columns),
            None,
        )

    left, right = scope.merged.get(name) or found(range(before)), found(range(before, len(scope.tables)))
    if left and right:
        scope.merge(left, right)
        scope.merged[name] = right if side == "RIGHT" else left


def equate(condition: exp.Expr, scope: Scope) -> None:
    """Every `a = b` that has to hold makes two columns one."""
    for part in condition.flatten() if isinstance(condition, exp.And) else (condition,):
        term = plain(part)
        if isinstance(term, exp.And):
            equate(term, scope)
        elif isinstance(term, exp.EQ):
            columns = (side for side in (plain(term.this), plain(term.expression)) if isinstance(side, exp.Column))
            places = [place for column in columns if (place := scope.place(column))]
            if len(places) == 2:
                scope.merge(*places)
