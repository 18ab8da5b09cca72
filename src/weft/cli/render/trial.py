"""What a trial of a transform came to: its first rows, its types, its checks and its time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from weft.cli.render.checks import check_objects, shown_results
from weft.cli.render.counting import counted, lasted
from weft.cli.render.json_out import write_json
from weft.cli.render.table import arrow_lines
from weft.cli.render.terminal import paint, say, width

if TYPE_CHECKING:
    from weft.run.trying import Trial


def show_trial(trial: Trial, *, json: bool) -> None:
    if json:
        columns = [{"name": name, "type": kind} for name, kind in trial.columns]
        found = {"name": trial.name, "columns": columns, "rows": trial.rows.to_pylist(), "row_count": trial.total}
        write_json({**found, "checks": check_objects(trial.results), "seconds": round(trial.seconds, 6)})
        return
    from weft.cli.render.layout import aligned

    head, rule, *rows = arrow_lines(trial.columns, trial.rows, width(sys.stdout))
    print("\n".join([paint(head, "bold"), paint(rule, "dim"), *rows]))
    print(paint("\ncolumns", "bold"))
    print("\n".join(aligned(trial.columns)))
    if trial.results:
        print(paint("\nchecks", "bold"))
        print("\n".join(shown_results(trial.results)))
    shown = f", {trial.rows.num_rows:,} shown" if trial.rows.num_rows < trial.total else ""
    say(f"\n{counted(trial.total, 'row')}{shown}, computed in {lasted(trial.seconds)}; nothing is published")
