"""Quality rules: dropped, weaker, stronger, new, or asking something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from weft.errors import WeftError
from weft.plan.changes.change import Change, Impact
from weft.plan.changes.pairs import Pair, TablePair
from weft.plan.changes.spots import Spot, of_column, of_table
from weft.plan.changes.thresholds import compared
from weft.product.contract import QualityRule, Scalar

_STRICTNESS = {"info": 0, "warning": 1, "error": 2}


def quality(pair: Pair) -> Iterator[Change]:
    for tables in pair.tables:
        if tables.old.rules != tables.new.rules:
            yield from _of_table(tables, pair.names(tables.old.name))


def _of_table(tables: TablePair, names: dict[str, str]) -> Iterator[Change]:
    table = tables.old.name
    kept = [r for r in tables.old.rules if not r.column or tables.new.column(names.get(r.column, r.column))]
    matched, left, added = _matched([_renamed(rule, names) for rule in kept], list(tables.new.rules))
    for old, new in matched:
        yield from _compared(table, old, new)
    for rule in left:
        yield _dropped(table, rule)
    for rule in added:
        said = f"'{rule.name}' is now promised ({_said(rule)})"
        yield Change("rule added", _spot(table, rule), "minor", said, None, _said(rule), "ADD")


def _matched(
    old: list[QualityRule], new: list[QualityRule]
) -> tuple[list[tuple[QualityRule, QualityRule]], list[QualityRule], list[QualityRule]]:
    """Rules that ask the same belong together, then rules of one name; what is left was dropped, or is new."""
    matched: list[tuple[QualityRule, QualityRule]] = []
    for alike in (_wholly, _asks, _called):
        for rule in list(old):
            if (other := next((one for one in new if alike(one) == alike(rule)), None)) is not None:
                matched.append((rule, other))
                old.remove(rule)
                new.remove(other)
    return matched, old, new


def _wholly(rule: QualityRule) -> object:
    return replace(rule, name="", description="")


def _asks(rule: QualityRule) -> object:
    return rule.kind, rule.column, rule.metric, rule.arguments, _meaning(rule), rule.engine


def _called(rule: QualityRule) -> object:
    return rule.name, rule.column


def _meaning(rule: QualityRule) -> str:
    """What a rule's SQL says, however it is laid out; of a text that is no SQL, its words."""
    if rule.kind != "sql":
        return " ".join((rule.query or (rule.description if rule.kind == "text" else "")).split())
    from weft.sql import reading, rule_query

    try:
        return reading(rule_query(rule.query, "t", "c" if "{property}" in rule.query else None)).meaning
    except WeftError:
        return " ".join(rule.query.split())


def _renamed(rule: QualityRule, names: dict[str, str]) -> QualityRule:
    return replace(rule, column=names.get(rule.column, rule.column)) if rule.column else rule


def _compared(table: str, old: QualityRule, new: QualityRule) -> Iterator[Change]:
    at, before, after = _spot(table, old), _said(old), _said(new)
    if _asks(old) != _asks(new):
        yield _asks_else(old, new, at)
        return
    verdict, severity = compared(old, new), _STRICTNESS[new.severity] - _STRICTNESS[old.severity]
    if verdict in ("weaker", "unknown"):
        how = "lets more pass" if verdict == "weaker" else "lets other values pass"
        reason = f"'{old.name}' {how}: it was {before} and is {after}"
        yield Change("rule weakened", at, _weight(old), reason, before, after)
    elif verdict == "stronger":
        yield Change("rule strengthened", at, "minor", f"'{old.name}' lets less pass: it is {after}", before, after)
    elif before != after and not severity:
        yield Change(
            "rule rewritten", at, "patch", f"'{old.name}' is written otherwise and says the same", before, after
        )
    if severity < 0:
        reason = (
            f"'{old.name}' was of severity {old.severity} and is only {new.severity}: data that fails it is published"
        )
        yield Change("rule weakened", at, _weight(old), reason, old.severity, new.severity)
    elif severity > 0:
        reason = f"'{old.name}' is now of severity {new.severity}"
        yield Change("rule strengthened", at, "minor", reason, old.severity, new.severity)
    if verdict == "equal" and before == after and not severity and _papers(old) != _papers(new):
        reason = f"'{old.name}' is called or described otherwise, and asks the same"
        yield Change("rule rewritten", at, "patch", reason, old.name, new.name)


def _asks_else(old: QualityRule, new: QualityRule, at: Spot) -> Change:
    """Of one list of allowed values it can be told whether it grew; of another query nothing can."""
    before, after = _said(old), _said(new)
    if old.kind == "text" and new.kind == "text":
        return Change(
            "rule rewritten", at, "patch", f"'{old.name}', a rule for people, is worded otherwise", before, after
        )
    was, now = _valid(old), _valid(new)
    only_valid = _asks(_without_valid(old)) == _asks(_without_valid(new))
    if was and now and only_valid and now <= was and compared(old, new) in ("equal", "stronger"):
        return Change("rule strengthened", at, "minor", f"'{old.name}' allows fewer values", before, after)
    if was and now and only_valid and was <= now:
        reason = f"'{old.name}' allows more values than before"
        return Change("rule weakened", at, _weight(old), reason, before, after)
    reason = f"'{old.name}' asks something else than before, and nothing shows that what it promised still holds"
    return Change("rule changed", at, _weight(old), reason, before, after)


def _valid(rule: QualityRule) -> frozenset[Scalar]:
    said = rule.arguments.get("validValues")
    return frozenset(said) if isinstance(said, list) else frozenset()


def _without_valid(rule: QualityRule) -> QualityRule:
    return replace(rule, arguments={k: v for k, v in rule.arguments.items() if k != "validValues"})


def _dropped(table: str, rule: QualityRule) -> Change:
    said = _said(rule)
    because = "" if rule.severity == "error" else f"; being of severity {rule.severity}, it never held data back"
    reason = f"'{rule.name}' ({said}) is promised no longer{because}"
    return Change("rule dropped", _spot(table, rule), _weight(rule), reason, said, None, "REMOVE")


def _weight(rule: QualityRule) -> Impact:
    """Only a rule of severity error stood between bad data and its readers."""
    return "breaking" if rule.severity == "error" else "minor"


def _papers(rule: QualityRule) -> tuple[str, ...]:
    return rule.name, rule.description, rule.dimension


def _said(rule: QualityRule) -> str:
    asked = rule.metric or rule.kind
    return f"{asked} {rule.threshold}" + (" percent" if rule.unit == "percent" else "") if rule.threshold else asked


def _spot(table: str, rule: QualityRule) -> Spot:
    named = f"[name={rule.name}]"
    if rule.column:
        return of_column(table, rule.column, "quality", named=named)
    return of_table(table, "quality", named=named)
