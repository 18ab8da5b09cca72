"""Policies as people read them: which bind, who violates them, what is waived."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import ago, at, counted, lasted
from weft.cli.render.faults import fault_object, write_faults
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned, paragraphs
from weft.cli.render.terminal import Ink, paint, say, width
from weft.product.policy_text import spelled
from weft.query.policies.owners import owners
from weft.query.policies.reported import reported

if TYPE_CHECKING:
    from weft.product.policy import Policy, Standing, Violation
    from weft.product.rule import PublishedRule, Waiver
    from weft.query.policies import Conformance
    from weft.session.policies import Listed, Published

INKS: dict[Standing, Ink] = {"error": "red", "warning": "yellow", "grace": "yellow", "info": "cyan", "waived": "dim"}
STANDINGS: dict[Standing, tuple[str, str]] = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "grace": ("in its grace", "in their grace"),
    "info": ("note", "notes"),
    "waived": ("waived", "waived"),
}


MOST_LETTERS = 24


def show_list(policies: Sequence[Listed], *, json: bool) -> None:
    if json:
        write_json({"policies": [_listed_object(one) for one in policies]})
        return
    if not policies:
        say("there is no policy: turn on some of the standard set in mesh.yaml (`weft policy standard`)", "dim")
        return
    print("\n".join(aligned([_listed(one) for one in policies], width(sys.stdout), indent=0)))


def _listed(one: Listed) -> tuple[str, ...]:
    policy, rule = one.policy, one.rule
    bound = f"version {rule.version} by {rule.who}, {ago(rule.at)}" if rule else one.origin
    grace = f" until {policy.grace_until} a warning;" if policy.grace_until else ""
    note = f" ({one.note})" if one.note else ""
    name = paint(policy.name, "bold") if one.binds else paint(policy.name, "dim")
    return name, policy.severity if one.binds else "-", bound, f"{policy.title}{';' if grace else ''}{grace}{note}"


def _listed_object(one: Listed) -> dict[str, Any]:
    rule = one.rule
    return {
        **_policy_object(one.policy),
        "origin": one.origin,
        "binds": one.binds,
        "version": rule.version if rule else 0,
        "who": rule.who if rule else "",
        "at": rule.at if rule else None,
        "because": rule.because if rule else "",
        "note": one.note,
    }


def _policy_object(policy: Policy) -> dict[str, Any]:
    return {
        "policy": policy.name,
        "title": policy.title,
        "severity": policy.severity,
        "scope": policy.scope,
        "owner": policy.owner,
        "grace_until": policy.grace_until,
        "parameters": dict(policy.parameters),
    }


def show_policy(policy: Policy, versions: Sequence[PublishedRule], *, json: bool) -> None:
    if json:
        told = [
            {"version": v.version, "who": v.who, "at": v.at, "is_retired": v.is_retired, "because": v.because}
            for v in versions
        ]
        said = {"description": policy.description, "text": policy.text, "versions": told}
        write_json(_policy_object(policy) | said)
        return
    print(paint(policy.name, "bold"), f" {policy.title}")
    rows = [("severity", policy.severity), ("scope", ", ".join(policy.scope)), ("owner", policy.owner)]
    rows += [("grace until", str(policy.grace_until))] if policy.grace_until else []
    rows += [("parameter", f"{name} = {spelled(value)}") for name, value in policy.parameters.items()]
    rows += [(f"version {v.version}", _version(v)) for v in versions]
    print("\n".join(aligned(rows, width(sys.stdout))))
    if policy.description:
        print("\n".join(["", *paragraphs(policy.description, width(sys.stdout), 2)]))
    print(f"\n{policy.text.rstrip()}")


def _version(rule: PublishedRule) -> str:
    because = f": {rule.because}" if rule.because else ""
    return f"{'retired' if rule.is_retired else 'published'} by {rule.who}, {at(rule.at)}{because}"


def show_conformance(found: Conformance, *, is_tried: bool, json: bool) -> None:
    """Who violates what: whom it stops first."""
    if json:
        write_json(_conformance_object(found))
        return
    for policy in found.policies:
        own = [one for one in found.violations if one.policy.name == policy.name]
        print("\n".join(_of_policy(policy, own, found)))
    write_faults((*found.faults, *found.spoilt))
    counts = {standing: sum(one.standing == standing for one in found.violations) for standing in STANDINGS}
    told = [f"{count:,} {STANDINGS[standing][count != 1]}" for standing, count in counts.items() if count]
    products = {_product(one) for one in found.violations if one.standing == "error"}
    stopped = f"; {counted(len(products), 'product')} {'would be' if is_tried else 'are'} stopped" if products else ""
    what = counted(len(found.policies), "policy", "policies")
    say(f"{', '.join(told) or 'nothing'} found by {what}{stopped} ({lasted(found.seconds)})", "bold")


def _of_policy(policy: Policy, found: Sequence[Violation], conformance: Conformance) -> Iterator[str]:
    yield f"{_sign(policy, found, conformance)} {paint(policy.name, 'bold')}  {policy.title}"
    order = list(STANDINGS)
    ranked = sorted(found, key=lambda one: (order.index(one.standing), one.subject))
    yield from aligned([_violation(one, conformance) for one in ranked], width(sys.stdout), indent=4)


def _sign(policy: Policy, found: Sequence[Violation], conformance: Conformance) -> str:
    if policy.name in conformance.failed:
        return paint("?", "yellow")
    return paint("✗", "red") if any(one.standing == "error" for one in found) else paint("✓", "green")


def _violation(one: Violation, conformance: Conformance) -> tuple[str, ...]:
    whom = ", ".join(owners(one.subject, conformance.mesh))
    text = one.fault.message.removeprefix(f"policy {one.policy.name}: ")
    return paint(one.standing, INKS[one.standing]), one.subject, whom or "-", text


def _product(one: Violation) -> str:
    words = one.subject.partition("@")[0].split(".")
    return ".".join(words[:2])


def _conformance_object(found: Conformance) -> dict[str, Any]:
    return {
        "policies": [policy.name for policy in found.policies],
        "violations": reported(found),
        "faults": [fault_object(fault) for fault in (*found.faults, *found.spoilt)],
        "seconds": round(found.seconds, 3),
    }


def show_published(published: Published, *, json: bool) -> None:
    if json:
        rules = [
            {"policy": rule.name, "version": rule.version, "is_new": rule.name in published.new}
            for rule in published.rules
        ]
        write_json({"published": rules, "unbound": published.unbound})
        return
    for rule in published.rules:
        what = (
            f"published, version {rule.version}"
            if rule.name in published.new
            else f"is published already, version {rule.version}"
        )
        say(f"{rule.name}: {what}")
    if published.unbound:
        names = ", ".join(published.unbound)
        say(
            f"warning: these bind no more, as governance publishes policies and they are not among them: {names}",
            "yellow",
        )


def show_retired(rule: PublishedRule, *, json: bool) -> None:
    if json:
        write_json({"retired": rule.name, "version": rule.version})
    else:
        say(f"{rule.name}: retired, version {rule.version}")


def show_waiver(waiver: Waiver, *, json: bool) -> None:
    if json:
        write_json(_waiver_object(waiver))
    elif waiver.is_withdrawn:
        say(f"{waiver.rule} is waived no more for {waiver.subject}")
    else:
        say(f"{waiver.rule} is waived for {waiver.subject} until {waiver.until}: {waiver.reason}")


def show_waivers(waivers: Sequence[Waiver], *, json: bool) -> None:
    today = datetime.now(UTC).date()
    if json:
        write_json(
            {"waivers": [_waiver_object(one) | {"given_at": one.at, "holds": one.holds(today)} for one in waivers]}
        )
        return
    if not waivers:
        say("nothing is waived", "dim")
        return
    rows = [(paint(one.rule, "bold"), one.subject, _term(one), f"by {one.who}", one.reason) for one in waivers]
    print("\n".join(aligned(rows, width(sys.stdout), indent=0)))


def _term(one: Waiver) -> str:
    if one.is_withdrawn:
        return paint("withdrawn", "dim")
    return f"until {one.until}" if one.holds(datetime.now(UTC).date()) else paint(f"ended {one.until}", "red")


def _waiver_object(one: Waiver) -> dict[str, Any]:
    return {
        "policy": one.rule,
        "subject": one.subject,
        "reason": one.reason,
        "who": one.who,
        "until": one.until,
        "is_withdrawn": one.is_withdrawn,
    }


def show_standard(policies: Sequence[Policy], *, json: bool, whole: bool) -> None:
    if json:
        said = [
            {**_policy_object(policy), "description": policy.description, "text": policy.text} for policy in policies
        ]
        write_json({"policies": said})
    elif whole:
        print("\n".join(policy.text.rstrip() for policy in policies))
    else:
        rows = [(paint(one.name, "bold"), one.severity, one.title, paint(_parameters(one), "dim")) for one in policies]
        print("\n".join(aligned(rows, width(sys.stdout), indent=0)))


def _parameters(policy: Policy) -> str:
    """What can be set, and to what it is; a long value is in the text."""
    told = ((name, spelled(value)) for name, value in policy.parameters.items())
    return ", ".join(
        f"{name} = {value if len(value) <= MOST_LETTERS else '...'}" if value else name for name, value in told
    )
