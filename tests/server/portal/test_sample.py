"""Rows of a table on its page are data: under masks, for whoever may ask for data, in the audit trail, and a page at a time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest
from tests.meshes import A, Made, Source, planes_and_departures, write_mesh
from tests.served import served_as

from weft.access import Grant, Reader
from weft.product.audit import Span
from weft.session import Session, open_session

PATH = "/tables/fleet.planes.plane"
READER = Reader("ann@example.org", (Grant("reader", "fleet"),))
LETTERS = "".join(f"{at},{'x' * 500 if at == 1 else ''},{90 - at}\n" for at in range(45))
WIDE = {"id": "integer key"} | {f"c{at:03}": "integer" for at in range(300)}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as opened:
        opened.apply(opened.plan())
        yield opened


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """45 rows, of which the second holds a long text and the others none; and a table of 301 columns."""
    root = tmp_path_factory.mktemp("long")
    columns = {"id": "integer key", "note": "string", "left_over": "integer"}
    letters = Made("letter", columns, "SELECT id, note, left_over FROM file ORDER BY id")
    wide = Made("wide", WIDE, f"SELECT 1 AS id, {', '.join(f'{at} AS c{at:03}' for at in range(300))}")
    source = Source(
        "file", {"id": "integer", "note": "string", "left_over": "integer"}, f"id,note,left_over\n{LETTERS}"
    )
    write_mesh(root, A("post.letters", (letters, wide), (source,)))
    with open_session(root) as opened:
        opened.apply(opened.plan())
        with served_as(opened) as client:
            yield client


def reads(session: Session) -> list[tuple[str, str, str]]:
    """How a read ended is written after it was answered."""
    for _ in range(100):
        told = [json.loads(record.body) for record in session.registry.audit.records(Span())]
        found = [(one["who"], one.get("door", ""), one.get("outcome", "")) for one in told if one["kind"] != "decided"]
        if len(found) % 2 == 0:
            break
        time.sleep(0.02)
    return found


def page(session: Session, path: str, reader: Reader) -> str:
    with served_as(session, reader) as client:
        return seen(client, path)


def seen(client: httpx.Client, path: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def rows(found: str) -> list[list[str]]:
    part = found.partition('id="rows"')[2].partition("</table>")[0]
    return [re.findall(r'class="cut">([^<]*)<', row) for row in part.split("<tr>")[2:]]


def test_it_is_a_read_like_any_other(session: Session) -> None:
    assert "N0" in page(session, PATH, READER)
    assert reads(session) == [("ann@example.org", "preview", ""), ("ann@example.org", "", "done")]


def test_whoever_opens_the_page_does_not_use_the_table_and_whoever_turns_pages_does(session: Session) -> None:
    with served_as(session, READER) as client:
        client.get(PATH)
        client.get(f"{PATH}?sort=tail")
    with session.query("SELECT door, times FROM mesh.reads") as answer:
        told = list(answer.objects())
    assert told == [{"door": "preview", "times": 1}]


def test_a_token_that_is_for_the_catalogue_alone_sees_no_rows(session: Session) -> None:
    assert "N0" not in page(session, PATH, replace(READER, scopes=("catalogue",)))
    assert reads(session) == []


def test_who_may_not_read_sees_none(session: Session) -> None:
    assert "N0" not in page(session, PATH, Reader("bob@example.org"))
    assert reads(session) == []


def test_rows_come_a_page_at_a_time_with_ways_back_and_on(long: httpx.Client) -> None:
    first, last = seen(long, "/tables/post.letters.letter"), seen(long, "/tables/post.letters.letter?rows=3")
    assert [row[0] for row in rows(first)] == [str(at) for at in range(20)]
    assert "Rows 1 to 20 of 45" in first and "?rows=2#rows" in first
    assert [row[0] for row in rows(last)] == [str(at) for at in range(40, 45)]
    assert 'rel="prev" href="?rows=2#rows"' in last and "?rows=4" not in last


def test_beyond_the_last_row_there_is_a_way_to_the_first(long: httpx.Client) -> None:
    found = seen(long, "/tables/post.letters.letter?rows=9")
    assert "No rows to show." in found and "The first rows" in found


def test_a_column_sorts_both_ways_and_says_so(long: httpx.Client) -> None:
    up = seen(long, "/tables/post.letters.letter?sort=left_over")
    down = seen(long, "/tables/post.letters.letter?sort=left_over&way=down&rows=2")
    assert [row[2] for row in rows(up)][:2] == ["46", "47"] and 'aria-sort="ascending"' in up
    assert rows(down)[0][2] == "70" and 'aria-sort="descending"' in down
    assert "?sort=left_over&way=down#rows" in up and "rows=3" in down


def test_numbers_stand_right_and_null_is_said(long: httpx.Client) -> None:
    found = seen(long, "/tables/post.letters.letter")
    assert '<td class="number"><span class="cut">90' in found
    assert '<td class="null"><span class="cut">null' in found


def test_a_long_text_is_cut_and_whole_on_demand(long: httpx.Client) -> None:
    cut = seen(long, "/tables/post.letters.letter")
    assert "x" * 400 + "…" in cut and "row=2#rows" in cut
    whole = seen(long, "/tables/post.letters.letter?row=2")
    assert "x" * 500 in whole and "Row 2" in whole and "?row=1#rows" in whole and "?row=3#rows" in whole


def test_a_wide_table_comes_a_page_of_columns_at_a_time_and_its_rows_too(long: httpx.Client) -> None:
    found = seen(long, "/tables/post.letters.wide?page=2")
    assert "301 columns" in found and "page 2 of 7" in found
    assert 'id="column.c049"' in found and 'id="column.c048"' not in found
    assert len(rows(found)[0]) == 51 and rows(found)[0][0] == "1"


def test_columns_are_found_by_their_words(long: httpx.Client) -> None:
    found = seen(long, "/tables/post.letters.wide?find=c29")
    assert "10 columns found" in found and 'id="column.c290"' in found and 'id="column.c001"' not in found
    assert "No column has these words." in seen(long, "/tables/post.letters.wide?find=elephant")


def test_what_is_no_column_is_no_way_into_the_query(long: httpx.Client) -> None:
    found = seen(long, '/tables/post.letters.letter?sort=id"; DROP TABLE x')
    assert len(rows(found)) == 20 and "aria-sort" not in found
