"""What a plan is asked for, and a plan with all that it was made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from weft.errors import Fault, Misuse
from weft.names import LineName
from weft.plan.evolution import Evolution
from weft.plan.plan import Desired, Plan
from weft.product.snapshot import Recorded


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the two values that it was made of, and what it changes for consumers: what `apply` needs."""

    plan: Plan
    desired: Desired
    recorded: Recorded
    warnings: tuple[Fault, ...] = ()
    evolution: Evolution = field(default_factory=Evolution)

    @property
    def resting(self) -> dict[LineName, LineName]:
        """The lines that were built on what a rollback withdrew, and that the plan leaves as they are; each with the withdrawn one."""
        from weft.plan.rollback import marked

        moving = {step.line for _, step in self.plan.steps() if step.action in ("build", "reuse", "remove")}
        return {line: cause for line, cause in marked(self.recorded).items() if line not in moving}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a plan is for: patterns of products (all where there are none), and whether to build what stands already.

    `resume` are products that go on though they were rolled back. `because` says why lines go that somebody still reads:
    without it they are kept from going.
    """

    select: tuple[str, ...] = ()
    full: bool = False
    resume: tuple[str, ...] = ()
    because: str = ""


EVERYTHING = Choice()


def reason(force: bool, because: str) -> str:
    """Why lines go that are still read; empty where none is to. Raises: Misuse, where it is forced without a reason."""
    if force and not because.strip():
        raise Misuse("--force needs a reason", mend="Say it: --force --because '...'.")
    return " ".join(because.split()) if force else ""
