"""CSV into Parquet: read with the promised types in one pass; looked at closely only where that fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from weft.names import identifier
from weft.sources.job import Arrived, Job
from weft.sources.prepare import Piece, all_prepared
from weft.sources.scan import field, scan
from weft.sources.shape import Shape, shape_of_csv


def arrive_csv(pieces: Sequence[Piece], job: Job) -> Arrived:
    """Reads files of one source in order. Where a finding is an error, what was written is to be thrown away."""
    import duckdb

    pieces, said = all_prepared(pieces, job.options, job.scratch)
    shapes = [shape_of_csv(piece, job.table, job.options) for piece in pieces]
    findings = (*said, *(finding for shape in shapes for finding in shape.findings))
    if any(finding.severity == "error" for finding in findings):
        return Arrived(0, findings)
    try:
        rows = job.write(reading(pieces, shapes, job))
    except duckdb.Error:
        from weft.sources.diagnosis import closely

        found = closely(pieces, shapes, job)
        return replace(found, findings=findings + found.findings)
    return Arrived(rows, findings)


def reading(pieces: Sequence[Piece], shapes: Sequence[Shape], job: Job) -> str:
    """A query that gives the promised columns or fails. Files of one shape in a row are read together."""
    casts = job.casts
    queries = []
    for shape, group in groupby(zip(pieces, shapes, strict=True), key=lambda pair: pair[1]):
        types = {at: casts[column].read_as for column, at in shape.positions.items()}
        selected = [
            f"{casts[c.name].fast.replace('{}', field(shape.positions[c.name]))} AS {identifier(c.name)}"
            for c in job.table.columns
        ]
        source = scan([piece for piece, _ in group], shape, types, job.options)
        queries.append(f"SELECT {', '.join(selected)} FROM {source}")
    return " UNION ALL ".join(queries)
