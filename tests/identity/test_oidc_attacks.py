"""A provider, or whoever stands between, that lies: each lie alone is enough not to be believed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from weft.errors import Busy, Misuse, NotSignedIn, WeftError
from weft.identity.oidc import Client, Flow, Person, Provider

from .forging import CLIENT, SECRET, Forger, elliptic, forging, hashed_by, packed, rsa, shared, signed_by, unsigned

FLOW, BACK = Flow("a browser's secret"), "http://127.0.0.1:9/back"


@pytest.fixture
def forger() -> Iterator[Forger]:
    with forging() as found:
        found.nonce = FLOW.nonce
        found.hands_out(found.signed(found.claims()))
        yield found


def person(forger: Forger, known: Provider | None = None, **answer: str) -> Person:
    known = known or Provider(Client(forger.issuer, CLIENT, SECRET))
    return known.person({"code": "c", "state": FLOW.state, "iss": forger.issuer, **answer}, FLOW, BACK)


def test_the_truth_is_believed(forger: Forger) -> None:
    """What all of the lies below differ from in one thing alone."""
    by_hand = signed_by(rsa("k"), {"alg": "RS256", "kid": "k"}, forger.claims())
    forger.hands_out(by_hand)
    assert person(forger).subject == "ada"
    forger.hands_out(forger.signed(forger.claims()))
    assert (person(forger).subject, person(forger).texts("email")) == ("ada", ("ada@example.org",))


def now() -> int:
    return int(time.time())


CLAIMS: dict[str, dict[str, Any]] = {
    "another sign-in's nonce": {"nonce": "n" * 43},
    "no nonce": {"nonce": None},
    "a nonce among several": {"nonce": ["x", FLOW.nonce]},
    "another issuer": {"iss": "https://other.example"},
    "an issuer of the same host": {"iss": "http://127.0.0.1/"},
    "no issuer": {"iss": None},
    "several issuers": {"iss": ["https://other.example"]},
    "another client": {"aud": "other"},
    "no client": {"aud": None},
    "nobody's": {"aud": []},
    "several clients and no party": {"aud": [CLIENT, "other"]},
    "another party": {"azp": "other"},
    "another party among several": {"aud": [CLIENT, "other"], "azp": "other"},
    "expired": {"exp": 1_000_000_000},
    "expired as a text": {"exp": "9999999999"},
    "without an end": {"exp": None},
    "of no moment": {"iat": None},
    "of the future": {"iat": 9_999_999_999},
    "of long ago": {"iat": 1_000_000_000},
    "not yet good": {"nbf": 9_999_999_999},
    "of nobody": {"sub": None},
    "of an empty person": {"sub": ""},
    "of a person that is a number": {"sub": 7},
    "of an endless person": {"sub": "x" * 256},
    "of another access token": {"at_hash": "x" * 22},
    "of an access token that is no text": {"at_hash": 7},
}


@pytest.mark.parametrize("lie", CLAIMS)
def test_a_token_that_says_something_else_is_not_believed(forger: Forger, lie: str) -> None:
    forger.hands_out(forger.signed(forger.claims(**CLAIMS[lie])))
    with pytest.raises(NotSignedIn):
        person(forger)


def of_another_key(forger: Forger) -> str:
    return forger.signed(forger.claims(), key=rsa("other"))


def of_a_key_by_the_same_name(forger: Forger) -> str:
    return forger.signed(forger.claims(), key=rsa("not the provider's"), kid="k")


def unsigned_at_all(forger: Forger) -> str:
    return unsigned(forger.claims())


def unsigned_in_capitals(forger: Forger) -> str:
    return unsigned(forger.claims(), "nOnE")


def by_the_client_s_secret(forger: Forger) -> str:
    return forger.signed(forger.claims(), "HS256", shared(SECRET.encode()))


def by_the_public_key_as_a_secret(forger: Forger) -> str:
    return hashed_by(forger.key.as_pem(private=False), forger.claims())


def with_a_key_of_its_own(forger: Forger) -> str:
    other = rsa("other")
    return forger.signed(forger.claims(), key=other, jwk=other.as_dict(private=False))


def with_a_key_from_elsewhere(forger: Forger) -> str:
    return forger.signed(forger.claims(), key=rsa("other"), jku="https://evil.example/keys")


def with_a_key_of_its_own_beside_a_good_signature(forger: Forger) -> str:
    return forger.signed(forger.claims(), jwk=rsa("other").as_dict(private=False))


def with_a_rule_that_nobody_knows(forger: Forger) -> str:
    return signed_by(rsa("k"), {"alg": "RS256", "kid": "k", "crit": ["exp"], "exp": 1}, forger.claims())


def of_another_kind_of_key(forger: Forger) -> str:
    return forger.signed(forger.claims(), "ES256", elliptic("k"))


def with_other_claims_under_the_signature(forger: Forger) -> str:
    head, _, signature = forger.signed(forger.claims()).split(".")
    return ".".join((head, packed(forger.claims(sub="eve")), signature))


def without_its_signature(forger: Forger) -> str:
    return forger.signed(forger.claims()).rpartition(".")[0] + "."


def that_is_a_list(forger: Forger) -> Any:
    return ["x"]


def that_is_none(forger: Forger) -> str:
    return "x"


def that_is_missing(forger: Forger) -> None:
    return None


FORGED = [
    of_another_key,
    of_a_key_by_the_same_name,
    unsigned_at_all,
    unsigned_in_capitals,
    by_the_client_s_secret,
    by_the_public_key_as_a_secret,
    with_a_key_of_its_own,
    with_a_key_from_elsewhere,
    with_a_key_of_its_own_beside_a_good_signature,
    with_a_rule_that_nobody_knows,
    of_another_kind_of_key,
    with_other_claims_under_the_signature,
    without_its_signature,
    that_is_a_list,
    that_is_none,
    that_is_missing,
]


@pytest.mark.parametrize("forged", FORGED, ids=lambda one: one.__name__)
def test_a_token_that_was_forged_is_not_believed(forger: Forger, forged: Callable[[Forger], Any]) -> None:
    forger.hands_out(forged(forger))
    with pytest.raises(NotSignedIn) as caught:
        person(forger)
    assert "eyJ" not in str(caught.value)


def test_a_shared_key_among_the_provider_s_is_none(forger: Forger) -> None:
    forger.keys.append(shared(SECRET.encode()).as_dict(private=True) | {"kid": "s"})
    forger.hands_out(forger.signed(forger.claims(), "HS256", shared(SECRET.encode()), kid="s"))
    with pytest.raises(NotSignedIn):
        person(forger)


def test_the_person_asked_about_is_the_one_who_signed_in(forger: Forger) -> None:
    forger.userinfo = {"sub": "eve", "email": "eve@example.org"}
    with pytest.raises(NotSignedIn, match="another person"):
        person(forger)


def test_what_the_token_says_counts_before_what_is_asked_about(forger: Forger) -> None:
    forger.hands_out(forger.signed(forger.claims(email="signed@example.org")))
    assert person(forger).texts("email") == ("signed@example.org",)


@pytest.mark.parametrize(
    "answer", [{"state": "x"}, {"state": ""}, {"iss": "https://other.example"}, {"code": ""}, {"error": "x"}]
)
def test_an_answer_that_is_not_to_our_question_is_not_taken_to_the_provider(
    forger: Forger, answer: dict[str, str]
) -> None:
    with pytest.raises(NotSignedIn):
        person(forger, **answer)
    assert "/token" not in forger.asked


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_provider_that_refuses_the_code_lets_nobody_in(forger: Forger, status: int) -> None:
    forger.token_status = status
    with pytest.raises(NotSignedIn, match="refused the sign-in's code"):
        person(forger)


@pytest.mark.parametrize("tokens", [[], "x", {}, b"\xff", b"{" * 100, {"access_token": "a", "token_type": "Bearer"}])
def test_tokens_that_are_none_let_nobody_in(forger: Forger, tokens: Any) -> None:
    forger.tokens = tokens
    with pytest.raises(NotSignedIn):
        person(forger)


def test_another_type_of_token_is_not_taken(forger: Forger) -> None:
    forger.hands_out(forger.signed(forger.claims()), token_type="mac")
    with pytest.raises(NotSignedIn):
        person(forger)


def test_an_endless_answer_is_not_read_to_its_end(forger: Forger) -> None:
    forger.tokens = b" " * 3_000_000
    with pytest.raises(Busy, match="did not answer"):
        person(forger)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"issuer": "https://other.example"}, Busy),
        ({"token_endpoint": "http://192.0.2.1/token"}, Misuse),
        ({"authorization_endpoint": "javascript:alert(1)"}, Misuse),
        ({"jwks_uri": "file:///etc/passwd"}, Misuse),
        ({"userinfo_endpoint": "http://192.0.2.1/"}, Misuse),
        ({"token_endpoint": None}, Misuse),
        ({"code_challenge_methods_supported": ["plain"]}, Busy),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, Busy),
    ],
)
def test_a_provider_that_describes_itself_otherwise_is_not_used(
    forger: Forger, said: dict[str, Any], kind: type[WeftError]
) -> None:
    forger.metadata |= said
    with pytest.raises(kind):
        person(forger)


@pytest.mark.parametrize("issuer", ["http://192.0.2.1", "ftp://x", ""])
def test_an_issuer_in_clear_is_not_asked(issuer: str) -> None:
    with pytest.raises(Misuse, match="no https URL"):
        Provider(Client(issuer, CLIENT)).authorization_url(FLOW, BACK)


def test_a_provider_without_keys_is_not_used(forger: Forger) -> None:
    forger.keys = []
    with pytest.raises(Busy, match="keys cannot be read"):
        person(forger)


def test_a_provider_that_is_not_there_says_so() -> None:
    with pytest.raises(Busy, match="did not answer"):
        Provider(Client("http://127.0.0.1:1", CLIENT)).authorization_url(FLOW, BACK)


def test_a_provider_s_new_key_is_found_once_it_signs_by_it(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weft.identity.oidc.provider.NEW_KEYS_AFTER_SECONDS", -1.0)
    known = Provider(Client(forger.issuer, CLIENT, SECRET))
    person(forger, known)
    forger.key = rsa("rolled")
    forger.keys = [forger.key.as_dict(private=False)]
    forger.hands_out(forger.signed(forger.claims(), kid="rolled"))
    assert person(forger, known).subject == "ada"


def test_made_up_keys_are_not_asked_for_again_and_again(forger: Forger) -> None:
    known = Provider(Client(forger.issuer, CLIENT, SECRET))
    forger.hands_out(forger.signed(forger.claims(), kid="made up"))
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            person(forger, known)
    assert forger.asked.count("/keys") == 1


def test_what_is_known_of_a_provider_is_not_asked_for_each_time(forger: Forger) -> None:
    known = Provider(Client(forger.issuer, CLIENT, SECRET))
    for _ in range(3):
        person(forger, known)
    assert (forger.asked.count("/keys"), forger.asked.count("/token")) == (1, 3)


def test_the_browser_is_sent_with_a_challenge_and_never_with_what_answers_it() -> None:
    with forging() as found:
        url = Provider(Client(found.issuer, CLIENT, SECRET)).authorization_url(FLOW, BACK)
    for word in (FLOW.state, FLOW.nonce, FLOW.challenge, "code_challenge_method=S256", "response_type=code"):
        assert word in url
    for secret in (FLOW.secret, FLOW.verifier, SECRET):
        assert secret not in url
