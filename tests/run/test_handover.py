"""A bridge's first publish is compared with the last snapshot before it, and says where it differs."""

from __future__ import annotations

from pathlib import Path

from tests.meshes import A, Made, claimed, write_mesh

from weft.names import LineName
from weft.plan.plan import Plan
from weft.query.history import history
from weft.run.report import Handover, RunReport
from weft.session import open_session
from weft.session.lines import new_version
from weft.versions import Version

LINE = LineName("shop.prices.prices@1")
SQL = "SELECT n AS id, n * 2 AS price, 'x' AS note FROM range(10) r(n) ORDER BY n"


def mesh(root: Path, key: str = " key") -> Path:
    columns = {"id": f"integer{key}", "price": "integer", "note": "string"}
    write_mesh(root, A("shop.prices", [Made("prices", columns, SQL)]))
    applied(root)
    return root


def applied(root: Path, environment: str = "prod") -> RunReport:
    with open_session(root, environment) as session:
        report = session.apply(claimed(session))
    assert report.succeeded, report
    return report


def bridged(root: Path, new_sql: str = SQL, environment: str = "prod") -> Handover:
    with open_session(root) as session:
        new_version(session, "shop.prices.prices", Version(2, 0, 0), bridge=True)
    (root / "domains/shop/prices/transforms/prices.sql").write_text(new_sql)
    return handover(applied(root, environment))


def handover(report: RunReport) -> Handover:
    (found,) = [table.handover for product in report.products for table in product.tables if table.handover]
    return found


def planned(root: Path) -> Plan:
    with open_session(root) as session:
        return session.plan().plan


def test_equal_rows_are_told_as_equal(tmp_path: Path) -> None:
    found = bridged(mesh(tmp_path))
    assert found.is_equal
    assert found.told == "it is a bridge to line 2 from now on; all 10 rows are as in its last native snapshot"


def test_rows_are_told_by_key_and_changes_by_column(tmp_path: Path) -> None:
    new = SQL.replace("n * 2", "CASE n WHEN 3 THEN 0 ELSE n * 2 END").replace("range(10)", "range(1, 12)")
    found = bridged(mesh(tmp_path), new)
    assert (found.added, found.removed, found.changed, found.columns) == (2, 1, 1, {"price": 1})
    assert (found.first_added, found.first_removed, found.first_changed) == ((("10",), ("11",)), (("0",),), (("3",),))
    assert found.told.endswith(
        "unlike the 10 rows of its last native snapshot: 2 added, 1 removed, 1 changed by id (price in 1)"
    )


def test_without_a_key_rows_are_compared_as_wholes(tmp_path: Path) -> None:
    found = bridged(mesh(tmp_path, key=""), SQL.replace("'x'", "if(n = 3, 'y', 'x')"))
    assert (found.key, found.added, found.removed, found.changed) == ((), 1, 1, 0)


def test_only_the_first_publish_of_a_bridge_is_compared(tmp_path: Path) -> None:
    root = mesh(tmp_path)
    bridged(root)
    assert planned(root).is_empty
    (root / "domains/shop/prices/transforms/prices.sql").write_text(SQL.replace("* 2", "* 3"))
    plan = planned(root)
    assert {step.action for _, step in plan.steps()} == {"build"}
    assert [step.native for _, step in plan.steps()] == [None, None]


def test_a_line_that_is_native_again_and_bridged_again_is_compared_again(tmp_path: Path) -> None:
    root = mesh(tmp_path)
    bridged(root)
    old = root / "domains/shop/prices/transforms/prices@1.sql"
    bridge = old.read_text()
    old.write_text(SQL.replace("'x'", "'y'"))
    applied(root)
    old.write_text(bridge)
    assert handover(applied(root)).columns == {"note": 10}


def test_the_plan_says_that_a_bridge_takes_over(tmp_path: Path) -> None:
    root = mesh(tmp_path)
    with open_session(root) as session:
        new_version(session, "shop.prices.prices", Version(2, 0, 0), bridge=True)
        (step,) = [step for _, step in session.plan().plan.steps() if step.line == LINE]
        assert step.reasons == ("it is a bridge to line 2 from now on",)
        assert step.native == session.recorded.pointers[LINE].snapshot


def test_it_is_an_event_of_the_line(tmp_path: Path) -> None:
    root = mesh(tmp_path)
    told = bridged(root).told
    with open_session(root) as session:
        events = [event for entry in history(session.library, LINE) for event in entry.events]
    assert ("bridged", LINE, told) in [(event.kind, event.line, event.message) for event in events]


def test_in_an_environment_the_bridge_is_compared_with_what_prod_has(tmp_path: Path) -> None:
    root = mesh(tmp_path)
    assert bridged(root, SQL.replace("* 2", "* 3"), "dev").changed == 9
    assert handover(applied(root)).changed == 9


def test_a_snapshot_that_cannot_be_read_any_more_is_said_and_stops_nothing(tmp_path: Path) -> None:
    root = mesh(tmp_path)
    for file in (root / ".weft/store/shop/prices/prices@1").glob("*.parquet"):
        file.unlink()
    found = bridged(root, SQL.replace("* 2", "* 3"))
    assert not found.is_equal
    assert "it could not be compared with its last native snapshot" in found.told


def test_a_bridge_may_read_the_newer_line_through_a_step(tmp_path: Path) -> None:
    root = mesh(tmp_path)
    with open_session(root) as session:
        new_version(session, "shop.prices.prices", Version(2, 0, 0), bridge=True)
    folder = root / "domains/shop/prices/transforms"
    (folder / "old_shape.sql").write_text("SELECT * FROM prices")
    (folder / "prices@1.sql").write_text("SELECT id, price, note FROM old_shape")
    found = handover(applied(root))
    assert (found.over, found.is_equal) == ("shop.prices.prices@2", True)
