"""A newcomer finds data, trusts it, asks for it and reads it; its owner decides in another browser. By mouse, and by keyboard alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import expect
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import OWNER_OF, READER, Served, crowd, served_copy
from tests.server.portal.browser.walking import Means, Walk
from tests.session.people.crowd import PASSWORD

from weft.session import open_session

TABLE, PORT = "analytics.punctuality.by_carrier", "analytics.punctuality.punctuality"
PURPOSE = "Which airlines should our travellers be warned about?"
MASK = re.compile(r"[0-9a-f]{32}")
MEANS = get_args(Means)


@pytest.fixture(scope="module")
def punctual(applied: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example, where how many flights a carrier has is confidential."""
    with served_copy(applied, tmp_path_factory.mktemp("newcomer") / "flights") as served:
        product = served.root / "domains/analytics/punctuality"
        contract, manifest = product / "contracts/punctuality.odcs.yaml", product / "product.odps.yaml"
        text, plain = contract.read_text(), "{name: flights, description: That were scheduled., "
        text = text.replace("version: 1.0.0", "version: 1.1.0", 1)
        contract.write_text(text.replace(plain, f"{plain}classification: internal, ", 1))
        port = "name: punctuality, version: 1.0.0"
        manifest.write_text(manifest.read_text().replace(port, port.replace("1.0.0", "1.1.0")))
        with open_session(served.root) as session:
            assert session.apply(session.plan()).succeeded
        crowd(served)
        yield served


@pytest.mark.parametrize("means", MEANS)
def test_a_newcomer_finds_trusts_asks_and_reads(punctual: Served, walks: Walks, tmp_path: Path, means: Means) -> None:
    name = f"nina.{means}@flights.example"
    owner, colleague = walks(punctual, means), walks(punctual, means)
    newcomer = walks(punctual, means, permissions=["clipboard-read", "clipboard-write"])
    comes_in(newcomer, punctual.invited(name), name)
    finds(newcomer)
    trusts(newcomer)
    request = asks(newcomer)
    decides(owner, request, name)
    reads_under_masks(newcomer, request)
    link = charts_and_shares(newcomer)
    downloads(newcomer, punctual, name, tmp_path)
    opens_what_was_shared(colleague, link)
    goes(newcomer, name)


def comes_in(walk: Walk, invitation: str, name: str) -> None:
    walk.open(invitation).sees("Welcome to flights", name)
    walk.fill("Password", PASSWORD).fill("Once more", PASSWORD).press("Begin")
    walk.is_at("/").heading("What are you looking for?")


def finds(walk: Walk) -> None:
    """As one types; the first of what is shown is it."""
    walk.search("delays by carrier", "Punctuality of carriers")
    walk.heading("Punctuality of carriers").is_at(f"/tables/{TABLE}")


def trusts(walk: Walk) -> None:
    walk.sees("Can it be trusted?", "17 of 17", "Mia Novak", "not read it yet")
    walk.follow("17 of 17").is_at(re.compile("#checks$")).sees(re.compile("hold$"))


def asks(walk: Walk) -> str:
    """The page of the request, on which the newcomer stands afterwards."""
    walk.follow("Ask for access").heading(PORT)
    walk.fill("Purpose", PURPOSE).fill("Use case", "travel warnings").press("Ask")
    walk.is_at(re.compile(r"/requests/a\d+$")).sees(PURPOSE, "What happens next", f"{OWNER_OF['analytics']} decides")
    return walk.page.url.removeprefix(walk.address)


def decides(walk: Walk, request: str, name: str) -> None:
    """The owner is led there after signing in, sees who asks what for, and says yes."""
    walk.open(request).sign_in(OWNER_OF["analytics"]).is_at(request)
    walk.sees("It waits for your word", PURPOSE, name)
    walk.press("Approve").sees(f"{OWNER_OF['analytics']} granted it").does_not_see("It waits for your word")


def reads_under_masks(walk: Walk, request: str) -> None:
    """The same page says yes now, and leads to the rows: numbers that are confidential are digits that say nothing."""
    walk.open(request).sees("granted").follow("Its table")
    walk.open(f"/tables/{TABLE}").does_not_see("not read it yet").sees(MASK, "you see it masked", "AirTran Airways")


def charts_and_shares(walk: Walk) -> str:
    walk.follow("Query it").press("Run").sees("16 rows", MASK)
    expect(walk.page.get_by_role("button", name="Run")).to_be_focused()
    walk.tab("Chart").choose("Across", "carrier").choose("Up", "mean_arrival_delay")
    expect(walk.page.get_by_role("img", name="mean_arrival_delay by carrier")).to_be_visible()
    walk.press("Copy link").sees("The link is copied")
    return walk.page.evaluate("navigator.clipboard.readText()")


def downloads(walk: Walk, served: Served, name: str, folder: Path) -> None:
    """What is in the file is what this reader sees, and nothing else."""
    with walk.download("CSV", folder).open(newline="") as file:
        told = {row["carrier"]: row for row in csv.DictReader(file)}
    with (
        open_session(served.root, reader=served.people.reader(name)) as session,
        session.query(f"SELECT * FROM {TABLE}") as answer,
    ):
        seen = {row["carrier"]: row for row in answer.arrow().to_pylist()}
    assert {carrier: row["flights"] for carrier, row in told.items()} == {c: row["flights"] for c, row in seen.items()}
    assert all(MASK.fullmatch(row["flights"]) for row in told.values())
    assert float(told["F9"]["mean_arrival_delay"]) == pytest.approx(seen["F9"]["mean_arrival_delay"])


def opens_what_was_shared(walk: Walk, link: str) -> None:
    """Whoever opens it signs in on the way, asks with their own eyes, and is told whom to ask."""
    walk.open(link).sign_in(READER).is_at(re.compile("/query"))
    walk.sees("This question came with a link")
    with walk.refused(403):
        walk.press("Run").sees("no agreement", f"{OWNER_OF['analytics']} decides")
    walk.follow(f"Ask for access to {TABLE}").heading(PORT)


def goes(walk: Walk, name: str) -> None:
    walk.follow(name).press("Sign out").is_at("/sign-in")
    walk.open(f"/tables/{TABLE}").is_at(re.compile(r"/sign-in\?next="))
