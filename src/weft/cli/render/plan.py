"""A plan as people read it: products in the order of building, each table with what is done and why."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import counted
from weft.cli.render.faults import fault_object, write_faults
from weft.cli.render.json_out import write_json
from weft.cli.render.notices import say_notices
from weft.cli.render.terminal import Ink, paint, say, width

if TYPE_CHECKING:
    from weft.plan.evolution import Edit
    from weft.plan.plan import Action, Plan, ProductPlan, Step
    from weft.product.snapshot import Event
    from weft.session import Planned

SIGNS: dict[Action, tuple[str, Ink]] = {
    "build": ("+", "green"),
    "reuse": ("=", "cyan"),
    "check": ("?", "yellow"),
    "remove": ("-", "red"),
    "nothing": (" ", "dim"),
}
DONE: dict[Action, str] = {"build": "to build", "reuse": "to reuse", "check": "to check again", "remove": "to remove"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What is shown beside a plan: the command that applies it, what was written into the workspace before it, and notices."""

    again: str
    edits: tuple[Edit, ...] = ()
    notices: tuple[Event, ...] = ()


def show_plan(planned: Planned, beside: Beside, *, json: bool) -> None:
    if json:
        from weft.plan.evolution.message import edit_object

        edits = [edit_object(edit) for edit in beside.edits]
        write_json(plan_object(planned) | {"fixed": edits, "notices": beside.notices})
        return
    for edit in beside.edits:
        say(f"wrote {edit}", "green")
    write_faults(planned.warnings)
    say_notices(beside.notices)
    plan = planned.plan
    _tell(planned)
    if plan.is_empty:
        print(nothing_to_do(plan))
    for product in plan.work:
        print("\n".join(_product(product)), end="\n\n")
    if planned.evolution:
        from weft.cli.render.evolution import show_evolution

        show_evolution(planned.evolution)
    if planned.evolution.stable:
        from weft.cli.render.preview import show_going_stable

        show_going_stable(planned.evolution.stable)
    if plan.is_empty:
        return
    say(_summary(plan))
    if not any(planned.evolution.refused):
        say(f"Apply it with: {beside.again}", "dim")


def _tell(planned: Planned) -> None:
    """What a person must know before the steps: an environment that is new, what is held, and what rests on what was withdrawn."""
    plan = planned.plan
    if not planned.recorded.is_made:
        say(f"{plan.environment} is not there yet: applying makes it of what prod points at")
    for product in (product for product in plan.products if product.held):
        print(f"{paint('!', 'yellow')} {product.product}  {product.held}")
    for line, cause in planned.resting.items():
        print(f"{paint('!', 'yellow')} {line}  it was built on what was withdrawn of {cause}")


def nothing_to_do(plan: Plan) -> str:
    if held := sum(1 for product in plan.products if product.held):
        return f"nothing to do: {plan.environment} is as desired but for {counted(held, 'product')} that is held"
    tables = sum(1 for _ in plan.steps())
    return f"nothing to do: {plan.environment} is as desired ({counted(tables, 'table')} in {counted(len(plan.products), 'product')})"


def _product(product: ProductPlan) -> list[str]:
    from weft.cli.render.layout import aligned

    reasons = paint(f"  {', '.join(product.reasons)}", "dim") if product.reasons else ""
    rows = [_row(step) for step in product.steps if step.action != "nothing"]
    return [f"{paint(product.product, 'bold')}{reasons}", *(aligned(rows, width(sys.stdout)) if rows else [])]


def _row(step: Step) -> tuple[str, str, str]:
    sign, ink = SIGNS[step.action]
    return (
        paint(f"{sign} {step.action}", ink),
        step.line.rpartition(".")[2] if "@" not in step.line else _leaf(step.line),
        "; ".join(step.reasons),
    )


def _leaf(line: str) -> str:
    """`departures@1`: a version has dots of its own."""
    table, at, label = line.partition("@")
    return f"{table.rpartition('.')[2]}{at}{label}"


def _summary(plan: Plan) -> str:
    counts = Counter(step.action for _, step in plan.steps())
    parts = [f"{counts[action]:,} {what}" for action, what in DONE.items() if counts[action]]
    parts = parts or ["nothing to build, documents to record"]
    standing = f"; {counted(counts['nothing'], 'table')} as desired" if counts["nothing"] else ""
    return f"{plan.environment}: {', '.join(parts)}{standing}"


def plan_object(planned: Planned) -> dict[str, Any]:
    from weft.session.saved import evolution_object

    plan = planned.plan
    return {
        "environment": plan.environment,
        "as_of": plan.as_of,
        "revision": plan.revision,
        "is_empty": plan.is_empty,
        "warnings": [fault_object(fault) for fault in planned.warnings],
        "products": plan.products,
        "is_made": planned.recorded.is_made,
        "resting_on_withdrawn": planned.resting,
        "impact": _impact(planned),
        "going_stable": _going_stable(planned),
        **evolution_object(planned.evolution),
    }


def _going_stable(planned: Planned) -> list[dict[str, Any]]:
    if not planned.evolution.stable:
        return []
    from weft.cli.render.preview import going_stable_object

    return [going_stable_object(one) for one in planned.evolution.stable]


def _impact(planned: Planned) -> list[dict[str, Any]]:
    if not planned.evolution.reaches:
        return []
    from weft.plan.impact.message import as_objects

    return as_objects(planned.evolution.reaches)
