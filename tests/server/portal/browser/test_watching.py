"""The watch over the browsers fails what it should: a test that cannot fail would be a defect."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import READER, Served
from tests.server.portal.browser.walking import Means, Walk

INLINE = "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')"
LOOK_MS, MOST_LOOKS = 50, 200
WRONG = {
    "a wall of the policy": (INLINE, "console: a wall of the page's policy was met"),
    "an error that is written down": ("console.error('odd')", "console: odd"),
    "a script that breaks": ("setTimeout(() => { throw Error('odd') })", "script: "),
    "an answer that says no": ("fetch('/nowhere').then((answer) => answer.text())", "refused: 404"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_must_not_happen_is_seen(walk: Walk, wrong: str) -> None:
    script, said = WRONG[wrong]
    walk.open("/sign-in")
    walk.page.evaluate(f"() => {{ {script} }}")
    for _ in range(MOST_LOOKS):
        if any(one.startswith(said) for one in walk.watched.verdict()):
            break
        walk.page.wait_for_timeout(LOOK_MS)
    assert any(one.startswith(said) for one in walk.watched.verdict())
    walk.watched.faults.clear()
    walk.watched.refusals.clear()


def test_no_other_host_is_asked_for_anything(walk: Walk) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        walk.open("http://example.org/")
    assert walk.watched.faults.pop(0) == "asked another host: GET http://example.org/"


@pytest.mark.parametrize("means", ["mouse", "keyboard"])
def test_who_signs_in_arrives_where_they_were_going(walks: Walks, demo: Served, means: Means) -> None:
    walk = walks(demo, means).open("/tables/analytics.punctuality.by_carrier")
    walk.sign_in(READER).is_at("/tables/analytics.punctuality.by_carrier").sees("One row for each carrier.")


def test_who_signs_in_wrongly_is_told(walk: Walk) -> None:
    with walk.refused(401):
        walk.sign_in(READER, "wrong wrong wrong wrong")
    walk.sees("password")
