"""Brings an older registry to the schema of this Weft, and writes out what a new one is made of.

The migrations are the schema's one definition. Alembic is imported here and nowhere else, when a migration is due.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.registry.schema import VERSION_TABLE

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
SCHEMAS = Path(__file__).parent / "schema"
LAST = "head"
DIALECTS = ("sqlite", "postgresql")


def migrate_sqlite(opened: Callable[[], Any]) -> None:
    """Under the write lock, so that whoever else opens the registry waits, and then finds it done."""
    _migrate(_engine("sqlite://", opened, "BEGIN IMMEDIATE"))


def migrate_postgresql(opened: Callable[[], Any], lock: int) -> None:
    """Under an advisory lock that ends with the transaction."""
    _migrate(_engine("postgresql+psycopg://", opened, f"BEGIN; SELECT pg_advisory_xact_lock({lock})"))


def written_out(dialect: str) -> str:
    """The statements that make a new registry: what the migrations come to, in order."""
    from alembic import command

    found = io.StringIO()
    configuration = _configuration(found)
    configuration.attributes["dialect"] = dialect
    command.upgrade(configuration, LAST, sql=True)
    return _tidy(found.getvalue())


def _engine(url: str, opened: Callable[[], Any], begin: str) -> sa.Engine:
    import sqlalchemy as sa

    engine = sa.create_engine(url, creator=opened, poolclass=sa.NullPool)

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _migrate(engine: sa.Engine) -> None:
    from alembic import command

    configuration = _configuration(io.StringIO())
    with engine.begin() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, LAST)


def _configuration(output: io.StringIO) -> Config:
    from alembic.config import Config

    configuration = Config(output_buffer=output)
    configuration.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["version_table"] = VERSION_TABLE
    return configuration


def _tidy(script: str) -> str:
    """Without comments, and without the transaction that the registry itself makes."""
    lines = (line.rstrip() for line in script.splitlines())
    kept = [line for line in lines if line and not line.startswith("--") and line not in ("BEGIN;", "COMMIT;")]
    return re.sub(r";\n(?!$)", ";\n\n", "\n".join(kept) + "\n")


if __name__ == "__main__":
    for name in DIALECTS:
        (SCHEMAS / f"{name}.sql").write_text(written_out(name), encoding="utf-8")
