"""A mesh is found from any folder inside it, and its settings are read from its file, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from weft.errors import Faults, Misuse
from weft.settings import EngineSettings, MailServer, Notify, Webhook
from weft.workspace import find_root, read_settings


def mesh(folder: Path, text: str = "name: m\n") -> Path:
    (folder / "mesh.yaml").write_text(text)
    return folder


def test_the_root_is_the_nearest_mesh_file_upward(tmp_path: Path) -> None:
    inner = mesh(tmp_path) / "domains" / "a"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path


def test_no_mesh_is_misuse_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="weft init"):
        find_root(tmp_path)


def test_all_but_the_name_has_a_default(tmp_path: Path) -> None:
    for _ in range(2):
        settings = read_settings(mesh(tmp_path))
        assert settings.domains == tmp_path / "domains"
        assert settings.registry == f"sqlite:///{tmp_path}/.weft/registry.db"
        assert settings.store == tmp_path / ".weft/store"
        assert (settings.engine, settings.retention_days) == (EngineSettings("duckdb", 0, "75%"), 30)


def test_what_is_said_is_taken_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    text = (
        "name: m\ndomains: teams\nregistry: postgresql+psycopg://host/db\nstore: ../snapshots\n"
        "engine: {threads: 4, memory: 2GB}\nretention_days: 7\nbusy_seconds: 2\n"
    )
    settings = read_settings(mesh(tmp_path, text))
    assert settings.domains == tmp_path / "teams"
    assert settings.registry == "postgresql+psycopg://host/db"
    assert settings.store == tmp_path.parent / "snapshots"
    assert settings.engine == EngineSettings("duckdb", 4, "2GB")
    assert (settings.retention_days, settings.busy_seconds) == (7, 2)


def test_an_absolute_registry_stays_where_it_is(tmp_path: Path) -> None:
    assert read_settings(mesh(tmp_path, "name: m\nregistry: sqlite:////var/r.db\n")).registry == "sqlite:////var/r.db"


@pytest.mark.parametrize("domains", ["..", ".", "../other", "/etc"])
def test_domains_lie_inside_the_mesh(tmp_path: Path, domains: str) -> None:
    with pytest.raises(Faults, match=r"mesh.yaml:2: domains .* is no folder inside the mesh"):
        read_settings(mesh(tmp_path, f"name: m\ndomains: {domains}\n"))


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    read_settings(mesh(tmp_path))
    assert read_settings(mesh(tmp_path, "name: n\n")).name == "n"


def test_a_fault_is_said_each_time(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(Faults, match="Did you mean 'retention_days'"):
            read_settings(mesh(tmp_path, "name: m\nretention_day: 3\n"))


NOTIFY = """
name: m
notify:
  webhooks:
    - url: ${SLACK_URL}
      events: [failed, rolled back]
    - {url: "${ALL_URL}"}
  hosts: [chat.example.org]
  mail: {host: mail.example.org, port: 25, from: weft@example.org, starttls: false, user: weft, password: "${SMTP_PASSWORD}"}
"""


def test_who_is_told_is_taken_with_its_variables_as_written(tmp_path: Path) -> None:
    webhooks = Webhook("${SLACK_URL}", ("failed", "rolled back")), Webhook("${ALL_URL}")
    mail = MailServer("mail.example.org", "weft@example.org", 25, False, "weft", "${SMTP_PASSWORD}")
    for _ in range(2):
        assert read_settings(mesh(tmp_path, NOTIFY)).notify == Notify(webhooks, mail, ("chat.example.org",))


def test_nobody_is_told_where_nothing_is_said(tmp_path: Path) -> None:
    assert read_settings(mesh(tmp_path)).notify is None
    assert read_settings(mesh(tmp_path, "name: m\nnotify: {}\n")).notify == Notify()


@pytest.mark.parametrize("said", ["webhooks: [{url: SECRET}]", "mail: {host: h, from: a@b.org, password: SECRET}"])
def test_a_secret_that_is_written_down_is_refused_and_not_repeated(tmp_path: Path, said: str) -> None:
    with pytest.raises(Faults, match=r"mesh.yaml:2: .* is not a variable that holds it") as caught:
        read_settings(mesh(tmp_path, f"name: m\nnotify: {{{said}}}\n"))
    assert "SECRET" not in str(caught.value)


def test_the_registry_and_the_store_may_be_said_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mesh.yaml").write_text("name: m\nregistry: ${MESH_REGISTRY}\nstore: ${MESH_STORE:-kept}\n")
    monkeypatch.setenv("MESH_REGISTRY", "postgresql://ann@db/mesh")
    first = read_settings(tmp_path)
    assert (first.registry, first.store) == ("postgresql://ann@db/mesh", tmp_path / "kept")
    monkeypatch.setenv("MESH_REGISTRY", "sqlite:///other.db")
    monkeypatch.setenv("MESH_STORE", "elsewhere")
    second = read_settings(tmp_path)
    assert (second.registry, second.store) == (f"sqlite:///{tmp_path}/other.db", tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "${MESH_REGISTRY}",
            "registry: the environment has no variable MESH_REGISTRY. Set MESH_REGISTRY, or give a default",
        ),
        ("${MESH REGISTRY}", "registry: '${MESH REGISTRY}' names no variable. Write ${NAME}"),
    ],
)
def test_a_registry_that_nothing_says_is_misuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    monkeypatch.delenv("MESH_REGISTRY", raising=False)
    (tmp_path / "mesh.yaml").write_text(f"name: m\nregistry: '{said}'\n")
    with pytest.raises(Misuse) as caught:
        read_settings(tmp_path)
    assert told in str(caught.value)
