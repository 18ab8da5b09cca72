"""Doors: what lets people in says what to do when it does not, keeps what they typed, and leads them on. And what keys alone do anywhere."""

from __future__ import annotations

import re
from typing import get_args
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import READER, Served
from tests.server.portal.browser.walking import Means, Walk
from tests.session.people.crowd import PASSWORD

MEANS = get_args(Means)
TABLE = "/tables/analytics.punctuality.by_carrier"


@pytest.mark.parametrize("means", MEANS)
def test_a_wrong_password_loses_neither_the_name_nor_the_way(demo: Served, walks: Walks, means: Means) -> None:
    walk = walks(demo, means).open(f"{TABLE}#name")
    with walk.refused(401):
        walk.sign_in(READER, "four other words here").sees("The name or the password is wrong", "ask the platform")
    expect(walk.field("Name")).to_have_value(READER)
    expect(walk.field("Password")).to_be_focused()
    walk.fill("Password", PASSWORD).press("Sign in").is_at(f"{TABLE}#name")


@pytest.mark.parametrize("means", MEANS)
def test_an_invitation_is_good_once_and_says_so(demo: Served, walks: Walks, means: Means) -> None:
    link = demo.invited(f"zoe.{means}@flights.example")
    walk = walks(demo, means).open(link)
    with walk.refused(400):
        walk.fill("Password", PASSWORD).fill("Once more", f"{PASSWORD}!").press("Begin").sees("Type it twice alike.")
    walk.fill("Password", PASSWORD).fill("Once more", PASSWORD).press("Begin").is_at("/")
    late = walks(demo, means)
    with late.refused(401):
        late.open(link).heading("This link is over").sees("Ask whoever sent it for another one")
    late.follow("Sign in").is_at("/sign-in")


@pytest.mark.parametrize("lure", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_host(demo: Served, walks: Walks, lure: str) -> None:
    walk = walks(demo).open(f"/sign-in?next={quote(lure)}#/there").sign_in(READER)
    walk.is_at(re.compile(rf"^{re.escape(demo.url)}/(#/there)?$"))


def test_a_refusal_says_whom_to_ask(demo: Served, walks: Walks) -> None:
    walk = walks(demo)
    with walk.refused(403):
        walk.open("/governance/new").sign_in(READER).heading("You may not see this")
    walk.sees("takes the role governance", "Ask those who govern the mesh")


def test_keys_alone_skip_search_and_leave(demo: Served, walks: Walks) -> None:
    """The first Tab leads past the bar; a stroke searches from anywhere; Escape closes what is shown."""
    walk = walks(demo, "keyboard").open(TABLE).sign_in(READER).is_at(TABLE).heading("Punctuality of carriers")
    walk.keys("Tab")
    expect(walk.page.get_by_role("link", name="To the content")).to_be_focused()
    walk.keys("Enter", "Tab")
    assert walk.page.evaluate("document.activeElement.closest('main') !== null")
    walk.keys("/")
    field = walk.page.get_by_role("combobox", name=re.compile("Search")).first
    expect(field).to_be_focused()
    walk.page.keyboard.type("routs")
    expect(walk.page.get_by_role("option", name=re.compile("Routes, worst first"))).to_be_visible()
    walk.keys("ArrowDown", "ArrowUp", "Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_be_focused()
    finds_nothing(walk)


def finds_nothing(walk: Walk) -> None:
    """What is nowhere leads on: words that are close, what others read, and whom to ask."""
    walk.keys("ControlOrMeta+a")
    walk.page.keyboard.type("flihgz")
    walk.keys("Enter")
    walk.sees("Closest words here", "What others read", "Whom to ask").follow(
        "flights", walk.page.get_by_role("main")
    ).heading("Search")
    walk.sees("operations.flights")


@pytest.mark.parametrize("means", MEANS)
def test_a_search_with_slips_finds_what_was_meant(demo: Served, walks: Walks, means: Means) -> None:
    walk = walks(demo, means).open("/search?q=dealys+by+carier").sign_in(READER)
    walk.sees(re.compile("Looked for delay instead of “dealys”"))
    first = walk.page.get_by_role("listitem").filter(has_text="analytics.punctuality").first
    walk.follow("Punctuality of carriers", first).is_at(TABLE)
