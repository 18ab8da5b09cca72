"""Work that Ctrl-C can end: DuckDB does not look for signals while the thread that called it computes (measured, 2.0)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")


def interruptibly(work: Callable[[], Result], interrupt: Callable[[], None]) -> Result:
    """The work's result. Only the main thread gets signals: it hands the work to another, and waits where Python can wake it.

    Raises: KeyboardInterrupt, once the work has ended.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    future = _hands().submit(work)
    try:
        return future.result()
    except KeyboardInterrupt:
        interrupt()
        _await_end(future)
        raise


@cache
def _hands() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="weft-engine")


def _await_end(future: Future[Result]) -> None:
    with suppress(Exception):
        future.result()
