"""The measure of a server under load works, in small: every question is answered, and every row comes."""

from __future__ import annotations

from pathlib import Path

from bench.serving import Size, lines, measured


def test_a_server_is_measured_beside_its_floors(tmp_path: Path) -> None:
    size = Size(rows=20_000, readers=3, seconds=1.5, think_seconds=0.05, turns=1)
    found = measured(tmp_path / "shop", size, lambda text: None)
    assert found.errors == []
    assert found.milliseconds["Weft"]["lookup"] and found.milliseconds["raw DuckDB"]["lookup"]
    assert set(found.streams) == {"Weft", "Flight", "Flight, from memory"}
    table = "\n".join(lines(found))
    assert "raw DuckDB" in table and "20,000 rows as Arrow" in table
