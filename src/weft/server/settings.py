"""How this process serves: what the command line says, else the environment, else `mesh.yaml`; and what is not safe in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from weft.errors import Misuse
from weft.query.service.sizes import bytes_of
from weft.settings import QuerySettings, ServerSettings
from weft.standards.variables import filled

PREFIX = "WEFT_SERVER_"
LEAST_TOKEN = 16


def _names(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.replace(",", " ").split() if part)


READ: dict[str, Callable[[str], Any]] = {
    "host": str,
    "port": int,
    "url": str,
    "hosts": _names,
    "proxies": _names,
    "certificate": str,
    "key": str,
    "reader_per_minute": float,
    "origin_per_minute": float,
    "body_bytes": int,
    "drain_seconds": float,
    "metrics_token": str,
    "log": str,
}
"""Each setting is `WEFT_SERVER_` and its name in capitals in the environment."""


def chosen(said: ServerSettings, environment: Mapping[str, str], given: Mapping[str, Any]) -> ServerSettings:
    """`given` are those of the command line; None is not said. Raises: Misuse, where one is no value or they are unsafe together."""
    found = {
        name: _read(name, environment[f"{PREFIX}{name.upper()}"])
        for name in READ
        if environment.get(f"{PREFIX}{name.upper()}")
    }
    found["queries"] = _queries(said.queries, environment)
    given = {name: value for name, value in given.items() if value is not None}
    server = replace(said, **{**found, **given})
    server = replace(server, url=server.url.rstrip("/"), metrics_token=_revealed(server.metrics_token))
    for refuse in REFUSALS:
        refuse(server)
    return server


def _queries(said: QuerySettings, environment: Mapping[str, str]) -> QuerySettings:
    """Each is `WEFT_SERVER_QUERIES_` and its name in capitals. Raises: Misuse."""
    found: dict[str, Any] = {}
    for field in fields(QuerySettings):
        variable = f"{PREFIX}QUERIES_{field.name.upper()}"
        if text := environment.get(variable):
            try:
                found[field.name] = type(getattr(said, field.name))(text)
            except ValueError:
                raise Misuse(f"{variable}: '{text}' is no number") from None
    queries = replace(said, **found)
    bytes_of(queries.memory)
    return queries


def _read(name: str, text: str) -> Any:
    try:
        return READ[name](text)
    except ValueError:
        raise Misuse(f"{PREFIX}{name.upper()}: '{text}' is no number") from None


def _revealed(token: str) -> str:
    try:
        return filled(token).strip()
    except KeyError as error:
        raise Misuse(f"server.metrics_token: the environment has no variable {error.args[0]}") from None


def is_public(server: ServerSettings) -> bool:
    """Whether others than this machine reach it."""
    try:
        return not ip_address(server.host).is_loopback
    except ValueError:
        return server.host != "localhost"


def _certificate(server: ServerSettings) -> None:
    if bool(server.certificate) != bool(server.key):
        raise Misuse(
            "server: a certificate needs its key, and a key its certificate", mend="Say both `certificate` and `key`."
        )
    for file in (server.certificate, server.key):
        if file and not Path(file).is_file():
            raise Misuse(f"server: there is no file {file}")
    if server.certificate and server.url.startswith("http:"):
        raise Misuse(f"server: it speaks https, and its url is {server.url}")


def _proxies(server: ServerSettings) -> None:
    for proxy in server.proxies:
        try:
            network = ip_network(proxy, strict=False)
        except ValueError:
            raise Misuse(f"server: proxies: '{proxy}' is no address and no network") from None
        if network.prefixlen == 0:
            mend = "Name the addresses of the proxies: anybody else could say that they are somebody else."
            raise Misuse(f"server: proxies: {proxy} is everybody", mend=mend)


def _hosts(server: ServerSettings) -> None:
    if "*" in server.hosts:
        raise Misuse("server: hosts: '*' is every name", mend="Name them, or `*.example.org` for all below one.")


def _token(server: ServerSettings) -> None:
    if server.metrics_token and len(server.metrics_token) < LEAST_TOKEN:
        raise Misuse(
            f"server: the metrics' token has fewer than {LEAST_TOKEN} characters",
            mend="`openssl rand -hex 24` makes one.",
        )


def _port(server: ServerSettings) -> None:
    if not 0 <= server.port <= 65_535:
        raise Misuse(f"server: {server.port} is no port")


def _log(server: ServerSettings) -> None:
    if server.log not in ("auto", "json", "text"):
        raise Misuse(f"server: log: '{server.log}' is none of auto, json, text")


REFUSALS: tuple[Callable[[ServerSettings], None], ...] = (_port, _certificate, _proxies, _hosts, _token, _log)


def warnings(server: ServerSettings) -> Iterator[str]:
    """What is no fault, and should not stay so."""
    is_https = bool(server.certificate) or server.url.startswith("https:")
    if is_public(server) and not is_https:
        yield (
            f"{server.host} is reached by others, and nothing is encrypted: passwords, tokens and data can be read on the way. Put a proxy "
            "with https before it and say `url` and `proxies`, or say `certificate` and `key`"
        )
    if is_public(server) and server.url.startswith("https:") and not (server.proxies or server.certificate):
        yield f"{server.url} is of a proxy, and `proxies` does not say which: all who ask seem to have its address, and share one rate limit"


def address(server: ServerSettings, port: int) -> str:
    """Where people reach it."""
    if server.url:
        return server.url
    host = "localhost" if server.host in ("127.0.0.1", "::1", "0.0.0.0", "::") else server.host
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if server.certificate else 'http'}://{host}:{port}"
