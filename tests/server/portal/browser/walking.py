"""The few words that stories in a browser are told by. By mouse and by keyboard they are the same words.

A thing is found as a person finds it: by its role and what it is called, never by a class or a place in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from playwright.sync_api import Download, Locator, Page, expect
from tests.server.portal.browser.watching import Watched
from tests.session.people.crowd import PASSWORD

Means = Literal["mouse", "keyboard"]
MOST_TABS = 500
FOCUSED = "element => element === document.activeElement"
SHOWS_FOCUS = """() => {
  const told = getComputedStyle(document.activeElement);
  return (told.outlineStyle !== "none" && parseFloat(told.outlineWidth) > 0) || told.boxShadow !== "none";
}"""
Name = str | re.Pattern[str]


@dataclass
class Walk:
    """One person at one browser. `address` is the server's."""

    page: Page
    address: str
    watched: Watched
    means: Means = "mouse"

    def open(self, path: str) -> Walk:
        """Goes to an address: of this server, or a whole one."""
        self.page.goto(path if "://" in path else f"{self.address}{path}")
        return self

    def sign_in(self, name: str, password: str = PASSWORD) -> Walk:
        """By the form, from wherever this browser is led to it; the way goes on from where it came from."""
        if "/sign-in" not in self.page.url:
            self.open("/sign-in")
        self.fill("Name", name).fill("Password", password)
        return self.press("Sign in")

    def follow(self, name: Name, within: Locator | None = None) -> Walk:
        """A link, by what it says. The next page is there when this returns."""
        self._act((within or self.page).get_by_role("link", name=name, exact=isinstance(name, str)).first)
        return self._settled()

    def press(self, name: Name, within: Locator | None = None) -> Walk:
        self._act((within or self.page).get_by_role("button", name=name, exact=isinstance(name, str)).first)
        return self._settled()

    def search(self, words: str, name: Name) -> Walk:
        """Types into the search, and opens what is called so of what is shown meanwhile."""
        field = self.page.get_by_role("combobox", name=re.compile("Search")).first
        found = self.page.get_by_role("option", name=name).first
        if self.means == "mouse":
            field.click()
        elif not field.evaluate(FOCUSED):
            self.page.keyboard.press("/")
        self.page.keyboard.type(words)
        expect(found).to_be_visible()
        if self.means == "mouse":
            found.click()
        else:
            while found.get_attribute("aria-selected") != "true":
                self.page.keyboard.press("ArrowDown")
            self.page.keyboard.press("Enter")
        return self._settled()

    def fill(self, label: Name, text: str) -> Walk:
        """A field by its label; what stood in it goes. A day is said as 2026-12-31."""
        field = self.field(label)
        if self.means == "mouse":
            field.fill(text)
        elif field.get_attribute("type") == "date":
            self.reach(field)
            self.page.keyboard.type(f"{date.fromisoformat(text):%m%d%Y}")
            expect(field).to_have_value(text)
        else:
            self.reach(field)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(text) if "\n" in text else self.page.keyboard.type(text)
        return self

    def choose(self, label: Name, option: str) -> Walk:
        """One of a list, by what it says."""
        field = self.field(label)
        if self.means == "mouse":
            field.select_option(label=option)
        else:
            self.reach(field)
            self.page.keyboard.type(option)
            expect(field.locator("option:checked")).to_have_text(option)
        return self

    def tick(self, label: Name) -> Walk:
        box = self.field(label)
        if self.means == "mouse":
            box.check()
        else:
            self.reach(box)
            self.page.keyboard.press("Space")
        return self

    def confirm(self, name: Name, asked: str) -> Walk:
        """A button that asks again before it acts; the answer is yes."""
        self.press(name)
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text(asked)
        return self.press(name, dialog)

    def tab(self, name: str) -> Walk:
        """One of the tabs of a part of the page; with the keyboard, arrows go from one to the next."""
        wanted = self.page.get_by_role("tab", name=name)
        if self.means == "mouse":
            wanted.click()
        else:
            self.reach(self.page.get_by_role("tab", selected=True).first)
            while not wanted.evaluate(FOCUSED):
                self.page.keyboard.press("ArrowRight")
        expect(wanted).to_have_attribute("aria-selected", "true")
        return self

    def unfold(self, name: Name) -> Walk:
        """What is folded away under a line (`summary`)."""
        line = self.page.locator("summary").filter(has_text=name).first
        self._act(line)
        return self

    def keys(self, *keys: str) -> Walk:
        """Pressed one after another wherever the focus is: `/`, `Enter`, `ArrowDown`."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def field(self, label: Name) -> Locator:
        """By its label, or how that begins: hints and what may be chosen stand in it too."""
        said = re.compile(rf"^\s*{re.escape(label)}") if isinstance(label, str) else label
        return self.page.get_by_label(said).first

    def sees(self, *texts: Name) -> Walk:
        """Each stands on the page, or comes to stand there within five seconds."""
        for text in texts:
            expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()
        return self

    def does_not_see(self, *texts: Name) -> Walk:
        for text in texts:
            expect(self.page.get_by_text(text).filter(visible=True)).to_have_count(0)
        return self

    def heading(self, text: Name) -> Walk:
        expect(self.page.get_by_role("heading", name=text).first).to_be_visible()
        return self

    def is_at(self, path: Name) -> Walk:
        expect(self.page).to_have_url(
            re.compile(re.escape(self.address + path) if isinstance(path, str) else path.pattern)
        )
        return self

    def download(self, name: Name, to: Path) -> Path:
        """What a button or a link hands out as a file, kept under its own name in a folder."""
        with self.page.expect_download() as expected:
            one = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first
            self._act(one)
        found: Download = expected.value
        path = to / found.suggested_filename
        found.save_as(path)
        return path

    @contextmanager
    def refused(self, *statuses: int) -> Iterator[None]:
        """Within, the server says no by one of these statuses; elsewhere that fails the test."""
        with self.watched.refused(*statuses):
            yield
            self.page.wait_for_load_state("networkidle")

    def reach(self, wanted: Locator) -> Walk:
        """By Tab alone, as far as it takes; the focus is to be seen where it arrives."""
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.evaluate(FOCUSED):
                assert self.page.evaluate(SHOWS_FOCUS), f"the focus is not to be seen on {wanted}"
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} cannot be reached by Tab on {self.page.url}")

    def _act(self, wanted: Locator) -> None:
        if self.means == "mouse":
            wanted.click()
        else:
            self.reach(wanted)
            self.page.keyboard.press("Enter")

    def _settled(self) -> Walk:
        self.page.wait_for_load_state("networkidle")
        return self
