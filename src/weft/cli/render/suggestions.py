"""Suggested checks for a terminal, by column, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import paint, say
from weft.cli.render.written import near

if TYPE_CHECKING:
    from weft.profile.suggesting.values import LeftOut, Suggestion
    from weft.session.suggesting import Proposal

FEW = 3
"""Of what is left out so many are told."""


def show_suggestions(found: Proposal, written: Path | None, *, is_asked: bool, json: bool) -> None:
    if json:
        write_json(as_json(found, written))
        return
    for line in _lines(found):
        print(line)
    if written:
        print(f"{paint('wrote', 'green')} {near(written)}")
        say("Next: look at what it says (git diff), then weft test", "dim")
    elif is_asked:
        say(f"{_file(found)} holds all of it already.", "dim")
    elif found.unsaid:
        what = "the new ones into" if not found.drafted else "a whole contract into"
        say(f"Next: the same with --write puts {what} {_file(found)}", "dim")


def _file(found: Proposal) -> str:
    """Of a table as the mesh sees it, of a file as the current folder does."""
    return found.file if found.line else near(Path(found.file))


def _lines(found: Proposal) -> Iterator[str]:
    of = found.suggested
    yield f"{paint(found.line or of.table, 'bold')}: learnt from {of.learnt_from}, {of.rows:,} rows"
    new = {one.id for one in found.unsaid}
    for column, each in groupby(_by_column(of.suggestions), lambda one: one.column):
        yield ""
        yield paint(column or "the table", "bold")
        for one in each:
            sign = paint("+", "green") if one.id in new else paint("=", "dim")
            yield f"  {sign} {one.id}: {threshold(one)}"
            yield paint(f"      {one.evidence} {_alarms(one)}", "dim")
    yield ""
    held = len(of.suggestions) - len(new)
    yield f"{len(new)} new, {held} that the contract holds already; together expected to alarm for nothing in {_percent(of.expected_rate)} of runs."
    yield from _left_out(of.left_out)


def _alarms(one: Suggestion) -> str:
    alarms = one.false_alarms
    if alarms.at_most is not None:
        return f"False alarms: none seen in {alarms.batches} batches."
    return f"False alarms: {_percent(alarms.rate)} of runs."


def _by_column(suggestions: tuple[Suggestion, ...]) -> list[Suggestion]:
    order = list(dict.fromkeys(one.column for one in suggestions))
    return sorted(suggestions, key=lambda one: (one.column == "", order.index(one.column)))


def threshold(one: Suggestion) -> str:
    """What the rule asks for, in words."""
    rule = one.rule
    unit = " %" if rule.get("unit") == "percent" else ""
    if "mustBeBetween" in rule:
        low, high = rule["mustBeBetween"]
        return f"{low:,} to {high:,}{unit}"
    said = {"mustBe": "", "mustBeLessOrEqualTo": "at most ", "mustBeGreaterOrEqualTo": "at least "}
    for operator, words in said.items():
        if operator in rule:
            return "never" if operator == "mustBe" and rule[operator] == 0 else f"{words}{rule[operator]:,}{unit}"
    return "a foreign key" if "relationships" in rule else ""


def _left_out(left: tuple[LeftOut, ...]) -> Iterator[str]:
    told = [f"{one.kind}({one.column}): {one.why}" for one in left]
    if told:
        yield paint(f"{len(told)} left out, such as {'; '.join(told[:FEW])}. All of them: --json", "dim")


def _percent(share: float) -> str:
    from weft.profile.suggesting.drafts import percent

    return percent(share)


def as_json(found: Proposal, written: Path | None) -> dict[str, Any]:
    of, new = found.suggested, {one.id for one in found.unsaid}
    return {
        "table": of.table,
        "line": found.line,
        "contract": found.file,
        "batches": of.batches,
        "rows": of.rows,
        "learnt_from": of.learnt_from,
        "expected_false_alarms": of.expected_rate,
        "written": near(written) if written else "",
        "suggestions": [_suggestion(one, is_new=one.id in new) for one in of.suggestions],
        "left_out": [{"kind": one.kind, "column": one.column, "why": one.why} for one in of.left_out],
    }


def _suggestion(one: Suggestion, *, is_new: bool) -> dict[str, Any]:
    alarms = one.false_alarms
    told = {
        "rate": alarms.rate,
        "at_most": alarms.at_most,
        "model": alarms.model,
        "alarms": alarms.alarms,
        "batches": alarms.batches,
    }
    return {
        "id": one.id, "kind": one.kind, "column": one.column, "name": one.name, "rule": dict(one.rule), "evidence": one.evidence,
        "is_new": is_new, "false_alarms": told,
    }  # fmt: skip
