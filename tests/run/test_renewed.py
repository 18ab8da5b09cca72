"""Checks of tables made in part: the new parts alone are looked at where that is enough, and the results are those of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.meshes import A, Made, Source, write_mesh

from weft.names import LineName, ProductName, RunId, SnapshotId
from weft.plan.partial import Partial
from weft.product.checks import CheckResult, Suite, checks_of
from weft.product.parting import Parting
from weft.product.snapshot import Snapshot
from weft.run.renewed import Renewal, decided_apart, footing, kept_apart
from weft.session import Choice, Session, open_session
from weft.sql.remembered import Remembered

ROW = {"week": "integer", "shop": "string", "amount": "integer"}
DELIVERED = {"week": "integer key", "shop": "string key", "amount": "integer key"}
LINES = ("sales.raw.delivered@1", "sales.weekly.sold@1")
SOLD = {"week": "integer key", "shop": "string key", "amount": "integer required"}
SHOPS = {"name": "string key", "town": "string"}
OF_SOLD = """
- {name: no refunds, type: sql, query: "SELECT count(*) FROM {object} WHERE amount < 0", mustBe: 0}
- {name: not of years to come, type: sql, query: "SELECT count(*) FROM {object} WHERE week > year(current_date)", mustBe: 0}
- {name: sold at all, type: sql, query: "SELECT count(*) FROM {object} WHERE amount = 0", mustBe: 0, severity: warning}
- {name: no more than there is, type: sql, query: "SELECT sum(amount) FROM {object}", mustBeLessThan: 60}
- {name: little in A, type: sql, query: "SELECT count(*) FROM {object} AS s JOIN shops AS p ON p.name = s.shop WHERE s.amount > 9 AND p.town = 'A'", mustBe: 0}
- {name: little in each, type: sql, query: "SELECT count(*) FROM (SELECT week FROM {object} GROUP BY week HAVING sum(amount) > 40)", mustBe: 0}
- {name: each once, metric: duplicateValues, arguments: {properties: [shop, week]}, mustBe: 0}
- {name: an amount each, metric: duplicateValues, arguments: {properties: [amount]}, mustBeLessThan: 4}
"""
OF_AMOUNT = """        logicalTypeOptions: {maximum: 40}
        quality:
          - {name: no dummies, metric: missingValues, arguments: {missingValues: [7]}, mustBe: 0}
          - {name: few dummies, metric: missingValues, arguments: {missingValues: [8]}, mustBeLessThan: 2}
"""
ALONE = {
    "required(week)",
    "required(shop)",
    "required(amount)",
    "maximum(amount)",
    "primaryKey(week, shop)",
    "relationship(shop -> shops.name)",
    "no refunds",
    "little in A",
    "each once",
    "no dummies",
}
"""What the parts that came decide."""


def mesh(root: Path) -> Path:
    append, replace = "materialization: {delivered: append}\n", "materialization: {sold: {replace: [week]}}\n"
    columns = {name: kind.split()[0] for name, kind in SHOPS.items()}
    write_mesh(
        root,
        A("sales.shops", [Made("shops", SHOPS, "SELECT name, town FROM list")], [Source("list", columns, "name,town\na,A\nb,B\n")]),
        A("sales.raw", [Made("delivered", DELIVERED, "SELECT week, shop, amount FROM files")], [Source("files", ROW, "")], files={"build.yaml": append}),
        A("sales.weekly", [Made("sold", SOLD, "SELECT week, shop, amount FROM delivered", OF_SOLD)], reads=["sales.raw.delivered", "sales.shops.shops"], files={"build.yaml": replace}),
    )  # fmt: skip
    folder = root / "domains" / "sales"
    contract = folder / "raw" / "contracts" / "files.odcs.yaml"
    contract.write_text(contract.read_text().replace("../files.csv", "../deliveries/*.csv"))
    (folder / "raw" / "files.csv").unlink()
    (folder / "raw" / "deliveries").mkdir()
    promised = folder / "weekly" / "contracts" / "weekly.odcs.yaml"
    told = promised.read_text().replace("- name: shop\n", "- name: shop\n        relationships: [{to: shops.name}]\n")
    promised.write_text(told.replace("        required: true\n", f"        required: true\n{OF_AMOUNT}"))
    return root


def deliver(root: Path, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    text = "\n".join(["week,shop,amount", *(",".join(map(str, row)) for row in rows)])
    (root / "domains" / "sales" / "raw" / "deliveries" / f"{name}.csv").write_text(f"{text}\n")


def results(found: Sequence[CheckResult]) -> dict[str, tuple[object, ...]]:
    return {
        f"{one.line} {one.check}": (one.outcome, one.measured, one.rows, one.threshold, one.message)
        for one in found
        if one.line in LINES
    }


def applied(session: Session, *, full: bool = False) -> dict[str, tuple[object, ...]]:
    """The results of tables in parts, whether they were published or refused."""
    report = session.apply(session.plan(Choice(full=full)))
    return results([one for product in report.products for one in product.results])


rows = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["a", "b", "c", ""]), st.sampled_from([-1, 0, 1, 7, 8, 9, 9, 20, 41])),
    max_size=4,
)


@given(histories=st.lists(st.tuples(rows, st.booleans()), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_results_of_parts_are_those_of_the_whole(
    histories: list[tuple[list[tuple[int, str, int]], bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("checks")
    roots = mesh(folder / "in_parts"), mesh(folder / "whole")
    for root in roots:
        deliver(root, "first", [(1, "a", 1), (2, "a", 2), (2, "b", 3)])
    with open_session(roots[0]) as in_parts, open_session(roots[1]) as whole:
        assert applied(in_parts) == applied(whole, full=True)
        for at, (came, is_told) in enumerate(histories):
            for root in roots:
                deliver(root, f"delivery_{at % 2}", came)
                if is_told:
                    (root / "domains/sales/shops/list.csv").write_text(f"name,town\na,A\nb,{at}\nc,C\n")
            # What came out the same is not proved again.
            assert applied(in_parts).items() <= applied(whole, full=True).items()


def sold(tmp_path: Path) -> tuple[Suite, Remembered]:
    with open_session(mesh(tmp_path / "mesh")) as session:
        product = session.mesh.products[ProductName("sales.weekly")]
        (_, _, table) = next(iter(product.promises))
        return Suite(LineName("sales.weekly.sold@1"), table, checks_of(table)), session.remembered


def renewal(parting: Parting, shops: str = "S1", proved: str = "C1") -> Renewal:
    """Of a table that was published by the checks C1, against the snapshot S1 of the shops."""
    line, now = LineName("sales.weekly.sold@1"), datetime.now(UTC)
    inputs = footing({"shops": SnapshotId("S1")}, "C1")
    before = Snapshot(SnapshotId("S"), line, "", RunId("R"), now, (), (), inputs)
    return Renewal(Partial(parting, {}, {}, proved), before, "C1", {"shops": SnapshotId(shops)})


def test_new_parts_decide_checks_of_rows_and_keys_that_hold_the_part(tmp_path: Path) -> None:
    suite, remembered = sold(tmp_path)
    assert decided_apart(suite, renewal(Parting("replace", ("week",))), remembered) == ALONE


def test_keys_are_looked_up_among_what_stays_unless_they_hold_the_part(tmp_path: Path) -> None:
    suite, remembered = sold(tmp_path)
    assert decided_apart(suite, renewal(Parting("append")), remembered) == ALONE
    assert kept_apart(suite, Parting("append")) == frozenset()
    assert kept_apart(suite, Parting("replace", ("week",))) == {"primaryKey(week, shop)", "each once"}
    assert kept_apart(suite, Parting("replace", ("amount",))) == {"an amount each"}


def test_where_what_is_referred_to_changed_all_rows_are_looked_up(tmp_path: Path) -> None:
    suite, remembered = sold(tmp_path)
    found = decided_apart(suite, renewal(Parting("replace", ("week",)), shops="S2"), remembered)
    assert found == ALONE - {"relationship(shop -> shops.name)", "little in A"}


def test_where_other_checks_were_promised_all_rows_are_looked_at(tmp_path: Path) -> None:
    suite, remembered = sold(tmp_path)
    assert not decided_apart(suite, renewal(Parting("replace", ("week",)), proved="C0"), remembered)
