"""Makes a file readable for DuckDB: unpacked, in UTF-8. What is so already is left where it is."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from weft.errors import Place, SourceFault
from weft.sources.findings import Finding
from weft.sources.full import FULL
from weft.sources.options import UTF8, Options

CHUNK = 1 << 20
MAGIC = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"\xfd7zXZ\x00": "xz"}
SUFFIXES = {".gz": "gzip", ".zip": "zip", ".bz2": "bz2", ".xz": "xz"}
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, lzma.LZMAError, OSError)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a source: `path` is what is read, `shown` is what people call it. Both have the same lines."""

    path: Path
    shown: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was brought here from afar: its files, the parts of its state at that moment, and what was found on the way."""

    parts: dict[str, str]
    pieces: list[Piece]
    findings: tuple[Finding, ...] = ()


def unknown() -> str:
    """A part that is equal to no other: what vouches for nothing is new each time."""
    return f"always:{time.time_ns()}"


def all_prepared(pieces: Sequence[Piece], options: Options, scratch: Path) -> tuple[list[Piece], list[Finding]]:
    """The pieces, each prepared in the first encoding that it is written in, and a warning of each that was not in the first."""
    ready: list[Piece] = []
    findings: list[Finding] = []
    for piece in pieces:
        if not options.fallback_encoding or _is_written_in(options.encoding, piece, options):
            ready.append(prepared(piece, options, scratch))
            continue
        ready.append(prepared(piece, replace(options, encoding=options.fallback_encoding), scratch))
        what = f"it is no {options.encoding}, and is read as {options.fallback_encoding}"
        mend = f"Ask whoever sends it for {options.encoding}."
        findings.append(Finding("values", piece.shown, what, mend=mend, severity="warning"))
    return ready, findings


def _is_written_in(encoding: str, piece: Piece, options: Options) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with _unpacked(piece, _packing(piece, options), options) as stream:
        try:
            for chunk in iter(lambda: stream.read(CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def prepared(piece: Piece, options: Options, scratch: Path) -> Piece:
    """The piece itself, or its unpacked text in UTF-8 under `scratch`. Raises: SourceFault where it is half written."""
    packing = _packing(piece, options)
    if packing == "none" and options.encoding == UTF8:
        return piece
    scratch.mkdir(parents=True, exist_ok=True)
    into = scratch / f"{len(list(scratch.iterdir()))}.text"
    with _unpacked(piece, packing, options) as stream, into.open("wb") as target:
        written = 0
        for chunk in _utf8(piece, options.encoding, stream):
            written += target.write(chunk)
            if written > options.maximum_bytes:
                raise SourceFault(
                    f"it holds more than {options.maximum_bytes:,} bytes",
                    mend="Say `maximumBytes`.",
                    place=Place(piece.shown),
                )
    return Piece(into, piece.shown)


def _packing(piece: Piece, options: Options) -> str:
    if options.compression:
        return options.compression
    try:
        with piece.path.open("rb") as file:
            head = file.read(6)
    except OSError as error:
        raise _vanished(piece, error) from error
    found = next((packing for magic, packing in MAGIC.items() if head.startswith(magic)), "")
    return found or SUFFIXES.get(Path(piece.shown).suffix.lower(), "none")


@contextmanager
def _unpacked(piece: Piece, packing: str, options: Options) -> Iterator[IO[bytes]]:
    try:
        match packing:
            case "gzip":
                with gzip.open(piece.path) as stream:
                    yield stream  # type: ignore[misc]
            case "bz2":
                with bz2.open(piece.path) as stream:
                    yield stream
            case "xz":
                with lzma.open(piece.path) as stream:
                    yield stream
            case "zip":
                with zipfile.ZipFile(piece.path) as archive, archive.open(_member(piece, archive, options)) as stream:
                    yield stream
            case _:
                with piece.path.open("rb") as stream:
                    yield stream
    except FileNotFoundError as error:
        raise _vanished(piece, error) from error
    except BROKEN as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        if isinstance(error, OSError) and error.errno is not None:
            raise SourceFault(f"it cannot be unpacked ({error.strerror})", place=Place(piece.shown)) from error
        raise SourceFault(
            f"its {packing} is broken or half written ({error})", mend=WHOLE, place=Place(piece.shown)
        ) from error


WHOLE = "Put the whole file there, then apply again."


def _vanished(piece: Piece, error: OSError) -> SourceFault:
    return SourceFault(f"it cannot be read ({error.strerror})", mend=WHOLE, place=Place(piece.shown))


def _member(piece: Piece, archive: zipfile.ZipFile, options: Options) -> str:
    members = [info.filename for info in archive.infolist() if not info.is_dir()]
    if options.member in members:
        return options.member
    if not options.member and len(members) == 1:
        return members[0]
    what = (
        f"the archive has no member '{options.member}'" if options.member else f"the archive has {len(members)} members"
    )
    mend = f"Unpack it, or name one as option `member` of the contract's server: {', '.join(members[:12])}."
    raise SourceFault(what, mend=mend, place=Place(piece.shown))


def _utf8(piece: Piece, encoding: str, stream: IO[bytes]) -> Iterator[bytes]:
    if encoding == UTF8:
        yield from iter(lambda: stream.read(CHUNK), b"")
        return
    decoder, lines = codecs.getincrementaldecoder(encoding)(), 1
    while True:
        chunk = stream.read(CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            wrong, before = chunk[:4], b""
            if isinstance(error, UnicodeDecodeError):
                wrong, before = error.object[error.start : error.start + 4], error.object[: error.start]
            lines += before.count(b"\n")
            mend = "Say the right `encoding` in the contract's server."
            raise SourceFault(
                f"bytes {wrong.hex(' ')} are no {encoding}", mend=mend, place=Place(piece.shown, lines)
            ) from error
        lines += text.count("\n")
        yield text.encode()
        if not chunk:
            return


def with_one_line_end(piece: Piece, options: Options, scratch: Path) -> Piece | None:
    """The piece with LF for each line end outside quotes, for a file that mixes them; None where it does not.

    A file's lines stay its lines, so that they can be named.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    into = scratch / f"{len(list(scratch.iterdir()))}.lines"
    kinds: set[bytes] = set()
    quote, quoted, held = options.quote.encode() or b"\0", False, b""
    with piece.path.open("rb") as source, into.open("wb") as target:
        while chunk := source.read(CHUNK):
            chunk, held = held + chunk, b""
            if chunk.endswith(b"\r"):
                chunk, held = chunk[:-1], b"\r"
            segments = chunk.split(quote)
            for at in range(1 if quoted else 0, len(segments), 2):
                kinds |= _line_ends(segments[at])
                segments[at] = segments[at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            quoted ^= len(segments) % 2 == 0
            target.write(quote.join(segments))
        target.write(b"\n" if held else b"")
    return Piece(into, piece.shown) if len(kinds) > 1 else None


def _line_ends(text: bytes) -> set[bytes]:
    both = text.count(b"\r\n")
    counts = {b"\r\n": both, b"\n": text.count(b"\n") - both, b"\r": text.count(b"\r") - both}
    return {kind for kind, count in counts.items() if count}
