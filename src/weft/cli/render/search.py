"""What a search found, the best first."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from weft.cli.render.counting import counted
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import cut, length, padded
from weft.cli.render.terminal import paint, say, width
from weft.query.wording import FUNCTION_WORDS, forms

if TYPE_CHECKING:
    from weft.query.search import Hit


def show_hits(words: str, hits: Sequence[Hit], *, json: bool) -> None:
    if json:
        write_json({"words": words, "hits": hits})
        return
    if not hits:
        say(f"nothing is found by '{words}'", "yellow")
        return
    widest = max(length(hit.name) for hit in hits)
    room = width(sys.stdout) - widest - 11
    for hit in hits:
        told = " · ".join(part for part in (hit.title, " ".join(hit.description.split())) if part)
        kind = paint(padded(hit.kind, 7), "cyan")
        if room < 24:
            print(f"{kind}  {_marked(hit.name, words)}")
            if told:
                print(paint(f"         {cut(told, width(sys.stdout) - 9)}", "dim"))
        else:
            name = padded(hit.name, widest).replace(hit.name, _marked(hit.name, words))
            print(f"{kind}  {name}  {paint(cut(told, room), 'dim') if told else ''}".rstrip())
    if hits[0].missing:
        say(f"nothing holds all of these words: {counted(len(hits), 'hit')} with some of them", "yellow")
    else:
        say(counted(len(hits), "hit"), "dim")


def _marked(name: str, words: str) -> str:
    """The name with what was looked for in bold."""
    telling = [word for word in words.lower().split() if word not in FUNCTION_WORDS] or words.split()
    said = sorted({form for word in telling for form in forms(word)}, key=len, reverse=True)
    pattern = "|".join(map(re.escape, said))
    return re.sub(pattern, lambda found: paint(found[0], "bold"), name, flags=re.IGNORECASE)
