"""One sign-in on its way: everything it is recognised by follows from one secret, which only the browser keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from weft.identity.secrets import derived


@dataclass(frozen=True, slots=True)
class Flow:
    """`secret` lies in the browser's cookie for some minutes; the server keeps nothing of a sign-in that has not ended."""

    secret: str = field(repr=False)

    @property
    def state(self) -> str:
        """Comes back with the answer, and ties it to the browser that asked."""
        return derived(self.secret, "oidc state")

    @property
    def nonce(self) -> str:
        """Comes back within the ID token, and ties that to this sign-in."""
        return derived(self.secret, "oidc nonce")

    @property
    def verifier(self) -> str:
        """Shows that who brings the code is who asked for it (RFC 7636)."""
        return derived(self.secret, "oidc verifier")

    @property
    def challenge(self) -> str:
        """Method S256."""
        from base64 import urlsafe_b64encode

        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
