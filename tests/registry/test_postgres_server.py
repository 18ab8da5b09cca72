"""The server that other tests stand on."""

from __future__ import annotations

import psycopg


def test_each_test_gets_a_database_that_is_empty(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
        assert found.fetchone() == (0,)
