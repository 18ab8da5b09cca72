"""What must never happen in a browser, whatever is done there: each context is watched from its first page to its last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

POLICY = "a wall of the page's policy was met"
REPORTS = f"""document.addEventListener("securitypolicyviolation", (event) =>
  console.error("{POLICY}: " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile))"""
STATUS = "Failed to load resource: the server responded with a status of"
"""What Chromium itself writes to the console of an answer that says no; the answer is looked at instead."""
INLINE = ("data", "blob", "about")


@dataclass
class Watched:
    """Everything that one context did wrong, in order. Refusals are no fault where the test says that it expects them."""

    host: str
    faults: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    bytes_of: dict[str, int] = field(default_factory=dict)
    """Of scripts, by address."""

    def over(self, context: BrowserContext) -> Watched:
        context.add_init_script(REPORTS)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)
        return self

    @contextmanager
    def refused(self, *statuses: int) -> Iterator[None]:
        """Within, the server says no, at least once and by one of these statuses: that is the story."""
        before, self.refusals = self.refusals, []
        yield
        met, self.refusals = self.refusals, before
        assert met, "the server refused nothing"
        self.refusals += [one for one in met if int(one.split()[0]) not in statuses]

    @contextmanager
    def may_refuse(self, status: int) -> Iterator[None]:
        """Within, the server says no where that is a refusal's status."""
        with self.refused(status) if status >= 400 else nullcontext():
            yield

    def verdict(self) -> list[str]:
        return self.faults + [f"refused: {one}" for one in self.refusals]

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in INLINE and url.netloc != self.host:
            self.faults.append(f"asked another host: {request.method} {request.url}")

    def _response(self, response: Response) -> None:
        said = f"{response.status} {response.request.method} {response.url}"
        if response.status >= 500:
            self.faults.append(f"failed: {said}")
        elif response.status >= 400:
            self.refusals.append(said)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(STATUS):
            self.faults.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")
