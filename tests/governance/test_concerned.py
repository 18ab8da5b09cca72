"""Whoever has to know is told: the people of a product and of those that read it, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from weft.governance.addresses import Hook, mailbox
from weft.governance.concerned import concerned
from weft.names import DomainName
from weft.product.agreement import Agreement
from weft.product.contract import Channel, Contract, Member, Team
from weft.product.mesh import Domain, Mesh
from weft.product.preview import Invitation
from weft.product.product import BuildSettings
from weft.settings import MailServer, Notify, Webhook

from .conftest import FLIGHTS, PRICES, ROUTES, event, product

MAIL = Notify(mail=MailServer("h", "weft@air.example.org"))
ANN, RITA, PAUL = (f"mail:{name}@air.example.org" for name in ("ann", "rita", "paul"))
SLACK = "https://hooks.slack.com/services/T0/B0/X"


def names(mesh: Mesh, kind: str = "promoted", notify: Notify = MAIL, **changes: object) -> list[str]:
    return [address.name for address in concerned(event(kind, **changes), mesh, notify)]


def with_support(mesh: Mesh, *channels: Channel, of: str = FLIGHTS) -> Mesh:
    changed = replace(mesh.products[of], support=channels)  # type: ignore[index]
    return replace(mesh, products=mesh.products | {changed.name: changed})


def test_the_owners_and_those_who_read_it_are_concerned(mesh: Mesh) -> None:
    assert names(mesh) == [ANN, RITA]


def test_a_failure_concerns_all_that_comes_after(mesh: Mesh) -> None:
    assert names(mesh, "failed") == [ANN, RITA, PAUL]


def test_what_happens_beside_prod_concerns_nobody(mesh: Mesh) -> None:
    assert names(mesh, environment="feature") == []


def test_readers_of_another_line_are_not_concerned(mesh: Mesh) -> None:
    assert names(mesh, line="operations.flights.flights@2") == [ANN]
    assert names(mesh, line="operations.flights.flights@1") == [ANN, RITA]


def test_the_invited_are_told_of_a_preview_and_readers_of_the_stable_line_are_not(mesh: Mesh) -> None:
    (promise,), (port,) = mesh.products[FLIGHTS].contracts, mesh.products[FLIGHTS].output_ports
    shown = replace(
        mesh.products[FLIGHTS],
        contracts=(promise, replace(promise, version="1.1.0-beta.1")),
        output_ports=(port, replace(port, version="1.1.0-beta.1")),
        build=BuildSettings(previews=(Invitation(port.name, "1.1.0-beta.1", (PRICES, "ada@example.org", "bob")),)),
    )
    line = shown.line(promise.tables[0].name, "1.1.0-beta.1")
    invited = replace(mesh, products=mesh.products | {FLIGHTS: shown})
    assert names(invited, "invited", line=line) == [ANN, PAUL, "mail:ada@example.org"]
    assert names(invited, "verdict", line=line) == [ANN]


def test_a_product_s_own_team_stands_before_its_domain_s(mesh: Mesh) -> None:
    owned = product(FLIGHTS, "olga@air.example.org")
    assert names(replace(mesh, products={FLIGHTS: owned}), "retired") == ["mail:olga@air.example.org"]


def test_the_team_of_a_promised_contract_is_concerned(mesh: Mesh) -> None:
    (promise,) = mesh.products[FLIGHTS].contracts
    source = Contract("source", "1.0.0", (), "", team=Team(members=(Member("source@air.example.org"),)))
    owned = replace(promise, team=Team(members=(Member("carl@air.example.org"),)))
    changed = replace(mesh.products[FLIGHTS], contracts=(owned, source))
    assert names(replace(mesh, products={FLIGHTS: changed})) == ["mail:carl@air.example.org"]


def test_a_product_that_is_no_more_concerns_its_domain_s_team(mesh: Mesh) -> None:
    assert names(replace(mesh, products={}), "retired") == [ANN]


def test_the_nearest_domain_around_that_has_a_team_is_asked(mesh: Mesh) -> None:
    around = replace(mesh.domains[DomainName("operations")], name=DomainName("air"))
    inner = Domain(DomainName("operations"), "", parent=around.name)
    assert names(Mesh("air", {d.name: d for d in (around, inner)}, {})) == [ANN]


def test_nobody_is_mailed_where_no_server_takes_mail(mesh: Mesh) -> None:
    assert names(mesh, notify=Notify()) == []


def test_a_webhook_of_the_mesh_is_told_the_kinds_that_it_names(mesh: Mesh) -> None:
    notify = Notify((Webhook("${ALL}"), Webhook("${SOME}", ("failed",))))
    assert names(mesh, "failed", notify) == ["webhook:${ALL}", "webhook:${SOME}"]
    assert names(mesh, "promoted", notify) == ["webhook:${ALL}"]


def test_a_channel_of_support_is_told_once_however_many_name_it(mesh: Mesh) -> None:
    channel = Channel("ops-help", SLACK, "slack")
    found = with_support(with_support(mesh, channel), channel, of=ROUTES)
    assert names(found, notify=Notify()) == ["slack:ops-help of operations.flights"]


def test_a_domain_s_support_stands_in_for_its_products(mesh: Mesh) -> None:
    domain = replace(
        mesh.domains[DomainName("sales")], support=(Channel("team", "mailto:sales@air.example.org", "email"),)
    )
    found = replace(mesh, domains=mesh.domains | {domain.name: domain})
    assert names(found, product=PRICES) == [PAUL, "mail:sales@air.example.org"]


@pytest.mark.parametrize(
    ("tool", "url"),
    [
        ("slack", SLACK),
        ("slack", "${OPS_URL}"),
        ("teams", "https://air.webhook.office.com/webhookb2/X"),
        ("teams", "https://prod-7.westeurope.logic.azure.com:443/workflows/X"),
        ("slack", "https://chat.example.org:8443/hooks/X"),
    ],
)
def test_a_webhook_of_a_known_host_is_a_channel(mesh: Mesh, tool: str, url: str) -> None:
    notify = Notify(hosts=("chat.example.org:8443",))
    (found,) = concerned(event(), with_support(mesh, Channel("x", url, tool)), notify)
    assert isinstance(found, Hook) and found.tool == tool


@pytest.mark.parametrize(
    ("tool", "url"),
    [
        ("slack", "https://air.slack.com/archives/C0123"),
        ("slack", "https://hooks.slack.com.evil.example/services/X"),
        ("slack", "https://evil.example/hooks.slack.com"),
        ("slack", "https://hooks.slack.com@evil.example/X"),
        ("slack", "https://user:word@hooks.slack.com/X"),
        ("slack", "http://169.254.169.254/latest/meta-data"),
        ("slack", "http://127.0.0.1:8080/"),
        ("slack", "file:///etc/passwd"),
        ("slack", "https://[broken"),
        ("teams", "https://webhook.office.com.evil.example/X"),
        ("ticket", SLACK),
        ("", SLACK),
    ],
)
def test_a_url_that_is_no_webhook_s_is_posted_nothing(mesh: Mesh, tool: str, url: str) -> None:
    assert concerned(event(), with_support(mesh, Channel("x", url, tool)), Notify()) == ()


@pytest.mark.parametrize("text", ["ann@air.example.org", "mailto:ann@air.example.org?bcc=eve@evil.example&subject=x"])
def test_a_mailbox_is_read_without_what_is_said_beside_it(text: str) -> None:
    found = mailbox(text)
    assert found is not None and found.address == "ann@air.example.org"


@pytest.mark.parametrize(
    "text",
    [
        "ann",
        "ann@",
        "ann@air.example.org\nBcc: eve@evil.example",
        "mailto:ann@air.example.org%0D%0ABcc:eve@evil.example",
        "mailto:ann@air.example.org,eve@evil.example",
        "Ann <ann@air.example.org>",
        "ann@air.example.org ",
        "",
    ],
)
def test_what_is_not_one_plain_address_is_no_mailbox(text: str) -> None:
    assert mailbox(text) is None


AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
BOB = "mail:bob@example.org"


def agreed(**changes: object) -> Agreement:
    made = Agreement("a1", "bob@example.org", f"{FLIGHTS}.flights", "1", "delays", "planning", "bob@example.org", AT)
    return replace(made, **{"state": "granted", "until": date(2999, 12, 31), **changes})  # type: ignore[arg-type]


def told(mesh: Mesh, agreement: Agreement, kind: str, **changes: object) -> bool:
    found = concerned(event(kind, **changes), mesh, MAIL, (agreement,))
    return BOB in [address.name for address in found]


def test_whoever_has_an_agreement_is_told_what_happens_to_the_line_that_it_is_on(mesh: Mesh) -> None:
    for kind in ("deprecated", "retired", "failed"):
        assert told(mesh, agreed(), kind, line="operations.flights.flights@1")
        assert not told(mesh, agreed(), kind, line="operations.flights.flights@2")
        assert not told(mesh, agreed(state="revoked"), kind)
        assert not told(mesh, agreed(until=date(2000, 1, 1)), kind)


def test_what_becomes_of_an_agreement_is_told_to_its_parties_alone(mesh: Mesh) -> None:
    assert told(mesh, agreed(), "access granted", run="a1.1")
    assert not told(mesh, agreed(), "access granted", run="a2.1")
