"""The key that heads are signed with (Ed25519), and the public keys that they are verified with.

The private key is in the environment, or in a file that only its owner may read, outside of the registry and the store: whoever may
rewrite either can sign nothing.
"""

from __future__ import annotations

import binascii
import hashlib
import os
import stat
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Misuse, Refused
from weft.names import sortable_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VARIABLE = "WEFT_AUDIT_KEY"
KEY_BYTES = 32
OTHERS = stat.S_IRWXG | stat.S_IRWXO
MEND = f"Give 32 bytes in base64 in {VARIABLE}, or take the file away and let Weft make a key."


@dataclass(frozen=True, slots=True)
class SigningKey:
    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.private.public_key())

    def signed(self, text: str) -> str:
        """The signature, as hex."""
        return self.private.sign(text.encode()).hex()


@dataclass(frozen=True, slots=True)
class PublicKey:
    key: Ed25519PublicKey

    @property
    def id(self) -> str:
        """The first 16 hex digits of the SHA-256 of its 32 bytes."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    @property
    def raw(self) -> bytes:
        return self.key.public_bytes_raw()

    @property
    def pem(self) -> str:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def has_signed(self, text: str, signature: str) -> bool:
        from cryptography.exceptions import InvalidSignature

        try:
            self.key.verify(bytes.fromhex(signature), text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def signing_key(file: Path, *, is_made: bool = True) -> SigningKey | None:
    """Of the environment, else of the file, which is made where there is none, unless `is_made` says not to.

    Raises: Misuse where it is no key; Refused where others may read the file.
    """
    if said := os.environ.get(VARIABLE, "").strip():
        return _key(said, VARIABLE)
    if not file.exists():
        if not is_made:
            return None
        _make(file)
    _refuse_open(file)
    return _key(_text(file), str(file))


def public_key(file: Path) -> PublicKey:
    """Of a PEM file. Raises: Misuse."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        found = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Misuse(f"{file} is no public key that can be read", mend="Name a PEM file of an Ed25519 key.") from error
    if not isinstance(found, Ed25519PublicKey):
        raise Misuse(f"{file} is a public key of another kind", mend="Name a PEM file of an Ed25519 key.")
    return PublicKey(found)


def _key(said: str, where: str) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        raw = b64decode(said.strip(), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        # `from None`, and no word of what stands there: it may be another secret.
        raise Misuse(f"what stands in {where} is no signing key", mend=MEND) from None
    return SigningKey(Ed25519PrivateKey.from_private_bytes(raw))


def _make(file: Path) -> None:
    """Whole or not at all, and once, however many servers start at the same time."""
    from base64 import b64encode

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = file.with_name(f"{file.name}-{sortable_id()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(b64encode(os.urandom(KEY_BYTES)) + b"\n")
        written.flush()
        os.fsync(written.fileno())
    try:
        os.link(partial, file)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _refuse_open(file: Path) -> None:
    if file.stat().st_mode & OTHERS:
        raise Refused(f"others may read the signing key {file}", mend=f"Make it yours alone: chmod 600 {file}.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeError) as error:
        raise Misuse(f"the signing key {file} cannot be read", mend=MEND) from error
