"""What is planted in the generated data, and where: every fault that a team would meet in its first year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

UNIT_WEEKS, GAP_WEEKS, LATE_WEEKS = 24, 3, 9
RESTATED_WEEKS = (30, 12, 5)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When what happens, counted from the last week, which ends on `ends`, a Sunday. Weeks are numbered from 0."""

    ends: date
    weeks: int

    def sunday(self, week: int) -> date:
        return self.ends - timedelta(weeks=self.weeks - 1 - week)

    @property
    def starts(self) -> date:
        return self.sunday(0) - timedelta(days=6)

    @property
    def unit_week(self) -> int:
        return self.weeks - UNIT_WEEKS

    @property
    def gap_week(self) -> int:
        return self.weeks - GAP_WEEKS

    @property
    def late_week(self) -> int:
        return self.weeks - LATE_WEEKS

    @property
    def restated_weeks(self) -> list[int]:
        return [self.weeks - back for back in RESTATED_WEEKS if back <= self.weeks]

    @property
    def impossible_day(self) -> date:
        return self.ends - timedelta(days=12)

    @property
    def double_day(self) -> date:
        return self.ends - timedelta(days=5)

    @property
    def outage(self) -> datetime:
        return datetime.combine(self.ends - timedelta(days=8), time(6))


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault: a stable name, the files that hold it, and what is wrong with them."""

    fault: str
    files: str
    said: str


def planted(calendar: Calendar) -> tuple[Planted, ...]:
    restated = " ".join(f"syndicated/rx/rx_{calendar.sunday(week)}_r1.csv" for week in calendar.restated_weeks)
    return (
        Planted("late file", f"syndicated/rx/rx_{calendar.sunday(calendar.late_week)}.csv", "It arrives three weeks after its time."),
        Planted("restated week", restated, "The week comes again four weeks later: one row in 25 is higher, a few are gone."),
        Planted("unit change", f"syndicated/rx/ from {calendar.sunday(calendar.unit_week)}", "units of 99006-0602-84 count packs, and counted tablets before."),
        Planted("missing state", f"syndicated/rx/rx_{calendar.sunday(calendar.gap_week)}.csv", "Nothing from Florida in this week."),
        Planted("codes that changed meaning", "syndicated/lives/ from 2026-01", "Channel M is what MC was, and MD is what M was."),
        Planted("duplicate sends", f"company/npp/npp_{calendar.double_day}T*.csv", "Every send is in the next hour's file again."),
        Planted("outage", f"company/npp/ from {calendar.outage:%Y-%m-%dT%H}", "Nine hours of events are lost."),
        Planted("encoding mix-up", f"company/crm/crm_{calendar.ends}.csv", "The file is Latin-1, those of all other days are UTF-8."),
        Planted("text decoded wrongly", "public/partd_plans.csv", "plan_name has \u221a\u00ec where a \u00d3 was."),
        Planted("CR line ends", "public/open_payments_doctors_geo_cr_line_ends.csv", "Lines end with a carriage return alone."),
        Planted("impossible dates", f"company/calls/calls_{calendar.impossible_day}.csv", "called_on is 2026-02-30."),
    )  # fmt: skip
