"""Two commands at once on one mesh, each a process of its own: one wins, and the other is told what moved.

Both are held at the same place, where they have planned and write for the first time, and let go together; of the long
version nobody is held, and chance says how they meet.
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.conftest import Said, call
from tests.meshes import A, Made, Source, write_mesh

from weft.session import open_session

WEFT = str(Path(sys.executable).with_name("weft"))
ROUNDS = 40 if os.environ.get("WEFT_SOAK") else 1
SETTINGS = "registry: {registry}\nstore: {folder}/store\n"
SUM = "SELECT sum(seats)::BIGINT AS seats FROM fleet.planes.plane"
TOLD = re.compile(
    r"expected revision (?P<expected>\d+), found (?!(?P=expected)\b)\d+"
    r"|is at revision (?P<found>\d+) in prod and began at revision (?!(?P=found)\b)\d+"
    r"|was rolled back by \w+ \(run \S+\) and is held"
)
"""What moved: a revision that is another than was expected, or a rollback and who made it."""
SECONDS_TO_STAND_STILL = 30
Command = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where several checkouts keep what they share."""

    folder: Path
    registry: str

    def checkout(self, name: str, more: int) -> Path:
        """One whose source says so many seats more."""
        made = Made("plane", {"tail": "string key", "seats": "integer"}, "SELECT tail, seats FROM plane_file")
        source = Source("plane_file", {"tail": "string", "seats": "integer"}, f"tail,seats\nN1,{100 + more}\n")
        settings = SETTINGS.format(registry=self.registry, folder=self.folder)
        return write_mesh(self.folder / name, A("fleet.planes", [made], [source]), settings=settings)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody begins a run meanwhile; who reads is not held up."""
        if self.registry.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "registry.db", isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield
            return
        import psycopg

        with psycopg.connect(self.registry) as connection:
            connection.execute("LOCK TABLE runs IN SHARE ROW EXCLUSIVE MODE")
            yield
            connection.rollback()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place(tmp_path, f"sqlite:///{tmp_path}/registry.db")
    return Place(tmp_path, request.getfixturevalue("postgres_url"))


@dataclass(frozen=True)
class Contest:
    """Two commands, each with the seats that stand where it wins. `again` makes everything ready for the next round.

    `late` are the seats that stand where the first command began when the second was done, and both are right.
    """

    sides: tuple[tuple[Command, int], tuple[Command, int]]
    again: Callable[[], None]
    late: int = 0


def done(*arguments: str, mesh: Path) -> None:
    said = call(*arguments, mesh=mesh)
    assert said.status == 0, said.err


def two_promotions(place: Place) -> Contest:
    """Of two environments that changed the same product."""
    base, one, two = (place.checkout(name, more) for name, more in (("base", 0), ("one", 1), ("two", 2)))

    def again() -> None:
        done("apply", mesh=base)
        for name, mesh in (("one", one), ("two", two)):
            if name in call("env", mesh=base).out:
                done("env", "remove", name, mesh=base)
            done("apply", "--env", name, mesh=mesh)

    return Contest(
        ((("promote", "one", "--mesh", str(one)), 101), (("promote", "two", "--mesh", str(two)), 102)), again
    )


def a_promotion_and_an_apply(place: Place) -> Contest:
    base, one, two = (place.checkout(name, more) for name, more in (("base", 0), ("one", 1), ("two", 2)))

    def again() -> None:
        done("apply", mesh=base)
        if "one" in call("env", mesh=base).out:
            done("env", "remove", "one", mesh=base)
        done("apply", "--env", "one", mesh=one)
        done("plan", "--output", str(two / "kept.json"), mesh=two)

    return Contest(((("promote", "one", "--mesh", str(one)), 101), (applying(two), 102)), again)


def applying(mesh: Path) -> Command:
    """What was planned, and nothing else: it is refused where that moved before it began, too."""
    return ("apply", "--plan", str(mesh / "kept.json"), "--mesh", str(mesh))


def a_rollback_and_an_apply(place: Place) -> Contest:
    """Back to where the product stood before, or on to something new."""
    base, one, two = (place.checkout(name, more) for name, more in (("base", 0), ("one", 1), ("two", 2)))

    def again() -> None:
        held = (
            call("plan", "--json", mesh=base).object["products"][0]["held"] if (place.folder / "store").exists() else ""
        )
        done("apply", *(("--resume", "fleet.planes") if held else ()), mesh=base)
        done("apply", mesh=one)
        done("plan", "--output", str(two / "kept.json"), mesh=two)

    return Contest(((("rollback", "fleet.planes", "--mesh", str(one)), 100), (applying(two), 102)), again, late=101)


CONTESTS = (two_promotions, a_promotion_and_an_apply, a_rollback_and_an_apply)


@pytest.mark.parametrize("contest", CONTESTS, ids=lambda contest: contest.__name__)
def test_of_two_that_planned_alike_one_wins_and_the_other_is_told(
    place: Place, contest: Callable[[Place], Contest]
) -> None:
    said = contest(place)
    said.again()
    with place.held():
        processes = [started(command) for command, _ in said.sides]
        for process in processes:
            stands_still(process)
    one_won(place, said, [ended(process) for process in processes])


@pytest.mark.soak
@pytest.mark.parametrize("contest", CONTESTS, ids=lambda contest: contest.__name__)
def test_however_two_meet_one_wins_and_the_other_is_told(place: Place, contest: Callable[[Place], Contest]) -> None:
    said, chance = contest(place), random.Random(7)
    for _ in range(ROUNDS):
        said.again()
        first = chance.randrange(2)
        processes = [started(said.sides[first][0])]
        time.sleep(chance.uniform(0, 0.2))
        processes.append(started(said.sides[1 - first][0]))
        found = [ended(process) for process in processes]
        one_won(place, said, found if first == 0 else found[::-1])


def started(command: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen([WEFT, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> Said:
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out, err)


def stands_still(process: subprocess.Popen[str]) -> None:
    """Until it has used next to no processor for a while after its start: it waits for the registry."""
    before, deadline = -9, time.monotonic() + SECONDS_TO_STAND_STILL
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.25)
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        used = int(fields[11]) + int(fields[12])
        if used > 5 and used - before <= 1:
            return
        before = used
    pytest.fail("it did not come to where it waits")


def one_won(place: Place, contest: Contest, said: Sequence[Said]) -> None:
    """The tables stand where the winner put them; the other names the product and what became of it."""
    seats = stand(place)
    if seats == contest.late:
        assert [one.status for one in said] == [0, 0]
        return
    (winner,) = (number for number, (_, wins) in enumerate(contest.sides) if wins == seats)
    loser = said[1 - winner]
    assert said[winner].status == 0, said[winner].err
    assert loser.status == 1, (loser.out, loser.err)
    assert "fleet.planes" in loser.err
    assert TOLD.search(loser.err), loser.err


def stand(place: Place) -> int:
    with open_session(place.folder / "base") as session, session.query(SUM) as answer:
        return int(answer.relation().fetchall()[0][0])
