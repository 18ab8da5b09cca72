"""Who sees a stable line: its own domain, who has it as an input port, and who has an agreement in force that covers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from weft.access import OWNER, Reader, may_read_unpublished
from weft.access.sight import Known, Sight, sight, sights
from weft.names import DomainName, LineName, ProductName
from weft.product.agreement import Agreement, Ruling
from weft.product.contract import Column, Contract, Member, Role, Scalar, Table, Team
from weft.product.mesh import Domain, Mesh
from weft.product.product import InputPort, OutputPort, Product, Reading, Transform

TODAY = date(2026, 11, 21)
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
TABLES = (Table("departures", (Column("id", "BIGINT"),)), Table("delays", (Column("id", "BIGINT"),)))
PORT = "ops.flights.departures"
BRIDGED = (
    Transform("departures", "sql", "departures.sql", ""),
    Transform("departures", "sql", "departures@1.sql", "", "1", Reading(("departures",), "")),
)


def line(label: str, table: str = "departures") -> LineName:
    return LineName(f"ops.flights.{table}@{label}")


def mesh(carry: dict[str, bool | str] | None = None, roles: tuple[Role, ...] = ()) -> Mesh:
    """A port of three majors; `carry` is what the contract of each says of agreements on the one before."""
    contracts = tuple(
        Contract("ops.flights", version, TABLES, f"{version}.odcs.yaml", roles=roles, custom=_custom(carry, version))
        for version in ("1.2.0", "2.0.0", "3.1.0")
    )
    flights = Product(
        ProductName("ops.flights"),
        "ops.flights",
        "domains/ops/flights",
        "digest",
        contracts,
        output_ports=tuple(OutputPort("departures", contract.version, "ops.flights") for contract in contracts),
        transforms=BRIDGED,
        team=Team("flights", members=(Member("ann", role="developer"),)),
    )
    routes = Product(
        ProductName("net.routes"),
        "net.routes",
        "domains/net/routes",
        "digest",
        (),
        input_ports=(InputPort("departures", "ops.flights", "1.0.0"),),
    )
    team = Team("ops", members=(Member("otto@example.org", role="Owner"), Member("dora", role="developer")))
    domain = Domain(DomainName("ops"), "domains/ops", team=team)
    return Mesh("test", {domain.name: domain}, {flights.name: flights, routes.name: routes})


def _custom(carry: dict[str, bool | str] | None, version: str) -> dict[str, Scalar | list[Scalar]]:
    said = (carry or {}).get(version[0])
    return {} if said is None else {"agreementsCarryOver": said}


def agreement(reader: str = "bob", label: str = "1", **more: object) -> Agreement:
    made = Agreement("a1", reader, PORT, label, "delays by route", "route planning", reader, AT, state="granted")
    return replace(made, until=date(2026, 12, 31), **more)  # type: ignore[arg-type]


def seen(reader: Reader, wanted: LineName, *agreements: Agreement, of: Mesh | None = None) -> Sight:
    return sight(reader, wanted, Known(of or mesh(), TODAY, agreements))


BOB = Reader("bob")


def test_the_owner_of_the_workspace_sees_everything() -> None:
    assert seen(OWNER, line("1")).is_allowed


@pytest.mark.parametrize("name", ["dora", "otto@example.org", "ops.other"])
def test_its_own_domain_sees_a_line_without_an_agreement(name: str) -> None:
    assert seen(Reader(name), line("1")).is_allowed


@pytest.mark.parametrize("name", ["bob", "ops", "net.other", "Ann", "*"])
def test_nobody_else_sees_it_without_one(name: str) -> None:
    assert not seen(Reader(name), line("1")).is_allowed


def test_an_input_port_is_enough_for_a_product_on_its_own_line() -> None:
    assert seen(Reader("net.routes"), line("1")).is_allowed
    assert not seen(Reader("net.routes"), line("2")).is_allowed


def test_unless_the_mesh_asks_agreements_of_products() -> None:
    known = Known(mesh(), TODAY, products_need_agreements=True)
    assert not sight(Reader("net.routes"), line("1"), known).is_allowed
    agreed = replace(known, agreements=(agreement("net.routes"),))
    assert sight(Reader("net.routes"), line("1"), agreed).is_allowed


def test_an_agreement_says_by_which_and_for_what_it_is_seen() -> None:
    found = seen(BOB, line("1", "delays"), agreement())
    assert (found.is_allowed, found.agreements, found.purposes) == (True, ("a1",), ("delays by route",))


def test_an_agreement_is_its_readers_alone_and_of_its_port_alone() -> None:
    assert not seen(Reader("carl"), line("1"), agreement()).is_allowed
    assert not seen(BOB, line("1"), agreement(port="ops.flights.arrivals")).is_allowed


@pytest.mark.parametrize("state", ["requested", "half approved", "refused", "revoked"])
def test_only_a_granted_agreement_opens_a_line(state: str) -> None:
    assert not seen(BOB, line("1"), agreement(state=state)).is_allowed


def test_an_agreement_ends_after_its_last_day() -> None:
    assert seen(BOB, line("1"), replace(agreement(), until=TODAY)).is_allowed
    assert not seen(BOB, line("1"), replace(agreement(), until=date(2026, 11, 20))).is_allowed


def test_a_new_major_needs_a_new_agreement_unless_its_contract_carries_it_over() -> None:
    assert not seen(BOB, line("2"), agreement()).is_allowed
    assert not seen(BOB, line("2"), agreement(), of=mesh({"2": "ask"})).is_allowed
    assert seen(BOB, line("2"), agreement(), of=mesh({"2": True})).is_allowed


def test_it_is_carried_over_as_long_as_every_major_since_says_so() -> None:
    assert not seen(BOB, line("3"), agreement(), of=mesh({"3": True})).is_allowed
    assert seen(BOB, line("3"), agreement(), of=mesh({"2": True, "3": True})).is_allowed


def test_an_older_line_is_not_covered_unless_it_is_a_bridge_to_one_that_carries_over() -> None:
    assert not seen(BOB, line("1"), agreement(label="3")).is_allowed
    assert seen(BOB, line("1"), agreement(label="3"), of=mesh({"3": True})).is_allowed
    assert not seen(BOB, line("2"), agreement(label="3"), of=mesh({"3": True})).is_allowed


def test_a_denied_answer_says_how_to_ask_and_whom() -> None:
    decision = seen(BOB, line("1")).decision
    assert decision.reason == "bob has no agreement on ops.flights.departures@1"
    assert decision.mend == (
        "Ask for it: weft access request ops.flights.departures@1 --purpose 'WHY' --use-case NAME. "
        "otto@example.org decides."
    )


def test_whom_the_contracts_role_names_is_said() -> None:
    roles = (Role("analyst", first_level_approvers="ann", second_level_approvers="Owner"), Role("other"))
    decision = seen(BOB, line("1"), of=mesh(roles=roles)).decision
    assert "--role analyst" in decision.mend


def test_an_expired_answer_says_how_to_renew() -> None:
    decision = seen(BOB, line("1"), replace(agreement(), until=date(2026, 11, 20))).decision
    assert decision.reason == "the agreement a1 of bob on ops.flights.departures@1 ended on 2026-11-20"
    assert decision.mend == "Ask for more time: weft access renew a1. otto@example.org decides."


def test_what_was_refused_says_why_and_what_waits_says_so() -> None:
    ruling = Ruling("refused", "ann", AT, reason="not for marketing")
    refused = seen(BOB, line("1"), agreement(state="refused", rulings=(ruling,))).decision
    assert refused.reason == "bob's agreement a1 on ops.flights.departures@1 was refused: not for marketing"
    waiting = seen(BOB, line("1"), replace(agreement(state="requested"), until=None)).decision
    assert "nobody has decided yet" in waiting.reason
    assert waiting.mend == "otto@example.org decides: weft access show a1"


@pytest.mark.parametrize("reader", [Reader("otto@example.org"), Reader("ops.other"), Reader("net.routes")])
def test_a_token_that_is_not_made_for_data_opens_none(reader: Reader) -> None:
    known = Known(mesh(), TODAY)
    assert sight(reader, line("1"), known).is_allowed
    assert sight(replace(reader, scopes=("query",)), line("1"), known).is_allowed
    refused = sight(replace(reader, scopes=("catalogue",)), line("1"), known)
    assert not refused.is_allowed
    assert "scope 'query'" in refused.decision.mend
    assert not may_read_unpublished(replace(reader, scopes=("catalogue",)), line("1"), known.mesh).is_allowed


@pytest.mark.parametrize("reader", [Reader("bob"), Reader("ann"), Reader("net.routes"), Reader("otto@example.org")])
def test_many_lines_are_seen_as_each_alone_is(reader: Reader) -> None:
    known = Known(mesh({"2": True}), TODAY, (agreement(), replace(agreement(label="2"), until=date(2026, 1, 1))))
    lines = [line(label, table) for label in ("1", "2", "3", "4") for table in ("departures", "delays", "nothing")]
    lines.append(LineName("ops.flights.departures@4.0.0-beta.1"))
    assert sights(reader, lines, known) == {one: sight(reader, one, known) for one in lines}
