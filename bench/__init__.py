"""What Weft costs beside raw DuckDB, dbt and SQLMesh on the same work: `python -m bench`."""
