"""When a product asks to be built: five fields of cron in UTC, or a word such as `@daily`, as moments and in words.

Source: POSIX, crontab: where both a day of the month and a day of the week are said, either is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WORDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MOST_DAYS = 366 * 8
"""A 29th of February that falls on a day of the week comes no later."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`days` and `weekdays` are None where any is meant; weekdays begin with Sunday at 0."""

    said: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """Raises: ValueError."""
        fields = WORDS.get(text.strip().lower(), text).split()
        if len(fields) != len(BOUNDS):
            raise ValueError(f"'{text}' has not five fields")
        minutes, hours, days, months, weekdays = (
            _field(field.lower(), bounds) for field, bounds in zip(fields, BOUNDS, strict=True)
        )
        of_week = frozenset(day % 7 for day in weekdays)
        return cls(
            text,
            minutes,
            hours,
            None if fields[2].startswith("*") else days,
            months,
            None if fields[4].startswith("*") else of_week,
        )

    def after(self, moment: datetime) -> datetime | None:
        """The first time later than that, in UTC; None where there is none."""
        start = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for ahead in range(MOST_DAYS):
            day = start.replace(hour=0, minute=0) + timedelta(days=ahead)
            if self._is_on(day) and (found := min((at for at in self._times(day) if at >= start), default=None)):
                return found
        return None

    def before(self, moment: datetime) -> datetime | None:
        """The last time that is not later than that, in UTC; None where there is none."""
        end = moment.astimezone(UTC)
        for back in range(MOST_DAYS):
            day = end.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=back)
            if self._is_on(day) and (found := max((at for at in self._times(day) if at <= end), default=None)):
                return found
        return None

    @property
    def words(self) -> str:
        """`every day at 06:00 UTC`; as it is written, where it is more than that."""
        if len(self.minutes) > 1 or self.months != frozenset(range(1, 13)):
            return self.said
        (minute,) = self.minutes
        if len(self.hours) == 24 and self.days is None and self.weekdays is None:
            return f"every hour, {minute} minutes past" if minute else "every hour"
        at = " and ".join(f"{hour:02}:{minute:02}" for hour in sorted(self.hours))
        if len(self.hours) > 3 or (self.days and self.weekdays):
            return self.said
        if self.weekdays:
            return f"every {' and '.join(DAY_NAMES[day] for day in sorted(self.weekdays))} at {at} UTC"
        if self.days:
            return f"on day {' and '.join(map(str, sorted(self.days)))} of every month at {at} UTC"
        return f"every day at {at} UTC"

    def _is_on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        of_month = self.days is None or day.day in self.days
        of_week = self.weekdays is None or day.isoweekday() % 7 in self.weekdays
        either = self.days is not None and self.weekdays is not None
        return of_month or of_week if either else of_month and of_week

    def _times(self, day: datetime) -> list[datetime]:
        return [day.replace(hour=hour, minute=minute) for hour in self.hours for minute in self.minutes]


def _field(text: str, bounds: tuple[int, int]) -> frozenset[int]:
    return frozenset(value for part in text.split(",") for value in _part(part, bounds))


def _part(text: str, bounds: tuple[int, int]) -> range:
    span, _, step = text.partition("/")
    if span == "*":
        first, last = bounds
    else:
        begin, dash, end = span.partition("-")
        first = _number(begin, bounds)
        last = _number(end, bounds) if dash else bounds[1] if step else first
    if not bounds[0] <= first <= last <= bounds[1]:
        raise ValueError(f"'{text}' is not within {bounds[0]} to {bounds[1]}")
    return range(first, last + 1, _step(step))


def _step(text: str) -> int:
    if text and (not text.isdecimal() or int(text) < 1):
        raise ValueError(f"'{text}' is no step")
    return int(text or 1)


def _number(text: str, bounds: tuple[int, int]) -> int:
    if text in MONTHS and bounds == BOUNDS[3]:
        return MONTHS.index(text) + 1
    if text in DAYS and bounds == BOUNDS[4]:
        return DAYS.index(text)
    if not text.isdecimal():
        raise ValueError(f"'{text}' is no number")
    return int(text)
