"""What differs between two environments' rows: counted by key, or as wholes where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, claimed, write_mesh

from weft.errors import Unknown
from weft.query.difference import ColumnChange, Difference, RowChange, difference
from weft.session import open_session

CSV = "day,shop,sold,note\n2026-01-01,a,1,x\n2026-01-01,b,2,\n2026-01-02,a,3,y\n"
COLUMNS = {"day": "date", "shop": "string", "sold": "integer", "note": "string"}


def mesh(root: Path, sql: str, columns: dict[str, str]) -> Path:
    made = [
        Made("sales", columns, sql),
        Made("lines", {name: kind.split()[0] for name, kind in columns.items()}, sql),
        Made("still", {"sold": "integer"}, "SELECT sold FROM sales_file"),
    ]
    return write_mesh(root, A("shop.sales", made, [Source("sales_file", COLUMNS, CSV)], version="0.1.0"))


def applied(root: Path, environment: str) -> None:
    with open_session(root, environment) as session:
        assert session.apply(claimed(session)).succeeded


def with_key(**more: str) -> dict[str, str]:
    return {"day": "date key", "shop": "string key", "sold": "integer", "note": "string"} | more


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("difference") / "mesh"
    mesh(folder, "SELECT * FROM sales_file", with_key())
    applied(folder, "prod")
    sql = """
        SELECT day, shop, CASE WHEN shop = 'b' THEN 9 ELSE sold END AS sold, coalesce(note, '') AS note
        FROM sales_file WHERE sold <> 3 UNION ALL SELECT DATE '2026-02-01', 'it''s', 4, NULL"""
    mesh(folder, sql, with_key())
    applied(folder, "dev")
    mesh(folder, "SELECT day, shop, sold::DOUBLE AS sold, 1 AS extra FROM sales_file", {
        "day": "date key", "shop": "string key", "sold": "number", "extra": "integer"})  # fmt: skip
    applied(folder, "shape")
    yield folder


def found(root: Path, name: str, to: str) -> Difference:
    with open_session(root) as session:
        return difference(name, session.library, to)


def test_rows_are_told_by_key(root: Path) -> None:
    told = found(root, "shop.sales.sales", "dev")
    assert told.key == ("day", "shop")
    assert (told.added, told.removed, told.changed) == (1, 1, 1)
    assert {(column.column, column.rows) for column in told.columns} == {("sold", 1), ("note", 1)}
    assert told.first_added[0]["shop"] == "it's"
    assert told.first_removed[0]["sold"] == 3
    (change,) = told.first_changed
    assert change.columns == {"sold": (2, 9), "note": (None, "")}
    assert isinstance(change, RowChange)
    assert change.key["shop"] == "b"


def test_without_a_key_rows_are_told_as_wholes(root: Path) -> None:
    told = found(root, "shop.sales.lines", "dev")
    assert (told.key, told.added, told.removed, told.changed) == ((), 2, 2, 0)
    assert "no primary key" in told.note
    assert [row["shop"] for row in told.first_added] == ["b", "it's"]


def test_files_that_both_sides_have_are_not_read(root: Path) -> None:
    told = found(root, "shop.sales.still", "dev")
    assert told.is_empty
    assert told.files_skipped == 1


def test_columns_that_come_go_or_change_their_type_are_told(root: Path) -> None:
    told = found(root, "shop.sales.sales", "shape")
    assert told.changed == 0
    assert not told.is_empty
    assert set(told.shapes) == {
        ColumnChange("sold", 0, "BIGINT", "DOUBLE"),
        ColumnChange("note", 0, "VARCHAR", None),
        ColumnChange("extra", 0, None, "BIGINT"),
    }


def test_a_table_that_only_one_side_has_is_all_added_or_removed(root: Path, tmp_path: Path) -> None:
    fresh = mesh(tmp_path / "mesh", "SELECT * FROM sales_file", with_key())
    with open_session(fresh, "dev") as session:
        session.apply(claimed(session))
    told = found(fresh, "shop.sales.sales", "dev")
    assert (told.added, told.note) == (3, "it is not published in prod")


def test_an_unknown_table_is_named_with_the_closest(root: Path) -> None:
    with pytest.raises(Unknown, match=r"Did you mean 'shop\.sales\.sales'"):
        found(root, "shop.sales.sale", "dev")
