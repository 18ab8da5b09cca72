"""Whose turn it is: shares by reader, ends of queues, and turns that are given back."""

from __future__ import annotations

import asyncio

import pytest

from weft.errors import Busy, TooOften
from weft.query.service.turns import Turns
from weft.settings import QuerySettings


async def waiting(turns: Turns, order: list[str], who: str) -> asyncio.Task[None]:
    async def take() -> None:
        await turns.take(who)
        order.append(who)

    task = asyncio.create_task(take())
    await asyncio.sleep(0)
    return task


def test_whoever_has_the_fewest_comes_next() -> None:
    async def told() -> list[str]:
        turns, order = Turns(2, QuerySettings(of_reader=2)), list[str]()
        for who in ("ann", "ann", "ann", "ann", "bob", "cyd"):
            await waiting(turns, order, who)
        for who in ("ann", "ann", "bob", "cyd"):
            turns.give(who)
            await asyncio.sleep(0)
        return order

    assert asyncio.run(told()) == ["ann", "ann", "bob", "cyd", "ann", "ann"]


def test_nobody_has_more_than_their_share_though_others_have_none() -> None:
    async def told() -> list[str]:
        turns, order = Turns(4, QuerySettings(of_reader=1)), list[str]()
        for who in ("ann", "ann", "bob"):
            await waiting(turns, order, who)
        return order

    assert asyncio.run(told()) == ["ann", "bob"]


def test_queues_have_an_end() -> None:
    async def told() -> None:
        turns = Turns(1, QuerySettings(of_reader=1, waiting=2, waiting_of_reader=1))
        for who in ("ann", "ann", "bob"):
            await waiting(turns, [], who)
        with pytest.raises(TooOften, match="1 queries of ann wait already"):
            await turns.take("ann")
        with pytest.raises(Busy, match="2 queries wait already"):
            await turns.take("cyd")

    asyncio.run(told())


def test_who_gives_up_waiting_leaves_no_gap() -> None:
    async def told() -> list[str]:
        turns, order = Turns(1, QuerySettings()), list[str]()
        await waiting(turns, order, "ann")
        gone, _ = await waiting(turns, order, "bob"), await waiting(turns, order, "cyd")
        gone.cancel()
        await asyncio.sleep(0)
        turns.give("ann")
        await asyncio.sleep(0)
        assert turns.waiting == 0
        return order

    assert asyncio.run(told()) == ["ann", "cyd"]


def test_a_turn_that_comes_as_its_taker_leaves_is_handed_on() -> None:
    async def told() -> list[str]:
        turns, order = Turns(1, QuerySettings()), list[str]()
        await waiting(turns, order, "ann")
        gone, _ = await waiting(turns, order, "bob"), await waiting(turns, order, "cyd")
        turns.give("ann")
        gone.cancel()
        await asyncio.sleep(0.01)
        return order

    assert asyncio.run(told()) == ["ann", "cyd"]
