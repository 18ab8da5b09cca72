"""What `now()` and its kin say on a bench: the run's own moment, so that one run is one point in time."""

from __future__ import annotations

import re
from datetime import datetime

from weft.engine.text import instant

TELLS_TIME = re.compile(
    r"\b(now|today|age|get_current_time(stamp)?|transaction_timestamp"
    r"|current_(date|time(stamp)?|localtime(stamp)?)|localtime(stamp)?)\b",
    re.IGNORECASE,
)
"""Text that may ask for the time. Making the macros costs 0.2 ms each, so only what may ask gets them."""


def clock_macros(as_of: datetime) -> str:
    """Statements that put the moment in place of DuckDB's own functions, for one connection."""
    moment = instant(as_of)
    zoned, local = f"TIMESTAMPTZ '{moment}+00'", f"TIMESTAMP '{moment}'"
    date, time = f"DATE '{moment[:10]}'", f"TIME '{moment[11:]}'"
    zoned_time = f"TIMETZ '{moment[11:]}+00'"
    values = {
        **dict.fromkeys(("now", "get_current_timestamp", "transaction_timestamp", "current_timestamp"), zoned),
        **dict.fromkeys(("today", "current_date"), date),
        **dict.fromkeys(("current_localtimestamp", "localtimestamp"), local),
        **dict.fromkeys(("current_localtime", "localtime"), time),
        **dict.fromkeys(("current_time", "get_current_time"), zoned_time),
    }
    macros = [f"CREATE OR REPLACE TEMP MACRO {name}() AS {value}" for name, value in values.items()]
    age = f"(a) AS system.main.age({date}::TIMESTAMP, a), (a, b) AS system.main.age(a, b)"
    return "; ".join([*macros, f"CREATE OR REPLACE TEMP MACRO age{age}"])
