"""Published rules and waivers, on every kind of registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from weft.product.rule import PublishedRule, Waiver
from weft.registry.seam import Registry

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
KEYS = PublishedRule("policy", "keys_declared", 0, "SELECT 1", "gina", AT)
WAIVED = Waiver("keys_declared", "operations.*", "they come next month", "gina", date(2026, 12, 31), AT)


def test_nothing_is_published_at_first(registry: Registry) -> None:
    assert registry.rules.published("policy") == ()
    assert registry.rules.waivers() == ()


def test_a_published_rule_says_its_version_and_who_published_it(registry: Registry) -> None:
    assert registry.rules.publish(KEYS) == replace(KEYS, version=1)
    assert registry.rules.published("policy") == (replace(KEYS, version=1),)


def test_another_text_is_another_version_and_the_first_stays_in_the_history(registry: Registry) -> None:
    registry.rules.publish(KEYS)
    second = registry.rules.publish(replace(KEYS, text="SELECT 2", who="gus"))
    assert second.version == 2
    assert registry.rules.published("policy") == (second,)
    assert registry.rules.history("policy", "keys_declared") == (replace(KEYS, version=1), second)


def test_the_same_text_is_not_published_again(registry: Registry) -> None:
    first = registry.rules.publish(KEYS)
    assert registry.rules.publish(replace(KEYS, who="gus", at=AT + timedelta(days=1))) == first
    assert len(registry.rules.history("policy", "keys_declared")) == 1


def test_a_retired_rule_is_still_told_and_can_be_published_again(registry: Registry) -> None:
    registry.rules.publish(KEYS)
    retired = registry.rules.publish(replace(KEYS, is_retired=True, because="it never found anything"))
    assert (retired.version, retired.is_retired) == (2, True)
    assert registry.rules.published("policy") == (retired,)
    assert registry.rules.publish(KEYS).version == 3


def test_kinds_are_kept_apart(registry: Registry) -> None:
    registry.rules.publish(KEYS)
    kept = registry.rules.publish(replace(KEYS, kind="classifications", text="masks: {}"))
    assert registry.rules.published("classifications") == (kept,)
    assert kept.version == 1


def test_of_a_rule_and_a_subject_the_newest_waiver_counts(registry: Registry) -> None:
    other = replace(WAIVED, subject="fleet.planes")
    longer = replace(WAIVED, until=date(2027, 1, 31), at=AT + timedelta(days=1))
    for waiver in (WAIVED, other, longer):
        registry.rules.waive(waiver)
    assert registry.rules.waivers() == (other, longer)


def test_a_waiver_holds_to_the_end_of_its_last_day_unless_it_is_withdrawn() -> None:
    assert WAIVED.holds(date(2026, 12, 31))
    assert not WAIVED.holds(date(2027, 1, 1))
    assert not replace(WAIVED, is_withdrawn=True).holds(date(2026, 12, 1))
