"""A year or two of a company that launches a product, as files: public registries, what is bought, and what its own systems write.

The same seed makes the same bytes. Public files have the names and layouts of those that CMS publishes, so that a mesh over
these runs on the real ones too.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from weft.errors import Misuse, StoreFault
from weft.examples.pharma.faults import Calendar, planted

if TYPE_CHECKING:
    import duckdb

HERE = Path(__file__).parent
STEPS = (
    "chance",
    "words",
    "clinicians",
    "registries",
    "market",
    "crm",
    "payments",
    "payer",
    "lives",
    "promotion",
    "prescriptions",
    "deliveries",
)
BESIDE_PUBLIC = (
    "chance",
    "words",
    "public_clinicians",
    "market",
    "crm",
    "public_payer",
    "lives",
    "promotion",
    "prescriptions",
    "deliveries",
)
"""The same where the public files are there: what the company writes and buys is of whom and what stands in them."""
PLACE = "Provider Business Practice Location Address"
PUBLIC_FILES: Mapping[str, tuple[str, ...]] = {
    "nppes_individuals.csv": (
        "NPI",
        "Provider Last Name (Legal Name)",
        "Provider First Name",
        "Provider Middle Name",
        "Provider Name Suffix Text",
        "Provider Credential Text",
        "Provider Other Last Name",
        f"{PLACE} City Name",
        f"{PLACE} State Name",
        f"{PLACE} Postal Code",
        "Provider Sex Code",
        "Healthcare Provider Taxonomy Code_1",
        "Full Street Address",
    ),
    "cms_clinicians.csv": ("NPI", "City/Town", "State", "ZIP Code", "Full Street Address"),
    "open_payments_general_ia.csv": (),
    "open_payments_doctors_geo_cr_line_ends.csv": (),
    "partd_plans.csv": ("contract_id", "plan_id", "segment_id", "plan_name", "state_name"),
    "partd_formulary_tiers.csv": ("formulary_id", "tier_level_value"),
}
"""Their names, and the columns that what the company writes and buys is made of."""
FEWEST_CLINICIANS = 200
AT_SCALE_1 = 10_000
FEWEST_WEEKS = 32
ERRNO = re.compile(r'"errno": ?"(\d+)"')
Folder = Literal["public", "syndicated", "company", "truth"]
FOLDERS: tuple[Folder, ...] = ("public", "syndicated", "company", "truth")
RX_DAYS, LATE_DAYS, RESTATED_DAYS, LIVES_DAYS = 5, 26, 33, 12
"""How many days after the end of its week or month a file arrives: as a rule, late, restated; lives."""
RX = """SELECT npi AS prescriber_npi, ndc, '{sunday}' AS week_ending, trx, units, version
FROM delivered WHERE week = {week} AND version = {version} ORDER BY npi, ndc"""
LIVES = "SELECT * FROM lives WHERE month = '{month}' ORDER BY contract_id, plan_id, state"
CALLS = "SELECT * EXCLUDE (of) FROM said_call WHERE of = DATE '{day}' ORDER BY call_id"
EVENTS = "SELECT of AS batch, * EXCLUDE (of) FROM said_message WHERE of = TIMESTAMP '{hour}' ORDER BY happened_at, message_id, kind"
CRM = "SELECT * EXCLUDE (truly, i), DATE '{on}' AS exported_on FROM crm WHERE coalesce(draw(i, {day}), 1) >= 0.002 ORDER BY crm_id"
TRUTH = {
    "crm": "SELECT crm_id, truly AS npi FROM crm ORDER BY crm_id",
    "open_payments": "SELECT profile, npi FROM paid_doctor ORDER BY profile",
    "clinicians": "SELECT npi, last, first, middle, born_last, sex, specialty, city, state, zip, street FROM clinician ORDER BY npi",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is made. Scale 1 is 10,000 clinicians and about 5 million rows of prescriptions in 104 weeks.

    `until` leaves out what had not arrived by then; the rest is the same as without it. `public` is a folder that holds the public
    files already: as many of its clinicians are chosen as would be made, or all where there are fewer.
    """

    scale: float = 1.0
    seed: int = 1
    weeks: int = 104
    ends: date = field(default_factory=lambda: date(2026, 6, 28))
    call_days: int = 182
    npp_days: int = 14
    crm_days: int = 3
    until: date | None = None
    public: Path | None = None

    @property
    def clinicians(self) -> int:
        return max(FEWEST_CLINICIANS, round(AT_SCALE_1 * self.scale))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file that arrives on a day, and the question whose answer it holds."""

    file: str
    arrives: date
    sql: str
    encoding: str = "utf-8"


def generate(folder: Path, amount: Amount) -> tuple[Path, ...]:
    """Writes the files below a folder, and answers which; files that are there already are written anew.

    Raises: Misuse (an amount that makes no sense, public files that are missing, laid out otherwise or unreadable), StoreFault (the folder cannot
    be written).
    """
    import duckdb

    _refuse(amount)
    calendar = Calendar(amount.ends, amount.weeks)
    deliveries = _arrived(tuple(_deliveries(amount, calendar)), amount.until)
    try:
        for name in (*FOLDERS, *{str(Path(one.file).parent) for one in deliveries}):
            (folder / name).mkdir(parents=True, exist_ok=True)
        with duckdb.connect(config={"threads": 2}) as connection:
            _make(connection, folder, amount, calendar)
            written = [_write(connection, folder, one) for one in deliveries]
        _write_faults(folder / "truth" / "faults.csv", calendar, is_public_made=amount.public is None)
        if amount.public is None:
            _end_lines_with_returns(folder / "public" / "open_payments_doctors_geo_cr_line_ends.csv")
    except (OSError, duckdb.IOException) as error:
        raise StoreFault(
            f"the example's data cannot be written to {folder} ({_why(error)})",
            mend="Make room there, or name another folder; a demo's data is made where TMPDIR says.",
        ) from error
    except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
        if amount.public is None:
            raise
        what = str(error).partition("\n")[0]
        raise Misuse(f"a public file in {amount.public} cannot be read: {what}", mend="Fetch it anew.") from error
    return (*sorted(folder.glob("public/*.csv")), *sorted(folder.glob("company/*.csv")), *written)


def _why(error: Exception) -> str:
    """What the operating system said, which DuckDB passes on by number; else what DuckDB says."""
    passed = ERRNO.search(str(error))
    number = error.errno if isinstance(error, OSError) else int(passed[1]) if passed else None
    return os.strerror(number) if number else str(error)


def _refuse(amount: Amount) -> None:
    if not 0 < amount.scale <= 1000:
        raise Misuse(
            f"a scale of {amount.scale:g} makes no data",
            mend="Give a number above 0, at most 1000; 1 is 10,000 clinicians.",
        )
    if amount.public is not None:
        _must_be_public_files(amount.public)
    if amount.weeks < FEWEST_WEEKS:
        raise Misuse(f"{amount.weeks} weeks are too few for a launch", mend=f"Give {FEWEST_WEEKS} weeks or more.")


def _must_be_public_files(public: Path) -> None:
    """Raises: Misuse, where one of the public files is missing, or lacks a column."""
    for name, columns in PUBLIC_FILES.items():
        path = public / name
        if not path.is_file():
            mend = f"The folder of the public files holds {', '.join(PUBLIC_FILES)}."
            raise Misuse(f"there is no {name} in {public}", mend=mend)
        if not columns:
            continue
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            given = next(csv.reader(file), [])
        if missing := [column for column in columns if column not in given]:
            mend = f"It has: {', '.join(given[:30])}."
            raise Misuse(f"{path} has no column '{missing[0]}'", mend=mend)


def _arrived(deliveries: Sequence[Delivery], until: date | None) -> list[Delivery]:
    """Raises: Misuse where one of the sources had delivered nothing yet."""
    if until is None:
        return list(deliveries)
    firsts: dict[Path, date] = {}
    for one in deliveries:
        folder = Path(one.file).parent
        firsts[folder] = min(one.arrives, firsts.get(folder, one.arrives))
    complete = max(firsts.values())
    if until < complete:
        raise Misuse(
            f"by {until} not every source of the company had delivered", mend=f"Give {complete} or a later day."
        )
    return [one for one in deliveries if one.arrives <= until]


def _make(connection: duckdb.DuckDBPyConnection, folder: Path, amount: Amount, calendar: Calendar) -> None:
    told: dict[str, object] = {
        "seed": amount.seed,
        "clinicians": amount.clinicians,
        "words": str(HERE / "words"),
        **{name: str(folder / name) for name in FOLDERS},
        "public": str(amount.public or folder / "public"),
        "starts": str(calendar.starts),
        "ends": str(amount.ends),
        "weeks": amount.weeks,
        "launch_week": amount.weeks * 2 // 5,
        "call_days": amount.call_days,
        "npp_days": amount.npp_days,
        "unit_week": calendar.unit_week,
        "gap_week": calendar.gap_week,
        "restated_weeks": calendar.restated_weeks,
        "impossible_day": str(calendar.impossible_day),
        "double_day": str(calendar.double_day),
        "outage": str(calendar.outage),
    }
    for name, value in told.items():
        connection.execute(f"SET VARIABLE {name} = {_literal(value)}")
    for step in STEPS if amount.public is None else BESIDE_PUBLIC:
        connection.execute((HERE / "sql" / f"{step}.sql").read_text())


def _literal(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _deliveries(amount: Amount, calendar: Calendar) -> Iterator[Delivery]:
    yield from _prescriptions(amount, calendar)
    for first in _months(calendar.starts, amount.ends):
        sql = LIVES.format(month=f"{first:%Y-%m}")
        yield Delivery(f"syndicated/lives/lives_{first:%Y-%m}.csv", first + timedelta(days=LIVES_DAYS), sql)
    for back in range(amount.call_days):
        day = amount.ends - timedelta(days=back)
        if day.isoweekday() <= 5:
            yield Delivery(f"company/calls/calls_{day}.csv", day + timedelta(days=1), CALLS.format(day=day))
    yield from _messages(amount, calendar)
    yield from _customers(amount)
    for name, sql in TRUTH.items():
        if name == "open_payments" and amount.public is not None:
            continue  # Nobody knows who the doctors of the real file are.
        yield Delivery(f"truth/{name}.csv", calendar.starts, sql)


def _prescriptions(amount: Amount, calendar: Calendar) -> Iterator[Delivery]:
    for week in range(amount.weeks):
        sunday = calendar.sunday(week)
        arrives = sunday + timedelta(days=LATE_DAYS if week == calendar.late_week else RX_DAYS)
        yield Delivery(f"syndicated/rx/rx_{sunday}.csv", arrives, RX.format(sunday=sunday, week=week, version=0))
    for week in calendar.restated_weeks:
        sunday = calendar.sunday(week)
        arrives = sunday + timedelta(days=RESTATED_DAYS)
        yield Delivery(f"syndicated/rx/rx_{sunday}_r1.csv", arrives, RX.format(sunday=sunday, week=week, version=1))


def _messages(amount: Amount, calendar: Calendar) -> Iterator[Delivery]:
    """The platform's first file is of the day that it was set up, and empty: nothing had been sent."""
    set_up = amount.ends - timedelta(days=max(amount.call_days, amount.npp_days + 1) - 1)
    yield Delivery(f"company/npp/npp_{set_up}T00.csv", set_up, EVENTS.format(hour=f"{set_up} 00:00:00"))
    for back in range(amount.npp_days):
        day = amount.ends - timedelta(days=back)
        for hour in range(24):
            if not _is_out(calendar, day, hour):
                sql = EVENTS.format(hour=f"{day} {hour:02}:00:00")
                yield Delivery(f"company/npp/npp_{day}T{hour:02}.csv", day, sql)


def _customers(amount: Amount) -> Iterator[Delivery]:
    """Of the daily exports the first of each month is kept, and those of the last days."""
    last = [amount.ends - timedelta(days=back) for back in range(amount.crm_days)]
    firsts = _months(amount.ends - timedelta(days=amount.call_days - 1), amount.ends)
    for day in sorted({*last, *firsts}):
        sql = CRM.format(day=200 + (amount.ends - day).days, on=day)
        yield Delivery(f"company/crm/crm_{day}.csv", day, sql, "latin-1" if day == amount.ends else "utf-8")


def _months(starts: date, ends: date) -> Iterator[date]:
    first = starts.replace(day=1)
    while first <= ends:
        yield first
        first = (first + timedelta(days=32)).replace(day=1)


def _is_out(calendar: Calendar, day: date, hour: int) -> bool:
    out = calendar.outage
    return day == out.date() and out.hour <= hour < out.hour + 9


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, delivery: Delivery) -> Path:
    path = folder / delivery.file
    connection.execute(f"COPY ({delivery.sql}) TO {_literal(str(path))} (FORMAT csv, HEADER)")
    if delivery.encoding != "utf-8":
        path.write_bytes(path.read_text(encoding="utf-8").encode(delivery.encoding))
    return path


def _end_lines_with_returns(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))


def _write_faults(path: Path, calendar: Calendar, *, is_public_made: bool) -> None:
    """The public files have faults of their own, of which nothing is said."""
    found = [one for one in planted(calendar) if is_public_made or not one.files.startswith("public/")]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("fault", "files", "said"))
        writer.writerows((one.fault, one.files, one.said) for one in found)
