"""What serving is measured against: the same questions of raw DuckDB in its own process, and a bare Flight server.

`python -m bench.serving_floor raw` reads what to do from standard input; `... flight FILE computed|kept` serves at the port it prints.
"""

from __future__ import annotations

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import duckdb
import pyarrow as pa

from bench.serving_load import SQL, Load, carried_out

BATCH_ROWS = 122_880


def raw(files: list[str], load: Load) -> None:
    connection = duckdb.connect(":memory:")
    connection.execute(f"CREATE VIEW orders AS SELECT * FROM read_parquet({files})")
    hands = ThreadPoolExecutor(load.readers)

    def answered(cursor: duckdb.DuckDBPyConnection, kind: str, id: int) -> pa.Table:
        return cursor.sql(SQL[kind].format(table="orders"), params={"id": id}).to_arrow_table()

    def asking() -> object:
        cursor = connection.cursor()

        async def ask(kind: str, id: int) -> None:
            await asyncio.get_running_loop().run_in_executor(hands, answered, cursor, kind, id)

        return ask

    found = asyncio.run(carried_out(load, [asking() for _ in range(load.readers)]))  # type: ignore[misc]
    json.dump(asdict(found), sys.stdout)


def flight(file: str, form: str) -> None:
    import pyarrow.flight as fl

    relation = duckdb.sql(f"FROM read_parquet('{file}')")
    kept = relation.to_arrow_table() if form == "kept" else None

    class Server(fl.FlightServerBase):  # type: ignore[misc]
        def do_get(self, context: object, ticket: object) -> fl.RecordBatchStream:
            if kept is not None:
                return fl.RecordBatchStream(kept)
            return fl.RecordBatchStream(
                duckdb.connect().sql(f"FROM read_parquet('{file}')").to_arrow_reader(BATCH_ROWS)
            )

    server = Server("grpc://127.0.0.1:0")
    print(server.port, flush=True)
    server.serve()


if __name__ == "__main__":
    if sys.argv[1] == "raw":
        asked = json.load(sys.stdin)
        raw(asked["files"], Load(**asked["load"]))
    else:
        flight(*sys.argv[2:])
