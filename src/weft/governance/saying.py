"""Events in words: as the chat tools' webhooks take them, and as a letter.

What leaves the mesh says what happened, and holds no row of anybody's data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from weft.governance.addresses import Tool
from weft.governance.kinds import kind_of
from weft.product.snapshot import Event

MOST_EVENTS = 20
MOST_CHARACTERS = 600
"""Of one event's message in a chat; a letter has all of it."""


def payload(events: Sequence[Event], mesh: str, tool: Tool) -> dict[str, Any]:
    """What one post says: a text of Slack's, or a card of Teams'. Source: Slack, incoming webhooks; Adaptive Cards 1.4."""
    blocks = list(_blocks(events, mesh))
    if tool == "slack":
        return {"text": "\n\n".join(_marked(*block) for block in blocks)}
    body: list[dict[str, Any]] = []
    for head, *rest in blocks:
        body.append({"type": "TextBlock", "text": _plain(head), "weight": "Bolder", "wrap": True})
        body += [{"type": "TextBlock", "text": _plain(text), "wrap": True, "spacing": "None"} for text in rest if text]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": body}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def subject(events: Sequence[Event], mesh: str) -> str:
    """One line: `[flights] operations.flights: failed`, or what there is of each kind."""
    if len(events) == 1:
        return one_line(f"[{mesh}] {events[0].line or events[0].product}: {events[0].kind}")
    counts = Counter(event.kind for event in events)
    return one_line(f"[{mesh}] {', '.join(f'{count} {kind}' for kind, count in counts.items())}")


def letter(events: Sequence[Event], mesh: str) -> str:
    return "\n\n".join([*(_paragraph(event) for event in events), _why(mesh)]) + "\n"


def one_line(text: str) -> str:
    """Without line ends and control characters, so that it can stand in a head."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _blocks(events: Sequence[Event], mesh: str) -> Iterator[tuple[str, str, str]]:
    """Head, message, and what it means."""
    for event in events[:MOST_EVENTS]:
        head = f"{event.line or event.product} {event.kind}"
        yield one_line(f"{head} ({mesh})"), _cut(one_line(_message(event))), kind_of(event.kind).means
    if (more := len(events) - MOST_EVENTS) > 0:
        yield f"{more:,} more: weft history", "", ""


def _message(event: Event) -> str:
    by = f" (by {event.who})" if event.who else ""
    return f"{event.message}{by}"


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 3]}..."


def _marked(head: str, message: str, means: str) -> str:
    """Bold, plain, italic."""
    parts = (f"*{_escaped(head)}*", _escaped(message), f"_{_escaped(means)}_" if means else "")
    return "\n".join(part for part in parts if part)


def _escaped(text: str) -> str:
    """So that nothing in it becomes a link or calls a whole channel. Source: Slack, formatting text, escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    """So that nothing in it becomes a link of a card's Markdown."""
    return text.replace("[", "(").replace("]", ")")


def _paragraph(event: Event) -> str:
    by = f", by {one_line(event.who)}" if event.who else ""
    said = (
        f"{one_line(event.line or event.product)}: {one_line(event.kind)}",
        f"{event.at:%Y-%m-%d %H:%M:%S} UTC{by}",
        "",
        *event.message.splitlines(),
        kind_of(event.kind).means,
        "",
        f"  weft show {one_line(event.line or event.product)}",
    )
    return "\n".join(said)


def _why(mesh: str) -> str:
    return (
        f"-- \nYou are told by the data mesh '{one_line(mesh)}', as you are of the team of a product that is named here, "
        "or of one that reads it."
    )
