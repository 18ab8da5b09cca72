"""`weft profile`: what tables and files hold, what is untidy in them, and how they moved."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import tables
from weft.cli.options import As, Env, Json, MeshDir, verb
from weft.names import PROD

app = verb()


@app.command()
def profile(  # noqa: PLR0913, PLR0917 one parameter for each option
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME|FILE...",
            help="Tables, products or domains; files, folders or globs, of which each is one table.",
            autocompletion=tables,
        ),
    ],
    column: Annotated[
        list[str] | None, typer.Option("--column", "-c", metavar="NAME", help="Show all of one column; again for more.")
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Look again, though a profile is kept.")] = False,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="NUMBER", help="Choose the sample by this; such a profile is not kept."),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Show how a table's kept profiles moved, snapshot by snapshot.")
    ] = False,
    env: Env = PROD,
    as_: As = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Say what each column holds, what tells rows apart, what is untidy, and how the table scores. A published table's profile is kept.

    JSON: {"profiles": [{"line", "snapshot", "rows", "sampled_rows", "seed", "profiled_at", "seconds", "columns": [{"name", "type",
    "family", "rows", "nulls", "empties", "placeholders", "distinct", "is_distinct_exact", "distinct_error", "minimum", "maximum",
    "mean", "deviation", "quantiles", "histogram", "frequent", "patterns", "text", "number", "moment", "order", "meaning",
    "personal", "withheld"}, ...], "duplicate_rows", "keys", "dependencies", "foreign_keys", "findings": [{"kind", "column",
    "likelihood", "dimension", "rows", "examples", "said", "mend"}, ...], "scores": [{"dimension", "percent", "points",
    "affected"}, ...], "notes"}, ...], "score": of all of them}; --history: {"profiles": [...], "moved": [{"line", "before",
    "after", "drifts": [{"column", "measure", "before", "after", "value", "threshold", "said"}, ...]}, ...]}
    """
    from weft.access import Reader
    from weft.cli.render.profile import show_moved, show_profiles
    from weft.session.profiles import histories, profiles, wherever
    from weft.session.profiling import Looked

    with wherever(names, mesh, env, Reader(as_)) as session:
        if history:
            kept, moves = histories(session, names)
            show_moved(kept, moves, json=json)
            return
        show_profiles(profiles(session, names, Looked(anew, seed)), column or [], json=json)
