"""Agreements and proposals as people read them, and what somebody sees of a table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from weft.cli.render.counting import at
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned, paragraphs
from weft.cli.render.terminal import Ink, paint, say, say_untold, width
from weft.errors import sentence

if TYPE_CHECKING:
    from weft.access.explaining import ColumnSeen
    from weft.governance.agreements.listing import Listed
    from weft.governance.agreements.outcome import Outcome
    from weft.product.agreement import Agreement, Ruling
    from weft.product.proposal import Proposal
    from weft.query.explaining import Explained

INKS: dict[str, Ink] = {
    "granted": "green",
    "accepted": "green",
    "requested": "yellow",
    "half approved": "yellow",
    "open": "yellow",
}


def show_outcome(found: Outcome, *, json: bool) -> None:
    if json:
        write_json(found)
        return
    if found.agreement:
        print(_line(found.agreement))
        print("\n".join(_next(found.agreement, found.waits_for)))
    if found.proposal:
        print(_proposed(found.proposal))
    if not found.is_changed:
        say("it stood like this before: nothing was done", "dim")
    say_untold(found.untold)


def _line(one: Agreement) -> str:
    role = f" as {one.role}" if one.role else ""
    return f"{paint(one.id, 'bold')}  {_state(one.state)}  {one.reader} on {one.port}@{one.line}{role}"


def _next(one: Agreement, waits_for: Sequence[str]) -> Iterator[str]:
    if one.until and one.state == "granted":
        yield f"    in force until {one.until}, for: {one.purpose} ({one.use_case})"
    if one.is_open:
        more = "more time" if one.is_renewal else "it"
        whom = " or ".join(waits_for) or f"the owner of {one.domain}"
        yield f"    {whom} decides whether {more} is granted, until {one.asked_until}: weft access decide {one.id} --approve"
    last = one.rulings[-1] if one.rulings else None
    if last and last.reason:
        yield f"    {last.word} by {last.who}: {last.reason}"


def _proposed(one: Proposal) -> str:
    said = f": {one.answer} ({one.answered_by})" if one.answer else f", sent to the people of {one.product}"
    return f"{paint(one.id, 'bold')}  proposal {_state(one.state)}  {one.product} to promise {one.wanted}{said}"


def _state(state: str) -> str:
    return paint(state, INKS.get(state, "red"))


def show_list(agreements: Sequence[Listed], proposals: Sequence[Proposal], *, json: bool) -> None:
    if json:
        write_json({"agreements": agreements, "proposals": proposals})
        return
    if not agreements and not proposals:
        say("there is no agreement that you may see: weft access request domain.product.port asks for one", "dim")
        return
    if rows := [_row(one) for one in agreements]:
        print("\n".join(aligned(rows, width(sys.stdout), indent=0)))
    for one in proposals:
        print(_proposed(one))
        print(f"    {one.who}: {one.reason}")
    if mine := [one.agreement.id for one in agreements if one.is_yours_to_decide]:
        say(f"yours to decide: weft access decide {mine[0]} --approve, or --refuse --because 'WHY'", "dim")


def _row(found: Listed) -> tuple[str, ...]:
    one = found.agreement
    until = f"until {one.until}" if one.until else f"asked until {one.asked_until}" if one.asked_until else ""
    waits = f"waits for {' or '.join(found.waits_for)}" if found.waits_for else f"{one.purpose} ({one.use_case})"
    role = f" as {one.role}" if one.role else ""
    return paint(one.id, "bold"), _state(found.standing), one.reader, f"{one.port}@{one.line}{role}", until, waits


def show_agreement(found: Listed, *, json: bool) -> None:
    if json:
        write_json(found)
        return
    one = found.agreement
    print(f"{paint(one.id, 'bold')}  {_state(found.standing)}  {one.reader} on {one.port}@{one.line}")
    print("\n".join(aligned(list(_facts(one)), width(sys.stdout))))
    print("\n".join(aligned([_ruling(ruling) for ruling in one.rulings], width(sys.stdout))))
    if found.waits_for:
        say(f"waits for {' or '.join(found.waits_for)}: weft access decide {one.id} --approve", "dim")


def _facts(one: Agreement) -> Iterator[tuple[str, str]]:
    terms = one.terms
    said = {
        "role": one.role,
        "purpose": one.purpose,
        "use case": one.use_case,
        "until": str(one.until or ""),
        "asked until": str(one.asked_until or ""),
        "terms": f"as of version {terms.version}",
        "usage": terms.usage.strip(),
        "limits": terms.limitations.strip(),
        "price": terms.price,
    }
    for name, text in said.items():
        if text:
            yield paint(name, "dim"), " ".join(text.split())


def _ruling(one: Ruling) -> tuple[str, ...]:
    level = (
        f", {'second' if one.level == 2 else 'first'} level"
        if one.level and one.word in ("approved", "granted")
        else ""
    )
    return at(one.at), one.who, f"{one.word}{level}{f': {one.reason}' if one.reason else ''}"


def show_proposal(one: Proposal, *, json: bool) -> None:
    if json:
        write_json({"proposal": one})
        return
    print(_proposed(one))
    case = f" ({one.use_case})" if one.use_case else ""
    print("\n".join(paragraphs(f"{at(one.asked_at)}  {one.who}: {one.reason}{case}", width(sys.stdout), 4)))
    if one.state == "open":
        say(f"answer: weft access answer {one.id} --accept, or --decline, and --because 'WHY'", "dim")


def show_sight(found: Explained, *, json: bool) -> None:
    decision, seen = found.sight.decision, found.sight
    if json:
        said = {"is_allowed": decision.is_allowed, "reason": decision.reason, "mend": decision.mend}
        parts = {"agreements": seen.agreements, "purposes": seen.purposes, "columns": found.columns, "rows": found.rows}
        write_json({"line": found.line, "who": found.who, **said, **parts})
        return
    sign = paint("✓", "green") if decision.is_allowed else paint("✗", "red")
    who = found.who or "the owner of the workspace"
    print(f"{sign} {who} {'reads' if decision.is_allowed else 'does not read'} {found.line}: {decision.reason}")
    for purpose in seen.purposes:
        print(f"    for: {purpose}")
    if decision.mend:
        print("\n".join(paragraphs(sentence(decision.mend), width(sys.stdout), 4)))
    if classified := [one for one in found.columns if one.classification]:
        print("\n".join(aligned([_column_seen(one) for one in classified], width(sys.stdout))))
    for row in found.rows:
        print(f"    {paint('all rows' if row.is_clear else 'rows', 'bold')}  {row.name}: {row.reason}")


def _column_seen(one: ColumnSeen) -> tuple[str, ...]:
    seen = paint(f"masked ({one.mask})", "yellow") if one.mask else paint("clear", "green")
    origin = f", inherited from {' from '.join(one.path[1:])}" if len(one.path) > 1 else ""
    return one.column, seen, f"{one.classification}{origin}", one.reason
