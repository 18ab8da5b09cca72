"""`weft sweep`: delete the files that nothing needs any more."""

from __future__ import annotations

from weft.cli.options import Json, MeshDir, verb

app = verb()


@app.command()
def sweep(json: Json = False, mesh: MeshDir = None) -> None:
    """Delete snapshots past their retention and files of runs that never ended; never what a reader or a run holds.

    JSON: {"files": number, "bytes": number}
    """
    from weft.cli.render.counting import counted, sized
    from weft.cli.render.json_out import write_json
    from weft.cli.render.terminal import say
    from weft.session import open_session

    with open_session(mesh) as session:
        files, size = session.sweep()
    if json:
        write_json({"files": files, "bytes": size})
    else:
        say(f"deleted {counted(files, 'file')} ({sized(size)})" if files else "there is nothing to sweep")
