"""Every page is good for eyes that see little, and for none: axe finds nothing, in light and dark, wide and narrow, and no page scrolls sideways."""

from __future__ import annotations

import pytest
from tests.server.portal.browser.accessible import faults
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.pages import PAGES, Shown, routed
from tests.server.portal.browser.serving import Served

LOOKS = [(width, scheme) for width in (1440, 390) for scheme in ("light", "dark")]


def test_every_page_of_the_portal_is_looked_at() -> None:
    assert {page.route for page in PAGES} == routed()


@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_a_page_has_no_fault_that_axe_knows(walks: Walks, lively: Served, shown: Shown) -> None:
    walk = walks(lively, who=shown.who, reduced_motion="reduce")
    found = []
    with walk.watched.may_refuse(shown.status):
        walk.open(shown.at(lively))
    for width, scheme in LOOKS:
        walk.page.set_viewport_size({"width": width, "height": 900})
        wide = walk.page.evaluate("document.documentElement.scrollWidth")
        found += [f"{width}: the page is {wide} wide"] if wide > width else []
        walk.page.emulate_media(color_scheme=scheme)
        found += [f"{width} {scheme}: {fault}" for fault in faults(walk.page)]
    assert not found, "\n".join(found)
