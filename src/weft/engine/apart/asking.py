"""Asks a process apart to prove suites: started when it is first needed, ended when a task takes too long, and anew for the next."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from weft.engine.apart.frames import REPLIES, Done, Prove, received, send
from weft.engine.apart.nursery import SUITES, Child, Nursery
from weft.engine.seam import Built
from weft.errors import EngineFault, WeftError
from weft.names import leaf_of
from weft.product.checks import CheckResult, Suite
from weft.sql.remembered import Remembered


@dataclass(frozen=True, slots=True)
class Limits:
    """What one suite may take. Memory is of addresses, beyond what a process has that computes nothing yet."""

    seconds: float = 10.0
    memory_bytes: int = 2**30


class Apart:
    """One process for one caller after the other; for many threads. Raises: EngineFault, where nothing was computed, and why."""

    def __init__(self, limits: Limits = Limits(), remembered: Remembered | None = None) -> None:
        self.limits = limits
        self._remembered = remembered or Remembered()
        self._lock = Lock()
        self._nursery = Nursery(SUITES)
        self._child: Child | None = None

    def start(self) -> None:
        """Has the process ready by the time it is asked: it takes a while to import what it needs."""
        self._nursery.start()

    def check(self, suite: Suite, files: Sequence[Path], built: Built, as_of: datetime) -> tuple[CheckResult, ...]:
        """Proves a suite whose rules say their own table and no other; it has no references."""
        paths, memory = tuple(str(file) for file in files), self.limits.memory_bytes // 2
        known = Remembered()
        for rule in (check.rule for check in suite.checks if check.rule and check.kind == "sql"):
            with suppress(WeftError):
                known.rules |= self._remembered.of_rule(rule.query, leaf_of(suite.line), rule.column).rules
        task = Prove(suite, paths, built, as_of, memory, known)
        with self._lock:
            answer = self._answer(task)
        if answer is None or answer.failed == "memory":
            megabytes = f"{self.limits.memory_bytes / 2**20:,.0f} MiB"
            raise EngineFault(f"its process ended; it may have {megabytes} of memory", mend="Make it smaller.")
        if answer.failed:
            raise EngineFault(answer.failed)
        return answer.results

    def _answer(self, task: Prove) -> Done | None:
        """None where the process ended before it answered."""
        child = self._child = self._child or self._nursery.child()
        try:
            send(child.control, task)
            child.control.settimeout(self.limits.seconds)
            content = received(child.control)
        except TimeoutError as error:
            self._end_child()
            raise EngineFault(
                f"it took longer than the {self.limits.seconds:g} seconds that it may take", mend="Make it quicker."
            ) from error
        except OSError:
            content = None
        reply = REPLIES.decode(content) if content else None
        if not isinstance(reply, Done):
            self._end_child()
            return None
        return reply

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            self._nursery.end(child)

    def end(self) -> None:
        """Ends the process, whatever it computes: whoever waits for it is told that nothing was computed."""
        self._end_child()
        self._nursery.close()
