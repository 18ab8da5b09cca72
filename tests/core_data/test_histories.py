"""Whatever comes and goes, changes, and is decided and undone: ids stay, none is two's, and what is matched bit by bit is what all at once would be."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core_data.making_core import OTHER_NPI, SAME_NPI, Made, Mesh, core_of, decided, groups, ids, source

from weft.errors import TransformFault
from weft.product.core_data import CoreRule, Decision

SAME_NAME = CoreRule("same name", "same", ("last_name", "city"))
FILLING = [{"id": f"filling {at}", "npi": f"{1000 + at}"} for at in range(60)]
"""Records that nothing happens to, so that what does is little beside them."""

person = st.fixed_dictionaries(
    {
        "npi": st.sampled_from([None, "71", "72"]),
        "last_name": st.sampled_from([None, "SMITH", "JONES"]),
        "city": st.sampled_from(["BOSTON", "AUSTIN"]),
    }
)
people = st.dictionaries(st.sampled_from("123456"), person, max_size=6)
decision = st.builds(
    decided,
    st.sampled_from(["same", "different"]),
    st.sampled_from("123456").map(lambda key: f"a:{key}"),
    st.sampled_from("123456").map(lambda key: f"b:{key}"),
)
day = st.tuples(people, people, st.lists(decision, max_size=2))


def mesh(folder: str) -> Mesh:
    core = core_of(
        source("a", is_unique=True), source("b"), comparisons=(), blocking=(), rules=(SAME_NPI, OTHER_NPI, SAME_NAME)
    )
    return Mesh(Path(folder), core)


def rows(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": key, **values} for key, values in sorted(of.items())]


def is_agreed(decisions: list[Decision]) -> bool:
    return len({(one.left, one.right) for one in decisions}) == len(decisions)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(day, min_size=2, max_size=4))
def test_what_is_matched_bit_by_bit_is_what_all_at_once_would_be(
    days: list[tuple[dict[str, Any], dict[str, Any], list[Decision]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one = mesh(folder)
        before: Made | None = None
        for ours, theirs, decisions in days:
            one.decide(*(decisions if is_agreed(decisions) else []))
            arrived = {"a": rows(ours), "b": [*rows(theirs), *FILLING]}
            previous = one.previous
            try:
                bit_by_bit = one.run(arrived)
            except TransformFault:
                continue  # Stewards contradict each other; nothing was published.
            twin = replace(one.core)
            whole = Mesh(Path(tempfile.mkdtemp(dir=folder)), twin)
            whole.previous, whole.runs = previous, one.runs - 1
            at_once = whole.run(arrived, is_whole=True)
            assert ids(bit_by_bit) == ids(at_once)
            assert sorted(bit_by_bit["entity"], key=str) == sorted(at_once["entity"], key=str)
            assert sorted(bit_by_bit["corroboration"], key=str) == sorted(at_once["corroboration"], key=str)
            assert reviewed(bit_by_bit) == reviewed(at_once)
            if before is not None:
                assert_untouched_keep_ids(before, bit_by_bit)
            before = bit_by_bit


def reviewed(made: Made) -> set[tuple[str, str]]:
    return {(row["left_person_id"], row["right_person_id"]) for row in made["review"]}


def assert_untouched_keep_ids(before: Made, after: Made) -> None:
    stayed = groups(before) & groups(after)
    held, now = ids(before), ids(after)
    for members in stayed:
        for one in members:
            assert held[one] == now[one], (one, held[one], now[one])


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(people, people, decision)
def test_a_decision_undone_returns_every_id(ours: dict[str, Any], theirs: dict[str, Any], said: Decision) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one = mesh(folder)
        arrived = {"a": rows(ours), "b": [*rows(theirs), *FILLING]}
        before = ids(one.run(arrived))
        one.decide(said)
        one.run(arrived)
        one.decide()
        assert ids(one.run(arrived)) == before
