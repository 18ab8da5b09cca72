"""The demo's first and last words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from weft.cli.render.counting import counted
from weft.cli.render.terminal import paint, say
from weft.names import table_of

if TYPE_CHECKING:
    from weft.session import Session
    from weft.session.demo import Example

BEST: dict[Example, str] = {"flights": "analytics.punctuality.by_carrier", "pharma": "launch.tracking.weekly"}
"""The table of an example that shows most at a glance."""
MADE_OF: dict[Example, str] = {
    "flights": "from the flights out of New York in 2013",
    "pharma": "of a company that launches a product, with data that is made",
}


def show_made(root: Path, example: Example, public: Path | None = None) -> None:
    of = (
        f"of a company that launches a product among those in the public files of {public}"
        if public
        else MADE_OF[example]
    )
    say(f"made the mesh in {root}, {of}\n", "dim")


def show_next(folder: Path, session: Session, example: Example) -> None:
    """Where to go from here, with a table of the mesh's own."""
    from weft.cli.render.layout import aligned

    tables = [table_of(line) for line in session.recorded.pointers]
    best = BEST[example]
    name = best if best in tables else min(tables, default=best)
    rows = [
        (paint(f"cd {folder}", "bold"), ""),
        (paint("weft show", "bold"), counted(len(session.mesh.domains), "domain") + " and what they offer"),
        (paint(f"weft show {name}", "bold"), "one table: its promises, files, inputs and people"),
        (paint(f'weft query "FROM {name} LIMIT 10"', "bold"), "ask it something; `weft query` alone is a shell"),
        (paint(f"weft lineage {name}", "bold"), "where its numbers come from"),
        *(
            [(paint("weft core review", "bold"), "records that may be one clinician, and wait for a steward")]
            if example == "pharma"
            else []
        ),
        (paint("weft plan", "bold"), "change a file under domains/, and see what would be built"),
    ]
    print("\nWhere to go next:\n")
    print("\n".join(aligned(rows)))
