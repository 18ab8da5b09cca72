"""Events in words: nothing that they say is read as a command of the tool that shows them."""

from __future__ import annotations

import json

from weft.governance.saying import MOST_EVENTS, letter, payload, subject

from .conftest import event


def test_a_chat_is_not_called_and_no_link_is_made_by_a_message() -> None:
    text = payload([event(message="<!channel> see <https://evil.example|here> & now")], "air", "slack")["text"]
    assert "&lt;!channel&gt; see &lt;https://evil.example|here&gt; &amp; now" in text


def test_teams_gets_a_card() -> None:
    card = payload([event(message="see [here](https://evil.example)")], "air", "teams")
    (attachment,) = card["attachments"]
    assert (card["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    texts = [block["text"] for block in attachment["content"]["body"]]
    assert texts[:2] == ["operations.flights failed (air)", "see (here)(https://evil.example) (by ann)"]


def test_a_post_stays_small_however_much_happened() -> None:
    said = payload([event(message="x" * 100_000)] * 500, "air", "slack")
    assert len(json.dumps(said)) < 40_000
    assert said["text"].endswith(f"*{500 - MOST_EVENTS} more: weft history*")


def test_a_subject_says_what_happened_to_what_or_how_much() -> None:
    assert subject([event()], "air") == "[air] operations.flights: failed"
    assert subject([event(), event("promoted"), event()], "air") == "[air] 2 failed, 1 promoted"


def test_a_letter_says_what_happened_when_by_whom_what_it_means_and_why_it_came() -> None:
    assert letter([event(message="one\ntwo")], "air").splitlines() == [
        "operations.flights: failed",
        "2026-11-21 09:00:00 UTC, by ann",
        "",
        "one",
        "two",
        "Nothing of it was published: what reads it keeps the last good data, and waits.",
        "",
        "  weft show operations.flights",
        "",
        "-- ",
        "You are told by the data mesh 'air', as you are of the team of a product that is named here, "
        "or of one that reads it.",
    ]
