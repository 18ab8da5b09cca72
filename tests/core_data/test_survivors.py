"""Of what its records say, an entity gets the value that survives, field by field, and how many sources agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.core_data.making_core import SAME_NPI, Made, Mesh, core_of, source

from weft.product.core_data import Criterion, Survivorship

ROWS = {
    "a": [{"id": "1", "npi": "7", "last_name": "One", "first_name": "Ada", "city": "Austin", "on": "2020-01-01"}],
    "b": [{"id": "1", "npi": "7", "last_name": "Two", "city": "Boston", "on": "2022-01-01"}],
    "c": [{"id": "1", "npi": "7", "last_name": "Two", "first_name": "Bo", "on": "2021-01-01"}],
}


def made(folder: Path, survivorship: Survivorship) -> Made:
    sources = [source(name, updated="on") for name in ROWS]
    core = core_of(*sources, rules=(SAME_NPI,), comparisons=(), blocking=(), survivorship=survivorship)
    return Mesh(folder, core).run(ROWS)


def person(folder: Path, survivorship: Survivorship) -> dict[str, Any]:
    return made(folder, survivorship)["entity"][0]


@pytest.mark.parametrize(
    ("by", "last_name", "first_name"),
    [
        (("agreement", "source"), "TWO", "ADA"),
        (("source",), "ONE", "ADA"),
        (("recency",), "TWO", "BO"),
        (("completeness",), "ONE", "ADA"),
    ],
)
def test_criteria_are_asked_in_order(
    tmp_path: Path, by: tuple[Criterion, ...], last_name: str, first_name: str
) -> None:
    found = person(tmp_path, Survivorship(("a", "b", "c"), by))
    assert (found["last_name"], found["first_name"]) == (last_name, first_name)


def test_a_field_may_have_criteria_of_its_own(tmp_path: Path) -> None:
    found = person(tmp_path, Survivorship(("a", "b", "c"), ("source",), {"city": ("recency",)}))
    assert (found["last_name"], found["city"]) == ("ONE", "BOSTON")


def test_fields_that_stand_together_come_of_one_record(tmp_path: Path) -> None:
    together = (("first_name", "city"),)
    found = person(tmp_path, Survivorship(("c", "a", "b"), ("source",), together=together))
    assert (found["first_name"], found["city"]) == ("BO", None)


def test_records_sources_and_the_newest_day_are_counted(tmp_path: Path) -> None:
    found = person(tmp_path, Survivorship(("a",)))
    assert (found["records"], found["sources"], f"{found['updated_on']}") == (3, 3, "2022-01-01")


def test_corroboration_tells_who_agrees(tmp_path: Path) -> None:
    rows = made(tmp_path, Survivorship(("a", "b", "c")))["corroboration"]
    told = {row["field"]: (row["value"], row["agreeing"], row["saying"], row["variants"]) for row in rows}
    assert told == {
        "city": ("AUSTIN", 1, 2, 2),
        "first_name": ("ADA", 1, 2, 2),
        "last_name": ("TWO", 2, 3, 2),
        "npi": ("7", 3, 3, 1),
    }
