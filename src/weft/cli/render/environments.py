"""Environments as people read them: what differs in each and for how long it stays; and what became of one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from weft.cli.render.counting import ago, at, counted, lasted
from weft.cli.render.faults import fault_object, write_faults
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import paint, say, say_untold, width

if TYPE_CHECKING:
    from weft.product.environment import Environment
    from weft.session.environments import Updated
    from weft.session.promoting import Promoted, PromotedTables


def show_environments(environments: Sequence[Environment], *, json: bool) -> None:
    if json:
        write_json({"environments": environments})
        return
    if not environments:
        say("there is prod alone: weft apply --env NAME makes another", "dim")
        return
    print("\n".join(aligned([_row(environment) for environment in environments], width(sys.stdout), indent=0)))


def _row(environment: Environment) -> tuple[str, ...]:
    changed = f"{counted(len(environment.changed), 'table')} changed"
    began = f"of revision {environment.revision}, {ago(environment.made_at)} by {environment.who}"
    return paint(environment.name, "bold"), changed, began, f"expires {at(environment.expires_at)}"


def show_updated(updated: Updated, *, json: bool) -> None:
    if json:
        write_json(updated)
        return
    say(f"{updated.environment} is up to date with prod at revision {updated.revision}")
    for product in updated.again:
        say(f"  {product} was changed in both, and stands as in prod")
    say(f"Apply what is to differ again, what was built is reused: weft apply --env {updated.environment}", "dim")


def show_promoted(promoted: Promoted, *, json: bool) -> None:
    if json:
        said = {field.name: getattr(promoted, field.name) for field in fields(promoted)}
        write_json(said | {"warnings": [fault_object(fault) for fault in promoted.warnings]})
        return
    if promoted.run is None:
        print(f"nothing to promote: {promoted.environment} differs from prod in nothing")
        return
    print("\n".join(aligned([_promoted(product) for product in promoted.products], width(sys.stdout), indent=0)))
    lines = sum(len(product.lines) for product in promoted.products)
    what = f"{counted(len(promoted.products), 'product')} promoted, {counted(lines, 'table')} with other data"
    say(f"{what}, in {lasted(promoted.seconds)}  run {promoted.run}")
    write_faults(promoted.warnings)
    say_untold(promoted.untold)


def _promoted(product: PromotedTables) -> tuple[str, str, str]:
    tables = ", ".join(line.rpartition("@")[0].rpartition(".")[2] for line in product.lines)
    told = "removed" if product.gone else tables or "the same data"
    return f"{paint('✓', 'green')} {product.product}", f"revision {product.revision}", told
