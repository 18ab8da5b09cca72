"""Applies a mesh again and again in a child that is killed at some moment, and looks at what is left after each.

Run as a program: it loads everything once and forks, so that a trial costs what an apply costs. A child is killed at the n-th
event that Python audits (a file opened, a folder made, a database asked, ...), every other one some moments later, so that native
code is hit too: counted, not timed, a slow machine kills at the same places. Two products: `base.numbers` publishes two tables of one generation, `reader.sums` is built on both. Whatever the moment, the two tables that a reader
sees are of one generation, every file has the digest that was recorded, and the next apply finishes the work.
"""

from __future__ import annotations

import importlib
import os
import random
import signal
import sys
from pathlib import Path

import duckdb
from tests.meshes import A, Made, Source, write_mesh

from weft.names import LineName
from weft.session import Session, open_session

ROWS = 2000
PRELOADED = ("pyarrow.parquet", "sqlglot", "sqlite3", "getpass", "yaml", "jsonschema_rs", "concurrent.futures.thread")
MODULES = (
    "check.checking",
    "engine.duckdb_engine",
    "plan.lineage",
    "query.answer",
    "registry.registry",
    "registry.sqlite",
    "run.apply",
    "run.sweeping",
    "sources.arrival",
    "sources.connection",
    "sources.looking",
    "sql.lineage.edges",
    "sql.meaning",
    "store.folder",
)
LINES = tuple(LineName(f"base.numbers.{name}@1") for name in ("evens", "odds"))
SUM = LineName("reader.sums.sum@1")


def mesh(root: Path) -> None:
    columns = {"generation": "integer", "n": "integer key"}
    write_mesh(
        root,
        A(
            "base.numbers",
            [
                Made("evens", columns, "SELECT generation, n FROM number_file WHERE n % 2 = 0 ORDER BY n"),
                Made("odds", columns, "SELECT generation, n FROM number_file WHERE n % 2 = 1 ORDER BY n"),
            ],
            [Source("number_file", {"generation": "integer", "n": "integer"}, "")],
        ),
        A(
            "reader.sums",
            [
                Made(
                    "sum",
                    {"generation": "integer key", "total": "integer"},
                    """SELECT generation, sum(n)::BIGINT AS total
                       FROM (SELECT * FROM evens.evens UNION ALL SELECT * FROM evens.odds) GROUP BY generation""",
                )
            ],
            reads=["base.numbers.evens"],
        ),
        settings="retention_days: 0",
    )


def write_generation(root: Path, generation: int) -> None:
    text = "generation,n\n" + "".join(f"{generation},{n}\n" for n in range(ROWS))
    target = root / "domains/base/numbers/number_file.csv"
    target.with_suffix(".new").write_text(text)
    target.with_suffix(".new").rename(target)


def in_child(work: object) -> int:
    """The child's process id. It shares nothing that is open."""
    child = os.fork()
    if child:
        return child
    try:
        ok = work()  # type: ignore[operator]
        os._exit(0 if ok else 3)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(4)


def applied(root: Path) -> bool:
    with open_session(root) as session:
        return session.apply(session.plan()).succeeded


def generations(session: Session, line: LineName) -> set[int]:
    pointer = session.recorded.pointers.get(line)
    if pointer is None:
        return set()
    snapshot = session.registry.snapshots([pointer.snapshot])[pointer.snapshot]
    broken = session.store.verify(snapshot)
    assert not broken, f"{line}: files changed: {broken}"
    with duckdb.connect() as connection:
        files = [str(path) for path in session.store.paths(snapshot)]
        return {row[0] for row in connection.read_parquet(files).project("generation").distinct().fetchall()}


def whole(root: Path) -> bool:
    with open_session(root) as session:
        seen = [generations(session, line) for line in LINES]
        assert seen[0] == seen[1], f"tables of one product are of two generations: {seen}"
        assert len(generations(session, SUM)) <= 1
    return True


def finished(root: Path, generation: int) -> bool:
    assert applied(root)
    with open_session(root) as session:
        session.sweep()
        assert {g for line in (*LINES, SUM) for g in generations(session, line)} == {generation}
        files = list((root / ".weft/store").rglob("*.parquet"))
        assert len(files) == len(session.recorded.pointers), f"orphans: {files}"
    return True


def waited(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(event: int, later: float, root: Path) -> bool:
    """Applies, and dies at an audited event, or some seconds after it by an alarm that nothing catches."""
    seen = 0

    def count(name: str, _: tuple[object, ...]) -> None:
        nonlocal seen
        seen += 1
        if seen == event and later:
            signal.setitimer(signal.ITIMER_REAL, later)
        elif seen == event:
            os.kill(os.getpid(), signal.SIGKILL)

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    sys.addaudithook(count)
    return applied(root)


def preload() -> None:
    """Everything that an apply imports, so that a child's events are its work."""
    for name in (*PRELOADED, *(f"weft.{m}" for m in MODULES)):
        importlib.import_module(name)


def events_of_an_apply(root: Path) -> int:
    """How many events a whole apply is, counted in a child."""
    reading, writing = os.pipe()
    seen = 0

    def counted() -> bool:
        def count(name: str, _: tuple[object, ...]) -> None:
            nonlocal seen
            seen += 1

        sys.addaudithook(count)
        done = applied(root)
        os.write(writing, str(seen).encode())
        return done

    preload()

    assert waited(in_child(counted)) == 0
    os.close(writing)
    with os.fdopen(reading) as told:
        return int(told.read())


def main(root: Path, trials: int, seed: int) -> None:
    chance = random.Random(seed)
    mesh(root)
    write_generation(root, 0)
    assert waited(in_child(lambda: applied(root))) == 0
    write_generation(root, -1)
    events = events_of_an_apply(root)
    killed = 0
    for generation in range(1, trials + 1):
        write_generation(root, generation)
        event, later = chance.randint(1, int(events * 0.9)), chance.choice([0.0, chance.uniform(0.0005, 0.02)])
        child = in_child(lambda e=event, t=later: killed_at(e, t, root))
        status = waited(child)
        killed += status in (-signal.SIGKILL, -signal.SIGALRM)
        assert later or status == -signal.SIGKILL, (
            f"kill {generation} at event {event} of {events} did not happen: {status}"
        )
        assert waited(in_child(lambda: whole(root))) == 0, f"not whole after kill {generation}"
        if generation % 5 == 0 or generation == trials:
            assert waited(in_child(lambda g=generation: finished(root, g))) == 0, (
                f"not finished after kill {generation}"
            )
    print(f"{killed} of {trials} killed, all whole")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
