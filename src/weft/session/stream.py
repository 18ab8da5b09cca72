"""An answer that a server computes, as it comes: Arrow from a connection, and the way to cancel it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from weft.errors import EngineFault, Misuse, RegistryFault, WeftError
from weft.names import PROD
from weft.wire.connection import Connection, Request

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.engine.seam import Columns
    from weft.wire.connection import Streamed

QUERY = "/api/v1/query"
ARROW = "application/vnd.apache.arrow.stream"
FAILED = ("failed", "refused", "cancelled")
Parameters = Mapping[str, object] | Sequence[object]
TYPED: tuple[tuple[type, str], ...] = ((date, "date"), (clock, "time"), (Decimal, "decimal"), (uuid.UUID, "uuid"))


@dataclass(frozen=True, slots=True)
class Asking:
    """One question to a server. `rows` and `seconds` are how much of it is enough; 0 is what the server allows."""

    sql: str
    parameters: Parameters = ()
    environment: str = PROD
    rows: int = 0
    seconds: float = 0.0
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def again(self) -> Asking:
        """The same question, under another id."""
        return replace(self, id=uuid.uuid4().hex)

    def body(self) -> bytes:
        """Raises: Misuse where a value cannot travel."""
        said: dict[str, object] = {"sql": self.sql, "format": "arrow", "environment": self.environment, "id": self.id}
        if self.parameters:
            said["parameters"] = _values(self.parameters)
        limits = {"rows": self.rows, "seconds": self.seconds}
        return json.dumps(said | {name: value for name, value in limits.items() if value}).encode()


class Stream:
    """One answer on its way. Whoever closes it before its end hangs up, and the server computes no further.

    Raises, when it is made: what the server refuses; while it is read: EngineFault, RegistryFault.
    """

    def __init__(self, connection: Connection, asking: Asking) -> None:
        self._connection, self.asking, self._held = connection, asking, ExitStack()
        headers = {"Content-Type": "application/json", "Accept": ARROW}
        request = Request("POST", QUERY, asking.body(), headers)
        self._streamed: Streamed = self._held.enter_context(connection.stream(request))

    @property
    def columns(self) -> Columns:
        """Names and DuckDB types; none where they are too many to be told beside the answer."""
        return tuple((one["name"], one["type"]) for one in self._told("weft-columns", ()))

    @property
    def reads(self) -> tuple[str, ...]:
        """The lines that it reads."""
        return tuple(filter(None, self._streamed.headers.get("weft-read", "").split(", ")))

    @property
    def notices(self) -> tuple[str, ...]:
        """What whoever asked is to be told beside the answer."""
        return tuple(self._told("weft-notices", ()))

    def chunks(self) -> Iterator[bytes]:
        """The Arrow stream as bytes."""
        while chunk := self._read(1 << 20):
            yield chunk

    def reader(self) -> pa.RecordBatchReader:
        """Batches as they come; the rows can be read once."""
        import pyarrow as pa

        return pa.ipc.open_stream(pa.PythonFile(self, mode="r"))

    def read(self, most: int = -1) -> bytes:
        """For whoever reads it as a file."""
        return self._read(most)

    closed = False

    def _read(self, most: int) -> bytes:
        try:
            return self._streamed.read(most)
        except RegistryFault as broken:
            raise self._why(broken) from broken

    def _why(self, broken: RegistryFault) -> WeftError:
        """What the server says became of it: an answer that fails on its way has no end of its own."""
        with suppress(WeftError, ValueError, KeyError):
            found = json.loads(self._connection.ask(Request("GET", self._own, is_safe=True)).body)
            if found["state"] in FAILED:
                return EngineFault(found.get("failed") or f"the query was {found['state']}")
        return broken

    @property
    def _own(self) -> str:
        return f"{QUERY}/{self.asking.id}"

    def cancel(self) -> None:
        """Ends it at the server, from any thread; one that is over stays as it is."""
        with suppress(WeftError):
            self._connection.ask(Request("DELETE", self._own, is_safe=True))

    def close(self) -> None:
        self._held.close()

    def _told(self, name: str, otherwise: Any) -> Any:
        text = self._streamed.headers.get(name)
        return json.loads(text) if text else otherwise


def _values(given: Parameters) -> object:
    """As JSON: what it has no word for says its type."""
    if isinstance(given, Mapping):
        return {str(name): _value(value) for name, value in given.items()}
    if isinstance(given, (str, bytes)):
        raise Misuse("parameters are several values", mend="Write them as a list, or by their names.")
    return [_value(value) for value in given]


def _value(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [_value(one) for one in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"type": "hugeint", "value": str(value)}
    found = _typed(value)
    if found is None:
        raise Misuse(
            f"a {type(value).__name__} is no value of a parameter", mend="Give it as a text, and CAST it in SQL."
        )
    return found


def _typed(value: object) -> object:
    if isinstance(value, float):
        return value if value - value == 0 else {"type": "double", "value": str(value)}
    if isinstance(value, datetime):
        kind = "timestamptz" if value.tzinfo else "timestamp"
        return {"type": kind, "value": (value.astimezone(UTC) if value.tzinfo else value).isoformat(" ")}
    name = next((name for kind, name in TYPED if isinstance(value, kind)), "")
    if name:
        return {"type": name, "value": str(value)}
    return {"type": "blob", "value": value.hex()} if isinstance(value, bytes) else None
