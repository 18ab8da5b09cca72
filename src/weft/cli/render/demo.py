"""The demo's first and last words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from weft.cli.render.counting import counted
from weft.cli.render.terminal import paint, say
from weft.names import table_of

if TYPE_CHECKING:
    from weft.session import Session

BEST = "analytics.punctuality.by_carrier"
"""The table of the example that shows most at a glance."""


def show_made(root: Path) -> None:
    say(f"made the mesh in {root}, from the flights out of New York in 2013\n", "dim")


def show_next(folder: Path, session: Session) -> None:
    """Where to go from here, with a table of the mesh's own."""
    from weft.cli.render.layout import aligned

    tables = [table_of(line) for line in session.recorded.pointers]
    name = BEST if BEST in tables else min(tables, default=BEST)
    rows = [
        (paint(f"cd {folder}", "bold"), ""),
        (paint("weft show", "bold"), counted(len(session.mesh.domains), "domain") + " and what they offer"),
        (paint(f"weft show {name}", "bold"), "one table: its promises, files, inputs and people"),
        (paint(f'weft query "FROM {name} LIMIT 10"', "bold"), "ask it something; `weft query` alone is a shell"),
        (paint(f"weft lineage {name}", "bold"), "where its numbers come from"),
        (paint("weft plan", "bold"), "change a file under domains/, and see what would be built"),
    ]
    print("\nWhere to go next:\n")
    print("\n".join(aligned(rows)))
