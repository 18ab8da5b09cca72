"""What the command line, the environment and mesh.yaml say of a server, and what is not safe together."""

from __future__ import annotations

from pathlib import Path

import pytest

from weft.errors import Misuse
from weft.server.settings import READ, address, chosen, warnings
from weft.settings import QuerySettings, ServerSettings
from weft.workspace import read_settings


def test_the_command_line_goes_before_the_environment_and_that_before_the_file() -> None:
    environment = {"WEFT_SERVER_PORT": "2", "WEFT_SERVER_HOST": "127.0.0.2", "WEFT_SERVER_HOSTS": "a.org, b.org"}
    found = chosen(ServerSettings(port=1, host="::1", log="json"), environment, {"port": 3, "host": None})
    assert (found.port, found.host, found.hosts, found.log) == (3, "127.0.0.2", ("a.org", "b.org"), "json")


def test_every_setting_goes_by_the_environment() -> None:
    assert [*READ, "queries"] == sorted(ServerSettings.__dataclass_fields__, key=[*READ, "queries"].index)


def test_what_queries_may_take_goes_by_the_environment_too() -> None:
    said = {
        f"WEFT_SERVER_QUERIES_{name.upper()}": "7" for name in QuerySettings.__dataclass_fields__ if name != "memory"
    }
    found = chosen(ServerSettings(), {**said, "WEFT_SERVER_QUERIES_MEMORY": "2 GiB"}, {}).queries
    assert found == QuerySettings(7, 7, 7, 7, 7.0, 7.0, "2 GiB", 7)
    for name, text in (("MEMORY", "much"), ("SECONDS", "long")):
        with pytest.raises(Misuse, match=f"'{text}' is no"):
            chosen(ServerSettings(), {f"WEFT_SERVER_QUERIES_{name}": text}, {})


def test_the_file_s_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(
        "name: shop\nserver:\n  port: 9000\n  hosts: [a.example.org]\n  proxies: [10.0.0.0/8]\n  certificate: tls/c.pem\n"
        "  key: tls/k.pem\n  requests: {reader: 60}\n  metrics_token: ${METRICS}\n"
    )
    found = read_settings(tmp_path).server
    assert found == ServerSettings(
        port=9000,
        hosts=("a.example.org",),
        proxies=("10.0.0.0/8",),
        certificate=str(tmp_path / "tls/c.pem"),
        key=str(tmp_path / "tls/k.pem"),
        reader_per_minute=60.0,
        metrics_token="${METRICS}",
    )


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (ServerSettings(certificate="c.pem"), "a certificate needs its key"),
        (ServerSettings(certificate="/nowhere/c.pem", key="/nowhere/k.pem"), "there is no file /nowhere/c.pem"),
        (ServerSettings(proxies=("0.0.0.0/0",)), "is everybody"),
        (ServerSettings(proxies=("::/0",)), "is everybody"),
        (ServerSettings(proxies=("*",)), "is no address and no network"),
        (ServerSettings(hosts=("*",)), "every name"),
        (ServerSettings(metrics_token="short"), "fewer than 16"),
        (ServerSettings(metrics_token="${WEFT_NO_SUCH_VARIABLE}"), "no variable WEFT_NO_SUCH_VARIABLE"),
        (ServerSettings(port=70_000), "no port"),
        (ServerSettings(log="xml"), "none of auto, json, text"),
    ],
)
def test_what_is_unsafe_is_refused(server: ServerSettings, said: str) -> None:
    with pytest.raises(Misuse, match=said):
        chosen(server, {}, {})


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(Misuse, match="WEFT_SERVER_PORT: 'http' is no number"):
        chosen(ServerSettings(), {"WEFT_SERVER_PORT": "http"}, {})


@pytest.mark.parametrize(
    ("server", "warns"),
    [
        (ServerSettings(), 0),
        (ServerSettings(host="0.0.0.0"), 1),
        (ServerSettings(host="0.0.0.0", url="https://a.org", proxies=("10.0.0.1",)), 0),
        (ServerSettings(host="0.0.0.0", url="https://a.org"), 1),
        (ServerSettings(host="0.0.0.0", certificate="c", key="k"), 0),
    ],
)
def test_who_listens_for_others_without_https_is_warned(server: ServerSettings, warns: int) -> None:
    assert len(list(warnings(server))) == warns


@pytest.mark.parametrize(
    ("server", "url"),
    [
        (ServerSettings(), "http://localhost:8080"),
        (ServerSettings(host="::1"), "http://localhost:8080"),
        (ServerSettings(host="fe80::1"), "http://[fe80::1]:8080"),
        (ServerSettings(host="10.0.0.1", certificate="c"), "https://10.0.0.1:8080"),
        (ServerSettings(url="https://a.org"), "https://a.org"),
    ],
)
def test_its_address_is_what_people_type(server: ServerSettings, url: str) -> None:
    assert address(server, 8080) == url
