"""The surest pair is joined first, and none that would bring together what is held apart."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from weft.core_data.clustering import BY_DECISION, BY_RULE, BY_WEIGHT, STEWARD, Apart, Clusters, Tie, contradiction


def tie(left: int, right: int, weight: float) -> Tie:
    return Tie(BY_WEIGHT, 0, -weight, left, right, 0.99)


def joined(apart: Apart, *ties: Tie) -> tuple[list[list[int]], list[str]]:
    clusters = Clusters(apart)
    clusters.join(sorted(ties))
    return grouped(clusters, ties), [one.reason for one in clusters.refused]


def grouped(clusters: Clusters, ties: Iterable[Tie]) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for record in sorted({record for one in ties for record in (one.left, one.right)}):
        found.setdefault(clusters.root(record), []).append(record)
    return [found[root] for root in sorted(found)]


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


def by_record(apart: Apart, ties: list[Tie]) -> tuple[list[list[int]], list[tuple[Tie, str]]]:
    """The same, asked of each record of one cluster beside each of the other."""
    clusters = {record: [record] for tie in ties for record in (tie.left, tie.right)}
    refused = []
    for tie in ties:
        ours, theirs = clusters[tie.left], clusters[tie.right]
        if ours is theirs:
            continue
        both = [(one, other) for one in ours for other in theirs]
        held = {apart.source_of(one) for one in ours} - {-1}
        again = next((source for one in theirs if (source := apart.source_of(one)) in held), -1)
        reasons = [STEWARD for one, other in both if other in apart.stewards.get(one, ())]
        reasons += [f"each has a record of {again}, which holds each once"] if again >= 0 else []
        reasons += [apart.differ(one, other) for one, other in both if one in apart.said and other in apart.said]
        reason = next(filter(None, reasons), "")
        if reason and tie.kind != BY_DECISION:
            refused.append((tie, reason))
            continue
        first, second = sorted((ours, theirs), key=min)
        for record in second:
            clusters[record] = first
        first += second
    found = {id(cluster): sorted(cluster) for cluster in clusters.values()}
    return sorted(found.values()), refused


@pytest.mark.parametrize("seed", range(60))
def test_what_a_cluster_holds_says_the_same_as_its_records_one_by_one(seed: int) -> None:
    chance = Random(seed)
    records = range(chance.choice([8, 30]))
    said = {one: (chance.choice("xyz"), chance.choice("pq")) for one in records if chance.random() < 0.4}
    stewards: dict[int, set[int]] = {}
    for _ in range(chance.randrange(4)):
        left, right = chance.sample(records, 2)
        stewards.setdefault(left, set()).add(right)
        stewards.setdefault(right, set()).add(left)
    sources = {one: chance.choice([-1, -1, 0, 1]) for one in records}
    apart = Apart(
        lambda one: sources[one],
        str,
        {one: frozenset(others) for one, others in stewards.items()},
        said,
        lambda one, other: (
            f"{said[one]} is not {said[other]}" if "x" in said[one] + said[other] and said[one] != said[other] else ""
        ),
    )
    ties = [tie(*sorted(chance.sample(records, 2)), chance.choice([7.0, 8.0, 9.0])) for _ in range(3 * len(records))]
    ties += [Tie(BY_DECISION, 0, 0.0, *sorted(chance.sample(records, 2)))] * chance.randrange(2)
    clusters = Clusters(apart)
    clusters.join(sorted(ties))
    found, refused = by_record(apart, sorted(ties))
    assert grouped(clusters, ties) == found
    assert [(one.tie, one.reason) for one in clusters.refused] == refused
