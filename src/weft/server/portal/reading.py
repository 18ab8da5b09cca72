"""The ways to read a table, ready to paste, against this very server and as whoever reads the page.

Each is run by a test as it stands; a program that nobody has tried is not named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from shlex import quote

from weft.server.asking import Asker
from weft.server.pages_seen import address_of


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read: what to paste, and what has to be known before it is pasted."""

    name: str
    text: str
    note: str = ""


def ways(sql: str, asking: Asker) -> tuple[Way, ...]:
    """`sql` is the question that each of them asks. A token stands in none: it comes from the reader's own page."""
    url, who = address_of(asking), asking.reader.name
    return (
        Way("SQL", sql, "In the query page here, or wherever a way beside this one asks for SQL."),
        *_programs(sql, url, who),
    )


def _programs(sql: str, url: str, who: str) -> tuple[Way, ...]:
    needs = f"It needs a token of {who or 'your own'} with the scope `query`"
    return (
        Way(
            "Shell",
            f"weft login {url}\nweft query --server {url} {quote(sql)}",
            f"`weft login` asks once who you are{f', {who}' if who else ''}.",
        ),
        Way(
            "Python",
            _python(sql, url),
            "After `pip install weft`. Without a token it uses that of `weft login`. `.pandas()` and `.polars()` work too.",
        ),
        Way("DuckDB", _duckdb(sql, url), "The rows come as Arrow, and DuckDB asks them where they are."),
        Way("curl", _curl(sql, url), f"{needs} in `WEFT_TOKEN`."),
        Way("BI", _power_query(sql, url), f"Power BI and Excel: a blank query. {needs} in the place of `TOKEN`."),
    )


def _python(sql: str, url: str) -> str:
    return f"import weft\n\nmesh = weft.connect({url!r})\ntable = mesh.query({sql!r}).arrow()"


def _duckdb(sql: str, url: str) -> str:
    # The name stands in the SQL as well: it is no word of SQL's.
    asked = _python(sql, url).replace("\ntable = ", "\nfound = ")
    return f"import duckdb\n{asked}\nduckdb.sql('SUMMARIZE found').show()"


def _curl(sql: str, url: str) -> str:
    asked = quote(json.dumps({"sql": sql, "format": "csv"}))
    headers = '-H "Authorization: Bearer $WEFT_TOKEN" -H "Content-Type: application/json"'
    return f"curl {quote(f'{url}/api/v1/query')} \\\n  {headers} \\\n  -d {asked}"


def _power_query(sql: str, url: str) -> str:
    asked = json.dumps({"sql": sql, "format": "csv"}).replace('"', '""')
    headers = '[Authorization = "Bearer TOKEN", #"Content-Type" = "application/json"]'
    return (
        f'let\n  Answer = Web.Contents("{url}/api/v1/query", [\n    Headers = {headers},\n'
        f'    Content = Text.ToBinary("{asked}")\n  ]),\n'
        "  Rows = Table.PromoteHeaders(Csv.Document(Answer, [Encoding = 65001]))\nin\n  Rows"
    )
