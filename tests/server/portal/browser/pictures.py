"""`make pictures`: every page of the portal as people see it, at two widths, in light and dark, to be looked at one by one."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page
from tests.server.portal.browser.chromium import launched
from tests.server.portal.browser.pages import PAGES, Shown
from tests.server.portal.browser.scene import play
from tests.server.portal.browser.serving import Served, served_copy

from weft.session import open_session
from weft.session.demo import make_demo

FOLDER = Path("pictures")
WIDTHS, SCHEMES = (1440, 390), ("light", "dark")
SETTLE_MS = 250


def main(arguments: list[str] | None = None) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.server.portal.browser.pictures", description=__doc__)
    options.add_argument("--only", action="append", help="a page by its name, may be given more than once")
    options.add_argument("--into", type=Path, default=FOLDER, help="the folder, made where it is not there")
    asked = options.parse_args(arguments)
    asked.into.mkdir(parents=True, exist_ok=True)
    with lively_mesh() as served, launched() as browser:
        for shown in (one for one in PAGES if not asked.only or one.name in asked.only):
            print(shown.name, flush=True)
            _taken(browser, served, shown, asked.into)
    print(f"{len(list(asked.into.glob('*.png')))} pictures in {asked.into}")
    return 0


@contextmanager
def lively_mesh() -> Iterator[Served]:
    """The example, built, in which things happened; it goes when this ends."""
    with tempfile.TemporaryDirectory(prefix="weft-pictures-") as folder:
        made = Path(folder) / "made"
        make_demo(made)
        with open_session(made) as session:
            report = session.apply(session.plan())
        assert report.succeeded
        with served_copy(made, Path(folder) / "flights") as served:
            play(served)
            yield served


@contextmanager
def opened(browser: Browser, served: Served, shown: Shown) -> Iterator[Page]:
    """The page in a browser of its own, as its person has it."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, reduced_motion="reduce")
    if shown.who:
        context.add_cookies(served.cookies(shown.who))
    try:
        page = context.new_page()
        page.goto(f"{served.url}{shown.at(served)}")
        yield page
    finally:
        context.close()


def _taken(browser: Browser, served: Served, shown: Shown, folder: Path) -> None:
    with opened(browser, served, shown) as page:
        for width, scheme in product(WIDTHS, SCHEMES):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(SETTLE_MS)
            page.screenshot(path=folder / f"{shown.name}-{width}-{scheme}.png", full_page=True)


if __name__ == "__main__":
    raise SystemExit(main())
