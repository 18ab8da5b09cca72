"""Tables made in parts: what came or was corrected is made anew, the rest stays, and the whole is what a full build makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.meshes import A, Made, Source, write_mesh

from weft.names import LineName
from weft.product.snapshot import Snapshot
from weft.session import Session, open_session

DELIVERED = "SELECT week, shop, version, amount FROM files WHERE amount >= 0"
LATEST = "SELECT week, shop, arg_max(amount, version) AS amount FROM delivered GROUP BY week, shop"
TOTALS = "WITH open AS (SELECT week, sum(amount) AS amount FROM latest WHERE shop <> 'closed' GROUP BY ALL) SELECT week, amount FROM open"
SO_FAR = "SELECT week, sum(amount) OVER (ORDER BY week) AS amount FROM totals"
ROW = {"week": "integer", "shop": "string", "version": "integer", "amount": "integer"}
FIRST = {"w1": ("1,a,0,10", "1,b,0,20"), "w2": ("2,a,0,11", "2,b,0,21"), "w3": ("3,a,0,12", "3,closed,0,5")}


def mesh(root: Path, *, latest: str = LATEST) -> Path:
    files = Source("files", ROW, "")
    append, replace = "materialization: {delivered: append}\n", "materialization: {%s: {replace: [week]}}\n"
    write_mesh(
        root,
        A("sales.raw", [Made("delivered", ROW, DELIVERED)], [files], files={"build.yaml": append}),
        A("sales.weekly", [Made("latest", {"week": "integer", "shop": "string", "amount": "integer"}, latest)], reads=["sales.raw.delivered"], files={"build.yaml": replace % "latest"}),
        A("sales.totals", [Made("totals", {"week": "integer key", "amount": "integer"}, TOTALS)], reads=["sales.weekly.latest"], files={"build.yaml": replace % "totals"}),
        A("sales.growth", [Made("so_far", {"week": "integer", "amount": "integer"}, SO_FAR)], reads=["sales.totals.totals"], files={"build.yaml": replace % "so_far"}),
    )  # fmt: skip
    folder = root / "domains" / "sales" / "raw"
    contract = folder / "contracts" / "files.odcs.yaml"
    contract.write_text(contract.read_text().replace("../files.csv", "../deliveries/*.csv"))
    (folder / "files.csv").unlink()
    (folder / "deliveries").mkdir()
    return root


def deliver(root: Path, files: dict[str, tuple[str, ...]]) -> None:
    for name, rows in files.items():
        (root / "domains" / "sales" / "raw" / "deliveries" / f"{name}.csv").write_text(
            "\n".join(("week,shop,version,amount", *rows)) + "\n"
        )


def apply(session: Session) -> dict[str, tuple[str, ...]]:
    """The reasons of each table that was planned to be built."""
    planned = session.plan()
    report = session.apply(planned)
    assert report.succeeded, [product.message for product in report.products]
    return {
        step.line.rpartition(".")[2].partition("@")[0]: step.reasons
        for _, step in planned.plan.steps()
        if step.action == "build"
    }


def standing(session: Session, table: str) -> Snapshot:
    line = LineName(f"{table}@1")
    pointer = session.registry.recorded("prod").pointers[line]
    return session.registry.snapshots([pointer.snapshot])[pointer.snapshot]


def content(session: Session) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for table in ("sales.raw.delivered", "sales.weekly.latest", "sales.totals.totals", "sales.growth.so_far"):
        with session.query(f"FROM {table} ORDER BY ALL") as answer:
            found[table] = [tuple(row.values()) for row in answer.arrow().to_pylist()]
    return found


@pytest.fixture
def built(tmp_path: Path) -> Path:
    root = mesh(tmp_path / "mesh")
    deliver(root, FIRST)
    with open_session(root) as session:
        apply(session)
    return root


def test_a_corrected_week_replaces_its_part_alone_down_the_line(built: Path) -> None:
    with open_session(built) as session:
        before = {
            table: {f.path for f in standing(session, table).files}
            for table in ("sales.raw.delivered", "sales.weekly.latest", "sales.totals.totals")
        }
    deliver(built, {"w2_again": ("2,a,1,111", "2,b,1,21")})
    with open_session(built) as session:
        apply(session)
        after = {table: {f.path for f in standing(session, table).files} for table in before}
        assert {table: len(after[table] - before[table]) for table in before} == dict.fromkeys(before, 1)
        assert {table: len(before[table] - after[table]) for table in before} == {
            "sales.raw.delivered": 0,
            "sales.weekly.latest": 1,
            "sales.totals.totals": 1,
        }
        assert content(session)["sales.totals.totals"] == [(1, 30), (2, 132), (3, 12)]
        assert content(session)["sales.growth.so_far"] == [(1, 30), (2, 162), (3, 174)]


def test_the_plan_says_which_tables_are_made_in_part_and_why_one_is_not(built: Path) -> None:
    deliver(built, {"w4": ("4,a,0,13",)})
    with open_session(built) as session:
        said = apply(session)
    assert "only the parts of new files are made" in said["delivered"]
    assert "only the parts of changed values of week are made" in said["latest"]
    assert "only the parts of changed values of week are made" in said["totals"]
    assert (
        "it is made whole: domains/sales/growth/transforms/so_far.sql:1: a window reaches over all parts: the key is not in its PARTITION BY"
        in said["so_far"]
    )


def test_the_first_plan_says_which_tables_will_be_made_in_part_and_why_one_will_not(tmp_path: Path) -> None:
    root = mesh(tmp_path / "mesh")
    deliver(root, FIRST)
    with open_session(root) as session:
        said = apply(session)
    assert "from now on only the parts of new files of `files` are made" in said["delivered"]
    assert "from now on only the parts of changed values of week of `delivered` are made" in said["latest"]
    why = "domains/sales/growth/transforms/so_far.sql:1: a window reaches over all parts: the key is not in its PARTITION BY"
    assert f"it is made whole each time: {why}" in said["so_far"]


def test_what_is_joined_as_an_option_is_kept_apart_by_what_it_is_joined_to(tmp_path: Path) -> None:
    root = mesh(tmp_path / "mesh")
    closed = "SELECT week, shop FROM latest WHERE shop = 'closed'"
    said = "SELECT totals.week, amount, shop FROM totals LEFT JOIN closed ON closed.week = totals.week"
    write_mesh(
        root,
        A("sales.closed", [Made("closed", {"week": "integer", "shop": "string"}, closed)], reads=["sales.weekly.latest"], files={"build.yaml": "materialization: {closed: {replace: [week]}}\n"}),
        A("sales.report", [Made("report", {"week": "integer key", "amount": "integer", "shop": "string"}, said)], reads=["sales.totals.totals", "sales.closed.closed"], files={"build.yaml": "materialization: {report: {replace: [week]}}\n"}),
    )  # fmt: skip
    deliver(root, FIRST)
    with open_session(root) as session:
        apply(session)
    deliver(root, {"w2_again": ("2,a,1,111", "2,closed,1,7")})
    with open_session(root) as session:
        assert "only the parts of changed values of week are made" in apply(session)["report"]
        with session.query("FROM sales.report.report ORDER BY ALL") as answer:
            rows = [tuple(row.values()) for row in answer.arrow().to_pylist()]
    assert rows == [(1, 30, None), (2, 132, "closed"), (3, 12, "closed")]


def test_where_only_data_changed_no_sql_is_parsed(built: Path) -> None:
    deliver(built, {"w2_again": ("2,a,1,111", "2,b,1,21")})
    applied = """
import sys
from weft.session import open_session

with open_session(sys.argv[1]) as session:
    assert session.apply(session.plan()).succeeded
print(sorted(name for name in ("numpy", "pyarrow", "sqlglot") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", applied, str(built)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_late_week_takes_its_place(built: Path) -> None:
    deliver(built, {"w0_late": ("0,a,0,7",)})
    with open_session(built) as session:
        apply(session)
        snapshot = standing(session, "sales.weekly.latest")
        assert [file.part for file in snapshot.files] == [("0",), ("1",), ("2",), ("3",)]
        assert snapshot.rows == 7
        assert snapshot.statistics["amount"].minimum == 5 and snapshot.statistics["amount"].maximum == 21
        assert snapshot.statistics["amount"].nulls == 0


def test_a_file_that_is_gone_takes_its_rows_along(built: Path) -> None:
    deliver(built, {"w4": ("4,a,0,13",)})
    with open_session(built) as session:
        apply(session)
    (built / "domains" / "sales" / "raw" / "deliveries" / "w4.csv").unlink()
    with open_session(built) as session:
        apply(session)
        assert content(session)["sales.totals.totals"] == [(1, 30), (2, 32), (3, 12)]


def test_a_file_that_comes_twice_with_the_same_rows_counts_twice(tmp_path: Path) -> None:
    root = mesh(tmp_path / "mesh", latest=LATEST.replace("arg_max(amount, version)", "sum(amount)::BIGINT"))
    totals = []
    for files in (FIRST, {"w4": ("4,a,0,13",)}, {"w4_again": ("4,a,0,13",)}):
        deliver(root, files)
        with open_session(root) as session:
            apply(session)
            totals.append(dict(content(session)["sales.totals.totals"]).get(4))  # type: ignore[arg-type]
    (root / "domains" / "sales" / "raw" / "deliveries" / "w4.csv").unlink()
    with open_session(root) as session:
        apply(session)
        totals.append(dict(content(session)["sales.totals.totals"]).get(4))  # type: ignore[arg-type]
    assert totals == [None, 13, 26, 13]


def test_a_text_that_changed_makes_all_parts_anew(built: Path) -> None:
    transform = built / "domains" / "sales" / "weekly" / "transforms" / "latest.sql"
    transform.write_text(LATEST.replace("arg_max(amount, version)", "max(amount)"))
    for name in ("contracts/weekly.odcs.yaml", "product.odps.yaml"):
        file = built / "domains" / "sales" / "weekly" / name
        file.write_text(
            file.read_text()
            .replace("1.0.0", "1.1.0")
            .replace("version: 1.1.0, contractId: sales.raw", "version: 1.0.0, contractId: sales.raw")
        )
    deliver(built, {"w4": ("4,a,0,13",)})
    with open_session(built) as session:
        said = apply(session)
        assert "it is made whole: more changed than what it reads: its sql" in said["latest"]
        assert len(standing(session, "sales.weekly.latest").files) == 4


def test_a_source_that_is_read_otherwise_is_read_anew_whole(built: Path) -> None:
    contract = built / "domains" / "sales" / "raw" / "contracts" / "files.odcs.yaml"
    said = contract.read_text()
    contract.write_text(
        said.replace(
            "format: csv}", "format: csv, customProperties: [{property: nullValues, value: '20', vendor: weft}]}"
        )
    )
    deliver(built, {"w4": ("4,a,0,13",)})
    with open_session(built) as session:
        why = apply(session)["delivered"]
        assert "it is made whole: more changed than what it reads: a step behind it, or how its source is read" in why
        assert content(session)["sales.totals.totals"] == [(1, 10), (2, 32), (3, 12), (4, 13)]


def test_a_key_that_is_promised_as_another_type_is_not_published_twice(tmp_path: Path) -> None:
    root = mesh(tmp_path / "mesh")
    for name in ("totals", "growth"):
        contract = root / "domains" / "sales" / name / "contracts" / f"{name}.odcs.yaml"
        contract.write_text(contract.read_text().replace("logicalType: integer", "logicalType: number", 1))
    deliver(root, FIRST)
    with open_session(root) as session:
        apply(session)
    deliver(root, {"w2_again": ("2,a,1,111", "2,b,1,21")})
    with open_session(root) as session:
        apply(session)
        assert content(session)["sales.totals.totals"] == [(1.0, 30), (2.0, 132), (3.0, 12)]


def test_a_table_that_has_no_rows_as_before_moves_nobody(built: Path) -> None:
    none = "SELECT week, amount FROM totals WHERE amount < 0"
    columns = {"week": "integer", "amount": "integer"}
    write_mesh(
        built,
        A("sales.losses", [Made("losses", columns, none)], reads=["sales.totals.totals"], files={"build.yaml": "materialization: {losses: {replace: [week]}}\n"}),
        A("sales.alarm", [Made("alarm", columns, "SELECT week, amount FROM losses")], reads=["sales.losses.losses"]),
    )  # fmt: skip
    with open_session(built) as session:
        apply(session)
        before = standing(session, "sales.losses.losses")
    deliver(built, {"w4": ("4,a,0,13",)})
    with open_session(built) as session:
        apply(session)
        assert (standing(session, "sales.losses.losses").id, before.files) == (before.id, ())


def test_zero_with_a_sign_is_no_other_part_than_zero(tmp_path: Path) -> None:
    root, row = tmp_path / "mesh", ROW | {"week": "number"}
    made = Made("delivered", row, "SELECT week, shop, version, amount FROM files")
    weekly = Made("latest", {"week": "number", "amount": "integer"}, "SELECT week, amount FROM delivered")
    write_mesh(
        root,
        A("sales.raw", [made], [Source("files", row, "")], files={"build.yaml": "materialization: {delivered: append}\n"}),
        A("sales.weekly", [weekly], reads=["sales.raw.delivered"], files={"build.yaml": "materialization: {latest: {replace: [week]}}\n"}),
    )  # fmt: skip
    contract = root / "domains/sales/raw/contracts/files.odcs.yaml"
    contract.write_text(contract.read_text().replace("../files.csv", "../deliveries/*.csv"))
    (root / "domains/sales/raw/deliveries").mkdir()
    for name, first in (("zero", "0.0,a,0,1"), ("signed", "-0.0,a,0,2")):
        deliver(root, {name: (first, "1.0,a,0,5")})
        with open_session(root) as session:
            apply(session)
            with session.query("SELECT amount FROM sales.weekly.latest ORDER BY amount") as answer:
                found = [row["amount"] for row in answer.arrow().to_pylist()]
    assert found == [1, 2, 5, 5]


@pytest.mark.parametrize("column", ["r", "rows"])
def test_rows_that_changed_are_seen_whatever_their_columns_are_called(built: Path, column: str) -> None:
    so_far = SO_FAR.replace("SELECT week,", f"""SELECT week, 'always' AS "{column}",""")
    columns = {"week": "integer", column: "string", "amount": "integer"}
    write_mesh(
        built,
        A("sales.named", [Made("so_far", columns, so_far)], reads=["sales.totals.totals"], files={"build.yaml": "materialization: {so_far: {replace: [week]}}\n"}),
    )  # fmt: skip
    for rows in ((), ("2,a,1,111", "2,b,1,21")):
        deliver(built, {"again": rows})
        with open_session(built) as session:
            apply(session)
            with session.query("SELECT week, amount FROM sales.named.so_far ORDER BY week") as answer:
                found = [tuple(row.values()) for row in answer.arrow().to_pylist()]
    assert found == [(1, 30), (2, 162), (3, 174)]


def test_a_full_build_makes_all_parts_anew(built: Path) -> None:
    from weft.session import Choice

    with open_session(built) as session:
        before = {f.path for f in standing(session, "sales.weekly.latest").files}
        session.apply(session.plan(Choice(full=True)))
        after = standing(session, "sales.weekly.latest").files
        assert not before & {f.path for f in after} and len(after) == 3


weeks = st.sampled_from(range(1, 5))
shops = st.sampled_from(["a", "b", "closed"])
rows = st.lists(st.tuples(weeks, shops, st.integers(0, 3), st.integers(-1, 9)), max_size=6)
histories = st.lists(
    st.dictionaries(st.sampled_from(["one", "two", "three", "four"]), rows, max_size=3), min_size=1, max_size=3
)


@given(history=histories)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_history_of_deliveries_the_whole_is_what_a_full_build_makes(
    history: list[dict[str, list[tuple[int, str, int, int]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("history")
    latest = LATEST.replace("version)", "(version, amount))")  # one of the greatest alone: of two either would do
    root, whole = (mesh(folder / name, latest=latest) for name in ("in_parts", "whole"))
    last: dict[str, tuple[str, ...]] = {"zero": ("1,a,0,1",)}
    deliver(root, last)
    with open_session(root) as session:
        apply(session)
        for files in history:
            coming = {
                name: tuple(",".join(map(str, row)) for row in dict.fromkeys(given_rows))
                for name, given_rows in files.items()
            }
            deliver(root, coming)
            last |= coming
            apply(session)
        found = content(session)
    deliver(whole, last)
    with open_session(whole) as session:
        apply(session)
        assert found == content(session)
