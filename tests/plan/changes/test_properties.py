"""What holds of all contracts: reverses, equals, and versions that only grow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.plan.changes.documents import contract, ways

from weft.plan.changes import KINDS, Change, Impact, Known, contract_changes, least_version, too_small, why_too_small
from weft.plan.changes.lattice import related, widens
from weft.plan.changes.spots import Spot, of_contract
from weft.product.contract import Column, Contract, Limits, QualityRule, ServiceLevel, Table, Threshold
from weft.versions import Version

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
SIMPLE = st.sampled_from(
    [
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "BIGNUM", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
        "UHUGEINT", "FLOAT", "DOUBLE", "VARCHAR", "DATE", "TIME", "TIME_NS", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP",
        "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "BOOLEAN", "UUID", "JSON", "BLOB",
    ]
)  # fmt: skip
DECIMALS = st.integers(1, 38).flatmap(lambda width: st.integers(0, width).map(lambda s: f"DECIMAL({width},{s})"))
NAMES = st.sampled_from(["a", "b", '"c d"', '"e, (""f"'])


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    fields = st.lists(st.tuples(NAMES, inner), min_size=1, max_size=3, unique_by=lambda field: field[0])
    structs = fields.map(lambda fields: f"STRUCT({', '.join(f'{name} {type_}' for name, type_ in fields)})")
    return st.one_of(
        structs,
        inner.map("{}[]".format),
        inner.map("{}[3]".format),
        st.tuples(inner, inner).map("MAP({0[0]}, {0[1]})".format),
    )


ENUMS = st.lists(st.sampled_from(["'a'", "'b'", "'it''s, (c'"]), min_size=1, unique=True).map(
    lambda v: f"ENUM({', '.join(v)})"
)
TYPES = st.recursive(st.one_of(SIMPLE, DECIMALS, ENUMS), nested, max_leaves=4)
SCALE = [
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE",
    "DECIMAL(4,2)", "DECIMAL(6,2)", "DECIMAL(6,4)", "DECIMAL(10,4)", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS",
    "INTEGER[]", "BIGINT[]", "INTEGER[3]", "BIGINT[3]", "MAP(DATE, INTEGER)", "MAP(DATE, BIGINT)", "ENUM('a')", "ENUM('a', 'b')",
    "STRUCT(a INTEGER)", "STRUCT(a BIGINT)", "STRUCT(a BIGINT, b DATE)", "STRUCT(b DATE, a BIGINT)", "STRUCT(a BIGINT, b DATE)[]",
]  # fmt: skip
COLUMNS = st.builds(
    Column,
    name=st.just("x"),
    type=st.one_of(st.sampled_from(SCALE), TYPES),
    required=st.booleans(),
    unique=st.booleans(),
    key_position=st.sampled_from([0, 1]),
    limits=st.builds(
        Limits,
        minimum=st.sampled_from([None, 0, 1, 2.5, "2020-01-01", "10:00"]),
        exclusive_minimum=st.sampled_from([None, 0, 1]),
        max_length=st.sampled_from([None, 1, 5]),
        pattern=st.sampled_from([None, "^a", "b$"]),
        multiple_of=st.sampled_from([None, 0.5, 5, 10]),
        enum=st.sampled_from([(), (1,), (True, 1), ("a", "b")]),
    ),
    classification=st.sampled_from(["", "public", "restricted", "odd"]),
    unit=st.sampled_from(["", "km", "KM", "mi"]),
    closed_enum=st.booleans(),
)
THRESHOLDS = st.one_of(
    st.builds(
        Threshold,
        st.sampled_from(["mustBe", "mustNotBe", "mustBeLessThan", "mustBeGreaterOrEqualTo"]),
        st.tuples(st.sampled_from([0, 1, 5.5, "1", "many", None])),
    ),  # type: ignore[arg-type]
    st.builds(
        Threshold, st.sampled_from(["mustBeBetween", "mustNotBeBetween"]), st.sampled_from([(0, 1), (1, 5), (5, 1)])
    ),  # type: ignore[arg-type]
)
RULES = st.builds(
    QualityRule,
    kind=st.sampled_from(["library", "sql"]),
    name=st.sampled_from(["one", "two"]),
    column=st.sampled_from([None, "x"]),
    metric=st.sampled_from(["rowCount", "nullValues"]),
    threshold=THRESHOLDS,
    unit=st.sampled_from(["rows", "percent"]),
    severity=st.sampled_from(["error", "warning"]),
    query=st.sampled_from(["SELECT 1 FROM {object}", "no sql"]),
)
LEVELS = st.builds(
    ServiceLevel,
    property=st.sampled_from(["latency", "retention", "endOfSupport", "own"]),
    value=st.sampled_from([None, True, 1, 24, "daily", "PT24H", "99.9%", "2027-01-01", "soon"]),
    unit=st.sampled_from(["", "h", "d", "fortnight"]),
)
CONTRACTS = st.builds(
    lambda columns, rules, levels, usage: Contract(
        "c", "1.0.0", (Table("t", columns, tuple(rules)),), "c.odcs.yaml", usage=usage, service_levels=tuple(levels)
    ),
    st.lists(COLUMNS, max_size=3).map(lambda found: tuple(replace(c, name="xyz"[at]) for at, c in enumerate(found))),
    st.lists(RULES, max_size=3),
    st.lists(LEVELS, max_size=2),
    st.sampled_from(["", "reports"]),
)


@given(TYPES, TYPES)
def test_no_two_types_hold_each_other(one: str, other: str) -> None:
    assume(one != other)
    assert not (widens(one, other) and widens(other, one))


WIDER = [(old, new) for old in SCALE for new in SCALE if old != new and widens(old, new)]


def test_wider_is_an_order() -> None:
    assert len(WIDER) >= 25
    assert not [(new, old) for old, new in WIDER if (new, old) in WIDER]
    steps = [(one, three) for one, two in WIDER for again, three in WIDER if two == again]
    assert steps
    assert set(steps) <= set(WIDER)


@pytest.mark.parametrize(("old", "new"), WIDER)
def test_a_wider_type_is_of_the_same_kind(old: str, new: str) -> None:
    assert related(old, new)


def of_shape(old: Column, new: Column) -> list[Change]:
    """What differs in type and nullability alone."""
    sides = (Column("x", old.type, required=old.required), Column("x", new.type, required=new.required))
    found = (Contract("c", "1.0.0", (Table("t", (side,)),), "c") for side in sides)
    return list(contract_changes(next(found), next(found), Known()))


@given(COLUMNS, COLUMNS)
def test_a_change_of_type_or_nullability_and_its_reverse_are_never_both_non_breaking(old: Column, new: Column) -> None:
    there, back = of_shape(old, new), of_shape(new, old)
    assert bool(there) == bool(back)
    impacts = [{change.impact for change in changes} for changes in (there, back)]
    assert not there or any("breaking" in found for found in impacts)


@given(CONTRACTS)
def test_equal_contracts_differ_in_nothing(contract: Contract) -> None:
    assert contract_changes(contract, replace(contract, version="7.0.0"), Known()) == ()


@given(CONTRACTS, CONTRACTS)
def test_two_contracts_differ_where_they_are_not_equal(old: Contract, new: Contract) -> None:
    changes = contract_changes(old, new, Known())
    assert {change.kind for change in changes} <= KINDS.keys()
    assert all(change.impact in KINDS[change.kind].split(", or ") for change in changes)
    assert all(change.reason and change.path.startswith("/") for change in changes)
    assert changes == contract_changes(old, new, Known())


VERSIONS = st.builds(Version, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.sampled_from(["", "beta.1"]))
IMPACTS = st.lists(st.sampled_from(["breaking", "conditional", "minor", "patch"]), max_size=6)


def changes_of(impacts: list[str]) -> list[Change]:
    return [Change("any", of_contract("id"), cast(Impact, impact), "because") for impact in impacts]


@given(VERSIONS, IMPACTS, IMPACTS)
def test_the_computed_version_never_decreases_as_changes_are_added(
    before: Version, some: list[str], more: list[str]
) -> None:
    fewer = least_version(before, changes_of(some))
    assert before <= fewer <= least_version(before, changes_of(some + more))


@given(VERSIONS, VERSIONS, IMPACTS)
def test_a_version_is_refused_exactly_where_it_is_said_why(
    claimed: Version, before: Version, impacts: list[str]
) -> None:
    changes = changes_of(impacts)
    assert bool(why_too_small(claimed, before, changes)) == too_small(claimed, before, changes)
    assert not too_small(least_version(before, changes), before, changes)


@pytest.mark.parametrize(
    ("before", "impacts", "least"),
    [
        ("1.2.3", [], "1.2.3"),
        ("1.2.3", ["patch"], "1.2.4"),
        ("1.2.3", ["patch", "minor"], "1.3.0"),
        ("1.2.3", ["minor", "breaking", "patch"], "2.0.0"),
        ("1.2.3", ["conditional"], "2.0.0"),
        ("0.2.3", ["breaking"], "0.2.4"),
        ("1.3.0-beta.1", ["breaking"], "1.3.0-beta.1"),
    ],
)
def test_the_least_version_is_that_of_the_weightiest_change(before: str, impacts: list[str], least: str) -> None:
    assert str(least_version(Version.parse(before), changes_of(impacts))) == least


def test_a_preview_may_break() -> None:
    assert not too_small(Version.parse("1.3.0-beta.1"), Version.parse("1.2.0"), changes_of(["breaking"]))
    assert too_small(Version.parse("1.1.0-beta.1"), Version.parse("1.2.0"), changes_of(["breaking"]))


def test_a_refusal_says_the_version_and_each_change_that_asks_for_it_once() -> None:
    places = ["/id", "/id", "/slaProperties[property=latency]/value", "/roles[role=a]", "/price"]
    found = [Change("told", Spot("any", "any", path), "breaking", "because") for path in places]
    said = why_too_small(Version(1, 3, 0), Version(1, 2, 0), [*found, *changes_of(["minor"])])
    assert said == (
        "version 1.3.0 claims too little after 1.2.0: 2.0.0 is the least, because "
        "id: told; slaProperties latency: told; roles a: told; and 1 more"
    )


WAYS = ways()


@pytest.mark.parametrize(("of", "said"), [(of, old) for of, old, _, _ in WAYS], ids=[f"{w[0]} {w[1]}" for w in WAYS])
def test_a_document_and_one_that_says_the_same_in_another_order_differ_in_nothing(
    of: str, said: dict[str, Any]
) -> None:
    again = {key: said[key] for key in reversed(said)}
    assert contract_changes(contract(of, said), contract(of, again), Known()) == ()


COLUMN_WAYS = [(old, new) for of, old, new, _ in WAYS if of == "column"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(COLUMN_WAYS), min_size=1, max_size=5))
def test_the_version_of_documents_never_decreases_as_changes_are_added(found: list[tuple[Any, Any]]) -> None:
    """One column after the other goes from its first side to its second."""
    names = [f"x{number}" for number in range(len(found))]

    def document(changed: int) -> Contract:
        sides = [pair[number < changed] for number, pair in enumerate(found)]
        columns = [{"name": name, "logicalType": "integer"} | side for name, side in zip(names, sides, strict=True)]
        return contract("table", {"properties": columns})

    first = document(0)
    versions = [
        least_version(first.semantic_version, contract_changes(first, document(n), Known()))
        for n in range(len(found) + 1)
    ]
    assert versions == sorted(versions)
