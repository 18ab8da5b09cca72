"""Small products are made side by side, one that reads much alone."""

from __future__ import annotations

import threading

from weft.run.gate import Gate


def test_many_are_inside_beside_each_other() -> None:
    gate = Gate()
    meet = threading.Barrier(2, timeout=10)

    def enter() -> None:
        with gate.beside():
            meet.wait()

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not meet.broken


def test_nobody_is_inside_beside_one_who_is_alone() -> None:
    gate = Gate()
    inside: list[str] = []
    seen: list[list[str]] = []
    entered, leave = threading.Event(), threading.Event()

    def small() -> None:
        with gate.beside():
            inside.append("small")
            entered.set()
            leave.wait(10)
            inside.remove("small")

    def large() -> None:
        with gate.alone():
            seen.append(list(inside))

    first = threading.Thread(target=small)
    first.start()
    assert entered.wait(10)
    second = threading.Thread(target=large)
    second.start()
    leave.set()
    first.join(10)
    second.join(10)
    assert seen == [[]]
