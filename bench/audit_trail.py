"""How much the audit trail costs: records a second, and what one read waits for its record, alone and at 200 questions a second.

python bench/audit_trail.py [sqlite|postgresql://...]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from weft.product.audit import AuditedRead, Ending
from weft.registry import open_registry
from weft.registry.seam import Registry
from weft.settings import Settings

READ = AuditedRead(
    "ann@example.org",
    "api",
    {"operations.flights.departures@1": tuple(f"column_{n}" for n in range(8))},
    "SELECT * FROM operations.flights.departures WHERE id = ?",
    agreements=("20261121t091730123456-4f2a9c",),
    purposes=("delays by carrier",),
    request_id="0123456789abcdef",
)
DONE = Ending("done", 1, 120, 3)
SECONDS = 5.0


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    with tempfile.TemporaryDirectory(dir=Path.home()) as folder:
        root = Path(folder)
        settings = Settings("bench", root, root, f"sqlite:///{root}/registry.db" if url == "sqlite" else url, root)
        with closing(open_registry(settings)) as registry:
            registry.audit.complete(registry.audit.begin(READ), DONE)
            show("one after the other, durable", loaded(registry, 1, 0, is_durable=True))
            show("one after the other, the owner's own", loaded(registry, 1, 0, is_durable=False))
            show("200 questions a second, 50 readers", loaded(registry, 50, 200, is_durable=True))
            show("as many as go, 50 readers", loaded(registry, 50, 0, is_durable=True))


def loaded(registry: Registry, readers: int, a_second: float, *, is_durable: bool) -> tuple[list[float], float]:
    """What each begin took in seconds, and how many records a second were written."""
    took: list[float] = []
    end = time.perf_counter() + SECONDS
    pause = readers / a_second if a_second else 0.0

    def read(number: int) -> None:
        due = time.perf_counter() + pause * number / readers
        while time.perf_counter() < end:
            if pause:
                time.sleep(max(0.0, due - time.perf_counter()))
                due += pause
            began = time.perf_counter()
            id = registry.audit.begin(READ, is_durable=is_durable)
            took.append(time.perf_counter() - began)
            registry.audit.complete(id, DONE, is_durable=is_durable)

    began = time.perf_counter()
    together([lambda number=number: read(number) for number in range(readers)])
    return took, 2 * len(took) / (time.perf_counter() - began)


def together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def show(what: str, found: tuple[list[float], float]) -> None:
    took, a_second = found
    parts = statistics.quantiles(took, n=100)
    figures = (
        f"p50 {statistics.median(took) * 1000:6.2f} ms  p95 {parts[94] * 1000:6.2f} ms  p99 {parts[98] * 1000:6.2f} ms"
    )
    print(f"{what:40} {figures}  {a_second:8,.0f} records/s")


if __name__ == "__main__":
    main()
