"""Why records are one, for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from weft.cli.render.core_pairs import evidence_json, pair_json, pair_lines, safe, values_lines, waterfall_lines
from weft.cli.render.counting import at, counted
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned, paragraphs
from weft.cli.render.terminal import paint, say, width
from weft.query.stewarding.wording import chance, decided_by, verdict

if TYPE_CHECKING:
    from weft.query.stewarding.values import CoreRecord, Happened, Linked, Tied, Weighed


def show_tied(found: Tied, *, json: bool) -> None:
    if json:
        write_json(_tied_json(found))
        return
    for line in _tied_lines(found, width()):
        print(line)
    _say_masked(found.masked)


def show_record(found: CoreRecord, *, json: bool) -> None:
    if json:
        write_json(_record_json(found))
        return
    for line in _record_lines(found):
        print(line)
    _say_masked(found.masked)


def _say_masked(masked: Sequence[str]) -> None:
    if masked:
        say(f"Not shown as they are: {', '.join(masked)}.", "dim")


def _tied_lines(found: Tied, wide: int) -> Iterator[str]:
    yield from (paint(line, "bold") for line in paragraphs(safe(verdict(found)), wide))
    yield ""
    yield from _links([found.left, found.right])
    if len(found.chain) > 1:
        yield from ("", paint("The way from one to the other", "bold"))
        yield from _links(found.chain)
    yield from (
        "",
        f"From {chance(found.same)} on two records are one; from {chance(found.review)} on a person is asked.",
    )
    if found.weighed:
        yield from _weighed(found, found.weighed, wide)
    else:
        yield from _waiting(found, wide)
    yield from _history(found.history)


def _weighed(found: Tied, weighed: Weighed, wide: int) -> Iterator[str]:
    yield ""
    yield from paragraphs(safe(f"By themselves: {weighed.said}."), wide)
    met = f"They are compared, for they are equal in {' and in '.join(weighed.met_in)}."
    yield safe(met if weighed.met_in else "They are not compared: they are equal in no line of `blocking`.")
    if weighed.values:
        yield ""
        yield from values_lines((str(found.left.record), str(found.right.record)), weighed.values, wide)
    yield ""
    yield from waterfall_lines(weighed.evidence, wide)


def _waiting(found: Tied, wide: int) -> Iterator[str]:
    """What was published of pairs that wait."""
    if found.not_weighed:
        yield from ("", *paragraphs(safe(f"They were not compared anew: {found.not_weighed}"), wide))
    for pair in (found.pair, *found.near):
        if pair:
            yield ""
            yield from pair_lines(pair, wide)


def _record_lines(found: CoreRecord) -> Iterator[str]:
    yield paint(f"{found.core_id}: {counted(len(found.records), 'record')}", "bold")
    if not found.records:
        yield "It is no more; the history says what became of it."
    agreed = {one.field: one for one in found.fields}
    rows = [[name, "·" if value is None else safe(value), _agreed(agreed.get(name))] for name, value in found.values]
    yield from ("", *aligned(rows)) if rows else ()
    if found.records:
        yield ""
        yield from _links(found.records)
    if found.waiting:
        yield from (
            "",
            f"{counted(len(found.waiting), 'pair')} of it {'waits' if len(found.waiting) == 1 else 'wait'} for a person:",
        )
        yield from aligned(
            [[chance(one.probability), safe(str(one.left)), safe(str(one.right))] for one in found.waiting]
        )
    yield from _history(found.history)


def _agreed(one: Any) -> str:
    if one is None:
        return ""
    return paint(
        f"{one.agreeing} of {counted(one.saying, 'source')} {'agrees' if one.agreeing == 1 else 'agree'}, {counted(one.variants, 'value')}",
        "dim",
    )


def _links(links: Sequence[Linked]) -> list[str]:
    return aligned([[safe(str(one.record)), safe(one.core_id), chance(one.probability), _tie(one)] for one in links])


def _tie(one: Linked) -> str:
    to = f"tied to {safe(one.matched_with)} " if one.matched_with else ""
    return f"{to}{safe(decided_by(one))}"


def _history(history: Sequence[Happened]) -> Iterator[str]:
    if not history:
        return
    yield from ("", paint("What became of the ids", "bold"))
    yield from aligned(
        [[at(one.at), safe(one.event), safe(one.core_id), safe(one.other), safe(one.why)] for one in history]
    )


def _tied_json(found: Tied) -> dict[str, Any]:
    return {
        "product": found.product,
        "entity": found.entity,
        "verdict": verdict(found),
        "is_one": found.is_one,
        "left": _link_json(found.left),
        "right": _link_json(found.right),
        "chain": [_link_json(one) for one in found.chain],
        "thresholds": {"same": found.same, "review": found.review},
        "decision": found.decision,
        "pair": pair_json(found.pair) if found.pair else None,
        "near": [pair_json(one) for one in found.near],
        "history": found.history,
        "masked": found.masked,
        "weighed": _weighed_json(found.weighed) if found.weighed else None,
        "not_weighed": found.not_weighed,
    }


def _weighed_json(found: Weighed) -> dict[str, Any]:
    return {
        "said": found.said,
        "probability": found.probability,
        "weight": found.weight,
        "rules": found.rules,
        "met_in": found.met_in,
        "values": [{"field": field, "left": left, "right": right} for field, left, right in found.values],
        "evidence": evidence_json(found.evidence),
    }


def _record_json(found: CoreRecord) -> dict[str, Any]:
    return {
        "product": found.product,
        "entity": found.entity,
        "core_id": found.core_id,
        "values": dict(found.values),
        "records": [_link_json(one) for one in found.records],
        "fields": found.fields,
        "history": found.history,
        "waiting": [pair_json(one) for one in found.waiting],
        "masked": found.masked,
    }


def _link_json(one: Linked) -> dict[str, Any]:
    return {
        "source": one.record.source,
        "id": one.record.id,
        "core_id": one.core_id,
        "probability": one.probability,
        "weight": one.weight,
        "decided_by": one.decided_by,
        "matched_with": one.matched_with,
    }
