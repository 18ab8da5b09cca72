"""The surest pair is joined first, and none that would bring together what is held apart."""

from __future__ import annotations

from weft.core_data.clustering import BY_DECISION, BY_RULE, BY_WEIGHT, STEWARD, Apart, Clusters, Tie, contradiction


def tie(left: int, right: int, weight: float) -> Tie:
    return Tie(BY_WEIGHT, 0, -weight, left, right, 0.99)


def joined(apart: Apart, *ties: Tie) -> tuple[list[list[int]], list[str]]:
    clusters = Clusters(apart)
    clusters.join(sorted(ties))
    records = sorted({record for one in ties for record in (one.left, one.right)})
    found: dict[int, list[int]] = {}
    for record in records:
        found.setdefault(clusters.root(record), []).append(record)
    return [found[root] for root in sorted(found)], [one.reason for one in clusters.refused]


def apart(unique: int = -1, stewards: dict[int, frozenset[int]] | None = None) -> Apart:
    """Records below `unique` are of a source that holds each once."""
    return Apart(lambda record: 0 if record < unique else -1, lambda source: "nppes", stewards or {})


def test_the_heavier_pair_decides_to_whom_a_record_belongs() -> None:
    found, refused = joined(apart(unique=2), tie(0, 5, 9.0), tie(1, 5, 11.0))
    assert found == [[0], [1, 5]]
    assert refused == ["each has a record of nppes, which holds each once"]


def test_a_chain_does_not_bring_together_what_a_steward_holds_apart() -> None:
    held = {3: frozenset({5}), 5: frozenset({3})}
    assert joined(apart(stewards=held), tie(3, 4, 9.0), tie(4, 5, 8.0)) == ([[3, 4], [5]], [STEWARD])


def test_a_steward_joins_what_a_source_holds_apart() -> None:
    assert joined(apart(unique=2), Tie(BY_DECISION, 0, 0.0, 0, 1)) == ([[0, 1]], [])


def test_a_rule_comes_before_every_weight() -> None:
    found, _ = joined(apart(unique=2), tie(0, 5, 30.0), Tie(BY_RULE, 0, 0.0, 1, 5))
    assert found == [[0], [1, 5]]


def test_ties_of_one_weight_are_joined_in_the_order_of_their_records() -> None:
    assert joined(apart(unique=2), tie(1, 5, 9.0), tie(0, 5, 9.0))[0] == [[0, 5], [1]]


def test_stewards_that_contradict_each_other_are_found() -> None:
    assert contradiction([(1, 2), (2, 3)], [(4, 5), (1, 3)]) == (1, 3)
    assert contradiction([(1, 2)], [(2, 3)]) is None
