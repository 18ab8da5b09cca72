"""Classifications and declassifications as people read them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import Ink, paint, say, width

if TYPE_CHECKING:
    from weft.product.declassification import Declassification

INKS: dict[str, Ink] = {"approved": "green", "requested": "yellow"}


def show_classifications(rows: Sequence[dict[str, Any]], version: int, *, json: bool) -> None:
    if json:
        write_json({"classifications": rows, "published": version})
        return
    if not rows:
        say("nothing is classified: write policies/classifications.yaml", "dim")
        return
    print("\n".join(aligned([_row(row) for row in rows], width(sys.stdout), indent=0)))
    say(f"as published, version {version}" if version else "as policies/classifications.yaml says", "dim")


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    applies = ", ".join([*row["classifications"], *(f"tag {tag}" for tag in row["tags"])])
    clear = [row[f"clear_{part}"] for part in ("roles", "agreement_roles", "purposes", "attributes")]
    words = ", ".join(word for part in clear for word in part)
    hides = row["mask"] or row["condition"]
    return (
        paint(row["name"], "bold"),
        hides or "open",
        applies,
        f"clear to {words}" if words else "clear to nobody" * bool(hides),
    )


def show_declassifications(found: Sequence[Declassification], *, json: bool) -> None:
    if json:
        write_json({"declassifications": found})
        return
    if not found:
        say("nothing was asked to be declassified: weft access declassify domain.product.table.column", "dim")
        return
    print("\n".join(aligned([_one(one) for one in found], width(sys.stdout), indent=0)))
    if waiting := [one.id for one in found if one.state == "requested"]:
        say(f"governance decides: weft access declassify {waiting[0]} --approve, or --refuse", "dim")


def _one(one: Declassification) -> tuple[str, ...]:
    state = one.standing(datetime.now(UTC).date())
    of = f"{one.line}.{one.column}" if one.column else f"the rows of {one.line}"
    who = f"by {one.decided_by}" if one.decided_by else f"asked by {one.asked_by}"
    return (
        *(paint(one.id, "bold"), paint(state, INKS.get(state, "red")), of, f"not {', '.join(one.names)}"),
        *(f"until {one.until}", f"{one.reason} ({who})"),
    )
