"""Whether an ID token is to be believed, and what it says of a person."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256, sha384, sha512
from typing import TYPE_CHECKING, Any

from weft.errors import NotSignedIn
from weft.identity.secrets import is_same

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""Signed by a key that only the provider has: `none` and whatever a shared secret signs are not among them."""
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
"""A token was made for this sign-in, and that is not older."""
HASHES = {"256": sha256, "384": sha384, "512": sha512}
AGAIN = "Sign in again; if it stays so, tell the platform's people: the provider is not set up as the mesh expects."


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to be made by, for whom, and for which sign-in."""

    issuer: str
    client_id: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in, as their provider says. `subject` is theirs for ever; all else may change."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]

    def texts(self, claim: str) -> tuple[str, ...]:
        """A claim as texts: one, several, or none where it is not said. `a.b` is the `b` within `a`."""
        found: Any = self.claims
        for part in (claim,) if claim in self.claims else claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        values = found if isinstance(found, list | tuple) else (found,)
        return tuple(str(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool))


def verified(id_token: str, keys: KeySet, expected: Expected) -> Mapping[str, Any]:
    """The claims of an ID token. Raises: NotSignedIn, for whatever is wrong with it."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jws import JWSRegistry

    try:
        # A header says which algorithm, and never which key: one that brings its own is not believed.
        token = jwt.decode(id_token, keys, registry=JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False))
        if {"jku", "jwk", "x5u", "x5c"} & token.header.keys():
            raise NotSignedIn("the provider's ID token brings its own key", mend=AGAIN)
        _rules(expected).validate(token.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise NotSignedIn(f"the provider's ID token is not valid ({_kind(error)})", mend=AGAIN) from error
    _refuse_other_party(token.claims, expected)
    return token.claims


def refuse_other_access_token(claims: Mapping[str, Any], header_algorithm: str, access_token: str) -> None:
    """Raises: NotSignedIn where the ID token came with another access token than it says (`at_hash`)."""
    said = claims.get("at_hash")
    if said is None:
        return
    digest = HASHES.get(header_algorithm[-3:], sha512)(access_token.encode()).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not isinstance(said, str) or not is_same(said, half):
        raise NotSignedIn("the provider's ID token belongs to another access token", mend=AGAIN)


def _rules(expected: Expected) -> Any:
    from joserfc.jwt import JWTClaimsRegistry

    return JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )


def _refuse_other_party(claims: Mapping[str, Any], expected: Expected) -> None:
    """What the claims' own rules leave open: one issuer as one text, whom it was made for among several, and how old it is."""
    import time

    audience = claims["aud"]
    several: Sequence[Any] = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    if party != expected.client_id and (party is not None or len(several) > 1):
        raise NotSignedIn("the provider's ID token was made for another client", mend=AGAIN)
    if not isinstance(claims["nonce"], str) or not 1 <= len(claims["sub"]) <= 255:
        raise NotSignedIn("the provider's ID token is not valid (nonce or sub)", mend=AGAIN)
    if claims["iat"] < time.time() - OLDEST_SECONDS:
        raise NotSignedIn("the provider's ID token is too old for this sign-in", mend=AGAIN)


def _kind(error: Exception) -> str:
    """What was wrong, by its kind: a token's own text is never repeated."""
    said = getattr(error, "error", "") or type(error).__name__
    return str(said).replace("_", " ")
