"""The first page: what waits, the map of domains, what is read most, and what is new in as few lines as say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.meshes import A, Made, planes_and_departures, write_mesh
from tests.served import served_as

from weft.access import Reader
from weft.query.facts import Facts
from weft.server.portal.mapping import MOST_BOXES, Place, mapped
from weft.server.portal.news import news
from weft.session import Session, open_session

from .eventful import live

ASKS = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root: Path = tmp_path_factory.mktemp("eventful") / "mesh"
    live(root)
    with open_session(root) as session:
        yield session


def page_of(client: httpx.Client) -> str:
    answer = client.get("/", headers=ASKS)
    assert answer.status_code == 200, answer.text
    return answer.text


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_what_readers_have_to_know_stands_out(mesh: Session) -> None:
    found = news(Facts(mesh.library))
    said = {(one.names[0][0], badge) for one in found for badge, _ in one.badges}
    assert {
        ("fleet.planes", "new version"),
        ("fleet.planes", "comes to an end"),
        ("fleet.planes", "changed"),
        ("operations.flights", "preview"),
        ("operations.flights", "failed"),
    } <= said


def test_what_one_run_did_to_a_product_is_one_piece_of_news(mesh: Session) -> None:
    found = news(Facts(mesh.library))
    (major,) = [one for one in found if ("new version", "accent") in one.badges]
    assert len(major.messages) == 3
    keys = [(one.link, one.names) for one in found]
    assert len(keys) == len(set(keys))


def test_ordinary_publishes_of_a_run_are_one_line(mesh: Session) -> None:
    first = news(Facts(mesh.library))[-1]
    assert first.badges == () and first.messages == ("published 4 tables",)
    assert len(first.names) == 4 and first.more == 0


def test_whom_a_preview_is_shown_to_is_not_told_to_everybody(mesh: Session) -> None:
    with served_as(mesh, Reader("eve@example.org")) as client:
        page = words(page_of(client))
    assert (
        "Those who are invited may try operations.flights.departures@1.1.0-beta.1" in page
        and "ada@example.org" not in page
    )


def test_a_domain_within_another_is_shown_within_it(mesh: Session) -> None:
    found = mapped(Facts(mesh.library))
    assert [place.name for place in found.nested] == ["fleet"]
    assert [place.name for place in found.nested[0].within] == ["safety"]
    assert found.domains == 4 and "2 products, with safety" in str(found.picture)
    assert [place.name for place in found.places] == ["fleet", "operations", "network"]


def test_many_domains_are_a_field_of_names_in_the_order_of_the_data(tmp_path: Path) -> None:
    names = [f"d{number}" for number in range(MOST_BOXES + 1)]
    made = [Made("t", {"n": "integer key"}, "SELECT 1 AS n")]
    products = [A(f"{name}.p", made) for name in names]
    products[0] = A("d0.p", [Made("u", {"n": "integer key"}, "SELECT n FROM t")], reads=[f"{names[-1]}.p.t"])
    write_mesh(tmp_path, *products)
    with open_session(tmp_path) as session:
        assert session.apply(session.plan()).succeeded
        found = mapped(Facts(session.library))
        with served_as(session) as client:
            page = page_of(client)
    assert found.picture is None
    order = [place.name for place in found.places]
    assert order.index(names[-1]) < order.index("d0")
    assert f'data-place="d0" data-reads="{names[-1]}"' in page and page.count("data-place=") == len(names)


def test_checks_that_do_not_hold_count_in_the_domain_around_them() -> None:
    inner = Place("b", "", "", 1, 2, (), ())
    assert Place("a", "", "", 3, 1, (), (), (inner,)).all_not_held == 3


@pytest.mark.parametrize("readers", range(1, 8))
def test_no_card_of_what_is_read_most_stands_alone(tmp_path: Path, readers: int) -> None:
    """Six, four, three, two or one fill their rows."""
    made = [Made(f"t{n}", {"n": "integer key"}, "SELECT 1 AS n") for n in range(readers)]
    write_mesh(tmp_path, A("d.p", made))
    with open_session(tmp_path) as session:
        assert session.apply(session.plan()).succeeded
        for n in range(readers):
            with session.query(f"FROM d.p.t{n}") as answer:
                answer.arrow()
        with served_as(session) as client:
            page = page_of(client)
    (shown,) = re.findall(r'class="tiles of-(\d)"', page)
    assert int(shown) == {1: 1, 2: 2, 3: 3, 4: 4, 5: 4, 6: 6, 7: 6}[readers]


def test_a_mesh_with_nothing_published_says_what_to_do_first(tmp_path: Path) -> None:
    write_mesh(tmp_path)
    with open_session(tmp_path) as session:
        with served_as(session) as client:
            owner = words(page_of(client))
        with served_as(session, Reader("eve@example.org")) as client:
            reader = words(page_of(client))
    assert "weft new product sales.orders" in owner
    assert "weft new" not in reader and "You need do nothing." in reader


def test_the_owner_of_a_workspace_has_nothing_waiting(mesh: Session) -> None:
    with served_as(mesh) as client:
        assert "For you" not in page_of(client)


def test_what_somebody_reads_and_ends_waits_for_them(mesh: Session) -> None:
    from weft.access import Grant

    with served_as(mesh, Reader("ann@example.org", (Grant("owner", "fleet"),))) as client:
        page = words(page_of(client))
    assert "For you" in page and "fleet.planes.plane@1 is deprecated" in page and "since you looked last" in page


def test_every_figure_of_the_page_leads_somewhere(tmp_path: Path) -> None:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as session:
        session.apply(session.plan())
        with served_as(session) as client:
            page = page_of(client)
            for link in set(re.findall(r'href="(/(?:domains|products|tables|runs)[^"]*)"', page)):
                assert client.get(link, headers=ASKS).status_code == 200, link


def test_readers_of_an_older_line_count_for_its_table(mesh: Session) -> None:
    """Products stay on line 1 of the planes, and line 2 is what a name means."""
    with served_as(mesh) as client:
        page = words(page_of(client))
    assert "fleet.planes.plane 3 readers" in page
