"""A registry is made, opened and migrated: its schema has one definition."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from weft.errors import Misuse, RegistryFault
from weft.registry import open_registry
from weft.registry.migrating import SCHEMAS, SCRIPTS, written_out
from weft.registry.opening import database_of
from weft.registry.schema import HEAD, VERSIONS
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import DOMAIN, Publisher, product, settings_of

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9998"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("domains", sa.Column("colour", sa.Text()))
"""


def written_by(settings: Settings, statement: str) -> None:
    with closing(database_of(settings)) as database, database.writing() as transaction:
        transaction.run(statement)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_makes_a_new_registry_is_what_the_migrations_come_to(dialect: str) -> None:
    assert (SCHEMAS / f"{dialect}.sql").read_text() == written_out(dialect)


def test_every_migration_is_known() -> None:
    names = sorted(path.stem[1:5] for path in (SCRIPTS / "versions").glob("v*.py"))
    assert tuple(names) == VERSIONS


def test_a_question_creates_nothing(sqlite: Registry, tmp_path: Path) -> None:
    recorded = sqlite.recorded("prod")
    assert (recorded.revision, recorded.pointers, recorded.kept) == (0, {}, {})
    assert (sqlite.products(), sqlite.domains(), sqlite.snapshots([])) == ({}, (), {})
    assert list(tmp_path.iterdir()) == []


def test_a_question_of_an_empty_database_creates_nothing(registry: Registry, any_settings: Settings) -> None:
    assert registry.recorded("prod").revision == 0
    with closing(database_of(any_settings)) as database, database.reading() as transaction:
        assert not transaction.has("meta")


def test_a_registry_of_a_newer_weft_says_so(registry: Registry, any_settings: Settings) -> None:
    registry.journal.begin("prod", "apply", "ann")
    written_by(any_settings, "UPDATE schema_version SET version_num = '9999'")
    with closing(open_registry(any_settings)) as reopened, pytest.raises(RegistryFault, match=r"newer .* Upgrade Weft"):
        reopened.recorded("prod")


def test_a_registry_of_another_mesh_says_so(registry: Registry, any_settings: Settings) -> None:
    registry.journal.begin("prod", "apply", "ann")
    written_by(any_settings, "UPDATE meta SET value = 'trains' WHERE name = 'mesh'")
    with closing(open_registry(any_settings)) as reopened, pytest.raises(RegistryFault, match="belongs to the mesh"):
        reopened.recorded("prod")


def test_opening_an_older_registry_migrates_it_and_loses_nothing(
    registry: Registry, any_settings: Settings, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.publish(product())
    monkeypatch.setattr("weft.registry.schema.HEAD", "9998")
    monkeypatch.setattr("weft.registry.schema.VERSIONS", (*VERSIONS, "9998"))
    monkeypatch.setattr("weft.registry.migrating.SCRIPTS", with_one_more(tmp_path))
    with closing(open_registry(any_settings)) as reopened:
        assert len(reopened.recorded("prod").pointers) == 1
    with closing(database_of(any_settings)) as database, database.reading() as transaction:
        assert transaction.rows("SELECT version_num FROM schema_version") == [("9998",)]
        assert transaction.rows("SELECT name, colour FROM domains") == [(DOMAIN.name, None)]


def with_one_more(folder: Path) -> Path:
    """The migrations, and one that a later Weft might have."""
    scripts = folder / "migrations"
    (scripts / "versions").mkdir(parents=True)
    for name in ("env.py", *(f"versions/{path.name}" for path in (SCRIPTS / "versions").glob("v*.py"))):
        (scripts / name).write_text((SCRIPTS / name).read_text())
    (scripts / "versions" / "v9998_next.py").write_text(NEXT.format(head=HEAD))
    return scripts


def test_a_url_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"'oracle' is no kind of registry"):
        open_registry(settings_of(tmp_path, "oracle://somewhere/x"))


def test_a_file_that_is_no_registry_says_so(sqlite: Registry, settings: Settings) -> None:
    settings.private.mkdir()
    (settings.private / "registry.db").write_bytes(b"this is no database, and never was one\n" * 100)
    with pytest.raises(RegistryFault, match="Name another file"):
        sqlite.recorded("prod")


def test_a_relative_url_is_of_the_mesh(tmp_path: Path) -> None:
    with closing(open_registry(settings_of(tmp_path, "sqlite:///here.db"))) as registry:
        registry.journal.begin("prod", "apply", "ann")
    assert (tmp_path / "here.db").exists()


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "postgresql://weft:secret@127.0.0.1:1/mesh")
    with closing(open_registry(settings)) as registry, pytest.raises(RegistryFault) as caught:
        registry.recorded("prod")
    assert "mesh at 127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_reading_and_publishing_import_neither_sqlalchemy_nor_alembic(sqlite: Registry, settings: Settings) -> None:
    program = f"""
import sys
from pathlib import Path
from weft.registry import open_registry
from weft.settings import Settings
root = Path({str(settings.root)!r})
registry = open_registry(Settings("flights", root, root, {settings.registry!r}, root))
registry.journal.begin("prod", "apply", "ann")
registry.recorded("prod"), registry.products()
heavy = {{"sqlalchemy", "alembic", "pyarrow", "psycopg", "duckdb"}} & set(sys.modules)
sys.exit(f"imported {{heavy}}" if heavy else 0)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_log_is_kept_beside_the_registry(sqlite: Registry, settings: Settings) -> None:
    sqlite.journal.begin("prod", "apply", "ann")
    with closing(sqlite3.connect(settings.private / "registry.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
