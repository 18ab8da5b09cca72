"""The company that launches a product: right as written, and what payers and clinicians are said to be is what the files say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.pharma import SMALL, applied_company, apply_company

from weft.names import PROD
from weft.session import Session, open_session
from weft.session.policies import everything, shipped
from weft.workspace import read_settings
from weft.workspace.policies import standard_names

Ask = Callable[[str], list[tuple[Any, ...]]]
REAL = Path(__file__).parents[3] / "shared" / "data" / "cms"
KINDS = {"raw", "mastered", "integrated", "facts", "dimensions"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return applied_company(tmp_path_factory, request.config)


@pytest.fixture(scope="module")
def opened(company: Path) -> Iterator[Session]:
    with open_session(company) as session:
        yield session


@pytest.fixture(scope="module")
def ask(opened: Session) -> Iterator[Ask]:
    with standing(opened) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def said(company: Path) -> Iterator[Ask]:
    """Answers of the files as they came, by DuckDB alone: `partd_plans`, `lives`, and so on."""
    data = company / "data"
    with duckdb.connect() as connection:
        for path in (*data.glob("public/*.csv"), *data.glob("syndicated/*.csv"), *data.glob("company/*.csv")):
            connection.execute(f"CREATE TABLE {path.stem} AS FROM read_csv('{path}', all_varchar = true)")
        connection.execute(f"CREATE TABLE lives AS FROM read_csv('{data}/syndicated/lives/*.csv', all_varchar = true)")
        yield lambda sql: connection.execute(sql).fetchall()


def standing(session: Session) -> duckdb.DuckDBPyConnection:
    """What is published, as `product.table`."""
    connection = duckdb.connect()
    snapshots = session.registry.snapshots(pointer.snapshot for pointer in session.recorded.pointers.values())
    for line, pointer in session.recorded.pointers.items():
        _, product, table = line.partition("@")[0].split(".")
        files = [str(path) for path in session.store.paths(snapshots[pointer.snapshot])]
        if not files:
            continue
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {product}")
        connection.execute(f"CREATE VIEW {product}.{table} AS FROM read_parquet({files})")
    return connection


def warned(session: Session) -> set[str]:
    results = session.registry.journal.facts("checks", PROD).to_pylist()
    return {row["check_name"] for row in results if row["outcome"] == "failed"}


def test_the_company_is_right_as_written(opened: Session) -> None:
    assert opened.check() == ()


def test_it_keeps_to_the_whole_standard_set_and_to_a_rule_of_its_own(opened: Session, company: Path) -> None:
    for found in (everything(opened, shipped()), everything(opened)):
        assert [one.fault.message for one in found.violations] == []
        assert found.faults == ()
    assert {one.name for one in read_settings(company).policies} == {*standard_names()}


def test_its_transforms_do_what_their_cases_say(opened: Session) -> None:
    results = opened.unit()
    assert len(results) > 6
    assert [result for result in results if not result.passed] == []


def test_every_table_says_what_kind_it_is(opened: Session) -> None:
    without = [
        f"{product.name}.{table.name}"
        for product in opened.mesh.present
        for contract in product.contracts
        for table in contract.tables
        if not contract.servers and not KINDS & {*table.tags, *product.tags}
    ]
    assert without == []


def test_nothing_is_built_when_nothing_changed(company: Path) -> None:
    with open_session(company) as session:
        assert session.plan().plan.is_empty


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("plans.plans", "partd_plans"),
        ("tiers.tiers", "partd_formulary_tiers"),
        ("formularies.listings", "formulary_status"),
        ("lives.lives", "lives"),
        ("nppes.individuals", "nppes_individuals"),
        ("clinicians.addresses", "cms_clinicians"),
        ("clinicians.clinicians", '(SELECT DISTINCT "NPI" FROM cms_clinicians)'),
        ("specialties.specialties", "specialties"),
    ],
)
def test_no_row_is_lost_and_none_is_added(ask: Ask, said: Ask, table: str, rows: str) -> None:
    assert ask(f"SELECT count(*) FROM {table}") == said(f"SELECT count(*) FROM {rows}")


COVERED = """
    SELECT month || '-01', lives.state, s.ndc, sum(l)::BIGINT, coalesce(sum(l) FILTER (s.tier <> ''), 0)::BIGINT,
        coalesce(sum(l) FILTER (s.tier <> '' AND s.restriction = 'NONE'), 0)::BIGINT
    FROM (SELECT *, lives::BIGINT AS l FROM lives) AS lives
    JOIN partd_plans AS p ON (p.contract_id, p.plan_id, coalesce(p.state_name, 'US')) = (lives.contract_id, lives.plan_id, lives.state)
    JOIN formulary_status AS s ON ltrim(s.formulary_id, '0') = p.formulary_id
    GROUP BY ALL ORDER BY ALL"""


def test_coverage_is_what_plans_lives_and_formularies_say(ask: Ask, said: Ask) -> None:
    columns = "month::VARCHAR, state, ndc, lives, covered_lives, unrestricted_lives"
    found = ask(f"SELECT {columns} FROM coverage.by_state ORDER BY ALL")
    assert found == said(COVERED)
    assert len(found) > 1000


def test_a_code_that_changed_its_meaning_moves_nobody_to_another_channel(ask: Ask) -> None:
    shares = ask("SELECT month, avg((channel = 'dual eligible')::INTEGER) FROM lives.lives GROUP BY month")
    assert len({share for _, share in shares}) == 1


def test_a_list_in_latin_1_keeps_its_names(ask: Ask, opened: Session, company: Path) -> None:
    assert "arrival(values)" in warned(opened)
    last = sorted((company / "data" / "company" / "crm").iterdir())[-1].read_bytes().decode("latin-1")
    [[accented]] = ask("SELECT count(*) FROM crm.customers WHERE regexp_matches(lower(last_name), 'ñ')")
    assert 0 < accented == sum("ñ" in line.lower() for line in last.splitlines())


def test_a_plan_name_that_was_decoded_wrongly_is_mended(ask: Ask, said: Ask) -> None:
    [[wrong]] = said("SELECT count(*) FROM partd_plans WHERE contains(plan_name, '√ì')")
    assert 0 < wrong == ask("SELECT count(*) FROM plans.plans WHERE contains(plan_name, 'Óptimo')")[0][0]


@pytest.mark.parametrize(
    ("source", "truth", "key"), [("crm", "crm", "crm_id"), ("open_payments", "open_payments", "profile")]
)
def test_who_a_record_is_said_to_be_is_who_it_is(ask: Ask, company: Path, source: str, truth: str, key: str) -> None:
    """The truth knows the NPI of each customer and doctor; core data finds most of them by name and place alone, and nobody for another."""
    right, wrong, all_of_them = found(ask, company, source, truth, key)
    assert all_of_them > 100
    assert wrong <= 0.005 * all_of_them
    assert 2 * right / (right + wrong + all_of_them) >= 0.98


def found(ask: Ask, company: Path, source: str, truth: str, key: str) -> tuple[int, ...]:
    """How many records of a source are said to be who they are, to be somebody else, and how many there are."""
    [counted] = ask(f"""
        SELECT count(*) FILTER (known.source_id = truth.npi), count(*) FILTER (known.source_id <> truth.npi), count(*)
        FROM read_csv('{company}/data/truth/{truth}.csv', all_varchar = true) AS truth
        JOIN hcp.hcp_crosswalk AS said ON said.source = '{source}' AND said.source_id = truth.{key}
        LEFT JOIN hcp.hcp_crosswalk AS known ON known.source = 'nppes' AND known.hcp_id = said.hcp_id
        WHERE truth.npi IS NOT NULL""")
    return tuple(counted)


def test_everybody_is_there_once(ask: Ask, said: Ask) -> None:
    assert ask("SELECT count(DISTINCT npi) FROM hcp.hcp") == said("SELECT count(*) FROM nppes_individuals")


def test_a_code_whose_change_nobody_announced_stops_the_lives(company: Path, tmp_path: Path) -> None:
    root = shutil.copytree(company, tmp_path / "mesh")
    codes = root / "domains" / "payer" / "channels" / "lists" / "codes.csv"
    codes.write_text(
        "code,since,until,channel,notice\nM,2000-01-01,9999-12-31,dual eligible,first\n"
        "MC,2000-01-01,9999-12-31,medicare,first\nMD,2000-01-01,9999-12-31,dual eligible,guessed\n"
    )
    with open_session(root) as session:
        report = session.apply(session.plan())
    states = {product.product: product.state for product in report.products}
    failed = [one.check for product in report.products for one in product.results if one.outcome == "failed"]
    assert states["payer.lives"] == "failed"
    assert "a plan stays in its channel" in failed


@pytest.mark.skipif(not REAL.is_dir(), reason="NO REAL DATA: the public files of CMS are not beside the project")
def test_the_real_public_files_drop_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHARMA_PUBLIC", str(REAL))
    with open_session(apply_company(tmp_path / "mesh")) as session, standing(session) as connection:
        counted = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
            for table in (
                "plans.plans",
                "tiers.tiers",
                "nppes.individuals",
                "clinicians.addresses",
                "clinicians.clinicians",
            )
        }
        assert counted == {
            "plans.plans": 4_772,
            "tiers.tiers": 1_576,
            "nppes.individuals": 5_000,
            "clinicians.addresses": 9_685,
            "clinicians.clinicians": 5_000,
        }
        assert "percent of lives in plans that CMS does not know" in warned(session)


@pytest.mark.skipif(not REAL.is_dir(), reason="NO REAL DATA: the public files of CMS are not beside the project")
def test_a_launch_among_the_real_clinicians_is_told_to_its_end(tmp_path: Path) -> None:
    """What the company writes and buys is made about whom the real files name; the dirty list is matched to the real registries."""
    amount = replace(SMALL, scale=0.2, call_days=20, npp_days=2, public=REAL)
    root = apply_company(tmp_path / "mesh", amount)
    with open_session(root) as session, standing(session) as connection:

        def ask(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        assert ask("SELECT count(*) FROM nppes.individuals") == [(5_000,)]
        assert ask("SELECT sum(trx) > 1000, sum(new_writers) > 10, sum(reached) > 10 FROM tracking.weekly") == [
            (True, True, True)
        ]
        assert ask("SELECT count(*) > 1000 FROM opportunity.by_territory") == [(True,)]
        right, wrong, all_of_them = found(ask, root, "crm", "crm", "crm_id")
    assert all_of_them > 200
    assert wrong <= 0.005 * all_of_them
    assert 2 * right / (right + wrong + all_of_them) >= 0.98
