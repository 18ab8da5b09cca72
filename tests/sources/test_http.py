"""A file behind HTTP: read whole or not at all, looked at by its tag. The server is real, and as odd as servers are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from weft.errors import SourceFault

Source = Callable[..., Any]
AB = {"a": "VARCHAR", "b": "BIGINT"}
BODY = b"a,b\nx,1\ny,2\n"


@dataclass
class Site:
    """What the server answers: by path, a status, headers and a body; `asked` is what it was asked."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    first: dict[str, list[int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slow_seconds: float = 0.0


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_HEAD(self) -> None:
            self.answer()

        def answer(self) -> None:
            found.asked.append(f"{self.command} {self.path}")
            time.sleep(found.slow_seconds)
            status, headers, body = found.answers.get(self.path.partition("?")[0], (404, {}, b""))
            if waiting := found.first.get(self.path):
                status, body = waiting.pop(0), b""
            if self.command == "HEAD" and "No-Head" in headers:
                status = 405
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """A test prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_behind_a_url_arrives(source: Source, site: Site) -> None:
    site.answers["/in.csv"] = (200, {"ETag": '"1"'}, BODY)
    assert source(AB, "api", location=f"{site.url}/in.csv").rows() == [("x", 1), ("y", 2)]


def test_a_custom_server_says_how_it_is_written(source: Source, site: Site) -> None:
    site.answers["/export"] = (200, {}, "a;b\nJosé;1\n".encode("latin-1"))
    made = source(AB, "custom", endpointUrl=f"{site.url}/export", format="csv", delimiter=";", encoding="ISO-8859-1")
    assert made.rows() == [("José", 1)]


def test_an_api_that_names_no_format_says_it_as_an_option(source: Source, site: Site) -> None:
    site.answers["/v1/rows"] = (200, {}, b'[{"a": "x", "b": 1}]')
    with pytest.raises(SourceFault, match="nothing says what format the data has"):
        source(AB, "api", location=f"{site.url}/v1/rows").arrives()
    assert source(AB, "api", location=f"{site.url}/v1/rows", options={"format": "json"}).rows() == [("x", 1)]


def test_a_tag_says_whether_it_changed(source: Source, site: Site) -> None:
    made = source(AB, "api", location=f"{site.url}/in.csv")
    site.answers["/in.csv"] = (200, {"ETag": '"1"'}, BODY)
    before = made.state()
    assert made.state(before) == before == made.arrives().state
    site.answers["/in.csv"] = (200, {"ETag": '"2"'}, BODY)
    assert made.state(before).digest != before.digest
    assert site.asked.count("GET /in.csv") == 1


def test_a_time_says_whether_it_changed(source: Source, site: Site) -> None:
    made = source(AB, "api", location=f"{site.url}/in.csv")
    site.answers["/in.csv"] = (200, {"Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}, BODY)
    before = made.state()
    assert made.state(before) == before
    site.answers["/in.csv"] = (200, {"Last-Modified": "Tue, 02 Jan 2024 00:00:00 GMT"}, BODY)
    assert made.state(before).digest != before.digest


@pytest.mark.parametrize("headers", [{}, {"No-Head": "", "ETag": '"1"'}])
def test_what_vouches_for_nothing_is_new_each_time(headers: dict[str, str], source: Source, site: Site) -> None:
    site.answers["/in.csv"] = (200, headers, BODY)
    made = source(AB, "api", location=f"{site.url}/in.csv")
    assert made.state().digest != made.state().digest


def test_a_body_that_ends_too_soon_is_refused(source: Source, site: Site) -> None:
    site.answers["/in.csv"] = (200, {"Content-Length": "100"}, BODY)
    with pytest.raises(SourceFault, match=r"/in.csv ended 88 bytes too soon"):
        source(AB, "api", location=f"{site.url}/in.csv", timeoutSeconds=1).arrives()


def test_a_passing_trouble_is_tried_again(source: Source, site: Site) -> None:
    site.answers["/in.csv"], site.first["/in.csv"] = (200, {}, BODY), [503, 429]
    assert source(AB, "api", location=f"{site.url}/in.csv").rows() == [("x", 1), ("y", 2)]


def test_a_missing_file_is_not_tried_again(source: Source, site: Site) -> None:
    with pytest.raises(SourceFault, match=r"/no.csv answers 404 Not Found. Check the URL"):
        source(AB, "api", location=f"{site.url}/no.csv").arrives()
    assert site.asked == ["GET /no.csv"]


def test_a_slow_server_is_given_up(source: Source, site: Site) -> None:
    site.answers["/in.csv"], site.slow_seconds = (200, {}, BODY), 0.5
    with pytest.raises(SourceFault, match=r"did not answer within 0.1 seconds"):
        source(AB, "api", location=f"{site.url}/in.csv", timeoutSeconds=0.1).state()


def test_a_file_larger_than_it_may_be_is_refused(source: Source, site: Site) -> None:
    site.answers["/in.csv"] = (200, {}, BODY)
    with pytest.raises(SourceFault, match=r"/in.csv is larger than 5 bytes"):
        source(AB, "api", location=f"{site.url}/in.csv", maximumBytes=5).arrives()


def test_a_redirect_within_the_web_is_followed(source: Source, site: Site) -> None:
    site.answers["/old.csv"] = (302, {"Location": "/in.csv"}, b"")
    site.answers["/in.csv"] = (200, {}, BODY)
    assert source(AB, "api", location=f"{site.url}/old.csv").rows() == [("x", 1), ("y", 2)]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_out_of_the_web_is_not(target: str, source: Source, site: Site) -> None:
    site.answers["/in.csv"] = (302, {"Location": target}, b"")
    with pytest.raises(SourceFault, match=r"is not allowed|is not followed"):
        source(AB, "api", location=f"{site.url}/in.csv").arrives()


def test_a_url_that_is_none_of_the_web_is_refused(source: Source) -> None:
    with pytest.raises(SourceFault, match="names no http or https URL"):
        source(AB, "api", location="file:///etc/passwd").arrives()


def test_what_is_secret_in_a_url_is_not_said(source: Source, site: Site) -> None:
    url = f"{site.url}/no.csv?token=secret".replace("//", "//me:secret@")
    with pytest.raises(SourceFault) as fault:
        source(AB, "api", location=url).arrives()
    assert "secret" not in str(fault.value)


def test_nobody_there_is_said(source: Source, site: Site) -> None:
    with pytest.raises(SourceFault, match="cannot be reached"):
        source(AB, "api", location="http://127.0.0.1:1/in.csv").state()
