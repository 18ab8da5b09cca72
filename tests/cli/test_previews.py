"""Previews as a person and a program see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Weft
from tests.previews import FLIGHTS, LATER, PREVIEW, SQL, go_stable, write_preview


@pytest.fixture
def shown(weft: Weft, unbuilt: Path) -> Path:
    """Applied, with a preview to which network.routes and Ada are invited."""
    write_preview(unbuilt, until="2999-12-31")
    assert weft("apply", mesh=unbuilt).status == 0
    return unbuilt


def test_a_preview_is_queried_as_its_readers_may(weft: Weft, shown: Path) -> None:
    assert weft("query", SQL, "--as", "ada@example.org", mesh=shown).out.split() == ["delay", "─────", "234"]
    said = weft("query", SQL, "--as", "bob", mesh=shown)
    assert (said.status, said.out) == (1, "")
    assert said.err == (
        f"weft: {PREVIEW} is a preview, and bob is not invited to it. "
        "Ask operations to invite bob under `previews` in build.yaml of operations.flights.\n"
    )


def test_show_tells_that_it_is_there_and_withholds_what_is_in_it(weft: Weft, shown: Path) -> None:
    said = [
        " ".join(line.split())
        for line in weft("show", "operations.flights", "--as", "bob", mesh=shown).out.splitlines()
    ]
    assert f"{PREVIEW} 4 columns not for you to see" in said
    table = weft("show", PREVIEW, "--as", "bob", mesh=shown).out
    assert "bob is not invited" in table
    assert ".parquet" not in table
    assert ".parquet" in weft("show", PREVIEW, "--as", "network.routes", mesh=shown).out


def test_a_preview_is_tried_for_each_of_the_invited(weft: Weft, shown: Path) -> None:
    said = weft("preview", PREVIEW, mesh=shown)
    assert said.status == 0
    assert [" ".join(line.split()) for line in said.out.splitlines()] == [
        f"{PREVIEW} 2 consumers invited, until 2999-12-31",
        "consumer binds runs checks expectations data verdict",
        "network.routes ✓ ✓ 2 of 2 hold · ~20 changed none yet",
        "ada@example.org · · · · a person none yet",
        "",
        "network.routes",
        "network.routes.delays@1 ~20 changed: mean_delay (20 rows)",
    ]
    assert "nothing is published" in said.err


def test_a_consumer_that_would_break_is_shown_and_ends_in_1(weft: Weft, unbuilt: Path) -> None:
    write_preview(unbuilt, LATER.replace("AS delay", "AS late"))
    contract = unbuilt / FLIGHTS / "contracts/flights_beta.odcs.yaml"
    contract.write_text(contract.read_text().replace("- name: delay", "- name: late"))
    assert weft("apply", mesh=unbuilt).status == 0
    said = weft("preview", PREVIEW, mesh=unbuilt)
    assert said.status == 1
    assert "does not bind  domains/network/routes/transforms/delays.sql:1: there is no column 'delay'" in said.out
    found = weft("preview", PREVIEW, "--json", mesh=unbuilt)
    assert found.status == 1
    routes = found.object["consumers"][0]
    assert (routes["binds"], routes["runs"], routes["breaks"], routes["faults"][0]["line"]) == (False, None, True, 1)


def test_verdicts_are_given_listed_and_shown(weft: Weft, shown: Path) -> None:
    given = ("--verdict", "good", "--as", "network.routes", "--comment", "means are better")
    assert (
        weft("preview", PREVIEW, *given, mesh=shown).out
        == f"✓ network.routes says good of {PREVIEW}: means are better\n"
    )
    assert weft("preview", PREVIEW, *given, "--json", mesh=shown).object["word"] == "good"
    (one,) = weft("preview", "--json", mesh=shown).object["previews"]
    assert [(c["who"], c["verdict"] and c["verdict"]["comment"]) for c in one["consumers"]] == [
        ("network.routes", "means are better"),
        ("ada@example.org", None),
    ]
    assert "network.routes   good: means are better, just now" in weft("preview", mesh=shown).out
    page = weft("show", "operations.flights", mesh=shown).out
    assert "network.routes to departures@1.1.0-beta.1 until 2999-12-31: good: means are better, just now" in page


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((PREVIEW, "--verdict", "god"), 2, "Did you mean 'good'?"),
        ((PREVIEW, "--verdict", "bad", "--as", "network.routes"), 2, "a bad verdict says why"),
        ((PREVIEW, "--comment", "x"), 2, "belong to a verdict"),
        (("--verdict", "good"), 2, "a verdict is of one preview"),
        ((PREVIEW, "--verdict", "good", "--as", "bob"), 1, "bob is not invited to"),
        (("operations.flights.departures@1",), 1, "there is no preview"),
    ],
)
def test_what_is_no_verdict_is_refused(
    weft: Weft, shown: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    found = weft("preview", *arguments, mesh=shown)
    assert found.status == status
    assert said in found.err


def test_a_plan_shows_what_going_stable_asks_for_and_apply_takes_a_reason(weft: Weft, shown: Path) -> None:
    weft("preview", PREVIEW, "--verdict", "bad", "--as", "ada@example.org", "--comment", "too late", mesh=shown)
    go_stable(shown)
    said = weft("plan", mesh=shown).out
    assert "✗ operations.flights.departures  1.1.0 goes stable; it was shown as 1.1.0-beta.1" in said
    assert "ada@example.org  bad: too late, just now" in said
    (asked,) = weft("plan", "--json", mesh=shown).object["going_stable"]
    assert (asked["version"], asked["preview"], asked["asks"], [v["word"] for v in asked["verdicts"]]) == (
        "1.1.0",
        "1.1.0-beta.1",
        1,
        ["bad"],
    )
    refused = weft("apply", mesh=shown)
    assert refused.status == 1
    assert "it was said to be bad (ada@example.org: too late)" in refused.err
    assert weft("apply", "--because", "agreed with Ada", mesh=shown).status == 0
    assert weft("plan", mesh=shown).out.startswith("nothing to do")
