"""Completion as bash asks for it: bash ends a word at '@' and '=', where a line's name and `--select=NAME` go on."""

from __future__ import annotations

from collections.abc import Iterable

from typer._completion_classes import BashComplete


class Bash(BashComplete):
    """Puts together what bash took apart, and answers with the part that it is asked for."""

    def get_completion_args(self) -> tuple[list[str], str]:
        *before, last = rejoined(self._words())
        return before, last

    def complete(self) -> str:
        before, last = self.get_completion_args()
        answered = last[: last.rindex("@") + 1] if last not in self._words() and "@" in last else ""
        return "\n".join(item.value.removeprefix(answered) for item in self.get_completions(before, last))

    def _words(self) -> list[str]:
        args, incomplete = super().get_completion_args()
        return [*args, incomplete]


def rejoined(words: Iterable[str]) -> list[str]:
    """`a.b.t`, `@`, `1` as one word; an option's `=` as the end of the option's own. A word more is begun after such an end."""
    found: list[str] = []
    goes_on = False
    for word in words:
        if word == "=" and found and found[-1].startswith("--"):
            found.append("")
        elif found and (word == "@" or goes_on):
            found[-1] += word
        else:
            found.append(word)
        goes_on = word in ("=", "@")
    return found or [""]


def register() -> None:
    """In the place of Typer's own."""
    from typer._click.shell_completion import add_completion_class

    add_completion_class(Bash, Bash.name)
