"""Whom a plan's changes reach, over real folders, a real registry and DuckDB's own binder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, write_mesh, write_product

from weft.errors import Faults
from weft.plan.impact import Reach, Reached, in_all, summary
from weft.session import Planned, open_session

FILE = "id,tail,delay,seats\n1,N1,3,50\n2,N2,0,60\n"
COLUMNS = {"id": "integer", "tail": "string", "delay": "integer", "seats": "integer"}
ROOT = A(
    "ops.flights",
    [Made("departures", COLUMNS, "SELECT id, tail, delay, seats FROM file")],
    [Source("file", COLUMNS, FILE)],
)
CONTRACT = "domains/ops/flights/contracts/flights.odcs.yaml"
SQL = "domains/ops/flights/transforms/departures.sql"


def consumer(name: str, sql: str, columns: dict[str, str], read: str = "ops.flights.departures") -> A:
    return A(name, [Made(name.partition(".")[2], columns, sql)], reads=[read])


SUMS = consumer(
    "net.sums",
    "SELECT tail, sum(delay)::BIGINT AS late FROM departures GROUP BY tail",
    {"tail": "string", "late": "integer"},
)
LATE = consumer("net.late", "SELECT id, seats\nFROM departures\nWHERE delay > 1", {"id": "integer", "seats": "integer"})
OTHERS = [
    consumer(f"net.other{n}", f"SELECT id, {column} FROM departures", {"id": "integer", column: COLUMNS[column]})
    for n, column in enumerate(["tail", "seats", "tail", "seats", "tail"])
]
SEVEN = [SUMS, LATE, *OTHERS]
WORST = consumer("far.worst", "SELECT max(late) AS worst FROM sums", {"worst": "integer"}, "net.sums.sums")
END = consumer("board.shown", "SELECT worst FROM worst", {"worst": "integer"}, "far.worst.worst")


def applied(root: Path) -> None:
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded


def planned(root: Path) -> Planned:
    with open_session(root) as session:
        return session.plan()


def replaced(root: Path, file: str, *pairs: tuple[str, str]) -> None:
    path = root / file
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def rename(root: Path, old: str = "delay", new: str = "delay_minutes") -> None:
    replaced(root, CONTRACT, (f"name: {old}\n", f"name: {new}\n"))
    replaced(root, SQL, (old, f"{old} AS {new}"))


def verdicts(reach: Reach) -> dict[str, str]:
    return {one.consumer: one.verdict for one in reach.consumers}


def of(reach: Reach, consumer: str) -> Reached:
    return next(one for one in reach.consumers if one.consumer == consumer)


def test_a_rename_breaks_those_that_read_the_column_and_no_others(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, *SEVEN)
    applied(root)
    rename(root)
    (reach,) = planned(root).evolution.reaches
    assert [one.consumer for one in reach.of("broken")] == ["net.late", "net.sums"]
    assert [one.consumer for one in reach.of("untouched")] == [f"net.other{n}" for n in range(5)]


def test_what_reads_a_broken_table_waits_four_products_deep(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, SUMS, WORST, END)
    applied(root)
    rename(root)
    (reach,) = planned(root).evolution.reaches
    end = of(reach, "board.shown")
    assert (end.verdict, end.waits, end.distance) == ("broken", True, 3)
    assert [str(cell) for cell in end.path] == [
        "ops.flights.departures@1.delay",
        "net.sums.sums@1.late",
        "far.worst.worst@1.worst",
        "board.shown.shown@1.worst",
    ]


def test_a_diamond_is_told_once_by_its_shortest_way(tmp_path: Path) -> None:
    pair = A(
        "far.pair",
        [Made("pair", {"tail": "string", "late": "integer"}, "SELECT s.tail, s.late FROM sums s JOIN late l ON l.id = s.late")],
        reads=["net.sums.sums", "net.late.late"],
    )  # fmt: skip
    root = write_mesh(tmp_path, ROOT, SUMS, LATE, pair)
    applied(root)
    rename(root)
    (reach,) = planned(root).evolution.reaches
    assert [one.consumer for one in reach.consumers] == ["net.late", "net.sums", "far.pair"]
    assert len(of(reach, "far.pair").path) == 3


USES = {
    "a filter": ("SELECT id FROM departures WHERE delay > 1", {"id": "integer"}),
    "a join": ("SELECT a.id FROM departures a JOIN departures b ON a.id = b.delay", {"id": "integer"}),
    "a grouping": ("SELECT count(*) AS n FROM departures GROUP BY delay", {"n": "integer"}),
    "a window": ("SELECT id, row_number() OVER (ORDER BY delay) AS n FROM departures", {"id": "integer", "n": "integer"}),
    "an order": ("SELECT id FROM departures ORDER BY delay", {"id": "integer"}),
    "a star": ("SELECT * FROM departures", COLUMNS),
    "a star that leaves it out": ("SELECT * EXCLUDE (delay) FROM departures", {c: COLUMNS[c] for c in ("id", "tail", "seats")}),
    "a query within": ("SELECT id FROM departures WHERE id IN (SELECT delay FROM departures)", {"id": "integer"}),
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_a_column_that_is_gone_breaks_whoever_names_it_anywhere(tmp_path: Path, use: str) -> None:
    root = write_mesh(tmp_path, ROOT, consumer("net.reader", *USES[use]))
    applied(root)
    rename(root)
    (reach,) = planned(root).evolution.reaches
    assert verdicts(reach) == {"net.reader": "broken"}


def test_a_star_within_a_query_that_uses_something_else_goes_on(tmp_path: Path) -> None:
    sql = "SELECT id FROM (SELECT * FROM departures)"
    root = write_mesh(tmp_path, ROOT, consumer("net.reader", sql, {"id": "integer"}))
    applied(root)
    rename(root)
    (reach,) = planned(root).evolution.reaches
    assert verdicts(reach) == {"net.reader": "untouched"}


def test_a_column_that_is_new_breaks_whoever_takes_all_there_are(tmp_path: Path) -> None:
    starred = consumer("net.starred", "SELECT * FROM departures", COLUMNS)
    root = write_mesh(tmp_path, ROOT, starred, OTHERS[0])
    applied(root)
    replaced(
        root,
        CONTRACT,
        ("      - name: seats\n", "      - name: more\n        logicalType: integer\n      - name: seats\n"),
    )
    replaced(root, SQL, ("seats", "1::BIGINT AS more, seats"))
    (reach,) = planned(root).evolution.reaches
    assert verdicts(reach) == {"net.starred": "broken", "net.other0": "untouched"}


def narrow(root: Path, new: str) -> None:
    replaced(root, CONTRACT, ("name: seats\n        logicalType: integer\n", f"name: seats\n        logicalType: integer\n        physicalType: {new}\n"))  # fmt: skip


def test_a_wider_type_breaks_only_who_no_longer_keeps_its_own_promise(tmp_path: Path) -> None:
    most = consumer("net.most", "SELECT max(seats) + 1 AS most FROM departures", {"most": "integer"})
    text = consumer("net.text", "SELECT seats::VARCHAR AS seats FROM departures", {"seats": "string"})
    root = write_mesh(tmp_path, ROOT, text, most)
    narrow(root, "INTEGER")
    for name in ("most",):
        replaced(root, f"domains/net/{name}/contracts/{name}.odcs.yaml", ("logicalType: integer\n", "logicalType: integer\n        physicalType: INTEGER\n"))  # fmt: skip
    applied(root)
    replaced(root, CONTRACT, ("physicalType: INTEGER", "physicalType: BIGINT"))
    evolution = planned(root).evolution
    (reach,) = evolution.reaches
    assert verdicts(reach) == {"net.most": "broken", "net.text": "untouched"}
    assert [(change.kind, change.impact, change.affects) for change in evolution.changed[0].changes] == [
        ("type widened", "breaking", ("net.most",))
    ]


def test_a_wider_type_that_every_consumer_binds_to_is_minor(tmp_path: Path) -> None:
    text = consumer("net.text", "SELECT seats::VARCHAR AS seats FROM departures", {"seats": "string"})
    root = write_mesh(tmp_path, ROOT, text)
    narrow(root, "INTEGER")
    applied(root)
    replaced(root, CONTRACT, ("physicalType: INTEGER", "physicalType: BIGINT"))
    (port,) = planned(root).evolution.changed
    assert [(change.kind, change.impact) for change in port.changes] == [("type widened", "minor")]
    assert str(port.least) == "1.1.0"


PYTHON = """
    import pyarrow.compute as pc


    def reader(departures):
        return departures.select(["id"{more}])
"""


@pytest.mark.parametrize(("more", "verdict"), [(', "delay"', "broken"), ("", "affected")])
def test_python_breaks_where_it_names_the_column_and_may_read_it_in_any_case(
    tmp_path: Path, more: str, verdict: str
) -> None:
    columns = {"id": "integer"} | ({"delay": "integer"} if more else {})
    files = {"transforms/reader.py": PYTHON.replace("{more}", more)}
    reader = A("net.reader", [Made("reader", columns, "")], reads=["ops.flights.departures"], files=files)
    root = write_mesh(tmp_path, ROOT, reader)
    (root / "domains/net/reader/transforms/reader.sql").unlink()
    applied(root)
    rename(root)
    (reach,) = planned(root).evolution.reaches
    assert verdicts(reach) == {"net.reader": verdict}
    assert "its Python" in reach.consumers[0].because


def test_consumers_of_a_domain_that_is_not_here_are_known_by_the_registry(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, SUMS, OTHERS[0], WORST)
    applied(root)
    for domain in ("net", "far"):
        (root / "domains" / domain).rename(tmp_path / f"{domain}_elsewhere")
    rename(root)
    (reach,) = planned(root).evolution.reaches
    assert verdicts(reach) == {"net.sums": "broken", "far.worst": "broken", "net.other0": "untouched"}


def test_a_removal_that_nobody_reads_is_safe_and_needs_its_major_all_the_same(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, *OTHERS)
    applied(root)
    replaced(root, CONTRACT, ("      - name: delay\n        logicalType: integer\n", ""))
    replaced(root, SQL, ("delay, ", ""))
    evolution = planned(root).evolution
    (reach,) = evolution.reaches
    assert set(verdicts(reach).values()) == {"untouched"}
    assert of(reach, "net.other0").because == "it reads id, tail, and not 'delay'"
    assert str(evolution.changed[0].least) == "2.0.0"


def test_another_meaning_affects_what_inherits_the_values_over_any_number_of_products(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, SUMS, LATE, OTHERS[0], WORST)
    applied(root)
    replaced(root, SQL, ("delay", "delay * 60 AS delay"))
    (reach,) = planned(root).evolution.reaches
    assert verdicts(reach) == {
        "net.sums": "affected",
        "net.late": "affected",
        "far.worst": "affected",
        "net.other0": "untouched",
    }
    assert of(reach, "far.worst").because == "'worst' of its worst inherits the values of 'delay'"
    assert of(reach, "net.late").because == "'delay' decides which rows its late has"


def test_other_rows_affect_every_reader(tmp_path: Path) -> None:
    counting = consumer("net.counting", "SELECT count(*) AS n FROM departures", {"n": "integer"})
    root = write_mesh(tmp_path, ROOT, OTHERS[0], counting)
    applied(root)
    replaced(root, SQL, ("FROM file", "FROM file WHERE id < 100"))
    (reach,) = planned(root).evolution.reaches
    assert verdicts(reach) == {"net.counting": "affected", "net.other0": "affected"}


def test_a_line_that_goes_breaks_all_its_readers(tmp_path: Path) -> None:
    unbound = A("net.unbound", [Made("unbound", {"id": "integer"}, "SELECT id FROM departures")], reads=["ops.flights.departures"])  # fmt: skip
    root = write_mesh(tmp_path, ROOT, unbound)
    applied(root)
    (root / "domains/net").rename(tmp_path / "net_elsewhere")
    for file in (CONTRACT, "domains/ops/flights/product.odps.yaml"):
        text = (root / file).read_text()
        (root / file).write_text(text.replace("departures, version: 1.0.0", "departures, version: 2.0.0").replace("version: 1.0.0\nstatus: active\nschema", "version: 2.0.0\nstatus: active\nschema"))  # fmt: skip
    (reach,) = planned(root).evolution.reaches
    assert (reach.change, verdicts(reach)) == (None, {"net.unbound": "broken"})


def test_a_consumer_of_the_other_line_is_not_reached(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, SUMS)
    write_product(root, consumer("net.first", "SELECT delay FROM departures", {"delay": "integer"}))
    folder = root / "domains/ops/flights"
    second = (
        (folder / "contracts/flights.odcs.yaml").read_text().replace("version: 1.0.0\nstatus", "version: 2.0.0\nstatus")
    )
    (folder / "contracts/flights2.odcs.yaml").write_text(second)
    manifest = (folder / "product.odps.yaml").read_text()
    port = "  - {name: departures, version: 1.0.0, contractId: ops.flights}\n"
    (folder / "product.odps.yaml").write_text(manifest.replace(port, port + port.replace("1.0.0", "2.0.0")))
    (folder / "transforms/departures@1.sql").write_text("SELECT id, tail, delay, seats FROM file\n")
    replaced(root, "domains/net/sums/product.odps.yaml", ("departures, version: 1.0.0", "departures, version: 2.0.0"))
    applied(root)
    replaced(root, "domains/ops/flights/contracts/flights2.odcs.yaml", ("name: delay", "name: minutes"))
    replaced(root, SQL, ("delay", "delay AS minutes"))
    (reach,) = planned(root).evolution.reaches
    assert reach.line == "ops.flights.departures@2"
    assert verdicts(reach) == {"net.sums": "broken"}


def test_a_consumer_that_was_changed_along_is_not_broken(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, SUMS, OTHERS[0])
    applied(root)
    rename(root)
    replaced(root, "domains/net/sums/transforms/sums.sql", ("sum(delay)", "sum(delay_minutes)"))
    (reach,) = (one for one in planned(root).evolution.reaches if one.line == "ops.flights.departures@1")
    assert verdicts(reach) == {"net.sums": "untouched", "net.other0": "untouched"}


def test_each_consumer_is_counted_once_by_the_worst_that_happens_to_it(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, SUMS, OTHERS[1])
    applied(root)
    rename(root)
    rename(root, "seats", "chairs")
    reaches = planned(root).evolution.reaches
    assert [(reach.change.column if reach.change else "", list(verdicts(reach))) for reach in reaches] == [
        ("delay", ["net.sums", "net.other1"]),
        ("seats", ["net.other1", "net.sums"]),
    ]
    assert [(one.consumer, one.verdict) for one in in_all(reaches)] == [
        ("net.other1", "broken"),
        ("net.sums", "broken"),
    ]


def test_a_fault_of_a_consumer_that_no_refusal_explains_is_still_a_fault(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, consumer("net.starred", "SELECT * FROM departures", COLUMNS))
    applied(root)
    replaced(root, CONTRACT, ("      - name: seats\n", "      - name: more\n        logicalType: integer\n      - name: seats\n"), ("version: 1.0.0\nstatus", "version: 1.1.0\nstatus"))  # fmt: skip
    replaced(
        root, "domains/ops/flights/product.odps.yaml", ("departures, version: 1.0.0", "departures, version: 1.1.0")
    )
    replaced(root, SQL, ("seats", "1::BIGINT AS more, seats"))
    with pytest.raises(Faults, match="more"):
        planned(root)


def test_who_asked_for_a_column_that_goes_is_told_with_the_day(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, OTHERS[0])
    applied(root)
    with open_session(root) as session:
        for sql in ("SELECT delay FROM ops.flights.departures", "SELECT id FROM ops.flights.departures"):
            session.query(sql).close()
    rename(root)
    (reach,) = planned(root).evolution.reaches
    assert [(one.kind, one.verdict) for one in reach.consumers] == [("person", "affected"), ("product", "untouched")]
    assert "'delay' by query, last on" in reach.consumers[0].because


def test_a_promise_that_is_loosened_is_lost_by_those_who_read_it_though_none_breaks(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, SUMS, OTHERS[0])
    contract = root / CONTRACT
    contract.write_text(contract.read_text().replace("name: delay\n", "name: delay\n        required: true\n"))
    applied(root)
    replaced(root, CONTRACT, ("        required: true\n", ""))
    evolution = planned(root).evolution
    (reach,) = evolution.reaches
    assert (evolution.changed[0].changes[0].impact, verdicts(reach)) == (
        "breaking",
        {"net.sums": "affected", "net.other0": "untouched"},
    )
    assert of(reach, "net.sums").loses_promise
    assert summary(reach.consumers) == "1 of 2 consumers loses what was promised, though no query fails"


def test_of_sight_no_more_is_said_than_is_known(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, SUMS, LATE)
    applied(root)
    replaced(root, CONTRACT, ("name: delay\n", "name: delay\n        classification: confidential\n"))
    (change,) = planned(root).evolution.changed[0].changes
    assert change.reason.endswith("; nothing says that net.late and net.sums still see it")


def test_who_names_a_renamed_column_behind_a_star_is_told_its_new_name(tmp_path: Path) -> None:
    made = Made("late", {"late": "integer"}, "SELECT sum(delay)::BIGINT AS late FROM legs")
    step = {"transforms/legs.sql": "SELECT * FROM departures"}
    root = write_mesh(tmp_path, ROOT, A("net.late", [made], reads=["ops.flights.departures"], files=step))
    applied(root)
    rename(root)
    (reach,) = planned(root).evolution.reaches
    told = of(reach, "net.late").because
    assert told.endswith("'delay' is 'delay_minutes' now") and "Did you mean" not in told


EXPECTED = """apiVersion: v3.2.0
kind: DataContract
id: ops.flights
version: 1.0.0
status: active
schema:
  - name: departures
    properties:
      - {name: tail, logicalType: string}
    quality:
      - {metric: rowCount, mustBeGreaterThan: 1}
slaProperties:
  - {property: latency, value: 2, unit: d}
"""


@pytest.mark.parametrize(
    ("promised", "now", "expects"),
    [
        ("- {metric: rowCount, mustBeGreaterThan: 1, severity: warning}", "- {metric: rowCount, mustBeGreaterThan: 0, severity: warning}", "rowCount"),
        ("- {property: latency, value: 1, unit: d}", "- {property: latency, value: 3, unit: d}", "latency"),
    ],
)  # fmt: skip
def test_who_expects_what_is_promised_no_longer_is_told_though_it_reads_no_such_column(
    promised: str, now: str, expects: str, tmp_path: Path
) -> None:
    made = replace(ROOT.makes[0], quality=promised if "metric" in promised else "")
    reader = A(
        "net.tails",
        [Made("tails", {"tail": "string"}, "SELECT tail FROM departures")],
        reads=["ops.flights.departures"],
        files={"contracts/expected.odcs.yaml": EXPECTED},
    )
    root = write_mesh(tmp_path, replace(ROOT, makes=[made]), reader, OTHERS[1])
    if "property" in promised:
        (root / CONTRACT).write_text(f"{(root / CONTRACT).read_text()}slaProperties:\n  {promised}\n")
    applied(root)
    replaced(root, CONTRACT, (promised, now))
    (reach,) = planned(root).evolution.reaches
    told = of(reach, "net.tails")
    assert (told.verdict, told.loses_promise, len(told.misses)) == ("affected", True, 1)
    assert told.because.startswith(f"it expects {expects}") and told.because.endswith("and is no longer")
    assert not of(reach, "net.other1").misses


def test_what_a_column_is_computed_from_speaks_for_a_rename_whatever_its_place_and_name(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT)
    applied(root)
    replaced(root, CONTRACT, ("      - name: tail\n        logicalType: string\n", ""))
    with (root / CONTRACT).open("a") as contract:
        contract.write("      - name: x\n        logicalType: string\n")
    replaced(root, SQL, ("tail, delay, seats", "delay, seats, tail AS x"))
    (change, *_) = planned(root).evolution.changed[0].changes
    assert (change.kind, change.before, change.after) == ("column renamed", "tail", "x")
    assert "the same lineage" in change.reason


def test_a_column_of_another_origin_is_no_rename_though_it_stands_in_the_same_place(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT)
    applied(root)
    replaced(root, CONTRACT, ("- name: delay\n", "- name: x\n"))
    replaced(root, SQL, ("delay", "id + seats AS x"))
    kinds = [change.kind for change in planned(root).evolution.changed[0].changes]
    assert kinds == ["column removed", "column added"]
