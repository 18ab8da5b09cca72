"""Checks in words: what each kind of promise says to whoever is no engineer, and how they are grouped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from weft.product.checks import checks_of
from weft.product.contract import Column, Limits, QualityRule, Relationship, Table, Threshold
from weft.query.pages import CheckShown
from weft.server.portal.wording import checks_said

AT = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = (
    Column("a", "BIGINT", required=True, key_position=1),
    Column("b", "BIGINT", key_position=2),
    Column("c", "DOUBLE", unique=True, limits=Limits(minimum=0, maximum=100)),
    Column("d", "VARCHAR", limits=Limits(min_length=2, max_length=3, pattern="^[A-Z]+$", enum=("EWR", "JFK", "LGA"))),
)
REFERS = (Relationship(("d",), "directory.carriers", ("code",)),)
RULES: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {"name": "rowCount", "metric": "rowCount", "threshold": Threshold("mustBeBetween", (300000, 400000))},
        "300 000 to 400 000 rows are there",
    ),
    ({"name": "rowCount", "metric": "rowCount", "threshold": Threshold("mustBe", (1,))}, "exactly 1 row is there"),
    (
        {
            "name": "nullValues(a)",
            "column": "a",
            "metric": "nullValues",
            "unit": "percent",
            "threshold": Threshold("mustBeLessThan", (1,)),
        },
        "less than 1 % of rows are empty in `a`",
    ),
    (
        {
            "name": "invalidValues(d)",
            "column": "d",
            "metric": "invalidValues",
            "threshold": Threshold("mustBeLessOrEqualTo", (4,)),
            "arguments": {"pattern": "^N"},
        },
        "at most 4 rows are not written as `^N` in `d`",
    ),
    (
        {
            "name": "duplicateValues(a)",
            "column": "a",
            "metric": "duplicateValues",
            "threshold": Threshold("mustBe", (0,)),
        },
        "none are there twice in `a`",
    ),
    (
        {"name": "every flight is counted once", "kind": "sql", "threshold": Threshold("mustBe", (0,))},
        "every flight is counted once",
    ),
    (
        {"name": "sql 1", "kind": "sql", "description": "Nothing flies twice.", "threshold": Threshold("mustBe", (0,))},
        "Nothing flies twice.",
    ),
)


def shown(check: str, outcome: str = "passed", **more: Any) -> CheckShown:
    said = {
        "severity": "error",
        "dimension": "",
        "measured": "0",
        "threshold": "mustBe 0",
        "unit": "rows",
        "message": "",
        "description": "",
    }
    return CheckShown(line="x.y.z@1", check=check, outcome=outcome, checked_at=AT, **{**said, **more})


def table(*rules: QualityRule) -> Table:
    return Table("z", COLUMNS, rules, REFERS)


def test_every_promise_of_a_contract_is_said_in_words() -> None:
    found = checks_said([shown(check.id) for check in checks_of(table())], table())
    assert {one.text for group in found.groups for one in group.checks} == {
        "no `a` is empty",
        "no `b` is empty",
        "no two rows have the same `c`",
        "`c` is 0 or more",
        "`c` is 100 or less",
        "`d` has at least 2 characters",
        "`d` has at most 3 characters",
        "`d` is written as `^[A-Z]+$`",
        "`d` is EWR, JFK or LGA",
        "no two rows have the same `a` and `b`",
        "`d` is found in `directory.carriers.code`",
    }


@pytest.mark.parametrize(("rule", "said"), RULES)
def test_a_rule_is_said_in_words(rule: dict[str, Any], said: str) -> None:
    one = QualityRule(**{"kind": "library", **rule})
    (group,) = checks_said([shown(one.name)], table(one)).groups
    assert group.checks[0].text.replace("\u202f", " ") == said


def test_what_does_not_hold_comes_first_and_what_holds_is_grouped_by_kind() -> None:
    found = checks_said(
        [
            shown("required(a)"),
            shown("minimum(c)", "failed", measured="1"),
            shown("unique(c)"),
            shown("x", "not executable", message="A person has to."),
        ],
        table(),
    )
    assert [one.found for one in found.bad] == ["1 row"]
    assert [group.name for group in found.groups] == ["Nothing is missing", "Nothing is there twice"]
    assert (found.held, found.looked_at) == (2, 3) and found.unseen[0].found == "A person has to."


def test_what_is_promised_no_longer_goes_by_its_own_name() -> None:
    assert checks_said([shown("required(gone)")], table()).groups[0].checks[0].text == "required(gone)"
    assert checks_said([shown("required(gone)")], None).held == 1


def test_long_lists_of_values_are_cut() -> None:
    long = Table("z", (Column("d", "VARCHAR", limits=Limits(enum=tuple("ABCDEFGHIJ"))),))
    assert checks_said([shown("enum(d)")], long).groups[0].checks[0].text == "`d` is A, B, C, D, E, F or one of 4 more"
