"""A connection to a server: kept open by each thread, encrypted, with limits of time, tried again only where that is safe."""

from __future__ import annotations

import http.client
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from weft.errors import NotSignedIn, RegistryBusy, RegistryFault, WeftError
from weft.wire.faults import fault_of

if TYPE_CHECKING:
    import ssl

T = TypeVar("T")
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 120.0
"""How long a server may say nothing. A publish waits for a locked registry for half a minute at most."""
IDLE_SECONDS = 2.0
"""A connection that was idle for longer may be closed by the other side just now: nothing unsafe is sent on it."""
ATTEMPTS = 4
PAUSES = (0.2, 0.6, 1.5)
BUSY = (429, 502, 503, 504)
CA_FILES = ("WEFT_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """`is_safe` says that it changes nothing, or the same once and twice: only then it is sent again after a failure."""

    verb: str
    path: str
    body: bytes | BinaryIO | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_safe: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Connection:
    """To one server, for one caller; for many threads. Raises: what the server said, RegistryFault where it cannot be reached."""

    def __init__(self, server: str, token: str, headers: Mapping[str, str] | None = None) -> None:
        self.server, self._token = server, token
        self._said = dict(headers or {})
        self._own = threading.local()
        self._lock = threading.Lock()
        self._opened: list[HTTPConnection] = []
        self.requests = 0
        """How many were sent: what a measurement counts."""

    def ask(self, request: Request) -> Answered:
        """The whole answer, unpacked; of 304 it is empty. Raises: what the server said."""

        def asked() -> Answered:
            with self._sent(request) as response:
                body = response.read()
                return Answered(response.status, _headers(response), _unpacked(body, response))

        return self._patiently(request, asked)

    @contextmanager
    def stream(self, request: Request) -> Iterator[Streamed]:
        """The answer as it comes. Whoever leaves before its end hangs up, and the server hears it."""
        response = self._patiently(request, lambda: self._begun(request))
        # Until it is over this thread asks others things by another connection: to cancel it, for one.
        held: HTTPConnection | None = self._own.__dict__.pop("connection", None)
        try:
            yield Streamed(response, self._unreached)
        finally:
            if held is not None and response.isclosed() and "connection" not in self._own.__dict__:
                self._own.connection, self._own.used_at = held, time.monotonic()
            elif held is not None:
                self._closed(held)

    def fetch(self, request: Request, into: Callable[[bytes], object]) -> None:
        """A large answer, chunk by chunk; to try again from its beginning is the caller's business."""
        with self.stream(request) as streamed:
            while chunk := streamed.read(CHUNK_BYTES):
                into(chunk)

    def close(self) -> None:
        with self._lock:
            opened, self._opened = self._opened, []
        for connection in opened:
            connection.close()

    def _patiently(self, request: Request, step: Callable[[], T]) -> T:
        """What was not safe is sent again only where it never left."""
        for attempt in range(ATTEMPTS):
            last = attempt == ATTEMPTS - 1
            try:
                return step()
            except _Busy as busy:
                if last or not (request.is_safe or busy.status == 429):
                    raise busy.error from None
                time.sleep(max(PAUSES[attempt], min(busy.after, 5.0)))
            except (OSError, HTTPException) as error:
                self._drop()
                if last or not (
                    isinstance(error, _NotSent) or (request.is_safe and not isinstance(error, TimeoutError))
                ):
                    raise self._unreached(error, sent=not isinstance(error, _NotSent)) from error
                time.sleep(PAUSES[attempt])
            except WeftError:
                raise
            except BaseException:
                # An answer that nobody reads to its end would be taken for that of the next request.
                self._drop()
                raise
        raise AssertionError("the last attempt returns or raises")

    def _begun(self, request: Request) -> HTTPResponse:
        response = self._send(request)
        if response.status >= 400:
            self._refuse(response)
        return response

    @contextmanager
    def _sent(self, request: Request) -> Iterator[HTTPResponse]:
        yield self._begun(request)
        self._own.used_at = time.monotonic()

    def _send(self, request: Request) -> HTTPResponse:
        connection = self._connected(request)
        self._own.used_at = time.monotonic()
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        headers |= {"Accept-Encoding": "gzip", **self._said, **request.headers}
        self.requests += 1
        base = urlsplit(self.server).path
        try:
            connection.request(request.verb, f"{base}{request.path}", request.body, headers)
        except (BrokenPipeError, ConnectionResetError):
            # A server that refuses a large body answers before it has read it.
            if request.body is None:
                raise
        return connection.getresponse()

    def _refuse(self, response: HTTPResponse) -> None:
        status, body = response.status, _unpacked(response.read(), response)
        error = fault_of(status, body, self.server)
        if isinstance(error, NotSignedIn):
            error.mend = f"Log in with a new token: `weft login {self.server}`."
        if status in BUSY:
            after = response.headers.get("Retry-After", "")
            raise _Busy(status, float(after) if after.isdigit() else 0.0, error)
        raise error

    def _connected(self, request: Request) -> HTTPConnection:
        """This thread's own; anew where it may be closed already and what is to be sent must not be lost on it."""
        found: HTTPConnection | None = getattr(self._own, "connection", None)
        idle = time.monotonic() - getattr(self._own, "used_at", 0.0)
        if found is not None and not request.is_safe and idle > IDLE_SECONDS:
            self._drop()
            found = None
        if found is None:
            found = self._own.connection = self._open()
        return found

    def _open(self) -> HTTPConnection:
        parts = urlsplit(self.server)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        connection = _through(self.server, (host, port), _context() if secure else None)
        try:
            connection.connect()
        except OSError as error:
            raise _NotSent(_words(error)) from error
        if connection.sock is not None:
            connection.sock.settimeout(ANSWER_SECONDS)
        with self._lock:
            self._opened.append(connection)
        return connection

    def _drop(self) -> None:
        connection: HTTPConnection | None = self._own.__dict__.pop("connection", None)
        if connection is not None:
            self._closed(connection)

    def _closed(self, connection: HTTPConnection) -> None:
        connection.close()
        with self._lock:
            self._opened = [one for one in self._opened if one is not connection]

    def _unreached(self, error: Exception, *, sent: bool = True) -> RegistryFault:
        what = f"the server {self.server} cannot be reached: {_words(error)}"
        mend = "See that it runs and that its URL is right; HTTPS_PROXY, NO_PROXY and WEFT_CA_BUNDLE are honoured."
        if sent and not isinstance(error, TimeoutError):
            what = f"the connection to {self.server} ended before it answered: {_words(error)}"
            mend = "Run it again: what was done already is not done twice."
        if isinstance(error, TimeoutError) and sent:
            what = f"the server {self.server} said nothing for {ANSWER_SECONDS:g} s"
        return RegistryFault(what, mend=mend)


class Streamed:
    """What a server sends, as it comes. Raises: RegistryFault where it ends too early."""

    closed = False

    def __init__(self, response: HTTPResponse, unreached: Callable[[Exception], WeftError]) -> None:
        self._response, self._unreached = response, unreached
        self.headers: Mapping[str, str] = _headers(response)

    def read(self, most: int = -1) -> bytes:
        try:
            return self._response.read(None if most < 0 else most)
        except (OSError, HTTPException) as error:
            raise self._unreached(error) from error

    def readable(self) -> bool:
        return True


class _NotSent(OSError):
    """Nothing of the request has left."""


class _Busy(Exception):
    """The server would rather be asked later."""

    def __init__(self, status: int, after: float, error: WeftError) -> None:
        super().__init__(error.message)
        self.status, self.after = status, after
        self.error = error if type(error) is not RegistryFault else RegistryBusy(error.message, mend=error.mend)


def _through(server: str, to: tuple[str, int], context: ssl.SSLContext | None) -> HTTPConnection:
    """A connection, through a proxy where the environment names one for this server."""
    host, port = to
    proxy = _proxy(server, host)
    target = (proxy.hostname or "", proxy.port or 3128) if proxy else to
    if context is None:
        connection = HTTPConnection(*target, timeout=CONNECT_SECONDS)
    else:
        connection = http.client.HTTPSConnection(*target, timeout=CONNECT_SECONDS, context=context)
    if proxy:
        connection.set_tunnel(host, port, _proxy_headers(proxy))
    return connection


def _proxy(server: str, host: str) -> SplitResult | None:
    """Where HTTPS_PROXY, ALL_PROXY and NO_PROXY lead for this server."""
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    from urllib.request import getproxies, proxy_bypass

    if proxy_bypass(host):
        return None
    found = getproxies()
    url = found.get(urlsplit(server).scheme) or found.get("all")
    return urlsplit(url if "//" in url else f"http://{url}") if url else None


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    from base64 import b64encode

    who = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(who.encode()).decode()}"}


def _context() -> ssl.SSLContext:
    """Certificates as the system trusts them, and those of a file that the environment names."""
    import ssl

    context = ssl.create_default_context()
    for name in CA_FILES:
        if file := os.environ.get(name):
            try:
                context.load_verify_locations(file)
            except OSError as error:
                raise RegistryFault(
                    f"{name}: the certificates in {file} cannot be read: {error.strerror or error}"
                ) from error
            break
    return context


def _headers(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _unpacked(body: bytes, response: HTTPResponse) -> bytes:
    return zlib.decompress(body, zlib.MAX_WBITS | 16) if response.headers.get("Content-Encoding") == "gzip" else body


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.__cause__ is None:
        return error.strerror
    return str(error).strip() or type(error).__name__
