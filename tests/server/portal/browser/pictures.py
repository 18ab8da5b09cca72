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
README = {
    "home": "portal-home",
    "table": "portal-table",
    "lineage-columns": "portal-lineage",
    "governance": "portal-governance",
}
"""The pages that the README shows, and what their pictures are called there."""
DOCS, MOST_BYTES = Path("docs/pictures"), 200_000
WIDTHS, SCHEMES = (1440, 390), ("light", "dark")
SETTLE_MS = 250


def main(arguments: list[str] | None = None) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.server.portal.browser.pictures", description=__doc__)
    options.add_argument("--only", action="append", help="a page by its name, may be given more than once")
    options.add_argument("--into", type=Path, default=FOLDER, help="the folder, made where it is not there")
    options.add_argument("--readme", action="store_true", help=f"the four of the README instead, into {DOCS}")
    asked = options.parse_args(arguments)
    if asked.readme:
        return _readme()
    asked.into.mkdir(parents=True, exist_ok=True)
    with lively_mesh() as served, launched() as browser:
        for shown in (one for one in PAGES if not asked.only or one.name in asked.only):
            print(shown.name, flush=True)
            _taken(browser, served, shown, asked.into)
    print(f"{len(list(asked.into.glob('*.png')))} pictures in {asked.into}")
    return 0


def _readme() -> int:
    """What one sees first of each, wide and in light."""
    with lively_mesh() as served, launched() as browser:
        for shown in (one for one in PAGES if one.name in README):
            path = DOCS / f"{README[shown.name]}.png"
            with opened(browser, served, shown) as page:
                page.wait_for_timeout(SETTLE_MS)
                page.evaluate("document.activeElement?.blur()")
                page.screenshot(path=path)
            size = path.stat().st_size
            print(f"{path}: {size / 1000:.0f} kB")
            assert size < MOST_BYTES, f"{path} is too large for the README"
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
