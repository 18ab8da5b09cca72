"""Nobody is called what a product, a service or the owner is called, and no two names look alike."""

from __future__ import annotations

import pytest

from weft.access import Reader
from weft.errors import Misuse
from weft.identity.names import person_name, service_name, token_name


@pytest.mark.parametrize(
    ("said", "kept"), [("Ada@Example.org ", "ada@example.org"), ("bob", "bob"), ("a_b-c", "a_b-c")]
)
def test_a_person_is_called_by_mail_address_or_user_name(said: str, kept: str) -> None:
    assert person_name(said) == kept
    assert Reader(person_name(said)).kind == "person"


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "operations.flights",
        "operations/dashboard",
        "owner",
        "аda@example.org",
        "a\nda",
        "a@b@c",
        "-ada",
        "x" * 400,
    ],
)
def test_what_is_no_person_s_name_is_refused(said: str) -> None:
    with pytest.raises(Misuse):
        person_name(said)


def test_a_service_is_a_product_or_of_a_domain() -> None:
    assert service_name("operations.flights") == ("operations.flights", "operations")
    assert service_name("operations/dashboard") == ("operations/dashboard", "operations")


@pytest.mark.parametrize(
    "said", ["dashboard", "operations/", "/x", "a.b.c", "Operations/x", "a/b/c", "ada@example.org"]
)
def test_what_is_no_service_s_name_is_refused(said: str) -> None:
    with pytest.raises(Misuse):
        service_name(said)


def test_a_token_s_name_is_one_line_of_text() -> None:
    assert token_name("  nightly   job ") == "nightly job"
    for said in ("", "x" * 81, "a\x1b[31m"):
        with pytest.raises(Misuse):
            token_name(said)
