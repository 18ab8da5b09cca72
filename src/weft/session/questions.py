"""What a workspace answers by itself, and a server for whoever has none: each question once, for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weft.session.governing_questions import GOVERNING
from weft.session.question import Question
from weft.session.stewarding_questions import STEWARDING

if TYPE_CHECKING:
    from weft.query.pages import DomainPage, ProductPage, TablePage
    from weft.session.session import Session

    Page = DomainPage | ProductPage | TablePage


def asked(session: Session, name: str, *arguments: object) -> Any:
    """The answer of this workspace, or of the server behind it. Raises: what the question raises."""
    question = QUESTIONS[name]()
    if session.settings.is_remote:
        session.wired.refuse_onlooker(session.reader)
        asked_there = session.wired.asked
        return asked_there((name, session.environment), arguments, question.gives, is_safe=question.is_safe)
    return question.answer(session, *arguments)


@dataclass(frozen=True)
class AnyPage:
    """One of them: a page of its kind."""

    domain: DomainPage | None = None
    product: ProductPage | None = None
    table: TablePage | None = None

    @property
    def page(self) -> Page:
        found = self.domain or self.product or self.table
        if found is None:
            raise ValueError("a page of nothing")
        return found


def page_of(page: Page) -> AnyPage:
    from weft.query.pages import DomainPage, TablePage

    if isinstance(page, DomainPage):
        return AnyPage(domain=page)
    return AnyPage(table=page) if isinstance(page, TablePage) else AnyPage(product=page)


def _show() -> Question:
    from weft.query import pages
    from weft.query.show import shown

    globals().update({name: getattr(pages, name) for name in ("DomainPage", "ProductPage", "TablePage")})

    def answer(session: Session, name: str) -> AnyPage:
        return page_of(shown(name, session.library, session.written))

    return Question(tuple[str], AnyPage, answer)


def _overview() -> Question:
    from weft.session.overview import Overview, overview

    return Question(tuple[()], Overview, overview)


def _search() -> Question:
    from weft.query.search import Hit, search

    def answer(session: Session, words: str, limit: int) -> tuple[Hit, ...]:
        return search(words, session.library, limit)

    return Question(tuple[str, int], tuple[Hit, ...], answer)


def _lineage() -> Question:
    from weft.query.lineage import Direction, Graph, lineage

    def answer(session: Session, name: str, direction: Direction, depth: int | None) -> Graph:
        return lineage(name, session.library, direction, depth)

    return Question(tuple[str, Direction, int | None], Graph, answer)


def _history() -> Question:
    from weft.query.history import Entry, history

    def answer(session: Session, name: str | None, limit: int) -> tuple[Entry, ...]:
        return history(session.library, name, limit)

    return Question(tuple[str | None, int], tuple[Entry, ...], answer)


def _diff() -> Question:
    from weft.query.difference import Difference
    from weft.session.comparing import compare

    return Question(tuple[str, str], Difference, compare, "query")


QUESTIONS: dict[str, Callable[[], Question]] = {
    "show": _show,
    "overview": _overview,
    "search": _search,
    "lineage": _lineage,
    "history": _history,
    "diff": _diff,
    **GOVERNING,
    **STEWARDING,
}
"""By name; each imports what it asks only when it is asked."""
