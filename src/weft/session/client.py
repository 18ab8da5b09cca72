"""A mesh behind a server, for Python and notebooks: what `weft.connect` returns. Nothing of it is kept here but results."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal
from weakref import WeakSet

from weft.errors import Misuse
from weft.names import PROD
from weft.session.questions import asked
from weft.session.session import Session
from weft.session.stream import Asking, Parameters

if TYPE_CHECKING:
    from weft.session.fetched import Fetched
    from weft.session.pages import DomainShown, ProductShown, TableShown
    from weft.session.shown import HistoryShown, HitsShown, LineageShown
    from weft.session.shown_moves import DifferenceShown


def connect(server: str, token: str = "", *, environment: str = PROD) -> ConnectedMesh:
    """The mesh that a server serves, in the eyes of whoever the token is of.

    Without a token it is that of WEFT_TOKEN, else the one that `weft login` kept. Nothing is asked before the first question.

    Raises: Misuse where this is no URL, or would send a token in clear; Refused where there is no token.
    """
    from weft.session.reaching import nowhere
    from weft.wire import address, token_of

    url = address(server)
    return ConnectedMesh(Session(nowhere(url), environment), token or token_of(url))


class ConnectedMesh:
    """One mesh in one environment, for one thread at a time. Results that are open are closed with it."""

    def __init__(self, session: Session, token: str) -> None:
        from weft.session.wired import Wired

        settings = session.settings
        self.server, self.environment = settings.registry, session.environment
        self._session = session
        self._session.__dict__["wired"] = Wired(settings.registry, Path(settings.private) / "server", token)
        self._results: WeakSet[Fetched] = WeakSet()
        self._is_closed = False

    def query(self, sql: str, parameters: Parameters = (), *, rows: int = 0, seconds: float = 0.0) -> Fetched:
        """The answer to SQL over what is published. `parameters` are bound to `$name`, or to `?` in their order.

        `rows` and `seconds` are how much is enough; 0 is what the server allows. Raises: Refused, Unknown, EngineFault, RegistryFault.
        """
        from weft.session.fetched import Fetched

        asking = Asking(sql, parameters, self.environment, rows, seconds)
        found = Fetched(self._open().wired.connection, asking)
        for notice in found.notices:
            warnings.warn(notice, stacklevel=2)
        self._results.add(found)
        return found

    def table(self, name: str) -> Fetched:
        """All of `domain.product.table[@line]`, or of `mesh.relation`. Raises: Misuse, Unknown."""
        from weft.session.python import all_of

        return self.query(all_of(name))

    def show(self, name: str) -> DomainShown | ProductShown | TableShown:
        """A domain, a product or a table by the five interfaces. Raises: Unknown."""
        from weft.session.pages import page_shown

        return page_shown(asked(self._open(), "show", name).page)

    def search(self, words: str, limit: int = 20) -> HitsShown:
        """Products, tables and columns that hold all the words, the best first; typing errors are forgiven."""
        from weft.session.shown import HitsShown

        return HitsShown(asked(self._open(), "search", words, limit))

    def lineage(
        self, name: str, direction: Literal["both", "up", "down"] = "both", depth: int | None = None
    ) -> LineageShown:
        """Where a domain, a product, a table or a column comes from and goes to, `depth` steps far. Raises: Unknown."""
        from weft.session.shown import LineageShown, shown_as

        return shown_as(LineageShown, asked(self._open(), "lineage", name, direction, depth))

    def history(self, name: str | None = None, limit: int = 10) -> HistoryShown:
        """Runs and what they published, the newest first. Raises: Unknown."""
        from weft.session.shown import HistoryShown

        return HistoryShown(asked(self._open(), "history", name, limit))

    def diff(self, table: str, to: str) -> DifferenceShown:
        """How a table's rows differ from this environment to another. Raises: Misuse, Unknown, Refused, EngineFault."""
        from weft.session.shown import shown_as
        from weft.session.shown_moves import DifferenceShown

        return shown_as(DifferenceShown, asked(self._open(), "diff", table, to))

    def close(self) -> None:
        """Closes every result that is still open; nothing can be asked after it."""
        self._is_closed = True
        for result in list(self._results):
            result.close()
        self._session.close()

    def __enter__(self) -> ConnectedMesh:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<weft mesh at {self.server}, {self.environment}{', closed' if self._is_closed else ''}>"

    def _open(self) -> Session:
        if self._is_closed:
            raise Misuse("this mesh is closed", mend="Connect again with weft.connect().")
        return self._session
