"""Browsers for the tests of the portal: one Chromium for the tests of a file, a context of its own for each person."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from tests.flights import applied_demo
from tests.server.portal.browser.chromium import launched
from tests.server.portal.browser.scene import play
from tests.server.portal.browser.serving import Served, crowd, served_copy
from tests.server.portal.browser.walking import Means, Walk
from tests.server.portal.browser.watching import Watched

WAIT_MS = 20_000
"""For what is there at once on a machine that has nothing else to do."""
expect.set_options(timeout=WAIT_MS)
Walks = Callable[..., Walk]
Entered = dict[tuple[str, str], list[Any]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends before tests of another file begin: Playwright's event loop would be in the way of theirs."""
    with launched() as found:
        yield found


@pytest.fixture(scope="session")
def applied(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The example, applied; all test processes share it, and nobody writes there."""
    return applied_demo(tmp_path_factory, request.config)


@pytest.fixture(scope="session")
def demo(applied: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example behind a server, with the people of `serving.py`: for tests that change nothing that others would see."""
    with served_copy(applied, tmp_path_factory.mktemp("served") / "flights") as found:
        crowd(found)
        yield found


@pytest.fixture(scope="session")
def lively(applied: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example in which things happened, behind a server: for tests that change nothing that others would see."""
    played = applied.parent / "lively"
    with (applied.parent / "lively.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not played.exists():
            with served_copy(applied, applied.parent / "lively-to-be") as found:
                play(found)
            found.root.rename(played)
    with served_copy(played, tmp_path_factory.mktemp("served") / "lively") as found:
        yield found


@pytest.fixture
def mesh(applied: Path, tmp_path: Path) -> Iterator[Served]:
    """The example behind a server of this test alone, with nobody in it but its administrator to come."""
    with served_copy(applied, tmp_path / "flights") as found:
        yield found


@pytest.fixture(scope="session")
def entered() -> Entered:
    """Who signed in where, and what their browser keeps of it: they need not sign in anew for each test."""
    return {}


@pytest.fixture
def walks(browser: Browser, entered: Entered) -> Iterator[Walks]:
    """A new browser for each call, `walks(served, "keyboard", width=390, who=READER)`, and nothing wrong in it at the end.

    Whoever is named is signed in already; all else is what Playwright calls a context's options.
    """
    with ExitStack() as held:
        begun: list[Watched] = []

        def begin(served: Served, means: Means = "mouse", width: int = 1440, who: str = "", **options: Any) -> Walk:
            context = browser.new_context(viewport={"width": width, "height": 900}, **options)
            held.callback(context.close)
            context.set_default_timeout(WAIT_MS)
            if who:
                if (served.url, who) not in entered:
                    entered[served.url, who] = served.cookies(who)
                context.add_cookies(entered[served.url, who])
            begun.append(Watched(urlsplit(served.url).netloc).over(context))
            return Walk(context.new_page(), served.url, begun[-1], means)

        yield begin
    faults = [fault for watched in begun for fault in watched.verdict()]
    assert not faults, "\n".join(faults)


@pytest.fixture
def walk(walks: Walks, demo: Served) -> Walk:
    """A browser at the shared example, where nobody signed in yet."""
    return walks(demo)
