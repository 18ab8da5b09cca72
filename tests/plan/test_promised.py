"""What a consumer expects is held against what is promised: same metric and column, threshold no stricter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.plan.changes.documents import contract

from weft.names import LineName, ProductName
from weft.plan.promised import no_longer_promised, promise_of
from weft.product.expectations import Expectation

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "promised.yaml").read_text(encoding="utf-8"))


def unpromised(promised: dict[str, Any], expected: dict[str, Any], of: str) -> list[str]:
    """The checks of an expectation that no promise answers."""
    producer, consumer = contract(of, promised), contract(of, expected)
    one = Expectation(ProductName("a.reader"), LineName("b.made.orders@1"), consumer, consumer.tables[0])
    return [check.id for check in one.checks if promise_of(check, producer, producer.tables[0]) is None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['promised']} <- {case['expected']}"[:90])
def test_an_expectation_is_promised_or_beyond(case: dict[str, Any]) -> None:
    assert unpromised(case["promised"], case["expected"], case.get("of", "column")) == case["beyond"]


def test_what_is_promised_no_longer_is_told_with_the_promise_that_goes() -> None:
    old = contract("column", {"quality": [{"metric": "nullValues", "unit": "percent", "mustBeLessThan": 2}]})
    new = contract("column", {"quality": [{"metric": "nullValues", "unit": "percent", "mustBeLessThan": 9}]})
    expected = contract("column", {"quality": [{"metric": "nullValues", "unit": "percent", "mustBeLessThan": 5}]})
    reader = Expectation(ProductName("a.reader"), LineName("b.made.orders@1"), expected, expected.tables[0])
    gone = [(check.id, promise.said) for _, check, promise in no_longer_promised(old, new, [reader])]
    assert gone == [("nullValues(x)", "nullValues(x) mustBeLessThan 2 percent")]
    assert not list(no_longer_promised(new, old, [reader]))
