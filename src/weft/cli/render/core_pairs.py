"""Pairs of core data for a terminal: both records side by side, and the waterfall of what speaks for and against their being one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import counted
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned, cut, length, padded
from weft.cli.render.terminal import DATA, Ink, paint, say, shown
from weft.query.stewarding.values import PRIOR, Evidence, Step, likely, waterfall
from weft.query.stewarding.wording import chance

if TYPE_CHECKING:
    from weft.product.core_data import RecordId
    from weft.query.stewarding.values import Pair, Queue

WIDEST_VALUE = 36
WIDEST_BAR, NARROWEST_BAR = 40, 10
NOTHING = "·"


def safe(text: str) -> str:
    """A value on one line, that commands nothing: neither a cursor nor a colour."""
    return shown(" ".join(text.split()), DATA)


def show_queue(queue: Queue, decided: int, *, json: bool) -> None:
    """`decided` are decisions that are not applied yet."""
    if json:
        write_json(queue_json(queue, decided))
        return
    for line in _listed(queue):
        print(line)
    more = f", the first {len(queue.pairs)} of them here" if len(queue.pairs) < queue.waiting else ""
    say(
        f"{counted(queue.waiting, 'pair')} of {queue.product} {'waits' if queue.waiting == 1 else 'wait'} for a person{more}.",
        "dim",
    )
    say_decided(queue.product, decided)
    if queue.pairs:
        first = queue.pairs[0]
        say(f"Next: weft core decide {queue.product} same {quoted(first.left)} {quoted(first.right)}", "dim")


def say_decided(product: str, decided: int) -> None:
    if decided:
        say(f"{counted(decided, 'decision')} not applied yet: weft apply -s {product}", "dim")


def quoted(record: RecordId) -> str:
    """As a shell takes it."""
    return quote(safe(str(record)))


def _listed(queue: Queue) -> list[str]:
    """A line for each pair."""
    rows = [
        [
            paint(chance(one.probability), "bold"),
            safe(str(one.left)),
            safe(str(one.right)),
            safe(one.reason),
        ]
        for one in queue.pairs
    ]
    head = [paint(said, "dim") for said in ("likely one", "left", "right", "why it waits")]
    return aligned([head, *rows], right=frozenset([0])) if rows else []


def pair_lines(pair: Pair, width: int) -> Iterator[str]:
    """Both records, and the evidence below them."""
    yield from sides(pair, width)
    if pair.reason:
        yield ""
        yield f"  It waits: {safe(pair.reason)}"
    yield ""
    yield from waterfall_lines(pair.evidence, width)


def sides(pair: Pair, width: int) -> list[str]:
    """The values that were compared side by side, below the two core ids."""
    compared = [(one.comparison, one.left, one.right) for one in pair.evidence if not one.is_prior]
    ids = ["core id", safe(pair.left_core), "", safe(pair.right_core)]
    return values_lines((str(pair.left), str(pair.right)), compared, width, [ids])


def values_lines(
    heads: tuple[str, str],
    values: Sequence[tuple[str, str | None, str | None]],
    width: int,
    above: Sequence[Sequence[str]] = (),
) -> list[str]:
    """Side by side: what is equal is dimmed, what differs is marked. `above` are rows that are compared by nobody."""
    room = max(10, min(WIDEST_VALUE, (width - 30) // 2))
    left, right = (paint(cut(safe(one), room), "bold") for one in heads)
    return aligned([["", left, "", right], *above, *(_compared(*one, room) for one in values)])


def _compared(name: str, left: str | None, right: str | None, room: int) -> list[str]:
    one, other = (NOTHING if value is None else cut(safe(value), room) for value in (left, right))
    if left is None or right is None:
        return [name, one, "", other]
    if left == right:
        return [name, paint(one, "dim"), paint("=", "dim"), paint(other, "dim")]
    return [name, paint(one, "yellow"), paint("≠", "yellow"), paint(other, "yellow")]


def waterfall_lines(evidence: Sequence[Evidence], width: int) -> list[str]:
    """A bar for each comparison, from the sum before to the sum after it; the sum and what it makes likely at the end."""
    steps = waterfall(evidence)
    if not steps:
        return ["  No weights were kept of this pair."]
    total = steps[-1].after
    names = [
        ("two records at random" if one.comparison == PRIOR else safe(one.comparison), safe(one.level)) for one in steps
    ]
    taken = [max(length(cell) for cell in column) for column in zip(*names, strict=True)]
    taken[1] = min(taken[1], 40)
    room = min(WIDEST_BAR, width - sum(taken) - 16)
    scale = Scale(steps, room) if room >= NARROWEST_BAR else None
    lines = [
        f"  {padded(name, taken[0])}  {padded(cut('' if one.comparison == PRIOR else level, taken[1]), taken[1])}"
        f"  {one.weight:+7.2f}  {scale.bar(one) if scale else ''}".rstrip()
        for one, (name, level) in zip(steps, names, strict=True)
    ]
    end = paint(f"{total:+7.2f}", "bold")
    whole = padded("sum, in bits", taken[0] + taken[1] + 2)
    return [*lines, f"  {whole}  {end}  {paint(f'{chance(likely(total))} likely one', 'bold')}"]


class Scale:
    """Sums of weights on so many columns; the place where nothing speaks for or against is on it."""

    def __init__(self, steps: Sequence[Step], room: int) -> None:
        sums = [0.0, *(one.after for one in steps)]
        self.low, self.high, self.room = min(sums), max(sums), room

    def place(self, value: float) -> int:
        span = (self.high - self.low) or 1.0
        return round((value - self.low) / span * (self.room - 1))

    def bar(self, step: Step) -> str:
        start, end = sorted((self.place(step.before), self.place(step.after)))
        ink: Ink = "green" if step.weight >= 0 else "red"
        cells = [" "] * self.room
        cells[self.place(0.0)] = "│"
        drawn = "█" * (end - start + 1) if abs(step.weight) > 0 else "│"
        return "".join(cells[:start]) + paint(drawn, ink) + "".join(cells[start + len(drawn) :]).rstrip()


def queue_json(queue: Queue, decided: int) -> dict[str, Any]:
    return {
        "product": queue.product,
        "entity": queue.entity,
        "thresholds": {"same": queue.same, "review": queue.review},
        "published_at": queue.published_at,
        "waiting": queue.waiting,
        "decided": decided,
        "masked": queue.masked,
        "pairs": [pair_json(one) for one in queue.pairs],
    }


def pair_json(pair: Pair) -> dict[str, Any]:
    return {
        "left": {"source": pair.left.source, "id": pair.left.id, "core_id": pair.left_core},
        "right": {"source": pair.right.source, "id": pair.right.id, "core_id": pair.right_core},
        "probability": pair.probability,
        "weight": pair.weight,
        "reason": pair.reason,
        "evidence": evidence_json(pair.evidence),
    }


def evidence_json(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [
        {"comparison": one.comparison, "level": one.level, "weight": one.weight, "left": one.left, "right": one.right}
        for one in evidence
    ]
