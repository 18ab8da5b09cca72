"""Signing in by name and password, and by a link that works once; each opens a session with a secret that is new.

An account that nobody has costs as much time, and is answered as, one whose password was wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from weft.access.identities import Account, Credential, Holder
from weft.access.reader import Reader
from weft.errors import Misuse, Moved, NotSignedIn, Refused, TooOften
from weft.identity.lock_out import Tried, rule, tried
from weft.identity.names import person_name
from weft.identity.passwords import hashed, is_outdated, is_right, refuse_weak
from weft.identity.secrets import digest_of, new_secret
from weft.registry.seam import Registry
from weft.session.people.accounts import ADMINISTERS, end
from weft.session.people.noting import note
from weft.session.people.roles import appoint
from weft.settings import Settings

WRONG = "the name or the password is wrong"
MEND = "Try again; for a new password, ask the platform's people for a link."
NO_LINK = "this link is not known: it was used, has expired, or another took its place"
ASK = "Ask whoever sent it for another one."
DEVICE_DAYS = 180
STRANGER = "somebody unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: its address, and the secret of a device that somebody signed in from before."""

    address: str
    device: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened. The secrets go to the browser, and nowhere else."""

    account: str
    session: str = field(repr=False)
    device: str = field(repr=False)
    until: datetime


def sign_in(registry: Registry, settings: Settings, said: tuple[str, str], origin: Origin) -> Opened:
    """`said` is the name and the password. Raises: NotSignedIn; TooOften, where it failed too often from there; Busy."""
    name, password = _typed(said[0]), said[1]
    of = _tried(registry, name, origin)
    wait = registry.identities.attempts.begin(of.keys, _now(), rule(_now()))
    if wait > 0:
        mend = "Wait, or sign in from a device that you signed in from before."
        raise TooOften("signing in failed too often from here", mend=mend, retry_seconds=wait)
    account = registry.identities.account(name)
    if not is_right(account.password if account else "", password) or account is None:
        known = f"{account.name}" if account else STRANGER
        note(registry, known, "sign-in refused", ("refused", known), message="wrong password")
        raise NotSignedIn(WRONG, mend=MEND)
    registry.identities.attempts.forgive([of.of_one])
    registry.identities.attempts.give_back([of.of_origin] if of.of_origin else [])
    refuse_locked(registry, account)
    if is_outdated(account.password):
        account = _changed(registry, account, replace(account, password=hashed(password)))
    return open_session(registry, settings, account, origin)


def invited(registry: Registry, secret: str) -> Account:
    """For whom a link is, while it is good. Raises: NotSignedIn."""
    return _link(registry.identities.credentials.holder(digest_of("invitation", secret))).account


def accept(registry: Registry, settings: Settings, said: tuple[str, str], origin: Origin) -> Opened:
    """A link's secret and the password that was chosen: the account is open to whoever comes first. Raises: NotSignedIn, Misuse."""
    secret, password = said
    account = invited(registry, secret)
    refuse_weak(password, (account.name, settings.name))
    kept = hashed(password)
    return open_session(registry, settings, taken(registry, secret, kept), origin)


def taken(registry: Registry, secret: str, password: str = "") -> Account:
    """Uses a link up: the account is active, and what let anybody in before has ended. Raises: NotSignedIn, where another was quicker."""
    holder = _link(registry.identities.credentials.take(digest_of("invitation", secret)))
    account = holder.account
    account = _changed(registry, account, replace(account, state="active", password=password or account.password))
    end(registry, account.name, ("session", "device", "invitation", "reset", "administrator"))
    action = {"invitation": "joined", "reset": "password changed", "administrator": "made administrator"}
    note(registry, account.name, "account", (action[holder.credential.kind], account.name))
    if holder.credential.kind == "administrator":
        for grant in ADMINISTERS:
            appoint(registry, Reader(), account.name, grant)
    return _again(registry, account.name)


def change_password(
    registry: Registry, settings: Settings, who: Account, said: tuple[str, str], origin: Origin
) -> Opened:
    """From the old to the new; all other sessions end. Raises: NotSignedIn, TooOften, Misuse."""
    old, new = said
    of = _tried(registry, who.name, origin)
    if (wait := registry.identities.attempts.begin(of.keys, _now(), rule(_now()))) > 0:
        raise TooOften("the password was wrong too often", mend="Wait a little.", retry_seconds=wait)
    account = _again(registry, who.name)
    if not is_right(account.password, old):
        raise Refused("the present password is wrong", mend=MEND)
    registry.identities.attempts.forgive(of.keys)
    refuse_weak(new, (account.name, settings.name))
    if old == new:
        raise Misuse("the new password is the old one")
    account = _changed(registry, account, replace(account, password=hashed(new)))
    end(registry, account.name, ("session", "device", "reset"))
    note(registry, account.name, "account", ("password changed", account.name))
    return open_session(registry, settings, account, origin)


def sign_out(registry: Registry, session: Credential) -> None:
    registry.identities.credentials.withdraw([session.digest])
    note(registry, session.account, "signed out", ("signed out", session.account))


def open_session(
    registry: Registry, settings: Settings, account: Account, origin: Origin, by: str = "password"
) -> Opened:
    """A session, and a device that is known from now on. `by` is how somebody showed who they are."""
    now, secret, device = _now(), new_secret(), new_secret()
    until = now + timedelta(hours=settings.sign_in.session_hours)
    session = Credential(
        digest_of("session", secret), "session", account.name, now, by, until, generation=account.generation
    )
    credentials = registry.identities.credentials
    credentials.keep(session)
    if origin.device:
        credentials.withdraw([digest_of("device", origin.device)] if _device(registry, account.name, origin) else [])
    known_until = now + timedelta(days=DEVICE_DAYS)
    credentials.keep(Credential(digest_of("device", device), "device", account.name, now, by, known_until))
    note(registry, account.name, "signed in", ("signed in", account.name), message=f"by {by}")
    return Opened(account.name, secret, device, until)


def refuse_locked(registry: Registry, account: Account) -> None:
    """Only who has shown who they are is told. Raises: NotSignedIn."""
    if account.state == "locked":
        note(registry, account.name, "sign-in refused", ("refused", account.name), message="locked")
        raise NotSignedIn(f"the account {account.name} is locked: {account.because}", mend="Ask the platform's people.")


def _typed(name: str) -> str:
    """As it would be kept; what cannot be a name is nobody's, and costs as much."""
    try:
        return person_name(name[:400])
    except Misuse:
        return ""


def _tried(registry: Registry, name: str, origin: Origin) -> Tried:
    return tried(name, origin.address, _device(registry, name, origin))


def _device(registry: Registry, name: str, origin: Origin) -> str:
    """The digest of the device, where this account was signed in from it before."""
    if not origin.device:
        return ""
    digest = digest_of("device", origin.device)
    holder = registry.identities.credentials.holder(digest)
    is_known = holder is not None and holder.account.name == name and not holder.credential.is_over(_now())
    return digest if is_known else ""


def _link(holder: Holder | None) -> Holder:
    if holder is None or holder.credential.kind not in ("invitation", "reset", "administrator"):
        raise NotSignedIn(NO_LINK, mend=ASK)
    if holder.credential.is_over(_now()) or holder.account.state == "locked":
        raise NotSignedIn(NO_LINK, mend=ASK)
    return holder


def _changed(registry: Registry, was: Account, new: Account) -> Account:
    """As it stands then, so that a session can be opened on it."""
    registry.identities.keep(new, was)
    return replace(new, generation=was.generation + 1)


def _again(registry: Registry, name: str) -> Account:
    found = registry.identities.account(name)
    if found is None:
        raise Moved(f"the account {name}", "it", "none")
    return found


def _now() -> datetime:
    return datetime.now(UTC)
