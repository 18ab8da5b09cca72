"""Tokens can be told from other texts, and say nothing of what they are made of."""

from __future__ import annotations

import re

import pytest

from weft.identity.secrets import csrf_of, derived, digest_of, digest_of_person, is_token, new_secret, new_token


def test_a_token_is_found_by_whoever_scans_for_secrets() -> None:
    assert re.fullmatch(r"weft_[0-9A-Za-z]{49}", new_token())


def test_a_token_is_known_by_its_checksum() -> None:
    token = new_token()
    assert is_token(token)
    other = "A" if token[10] != "A" else "B"
    assert not is_token(token[:10] + other + token[11:])


@pytest.mark.parametrize(
    "text", ["", "weft_", "weft_" + "0" * 49, "ghp_" + "0" * 50, "weft_" + "é" * 49, "w" * 100_000]
)
def test_what_is_no_token_is_known_without_asking(text: str) -> None:
    assert not is_token(text)


def test_a_checksum_is_as_the_docs_publish_it() -> None:
    """CRC-32 of what stands before, in base 62: other tools compute the same."""
    assert is_token("weft_" + "0" * 43 + "2j7qui")


def test_no_two_secrets_are_alike() -> None:
    assert len({new_token() for _ in range(200)} | {new_secret() for _ in range(200)}) == 400


def test_a_secret_of_one_kind_is_none_of_another() -> None:
    secret = new_secret()
    assert len({digest_of(kind, secret) for kind in ("session", "token", "invitation", "device", "link")}) == 5


def test_a_person_is_of_an_issuer() -> None:
    assert digest_of_person("https://a", "1") != digest_of_person("https://b", "1")
    assert digest_of_person("https://a", "1\n2") != digest_of_person("https://a\n1", "3")


def test_what_is_derived_tells_neither_the_secret_nor_another_purpose() -> None:
    secret = new_secret()
    assert len({secret, csrf_of(secret), derived(secret, "state"), derived(secret, "nonce")}) == 4
    assert csrf_of(secret) == csrf_of(secret)
