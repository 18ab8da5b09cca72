"""What is told of a product's promises: what its readers have to know, and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from weft.governance.happening import changed_promises, invitations, not_held
from weft.names import LineName
from weft.product.checks import CheckResult
from weft.product.contract import Column, Contract, ServiceLevel, Table
from weft.product.preview import Invitation
from weft.product.product import BuildSettings, OutputPort, Product

from .conftest import FLIGHTS

LINE = LineName("operations.flights.departures@1")


def promising(*contracts: Contract) -> Product:
    ports = tuple(OutputPort("departures", c.version, c.id) for c in contracts)
    return Product(FLIGHTS, FLIGHTS, "", "", contracts, (), ports)


def contract(version: str = "1.0.0", **changes: object) -> Contract:
    table = Table("departures", (Column("id", "BIGINT", required=True), Column("delay", "INTEGER")))
    return replace(Contract("flights", version, (table,), "", status="active"), **changes)  # type: ignore[arg-type]


def with_columns(*columns: Column) -> tuple[Table, ...]:
    return (replace(contract().tables[0], columns=columns),)


OLD = promising(contract())
ID, DELAY = contract().tables[0].columns


@pytest.mark.parametrize(
    "new",
    [
        contract(),
        contract("1.0.1", purpose="Said better"),
        contract("1.0.1", tables=with_columns(ID, replace(DELAY, description="In minutes"))),
        contract("1.0.1", tags=("aviation",)),
    ],
    ids=["nothing", "purpose", "description", "tags"],
)
def test_what_readers_need_not_know_is_not_told(new: Contract) -> None:
    assert changed_promises(OLD, promising(new)) == ()


@pytest.mark.parametrize(
    ("new", "kind", "said"),
    [
        (
            contract("1.1.0", tables=with_columns(ID, DELAY, Column("gate", "VARCHAR"))),
            "published",
            "1.0.0 to 1.1.0: column added",
        ),
        (contract(tables=with_columns(ID)), "published", "departures 1.0.0: column removed"),
        (contract(status="deprecated"), "deprecated", "departures 1.0.0 is deprecated"),
        (contract(status="retired"), "retired", "departures 1.0.0 is retired"),
        (contract("1.0.1", usage="Not for billing"), "published", "terms changed"),
    ],
    ids=["column added", "column removed", "deprecated", "retired", "terms"],
)
def test_what_readers_have_to_know_is_told_of_its_line(new: Contract, kind: str, said: str) -> None:
    (found,) = changed_promises(OLD, promising(new))
    assert (found.kind, found.line) == (kind, LINE)
    assert said in found.message


def test_a_new_line_is_told_to_the_readers_of_all() -> None:
    (found,) = changed_promises(OLD, promising(contract(), contract("2.0.0")))
    assert (found.kind, found.message, found.line) == (
        "published",
        "2.0.0 is a new line of departures; an input port moves to it with `version: 2.0.0`",
        "",
    )


def inviting(product: Product, *who: str, until: date | None = None) -> Product:
    return replace(product, build=BuildSettings(previews=(Invitation("departures", "1.1.0-beta.1", who, until),)))


SHOWN = promising(contract(), contract("1.1.0-beta.1"))


def test_a_preview_is_told_to_those_who_are_invited_with_how_to_try_it() -> None:
    assert changed_promises(OLD, SHOWN) == ()
    (found,) = changed_promises(OLD, inviting(SHOWN, "network.routes", "ada@example.org", until=date(2026, 12, 31)))
    assert (found.kind, found.line) == ("invited", "operations.flights.departures@1.1.0-beta.1")
    assert found.message == (
        "network.routes, ada@example.org: invited to try operations.flights.departures@1.1.0-beta.1 until 2026-12-31. "
        "Try it: weft preview operations.flights.departures@1.1.0-beta.1"
    )


def test_who_is_invited_later_is_told_then() -> None:
    before = inviting(SHOWN, "network.routes")
    assert changed_promises(before, before) == ()
    (found,) = changed_promises(before, inviting(SHOWN, "network.routes", "ada@example.org"))
    assert found.message.startswith("ada@example.org: invited to try ")


def test_a_product_that_begins_with_a_preview_invites_too() -> None:
    (found,) = invitations(None, inviting(promising(contract("1.1.0-beta.1")), "network.routes"))
    assert found.kind == "invited"


def test_a_preview_that_went_stable_is_not_retired() -> None:
    told = changed_promises(inviting(SHOWN, "network.routes"), promising(contract("1.1.0")))
    assert [(one.kind, one.line, one.message) for one in told] == [
        ("went stable", LINE, "departures 1.1.0-beta.1 is stable as 1.1.0")
    ]


def test_a_preview_that_was_given_up_is_retired() -> None:
    (found,) = changed_promises(SHOWN, OLD)
    assert (found.kind, found.message) == ("retired", "departures 1.1.0-beta.1 is no longer promised")


def test_a_line_that_is_no_longer_promised_is_retired() -> None:
    (found,) = changed_promises(promising(contract(), contract("2.0.0")), promising(contract("2.0.0")))
    assert (found.kind, found.message, found.line) == ("retired", "departures 1.0.0 is no longer promised", LINE)


def test_a_product_that_is_no_more_is_retired() -> None:
    (found,) = changed_promises(OLD, None)
    assert (found.kind, found.message) == ("retired", "operations.flights is no more")


def test_a_deprecated_port_says_when_it_ends() -> None:
    ends = (ServiceLevel("endOfSupport", "2027-06-30"), ServiceLevel("endOfLife", "2027-12-31"))
    before, after = contract(service_levels=ends), contract(service_levels=ends)
    ended = replace(promising(after), output_ports=(OutputPort("departures", "1.0.0", "flights", deprecated=True),))
    (found,) = changed_promises(promising(before), ended)
    assert found.message == "departures 1.0.0 is deprecated: supported until 2027-06-30, ends on 2027-12-31"


def test_each_kind_is_told_once_for_a_line() -> None:
    new = promising(contract("1.1.0", usage="Not for billing", tables=with_columns(ID)))
    (found,) = changed_promises(OLD, new)
    assert "column removed" in found.message and "terms changed" in found.message


Result = Callable[..., CheckResult]


def test_what_did_not_hold_is_named_without_any_value() -> None:
    result = CheckResult(
        LINE, "largest salary", "sql", "failed", measured=123456, threshold="mustBe 0", severity="error"
    )
    said = not_held([result], FLIGHTS)
    assert said == (
        "1 check did not hold: departures@1: largest salary (mustBe 0). The rows: weft test operations.flights --failures"
    )


def test_a_fault_that_is_no_check_says_where_to_look() -> None:
    assert not_held([], FLIGHTS) == "It could not be made. Why: weft history operations.flights"
