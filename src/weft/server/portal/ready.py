"""What the first page of a server would wait for: its templates, and the modules and relations behind the home page."""

from __future__ import annotations

from weft.query.facts import Facts
from weft.query.library import Library
from weft.server.portal.mapping import mapped
from weft.server.portal.news import news
from weft.server.portal.rendering import read_templates


def make_ready(library: Library) -> None:
    """Once, as anybody would see it: what is kept is kept for all."""
    read_templates()
    facts = Facts(library)
    mapped(facts)
    news(facts)
