"""The signing key is made once, is read by its owner alone, and is never said."""

from __future__ import annotations

import stat
import threading
from base64 import b64encode
from pathlib import Path

import pytest

from weft.errors import Misuse, Refused
from weft.governance.audit.keys import VARIABLE, SigningKey, public_key, signing_key


def test_a_key_is_made_that_its_owner_alone_may_read(tmp_path: Path) -> None:
    file = tmp_path / "audit" / "signing.key"
    made = signing_key(file)
    again = signing_key(file)
    assert made and again
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.public.id == again.public.id
    assert again.public.has_signed("text", made.signed("text"))
    assert not again.public.has_signed("texts", made.signed("text"))


def test_servers_that_start_together_make_one(tmp_path: Path) -> None:
    made: list[SigningKey | None] = []
    threads = [threading.Thread(target=lambda: made.append(signing_key(tmp_path / "key"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key.public.id for key in made if key}) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    signing_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(Refused, match="chmod 600"):
        signing_key(tmp_path / "key")


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, b64encode(bytes(range(32))).decode())
    assert signing_key(tmp_path / "key")
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("said", ["secret", "c2VjcmV0", "ÄÖ"])
def test_what_is_no_key_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(Misuse) as caught:
        signing_key(tmp_path / "key")
    assert said not in str(caught.value)


def test_a_public_key_is_a_pem_file_that_others_read(tmp_path: Path) -> None:
    key = signing_key(tmp_path / "key")
    assert key
    (tmp_path / "public.pem").write_text(key.public.pem)
    assert public_key(tmp_path / "public.pem").id == key.public.id
    with pytest.raises(Misuse, match="no public key"):
        public_key(tmp_path / "key")
