"""Stewards' decisions as pairs of records; they win over every rule and weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from weft.core_data.clustering import contradiction
from weft.core_data.wording import literals
from weft.errors import TransformFault
from weft.product.core_data import CoreData, Decision, RecordId

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Decided:
    """What stewards say of the records that are there, by pairs of rids with the lower first; `unknown` are lines about others."""

    same: dict[tuple[int, int], Decision]
    different: dict[tuple[int, int], Decision]
    unknown: tuple[Decision, ...]

    @property
    def apart(self) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = {}
        for left, right in self.different:
            found.setdefault(left, set()).add(right)
            found.setdefault(right, set()).add(left)
        return {record: frozenset(others) for record, others in found.items()}

    def by_record(self) -> list[tuple[int, str]]:
        """What is said of each record, as one text."""
        found: dict[int, list[str]] = {}
        for decisions in (self.same, self.different):
            for pair, decision in decisions.items():
                for record in pair:
                    found.setdefault(record, []).append(f"{decision.verdict} {decision.left} {decision.right}")
        return [(record, "; ".join(sorted(said))) for record, said in sorted(found.items())]


def read_decisions(connection: duckdb.DuckDBPyConnection, core: CoreData) -> Decided:
    """The decisions about records that are there; of two about one pair, the later line stands.

    Raises: TransformFault, where they contradict each other.
    """
    rids = _rids(connection, {one for decision in core.decisions for one in (decision.left, decision.right)})
    last: dict[tuple[int, int], Decision] = {}
    unknown = []
    for decision in core.decisions:
        left, right = rids.get(decision.left), rids.get(decision.right)
        if left is None or right is None:
            unknown.append(decision)
        elif left != right:
            last[min(left, right), max(left, right)] = decision
    same = {pair: one for pair, one in sorted(last.items()) if one.verdict == "same"}
    different = {pair: one for pair, one in sorted(last.items()) if one.verdict == "different"}
    if found := contradiction(same, different):
        raise TransformFault(
            f"stewards hold {different[found].left} and {different[found].right} apart, and by other lines the same",
            mend="Take one of the lines out that tie them, or this one.",
            place=different[found].place,
        )
    return Decided(same, different, tuple(unknown))


def _rids(connection: duckdb.DuckDBPyConnection, records: set[RecordId]) -> dict[RecordId, int]:
    if not records:
        return {}
    ids = literals(sorted({one.id for one in records}))
    rows = connection.execute(f"SELECT source, source_id, rid FROM record WHERE source_id IN ({ids})").fetchall()
    return {RecordId(source, key): rid for source, key, rid in rows}
