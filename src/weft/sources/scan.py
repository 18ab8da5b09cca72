"""`read_csv` with everything said, so that nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence

from weft.sources.casting import literal
from weft.sources.options import Options
from weft.sources.prepare import Piece
from weft.sources.shape import Shape


def field(position: int) -> str:
    return f"c{position}"


def scan(pieces: Sequence[Piece], shape: Shape, types: dict[int, str], options: Options, more: str = "") -> str:
    """`read_csv` over files of one shape, their columns called `c0`, `c1`, ...; text where `types` says nothing."""
    paths = ", ".join(literal(str(piece.path)) for piece in pieces)
    columns = ", ".join(f"'{field(at)}': {literal(types.get(at, 'VARCHAR'))}" for at in range(len(shape.names)))
    nulls = ", ".join(literal(value) for value in options.nulls)
    said = {
        "auto_detect": "false",
        "header": "false",
        "skip": str(shape.skip),
        "delim": literal(options.delimiter),
        "quote": literal(options.quote),
        "escape": literal(options.escape),
        "decimal_separator": literal(options.decimal),
        "nullstr": f"[{nulls}]",
        "allow_quoted_nulls": "false",
    }
    return f"read_csv([{paths}], columns = {{{columns}}}, {', '.join(f'{k} = {v}' for k, v in said.items())}{more})"
