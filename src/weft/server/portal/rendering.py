"""Pages as HTML: one set of templates, escaped by themselves, with the few ways in which values are written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from weft.product.checks import spoken
from weft.server.portal.saying import several

HERE = Path(__file__).parent
STATIC = HERE / "static"
TYPED = (
    re.compile(r"Ask for it: weft access request [^ ]+( --role .+?)? --purpose 'WHY' --use-case NAME\. "),
    re.compile(r": weft access (show|request) [^ ]+"),
)
"""What one would type elsewhere: here a button does it."""
BACKTICKED = re.compile(r"`([^`\n]+)`")
SIZES = ("bytes", "kB", "MB", "GB", "TB")


def rendered(template: str, values: dict[str, Any]) -> str:
    """One page. `values` are what `base.html` and the page itself ask for."""
    return _environment().get_template(template).render(values)


def read_templates() -> None:
    """Reads every template once: compiling them takes longer than most pages."""
    environment = _environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


def file(name: str) -> str:
    """Where a static file is, by its content: what changed has another address, and the rest is kept for good."""
    return f"/static/{name}?{_digest(name)}"


def counted(value: float | None) -> str:
    """A number with thin spaces: 336 776."""
    return "" if value is None else f"{value:,}".replace(",", "\u202f")


def sized(value: float) -> str:
    """Bytes as people say them: 4.2 MB."""
    for unit in SIZES:
        if value < 1000 or unit == SIZES[-1]:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def written(moment: datetime) -> str:
    """What is read where no script runs."""
    return moment.astimezone(UTC).strftime("%-d %B %Y, %H:%M UTC")


def prose(text: str | None) -> Markup:
    """What somebody wrote in a contract, or why something is refused: what stands in backticks is shown as code, all of it is escaped."""
    said = text or ""
    for typed in TYPED:
        said = typed.sub("", said)
    return Markup(BACKTICKED.sub(r"<code>\1</code>", str(escape(said))))


def dated(day: date | str) -> str:
    """A day as people say it: 30 November 2026."""
    return (date.fromisoformat(day) if isinstance(day, str) else day).strftime("%-d %B %Y")


def plural(count: int, one: str, several: str = "") -> str:
    return f"{counted(count)} {one if count == 1 else several or f'{one}s'}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        each.__name__: each for each in (counted, dated, sized, utc, written, plural, prose, spoken, several)
    }
    environment.globals |= {
        "file": file,
        "version": version("weft"),
        "q": "",
        "csrf": "",
        "data": "",
        "made_at": None,
        "trail": (),
    }
    return environment


@cache
def _digest(name: str) -> str:
    return blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()
