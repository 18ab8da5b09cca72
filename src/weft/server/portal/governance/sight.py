"""Who can read what, and why: for any reader and any table, the decision in steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from weft.access import Reader
from weft.access.identities import Account
from weft.errors import Refused
from weft.names import LineName, domain_of, table_of
from weft.query.explaining import Explained, explained, parted
from weft.query.facts import Facts
from weft.query.library import Library
from weft.query.search import search
from weft.server.asking import OWNER_NAME, Asker
from weft.server.portal.governance.frame import SIGHT, framed
from weft.server.portal.links import page_of
from weft.session.people import seen_as
from weft.session.people.roles import appointers

MOST_NAMES, MOST_DECIDERS = 12, 3


@dataclass(frozen=True, slots=True)
class Names:
    """What completes a name while it is typed."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose sight is explained: `standing` is what their account is, where that keeps them out."""

    name: str
    reader: Reader
    standing: str
    roles: tuple[str, ...]


def sight(asking: Asker, reader: str, table: str) -> dict[str, Any]:
    """What `explain.html` asks for: of oneself; of anybody, for whoever governs, watches, or looks after the table's domain.

    Raises: Unknown, Refused.
    """
    name = reader.strip() or asking.reader.name
    own = name == asking.reader.name
    found: Explained | None = None
    subject = _subject(asking, name)
    if table.strip():
        if not own:
            _allow(asking, domain_of(LineName(parted(table.strip())[0])))
        library = asking.library if own else _as(asking, subject.reader)
        found = explained(library, table.strip())
    values = {
        "title": "Who can read what, and why",
        "trail": [("Governance", "/governance"), ("Who can read what", "")],
        "asked_reader": name or OWNER_NAME,
        "asked_table": table,
        "subject": subject,
        "found": found,
        "is_own": own,
        "deciders": _deciders(asking, found) if found and not found.sight.is_allowed else (),
        "link": page_of(str(table_of(LineName(found.line)))) if found else "",
        "mesh_roles": sorted(grant.role for grant in subject.reader.grants if not grant.domain),
    }
    return framed(asking, SIGHT, values)


def names(asking: Asker, kind: str, begun: str) -> Names:
    """Tables by search; readers as far as whoever asks may know of them."""
    words = begun.strip()
    if kind != "reader":
        hits = search(words, asking.library, MOST_NAMES * 3) if words else ()
        return Names(tuple(hit.name for hit in hits if hit.kind == "table")[:MOST_NAMES])
    people = Facts(asking.library).rows("people", "account")
    found = [name for (name,) in people if words.casefold() in name.casefold()]
    return Names(tuple(sorted(found, key=lambda name: (not name.startswith(words), name))[:MOST_NAMES]))


def _allow(asking: Asker, domain: str) -> None:
    """Raises: Refused."""
    if asking.may("publish rules") or asking.may("search audit") or asking.may("see consumers", domain):
        return
    reason = (
        f"what others see of {domain or 'that table'} is told to those who look after it, to governance and to auditors"
    )
    raise Refused(reason, mend="Leave the reader empty to see what you may read yourself, or ask one of them.")


def _subject(asking: Asker, name: str) -> Subject:
    if not name or name == asking.reader.name:
        return Subject(name, asking.reader, "", tuple(map(str, asking.reader.grants)))
    registry = asking.serving.session.registry
    account: Account | None = registry.identities.account(name) or registry.identities.account(name.lower())
    reader = seen_as(registry, name)
    return Subject(reader.name, reader, _standing(account), tuple(map(str, reader.grants)))


def _standing(account: Account | None) -> str:
    if account is None:
        return "has no account: this is what they would see if they had one"
    states = {
        "locked": "is locked, and gets in nowhere until that ends",
        "invited": "was invited, and has not come in yet",
    }
    return states.get(account.state, "")


def _as(asking: Asker, reader: Reader) -> Library:
    """In the eyes of somebody else: with the roles and attributes that they have."""
    return replace(asking.library, reader=reader)


def _deciders(asking: Asker, found: Explained) -> tuple[str, ...]:
    from weft.access.agreements import port_of
    from weft.access.approving import approvers

    mesh = Facts(asking.library).mesh
    about = port_of(found.line, mesh)
    if not about:
        return ()
    named = approvers(about[0], about[2], "", mesh).all
    return named or tuple(appointers(asking.library.registry, ("owner",), about[0].domain))[:MOST_DECIDERS]
