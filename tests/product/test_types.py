"""Types as DuckDB reads them."""

from __future__ import annotations

import duckdb

from weft.product.types import duckdb_type


def test_a_field_of_a_type_may_be_called_by_any_word_of_sql() -> None:
    with duckdb.connect() as connection:
        words = [word for (word,) in connection.sql("SELECT DISTINCT keyword_name FROM duckdb_keywords()").fetchall()]
        said = [duckdb_type(f'STRUCT("{word}" VARCHAR)') for word in words]
        written = ", ".join(f"CAST(NULL AS {type_})" for type_ in said)
        types = connection.sql(f"SELECT {written}").types
    assert [type_.children[0][0] for type_ in types] == words
