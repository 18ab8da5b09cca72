"""Every fault that is planted in the company's data is found by the check that the documents name, and by nothing where it is mended."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.pharma import SMALL, applied_company

from weft.examples.pharma import planted
from weft.examples.pharma.faults import Calendar
from weft.names import PROD
from weft.session import open_session
from weft.session.planned import Choice

CALENDAR = Calendar(SMALL.ends, SMALL.weeks)
TOLD = re.findall(
    r"^\| ([\w -]+) \| .*? \| `([^`]+)` of `([^`]+)` \|",
    (Path(__file__).parents[2] / "docs" / "pharma.md").read_text(),
    re.M,
)
"""By the table of the documents: fault, check, and the table or source that it is of."""
Row = dict[str, str]


def rows(path: Path, encoding: str = "utf-8") -> list[Row]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, said: list[Row]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, said[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(said)


def each(folder: Path, change: Callable[[Row], Row]) -> None:
    for path in folder.glob("*.csv"):
        if said := rows(path):
            write(path, [change(row) for row in said])


def rx(data: Path, week: int, again: str = "") -> Path:
    return data / "syndicated" / "rx" / f"rx_{CALENDAR.sunday(week)}{again}.csv"


def mend_restated_weeks(data: Path) -> None:
    for week in CALENDAR.restated_weeks:
        rx(data, week, "_r1").unlink()


def mend_units(data: Path) -> None:
    packs = {row["ndc"]: int(row["tablets_in_pack"]) for row in rows(data / "company" / "products.csv")}
    each(data / "syndicated" / "rx", lambda row: {**row, "units": str(int(row["trx"]) * packs[row["ndc"]])})


def mend_missing_state(data: Path) -> None:
    clinicians = {row["npi"] for row in rows(data / "truth" / "clinicians.csv") if row["state"] == "FL"}
    before, gap = rows(rx(data, CALENDAR.gap_week - 1)), rx(data, CALENDAR.gap_week)
    sunday = str(CALENDAR.sunday(CALENDAR.gap_week))
    write(gap, rows(gap) + [{**row, "week_ending": sunday} for row in before if row["prescriber_npi"] in clinicians])


def mend_codes(data: Path) -> None:
    meant = {"M": "MC", "MD": "M"}
    each(
        data / "syndicated" / "lives",
        lambda row: {**row, "channel": meant[row["channel"]]} if row["month"] >= "2026" else row,
    )


def mend_duplicate_sends(data: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for path in sorted((data / "company" / "npp").glob("*.csv")):
        said = rows(path)
        first = [row for row in said if (row["message_id"], row["kind"]) not in seen]
        seen |= {(row["message_id"], row["kind"]) for row in first}
        if len(first) < len(said):
            path.write_text("\n".join((",".join(said[0]), *(",".join(row.values()) for row in first), "")))


def mend_outage(data: Path) -> None:
    half = CALENDAR.outage.replace(hour=CALENDAR.outage.hour + 4, minute=30)
    some = next(row for path in (data / "company" / "npp").glob("*.csv") for row in rows(path))
    lost = {**some, "message_id": "M0", "kind": "send", "happened_at": str(half), "batch": str(half.replace(minute=0))}
    write(data / "company" / "npp" / f"npp_{half:%Y-%m-%dT%H}.csv", [lost])


def mend_encoding(data: Path) -> None:
    path = data / "company" / "crm" / f"crm_{CALENDAR.ends}.csv"
    path.write_text(path.read_text(encoding="latin-1"))


def mend_plan_names(data: Path) -> None:
    path = data / "public" / "partd_plans.csv"
    path.write_text(path.read_text().replace("\u221a\u00ec", "\u00d3"))


def mend_impossible_dates(data: Path) -> None:
    path = data / "company" / "calls" / f"calls_{CALENDAR.impossible_day}.csv"
    path.write_text(path.read_text().replace("2026-02-30", str(CALENDAR.impossible_day)))


MENDED = (
    mend_restated_weeks,
    mend_units,
    mend_missing_state,
    mend_codes,
    mend_duplicate_sends,
    mend_outage,
    mend_encoding,
    mend_plan_names,
    mend_impossible_dates,
)


def forget_notices(root: Path) -> None:
    """The lists of what the syndicate announced, without what it announced: units of packs, and channels that were renamed."""
    for path in (root / "domains").glob("*/*/lists/*.csv"):
        said = rows(path)
        if "notice" in said[0]:
            kept = [
                {**row, **({"until": "9999-12-31"} if "until" in row else {})} for row in said if row["since"] < "2026"
            ]
            path.write_text("\n".join((",".join(said[0]), *(",".join(row.values()) for row in kept), "")))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return applied_company(tmp_path_factory, request.config)


Proved = set[tuple[str, str, str]]
"""Check, table or source, and outcome."""


def proved(root: Path, *select: str) -> Proved:
    """Of a whole build of all products, or of some, what did not publish among it."""
    with open_session(root) as session:
        report = session.apply(session.plan(Choice(select, full=bool(select))))
        return {
            (one.check, one.line.partition("@")[0], one.outcome) for made in report.products for one in made.results
        }


def copied(company: Path, into: Path) -> Path:
    root = shutil.copytree(company, into / "mesh", ignore=shutil.ignore_patterns(".weft"))
    forget_notices(root)
    return root


@pytest.fixture(scope="module")
def faulty(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Proved:
    """What is found in the company as it is, and where besides nobody knows of a notice, a file is late and line ends are not seen."""
    root = copied(company, tmp_path_factory.mktemp("faulty"))
    rx(root / "data", CALENDAR.late_week).unlink()
    found = proved(root)
    # By itself, since core data reads the doctors, and all that stands on clinicians would wait.
    doctors = root / "data" / "public" / "open_payments_doctors_geo_cr_line_ends.csv"
    doctors.write_bytes(b"\r".join(doctors.read_bytes().split(b"\r")[:2]))
    with open_session(company) as session:
        facts = session.registry.journal.facts("checks", PROD).to_pylist()
    as_it_is = {(one["check_name"], one["line_name"].partition("@")[0], one["outcome"]) for one in facts}
    return as_it_is | found | proved(root, "promotion.open_payments")


@pytest.fixture(scope="module")
def mended(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Proved:
    root = copied(company, tmp_path_factory.mktemp("mended"))
    for mend in MENDED:
        mend(root / "data")
    return proved(root)


def test_the_documents_name_a_check_for_every_fault_that_is_planted() -> None:
    assert [fault for fault, _, _ in TOLD] == [one.fault for one in planted(CALENDAR)]


@pytest.mark.parametrize(("fault", "check", "table"), TOLD, ids=[fault for fault, _, _ in TOLD])
def test_a_fault_is_found_by_its_check(fault: str, check: str, table: str, faulty: Proved) -> None:
    assert (check, table, "failed") in faulty


@pytest.mark.parametrize(("fault", "check", "table"), TOLD, ids=[fault for fault, _, _ in TOLD])
def test_a_check_holds_where_its_fault_is_mended(fault: str, check: str, table: str, mended: Proved) -> None:
    """What arrives as it should is not listed."""
    assert (check, table, "passed") in mended or (
        check.startswith("arrival") and (check, table, "failed") not in mended
    )
