"""What happened reaches real servers, once, and nothing that they do fails the run that told."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from weft.governance import sending
from weft.governance.telling import PAUSES, TAKEN, tell, untold
from weft.names import RunId
from weft.product.delivery import Delivery
from weft.product.mesh import Mesh
from weft.registry.seam import Journal
from weft.settings import MailServer, Notify, Settings, Webhook

from .conftest import FLIGHTS, NOW, ROUTES, Box, Posts, event, mail_of, product, webhook_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def chat(settings: Settings, posts: Posts, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A mesh whose one channel is the web server."""
    return replace(settings, notify=webhook_of(posts, monkeypatch))


def states(deliveries: Sequence[Delivery]) -> list[tuple[str, str, int]]:
    return [(one.channel, one.state, one.attempts) for one in deliveries]


def test_an_event_is_posted_and_recorded(chat: Settings, posts: Posts, mesh: Mesh, journal: Journal) -> None:
    assert states(tell([event()], mesh, chat, journal, NOW)) == [("webhook:${CHAT_URL}", "sent", 1)]
    assert posts.texts == [
        "*operations.flights failed (air)*\nit did not hold (by ann)\n"
        "_Nothing of it was published: what reads it keeps the last good data, and waits._"
    ]
    assert journal.outbox.of_run(RunId("run-1")) == (event(),)


def test_events_of_one_run_are_one_post(chat: Settings, posts: Posts, mesh: Mesh, journal: Journal) -> None:
    tell([event(), event(product=ROUTES)], mesh, chat, journal, NOW)
    assert [text.count("failed") for text in posts.texts] == [2]


def test_what_was_told_is_not_told_again(chat: Settings, posts: Posts, mesh: Mesh, journal: Journal) -> None:
    tell([event()], mesh, chat, journal, NOW)
    assert tell([event()], mesh, chat, journal, NOW + TAKEN) == ()
    assert tell([], mesh, chat, journal, NOW + timedelta(days=3)) == ()
    assert len(posts.got) == 1


def test_two_runs_at_once_post_an_event_once(chat: Settings, posts: Posts, mesh: Mesh, journal: Journal) -> None:
    threads = [threading.Thread(target=tell, args=([event()], mesh, chat, journal, NOW)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(posts.got) == 1


def test_a_post_that_failed_is_tried_again_by_a_later_run(
    chat: Settings, posts: Posts, mesh: Mesh, journal: Journal
) -> None:
    posts.answers = [(503, b"")]
    (failed,) = tell([event()], mesh, chat, journal, NOW)
    assert (failed.state, failed.next_at) == ("waiting", NOW + PAUSES[0])
    assert tell([], mesh, chat, journal, NOW + PAUSES[0] - timedelta(seconds=1)) == ()
    assert states(tell([], mesh, chat, journal, NOW + PAUSES[0])) == [("webhook:${CHAT_URL}", "sent", 2)]
    assert len({heads["Idempotency-Key"] for _, heads, _ in posts.got}) == 1


def test_pauses_grow_and_end(chat: Settings, posts: Posts, mesh: Mesh, journal: Journal) -> None:
    posts.answers = [(500, b"")] * 20
    at, waited = NOW, []
    (delivery,) = tell([event()], mesh, chat, journal, at)
    while delivery.next_at is not None:
        waited.append(delivery.next_at - at)
        at = delivery.next_at
        (delivery,) = tell([], mesh, chat, journal, at)
    assert (tuple(waited), delivery.state) == (PAUSES, "given up")
    assert tell([], mesh, chat, journal, at + timedelta(days=30)) == ()


def test_what_a_killed_run_took_falls_to_a_later_one(
    chat: Settings, posts: Posts, mesh: Mesh, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sending, "sent", killed)
        tell([event()], mesh, chat, journal, NOW)
    assert tell([], mesh, chat, journal, NOW + MINUTE) == ()
    assert states(tell([], mesh, chat, journal, NOW + TAKEN)) == [("webhook:${CHAT_URL}", "sent", 2)]


def test_a_server_that_does_not_answer_holds_nobody_up(
    chat: Settings, posts: Posts, mesh: Mesh, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "STEP_SECONDS", 0.1)
    posts.slow.clear()
    (failed,) = tell([event()], mesh, chat, journal, NOW)
    assert "it did not answer within 0.1 seconds" in failed.error


def test_what_drips_is_left_once_the_time_is_over(
    chat: Settings, posts: Posts, mesh: Mesh, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ALL_SECONDS", 0.1)
    posts.slow.clear()
    (failed,) = tell([event()], mesh, chat, journal, NOW)
    assert "it was not sent within 0.1 seconds" in failed.error


def test_one_channel_s_failure_is_not_another_s(
    settings: Settings, posts: Posts, box: Box, mesh: Mesh, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOD_URL", posts.url)
    notify = replace(mail_of(box), webhooks=(Webhook("${GOOD_URL}"), Webhook("${NO_SUCH_VARIABLE}")))
    box.refused = {"rita@air.example.org"}
    found = tell([event()], mesh, replace(settings, notify=notify), journal, NOW)
    assert {one.channel: one.state for one in found} == {
        "webhook:${GOOD_URL}": "sent",
        "webhook:${NO_SUCH_VARIABLE}": "waiting",
        "mail:ann@air.example.org": "sent",
        "mail:rita@air.example.org": "waiting",
        "mail:paul@air.example.org": "sent",
    }
    assert box.mailed == ["ann@air.example.org", "paul@air.example.org"]


def test_a_warning_says_who_was_not_told_why_and_what_becomes_of_it(
    chat: Settings, posts: Posts, mesh: Mesh, journal: Journal
) -> None:
    posts.answers = [(404, b"no_service")]
    told = tell([event(), event(product=ROUTES)], mesh, chat, journal, NOW)
    assert untold(told) == (
        "webhook:${CHAT_URL} was not told of 2 events: it answers 404 Not Found: no_service. "
        "See that ${CHAT_URL} is the URL of a webhook that still works. "
        "The first run after 2026-11-21 09:01:00 UTC tries again.",
    )


def test_what_was_sent_is_no_warning(chat: Settings, posts: Posts, mesh: Mesh, journal: Journal) -> None:
    assert untold(tell([event()], mesh, chat, journal, NOW)) == ()


def test_whoever_left_the_team_meanwhile_is_not_told(
    settings: Settings, box: Box, mesh: Mesh, journal: Journal
) -> None:
    mailing = replace(settings, notify=mail_of(box))
    box.refused = {"rita@air.example.org"}
    tell([event("promoted")], mesh, mailing, journal, NOW)
    box.refused = set()
    left = replace(mesh, products=mesh.products | {ROUTES: product(ROUTES, reads=FLIGHTS)})
    (given_up,) = tell([], left, mailing, journal, NOW + PAUSES[0])
    assert (given_up.channel, given_up.state) == ("mail:rita@air.example.org", "given up")
    assert box.mailed == ["ann@air.example.org"]


def test_without_notify_what_happens_is_recorded_and_nobody_told(
    settings: Settings, mesh: Mesh, journal: Journal
) -> None:
    assert tell([event()], mesh, replace(settings, notify=None), journal, NOW) == ()
    assert journal.outbox.of_run(RunId("run-1")) == (event(),)


def test_no_secret_is_recorded_or_said(
    settings: Settings, posts: Posts, mesh: Mesh, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "http://127.0.0.1:9/services/T0/B0/SECRETPATH with a space"
    for number, value in enumerate(
        (posts.url, secret, "SECRETPATH", "http://[SECRETPATH", "http://127.0.0.1:SECRETPATH/")
    ):
        monkeypatch.setenv(f"URL{number}", value)
    monkeypatch.setenv("PASSWORD", "SECRETPATH")
    posts.answers = [(500, b"you sent SECRETPATH")]
    mail = MailServer("127.0.0.1", "weft@air.example.org", posts.port, starttls=False, user="u", password="${PASSWORD}")
    notify = Notify(tuple(Webhook(f"${{URL{number}}}") for number in range(5)), mail)
    monkeypatch.setattr(sending, "STEP_SECONDS", 0.3)
    found = tell([event()], mesh, replace(settings, notify=notify), journal, NOW)
    assert {one.state for one in found} == {"waiting"} and len(found) == 8
    said = "\n".join([*untold(found), *map(str, journal.outbox.take(NOW + PAUSES[0], NOW + PAUSES[1]))])
    kept = b"".join(path.read_bytes() for path in settings.root.glob("registry.db*"))
    assert "SECRETPATH" not in said
    assert b"SECRETPATH" not in kept
