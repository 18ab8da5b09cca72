"""A provider that lies as it is told to: a small HTTP server whose answers a test forges."""

from __future__ import annotations

import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from joserfc.jws import JWSRegistry

CLIENT, SECRET, ACCESS = "weft", "a-client-secret-of-more-than-32-bytes", "an-access-token"


@cache
def rsa(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@cache
def elliptic(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@dataclass
class Forger:
    """What it says is in `metadata`, `keys`, `tokens` and `userinfo`, for a test to change; `asked` counts its paths."""

    issuer: str
    nonce: str = ""
    key: Key = field(default_factory=lambda: rsa("k"))
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=list)
    tokens: Any = None
    token_status: int = 200
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": "ada", "email": "ada@example.org"})
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.keys = [self.key.as_dict(private=False)]

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Those of a token that is to be believed, changed; what is None is left out."""
        now = int(time.time())
        good = {"iss": self.issuer, "aud": CLIENT, "sub": "ada", "exp": now + 300, "iat": now, "nonce": self.nonce}
        good["at_hash"] = half_of(ACCESS)
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def signed(self, claims: dict[str, Any], algorithm: str = "RS256", key: Key | None = None, **header: Any) -> str:
        said = {"alg": algorithm, "kid": "k", **header}
        registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        return jwt.encode(said, claims, key or self.key, registry=registry)

    def hands_out(self, id_token: Any, **more: Any) -> None:
        self.tokens = {"access_token": ACCESS, "token_type": "Bearer", "id_token": id_token, **more}

    def answer(self, path: str) -> tuple[int, Any]:
        self.asked.append(path)
        match path:
            case "/.well-known/openid-configuration":
                return 200, self.metadata
            case "/keys":
                return 200, {"keys": self.keys}
            case "/token":
                return self.token_status, self.tokens
            case "/userinfo":
                return 200, self.userinfo
        return 404, {}


@contextmanager
def forging() -> Iterator[Forger]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    forger = Forger(f"http://127.0.0.1:{server.server_address[1]}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, value = forger.answer(self.path)
            body = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                # Whoever asked has read enough.
                self.close_connection = True

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield forger
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def half_of(access_token: str) -> str:
    digest = sha256(access_token.encode()).digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any], algorithm: str = "none") -> str:
    return f"{packed({'alg': algorithm, 'kid': 'k'})}.{packed(claims)}."


def hashed_by(secret: bytes, claims: dict[str, Any]) -> str:
    """HS256 by hand: the library refuses to take a public key for a secret, and others do not."""
    text = f"{packed({'alg': 'HS256', 'kid': 'k'})}.{packed(claims)}"
    return f"{text}.{plain(hmac.digest(secret, text.encode(), 'sha256'))}"


def signed_by(key: RSAKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """RS256 by hand: whatever the header says."""
    text = f"{packed(header)}.{packed(claims)}"
    return f"{text}.{plain(key.private_key.sign(text.encode(), PKCS1v15(), SHA256()))}"


def plain(signature: bytes) -> str:
    return urlsafe_b64encode(signature).rstrip(b"=").decode()


def packed(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def shared(secret: bytes) -> OctKey:
    return OctKey.import_key(secret)
