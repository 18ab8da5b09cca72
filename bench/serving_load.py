"""Readers that ask and think, as a process of its own: `python -m bench.serving_load` reads what to do from standard input.

A plain HTTP client over a socket: one that does more would take the processors from what is measured.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = (("lookup", 0.8), ("page", 0.15), ("sum", 0.05))
SQL = {
    "lookup": "SELECT order_id, customer, price, ordered_on FROM {table} WHERE order_id = $id",
    "page": "SELECT order_id, customer, price FROM {table} WHERE order_id BETWEEN $id AND $id + 99 ORDER BY order_id",
    "sum": "SELECT ordered_on, sum(price) AS price FROM {table} WHERE order_id BETWEEN $id AND $id + 200000 GROUP BY ALL ORDER BY ALL",
}
"""What readers ask: mostly for one row, at times for a page, now and then for what two hundred thousand rows come to."""
Ask = Callable[[str, int], Coroutine[Any, Any, None]]


@dataclass
class Load:
    """`think_seconds` is the mean of what a reader waits between an answer and the next question; 0 is none at all."""

    readers: int
    seconds: float
    think_seconds: float
    rows: int


@dataclass
class Found:
    """Milliseconds of each answer, by what was asked."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


async def carried_out(load: Load, asks: list[Ask]) -> Found:
    found = Found({kind: [] for kind, _ in KINDS})
    end = time.monotonic() + load.seconds
    await asyncio.gather(*(_reader(load, ask, (found, end), number) for number, ask in enumerate(asks)))
    return found


async def _reader(load: Load, ask: Ask, until: tuple[Found, float], number: int) -> None:
    found, end = until
    dice = random.Random(number)
    names, weights = zip(*KINDS, strict=True)
    while time.monotonic() < end:
        if load.think_seconds:
            await asyncio.sleep(dice.expovariate(1 / load.think_seconds))
        kind = dice.choices(names, weights)[0]
        began = time.perf_counter()
        try:
            await ask(kind, dice.randrange(load.rows))
        except Exception as error:
            found.errors.append(f"{type(error).__name__}: {error}")
            continue
        found.milliseconds[kind].append((time.perf_counter() - began) * 1000)


class Speaking:
    """One connection, kept open."""

    def __init__(self, port: int, token: str, table: str) -> None:
        self._port, self._token, self._table = port, token, table
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, kind: str, id: int) -> None:
        reader, writer = self._streams = self._streams or await asyncio.open_connection("127.0.0.1", self._port)
        body = json.dumps({"sql": SQL[kind].format(table=self._table), "parameters": {"id": id}, "format": "arrow"})
        writer.write(
            f"POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        content = await reader.readexactly(int(headers["content-length"]))
        if " 200 " not in head[0]:
            raise RuntimeError(f"{head[0]}: {content[:200]!r}")


def main() -> None:
    asked = json.load(sys.stdin)
    load = Load(**asked["load"])
    asks = [Speaking(asked["port"], token, asked["table"]).ask for token in asked["tokens"]]
    json.dump(asdict(asyncio.run(carried_out(load, asks))), sys.stdout)


if __name__ == "__main__":
    main()
