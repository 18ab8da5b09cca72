"""The company's data is the same for everybody, in the public layouts, and the faults that are said to be in it are."""

from __future__ import annotations

import csv
import errno
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from weft.errors import Misuse, StoreFault
from weft.examples.pharma import Amount, generate, planted
from weft.examples.pharma.faults import Calendar

SMALL = Amount(scale=0.02, seed=3, weeks=40, call_days=40, npp_days=10)
CALENDAR = Calendar(SMALL.ends, SMALL.weeks)
REAL = Path(__file__).parents[3] / "shared" / "data" / "cms"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pharma")
    generate(folder, SMALL)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): sha256(f.read_bytes()).hexdigest() for f in folder.rglob("*.csv")}


def asked(sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def test_the_same_seed_makes_the_same_bytes(made: Path, tmp_path: Path) -> None:
    generate(tmp_path, SMALL)
    assert contents(tmp_path) == contents(made)


def test_another_seed_makes_other_people(made: Path, tmp_path: Path) -> None:
    generate(tmp_path, replace(SMALL, seed=4))
    assert contents(tmp_path)["public/nppes_individuals.csv"] != contents(made)["public/nppes_individuals.csv"]


def test_what_had_not_arrived_is_left_out_and_nothing_else_changes(made: Path, tmp_path: Path) -> None:
    late = f"syndicated/rx/rx_{CALENDAR.sunday(CALENDAR.late_week)}.csv"
    generate(tmp_path, replace(SMALL, until=date(2026, 5, 22)))
    before, after = contents(tmp_path), contents(made)
    assert late not in before
    assert late in after
    assert before.items() <= after.items()


def test_every_npi_passes_its_check_digit_and_is_nobody_elses(made: Path) -> None:
    def is_valid(npi: str) -> bool:
        digits = [int(digit) for digit in "80840" + npi]
        return sum(sum(divmod(d * (1 + at % 2), 10)) for at, d in enumerate(reversed(digits))) % 10 == 0

    with (made / "public" / "nppes_individuals.csv").open() as file:
        npis = [row["NPI"] for row in csv.DictReader(file)]
    assert len(npis) == len(set(npis)) == SMALL.clinicians
    assert all(is_valid(npi) for npi in npis)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real public files are not beside the project")
def test_public_files_have_the_layouts_of_the_real_ones(made: Path) -> None:
    def header(path: Path) -> bytes:
        return path.read_bytes().replace(b"\r", b"\n").split(b"\n")[0]

    names = sorted(path.name for path in (made / "public").glob("*.csv"))
    assert names == sorted(path.name for path in REAL.glob("*.csv"))
    assert {name: header(made / "public" / name) for name in names} == {name: header(REAL / name) for name in names}


def test_the_truth_knows_every_customer(made: Path) -> None:
    latest = made / "company" / "crm" / f"crm_{SMALL.ends}.csv"
    with latest.open(encoding="latin-1") as said, (made / "truth" / "crm.csv").open() as truth:
        known = {row["crm_id"] for row in csv.DictReader(truth)}
        kept = Counter(row["crm_id"] for row in csv.DictReader(said))
    assert set(kept) <= known
    assert set(kept.values()) == {1}
    assert len(kept) > SMALL.clinicians / 5


def test_a_restated_week_comes_again_a_little_higher(made: Path) -> None:
    sunday = CALENDAR.sunday(CALENDAR.restated_weeks[0])
    rx = made / "syndicated" / "rx"
    [[first]] = asked(f"SELECT sum(trx) FROM '{rx}/rx_{sunday}.csv'")
    [[again]] = asked(f"SELECT sum(trx) FROM '{rx}/rx_{sunday}_r1.csv'")
    assert first < again < first * 1.1  # type: ignore[operator]


def test_each_fault_is_where_it_is_said_to_be(made: Path) -> None:
    rx = made / "syndicated" / "rx"
    [[florida]] = asked(
        f"SELECT count(*) FROM '{rx}/rx_{CALENDAR.sunday(CALENDAR.gap_week)}.csv' JOIN '{made}/truth/clinicians.csv' ON npi = prescriber_npi WHERE state = 'FL'"
    )
    units = asked(
        f"SELECT week_ending >= DATE '{CALENDAR.sunday(CALENDAR.unit_week)}' AS changed, units // trx FROM '{rx}/*.csv' WHERE ndc = '99006-0602-84' GROUP BY ALL ORDER BY ALL"
    )
    channels = asked(
        f"SELECT month >= '2026', list(DISTINCT channel ORDER BY channel) FROM '{made}/syndicated/lives/*.csv' GROUP BY ALL ORDER BY ALL"
    )
    [[doubles]] = asked(
        f"SELECT count(*) - count(DISTINCT (message_id, kind)) FROM '{made}/company/npp/npp_{CALENDAR.double_day}*.csv'"
    )
    assert florida == 0
    assert units == [(False, 84), (True, 1)]
    assert channels == [(False, ["M", "MC"]), (True, ["M", "MD"])]
    assert doubles > 0
    assert not list((made / "company" / "npp").glob(f"npp_{CALENDAR.outage:%Y-%m-%dT%H}.csv"))
    assert "2026-02-30" in (made / "company" / "calls" / f"calls_{CALENDAR.impossible_day}.csv").read_text()
    assert b"\n" not in (made / "public" / "open_payments_doctors_geo_cr_line_ends.csv").read_bytes()
    assert "\u221a\u00ec" in (made / "public" / "partd_plans.csv").read_text()


def test_the_list_of_faults_is_written_beside_the_truth(made: Path) -> None:
    with (made / "truth" / "faults.csv").open() as file:
        assert [row["fault"] for row in csv.DictReader(file)] == [one.fault for one in planted(CALENDAR)]


def test_each_source_has_delivered_by_the_first_day_that_can_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="by 2026-05-19 not every source") as refused:
        generate(tmp_path, replace(SMALL, until=date(2026, 5, 19)))
    assert str(refused.value.mend) == "Give 2026-05-21 or a later day."
    generate(tmp_path, replace(SMALL, until=date(2026, 5, 21)))
    folders = ("syndicated/rx", "syndicated/lives", "company/calls", "company/npp", "company/crm")
    assert all(list((tmp_path / folder).glob("*.csv")) for folder in folders)


@pytest.mark.parametrize("file", ["company/crm/crm_2026-06-28.csv", "truth/faults.csv"])
def test_what_cannot_be_written_is_said(tmp_path: Path, file: str) -> None:
    (tmp_path / file).mkdir(parents=True)
    with pytest.raises(StoreFault, match="the example's data cannot be written to"):
        generate(tmp_path, SMALL)


def test_where_there_is_no_room_it_is_said_as_the_system_says_it(tmp_path: Path) -> None:
    """By the limit of a file's size, which DuckDB meets as it would a full disk."""
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from weft.errors import StoreFault\n"
        "from weft.examples.pharma import Amount, generate\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    generate(Path(sys.argv[1]), Amount(scale=0.02, weeks=40))\n"
        "except StoreFault as fault:\n"
        "    print(fault)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = f"the example's data cannot be written to {tmp_path} ({os.strerror(errno.EFBIG)})"
    assert done.stdout.startswith(said)


@pytest.mark.parametrize("amount", [replace(SMALL, scale=0), replace(SMALL, scale=1e9), replace(SMALL, weeks=3)])
def test_an_amount_that_makes_no_sense_is_refused(tmp_path: Path, amount: Amount) -> None:
    with pytest.raises(Misuse, match="Give"):
        generate(tmp_path, amount)


@pytest.fixture(scope="module")
def beside(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What another company writes and buys, about those who stand in the public files of the first."""
    folder = tmp_path_factory.mktemp("beside")
    generate(folder, replace(SMALL, scale=0.01, seed=9, public=made / "public"))
    return folder


def test_beside_public_files_what_is_made_is_of_whom_and_what_stands_in_them(made: Path, beside: Path) -> None:
    public, files = f"{made}/public", contents(beside)
    assert not [name for name in files if name.startswith("public/") or name == "truth/open_payments.csv"]
    assert {name for name in files if "/rx_" in name} == {name for name in contents(made) if "/rx_" in name}
    counts = asked(
        f"""WITH known AS (SELECT "NPI" AS npi, "Provider Last Name (Legal Name)" AS last FROM read_csv('{public}/nppes_individuals.csv')),
        truth AS (SELECT npi, last FROM read_csv('{beside}/truth/clinicians.csv')),
        sold AS (SELECT DISTINCT prescriber_npi AS npi FROM read_csv('{beside}/syndicated/rx/*.csv')),
        said AS (SELECT npi FROM read_csv('{beside}/truth/crm.csv') WHERE npi IS NOT NULL)
        SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM truth), (SELECT count(*) FROM truth SEMI JOIN known USING (npi, last)),
        (SELECT count(*) > 20 FROM sold), (SELECT count(*) FROM sold ANTI JOIN truth USING (npi)),
        (SELECT count(*) > 20 FROM said), (SELECT count(*) FROM said ANTI JOIN truth USING (npi))"""
    )
    assert counts == [(200, 200, 200, True, 0, True, 0)]


def test_beside_public_files_plans_and_formularies_are_theirs(made: Path, beside: Path) -> None:
    public = f"{made}/public"
    for sold, key, known in (
        (f"{beside}/syndicated/lives/*.csv", "contract_id, plan_id, segment_id", f"{public}/partd_plans.csv"),
        (f"{beside}/syndicated/formulary_status.csv", "formulary_id", f"{public}/partd_formulary_tiers.csv"),
    ):
        strange, missing = asked(
            f"""WITH sold AS (SELECT DISTINCT {key} FROM read_csv('{sold}')), known AS (SELECT DISTINCT {key} FROM read_csv('{known}'))
            SELECT (SELECT count(*) FROM sold ANTI JOIN known USING ({key})), (SELECT count(*) FROM known ANTI JOIN sold USING ({key}))"""
        )[0]
        assert (strange, missing) == (0, 0)


def test_of_the_faults_of_files_that_it_did_not_make_it_says_nothing(beside: Path) -> None:
    with (beside / "truth" / "faults.csv").open() as file:
        said = [row["fault"] for row in csv.DictReader(file)]
    assert said == [one.fault for one in planted(CALENDAR) if "public" not in one.files]
    assert len(said) == 9


def test_beside_the_same_public_files_the_same_seed_makes_the_same_bytes(
    made: Path, beside: Path, tmp_path: Path
) -> None:
    generate(tmp_path, replace(SMALL, scale=0.01, seed=9, public=made / "public"))
    assert contents(tmp_path) == contents(beside)


def test_public_files_that_are_missing_or_laid_out_otherwise_are_refused(made: Path, tmp_path: Path) -> None:
    public = shutil.copytree(made / "public", tmp_path / "public")
    plans = public / "partd_plans.csv"
    plans.write_text(plans.read_text(encoding="utf-8").replace("plan_name", "name", 1), encoding="utf-8")
    with pytest.raises(Misuse, match=r"partd_plans.csv has no column 'plan_name'\. It has: contract_id, "):
        generate(tmp_path / "data", replace(SMALL, public=public))
    plans.unlink()
    with pytest.raises(Misuse, match=r"there is no partd_plans.csv in .*\. The folder of the public files holds nppes"):
        generate(tmp_path / "data", replace(SMALL, public=public))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("old", "new"), [(b",1,", b",first,"), (b"00025000", b"\xff\xfe5000")])
def test_a_public_file_that_cannot_be_read_is_said(made: Path, tmp_path: Path, old: bytes, new: bytes) -> None:
    public = shutil.copytree(made / "public", tmp_path / "public")
    tiers = public / "partd_formulary_tiers.csv"
    assert old in tiers.read_bytes()
    tiers.write_bytes(tiers.read_bytes().replace(old, new, 1))
    with pytest.raises(Misuse, match=r"a public file in .* cannot be read: .* Fetch it anew\."):
        generate(tmp_path / "data", replace(SMALL, public=public))


def test_a_registry_of_nobody_makes_a_company_without_customers(made: Path, tmp_path: Path) -> None:
    public = shutil.copytree(made / "public", tmp_path / "public")
    for name in ("nppes_individuals.csv", "cms_clinicians.csv"):
        (public / name).write_text((public / name).read_text(encoding="utf-8").partition("\n")[0] + "\n")
    generate(tmp_path / "data", replace(SMALL, public=public))
    assert asked(f"SELECT count(npi) FROM read_csv('{tmp_path}/data/truth/crm.csv')") == [(0,)]
