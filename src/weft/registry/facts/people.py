"""Who is known to the mesh, and who has which role in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.access.roles import team_grants
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, text, time

ACCOUNTS = "SELECT name, kind, state, domain, because, made_at, made_by, signed_in_at FROM accounts ORDER BY name"
GRANTS = "SELECT account, role, domain, source, given_by, given_at FROM grants"


def _grants(ledger: Ledger) -> list[tuple[Any, ...]]:
    """Given, claimed by a provider, and said by the team of a domain that was applied."""
    found = list(ledger.rows(GRANTS))
    for domain in ledger.domains:
        for name in dict.fromkeys(member.username.casefold() for member in domain.team.members):
            found += [
                (name, grant.role, domain.name, "team", "domain.yaml", None) for grant in team_grants(name, (domain,))
            ]
    return sorted(set(found), key=lambda row: row[:4])


def _none(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    """Nothing of who there is is kept beside the registry."""
    return iter(())


def _people(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    yield from ledger.rows(ACCOUNTS)


PEOPLE = Relation(
    "people",
    "One row for each account: a person, a service or a product. Roles of the mesh see all, owners their services, and everybody themselves.",
    ("account",),
    (
        text("account", "A mail address or user name, domain/service, or domain.product"),
        text("kind", "person, service or product"),
        text("state", "invited, active or locked"),
        text("domain", "Of a service and a product: whose owners keep it"),
        text("because", "Why it is locked"),
        time("made_at", "When it was made"),
        text("made_by", "Who made it, or the provider that they joined by"),
        time("signed_in_at", "When somebody last signed in"),
    ),
    _none,
    _people,
    ("account",),
)

GRANTS_RELATION = Relation(
    "grants",
    "One row for each role that somebody has, by where it comes from. Roles of the mesh see all, those of a domain what is of it.",
    ("account", "role", "domain", "source"),
    (
        text("account", "Who has it"),
        text("role", "owner, developer, steward or reader of a domain; platform, governance or auditor"),
        text("domain", "The domain; '' of a role of the mesh"),
        text("source", "given, provider (at the last sign-in), or team (the domain's, as applied)"),
        text("given_by", "Who gave it, or says so"),
        time("given_at", "When; NULL of a team's"),
    ),
    _none,
    _grants,
    ("account", "domain", "role", "source"),
)
