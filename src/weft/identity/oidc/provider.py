"""A provider as it describes itself, and what is asked of it: where to send a browser, and who came back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from weft.errors import Busy, Misuse, NotSignedIn
from weft.identity.oidc.claims import ALGORITHMS, Expected, Person, refuse_other_access_token, verified
from weft.identity.oidc.flow import Flow
from weft.identity.secrets import is_same

if TYPE_CHECKING:
    import httpx
    from joserfc.jwk import KeySet

DISCOVERY = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
KEPT_SECONDS = 3600.0
"""How long a provider's description and keys are believed; a key that is not among them is looked for at once."""
NEW_KEYS_AFTER_SECONDS = 10.0
"""How soon keys are asked for again: whoever makes up key ids gets no further requests out of us."""
TIMEOUT_SECONDS = 10.0
LARGEST = 1_000_000
AGAIN = "Sign in again; if it stays so, tell the platform's people."


@dataclass(frozen=True, slots=True)
class Client:
    """What the mesh is at a provider. Without `secret` it is a public client, and PKCE alone shows who it is."""

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "email", "profile")


@dataclass(slots=True)
class _Known:
    """What was last read of a provider, and when."""

    metadata: Mapping[str, Any]
    keys: KeySet
    at: float


class Provider:
    """Safe to share by threads. Raises, in all that asks it: Busy where it does not answer or answers nonsense."""

    def __init__(self, client: Client, http: httpx.Client | None = None) -> None:
        self._client, self._http = client, http
        self._lock = Lock()
        self._known: _Known | None = None

    def authorization_url(self, flow: Flow, redirect_uri: str) -> str:
        """Where the browser is sent to sign in."""
        asked = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(dict.fromkeys(("openid", *self._client.scopes))),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._metadata()["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def person(self, answer: Mapping[str, str], flow: Flow, redirect_uri: str) -> Person:
        """Who came back with this answer (the query of the redirect). Raises: NotSignedIn, where anything is not as asked for."""
        code = self._code(answer, flow)
        tokens = self._tokens(code, flow, redirect_uri)
        expected = Expected(self._client.issuer, self._client.client_id, flow.nonce)
        claims = verified(tokens["id_token"], self._keys_for(tokens["id_token"]), expected)
        refuse_other_access_token(claims, str(_header(tokens["id_token"])["alg"]), tokens["access_token"])
        return Person(self._client.issuer, str(claims["sub"]), {**self._more(tokens, claims), **claims})

    def _code(self, answer: Mapping[str, str], flow: Flow) -> str:
        if not is_same(answer.get("state", ""), flow.state):
            raise NotSignedIn("this answer belongs to another sign-in, or came too late", mend="Sign in again.")
        # RFC 9207: an answer of another provider is not taken to this one.
        issuer = answer.get("iss")
        is_told = bool(self._metadata().get("authorization_response_iss_parameter_supported"))
        if issuer != self._client.issuer and (issuer is not None or is_told):
            raise NotSignedIn("the answer comes from another provider", mend=AGAIN)
        if "error" in answer:
            raise NotSignedIn(f"the provider let nobody in: {_plain(answer['error'])}", mend="Sign in again.")
        if not answer.get("code"):
            raise NotSignedIn("the provider's answer has no code", mend=AGAIN)
        return answer["code"]

    def _tokens(self, code: str, flow: Flow, redirect_uri: str) -> dict[str, str]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._client.client_id,
            "code_verifier": flow.verifier,
        }
        answer = self._posted(form)
        if answer.status_code != 200:
            said = _plain(str(_json(answer).get("error", "")))
            raise NotSignedIn(f"the provider refused the sign-in's code ({said or answer.status_code})", mend=AGAIN)
        found = _json(answer)
        tokens = {name: found.get(name) for name in ("id_token", "access_token", "token_type")}
        if (
            not all(isinstance(value, str) for value in tokens.values())
            or str(tokens["token_type"]).lower() != "bearer"
        ):
            raise NotSignedIn("the provider's answer has no ID token and access token", mend=AGAIN)
        return {name: str(value) for name, value in tokens.items()}

    def _posted(self, form: dict[str, str]) -> httpx.Response:
        """By the method that the provider takes: HTTP Basic, as all must know it, unless it names the form alone."""
        from urllib.parse import quote_plus

        methods = self._metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        auth, secret = None, self._client.secret
        if secret and "client_secret_basic" in methods:
            auth = (quote_plus(self._client.client_id), quote_plus(secret))
        elif secret:
            form = {**form, "client_secret": secret}
        return self._asked("POST", self._metadata()["token_endpoint"], data=form, auth=auth)

    def _more(self, tokens: Mapping[str, str], claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the provider says only when asked for it; it must be of the same person."""
        endpoint = self._metadata().get("userinfo_endpoint")
        if not endpoint:
            return {}
        found = _json(self._asked("GET", endpoint, headers={"Authorization": f"Bearer {tokens['access_token']}"}))
        if found and found.get("sub") != claims["sub"]:
            raise NotSignedIn("the provider tells of another person than signed in", mend=AGAIN)
        return found

    def _metadata(self) -> Mapping[str, Any]:
        return self._fresh().metadata

    def _keys_for(self, id_token: str) -> KeySet:
        """The provider's keys; read anew where the token names one that is not among them."""
        known = self._fresh()
        wanted = _header(id_token).get("kid")
        if wanted is not None and all(key.kid != wanted for key in known.keys.keys):
            known = self._fresh(older_than=NEW_KEYS_AFTER_SECONDS)
        return known.keys

    def _fresh(self, older_than: float = KEPT_SECONDS) -> _Known:
        with self._lock:
            if self._known is None or time.monotonic() - self._known.at > older_than:
                self._known = self._read()
            return self._known

    def _read(self) -> _Known:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        issuer = self._client.issuer
        _refuse_plain(issuer, "issuer")
        metadata = _json(self._asked("GET", issuer.rstrip("/") + DISCOVERY))
        if metadata.get("issuer") != issuer:
            raise _nonsense(issuer, "it says that it is another issuer")
        for name in ENDPOINTS:
            _refuse_plain(str(metadata.get(name) or ""), name)
        if "userinfo_endpoint" in metadata:
            _refuse_plain(str(metadata["userinfo_endpoint"]), "userinfo_endpoint")
        if "S256" not in metadata.get("code_challenge_methods_supported", ["S256"]):
            raise _nonsense(issuer, "it knows no PKCE with S256")
        signed = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        if not set(signed).intersection(ALGORITHMS):
            raise _nonsense(issuer, "it signs by no algorithm that is safe here")
        try:
            keys = KeySet.import_key_set(_public(_json(self._asked("GET", str(metadata["jwks_uri"])))))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _nonsense(issuer, "its keys cannot be read") from error
        return _Known(metadata, keys, time.monotonic())

    def _asked(self, method: str, url: str, **more: Any) -> httpx.Response:
        import httpx

        try:
            client = self._http or httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)
            try:
                return _whole(client, client.build_request(method, url, **_sent(more)), more.get("auth"))
            finally:
                if self._http is None:
                    client.close()
        except httpx.HTTPError as error:
            host = urlsplit(url).netloc
            message = f"the OIDC provider at {host} did not answer ({type(error).__name__})"
            raise Busy(message, mend="Try again; see that the server reaches it.", retry_seconds=10) from error


def _sent(more: Mapping[str, Any]) -> dict[str, Any]:
    return {"headers": {"Accept": "application/json"} | dict(more.get("headers") or {}), "data": more.get("data")}


def _whole(client: httpx.Client, request: httpx.Request, auth: Any) -> httpx.Response:
    """The whole answer, up to a size that none of ours has: nobody fills our memory."""
    import httpx

    answer = client.send(request, auth=auth, stream=True)
    try:
        read = bytearray()
        for part in answer.iter_bytes():
            read += part
            if len(read) > LARGEST:
                raise httpx.ReadError("too large", request=request)
    finally:
        answer.close()
    return httpx.Response(answer.status_code, content=bytes(read), request=request)


def _json(answer: httpx.Response) -> dict[str, Any]:
    """An object; empty where it is none."""
    import msgspec

    try:
        found = msgspec.json.decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _header(id_token: str) -> dict[str, Any]:
    """What a token says of itself, before it is believed. Raises: NotSignedIn where it is none."""
    import msgspec
    from joserfc.util import urlsafe_b64decode

    try:
        found = msgspec.json.decode(urlsafe_b64decode(id_token.partition(".")[0].encode()))
    except (ValueError, msgspec.DecodeError) as error:
        raise NotSignedIn("the provider's ID token is none", mend=AGAIN) from error
    if not isinstance(found, dict) or found.get("alg") not in ALGORITHMS:
        raise NotSignedIn("the provider's ID token is not signed as it must be", mend=AGAIN)
    return found


def _public(found: Mapping[str, Any]) -> Any:
    """Keys that sign, of kinds that we know; a shared one is none."""
    kinds = ("RSA", "EC", "OKP")
    keys = [key for key in found["keys"] if key.get("kty") in kinds and key.get("use", "sig") == "sig"]
    return {"keys": [key for key in keys if key.get("crv") not in ("X25519", "X448")]}


def _refuse_plain(url: str, what: str) -> None:
    """Raises: Misuse where what is secret would go over the network in clear."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Misuse(f"the OIDC provider's {what} is no https URL", mend="Give one that begins with https://.")


def _nonsense(issuer: str, why: str) -> Busy:
    message, mend = f"the OIDC provider {issuer} cannot be used: {why}", "See `sign_in: providers:` in mesh.yaml."
    return Busy(message, mend=mend, retry_seconds=60)


def _plain(said: str) -> str:
    """A word of somebody else's, fit to be shown."""
    return "".join(c for c in said if c.isascii() and (c.isalnum() or c in "_-. "))[:60]
