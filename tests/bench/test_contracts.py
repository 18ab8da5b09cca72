"""Where our judgement of a change and datacontract-cli's differ, each difference has one reason, and each reason a difference."""

from __future__ import annotations

import pytest
from bench.contracts import OURS, NotExplained, Reason, Verdict, explained, lines, reasons
from tests.plan.changes.documents import contract, ways

from weft.plan.changes import contract_changes, worst

UNIT = Verdict("column a to b", "unit changed", "breaks", "harmless")
ALIKE = Verdict("column a to b", "type changed", "breaks", "breaks")


def reason(kind: str = "unit changed") -> Reason:
    return Reason((kind,), "breaks", ("harmless", "unsure"), "Because.")


def test_every_reason_is_of_a_change_of_the_table_that_we_judge_so() -> None:
    judged = set()
    for of, old, new, _ in ways():
        changes = contract_changes(contract(of, old), contract(of, new))
        judged.add((changes[0].kind if changes else "nothing", OURS[worst(changes) or ""]))
    said = {(kind, one.ours) for one in reasons() for kind in one.kinds}
    assert said - judged == set()
    assert all(one.why and one.ours not in one.theirs for one in reasons())


def test_a_difference_is_counted_under_its_reason() -> None:
    told = list(lines([UNIT, UNIT, ALIKE], explained([UNIT, UNIT, ALIKE], [reason()])))
    assert told[0] == "3 changes, 1 judged alike, 2 otherwise:"
    assert told[-1] == "| 2 | unit changed | breaks | harmless or unsure | Because. |"


@pytest.mark.parametrize(
    ("found", "known"),
    [([UNIT], []), ([UNIT], [reason(), reason()]), ([UNIT, ALIKE], [reason(), reason("grain changed")])],
    ids=["no reason", "two reasons", "a reason of nothing"],
)
def test_what_is_not_explained_stops_the_bench(found: list[Verdict], known: list[Reason]) -> None:
    with pytest.raises(NotExplained):
        explained(found, known)
