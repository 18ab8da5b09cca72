"""Semantic versions as claims that are checked: the least that a contract's changes deserve. Source: semver.org, 2.0.0."""

from __future__ import annotations

from collections.abc import Iterable

from weft.plan.changes.change import SEVERITY, Change, Impact
from weft.versions import Version


def worst(changes: Iterable[Change]) -> Impact | None:
    """The weightiest impact, None where there is no change. A conditional one that nobody settled counts as breaking."""
    return max((change.impact for change in changes), key=lambda impact: SEVERITY[impact], default=None)


def least_version(before: Version, changes: Iterable[Change]) -> Version:
    """The lowest version that says honestly what changed. A preview promises nothing, and below 1.0.0 all may change."""
    impact = worst(changes)
    if impact is None or before.is_preview:
        return before
    if before.major == 0 or impact == "patch":
        return Version(before.major, before.minor, before.patch + 1)
    if impact == "minor":
        return Version(before.major, before.minor + 1, 0)
    return Version(before.major + 1, 0, 0)


def too_small(claimed: Version, before: Version, changes: Iterable[Change]) -> bool:
    """Whether a version claims less than its changes are, or than is there already.

    A preview may break, whichever version it leads to, and so may all below 1.0.0. What no query depends on asks for no
    other version: a promise whose words were improved is the same promise.
    """
    return claimed < (_needed(before, tuple(changes)) if not claimed.is_preview else before)


def _needed(before: Version, changes: tuple[Change, ...]) -> Version:
    may_break = before.major == 0 or worst(changes) in (None, "patch")
    return before if may_break else least_version(before, changes)


def why_too_small(claimed: Version, before: Version, changes: Iterable[Change]) -> str:
    """What to tell who claimed it; empty where the version is large enough."""
    changes = tuple(changes)
    if not too_small(claimed, before, changes):
        return ""
    needed = _needed(before, changes)
    if needed == before:
        return f"version {claimed} is less than {before}, which is published: {least_version(before, changes)} is the least"
    impact = worst(changes)
    weightiest = [change for change in changes if impact and SEVERITY[change.impact] == SEVERITY[impact]]
    reasons = list(dict.fromkeys(f"{change.where}: {change.kind}" for change in weightiest))
    more = f"; and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    claims = (
        f"{claimed} is published with another promise"
        if claimed == before
        else f"{claimed} claims too little after {before}"
    )
    return f"version {claims}: {needed} is the least, because {'; '.join(reasons[:3])}{more}"
