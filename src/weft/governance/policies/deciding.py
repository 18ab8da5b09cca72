"""Policies published, retired and waived: kept in the registry with all that was before, and written into the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from weft.errors import Misuse, Unknown, did_you_mean
from weft.names import IDENTIFIER
from weft.product.audit import Decided, DecidedKind
from weft.product.policy import Policy
from weft.product.rule import PublishedRule, RuleKind, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from weft.registry.seam import Registry

KIND: RuleKind = "policy"
LISTED = "`weft policy` lists those that bind."


@dataclass(frozen=True, slots=True)
class Act:
    """Who decides, why, and how it came in."""

    who: str
    because: str = ""
    door: str = ""
    request_id: str = ""


def publish(registry: Registry, policy: Policy, act: Act) -> PublishedRule:
    """A policy binds from now on, over whatever any folder says. The same text is not published again."""
    at = datetime.now(UTC)
    wanted = PublishedRule(KIND, policy.name, 0, policy.text, act.who, at, because=act.because)
    rule = registry.rules.publish(wanted)
    if rule.at == at:
        _audited(registry, act, ("rule", "published", f"policy {rule.name}"), f"version {rule.version}: {policy.title}")
    return rule


def retire(registry: Registry, name: str, act: Act) -> PublishedRule:
    """A published policy binds no more. Raises: Unknown, with the closest; Misuse where no reason is given."""
    if not act.because.strip():
        raise Misuse("a policy is retired with a reason", mend="Say it: --because '...'.")
    published = {rule.name: rule for rule in registry.rules.published(KIND) if not rule.is_retired}
    if name not in published:
        raise Unknown("published policy", name, published)
    at, text = datetime.now(UTC), published[name].text
    rule = registry.rules.publish(PublishedRule(KIND, name, 0, text, act.who, at, True, act.because))
    _audited(registry, act, ("rule", "retired", f"policy {name}"), act.because)
    return rule


def waive(registry: Registry, wanted: tuple[str, str, date], known: Iterable[str], act: Act) -> Waiver:
    """Lets what a policy finds at a subject pass until the end of a day in UTC; `known` are the policies that bind.

    Raises: Unknown; Misuse where no reason is given, nothing is named, or the day is over.
    """
    rule, subject, until = wanted
    policies = frozenset(known)
    if rule not in policies:
        raise Unknown("policy that binds", rule, policies, mend=did_you_mean(rule, policies) or LISTED)
    if not subject.strip():
        raise Misuse("a waiver names what it is for", mend="A product, a table, or a pattern such as 'operations.*'.")
    if not act.because.strip():
        raise Misuse("a waiver says why", mend="Say it: --because '...'.")
    if until < datetime.now(UTC).date():
        raise Misuse(f"{until} is over", mend="A waiver ends on its last day: name one to come.")
    waiver = Waiver(rule, subject, " ".join(act.because.split()), act.who, until, datetime.now(UTC))
    registry.rules.waive(waiver)
    told = f"{subject} until {until}: {waiver.reason}"
    _audited(registry, act, ("waiver", "waived", f"policy {rule}"), told, subject)
    return waiver


def withdraw(registry: Registry, rule: str, subject: str, act: Act) -> Waiver:
    """Ends a waiver at once. Raises: Unknown; Misuse where it is over."""
    given = {one.subject: one for one in registry.rules.waivers() if one.rule == rule}
    if subject not in given:
        raise Unknown(f"waiver of {rule} for", subject, given)
    found = given[subject]
    if not found.holds(datetime.now(UTC).date()):
        raise Misuse(f"the waiver of {rule} for {subject} is over")
    reason = " ".join(act.because.split()) or found.reason
    waiver = Waiver(rule, subject, reason, act.who, found.until, datetime.now(UTC), is_withdrawn=True)
    registry.rules.waive(waiver)
    _audited(registry, act, ("waiver", "withdrawn", f"policy {rule}"), f"{subject}: {reason}", subject)
    return waiver


def _audited(registry: Registry, act: Act, what: tuple[DecidedKind, str, str], message: str, subject: str = "") -> None:
    kind, action, of = what
    domain = subject.partition(".")[0].partition("@")[0]
    domains = (domain,) if IDENTIFIER.fullmatch(domain) else ()
    decided = Decided(act.who, kind, action, of, message, domains, door=act.door, request_id=act.request_id)
    registry.audit.decided(decided)
