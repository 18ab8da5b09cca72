"""Runs: they register before they write, say that they live while they do, and are taken for dead when they do not."""

from __future__ import annotations

from contextlib import suppress

from weft.errors import RegistryFault
from weft.names import RunId, sortable_id
from weft.product.snapshot import RunState
from weft.registry.database import Database, Transaction
from weft.registry.processes import Process, this_process
from weft.registry.recording import turn
from weft.registry.values import now

SECOND = 1_000_000
LONG_SILENT = 600 * SECOND
"""A run of another host that is silent for so long is given up."""

FLOOR = "SELECT max(value) FROM (SELECT max(id) AS value FROM runs UNION ALL SELECT value FROM meta WHERE name = 'horizon') AS ids"
BEGIN = """
    INSERT INTO runs (id, environment, command, who, host, process, process_start, state, started_at, heartbeat_at, message)
    VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, '')
"""
HEARTBEAT = "UPDATE runs SET heartbeat_at = ? WHERE id = ? AND state = 'running'"
END = "UPDATE runs SET state = ?, ended_at = ?, message = ? WHERE id = ? AND state = 'running'"
RUNNING = "SELECT id, host, process, process_start, heartbeat_at, started_at FROM runs WHERE state = 'running'"
STATE = "SELECT state FROM runs WHERE id = ?"


def begin(transaction: Transaction, environment: str, command: str, who: str, process: Process | None = None) -> RunId:
    """A run's id sorts after every run and every sweep before it, whatever the clocks of their hosts say.

    `process` is where it is at work, where that is not this one.
    """
    # First, as a lock: a sweep either sees this run, or is seen by it.
    turn(transaction)
    mark_abandoned(transaction)
    run = RunId(sortable_id(after=transaction.rows(FLOOR)[0][0] or ""))
    process, at = process or this_process(), now()
    transaction.run(BEGIN, (run, environment, command, who, process.host, process.number, process.start, at, at))
    return run


def heartbeat(transaction: Transaction, run: RunId) -> None:
    if not transaction.run(HEARTBEAT, (now(), run)):
        state = next((state for (state,) in transaction.rows(STATE, (run,))), "not known")
        raise RegistryFault(f"run {run} is {state}: it was silent for too long, or ended", mend="Apply again.")


def end(transaction: Transaction, run: RunId, state: RunState, message: str) -> None:
    """Once: a run that is over stays as it ended."""
    if transaction.run(END, (state, now(), message, run)):
        turn(transaction)


def alive(transaction: Transaction) -> dict[RunId, int]:
    """The runs that are at work, each with the time it began."""
    return {RunId(row[0]): row[5] for row in transaction.rows(RUNNING)}


def abandoned(transaction: Transaction) -> tuple[RunId, ...]:
    """The runs that say they are at work and are not."""
    at = now()
    rows = transaction.rows(RUNNING)
    return tuple(RunId(row[0]) for row in rows if _is_over(Process(row[1], row[2], row[3]), at - row[4]))


def mark_abandoned(transaction: Transaction) -> None:
    for run in abandoned(transaction):
        end(transaction, run, "abandoned", "its process ended without a word")


def mark_abandoned_of(database: Database) -> None:
    """Writes only where there is something to mark, so that a question does not."""
    with database.reading() as transaction:
        found = abandoned(transaction)
    if found:
        # A question is answered though the registry is locked; whoever begins a run marks it then.
        with suppress(RegistryFault), database.writing() as transaction:
            mark_abandoned(transaction)


def _is_over(process: Process, silence: int) -> bool:
    return not process.is_there if process.is_of_this_host else silence > LONG_SILENT
