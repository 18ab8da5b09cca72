"""Who may read a line: everybody a stable one, a preview its own domain and whom it invites, until that ends."""

from __future__ import annotations

from datetime import date

import pytest

from weft.access import OWNER, Reader, may_read, may_read_unpublished
from weft.names import DomainName, LineName, ProductName
from weft.product.contract import Column, Contract, Member, Table, Team
from weft.product.mesh import Domain, Mesh
from weft.product.preview import Invitation
from weft.product.product import BuildSettings, OutputPort, Product

TODAY = date(2026, 11, 21)
STABLE, BETA, RC = (LineName(f"ops.flights.departures@{label}") for label in ("1", "1.3.0-beta.1", "1.3.0-rc.1"))


def mesh(*invites: str, until: date | None = None) -> Mesh:
    versions = ("1.2.0", "1.3.0-beta.1", "1.3.0-rc.1")
    tables = (Table("departures", (Column("id", "BIGINT"),)),)
    product = Product(
        ProductName("ops.flights"),
        "ops.flights",
        "domains/ops/flights",
        "digest",
        tuple(Contract("ops.flights", version, tables, f"{version}.odcs.yaml") for version in versions),
        output_ports=tuple(OutputPort("departures", version, "ops.flights") for version in versions),
        team=Team("flights", members=(Member("ann"),)),
        build=BuildSettings(previews=(Invitation("departures", "1.3.0-beta.1", invites, until),)),
    )
    domain = Domain(
        DomainName("ops"),
        "domains/ops",
        team=Team("ops", members=(Member("otto@example.org", role="owner"), Member("stan", role="steward"))),
    )
    return Mesh("test", {domain.name: domain}, {product.name: product})


def allowed(name: str, line: LineName = BETA, **more: date) -> bool:
    return may_read(Reader(name), line, mesh("net.routes", "ada@example.org", "bob", **more), TODAY).is_allowed


def test_a_stable_line_is_read_by_everybody() -> None:
    assert allowed("carl", STABLE)
    assert allowed("net.other", STABLE)


@pytest.mark.parametrize("name", ["net.routes", "ada@example.org", "bob"])
def test_a_preview_is_read_by_the_products_and_the_people_that_are_invited(name: str) -> None:
    assert allowed(name)


@pytest.mark.parametrize("name", ["net.other", "net", "net.routes.delays", "Bob", "ada", "ada@example.com", "*", "."])
def test_a_preview_is_read_by_nobody_else(name: str) -> None:
    assert not allowed(name)


@pytest.mark.parametrize("name", ["ops.flights", "ops.other", "stan", "otto@example.org"])
def test_a_preview_is_read_by_its_own_domain(name: str) -> None:
    assert allowed(name, RC)


def test_an_invitation_is_to_one_preview() -> None:
    assert not allowed("net.routes", RC)


def test_an_invitation_ends_after_its_last_day() -> None:
    assert allowed("bob", until=TODAY)
    assert not allowed("bob", until=date(2026, 11, 20))
    assert allowed("ops.other", until=date(2026, 11, 20))


def test_the_owner_of_the_workspace_reads_everything() -> None:
    assert may_read(OWNER, RC, mesh(), TODAY).is_allowed


def test_a_refusal_says_why_and_whom_to_ask() -> None:
    decision = may_read(Reader("carl"), BETA, mesh("bob"), TODAY)
    assert decision.reason == "ops.flights.departures@1.3.0-beta.1 is a preview, and carl is not invited to it"
    assert (
        decision.mend == "Ask ops (ann, otto@example.org) to invite carl under `previews` in build.yaml of ops.flights."
    )
    over = may_read(Reader("bob"), BETA, mesh("bob", until=date(2026, 11, 1)), TODAY)
    assert over.reason.endswith("and bob was invited to it until 2026-11-01")


def test_a_line_that_nobody_promises_is_for_nobody_outside_its_domain() -> None:
    gone = LineName("ops.gone.departures@1.3.0-beta.1")
    assert not may_read(Reader("bob"), gone, mesh("bob"), TODAY).is_allowed


@pytest.mark.parametrize("name", ["ops.flights", "ops.other", "otto@example.org", ""])
def test_what_an_environment_has_and_prod_has_not_is_read_by_its_own_domain(name: str) -> None:
    assert may_read_unpublished(Reader(name), STABLE, mesh()).is_allowed


@pytest.mark.parametrize("name", ["net.routes", "bob", "ops", "carl@example.org"])
def test_and_by_nobody_else_though_they_read_what_is_published(name: str) -> None:
    decision = may_read_unpublished(Reader(name), STABLE, mesh("bob", "net.routes"))
    assert not decision.is_allowed
    assert decision.mend == "Read what is published: leave out --env."


@pytest.mark.parametrize("name", ["ann", "stan"])
def test_what_is_not_published_is_read_by_nobody_who_builds_nothing(name: str) -> None:
    """`ann` is named by the product's own team, `stan` looks after the domain's quality."""
    assert not may_read_unpublished(Reader(name), STABLE, mesh()).is_allowed


def test_a_product_s_own_team_opens_nothing() -> None:
    """A developer writes it, and only an owner lets others read."""
    assert not allowed("ann", RC)
