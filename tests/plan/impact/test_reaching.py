"""Whom one change reaches, held against a table of cases; and what is said of all together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from tests.plan.impact.meshes import line, product, web

from weft.errors import Place
from weft.names import LineName, ProductName
from weft.plan.changes import Change, Impact
from weft.plan.changes.kinds import KINDS
from weft.plan.changes.spots import of_column
from weft.plan.impact import Cell, Loss, Reach, Reached, effect_of, in_all, line_gone, reach, summary
from weft.plan.impact.message import as_objects
from weft.product.product import Product
from weft.product.reads import Measured

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text())
ROOT = product("a.root", {"id": "INTEGER", "n": "INTEGER", "tail": "VARCHAR"}, "SELECT id, n, tail FROM file")
LINE = line("a.root")


def change(kind: str, column: str, impact: str) -> Change:
    before, after = ("INTEGER", "BIGINT") if kind.startswith("type") else (None, None)
    return Change(kind, of_column("root", column), cast("Impact", impact), f"'{column}' changes", before, after)


def consumers(said: dict[str, dict[str, Any]]) -> list[Product]:
    return [
        product(name, dict.fromkeys(one["columns"], "INTEGER"), one["sql"], one["reads"]) for name, one in said.items()
    ]


def reached(case: dict[str, Any]) -> Reach:
    losses = {
        ProductName(name): (Loss((line(name),), one["loses"], Place(f"{name}.sql", 1)),)
        for name, one in case["consumers"].items()
        if "loses" in one
    }
    return reach(change(*case["change"]), LINE, web(ROOT, *consumers(case["consumers"])), losses)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_who_is_reached_and_how(case: dict[str, Any]) -> None:
    found = {one.consumer: one for one in reached(case).consumers}
    assert {name: (one.verdict, [cell.column for cell in one.columns]) for name, one in found.items()} == {
        name: (verdict, columns) for name, (verdict, columns, _) in case["found"].items()
    }
    for name, (_, _, said) in case["found"].items():
        assert said in found[ProductName(name)].because


def test_every_kind_of_change_has_an_effect() -> None:
    for kind, impact in KINDS.items():
        heaviest = cast("Impact", impact.partition(",")[0])
        assert effect_of(Change(kind, of_column("t", "c"), heaviest, "")) != "none" or heaviest in ("minor", "patch")


def test_a_line_that_goes_breaks_its_readers_and_those_behind_them_wait() -> None:
    first = product("b.tails", {"tail": "VARCHAR"}, "SELECT tail FROM root", "a.root")
    second = product("c.more", {"tail": "VARCHAR"}, "SELECT tail FROM tails", "b.tails")
    found = line_gone(LINE, web(ROOT, first, second))
    assert [(one.consumer, one.verdict, one.waits) for one in found.consumers] == [
        ("b.tails", "broken", False),
        ("c.more", "broken", True),
    ]
    assert [str(cell) for cell in found.consumers[1].path] == [
        "a.root.root@1",
        "b.tails.tails@1.tail",
        "c.more.more@1.tail",
    ]


def test_a_path_goes_by_the_shortest_way_and_ends_in_the_consumers_own_column() -> None:
    first = product("b.sums", {"total": "INTEGER"}, "SELECT n AS total FROM root", "a.root")
    second = product("c.top", {"top": "INTEGER"}, "SELECT total AS top FROM sums", "b.sums")
    last = product("d.pair", {"p": "INTEGER"}, "SELECT top + total AS p FROM top, sums", "c.top", "b.sums")
    found = reach(change("meaning changed", "n", "minor"), LINE, web(ROOT, first, second, last), {})
    paths = {one.consumer: [str(cell) for cell in one.path] for one in found.consumers}
    assert paths[ProductName("d.pair")] == ["a.root.root@1.n", "b.sums.sums@1.total", "d.pair.pair@1.p"]


def test_a_port_that_no_transform_reads_is_told_as_that() -> None:
    idle = product("b.idle", {"x": "INTEGER"}, "SELECT 1 AS x", "a.root")
    (one,) = reach(change("column removed", "n", "breaking"), LINE, web(ROOT, idle), {}).consumers
    assert (one.verdict, one.because) == (
        "untouched",
        "it has an input port 'root', and none of its transforms reads that",
    )


def test_who_asked_for_a_column_lately_is_affected_and_named_with_the_day() -> None:
    day = datetime(2026, 5, 3, 12, tzinfo=UTC)
    asked = [Measured(LINE, who, "query", columns, 3, day, day) for who, columns in (("ann", ("n",)), ("bob", ("id",)))]
    found = reach(change("column removed", "n", "breaking"), LINE, replace(web(ROOT), asked={LINE: asked}), {})
    (one,) = found.consumers
    assert (one.consumer, one.verdict, one.kind) == ("ann", "affected", "person")
    assert one.because == "read 'n' by query, last on 2026-05-03, 3 questions of this table in all"
    assert summary(found.consumers) == "no product reads it, 1 asked for it lately"


def one(consumer: str, verdict: str, distance: int = 1, *, loses: bool = False) -> Reached:
    return Reached(ProductName(consumer), cast("Any", verdict), "because", distance=distance, loses_promise=loses)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "no consumer is known, so nobody breaks"),
        ([one("a", "untouched"), one("b", "untouched")], "none of 2 consumers breaks"),
        ([one("a", "broken"), one("b", "untouched")], "1 of 2 consumers breaks"),
        ([one("a", "broken"), one("b", "broken", 2)], "1 of 1 consumer breaks, 1 further on waits for them"),
        ([one("a", "affected"), one("b", "affected", 3)], "none of 1 consumer breaks, 1 is affected, 1 further on is affected"),
        ([one("a", "affected", loses=True), one("b", "untouched")], "1 of 2 consumers loses what was promised, though no query fails"),
        ([one("a", "affected", loses=True), one("b", "broken")], "1 of 2 consumers breaks, 1 loses what was promised"),
        ([replace(one("a", "broken"), may_lose_sight=True), one("b", "untouched")], "1 of 2 consumers may lose sight of what it reads"),
        ([replace(one("a", "broken"), may_lose_sight=True), one("b", "broken")], "1 of 2 consumers breaks, 1 may lose sight of what it reads"),
        ([one("a", "affected", loses=True), one("b", "affected")], "1 of 2 consumers loses what was promised, though no query fails, 1 is affected"),
    ],
)  # fmt: skip
def test_how_many_break_is_said_in_one_sentence(found: list[Reached], said: str) -> None:
    assert summary(found) == said


def test_each_consumer_counts_once_by_the_worst() -> None:
    reaches = [
        Reach(LINE, None, (one("a", "affected"), one("b", "broken", 2))),
        Reach(LINE, None, (one("a", "broken"),)),
    ]
    assert [(found.consumer, found.verdict) for found in in_all(reaches)] == [("a", "broken"), ("b", "broken")]


def test_for_other_programs_a_column_goes_by_its_whole_name() -> None:
    cell = Cell(LineName("b.x.x@1"), "c")
    found = Reached(ProductName("b.x"), "broken", "because", (cell,), (Cell(LINE, "n"), cell), Place("x.sql", 3))
    (told,) = as_objects([Reach(LINE, change("column removed", "n", "breaking"), (found,))])
    assert told["summary"] == "1 of 1 consumer breaks"
    assert told["consumers"] == [
        {
            "consumer": "b.x",
            "of": "product",
            "verdict": "broken",
            "because": "because",
            "columns": ["b.x.x@1.c"],
            "path": ["a.root.root@1.n", "b.x.x@1.c"],
            "query": {"file": "x.sql", "line": 3},
            "distance": 1,
            "waits": False,
            "loses_promise": False,
            "may_lose_sight": False,
            "misses": (),
        }
    ]
