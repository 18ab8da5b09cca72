"""What is measured because somebody asks for it here: profiles, which the registry keeps for everybody, and what is suggested of a table.

Each is done by the command line's own verb in a process of its own, one after the other: a server computes nothing large in its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from weft.names import LineName, SnapshotId
from weft.server.serving import Serving

PART = "profiling"
MOST_SECONDS = 900.0
MOST_KEPT = 500
"""Works that are over and still told of."""
State = Literal["waiting", "running", "done", "failed"]
Kind = Literal["profile", "suggest"]
Said = dict[str, Any]
"""What the verb says as JSON."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that was asked for; `failed` says why it came to nothing, `said` is what came of it."""

    line: LineName
    snapshot: SnapshotId
    who: str
    asked_at: datetime
    kind: Kind = "profile"
    state: State = "waiting"
    began_at: datetime | None = None
    ended_at: datetime | None = None
    failed: str = ""
    said: Said = field(default_factory=dict, repr=False)

    @property
    def key(self) -> tuple[Kind, SnapshotId]:
        return self.kind, self.snapshot

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")


Measure = Callable[[Work, Path, "Profiling"], tuple[Said, str]]
"""Does one work: what it said, and why it failed."""


class Profiling:
    """For many threads. What is asked for twice of one snapshot is done once."""

    def __init__(self, root: Path, measure: Measure | None = None) -> None:
        self._root, self._measure = root, measure or _measured
        self._lock = Lock()
        self._works: dict[tuple[Kind, SnapshotId], Work] = {}
        self._one = ThreadPoolExecutor(1, thread_name_prefix="weft-profile")
        self.child: subprocess.Popen[str] | None = None
        self.is_closed = False

    def of(self, snapshot: str, kind: Kind = "profile") -> Work | None:
        with self._lock:
            return self._works.get((kind, SnapshotId(snapshot)))

    def ask(self, work: Work, when_ended: Callable[[Work], None]) -> Work:
        """The work that is under way for its snapshot already, else this one."""
        with self._lock:
            found = self._works.get(work.key)
            if found and found.is_under_way:
                return found
            self._works.pop(work.key, None)
            self._works[work.key] = work
            for old in [one for one, other in self._works.items() if not other.is_under_way][:-MOST_KEPT]:
                del self._works[old]
        self._one.submit(self._do, work, when_ended)
        return work

    def _do(self, work: Work, when_ended: Callable[[Work], None]) -> None:
        self._put(work := replace(work, state="running", began_at=datetime.now(UTC)))
        said: Said = {}
        try:
            said, failed = self._measure(work, self._root, self)
        except Exception as error:  # Whatever it is, whoever waits is told, and the next may come.
            failed = f"{type(error).__name__}: {error}"
        work = replace(work, state="failed" if failed else "done", ended_at=datetime.now(UTC), failed=failed, said=said)
        with suppress(Exception):
            when_ended(work)
        self._put(work)

    def _put(self, work: Work) -> None:
        with self._lock:
            self._works[work.key] = work

    def close(self) -> None:
        self.is_closed = True
        self._one.shutdown(wait=False, cancel_futures=True)
        if self.child and self.child.poll() is None:
            self.child.terminate()


def _measured(work: Work, root: Path, profiling: Profiling) -> tuple[Said, str]:
    """What it said, and why it failed; '' where it is done."""
    if profiling.is_closed:
        return {}, "the server stops"
    command = [sys.executable, "-m", "weft", work.kind, work.line, "--mesh", str(root), "--json"]
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    profiling.child = child
    try:
        told, _ = child.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return {}, f"it took longer than {MOST_SECONDS:.0f} seconds"
    return _read(told, child.returncode)


def _read(told: str, status: int) -> tuple[Said, str]:
    try:
        said: Said = json.loads(told)
    except ValueError:
        return {}, "the process that measured it ended"
    error = said.get("error")
    if status == 0 and not error:
        return said, ""
    return {}, f"{error['message']} {error.get('mend') or ''}".strip() if error else "it did not work"


@asynccontextmanager
async def life(serving: Serving) -> AsyncIterator[None]:
    profiling = serving.parts[PART] = Profiling(serving.session.settings.root)
    try:
        yield
    finally:
        profiling.close()


def profiling_of(serving: Serving) -> Profiling:
    found: Profiling = serving.parts[PART]
    return found
