"""Lineage in a browser: opened in place, walked by keyboard, followed to a source file, and quick where it is large."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import OWNER_OF, READER, Served
from tests.server.portal.browser.walking import Walk

FLIGHTS = "operations.flights"


@pytest.fixture
def walk(walks: Walks, demo: Served) -> Walk:
    return walks(demo, who=OWNER_OF["analytics"])


def node(page: Page, id: str) -> str:
    return f'.node[data-id="{id}"]'


def here(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.id ?? ''"))


def test_a_product_opens_where_it_stands_and_closes_again(walk: Walk) -> None:
    page = walk.open("/lineage").page
    box = page.locator(node(page, FLIGHTS))
    before = box.bounding_box()
    box.click()
    expect(page.locator(node(page, f"{FLIGHTS}.departures@1"))).to_be_visible()
    after = page.locator(node(page, FLIGHTS)).bounding_box()
    assert before and after and abs(before["x"] - after["x"]) < 4 and abs(before["y"] - after["y"]) < 4
    assert "open=operations.flights" in page.url
    page.locator(node(page, FLIGHTS)).click()
    expect(page.locator(node(page, f"{FLIGHTS}.departures@1"))).to_have_count(0)


def test_what_is_open_stands_in_the_address(walk: Walk) -> None:
    page = walk.open("/lineage").page
    page.locator(node(page, FLIGHTS)).click()
    expect(page.locator(node(page, f"{FLIGHTS}.departures@1"))).to_be_visible()
    walk.open(page.url)
    expect(page.locator(node(page, f"{FLIGHTS}.departures@1"))).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.locator(node(page, f"{FLIGHTS}.departures@1"))).to_have_count(0)


def test_arrows_walk_along_what_flows_and_enter_opens(walk: Walk) -> None:
    page = walk.open("/lineage").page
    page.locator(node(page, FLIGHTS)).focus()
    page.keyboard.press("ArrowRight")
    right = here(page)
    assert right not in ("", FLIGHTS)
    page.keyboard.press("ArrowLeft")
    assert here(page) != right
    page.locator(node(page, FLIGHTS)).focus()
    page.keyboard.press("Enter")
    table = page.locator(node(page, f"{FLIGHTS}.departures@1"))
    expect(table).to_be_visible()
    assert here(page) == FLIGHTS
    page.keyboard.press("ArrowDown")
    assert here(page) == f"{FLIGHTS}.departures@1"
    page.keyboard.press("Enter")
    expect(page.locator(node(page, f"{FLIGHTS}.departures@1.carrier"))).to_be_visible()


def test_the_graph_is_one_stop_for_the_tab_key(walk: Walk) -> None:
    page = walk.open("/lineage").page
    assert page.locator(".node[tabindex='0']").count() == 1


def test_it_is_zoomed_and_fitted_by_keys_and_buttons(walk: Walk) -> None:
    page = walk.open("/lineage?level=tables").page
    wide = page.locator("svg.graph").evaluate("svg => svg.width.baseVal.value")
    walk.press("Larger")
    assert page.locator("svg.graph").evaluate("svg => svg.width.baseVal.value") > wide
    page.locator("[data-graph]").focus()
    page.keyboard.press("0")
    fitted = page.locator("[data-graph]").evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    assert fitted


def test_what_is_looked_for_is_opened_and_marked(walk: Walk) -> None:
    page = walk.open("/lineage").page
    walk.fill("Find in it", "scheduled_hour").keys("Enter")
    expect(page.locator(f"{node(page, f'{FLIGHTS}.departures@1.scheduled_hour')}.met")).to_be_visible()


def test_a_column_leads_to_its_source_file(walks: Walks, demo: Served) -> None:
    walk = walks(demo, who=OWNER_OF["analytics"])
    walk.open("/tables/analytics.punctuality.by_carrier/columns/late_percent")
    walk.follow("Lineage", walk.page.get_by_role("main"))
    walk.sees("Where it comes from", re.compile(r"flights\.csv"), "What happens at each step", re.compile("AVG"))
    assert walk.page.locator(".edge.lit").count() >= 2


def test_how_others_compute_is_theirs(walks: Walks, demo: Served) -> None:
    walk = walks(demo, who=READER)
    walk.open("/lineage/analytics.punctuality.by_carrier.late_percent")
    walk.sees(re.compile("Its team can tell you"))
    assert "AVG" not in walk.page.content()


def test_a_list_says_the_same_and_needs_no_script(walks: Walks, demo: Served) -> None:
    walk = walks(demo, who=READER, java_script_enabled=False)
    walk.open("/lineage").follow("As a list")
    walk.page.get_by_role("link", name="open flights", exact=True).click()
    walk.sees("departures")


def test_two_fingers_zoom(walks: Walks, demo: Served) -> None:
    walk = walks(demo, width=390, who=READER, has_touch=True)
    page = walk.open("/lineage?level=tables").page
    wide = page.locator("svg.graph").evaluate("svg => svg.width.baseVal.value")
    page.locator("[data-graph]").evaluate(PINCH)
    assert page.locator("svg.graph").evaluate("svg => svg.width.baseVal.value") > wide * 1.3


PINCH = """frame => {
  const own = frame.getBoundingClientRect(), at = (id, x) => ({ pointerId: id, pointerType: "touch", clientX: own.x + x, clientY: own.y + 80, bubbles: true });
  frame.dispatchEvent(new PointerEvent("pointerdown", at(1, 100)));
  frame.dispatchEvent(new PointerEvent("pointerdown", at(2, 140)));
  frame.dispatchEvent(new PointerEvent("pointermove", at(2, 180)));
  frame.dispatchEvent(new PointerEvent("pointerup", at(1, 100)));
  frame.dispatchEvent(new PointerEvent("pointerup", at(2, 180)));
}"""
