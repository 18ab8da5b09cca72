"""The workbench in a browser: names complete, answers are paged, sorted, drawn and downloaded, and links run when one says so."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import OWNER_OF, READER, Served
from tests.server.portal.browser.walking import Walk

CARRIERS = "SELECT carrier, name, flights, late_percent FROM analytics.punctuality.by_carrier ORDER BY carrier"
DEPARTURES = "SELECT flight_date, carrier, departure_delay_minutes FROM operations.flights.departures"


@pytest.fixture
def walk(walks: Walks, demo: Served) -> Walk:
    return walks(demo, who=OWNER_OF["analytics"]).open("/query")


@pytest.fixture
def flown(walks: Walks, demo: Served) -> Walk:
    """By somebody who may read every flight."""
    return walks(demo, who=OWNER_OF["operations"]).open("/query")


def ask(walk: Walk, sql: str) -> Page:
    page = walk.page
    page.get_by_label("SQL").fill(sql)
    page.keyboard.press("ControlOrMeta+Enter")
    return page


def first(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("[data-table] tbody tr").first.locator("td").all_inner_texts()]


def test_names_complete_by_keyboard(walk: Walk) -> None:
    page = walk.page
    editor = page.get_by_label("SQL")
    editor.focus()
    page.keyboard.type("SELECT * FROM analytics.punctuality.by_car")
    option = page.get_by_role("option", name=re.compile("by_carrier"))
    expect(option).to_be_visible()
    assert editor.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert editor.get_attribute("aria-activedescendant") == "word-0"
    page.keyboard.press("Enter")
    assert editor.input_value() == "SELECT * FROM analytics.punctuality.by_carrier"
    assert editor.get_attribute("aria-expanded") == "false"


def test_columns_complete_after_an_alias(walk: Walk) -> None:
    page = walk.page
    editor = page.get_by_label("SQL")
    editor.fill("SELECT c FROM analytics.punctuality.by_carrier AS c")
    editor.evaluate("editor => editor.setSelectionRange(8, 8)")
    page.keyboard.type(".late")
    expect(page.get_by_role("option", name=re.compile("c.late_percent"))).to_be_visible()
    page.keyboard.press("Tab")
    assert editor.input_value().startswith("SELECT c.late_percent FROM")


def test_numbers_stand_right_and_columns_sort(walk: Walk) -> None:
    page = ask(walk, CARRIERS)
    expect(page.get_by_text("16 rows", exact=False).first).to_be_visible()
    assert first(page)[0] == "9E"
    assert page.locator("[data-table] tbody td.number").first.evaluate("td => getComputedStyle(td).textAlign") == "end"
    head = page.get_by_role("columnheader", name=re.compile("carrier"))
    for way in ("ascending", "descending"):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", way)
    assert first(page)[0] == "YV"


def test_a_large_answer_is_paged_and_sorted_by_the_server(flown: Walk) -> None:
    page = ask(flown, DEPARTURES)
    flown.sees(re.compile("Rows 1 to 500 of more"))
    flown.press("Next").sees(re.compile("Rows 501 to 1,000"))
    flown.press("Count all").sees(re.compile("336,776 rows"))
    page.get_by_role("columnheader", name=re.compile("departure_delay")).get_by_role("button").click()
    flown.sees(re.compile("Rows 1 to 500"))
    assert first(page)[2] == "-43"
    expect(page.get_by_text("null").first).to_be_hidden()


def test_whole_numbers_are_shown_to_their_last_digit(walk: Walk) -> None:
    page = ask(walk, "SELECT 9007199254740993 AS big, NULL AS none")
    expect(page.locator("[data-table] td").first).to_have_text("9007199254740993")
    expect(page.locator("[data-table] td.null")).to_have_text("null")


def test_a_chart_is_chosen_by_the_types(walk: Walk) -> None:
    page = ask(walk, CARRIERS)
    expect(page.locator("[data-table] td").first).to_be_visible()
    walk.tab("Chart").sees(re.compile("flights by carrier"))
    expect(page.locator("svg.chart")).to_be_visible()
    assert walk.field("As").input_value() == "bars"


def test_a_chart_of_a_large_answer_is_of_all_its_rows(flown: Walk) -> None:
    page = ask(flown, DEPARTURES)
    expect(page.locator("[data-table] td").first).to_be_visible()
    flown.tab("Chart").sees(re.compile("of all rows"))
    assert flown.field("As").input_value() == "line"


@pytest.mark.parametrize("kind", ["points", "spread of one column"])
def test_a_large_answer_is_sampled_or_counted_and_said_so(flown: Walk, kind: str) -> None:
    page = ask(flown, "SELECT distance_miles, air_minutes FROM operations.flights.departures")
    expect(page.locator("[data-table] td").first).to_be_visible()
    flown.tab("Chart").choose("As", kind)
    flown.sees(re.compile("of all rows, computed on the server"))
    assert page.locator("svg.chart .mark").count() > 10


def test_what_is_wrong_points_at_the_place(walk: Walk) -> None:
    with walk.watched.refused(400):
        ask(walk, "SELECT\n  carier\nFROM analytics.punctuality.by_carrier")
        walk.sees(re.compile("Did you mean 'carrier'"), "Go to line 2")
    walk.press("Go to line 2")
    editor = walk.page.get_by_label("SQL")
    assert editor.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "carier"


def test_a_refusal_leads_to_where_access_is_asked_for(walks: Walks, demo: Served) -> None:
    walk = walks(demo, who=READER).open("/query")
    with walk.watched.refused(403):
        ask(walk, "SELECT * FROM fleet.planes.planes")
        walk.follow("Ask for access to fleet.planes.planes")
    assert walk.page.url.endswith("/requests/new?table=fleet.planes.planes")


def test_what_takes_long_is_stopped(flown: Walk) -> None:
    page = ask(
        flown,
        "SELECT count(*) FROM operations.flights.departures AS a, operations.flights.departures AS b WHERE a.tail_number < b.tail_number",
    )
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"\d\.\d s"))
    page.get_by_role("button", name="Stop").click()
    flown.sees("Stopped.")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()


def test_a_link_asks_the_same_and_runs_when_its_reader_says_so(walks: Walks, demo: Served) -> None:
    walk = walks(demo, who=OWNER_OF["analytics"], permissions=["clipboard-read", "clipboard-write"]).open("/query")
    ask(walk, "SELECT name, late_percent FROM analytics.punctuality.by_carrier")
    expect(walk.page.locator("[data-table] td").first).to_be_visible()
    walk.tab("Chart").press("Copy link").sees(re.compile("The link is copied"))
    link = str(walk.page.evaluate("navigator.clipboard.readText()"))
    assert quote('"by_carrier@1"') in link
    walk.open(link)
    assert walk.page.locator("[data-table] td").count() == 0
    walk.press("Run")
    expect(walk.page.locator("svg.chart")).to_be_visible()
    other = walks(demo, who=OWNER_OF["fleet"]).open(link)
    other.sees(re.compile("came with a link, and has not run"))
    with other.watched.refused(403):
        other.press("Run").sees("Ask for access to analytics.punctuality.by_carrier")


def test_what_was_asked_before_comes_back_by_click(walk: Walk) -> None:
    page = ask(walk, CARRIERS)
    expect(page.locator("[data-table] td").first).to_be_visible()
    page.get_by_label("SQL").fill("")
    page.get_by_role("link", name=re.compile("SELECT carrier, name, flights")).first.click()
    assert page.get_by_label("SQL").input_value() == CARRIERS


@pytest.mark.parametrize("form", ["CSV", "JSON lines", "Arrow"])
def test_all_rows_are_downloaded(walk: Walk, form: str) -> None:
    page = walk.page
    page.get_by_label("SQL").fill(CARRIERS)
    with page.expect_download() as download:
        walk.press(form)
    assert download.value.path().stat().st_size > 500


def test_a_column_of_an_answer_leads_to_its_lineage(walk: Walk) -> None:
    page = ask(walk, CARRIERS)
    expect(page.locator("[data-origins]")).to_be_visible()
    walk.unfold("Where these columns come from").follow("analytics.punctuality.by_carrier.late_percent")
    assert page.url.endswith("/lineage/analytics.punctuality.by_carrier.late_percent")
