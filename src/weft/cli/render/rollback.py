"""A rollback as people read it: where the product stands, and whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.cli.render.counting import at, lasted
from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import paint, say, say_untold

if TYPE_CHECKING:
    from weft.session.rolling_back import RolledBack


def show_rolled_back(done: RolledBack, *, json: bool) -> None:
    if json:
        write_json(rollback_object(done))
        return
    where = f"revision {done.to.revision} of {at(done.to.published_at)}"
    print(f"{paint('✓', 'green')} {done.product} of {done.environment} stands as after {where}")
    for line in done.withdrawn:
        print(f"  withdrawn: {line}")
    for line, cause in done.dependants.items():
        print(f"  {paint('!', 'yellow')} {line} was built on the withdrawn {cause}")
    say(f"in {lasted(done.seconds)}  run {done.run}")
    say(f"It is held there. To go on: weft apply --resume {done.product}", "dim")
    if done.dependants:
        say("What was built on it is built anew, or reused, by the next weft apply.", "dim")
    say_untold(done.untold)


def rollback_object(done: RolledBack) -> dict[str, object]:
    to = {name: getattr(done.to, name) for name in ("revision", "run", "who", "published_at")}
    names = ("product", "environment", "run", "revision", "withdrawn", "dependants", "seconds", "untold")
    return {name: getattr(done, name) for name in names} | {"to": to}
