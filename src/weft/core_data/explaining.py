"""Explains one pair by the weights that were published: the same values, rules and terms as when it was matched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from weft.core_data.evidence import make_evidence
from weft.core_data.explained import Explained, Seen, Term, Tied, Verdict
from weft.core_data.learning import Learnt, learn
from weft.core_data.opening import opened
from weft.core_data.pairing import blocks_of, find_pairs, key_of, speaks
from weft.core_data.past import learnt_before, read_past
from weft.core_data.reading import read_records
from weft.core_data.wording import value_of
from weft.engine.text import literal
from weft.errors import Unknown
from weft.names import identifier
from weft.product.core_data import CoreData, CoreRequest, CoreRule, Decision, RecordId

if TYPE_CHECKING:
    import duckdb


def explain(request: CoreRequest, left: RecordId, right: RecordId) -> Explained:
    """Why two records are, or are not, one. Weights are those of `request.previous`; where there are none of this core.yaml, they are learnt.

    Raises: Unknown (a record that is not there), TransformFault, EngineFault.
    """
    with opened(request) as connection:
        read_records(connection, request)
        read_past(connection, request)
        first, second = sorted((_rid(connection, request.core, one), one) for one in (left, right))
        return _explained(connection, request.core, first, second)


def _rid(connection: duckdb.DuckDBPyConnection, core: CoreData, record: RecordId) -> int:
    names = [source.name for source in core.sources]
    if record.source not in names:
        raise Unknown("source", record.source, names)
    found = connection.execute(
        "SELECT rid FROM record WHERE source = ? AND source_id = ?", [record.source, record.id]
    ).fetchall()
    if not found:
        raise Unknown(f"record of '{record.source}'", record.id, mend="Its key is what the crosswalk calls source_id.")
    return int(found[0][0])


def _explained(
    connection: duckdb.DuckDBPyConnection, core: CoreData, first: tuple[int, RecordId], second: tuple[int, RecordId]
) -> Explained:
    (low, left), (high, right) = first, second
    seen, other = _seen(connection, core, low, left), _seen(connection, core, high, right)
    rules = _speaking(connection, core, low, high)
    pair = {left, right}
    decisions = tuple(one for one in core.decisions if {one.left, one.right} == pair)
    weight, probability, evidence = _evidence(connection, core, low, high)
    verdict, said = _of_one_source(core, seen, other, decisions) or _verdict(core, rules, decisions, probability)
    chain = _chain(connection, left, right)
    return Explained(
        left=seen,
        right=other,
        speaks=rules,
        decisions=decisions,
        met_in=_met_in(connection, core, low, high),
        evidence=evidence,
        weight=weight,
        probability=probability,
        thresholds=core.thresholds,
        verdict=verdict,
        said=said,
        are_one=low == high or (bool(seen.core_id) and seen.core_id == other.core_id),
        chain=chain,
    )


def _seen(connection: duckdb.DuckDBPyConnection, core: CoreData, rid: int, record: RecordId) -> Seen:
    columns = ", ".join(f"CAST({identifier(value_of(field.name))} AS VARCHAR)" for field in core.fields)
    values = connection.execute(f"SELECT {columns} FROM record WHERE rid = {rid}").fetchall()[0]
    held = connection.execute(f"SELECT core_id FROM past WHERE rid = {rid}").fetchall()
    names = [field.name for field in core.fields]
    return Seen(record, tuple(zip(names, values, strict=True)), held[0][0] if held else "")


def _asked(connection: duckdb.DuckDBPyConnection, low: int, high: int, conditions: list[str]) -> list[bool]:
    if not conditions:
        return []
    chosen = ", ".join(f"coalesce({one}, false)" for one in conditions)
    return list(
        connection.execute(
            f"SELECT {chosen} FROM record AS a, record AS b WHERE a.rid = {low} AND b.rid = {high}"
        ).fetchall()[0]
    )


def _speaking(connection: duckdb.DuckDBPyConnection, core: CoreData, low: int, high: int) -> tuple[CoreRule, ...]:
    said = _asked(connection, low, high, [speaks(rule, "a", "b") for rule in core.rules])
    return tuple(rule for rule, is_said in zip(core.rules, said, strict=True) if is_said)


def _met_in(connection: duckdb.DuckDBPyConnection, core: CoreData, low: int, high: int) -> tuple[str, ...]:
    blocks = blocks_of(core)
    equal = [f"{key_of(block, 'a')} = {key_of(block, 'b')} AND NOT (a.alone AND a.src = b.src)" for _, block in blocks]
    said = _asked(connection, low, high, equal)
    return tuple(name for (name, _), is_said in zip(blocks, said, strict=True) if is_said)


def _evidence(
    connection: duckdb.DuckDBPyConnection, core: CoreData, low: int, high: int
) -> tuple[float | None, float | None, tuple[Term, ...]]:
    make_evidence(connection, core, _learnt(connection, core), f"SELECT {low}::BIGINT AS l, {high}::BIGINT AS r")
    weight, probability, terms = connection.execute("SELECT weight, probability, evidence FROM evidence").fetchall()[0]
    found: list[Mapping[str, object]] = terms
    return weight, probability, tuple(Term(**one) for one in found)  # type: ignore[arg-type]


def _learnt(connection: duckdb.DuckDBPyConnection, core: CoreData) -> Learnt:
    if found := learnt_before(connection, core):
        return found
    find_pairs(connection, core)
    return learn(connection, core)


def _verdict(
    core: CoreData, rules: tuple[CoreRule, ...], decisions: tuple[Decision, ...], probability: float | None
) -> tuple[Verdict, str]:
    if decisions:
        last = decisions[-1]
        return last.verdict, f"{last.by} decided on {last.on} that they are {last.verdict}" + (
            f": {last.why}" if last.why else ""
        )
    if rules:
        return rules[0].verdict, f"rule '{rules[0].name}' decides that they are {rules[0].verdict}"
    if probability is None:
        return "different", "no rule speaks of them, and there is nothing to weigh"
    return _by_weight(core, probability)


def _of_one_source(
    core: CoreData, left: Seen, right: Seen, decisions: tuple[Decision, ...]
) -> tuple[Verdict, str] | None:
    """Where a source holds each once, two of its records are not compared: only a steward makes them one."""
    unique = {source.name for source in core.sources if source.is_unique}
    is_of_one = left.record.source == right.record.source and left.record.source in unique
    if decisions or not is_of_one or left.record == right.record:
        return None
    return "different", f"{left.record.source} holds each once, so no two of its records are one"


def _by_weight(core: CoreData, probability: float) -> tuple[Verdict, str]:
    same, review = core.thresholds.same, core.thresholds.review
    if probability >= same:
        return "same", f"probability {probability:.4f} is at least {same}, from which on two records are one"
    if probability >= review:
        return "review", f"probability {probability:.4f} is between {review} and {same}: a steward is asked"
    return "different", f"probability {probability:.4f} is below {review}"


def _chain(connection: duckdb.DuckDBPyConnection, left: RecordId, right: RecordId) -> tuple[Tied, ...]:
    """The published ties that lead from one record to the other, nothing where they are not one."""
    rows = connection.execute(
        "SELECT source, source_id, matched_with, decided_by, probability FROM past WHERE matched_with IS NOT NULL AND core_id IN "
        f"(SELECT core_id FROM past WHERE source = {literal(left.source)} AND source_id = {literal(left.id)})"
    ).fetchall()
    names = {f"{source}:{key}": RecordId(source, key) for source, key, *_ in rows}
    ways: dict[str, list[tuple[str, Tied]]] = {}
    for source, key, other, by, probability in rows:
        if other in names:
            one = f"{source}:{key}"
            ways.setdefault(one, []).append((other, Tied(names[one], names[other], by, probability)))
            ways.setdefault(other, []).append((one, Tied(names[other], names[one], by, probability)))
    return _way(ways, str(left), str(right))


def _way(ways: Mapping[str, list[tuple[str, Tied]]], start: str, end: str) -> tuple[Tied, ...]:
    found: dict[str, tuple[Tied, ...]] = {start: ()}
    waiting = [start]
    while waiting and end not in found:
        here = waiting.pop(0)
        for other, tied in ways.get(here, []):
            if other not in found:
                found[other] = (*found[here], tied)
                waiting.append(other)
    return found.get(end, ())
