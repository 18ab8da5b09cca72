"""Runs, what they did for each table, and what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, real, text, time

SECOND = 1_000_000
RUNS = """
    SELECT id, environment, command, who, host, process, state, started_at, ended_at, message FROM runs ORDER BY id
"""
STEPS = """
    SELECT s.run, r.environment, s.product, s.line, s.action, s.reason, s.state, s.started_at, s.seconds, s.rows, s.bytes,
           s.snapshot, s.message
    FROM run_steps s LEFT JOIN runs r ON r.id = s.run ORDER BY s.run, s.started_at, s.line
"""
EVENTS = "SELECT seq, happened_at, environment, product, line, kind, message, run, who FROM events ORDER BY seq"
DELIVERIES = """
    SELECT event, channel, state, attempts, CASE WHEN state = 'waiting' THEN next_at END, settled_at, error
    FROM deliveries ORDER BY event, channel
"""


def _runs(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for *first, started_at, ended_at, message in ledger.rows(RUNS):
        seconds = None if ended_at is None else (ended_at - started_at) / SECOND
        yield (*first, started_at, ended_at, seconds, message)


RUNS_RELATION = Relation(
    "runs",
    "One row for each run, of every environment, oldest first.",
    ("run",),
    (
        text("run", "The run's id; ids sort by time"),
        text("environment", "Where it publishes"),
        text("command", "What was called"),
        text("who", "Who called it"),
        text("host", "The machine that it runs on"),
        integer("process", "The process there"),
        text("state", "running, succeeded, failed, cancelled, or abandoned: its process ended without a word"),
        time("started_at", "When it began"),
        time("ended_at", "When it ended; NULL while it runs"),
        real("seconds", "How long it took; NULL while it runs"),
        text("message", "What it said at its end"),
    ),
    _runs,
)

STEPS_RELATION = Relation(
    "steps",
    "One row for each table of each run: what was done for it, and why; of every environment.",
    ("run", "product", "line_name"),
    (
        text("run", "The run"),
        text("environment", "Where the run publishes"),
        text("product", "domain.product"),
        text("line_name", "domain.product.table@line"),
        text("action", "What was planned: build, reuse, check, ..."),
        text("reason", "Why, in words"),
        text("state", "done, failed or skipped"),
        time("started_at", "When it began"),
        real("seconds", "How long it took"),
        integer("rows", "Rows that were written"),
        integer("bytes", "Bytes that were written"),
        text("snapshot", "What it made or reused; NULL where there is none"),
        text("message", "What went wrong, or what its Python printed; '' where there is neither"),
    ),
    lambda ledger: ledger.rows(STEPS),
)

EVENTS_RELATION = Relation(
    "events",
    "One row for each thing that happened to a product, of every environment, oldest first.",
    ("event",),
    (
        integer("event", "A number that grows"),
        time("happened_at", "When it happened"),
        text("environment", "Where it happened"),
        text("product", "domain.product"),
        text("line_name", "domain.product.table@line; '' where it is of the product as a whole"),
        text("kind", "What kind of thing it was"),
        text("message", "What happened, in words"),
        text("run", "The run that did it; '' where none did"),
        text("who", "Who did it; '' where nobody is known"),
    ),
    lambda ledger: ledger.rows(EVENTS),
)

DELIVERIES_RELATION = Relation(
    "deliveries",
    "One row for each event and each channel by which somebody concerned is told of it.",
    ("event", "channel"),
    (
        integer("event", "The event's number"),
        text("channel", "mail:ADDRESS, webhook:${VARIABLE}, or a channel of support and whose it is"),
        text("state", "waiting, sent or given up"),
        integer("attempts", "How often it was tried"),
        time("next_at", "From when on it is tried again; NULL where it is over"),
        time("settled_at", "When it was sent or given up; NULL while it waits"),
        text("error", "Why the last attempt failed; '' where it did not"),
    ),
    lambda ledger: ledger.rows(DELIVERIES),
)
