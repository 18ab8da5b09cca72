"""Where heads are kept, outside the registry: files that are only added to, one a day, with the public keys beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from weft.errors import Place, StoreFault
from weft.governance.audit.head import Head, decoded, encoded
from weft.governance.audit.keys import PublicKey, public_key

HEADS, KEYS = "heads-*.jsonl", "public-*.pem"


@dataclass(frozen=True, slots=True)
class KeptHead:
    """`head` is None where the line is none; `is_torn` where whoever wrote it was killed over it. To make a line torn says no more than
    to take it away."""

    place: Place
    head: Head | None
    is_torn: bool = False


@dataclass(frozen=True, slots=True)
class HeadFolder:
    """Several servers may add to one folder: a line is written at once."""

    path: Path

    def keep(self, head: Head, key: PublicKey) -> None:
        """Raises: StoreFault."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._publish(key)
            file = self.path / f"heads-{head.at[:10]}.jsonl"
            descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                # A line that another server was killed in is ended first, so that it spoils itself alone.
                os.write(descriptor, ("\n" * _is_torn(file) + encoded(head)).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            mend = "See that the folder can be written, and has space; `audit.heads` in mesh.yaml names it."
            raise StoreFault(f"no head can be kept in {self.path}: {error.strerror}", mend=mend) from error

    def heads(self) -> Iterator[KeptHead]:
        """In the order that they were written, file by file."""
        for file in sorted(self.path.glob(HEADS)):
            content = file.read_bytes()
            for number, line in enumerate(content.split(b"\n"), 1):
                if line.strip():
                    head = decoded(line)
                    yield KeptHead(Place(str(file), number), head, head is None and not line.endswith(b"}"))

    def newest(self) -> Head | None:
        """By number."""
        return max((kept.head for kept in self.heads() if kept.head), key=lambda head: head.number, default=None)

    def keys(self) -> tuple[PublicKey, ...]:
        return tuple(public_key(file) for file in sorted(self.path.glob(KEYS)))

    def _publish(self, key: PublicKey) -> None:
        file = self.path / f"public-{key.id}.pem"
        if not file.exists():
            file.write_text(key.pem)


def _is_torn(file: Path) -> bool:
    size = file.stat().st_size
    if not size:
        return False
    with file.open("rb") as written:
        written.seek(size - 1)
        return written.read(1) != b"\n"
