"""Signing in by an OIDC provider: who came back from there, which account that is, and what the provider's word makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from weft.access import Grant
from weft.access.identities import Account, Credential
from weft.access.reader import Attributes
from weft.access.roles import is_domain_role, is_mesh_role, team_grants
from weft.errors import Misuse, NotSignedIn, Refused, Unknown
from weft.identity.names import person_name
from weft.identity.oidc import Client, Flow, Person, Provider
from weft.identity.secrets import digest_of_person, new_secret
from weft.registry.seam import Registry
from weft.session.people.accounts import address
from weft.session.people.noting import note
from weft.session.people.signing_in import Opened, Origin, open_session, refuse_locked, taken
from weft.settings import ClaimedRole, OidcProvider, Settings
from weft.standards.variables import filled

ANYBODY = "anybody"
MOST_VALUES = 200
PROVEN = ("email", "sub")
"""Claims that nobody chooses for themselves: a verified mail address, and the provider's own id."""
INVITED = "Ask the platform's people for an invitation, and open its link."


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where the browser is sent, and the secret that it keeps until it is back."""

    url: str
    secret: str = field(repr=False)


class Providers:
    """The providers of `mesh.yaml`, by name, as the server is reached by one request; `opened` is what is known of them for all."""

    def __init__(self, registry: Registry, settings: Settings, opened: dict[str, Provider] | None = None) -> None:
        self._registry, self._settings = registry, settings
        self._said = {one.name: one for one in settings.sign_in.providers}
        self._opened = {} if opened is None else opened

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._said)

    def leave(self, name: str) -> Leaving:
        """Raises: Unknown, Misuse, Busy."""
        secret = new_secret()
        return Leaving(self._provider(name).authorization_url(Flow(secret), self._back(name)), secret)

    def enter(self, name: str, answer: dict[str, str], secret: str, came: tuple[Origin, str]) -> Opened:
        """Opens a session for whoever came back. `came` is from where, and the invitation that they hold, if any.

        Raises: NotSignedIn; Refused, where they are not invited; Busy.
        """
        origin, invitation = came
        person = self._provider(name).person(answer, Flow(secret), self._back(name))
        account = self._account(name, person, invitation)
        refuse_locked(self._registry, account)
        said = self._said[name]
        self._registry.identities.claim(account.name, set(_roles(said, person)), _attributes(said, person), name)
        found = self._registry.identities.account(account.name) or account
        return open_session(self._registry, self._settings, found, origin, by=name)

    def _provider(self, name: str) -> Provider:
        said = self._said.get(name)
        if said is None:
            raise Unknown("provider to sign in by", name, self._said)
        if name not in self._opened:
            secret = _revealed(said.client_secret)
            self._opened[name] = Provider(Client(said.issuer, said.client_id, secret, said.scopes))
        return self._opened[name]

    def _back(self, name: str) -> str:
        return f"{address(self._settings)}/sign-in/with/{name}/back"

    def _account(self, name: str, person: Person, invitation: str) -> Account:
        """Whose it is: linked before, of the invitation that is held, or, where anybody may join, a new one."""
        digest = digest_of_person(person.issuer, person.subject)
        holder = self._registry.identities.credentials.holder(digest)
        if holder is not None:
            return holder.account
        account = taken(self._registry, invitation) if invitation else self._joined(name, person)
        link = Credential(digest, "link", account.name, datetime.now(UTC), name)
        self._registry.identities.credentials.keep(link)
        note(self._registry, account.name, "account", ("linked", account.name), message=f"to {name}")
        return account

    def _joined(self, name: str, person: Person) -> Account:
        said = self._said[name]
        if said.joins != ANYBODY:
            raise Refused(f"{name} knows you, and nobody invited you to this mesh", mend=INVITED)
        called = _called(said, person)
        if self._registry.identities.account(called) is not None:
            mend = "Ask the platform's people for a link to it, and sign in with it: then it is known to be yours."
            raise Refused(f"there is an account '{called}', and it was never signed in to by {name}", mend=mend)
        self._refuse_chosen(said, called)
        account = Account(called, "person", "active", datetime.now(UTC), name)
        self._registry.identities.keep(account, None)
        note(self._registry, called, "account", ("joined", called), message=f"by {name}")
        return account

    def _refuse_chosen(self, said: OidcProvider, called: str) -> None:
        """A name that somebody may choose at the provider is none to be made a domain's owner by: its team names somebody of it.

        Source: OpenID Connect Core 1.0, section 5.7. Raises: Refused.
        """
        held = [] if said.account in PROVEN else list(team_grants(called, self._registry.domains()))
        if held:
            raise Refused(f"'{called}' is {held[0]} by its domain.yaml, and anybody could be called so", mend=INVITED)


def _called(said: OidcProvider, person: Person) -> str:
    """The account's name by the provider's claim; a mail address only where the provider has verified it."""
    texts = person.texts(said.account)
    if len(texts) != 1:
        raise NotSignedIn(
            f"the provider says nothing of your {said.account}",
            mend="See `account` and `scopes` of the provider in mesh.yaml.",
        )
    if said.account == "email" and person.claims.get("email_verified") is not True:
        raise NotSignedIn(
            f"the provider has not verified the mail address {texts[0]}", mend="Verify it there, then sign in again."
        )
    return person_name(texts[0])


def _roles(said: OidcProvider, person: Person) -> Iterator[Grant]:
    for one in said.roles:
        if one.value in person.texts(one.claim):
            yield _grant(one)


def _grant(one: ClaimedRole) -> Grant:
    if one.domain and is_domain_role(one.role):
        return Grant(one.role, one.domain)
    if not one.domain and is_mesh_role(one.role):
        return Grant(one.role)
    where = f"in the domain {one.domain}" if one.domain else "of the mesh"
    raise Misuse(f"mesh.yaml: sign_in: there is no role '{one.role}' {where}", mend="See `weft access roles`.")


def _attributes(said: OidcProvider, person: Person) -> Attributes:
    found = {name: person.texts(claim)[:MOST_VALUES] for name, claim in said.attributes}
    return tuple(sorted((name, values) for name, values in found.items() if values))


def _revealed(said: str) -> str:
    """The value of a variable. Raises: Misuse where it is not set."""
    try:
        return filled(said).strip()
    except KeyError as error:
        name = error.args[0]
        raise Misuse(
            f"mesh.yaml: sign_in: the environment has no variable {name}", mend=f"Set {name} where the server runs."
        ) from None
