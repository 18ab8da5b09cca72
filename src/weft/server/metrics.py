"""What Prometheus reads: how many requests there were, how long they took, and what the process needs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

if TYPE_CHECKING:
    from weft.server.serving import Serving

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
PART = "metrics"


class Metrics:
    """One process's counts. Other rooms of the server add theirs to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("method", "route")
        self._requests = Counter(
            "weft_requests",
            "Requests answered; status 0: whoever asked had gone.",
            (*labels, "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "weft_request_seconds",
            "From the request to the end of its answer.",
            labels,
            buckets=SECONDS,
            registry=self.registry,
        )
        self._running = Gauge("weft_requests_running", "Requests that are being answered.", registry=self.registry)

    @classmethod
    def of(cls, serving: Serving) -> Metrics:
        """The one of this server."""
        found: Metrics = serving.parts.setdefault(PART, cls())
        return found

    def running(self) -> AbstractContextManager[None]:
        return self._running.track_inprogress()

    def told(self, method: str, route: str, status: int, seconds: float) -> None:
        """Paths are counted by their routes: what is named in them would be a series each."""
        named = METHODS.get(method, "other"), route or "none"
        self._requests.labels(*named, str(status)).inc()
        self._seconds.labels(*named).observe(seconds)

    @cached_property
    def content_type(self) -> str:
        from prometheus_client import CONTENT_TYPE_LATEST

        return CONTENT_TYPE_LATEST

    def written(self) -> bytes:
        """In the exposition format."""
        return generate_latest(self.registry)


METHODS = {name: name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")}
"""Anybody may send any word as a method; it is no label of its own."""
