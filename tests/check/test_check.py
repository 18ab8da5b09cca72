"""Every rule of `weft check`, by folders that are wrong in one way and the faults that must come out of them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from weft.check import check
from weft.check.rules import RULES
from weft.engine.duckdb_engine import DuckDbEngine
from weft.errors import Place
from weft.names import DomainName, ProductName
from weft.product.contract import Column, Contract, Table
from weft.product.mesh import Mesh
from weft.product.product import InputPort, OutputPort, Product, Transform
from weft.sql import reading

if TYPE_CHECKING:
    from tests.check.conftest import World

CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES.values(), ids=[name.replace(" ", "_") for name in CASES])
def test_what_is_wrong_is_said_with_its_line_and_how_to_mend_it(case: dict[str, Any], world: World) -> None:
    world.change({f"domains/{name}": change for name, change in case["files"].items()})
    assert [str(fault) for fault in world.faults()] == case["faults"]


def test_only_the_chosen_products_are_checked(world: World) -> None:
    world.write("domains/fleet/planes/transforms/known.sql", "FROM plans")
    world.write("domains/operations/flights/transforms/departures.sql", "FROM plans")
    faults = world.faults(frozenset([ProductName("operations.flights")]))
    assert [fault.place.file for fault in faults] == ["domains/operations/flights/transforms/departures.sql"]


def test_faults_of_reading_are_said_too_and_nothing_twice(world: World) -> None:
    world.write("domains/fleet/planes/build.yaml", "schedule: 5\n")
    faults = [str(fault) for fault in world.faults()]
    assert len(faults) == len(set(faults)) > 0
    assert all(fault.startswith("domains/fleet/planes/build.yaml:1: ") for fault in faults)


def test_without_its_files_a_mesh_is_checked_as_far_as_it_goes(world: World, engine: DuckDbEngine) -> None:
    assert check(Mesh("empty"), (), engine) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_says_something_in_some_case(rule: Any) -> None:
    words = {
        "an_input_is_not_answered": "no contract has the id",
        "an_input_is_deprecated": "is deprecated: supported until",
        "a_deprecated_port_says_no_end": "nothing says until when",
        "a_source_says_no_place": "none of its servers",
        "an_input_is_not_as_expected": "is expected of",
        "a_transform_reads_an_unknown_name": "is neither an input port",
        "core_data_reads_what_is_not_there": "which the field operator is read from",
        "a_transform_reads_itself": "reads itself",
        "a_transform_does_not_bind": "there is no column",
        "a_promise_is_not_made": "no transform makes it",
        "a_transform_returns_other_columns": "the contract promises",
        "a_relationship_is_to_nothing": "relationship:",
        "a_quality_query_does_not_bind": "quality rule 'typo'",
        "a_metric_cannot_be_measured": "quality rule 'rowCount'",
        "a_test_says_what_is_not_there": "is given, and",
        "a_setting_is_of_nothing": "materialization of",
        "a_preview_is_read_uninvited": "is a preview, and",
        "a_preview_that_is_read_went_stable": "which is gone: it reads",
        "an_invitation_is_of_nothing": "no output port is",
    }
    assert any(words[rule.__name__] in fault for case in CASES.values() for fault in case["faults"])


def _many(count: int) -> Mesh:
    """Products in a chain, each with a source or the one before, a step, and two promised tables."""
    products = {}
    columns = tuple(
        Column(name, type_) for name, type_ in (("id", "BIGINT"), ("name", "VARCHAR"), ("amount", "DOUBLE"))
    )
    for number in range(count):
        name = ProductName(f"shop.p{number}")
        tables = (Table("one", columns), Table("two", columns))
        contract = Contract(f"c{number}", "1.0.0", tables, f"{name}.odcs.yaml")
        step = (
            "SELECT id, name, amount FROM feed.one WHERE id > 0"
            if number
            else "SELECT 1::BIGINT AS id, 'a' AS name, 1.5::DOUBLE AS amount"
        )
        texts = {
            "step": step,
            "one": "SELECT id, upper(name) AS name, amount FROM step",
            "two": "SELECT id, name, sum(amount) AS amount FROM one GROUP BY ALL",
        }
        transforms = tuple(Transform(t, "sql", f"{name}/{t}.sql", text, "", reading(text)) for t, text in texts.items())
        inputs = (InputPort("feed", f"c{number - 1}", "1.0.0", Place("x")),) if number else ()
        port = OutputPort("out", "1.0.0", f"c{number}")
        products[name] = Product(name, str(name), f"domains/{name}", "", (contract,), inputs, (port,), transforms)
    return Mesh("many", {DomainName("shop"): None}, products)  # type: ignore[dict-item]


def test_three_hundred_products_are_checked_in_a_few_seconds(engine: DuckDbEngine) -> None:
    mesh = _many(300)
    began = time.perf_counter()
    assert check(mesh, (), engine) == ()
    assert time.perf_counter() - began < 20
