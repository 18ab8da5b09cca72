"""A version that goes stable after a preview: what those who were invited said of it, and whether that is what the mesh asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from weft.names import LineName, ProductName
from weft.product.preview import Verdict
from weft.versions import Version


@dataclass(frozen=True, slots=True)
class GoingStable:
    """`version` is promised from now on, and was shown as `preview` before; `verdicts` are the newest of each on that.

    `asks` is how many good ones the mesh asks for; `reason` is why it goes stable though there are fewer, or a bad one.
    """

    product: ProductName
    port: str
    version: str
    preview: str
    verdicts: tuple[Verdict, ...]
    asks: int
    reason: str = ""

    @property
    def good(self) -> int:
        return sum(verdict.word == "good" for verdict in self.verdicts)

    @property
    def bad(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.word == "bad")

    @property
    def refusal(self) -> str:
        """Why it may not go stable yet; empty where it may."""
        if self.reason:
            return ""
        if self.bad:
            said = "; ".join(f"{verdict.who}: {verdict.comment}" for verdict in self.bad)
            return f"{self.version} goes stable, and of its preview {self.preview} it was said to be bad ({said})"
        if self.good < self.asks:
            wanted = "a good verdict" if self.asks == 1 else f"{self.asks} good verdicts"
            there = f"there {'is' if self.good == 1 else 'are'} {self.good or 'none'}"
            return f"{self.version} goes stable, which asks for {wanted} of those invited to its preview {self.preview}, and {there}"
        return ""

    @property
    def mend(self) -> str:
        name = f"{self.product}.{self.port}@{self.preview}"
        ask = "Mend it and ask again" if self.bad else "Ask them"
        return f'{ask}: `weft preview {name} --verdict good --as NAME`. Or say why: `weft apply --because "..."`.'

    @property
    def tables(self) -> tuple[LineName, ...]:
        """None of a consumer's faults comes of it."""
        return ()


@dataclass(frozen=True, slots=True)
class Rise:
    """A stable line of a port that is promised in another version than before; `before` is None where the line is new."""

    product: ProductName
    port: str
    before: Version | None
    after: Version

    def came_of(self, shown: Iterable[tuple[str, str]]) -> Version | None:
        """The newest preview of it that was ever published: later than what was promised until now, not beyond what is promised now."""
        versions = (Version.parse(version) for port, version in shown if port == self.port)
        came = (one for one in versions if self.after.came_of(one) and (self.before is None or one > self.before))
        return max(came, default=None)


def going_stable(
    rise: Rise, shown: Iterable[tuple[str, str]], said: Sequence[Verdict], asks: int
) -> GoingStable | None:
    """None where nobody was shown a preview of it: then nothing is asked. `said` is the oldest first.

    A reason answers what was said before it, and no bad verdict that came after.
    """
    preview = rise.came_of(shown)
    if preview is None:
        return None
    newest = {v.who: v for v in said if (v.port, v.version) == (rise.port, str(preview)) and v.word != "reason"}
    reasons = [v for v in said if (v.port, v.version, v.word) == (rise.port, str(rise.after), "reason")]
    answered = reasons and all(v.at < reasons[-1].at for v in newest.values() if v.word == "bad")
    reason = reasons[-1].comment if answered else ""
    return GoingStable(rise.product, rise.port, str(rise.after), str(preview), tuple(newest.values()), asks, reason)
