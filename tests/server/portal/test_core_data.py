"""Core data on pages and over HTTP: for those who look after the domain, under their masks; decisions as a patch that git takes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.requests import Request
from tests.served import served
from tests.shops import DECISIONS, PRODUCT, applied_shop

from weft.access import Grant, Reader
from weft.product.audit import Span
from weft.query.stewarding.values import Queue, Sought
from weft.registry.remote import WIRE
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session, open_session

READERS = {
    "owner": Reader("olga@shop.example", (Grant("owner", "sales"),)),
    "steward": Reader("sam@shop.example", (Grant("steward", "sales"),)),
    "developer": Reader("dora@shop.example", (Grant("developer", "sales"),)),
    "reader": Reader("rita@shop.example", (Grant("reader", "sales"),)),
    "stranger": Reader("bob@shop.example"),
}
CORE = f"/products/{PRODUCT}/core"
TWINS = {"left": "till:T219", "right": "web:W48"}


@dataclass
class Place:
    client: httpx.Client
    session: Session
    root: Path

    def page(self, path: str, who: str = "steward", status: int = 200, **params: Any) -> str:
        headers = {"Accept": "text/html", "x-reader": who}
        answer = self.client.get(path, headers=headers, params=params or None)
        assert answer.status_code == status, answer.text
        return answer.text

    def get(self, path: str, who: str = "steward", status: int = 200, **params: Any) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers={"x-reader": who}, params=params or None)
        assert answer.status_code == status, answer.text
        return answer.json()

    def decide(self, *decided: dict[str, str], who: str = "steward", why: str = "") -> httpx.Response:
        body = {"decisions": list(decided), "why": why}
        return self.client.post(f"/api/v1{CORE}/decisions", headers={"x-reader": who}, json=body)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = applied_shop(tmp_path_factory.mktemp("portal") / "mesh")
    with open_session(root) as session:

        def who(request: Request) -> Reader:
            return READERS[request.headers["x-reader"]]

        with served(application(Serving(session, who))) as client:
            yield Place(client, session, root)


def test_stewards_see_what_waits_and_come_from_the_product_s_page(place: Place) -> None:
    assert f'href="{CORE}"' in place.page(f"/products/{PRODUCT}")
    page = unescape(place.page(CORE))
    assert "till:T219" in page
    assert "each has a record of till, which holds each once" in page
    assert '{"decision":"same","left":"till:T219","right":"web:W48"}' in page


def test_a_reader_of_the_domain_is_led_nowhere_and_refused(place: Place) -> None:
    assert f'href="{CORE}"' not in place.page(f"/products/{PRODUCT}", "reader")
    for path, params in ((CORE, {}), (f"{CORE}/pair", TWINS), (f"{CORE}/ids/CUSTOMER-X", {})):
        place.page(path, "reader", 403, **params)
        place.page(path, "stranger", 403, **params)
    assert place.decide({"decision": "same", **TWINS}, who="reader").status_code == 403


def test_a_pair_is_shown_with_its_values_and_what_speaks_for_and_against(place: Place) -> None:
    page = unescape(place.page(f"{CORE}/pair", **TWINS, at=1))
    assert "JILL" in page
    assert "Two records at random" in page
    assert page.count('class="fall"') == 5
    assert "likely one</strong>" in page
    assert f'rel="next" href="{CORE}/pair?at=2' in page


def test_who_may_not_see_names_sees_levels_and_weights_alone(place: Place) -> None:
    page = place.page(f"{CORE}/pair", "developer", **TWINS)
    assert "You see levels and weights, and not the values." in page
    assert "JILL" not in page
    assert page.count('class="fall"') == 5
    told = place.get(f"{CORE}/tie", "developer", **TWINS)
    assert {one["left"] for one in told["pair"]["evidence"]} == {None}
    review = place.get(f"{CORE}/review", "developer")
    assert review["masked"] == ["evidence"]


def test_a_core_id_is_shown_with_its_records_and_how_it_is_corroborated(place: Place) -> None:
    (pair, *_) = place.get(f"{CORE}/review")["pairs"]
    page = unescape(place.page(f"{CORE}/ids/{pair['right_core']}"))
    assert "of 2 records" in page
    assert "of 2 sources" in page
    assert "tied to" in page
    place.page(f"{CORE}/ids/CUSTOMER-NOPE", status=404)


def test_decisions_are_a_patch_that_git_takes_and_that_keeps_what_stood_there(place: Place) -> None:
    file = place.root / DECISIONS
    file.write_text("# Ours.\ndecision,left_source,left_id,right_source,right_id,by,on,why\n")
    pairs = place.get(f"{CORE}/review")["pairs"]
    other = {side: f"{pairs[1][side]['source']}:{pairs[1][side]['id']}" for side in ("left", "right")}
    answer = place.decide(
        {"decision": "same", **TWINS, "why": "=1+1"}, {"decision": "different", **other}, why="looked up"
    )
    assert answer.headers["content-disposition"] == 'attachment; filename="customer-decisions.patch"'
    subprocess.run(["git", "apply", "-"], input=answer.text, text=True, cwd=place.root, check=True)
    lines = file.read_text().splitlines()
    assert lines[0] == "# Ours."
    assert lines[2].startswith("same,till,T219,web,W48,sam@shop.example,")
    assert lines[2].endswith(",'=1+1")
    assert lines[3].endswith(",looked up")
    file.unlink()


def test_a_first_decision_makes_the_file(place: Place) -> None:
    answer = place.decide({"decision": "same", **TWINS})
    subprocess.run(["git", "apply", "-"], input=answer.text, text=True, cwd=place.root, check=True)
    assert (place.root / DECISIONS).read_text().count("\n") == 2
    (place.root / DECISIONS).unlink()


def test_where_the_team_s_folder_is_not_here_decisions_are_lines(place: Place) -> None:
    core = place.root / "domains/sales/customer/core.yaml"
    core.rename(core.with_suffix(".away"))
    try:
        answer = place.decide({"decision": "same", **TWINS})
    finally:
        core.with_suffix(".away").rename(core)
    assert answer.headers["content-disposition"] == 'attachment; filename="customer-decisions.csv"'
    assert answer.text.startswith("decision,left_source,")


@pytest.mark.parametrize(
    ("decided", "status", "why"),
    [
        ((), 400, "nothing was decided"),
        (({"decision": "same", "left": "till:T1", "right": "till:T1"},), 400, "one record, and not two"),
        (({"decision": "same", "left": "till:T1", "right": "web:W9999"},), 404, "no record of web"),
        (({"decision": "perhaps", "left": "till:T1", "right": "web:W1"},), 422, "decision"),
        (
            (
                {"decision": "same", "left": "till:T1", "right": "web:W1"},
                {"decision": "same", "left": "till:T2", "right": "web:W1"},
                {"decision": "different", "left": "till:T1", "right": "till:T2"},
            ),
            422,
            "together say",
        ),
    ],
)
def test_what_is_no_decision_is_refused(
    place: Place, decided: tuple[dict[str, str], ...], status: int, why: str
) -> None:
    answer = place.decide(*decided)
    assert (answer.status_code, why in answer.text) == (status, True), answer.text


def test_what_was_looked_at_stands_in_the_audit_trail(place: Place) -> None:
    place.page(CORE, "owner")
    records = place.session.registry.audit.records(Span(who="olga@shop.example"))
    assert any('"door":"review"' in one.body.replace(" ", "") for one in records)


def test_nothing_of_an_address_or_a_record_becomes_a_tag(place: Place) -> None:
    nasty = '"><img src=x onerror=alert(1)>'
    page = place.page(f"{CORE}/pair", status=404, left=f"till:{nasty}", right="web:W1")
    assert "<img src=x" not in page
    assert "<img src=x" not in place.page(CORE, status=404, source=nasty)


def test_the_command_line_asks_a_server_the_same(place: Place) -> None:
    headers = {"x-reader": "developer", "X-Weft-Wire": str(WIRE)}
    body = msgspec.msgpack.encode((PRODUCT, Sought(source="web", most=2)))
    answer = place.client.post("/api/v1/questions/core.review", headers=headers, content=body)
    assert answer.status_code == 200, answer.text
    found = msgspec.msgpack.decode(answer.content, type=Queue)
    assert (found.product, len(found.pairs), found.masked) == (PRODUCT, 2, ("evidence",))
    other = place.client.post(
        "/api/v1/questions/core.review", headers={**headers, "x-reader": "stranger"}, content=body
    )
    assert other.status_code == 403
