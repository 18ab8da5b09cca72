"""Tokens by server, in a file of the user's own that nobody else can read; `WEFT_TOKEN` goes before it."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from weft.errors import Misuse, Refused

TOKEN = "WEFT_TOKEN"
OWN_ONLY = 0o600


def credentials_file() -> Path:
    """`~/.config/weft/credentials.json`, or where the system keeps configuration."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA") or Path.home() / ".config"
    return Path(base) / "weft" / "credentials.json"


def token_of(server: str) -> str:
    """Raises: Refused where nobody has logged in there."""
    if token := os.environ.get(TOKEN, "").strip():
        return token
    if token := Credentials(credentials_file()).token(server):
        return token
    raise Refused(f"you are not logged in to {server}", mend=f"Run `weft login {server}`, or set {TOKEN}.")


@dataclass(frozen=True, slots=True)
class Credentials:
    """One file. Raises: Misuse where others may read it, or where it is none of ours."""

    file: Path

    def token(self, server: str) -> str:
        """Empty where there is none."""
        return self._read().get(server, {}).get("token", "")

    def servers(self) -> dict[str, str]:
        """Every server with the name under which one is logged in there."""
        return {server: one.get("name", "") for server, one in self._read().items()}

    def keep(self, server: str, token: str, name: str) -> None:
        self._write(self._read() | {server: {"token": token, "name": name}})

    def forget(self, server: str) -> bool:
        """Whether there was one."""
        found = self._read()
        if server not in found:
            return False
        del found[server]
        self._write(found)
        return True

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            text = self.file.read_text("utf-8")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise Misuse(f"{self.file} cannot be read: {error.strerror}") from error
        self._refuse_open()
        try:
            found = json.loads(text)["servers"]
        except (ValueError, KeyError, TypeError) as error:
            mend = "Delete it, and log in again."
            raise Misuse(f"{self.file} is no file of credentials", mend=mend) from error
        return {str(server): dict(one) for server, one in found.items()}

    def _refuse_open(self) -> None:
        mode = stat.S_IMODE(self.file.stat().st_mode)
        if os.name == "posix" and mode & 0o077:
            mend = f"Run `chmod 600 {self.file}`; if somebody may have read it, log in again with a new token."
            raise Misuse(f"{self.file} holds tokens, and others can read it", mend=mend)

    def _write(self, servers: dict[str, dict[str, str]]) -> None:
        """Beside it first: whoever reads meanwhile reads the old file or the new one."""
        partial = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileNotFoundError):
                partial.unlink()
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWN_ONLY)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"servers": servers}, file, indent=2)
            partial.replace(self.file)
        except OSError as error:
            mend = f"See that you may write there, or set {TOKEN} instead."
            raise Misuse(f"{self.file} cannot be written: {error.strerror}", mend=mend) from error
