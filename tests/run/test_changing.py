"""Only the files of changed parts are opened, and only for tables that are made of those parts alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.meshes import A, Made, Source, write_mesh

from weft.names import LineName, RunId, SnapshotId
from weft.plan.partial import Partial
from weft.product.parting import Parting
from weft.product.snapshot import Part, Snapshot, SnapshotFile
from weft.run.changing import Wanted, narrowed
from weft.session import Choice, Session, open_session

ROW = {"week": "integer", "shop": "string", "n": "integer"}
SUMMED = "SELECT week, shop, sum(n)::BIGINT AS n FROM {} GROUP BY ALL"
JOINED = "SELECT sold.week, sold.shop, sold.n AS sold, seen.n AS seen FROM sold JOIN seen ON sold.week = seen.week AND sold.shop = seen.shop"
UNSEEN = "SELECT week, shop, n FROM sold WHERE NOT EXISTS (SELECT 1 FROM seen WHERE seen.shop = sold.shop AND seen.week = sold.week)"
RANKED = "SELECT week, shop, rank() OVER (PARTITION BY week ORDER BY sold DESC, shop) AS place FROM joined"
BEST = "SELECT shop, max(n) AS n FROM sold GROUP BY shop"
REPLACE = "{replace: [week]}"
TABLES = ("joined", "unseen", "ranked", "best", "alone")


def mesh(root: Path) -> Path:
    products = [
        A(
            "shops.named",
            [Made("named", {"shop": "string"}, "SELECT DISTINCT shop FROM sold")],
            reads=["shops.sold.sold"],
        )
    ]
    for name in ("sold", "seen"):
        append = f"materialization: {{{name}_raw: append, {name}: {REPLACE}}}\n"
        products += [
            A(f"shops.{name}_raw", [Made(f"{name}_raw", ROW, f"SELECT week, shop, n FROM {name}_files")], [Source(f"{name}_files", ROW, "")], files={"build.yaml": append.replace(f", {name}: {REPLACE}", "")}),
            A(f"shops.{name}", [Made(name, ROW, SUMMED.format(f"{name}_raw"))], reads=[f"shops.{name}_raw.{name}_raw"], files={"build.yaml": append.replace(f"{name}_raw: append, ", "")}),
        ]  # fmt: skip
    joined = {"week": "integer", "shop": "string", "sold": "integer", "seen": "integer"}
    ranked = {"week": "integer", "shop": "string", "place": "integer"}
    build = f"materialization: {{joined: {REPLACE}, unseen: {REPLACE}, ranked: {REPLACE}}}\n"
    reads = ["shops.sold.sold", "shops.seen.seen"]
    both = [Made("joined", joined, JOINED), Made("unseen", ROW, UNSEEN), Made("ranked", ranked, RANKED), Made("best", {"shop": "string", "n": "integer"}, BEST)]  # fmt: skip
    products += [
        A("shops.pairs", both, reads=reads, files={"build.yaml": build}),
        A("shops.alone", [Made("alone", joined, JOINED)], reads=reads, files={"build.yaml": f"materialization: {{alone: {REPLACE}}}\n"}),
    ]  # fmt: skip
    write_mesh(root, *products)
    for name in ("sold", "seen"):
        folder = root / "domains" / "shops" / f"{name}_raw"
        contract = folder / "contracts" / f"{name}_files.odcs.yaml"
        contract.write_text(contract.read_text().replace(f"../{name}_files.csv", "../deliveries/*.csv"))
        (folder / f"{name}_files.csv").unlink()
        (folder / "deliveries").mkdir()
    alone = root / "domains" / "shops" / "alone" / "contracts" / "alone.odcs.yaml"
    told = alone.read_text().replace("- name: shop\n", "- name: shop\n        relationships: [{to: sold.shop}]\n")
    alone.write_text(told)
    return root


def deliver(root: Path, name: str, file: str, rows: Sequence[tuple[object, ...]]) -> None:
    text = "\n".join(["week,shop,n", *(",".join(map(str, row)) for row in rows)])
    (root / "domains" / "shops" / f"{name}_raw" / "deliveries" / f"{file}.csv").write_text(f"{text}\n")


def content(session: Session) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for table in TABLES:
        product = "alone" if table == "alone" else "pairs"
        with session.query(f"FROM shops.{product}.{table} ORDER BY ALL") as answer:
            found[table] = [tuple(row.values()) for row in answer.arrow().to_pylist()]
    return found


rows = st.lists(st.tuples(st.integers(1, 4), st.sampled_from("abc"), st.integers(0, 9)), max_size=5)
came = st.tuples(st.sampled_from(["sold", "seen"]), st.sampled_from(["one", "two"]), rows)


@given(history=st.lists(st.lists(came, min_size=1, max_size=2), min_size=1, max_size=3))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tables_of_two_inputs_are_what_a_full_build_makes(
    history: list[list[tuple[str, str, list[tuple[int, str, int]]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = mesh(tmp_path_factory.mktemp("history") / "mesh")
    deliver(root, "sold", "zero", [(week, shop, week) for week in (1, 2, 3) for shop in "abc"])
    deliver(root, "seen", "zero", [(week, shop, 2) for week in (1, 2) for shop in "ab"])
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        for files in history:
            for name, file, given_rows in files:
                deliver(root, name, file, given_rows)
            assert session.apply(session.plan()).succeeded
        found = content(session)
        assert session.apply(session.plan(Choice(full=True))).succeeded
        assert found == content(session)


BY_WEEK = Parting("replace", ("week",))
SOLD = Snapshot(
    SnapshotId("S"),
    LineName("shops.sold.sold@1"),
    "",
    RunId("R"),
    datetime(2026, 5, 3, tzinfo=UTC),
    (("week", "BIGINT"),),
    tuple(SnapshotFile(f"{week}.parquet", 1, 1, str(week), (str(week),)) for week in (1, 2, 3)),
    {"parts": "replace week"},
)


def table(changed: set[Part] | None, carriers: dict[str, tuple[str, ...]]) -> tuple[Wanted, frozenset[Part] | None]:
    wanted = Wanted(LineName("shops.t.t@1"), SOLD.columns, BY_WEEK, None, Partial(BY_WEEK, carriers, {}))
    return wanted, None if changed is None else frozenset(changed)


def opened(*tables: tuple[Wanted, frozenset[Part] | None]) -> list[str]:
    return [file.path for file in narrowed(SOLD, "sold", tables).files]


def test_of_an_input_only_the_parts_that_changed_are_opened() -> None:
    carriers = {"sold": ("week",)}
    assert opened(table({("2",)}, carriers)) == ["2.parquet"]
    assert opened(table({("2",)}, carriers), table({("3",), ("4",)}, carriers)) == ["2.parquet", "3.parquet"]


@pytest.mark.parametrize(
    "other",
    [table(None, {"sold": ("week",)}), table({("2",)}, {"seen": ("week",)}), table({("2",)}, {"sold": ("shop",)})],
    ids=["made whole", "of another input", "by another column"],
)
def test_an_input_that_a_table_needs_whole_is_opened_whole(other: tuple[Wanted, frozenset[Part] | None]) -> None:
    assert opened(table({("2",)}, {"sold": ("week",)}), other) == ["1.parquet", "2.parquet", "3.parquet"]
