"""What a regulator is handed: the records of one domain, and a proof of them that needs nothing of ours to be checked.

The chain is handed on whole between two signed heads; of records of other domains only number, time, domains and digest, so that a
record that was left out would show, and nothing else is disclosed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from weft.errors import Misuse, Refused, StoreFault
from weft.governance.audit.head import Head, encoded
from weft.governance.audit.searching import Told, joined, microseconds
from weft.governance.audit.signing import Witness, unposted
from weft.names import DomainName
from weft.product.audit import GENESIS, AuditRecord, Decided, Span

Form = Literal["jsonl", "csv", "parquet"]
SCRIPT = Path(__file__).with_name("check_export.py")
PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose records, from when until when (not in it), in which form; no domain means the whole mesh."""

    since: datetime
    until: datetime
    domain: str = ""
    form: Form = "jsonl"
    by: str = ""
    door: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. `first` to `last` is the part of the chain, `records` how many of it are of the domain and the time."""

    folder: str
    domain: str
    since: str
    until: str
    records: int
    first: int
    last: int
    heads: int
    key: str
    files: dict[str, str] = field(default_factory=dict)
    """By name, each with its SHA-256."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Of the chain, from one anchor to the other: `before` is the number and the link that it begins behind."""

    before: tuple[int, str]
    last: int
    heads: tuple[Head, ...]


def export(witness: Witness, wanted: Wanted, folder: Path) -> Exported:
    """Writes the records and their proof into a new folder. Raises: Refused, where the trail does not hold; Misuse; StoreFault."""
    if wanted.since >= wanted.until:
        raise Misuse("the time to export ends before it begins", mend="Say --from a day before --to.")
    told = Decided(wanted.by, "exported", "audit", wanted.domain or "the whole mesh", _said(wanted), _domains(wanted))
    witness.audit.decided(told)
    unposted(witness)
    verdict = witness.verify()
    if not verdict.holds:
        raise Refused(
            f"the audit trail does not hold: {verdict.problems[0]}",
            mend="`weft audit verify` says all that is wrong with it.",
        )
    try:
        folder.mkdir(parents=True)
        return _written(witness, wanted, folder)
    except FileExistsError as error:
        raise Misuse(f"{folder} is there already", mend="Name a folder that is not.") from error
    except OSError as error:
        raise StoreFault(
            f"nothing can be written to {folder}: {error.strerror}", mend="Name another folder."
        ) from error


def _said(wanted: Wanted) -> str:
    return f"from {wanted.since.isoformat()} until {wanted.until.isoformat()}"


def _domains(wanted: Wanted) -> tuple[str, ...]:
    return (wanted.domain,) if wanted.domain else ()


def _written(witness: Witness, wanted: Wanted, folder: Path) -> Exported:
    part = _part(witness, wanted)
    disclosed = list(_disclosed(witness, wanted, part))
    rows = joined(witness.audit, disclosed)[::-1]
    with (folder / "chain.jsonl").open("w", encoding="utf-8") as chain:
        chain.writelines(_links(witness, part, {record.number for record in disclosed}))
    (folder / "heads.jsonl").write_text("".join(map(encoded, part.heads)))
    (folder / f"records.{wanted.form}").write_bytes(FORMS[wanted.form](rows))
    for key in witness.folder.keys():  # noqa: SIM118 a folder is no dictionary
        (folder / f"public-{key.id}.pem").write_text(key.pem)
    (folder / "check_export.py").write_bytes(SCRIPT.read_bytes())
    (folder / "README.md").write_text(README)
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}
    times = wanted.since.isoformat(), wanted.until.isoformat()
    counted = len(rows), part.before[0] + 1, part.last, len(part.heads)
    done = Exported(str(folder), wanted.domain, *times, *counted, witness.key.public.id, files)
    _sign(witness, done, part, folder)
    return done


def _sign(witness: Witness, done: Exported, part: _Part, folder: Path) -> None:
    """What the export is, in `export.json`, and the signature of its bytes beside it."""
    told = {name: value for name, value in msgspec.to_builtins(done).items() if name != "folder"}
    told |= {"mesh": witness.mesh, "before": {"number": part.before[0], "link": part.before[1]}}
    told |= {"made_at": datetime.now(UTC).isoformat(timespec="seconds")}
    text = msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"
    (folder / "export.json").write_text(text)
    (folder / "export.json.signature").write_text(witness.key.signed(text) + "\n")


def _part(witness: Witness, wanted: Wanted) -> _Part:
    """The chain between the two heads around what is wanted: each end of it is signed."""
    span = Span(since=microseconds(wanted.since), until=microseconds(wanted.until))
    numbers = [record.number for record in witness.audit.records(span)]
    tail = witness.audit.chain.tail().number
    first, last = (numbers[0], numbers[-1]) if numbers else (tail + 1, tail)
    kept = (one.head for one in (*witness.folder.heads(), *witness.checkpoints()) if one.head)
    heads = sorted({head.number: head for head in kept}.values(), key=lambda head: head.number)
    before = max(((head.number, head.link) for head in heads if head.number < first), default=(0, GENESIS))
    end = min((head.number for head in heads if head.number >= last), default=last)
    return _Part(before, end, tuple(head for head in heads if before[0] <= head.number <= end))


def _disclosed(witness: Witness, wanted: Wanted, part: _Part) -> Iterator[AuditRecord]:
    since, until = microseconds(wanted.since), microseconds(wanted.until)
    return witness.audit.records(Span(part.before[0] + 1, part.last, since, until, domain=DomainName(wanted.domain)))


def _links(witness: Witness, part: _Part, disclosed: set[int]) -> Iterator[str]:
    for record in witness.audit.records(Span(part.before[0] + 1, part.last)):
        told: dict[str, Any] = {"number": record.number, "at": record.at, "domains": record.domains}
        told |= {"digest": record.digest, "link": record.link}
        told |= {"body": record.body if record.number in disclosed else None}
        yield msgspec.json.encode(told).decode() + "\n"


def _jsonl(rows: Sequence[Told]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def _csv(rows: Sequence[Told]) -> bytes:
    import csv
    import io

    written = io.StringIO()
    names = list(Told.__dataclass_fields__)
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    return written.getvalue().encode()


def _cell(value: Any) -> str:
    """A spreadsheet computes what begins like a formula: such a text gets an apostrophe before it."""
    text = msgspec.json.encode(value).decode() if isinstance(value, (tuple, dict)) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and isinstance(value, str) else text


def _parquet(rows: Sequence[Told]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts, numbers = pa.list_(pa.string()), ("number", "rows", "bytes", "milliseconds")
    lists = {"domains": texts, "tables": texts, "agreements": texts, "purposes": texts}
    kinds = {
        name: pa.int64() if name in numbers else lists.get(name, pa.string()) for name in Told.__dataclass_fields__
    }
    kinds["columns"] = pa.map_(pa.string(), texts)
    columns = [pa.array([_held(getattr(row, name)) for row in rows], kind) for name, kind in kinds.items()]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns, names=list(kinds)), sink)
    return bytes(sink.getvalue())


def _held(value: Any) -> Any:
    return list(value.items()) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else value


FORMS: dict[Form, Callable[[Sequence[Told]], bytes]] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
README = """\
# An export of an audit trail

`records.*` is what was asked for: a row for each read and each decision. The rest proves it.

    python3 check_export.py [PUBLIC_KEY.pem]

says whether it holds, with Python 3.9 or newer alone. Give it the public key that you were handed at another time, by another way:
the one in this folder shows only that the folder is of one piece.

- `chain.jsonl`: every record of the mesh in that part of the trail, in order. Those of other domains have no body.
  The link of a record is the SHA-256, as hex, of five lines without a newline at the end: the link before, the number, the time (microseconds since 1970, UTC),
  the domains (by commas), and the SHA-256 of the body. A body has a random salt, so that one that is withheld cannot be guessed.
- `heads.jsonl`: links that were signed while the trail was written (Ed25519, over `weft audit head`, the mesh, the number, the link and the time, each with a newline).
- `export.json`, `export.json.signature`: what was asked for, and the digests of all files; signed by the same key.
"""
