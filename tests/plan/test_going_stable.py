"""What a version that goes stable asks for, by what was shown and what was said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from weft.names import ProductName
from weft.plan.evolution.stable import GoingStable, Rise, going_stable
from weft.product.preview import Verdict, Word
from weft.versions import Version

FLIGHTS = ProductName("ops.flights")
BETA = (("departures", "1.3.0-beta.1"),)
START = datetime(2026, 11, 21, tzinfo=UTC)


def said(*words: tuple[str, Word, str], version: str = "1.3.0-beta.1") -> tuple[Verdict, ...]:
    """Each an hour after the one before; a reason is said of the stable version."""
    return tuple(
        Verdict(
            FLIGHTS,
            "departures",
            "1.3.0" if word == "reason" else version,
            who,
            word,
            comment,
            START + timedelta(hours=n),
        )
        for n, (who, word, comment) in enumerate(words)
    )


def rise(before: str | None = "1.2.0", after: str = "1.3.0", port: str = "departures") -> Rise:
    return Rise(FLIGHTS, port, Version.parse(before) if before else None, Version.parse(after))


def asked(verdicts: tuple[Verdict, ...] = (), asks: int = 1, shown: tuple[tuple[str, str], ...] = BETA) -> GoingStable:
    found = going_stable(rise(), shown, verdicts, asks)
    assert found is not None
    return found


GOOD: tuple[str, Word, str] = ("net.routes", "good", "")
BAD: tuple[str, Word, str] = ("ada", "bad", "too late")
REASON: tuple[str, Word, str] = ("ops", "reason", "nobody answered")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("1.2.0", "1.3.0", ()),
        ("1.2.0", "1.3.0", (("arrivals", "1.3.0-beta.1"),)),
        ("1.2.0", "1.2.1", BETA),
        ("1.3.0", "1.4.0", BETA),
        ("1.2.0", "1.3.0", (("departures", "2.0.0-beta.1"),)),
    ],
    ids=["never shown", "another port", "a patch meanwhile", "the version after it", "another major"],
)
def test_nothing_is_asked_where_nobody_was_shown_a_preview_of_it(
    before: str, after: str, shown: tuple[tuple[str, str], ...]
) -> None:
    assert going_stable(rise(before, after), shown, (), 1) is None


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [("1.2.0", "1.3.0", "1.3.0-beta.1"), (None, "2.0.0", "2.0.0-rc.1"), ("1.2.0", "1.4.0", "1.3.0-beta.1"), ("1.2.0", "1.3.1", "1.3.0-rc.1")],
    ids=["the version itself", "a new major", "a version that skips it", "a patch of it"],
)  # fmt: skip
def test_a_version_that_was_shown_asks(before: str | None, after: str, shown: str) -> None:
    found = going_stable(rise(before, after), (("departures", shown),), (), 1)
    assert found is not None
    assert found.preview == shown
    assert found.refusal


def test_the_newest_preview_is_what_verdicts_are_asked_of() -> None:
    shown = (("departures", "1.3.0-beta.2"), ("departures", "1.3.0-beta.10"), ("departures", "1.3.0-beta.9"))
    found = asked((*said(GOOD, version="1.3.0-beta.9"),), shown=shown)
    assert (found.preview, found.verdicts) == ("1.3.0-beta.10", ())
    assert found.refusal.endswith("of those invited to its preview 1.3.0-beta.10, and there are none")


@pytest.mark.parametrize(
    ("verdicts", "asks", "is_refused"),
    [
        (said(), 1, True),
        (said(GOOD), 1, False),
        (said(GOOD), 2, True),
        (said(GOOD, ("net.other", "good", "")), 2, False),
        (said(GOOD, GOOD), 2, True),
        (said(GOOD, BAD), 1, True),
        (said(GOOD, BAD, ("ada", "good", "mended")), 1, False),
        (said(("net.routes", "good", ""), ("net.routes", "bad", "no")), 1, True),
        (said(REASON), 1, False),
        (said(BAD, REASON), 1, False),
        (said(REASON, BAD), 1, True),
        (said(GOOD, REASON, BAD), 1, True),
    ],
)
def test_one_good_verdict_and_no_bad_one_or_a_reason_lets_it(
    verdicts: tuple[Verdict, ...], asks: int, is_refused: bool
) -> None:
    assert bool(asked(verdicts, asks).refusal) is is_refused


def test_a_refusal_says_what_was_said_and_what_to_do() -> None:
    found = asked(said(GOOD, BAD))
    assert found.refusal == "1.3.0 goes stable, and of its preview 1.3.0-beta.1 it was said to be bad (ada: too late)"
    assert found.mend == (
        "Mend it and ask again: `weft preview ops.flights.departures@1.3.0-beta.1 --verdict good --as NAME`. "
        'Or say why: `weft apply --because "..."`.'
    )
