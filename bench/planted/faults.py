"""What goes wrong with deliveries: each kind by name, at a stated rate, in a column that chance picks of those it can happen to.

Which columns those are is told by what they are in the world, never by what the rules look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from statistics import fmean, pstdev
from typing import Any

from bench.planted.batches import Batch, Shape

RATE = 0.02
"""Of rows, where a fault is of single rows: two in a hundred."""
PLACEHOLDERS = ("N/A", "unknown", "-", "TBD", "missing", "?")
NUMBERS = (9999, -999, 99999, -1)

Plant = Callable[[Shape, Batch, str, Random], Batch]
Where = Callable[[Shape, Batch], list[str]]


@dataclass(frozen=True)
class Fault:
    """`where` lists the columns (or pairs, as `a+b`) that it can happen to; a table where there is none is not planted."""

    kind: str
    rate: str
    where: Where
    plant: Plant


def some(batch: Batch, column: str, random: Random, share: float = RATE) -> list[int]:
    """Rows that hold a value, in such a share of all, at least three."""
    there = [at for at, value in enumerate(batch.rows[column]) if value is not None]
    return random.sample(there, min(max(round(share * batch.size), 3), len(there)))


def changed(change: Callable[[Any, Random], Any], share: float = RATE) -> Plant:
    """Each of some values becomes another."""

    def plant(_: Shape, batch: Batch, column: str, random: Random) -> Batch:
        values = list(batch.rows[column])
        for at in some(batch, column, random, share):
            values[at] = change(values[at], random)
        return batch.but(column, values)

    return plant


def whole(change: Callable[[list[Any], Random], list[Any]]) -> Plant:
    """All values of a column that are there, as a list, become another list."""

    def plant(_: Shape, batch: Batch, column: str, random: Random) -> Batch:
        there = [value for value in batch.rows[column] if value is not None]
        new = iter(change(there, random))
        return batch.but(column, [None if value is None else next(new) for value in batch.rows[column]])

    return plant


# Which columns.


def full(shape: Shape, batch: Batch) -> list[str]:
    return [name for name in shape.columns if None not in batch.rows[name]]


def texts(shape: Shape, batch: Batch) -> list[str]:
    return [
        name
        for name in shape.of_family("text")
        if sum(value is not None for value in batch.rows[name]) > batch.size / 2
    ]


def lettered(shape: Shape, batch: Batch) -> list[str]:
    return [
        name
        for name in texts(shape, batch)
        if all(any(c.isalpha() for c in value) for value in batch.rows[name] if value)
    ]


def accented(shape: Shape, batch: Batch) -> list[str]:
    return [name for name in texts(shape, batch) if sum(not (value or "").isascii() for value in batch.rows[name]) >= 3]


def of(*roles: str) -> Where:
    return lambda shape, _: shape.with_role(*roles)


def coded(shape: Shape, _: Batch) -> list[str]:
    return [name for name in shape.with_role("code", "key", "zip") if shape.columns[name] == "VARCHAR"]


def positive(shape: Shape, batch: Batch) -> list[str]:
    return [
        name for name in shape.with_role("amount") if all(value is None or value >= 0 for value in batch.rows[name])
    ]


def fractional(shape: Shape, batch: Batch) -> list[str]:
    return [
        name
        for name in shape.with_role("amount")
        if any(value is not None and value != int(value) for value in batch.rows[name])
    ]


def alike(shape: Shape, _: Batch) -> list[str]:
    """Two columns of one type, whose contents might be exchanged by whoever writes them."""
    names = [name for name in shape.columns if shape.roles[name] not in ("sparse",)]
    return [f"{a}+{b}" for at, a in enumerate(names) for b in names[at + 1 :] if shape.columns[a] == shape.columns[b]]


def together(shape: Shape, _: Batch) -> list[str]:
    return [f"{a}+{b}" for a, b in shape.pairs]


def ordered_days(shape: Shape, _: Batch) -> list[str]:
    return [f"{a}+{b}" for a, b in shape.pairs if {shape.columns[a], shape.columns[b]} == {"DATE"}]


def table(_: Shape, __: Batch) -> list[str]:
    return [""]


def referring(shape: Shape, _: Batch) -> list[str]:
    return list(shape.foreign or ())


# What happens to them.


def shift(values: list[Any], _: Random) -> list[Any]:
    step = pstdev(values) / 2
    return [type(value)(round(value + step, 6)) for value in values]


def spread(values: list[Any], _: Random) -> list[Any]:
    middle = fmean(values)
    return [type(value)(round(middle + 1.5 * (value - middle), 6)) for value in values]


def widened(shape: Shape, batch: Batch, column: str, random: Random) -> Batch:
    there = [value for value in batch.rows[column] if value is not None]
    low, high = min(there), max(there)

    def far(value: Any, random: Random) -> Any:
        reach = (high - low) * random.uniform(0.5, 1.5)
        return type(value)(random.choice((low - reach, high + reach)))

    return changed(far)(shape, batch, column, random)


def cut(values: list[Any], _: Random) -> list[Any]:
    width = max(round(0.6 * max(map(len, values))), 1)
    return [value[:width] for value in values]


def other_case(value: str, random: Random) -> str:
    upper, lower = value.upper(), value.lower()
    return lower if value == upper else upper if value == lower else random.choice((upper, lower))


def broken(value: str, random: Random) -> str:
    """One letter becomes a digit, or one digit a letter."""
    places = [at for at, sign in enumerate(value) if sign.isalnum()]
    if not places:
        return f"{value}7"
    at = random.choice(places)
    return value[:at] + (random.choice("QXZ") if value[at].isdigit() else random.choice("3579")) + value[at + 1 :]


def unknown(shape: Shape, batch: Batch, column: str, random: Random) -> Batch:
    """A value of the same look that was never there."""
    known = {value for value in batch.rows[column] if value is not None}
    new = _unlike(random.choice(sorted(known)), known, random)
    return changed(lambda *_: new)(shape, batch, column, random)


def _unlike(value: str, known: set[str], random: Random) -> str:
    while value in known:
        letters = "".join(random.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in value)
        value = letters if value.isupper() else letters.lower() if value.islower() else letters.capitalize()
    return value


def lost(_: Shape, batch: Batch, column: str, random: Random) -> Batch:
    """All rows of the value that some row has."""
    gone = random.choice([value for value in batch.rows[column] if value is not None])
    return batch.taken([at for at, value in enumerate(batch.rows[column]) if value != gone])


def twice(_: Shape, batch: Batch, column: str, random: Random) -> Batch:
    values = list(batch.rows[column])
    for at in some(batch, column, random):
        values[at] = values[(at + 1 + random.randrange(batch.size - 1)) % batch.size]
    return batch.but(column, values)


def repeated(_: Shape, batch: Batch, __: str, random: Random) -> Batch:
    again = random.sample(range(batch.size), max(round(RATE * batch.size), 3))
    return batch.taken([*range(batch.size), *again])


def without_a_day(_: Shape, batch: Batch, column: str, random: Random) -> Batch:
    known = sorted({_day(value) for value in batch.rows[column]})
    gone = random.choice(known)
    return batch.taken([at for at, value in enumerate(batch.rows[column]) if _day(value) != gone])


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def halved(_: Shape, batch: Batch, __: str, random: Random) -> Batch:
    return batch.taken(sorted(random.sample(range(batch.size), batch.size // 2)))


def doubled(shape: Shape, batch: Batch, _: str, random: Random) -> Batch:
    """As many again, under keys of their own: twice the business, not the same rows twice."""
    more = batch.taken([*range(batch.size), *range(batch.size)])
    for name in shape.with_role("key"):
        values = [
            value
            if at < batch.size
            else value + 500_000
            if isinstance(value, int)
            else f"{value[:-6]}{int(value[-6:]) + 500_000:06d}"
            for at, value in enumerate(more.rows[name])
        ]
        more = more.but(name, values)
    for name in shape.with_role("amount"):
        if shape.columns[name] == "DOUBLE":
            return more.but(
                name,
                [
                    v if at < batch.size or v is None else round(v * random.uniform(0.99, 1.01), 4)
                    for at, v in enumerate(more.rows[name])
                ],
            )
    return more


def stale(_: Shape, batch: Batch, __: str, ___: Random) -> Batch:
    return replace(batch, at=batch.at + timedelta(days=7))


def later(value: Any, random: Random) -> Any:
    return value + timedelta(days=random.randrange(30, 400))


def exchanged(_: Shape, batch: Batch, columns: str, __: Random) -> Batch:
    one, other = columns.split("+")
    return batch.but(one, batch.rows[other]).but(other, batch.rows[one])


def mixed(_: Shape, batch: Batch, columns: str, random: Random) -> Batch:
    """The second column's values stand in other rows."""
    other = columns.split("+")[1]
    values = list(batch.rows[other])
    random.shuffle(values)
    return batch.but(other, values)


def before(shape: Shape, batch: Batch, columns: str, random: Random) -> Batch:
    one, other = columns.split("+")
    values = list(batch.rows[other])
    for at in some(batch, other, random):
        values[at] = batch.rows[one][at] - timedelta(days=random.randrange(1, 4))
    return batch.but(other, values)


def misread(values: list[Any], _: Random) -> list[Any]:
    return [value.encode().decode("latin-1") for value in values]


def blanks(value: str, random: Random) -> str:
    return f" {value}" if random.random() < 0.5 else f"{value} "


def no_address(value: str, random: Random) -> str:
    return random.choice(
        (value.replace("@", ""), value.split("@", maxsplit=1)[0], value.replace("@", " at "), f"{value}@")
    )


def no_zip(value: str, random: Random) -> str:
    return random.choice((value[1:], f"{value}0", f"{value[:3]}OO"))


def no_state(value: str, random: Random) -> str:
    return random.choice(("ZZ", "XX", "New York", "Calif."))


def stuck(shape: Shape, batch: Batch, column: str, random: Random) -> Batch:
    """A tenth of all rows, one after another, say the same."""
    values, length = list(batch.rows[column]), max(batch.size // 10, 3)
    start = random.randrange(batch.size - length)
    same = next((value for value in values[start:] if value is not None), None)
    return batch.but(column, [*values[:start], *([same] * length), *values[start + length :]])


def exchanged_day(value: date, random: Random) -> date:
    return value.replace(day=value.month, month=value.day) if value.day <= 12 else value


def orphan(_: Shape, batch: Batch, column: str, random: Random) -> Batch:
    values = list(batch.rows[column])
    for at in some(batch, column, random):
        values[at] = random.choice((values[at] + 50_000, values[at] + 900))
    return batch.but(column, values)


ROWS = "2 % of rows"
ALL = "all rows"
FAULTS: tuple[Fault, ...] = (
    Fault("nulls", ROWS, full, changed(lambda *_: None)),
    Fault("placeholder texts", ROWS, texts, changed(lambda _, random: random.choice(PLACEHOLDERS))),
    Fault(
        "placeholder numbers", ROWS, of("amount"), changed(lambda value, random: type(value)(random.choice(NUMBERS)))
    ),
    Fault("zeros", "5 % of rows", of("amount"), changed(lambda value, _: type(value)(0), 0.05)),
    Fault("unit changed (x 100)", ROWS, of("amount"), changed(lambda value, _: value * 100)),
    Fault("mean shifted", "all rows, by half a deviation", of("amount"), whole(shift)),
    Fault("spread changed", "all rows, x 1.5", of("amount"), whole(spread)),
    Fault("range widened", ROWS, of("amount"), widened),
    Fault("negative", ROWS, positive, changed(lambda value, _: -value - type(value)(1))),
    Fault("stuck", "10 % of rows", fractional, stuck),
    Fault("decimals lost", ALL, fractional, whole(lambda values, _: [float(round(value)) for value in values])),
    Fault(
        "constant",
        ALL,
        of("amount", "code", "name", "category"),
        whole(lambda values, random: [random.choice(values)] * len(values)),
    ),
    Fault("text cut off", "all rows, at 60 % of the longest", of("name", "code", "e-mail", "street"), whole(cut)),
    Fault("wrong case", ROWS, lettered, changed(other_case)),
    Fault("pattern broken", ROWS, coded, changed(broken)),
    Fault("encoding mixed up", ALL, accented, whole(misread)),
    Fault("blanks around", ROWS, texts, changed(blanks)),
    Fault(
        "tab or no-break blank within",
        ROWS,
        texts,
        changed(lambda value, random: value[:1] + random.choice("\t\u00a0") + value[1:]),
    ),
    Fault("category unknown", ROWS, of("category"), unknown),
    Fault("category lost", "all of its rows", of("category"), lost),
    Fault("e-mail invalid", ROWS, of("e-mail"), changed(no_address)),
    Fault("ZIP invalid", ROWS, of("zip"), changed(no_zip)),
    Fault("state invalid", ROWS, of("state"), changed(no_state)),
    Fault("key twice", ROWS, of("key"), twice),
    Fault("rows twice", ROWS, table, repeated),
    Fault("foreign key orphaned", ROWS, referring, orphan),
    Fault("rows halved", ALL, table, halved),
    Fault("rows doubled", ALL, table, doubled),
    Fault("day missing", "one of seven", of("day"), without_a_day),
    Fault("stale", "a week", table, stale),
    Fault("dates in the future", ROWS, of("day", "date", "moment"), changed(later)),
    Fault("day and month exchanged", "10 % of rows", of("day", "date", "moment"), changed(exchanged_day, 0.1)),
    Fault(
        "time zone shifted",
        "all rows, by 5 hours",
        of("moment"),
        whole(lambda values, _: [value + timedelta(hours=5) for value in values]),
    ),
    Fault("columns swapped", ALL, alike, exchanged),
    Fault("columns no longer go together", ALL, together, mixed),
    Fault("dates in the wrong order", ROWS, ordered_days, before),
)


def plantable(shape: Shape, batch: Batch) -> Iterator[Fault]:
    return (fault for fault in FAULTS if fault.where(shape, batch))


def planted(fault: Fault, shape: Shape, batch: Batch, random: Random) -> tuple[Batch, str]:
    """The batch with the fault in it, and the column that it is in."""
    column = random.choice(fault.where(shape, batch))
    return fault.plant(shape, batch, column, random), column
