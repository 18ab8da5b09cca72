"""What the launch's mesh publishes is what its files say, counted anew over the files and the truth by other SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.pharma import SMALL, applied_company

from weft.session import open_session

Ask = Callable[[str], list[tuple[Any, ...]]]
OURS = "99001-0101-30"


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return applied_company(tmp_path_factory, request.config)


@pytest.fixture(scope="session")
def published(root: Path) -> Iterator[Ask]:
    with open_session(root) as session:

        def ask(sql: str) -> list[tuple[Any, ...]]:
            with session.query(sql) as answer:
                return [tuple(row.values()) for row in answer.arrow().to_pylist()]

        yield ask


@pytest.fixture(scope="session")
def told(root: Path) -> Iterator[Ask]:
    """Answers of the files: `rx` are prescriptions of the newest delivery of each week, told by the files' names."""
    data = root / "data"
    with duckdb.connect() as connection:
        connection.execute(f"SET VARIABLE data = '{data}'")
        for name, sql in VIEWS.items():
            connection.execute(f"CREATE TABLE {name} AS {sql.format(data=data)}")
        yield lambda sql: connection.execute(sql).fetchall()


VIEWS = {
    "rx": """
        WITH said AS (FROM read_csv('{data}/syndicated/rx/*.csv', filename = true, types = {{'prescriber_npi': 'VARCHAR'}})),
        again AS (SELECT DISTINCT week_ending FROM said WHERE filename LIKE '%\\_r1.csv' ESCAPE '\\')
        SELECT week_ending AS week, prescriber_npi AS npi, ndc, trx FROM said
        WHERE filename LIKE '%\\_r1.csv' ESCAPE '\\' OR week_ending NOT IN (FROM again)""",
    "pack": "SELECT ndc, tablets_in_pack FROM '{data}/company/products.csv'",
    "place": "SELECT zip3, territory, state FROM read_csv('{data}/company/territories.csv', types = {{'zip3': 'VARCHAR'}})",
    "truly": "FROM read_csv('{data}/truth/clinicians.csv', types = {{'npi': 'VARCHAR', 'zip': 'VARCHAR'}})",
    "customer": "FROM read_csv('{data}/truth/crm.csv', types = {{'npi': 'VARCHAR'}})",
    "call": "FROM read_csv('{data}/company/calls/*.csv', types = {{'called_on': 'VARCHAR'}})",
    "event": "FROM read_csv('{data}/company/npp/*.csv')",
    "payment": "FROM read_csv('{data}/public/open_payments_general_ia.csv')",
}


def test_a_week_s_prescriptions_are_those_of_its_newest_file(published: Ask, told: Ask) -> None:
    sql = "SELECT week, count(*), sum(trx)::BIGINT FROM {} GROUP BY week ORDER BY week"
    weeks = published(sql.format("sales.prescriptions.prescriptions"))
    assert weeks == told(sql.format("rx"))
    assert len(weeks) == SMALL.weeks


def test_tablets_are_packs_whatever_the_syndicate_counted_in(published: Ask, told: Ask) -> None:
    assert published(
        "SELECT ndc, sum(tablets)::BIGINT FROM sales.prescriptions.prescriptions GROUP BY ndc ORDER BY ndc"
    ) == told("SELECT ndc, sum(trx * tablets_in_pack)::BIGINT FROM rx JOIN pack USING (ndc) GROUP BY ndc ORDER BY ndc")


def test_each_prescriber_is_one_clinician(published: Ask, told: Ask) -> None:
    [counted] = published(
        "SELECT count(DISTINCT npi), count(DISTINCT hcp_id), count(*) FILTER (hcp_id IS NULL) FROM sales.prescriptions.prescriptions"
    )
    [[prescribers]] = told("SELECT count(DISTINCT npi) FROM rx")
    assert counted == (prescribers, prescribers, 0)


def test_nearly_every_prescription_is_counted_in_the_territory_where_its_writer_practises(
    published: Ask, told: Ask
) -> None:
    """Core data may take a clinician's other address for the better one."""
    sql = "SELECT week, territory, sum(trx)::BIGINT FROM {} GROUP BY ALL"
    counted = {(week, territory): trx for week, territory, trx in published(sql.format("sales.market.weekly"))}
    expected = told(sql.format("rx JOIN truly USING (npi) JOIN place ON zip3 = left(zip, 3)"))
    assert sum(counted.values()) == sum(trx for _, _, trx in expected)
    assert sum(abs(trx - counted.get((week, place), 0)) for week, place, trx in expected) < 0.05 * sum(counted.values())


def test_a_clinician_is_new_in_the_week_of_the_first_prescription_of_ours(published: Ask, told: Ask) -> None:
    first = f"SELECT npi, min(week) AS week FROM rx WHERE ndc = '{OURS}' GROUP BY npi"
    assert published("SELECT week, count(*) FROM launch.new_writers.new_writers GROUP BY week ORDER BY week") == told(
        f"SELECT week, count(*) FROM ({first}) GROUP BY week ORDER BY week"
    )


def test_the_launch_s_share_is_ours_of_the_market_s(published: Ask, told: Ask) -> None:
    counted = published(
        "SELECT week, sum(trx)::BIGINT, sum(market_trx)::BIGINT FROM launch.tracking.weekly GROUP BY week ORDER BY week"
    )
    assert counted == told(
        f"SELECT week, coalesce(sum(trx) FILTER (ndc = '{OURS}'), 0)::BIGINT, sum(trx)::BIGINT FROM rx GROUP BY week ORDER BY week"
    )
    assert published(
        "SELECT count(*) FROM launch.tracking.weekly WHERE abs(share_percent - 100.0 * trx / market_trx) > 1e-9"
    ) == [(0,)]


def test_calls_are_those_of_days_that_exist(published: Ask, told: Ask) -> None:
    assert published("SELECT called_on, count(*) FROM promotion.calls.calls GROUP BY ALL ORDER BY ALL") == told(
        "SELECT called_on::DATE AS day, count(*) FROM call WHERE called_on <> '2026-02-30' GROUP BY ALL ORDER BY ALL"
    )
    assert published("SELECT count(*) FROM promotion.calls.set_aside") == told(
        "SELECT count(*) FROM call WHERE called_on = '2026-02-30'"
    )


def test_an_event_that_was_reported_twice_is_counted_once(published: Ask, told: Ask) -> None:
    assert published("SELECT kind, count(*) FROM promotion.npp.events GROUP BY kind ORDER BY kind") == told(
        "SELECT kind, count(DISTINCT message_id) FROM event GROUP BY kind ORDER BY kind"
    )


def test_promotion_by_clinician_and_week_adds_up_to_what_was_known_of_clinicians(published: Ask) -> None:
    [counted] = published(
        "SELECT sum(calls)::BIGINT, sum(sends)::BIGINT, sum(visits)::BIGINT FROM promotion.touches.touches"
    )
    calls = published("SELECT count(*) FROM promotion.calls.calls WHERE hcp_id IS NOT NULL")
    events = published(
        "SELECT count(*) FILTER (kind = 'send'), count(*) FILTER (kind = 'visit') FROM promotion.npp.events WHERE hcp_id IS NOT NULL"
    )
    assert counted == (*calls[0], *events[0])


def test_every_payment_is_there_once(published: Ask, told: Ask) -> None:
    sql = "SELECT count(*), sum({})::DECIMAL(18, 2) FROM {}"
    assert published(sql.format("amount", "promotion.payments.payments")) == told(
        sql.format('"Total_Amount_of_Payment_USDollars"', "payment")
    )


def test_opportunity_is_what_members_without_restriction_leave_of_others(published: Ask, told: Ask, root: Path) -> None:
    """Access of our brand by state, counted anew from lives, plans and formularies."""
    access = told(f"""
        WITH lives AS (FROM read_csv('{root}/data/syndicated/lives/*.csv', types = {{'month': 'VARCHAR'}}) WHERE month = '2026-05'),
        plan AS (SELECT contract_id, plan_id, segment_id, coalesce(state_name, 'US') AS state, lpad(formulary_id::VARCHAR, 8, '0') AS formulary
                 FROM '{root}/data/public/partd_plans.csv'),
        free AS (SELECT formulary_id::VARCHAR AS formulary, tier IS NOT NULL AND restriction = 'NONE' AS is_free
                 FROM read_csv('{root}/data/syndicated/formulary_status.csv', types = {{'formulary_id': 'VARCHAR'}}) WHERE ndc = '{OURS}')
        SELECT state, round(100.0 * sum(lives) FILTER (is_free) / sum(lives), 2)
        FROM lives JOIN plan USING (contract_id, plan_id, segment_id, state) JOIN free USING (formulary) GROUP BY state""")
    said = published(
        "SELECT DISTINCT t.state, o.unrestricted_percent::DOUBLE FROM launch.opportunity.by_territory AS o JOIN sales.territories.territories AS t"
        " ON t.territory = o.territory WHERE o.coverage_month = DATE '2026-05-01'"
    )
    expected = {state: percent or 0.0 for state, percent in access}
    assert said
    assert dict(said) == {state: expected[state] for state, _ in said}
