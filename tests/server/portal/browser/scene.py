"""A mesh in which things happened: asked for, decided, refused, read, broken, deprecated. Pages that are looked at are not empty then.

All of it is done as people do it: by the API that our pages speak with, and by the command line in a domain's checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.server.portal.browser.serving import GOVERNOR, OWNER_OF, READER, Served, crowd
from tests.shops import EXAMPLE as CUSTOMERS

Cast = dict[str, httpx.Client]
PROFILED = ("analytics.punctuality.by_carrier", "operations.flights.departures", "fleet.planes.planes")
DAYS = timedelta(days=1)
ANSWERS = (
    "SELECT condition, flights, mean_arrival_delay FROM analytics.punctuality.by_weather ORDER BY 3 DESC",
    "SELECT name, flights, late_percent FROM analytics.punctuality.by_carrier ORDER BY late_percent DESC",
    "SELECT airport, count(*) AS bad_days FROM analytics.punctuality.bad_days GROUP BY ALL",
    "SELECT origin, count(*) AS flights FROM operations.flights.departures GROUP BY ALL ORDER BY 2 DESC",
    "SELECT maker, count(*) AS planes FROM fleet.planes.planes GROUP BY ALL ORDER BY 2 DESC LIMIT 10",
)
WORKING = ("waiting", "running")
PROFILED = ("analytics.punctuality.by_carrier", "operations.flights.departures", "fleet.planes.planes")
SMALL_REPORTS = """\
-- title: A report has few columns
-- severity: error
-- owner: gita.rao@flights.example
-- grace_until: {grace}
--
-- Whoever opens a report wants an answer, and not a table to search through.
SELECT line_name AS subject, 'it is a report of ' || columns || ' columns; 8 are allowed' AS message, 'Make two reports of it.' AS mend
FROM mesh.tables
WHERE list_contains(tags, 'report') AND columns > 8
"""
SAYS_LATENCY = """\
-- title: A table says how fresh it is
-- severity: warning
-- owner: gita.rao@flights.example
SELECT line_name AS subject, 'it promises no latency' AS message, 'Say it under slaProperties.' AS mend
FROM mesh.tables
WHERE contract_id NOT IN (SELECT contract_id FROM mesh.service_levels WHERE property = 'latency')
"""
MANY_COLUMNS = """\
-- title: A table that reports read has at most twelve columns
-- severity: error
-- owner: gita.rao@flights.example
SELECT line_name AS subject, 'it has ' || columns || ' columns' AS message, 'Offer what reports need as a table of its own.' AS mend
FROM mesh.tables
WHERE columns > 12
"""


def play(served: Served) -> None:
    """Afterwards there is something of everything to be seen."""
    crowd(served)
    with ExitStack() as held:
        cast = {name: held.enter_context(served.program(name)) for name in (*OWNER_OF.values(), READER, GOVERNOR)}
        _agreements(cast)
        _expired(served)
        _changes(served.root)
        _rules(cast)
        _questions(cast)
        _looked_at(cast)


def _looked_at(cast: Cast) -> None:
    """Tables that their domains had measured, and one of which checks were suggested."""
    for table in PROFILED:
        by = cast[OWNER_OF[table.partition(".")[0]]]
        _until_done(by, f"tables/{table}/profile", "/work")
    _until_done(cast[OWNER_OF["fleet"]], "tables/fleet.planes.planes/suggestions", "")


def _until_done(by: httpx.Client, work: str, progress: str) -> None:
    answer = by.post(f"/api/v1/{work}")
    assert answer.status_code < 300, answer.text
    while (said := by.get(f"/api/v1/{work}{progress}").json())["state"] in WORKING:
        time.sleep(0.1)
    assert said["state"] == "done", said


def _agreements(cast: Cast) -> None:
    """One in each state that an agreement can have."""
    departures = _asked(
        cast, "operations.flights.departures", "Which carrier is late, for the yearly report", "punctuality report"
    )
    _said(cast, OWNER_OF["operations"], f"agreements/{departures}/approve", {})
    refused = _asked(cast, "weather.observations.hourly", "A newsletter about the weather", "newsletter")
    _said(
        cast,
        OWNER_OF["weather"],
        f"agreements/{refused}/refuse",
        {"because": "The weather desk publishes its own newsletter; please link to it."},
    )
    revoked = _asked(cast, "network.directory.carriers", "A study of code shares", "code shares")
    _said(cast, OWNER_OF["network"], f"agreements/{revoked}/approve", {})
    _said(cast, OWNER_OF["network"], f"agreements/{revoked}/revoke", {"because": "The study is done."})
    renewed = _asked(
        cast, "analytics.punctuality.by_carrier", "A dashboard of delays for the press office", "delays dashboard"
    )
    _said(cast, OWNER_OF["analytics"], f"agreements/{renewed}/approve", {"until": str(_today() + 30 * DAYS)})
    _said(cast, READER, f"agreements/{renewed}/renew", {"until": str(_today() + 300 * DAYS)})
    _asked(cast, "fleet.planes.planes", "How old the planes are that fly from New York", "fleet age")
    passing = _asked(cast, "fleet.utilisation.aircraft", "How often each plane flies", "utilisation")
    _said(cast, OWNER_OF["fleet"], f"agreements/{passing}/approve", {"until": str(_today() + DAYS)})
    _asked(cast, "operations.flights.departures", "Slots that stay empty at Kennedy", "slots", by=OWNER_OF["weather"])
    _said(
        cast,
        READER,
        "proposals",
        {
            "name": "fleet.planes.planes.owner",
            "reason": "To tell leased planes from owned ones.",
            "use_case": "fleet age",
        },
    )
    _said(
        cast,
        OWNER_OF["fleet"],
        "declassifications",
        {
            "name": "fleet.utilisation.aircraft.maker",
            "because": "Makers of airliners are in every news paper.",
            "until": str(_today() + 90 * DAYS),
        },
    )
    _said(cast, READER, "tokens", {"name": "notebook", "days": 30})


def _rules(cast: Cast) -> None:
    standard = {
        one["policy"]: one["text"] for one in cast[GOVERNOR].get("/api/v1/standard-policies").json()["policies"]
    }
    for name in ("owner-and-support", "columns-described", "keys-declared", "personal-data", "two-live-majors"):
        _said(cast, GOVERNOR, f"policies/{name}", {"text": standard[name], "because": "Of the standard set."}, "PUT")
    for name, text, because in (
        ("small-reports", SMALL_REPORTS.format(grace=_today() + 45 * DAYS), "Agreed by the domains."),
        ("says-latency", SAYS_LATENCY, "Whoever reads a table wants to know of which day it is."),
        ("few-columns", MANY_COLUMNS, "Agreed by the domains."),
    ):
        _said(cast, GOVERNOR, f"policies/{name}", {"text": text, "because": because}, "PUT")
    _said(
        cast,
        GOVERNOR,
        "waivers",
        {
            "policy": "few-columns",
            "subject": "operations.flights",
            "until": str(_today() + 60 * DAYS),
            "because": "Departures is split in two with the next major.",
        },
    )


def _questions(cast: Cast) -> None:
    for person in (READER, OWNER_OF["analytics"], OWNER_OF["operations"]):
        for sql in ANSWERS:
            answer = cast[person].post("/api/v1/query", json={"sql": sql})
            assert answer.status_code in (200, 403), answer.text


def _changes(root: Path) -> None:
    """Applied one after another: core data, a minor, a new major with the old one deprecated, and a failing check that stops what reads it."""
    _customers(root)
    weather = root / "domains/weather/observations"
    _edit(weather / "product.odps.yaml", "{name: hourly, version: 1.0.0", "{name: hourly, version: 1.1.0")
    _edit(weather / "contracts/hourly.odcs.yaml", "\nversion: 1.0.0", "\nversion: 1.1.0")
    celsius = (
        "      - {name: temperature_c, description: Degrees Celsius., logicalType: number}\n      - {name: dew_point_f"
    )
    _edit(weather / "contracts/hourly.odcs.yaml", "      - {name: dew_point_f", celsius)
    _edit(
        weather / "transforms/hourly.sql",
        "    dewp      AS",
        "    round((temp - 32) / 1.8, 1) AS temperature_c,\n    dewp      AS",
    )
    _weft(root, "apply")
    _weft(root, "new", "version", "network.capacity.offered", "2.0.0")
    old = root / "domains/network/capacity/contracts/offered.odcs.yaml"
    _edit(old, "\nstatus: active", "\nstatus: deprecated")
    _edit(
        old, "slaProperties:\n", f"slaProperties:\n  - {{property: endOfSupport, value: '{_today() + 120 * DAYS}'}}\n"
    )
    _weft(root, "plan", "--fix")
    _weft(root, "apply")
    _weft(root, "profile", *PROFILED)
    planes = root / "data/planes.csv"
    planes.write_text(planes.read_text() + planes.read_text().splitlines()[1] + "\n")
    _weft(root, "apply", status=1)


def _customers(root: Path) -> None:
    """Core data, some pairs of which wait for a steward. What is personal goes by this mesh's own word for it."""
    shutil.copytree(CUSTOMERS / "domains/sales", root / "domains/sales")
    for contract in (root / "domains/sales").rglob("*.odcs.yaml"):
        contract.write_text(contract.read_text().replace("classification: personal", "classification: restricted"))


def _asked(cast: Cast, name: str, purpose: str, use_case: str, by: str = READER) -> str:
    told = _said(cast, by, "agreements", {"name": name, "purpose": purpose, "use_case": use_case})
    return str(told["agreement"]["id"])


def _said(cast: Cast, who: str, path: str, said: dict[str, Any], method: str = "POST") -> dict[str, Any]:
    answer = cast[who].request(method, f"/api/v1/{path}", json=said)
    assert answer.is_success, f"{who} {path}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


def _expired(served: Served) -> None:
    """Tomorrow's end becomes yesterday's: the one thing here that only time does."""
    agreements = served.session.registry.agreements
    for known in agreements.of(READER):
        if known.until == _today() + DAYS:
            agreements.change(replace(known, until=_today() - DAYS))


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text, f"{path} has no {before!r}"
    path.write_text(text.replace(before, after, 1))


def _weft(root: Path, *words: str, status: int = 0) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "weft", *words], cwd=root, capture_output=True, text=True, env=os.environ, check=False
    )
    assert done.returncode == status, f"weft {' '.join(words)}: {done.stdout}{done.stderr}"


def _today() -> date:
    return datetime.now(UTC).date()
