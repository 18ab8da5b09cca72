"""The audit trail as people read it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import counted
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import cut
from weft.cli.render.terminal import Ink, paint, say, width

if TYPE_CHECKING:
    from weft.governance.audit.head import Head
    from weft.governance.audit.proof import Exported
    from weft.governance.audit.pruning import Pruned
    from weft.governance.audit.searching import Told
    from weft.governance.audit.verifying import Verdict

INKS: dict[str, Ink] = {
    "done": "green",
    "refused": "yellow",
    "failed": "red",
    "cancelled": "yellow",
    "unknown": "yellow",
}


def show_verdict(verdict: Verdict, *, json: bool) -> None:
    if json:
        import msgspec

        write_json({"holds": verdict.holds, **msgspec.to_builtins(verdict)})
        return
    for problem in verdict.problems:
        print(f"{paint('✗', 'red')} {problem}")
    if not verdict.holds:
        say(f"the audit trail does not hold: {counted(len(verdict.problems), 'problem')}", "red")
        return
    span = f", {verdict.first} to {verdict.last}" if verdict.records else ""
    print(f"{paint('✓', 'green')} the audit trail holds: {counted(verdict.records, 'record')}{span}")
    print(f"  {_vouched(verdict)}")
    if verdict.unended:
        print(f"  {counted(verdict.unended, 'read')} not ended yet")


def _vouched(verdict: Verdict) -> str:
    if not verdict.signed:
        return "no head vouches for it: `weft audit sign` makes one" if verdict.records else "nothing to sign yet"
    keys = ", ".join(verdict.keys)
    behind = verdict.last - verdict.signed
    rest = f"; the {counted(behind, 'record')} after it only the chain" if behind else ""
    return f"{counted(verdict.heads, 'head')}, the newest of record {verdict.signed}, signed {verdict.signed_at[:19]} UTC by {keys}{rest}"


def show_records(records: Sequence[Told], *, json: bool) -> None:
    if json:
        import msgspec

        write_json({"records": msgspec.to_builtins(records)})
        return
    if not records:
        say("nothing of the kind stands in the audit trail", "dim")
    room = width(sys.stdout)
    for record in records:
        print("\n".join(_lines(record, room)))


def _lines(one: Told, room: int) -> Iterator[str]:
    for_whom = f" for {one.on_behalf_of}" if one.on_behalf_of else ""
    when = paint(f"{one.at[:19].replace('T', ' ')}", "dim")
    if one.what != "read":
        yield cut(f"{when}  {paint(f'{one.who}{for_whom}', 'bold')}  {one.what}: {one.action} {one.subject}", room)
        if one.message:
            yield cut(paint(f"  {one.message}", "dim"), room)
        return
    outcome = paint(one.outcome or "being answered", INKS.get(one.outcome, "cyan"))
    yield cut(
        f"{when}  {paint(f'{one.who}{for_whom}', 'bold')}  {outcome}  {', '.join(one.tables)}{_amount(one)}", room
    )
    told = [f"purpose: {', '.join(one.purposes)}" if one.purposes else "", one.message, " ".join(one.sql.split())]
    yield cut(paint(f"  {one.door}  {'  '.join(part for part in told if part)}", "dim"), room)


def _amount(one: Told) -> str:
    rows = f"  {counted(one.rows, 'row')}" if one.rows >= 0 else ""
    return f"{rows}  {one.milliseconds} ms" if one.milliseconds >= 0 else rows


def show_exported(done: Exported, *, json: bool) -> None:
    if json:
        import msgspec

        write_json(msgspec.to_builtins(done))
        return
    whose = f"of {done.domain}" if done.domain else "of the whole mesh"
    say(
        f"{counted(done.records, 'record')} {whose}, between records {done.first} and {done.last} of the trail", "green"
    )
    print(done.folder)
    say(f"python3 {done.folder}/check_export.py  proves it; the key is {done.key}", "dim")


def show_head(head: Head | None, folder: Path, *, json: bool) -> None:
    if json:
        named: dict[str, Any] = (
            {name: getattr(head, name) for name in ("link", "at", "key", "signature")} if head else {}
        )
        write_json({"number": head.number if head else 0, **named, "folder": str(folder)})
    elif head:
        say(f"signed record {head.number} with the key {head.key}", "green")
        print(folder)
    else:
        say("nothing was added since the newest head", "dim")


def show_pruned(done: Pruned, *, json: bool) -> None:
    if json:
        import msgspec

        write_json(msgspec.to_builtins(done))
    elif done.records:
        say(f"{counted(done.records, 'record')} went, up to {done.through}; they stand in {done.archive}", "green")
    else:
        say("there is nothing that old", "dim")
