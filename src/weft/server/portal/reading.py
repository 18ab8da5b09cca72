"""The ways to read a table, ready to paste: in SQL, Python, curl and a tool for reports, against this very server and as whoever reads the page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from shlex import quote

from weft.server.asking import Asker


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read: what to paste, and what has to be known before it is pasted."""

    name: str
    text: str
    note: str = ""


def ways(sql: str, asking: Asker) -> tuple[Way, ...]:
    """`sql` is the question that each of them asks. A token stands in none: it comes from the reader's own page."""
    url = asking.serving.server.url or str(asking.request.base_url).rstrip("/")
    return (Way("SQL", sql, "In the query page here, or after `weft login` on the command line."), *_programs(sql, url))


def _programs(sql: str, url: str) -> tuple[Way, ...]:
    needs = "It needs a token of your own with the scope `query`"
    return (
        Way("Python", _python(sql, url), "After `pip install weft`. Without a token it uses that of `weft login`."),
        Way("curl", _curl(sql, url), f"{needs} in `WEFT_TOKEN`."),
        Way("BI", _power_query(sql, url), f"Power BI and Excel: a blank query. {needs} in the place of `TOKEN`."),
    )


def _python(sql: str, url: str) -> str:
    return f"import weft\n\nmesh = weft.connect({url!r})\ntable = mesh.query({sql!r}).arrow()"


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
