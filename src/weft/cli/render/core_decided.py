"""What was decided of a pair, for a terminal and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.cli.render.core_pairs import safe, say_decided
from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import paint, say

if TYPE_CHECKING:
    from weft.product.core_data import Decision, RecordId
    from weft.session.stewarding import Deciding


def show_decided(at: Deciding, decision: Decision, waits: int, *, is_withdrawn: bool, json: bool) -> None:
    """`waits` are decisions that are not applied yet."""
    if json:
        write_json(
            {
                "product": at.product,
                "file": at.file,
                "decision": "" if is_withdrawn else decision.verdict,
                "left": _record(decision.left),
                "right": _record(decision.right),
                "by": decision.by,
                "on": decision.on,
                "why": decision.why,
                "decided": waits,
            }
        )
        return
    pair = f"{safe(str(decision.left))} and {safe(str(decision.right))}"
    if is_withdrawn:
        print(f"{paint('withdrawn', 'green')} what was decided of {pair}, in {at.file}")
        say(f"Next: weft apply -s {at.product}", "dim")
        return
    print(f"{paint(decision.verdict, 'green')}: {pair}, written to {at.file}")
    say_decided(at.product, waits)


def _record(record: RecordId) -> dict[str, str]:
    return {"source": record.source, "id": record.id}
