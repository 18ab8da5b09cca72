"""Who somebody is by what they show: a token or a session's secret, to a reader with all that was granted to it.

Nothing is remembered from one request to the next but the teams of the domains, by the registry's revision: what is withdrawn or
locked ends with the next request, at whichever server.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from weft.access import Reader
from weft.access.identities import Account, Credential, CredentialKind, Holder, reader_of
from weft.access.roles import team_grants
from weft.errors import NotSignedIn, RegistryFault
from weft.identity.secrets import csrf_of, digest_of, is_same, is_token, new_secret
from weft.product.mesh import Domain
from weft.registry.seam import Registry
from weft.settings import SignIn

SIGN_IN = "Sign in, or show a token: `Authorization: Bearer weft_...`."
GRACE = timedelta(seconds=30)
"""How long a session's old secret is good once it has a new one: for requests that are on their way."""
NOTED_EVERY = timedelta(minutes=5)
"""How often it is written down that a session or a token is in use."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Who came in, and by what. `secret` is a session's, which the browser keeps; it is new where `is_new`."""

    reader: Reader
    account: Account
    credential: Credential
    secret: str = field(default="", repr=False)
    is_new: bool = False

    @property
    def is_session(self) -> bool:
        return self.credential.kind == "session"

    @property
    def csrf(self) -> str:
        return csrf_of(self.secret)

    def is_meant(self, csrf: str) -> bool:
        """Whether a page of ours sent this: a token's program always means what it sends."""
        return not self.is_session or is_same(csrf, self.csrf)


class Doorkeeper:
    """Safe to share by threads."""

    def __init__(self, registry: Registry, settings: SignIn) -> None:
        self._registry, self._settings = registry, settings
        self._teams: tuple[int, tuple[Domain, ...]] = (-1, ())

    def by_token(self, token: str) -> Entered:
        """Raises: NotSignedIn."""
        if not is_token(token):
            raise NotSignedIn("this is no token of ours", mend=SIGN_IN)
        now = datetime.now(UTC)
        holder = self._holder("token", token, now)
        self._note(holder.credential, now)
        return Entered(self._reader(holder, holder.credential.scopes), holder.account, holder.credential)

    def by_session(self, secret: str) -> Entered:
        """A session's secret is renewed once what its account may do has changed. Raises: NotSignedIn."""
        now = datetime.now(UTC)
        holder = self._holder("session", secret, now)
        session, account = holder.credential, holder.account
        if (session.used_at or session.made_at) + timedelta(hours=self._settings.idle_hours) <= now:
            raise NotSignedIn("this session was not used for too long", mend="Sign in again.")
        self._note(session, now)
        entered = Entered(self._reader(holder), account, session, secret)
        return self._renewed(entered, now) if session.generation < account.generation else entered

    def reader(self, account: Account) -> Reader:
        """Somebody as they would be asked for now."""
        return reader_of(account, self._registry.domains())

    def _holder(self, kind: CredentialKind, secret: str, now: datetime) -> Holder:
        holder = self._registry.identities.credentials.holder(digest_of(kind, secret))
        if holder is None or holder.credential.kind != kind:
            raise NotSignedIn(f"this {kind} is not known, or it was withdrawn", mend=SIGN_IN)
        if holder.credential.is_over(now):
            raise NotSignedIn(f"this {kind} has expired", mend=SIGN_IN)
        if holder.account.state == "locked":
            raise NotSignedIn(f"the account {holder.account.name} is locked", mend="Ask the platform's people.")
        if holder.account.state != "active":
            raise NotSignedIn(f"the account {holder.account.name} was never opened", mend="Open the invitation first.")
        return holder

    def _reader(self, holder: Holder, scopes: object = None) -> Reader:
        if self._teams[0] != holder.revision:
            self._teams = holder.revision, self._registry.domains()
        found = reader_of(holder.account, self._teams[1])
        return found if scopes is None else replace(found, scopes=holder.credential.scopes)

    def _note(self, one: Credential, now: datetime) -> None:
        if one.used_at is None or now - one.used_at >= NOTED_EVERY:
            # Nobody's answer waits for that.
            with suppress(RegistryFault):
                self._registry.identities.credentials.used(one.digest, now)

    def _renewed(self, entered: Entered, now: datetime) -> Entered:
        old, secret = entered.credential, new_secret()
        new = replace(old, digest=digest_of("session", secret), generation=entered.account.generation, used_at=now)
        ends = min(now + GRACE, old.expires_at or now + GRACE)
        if not self._registry.identities.credentials.replace(old, new, ends):
            return entered
        return replace(entered, credential=new, secret=secret, is_new=True)


def seen_as(registry: Registry, name: str) -> Reader:
    """A product, a service or a person by name, with what was granted to it; without a name, the owner of the workspace."""
    if not name:
        return Reader()
    account = registry.identities.account(name) or registry.identities.account(name.lower())
    domains = registry.domains()
    if account is None:
        return Reader(name, tuple(team_grants(name, domains)))
    return reader_of(account, domains)
