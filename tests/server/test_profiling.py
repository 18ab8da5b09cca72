"""Measuring that was asked for: once for each snapshot, one after the other, and what went wrong is told."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from weft.names import LineName, SnapshotId
from weft.server.profiling import Profiling, Said, Work

AT = datetime(2026, 1, 1, tzinfo=UTC)


def work(snapshot: str = "s1") -> Work:
    return Work(LineName("a.b.c@1"), SnapshotId(snapshot), "ann", AT)


def test_what_is_asked_twice_of_one_snapshot_is_done_once_and_both_are_told(tmp_path: Path) -> None:
    go, done, measured = threading.Event(), threading.Event(), []

    def measure(one: Work, root: Path, _: Profiling) -> tuple[Said, str]:
        measured.append(one.line)
        go.wait(5)
        return {}, ""

    profiling = Profiling(tmp_path, measure)
    profiling.ask(work(), lambda _: done.set())
    profiling.ask(work(), lambda _: done.set())
    go.set()
    assert done.wait(5)
    profiling.close()
    assert len(measured) == 1


def test_what_went_wrong_is_told_and_can_be_asked_for_again(tmp_path: Path) -> None:
    ended: list[Work] = []
    done = threading.Semaphore(0)

    def measure(one: Work, root: Path, _: Profiling) -> tuple[Said, str]:
        if not ended:
            raise OSError("no room")
        return {"rows": 1}, ""

    def told(one: Work) -> None:
        ended.append(one)
        done.release()

    profiling = Profiling(tmp_path, measure)
    profiling.ask(work(), told)
    assert done.acquire(timeout=5)
    while (found := profiling.of("s1")) and found.is_under_way:
        pass
    profiling.ask(work(), told)
    assert done.acquire(timeout=5)
    profiling.close()
    assert [(one.state, one.failed) for one in ended] == [("failed", "OSError: no room"), ("done", "")]
    assert ended[1].said == {"rows": 1}


def test_what_nobody_asked_for_is_nothing(tmp_path: Path) -> None:
    assert Profiling(tmp_path).of("s1") is None
