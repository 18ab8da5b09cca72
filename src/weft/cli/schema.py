"""`weft schema`: the JSON Schemas of the files that a team writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from weft.cli.options import Json, verb
from weft.errors import Misuse, did_you_mean

if TYPE_CHECKING:
    from weft.standards.schemas import Kind

app = verb()


@app.command()
def schema(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", help="mesh, domain, build, tests, classifications, odps or odcs; all where none is named."
        ),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write KIND.schema.json files there.")
    ] = None,
    json: Json = False,
) -> None:
    """Print the JSON Schema of a kind of file, or write them to a folder, for an editor to complete the files.

    JSON: without --output, the schema itself, or {KIND: schema, ...}; with it {"written": [file, ...], "notes": []}
    """
    from weft.cli.render.json_out import write_json
    from weft.standards.schemas import schema as published

    kinds = _kinds(kind)
    if output is None:
        write_json(published(kinds[0]) if kind else {name: published(name) for name in kinds})
    else:
        _write(kinds, output, json=json)


def _kinds(kind: str) -> tuple[Kind, ...]:
    from weft.standards.schemas import Kind

    known: tuple[Kind, ...] = get_args(Kind)
    if kind and kind not in known:
        raise Misuse(f"there is no kind of file '{kind}'", mend=did_you_mean(kind, known))
    return tuple(name for name in known if kind in ("", name))


def _write(kinds: tuple[Kind, ...], folder: Path, *, json: bool) -> None:
    import msgspec

    from weft.cli.render.written import show_written
    from weft.standards.schemas import schema as published

    written = [folder / f"{name}.schema.json" for name in kinds]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in zip(kinds, written, strict=True):
            path.write_bytes(msgspec.json.format(msgspec.json.encode(published(name)), indent=2) + b"\n")
    except OSError as error:
        raise Misuse(f"{error.filename or folder} cannot be written: {error.strerror}") from error
    show_written(
        written, "Next: tell your editor, e.g. `# yaml-language-server: $schema=...` on a file's first line", json=json
    )
