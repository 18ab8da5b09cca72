"""What comes before what: producers before consumers, steps before what reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

N = TypeVar("N", bound=str)


def in_order(reads: Mapping[N, Iterable[N]]) -> tuple[N, ...]:
    """Names so that each comes after all it reads; what reads a name outside the mapping does not wait for it.

    Raises: ValueError on a circle (`circle` finds it first).
    """
    sorter = TopologicalSorter({name: [r for r in sources if r in reads] for name, sources in reads.items()})
    try:
        return tuple(sorter.static_order())
    except CycleError as error:
        raise ValueError(" -> ".join(error.args[1])) from error


def circle(reads: Mapping[N, Iterable[N]]) -> tuple[N, ...]:
    """One circle, as names in the order of reading with the first again at the end; empty where there is none."""
    sorter = TopologicalSorter({name: [r for r in sources if r in reads] for name, sources in reads.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()
