"""Signing in by a real provider: a certified one, run by node, that demands PKCE."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from weft.errors import NotSignedIn
from weft.identity.oidc import Client, Flow, Person, Provider
from weft.identity.secrets import new_secret

from .oidc_provider.running import SECRETS, Running, running, signed_in_there

BACK = "http://127.0.0.1:9/sign-in/with/corporate/back"
SCOPES = ("openid", "email", "groups", "region")


@pytest.fixture(scope="module")
def there() -> Iterator[Running]:
    with running([BACK]) as found:
        yield found


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as found:
        yield found


def provider(there: Running, client_id: str = "weft", secret: str | None = None) -> Provider:
    return Provider(Client(there.issuer, client_id, SECRETS[client_id] if secret is None else secret, SCOPES))


def came_back(known: Provider, browser: httpx.Client, flow: Flow, login: str = "ada") -> dict[str, str]:
    return dict(signed_in_there(known.authorization_url(flow, BACK), login, BACK, browser).params)


@pytest.mark.parametrize("client_id", SECRETS)
def test_a_person_is_who_the_provider_says(there: Running, browser: httpx.Client, client_id: str) -> None:
    known, flow = provider(there, client_id), Flow(new_secret())
    person = known.person(came_back(known, browser, flow), flow, BACK)
    assert (person.issuer, person.subject) == (there.issuer, "ada")
    assert person.texts("email") == ("Ada@Example.org",)
    assert person.texts("groups") == ("flying", "mesh-platform")
    assert person.claims["email_verified"] is True


def test_a_code_is_good_once(there: Running, browser: httpx.Client) -> None:
    known, flow = provider(there), Flow(new_secret())
    answer = came_back(known, browser, flow)
    known.person(answer, flow, BACK)
    with pytest.raises(NotSignedIn, match="invalid_grant"):
        known.person(answer, flow, BACK)


class Stolen(Flow):
    """A code with the right state, and not the verifier that it was asked for with."""

    @property
    def verifier(self) -> str:
        return "v" * 43


def test_who_brings_a_code_is_who_asked_for_it(there: Running, browser: httpx.Client) -> None:
    known, flow = provider(there), Flow(new_secret())
    answer = came_back(known, browser, flow)
    with pytest.raises(NotSignedIn, match="invalid_grant"):
        known.person(answer, Stolen(flow.secret), BACK)


def test_an_answer_for_another_browser_is_not_taken(there: Running, browser: httpx.Client) -> None:
    known = provider(there)
    answer = came_back(known, browser, Flow(new_secret()))
    with pytest.raises(NotSignedIn, match="another sign-in"):
        known.person(answer, Flow(new_secret()), BACK)


def test_an_answer_names_the_provider_that_it_comes_from(there: Running, browser: httpx.Client) -> None:
    known, flow = provider(there), Flow(new_secret())
    answer = came_back(known, browser, flow)
    assert answer["iss"] == there.issuer
    without = {name: value for name, value in answer.items() if name != "iss"}
    for wrong in (answer | {"iss": "https://other.example"}, without):
        with pytest.raises(NotSignedIn, match="another provider"):
            known.person(wrong, flow, BACK)


def test_a_client_with_a_wrong_secret_is_let_in_nowhere(there: Running, browser: httpx.Client) -> None:
    flow = Flow(new_secret())
    answer = came_back(provider(there), browser, flow)
    with pytest.raises(NotSignedIn, match="invalid_client") as caught:
        provider(there, secret="wrong").person(answer, flow, BACK)
    assert answer["code"] not in str(caught.value)


def test_who_is_not_let_in_there_is_not_let_in_here(there: Running) -> None:
    known, flow = provider(there), Flow(new_secret())
    answer = {"state": flow.state, "iss": there.issuer, "error": "access_denied", "error_description": "<script>"}
    with pytest.raises(NotSignedIn, match="let nobody in: access_denied"):
        known.person(answer, flow, BACK)


def test_no_secret_is_shown(there: Running) -> None:
    client, flow = Client(there.issuer, "weft", "hunter2hunter2"), Flow("the browser's secret")
    assert "hunter2" not in repr(client) and "browser" not in repr(flow)


def test_nested_claims_are_found_and_only_texts_and_numbers_are_texts() -> None:
    person = Person("i", "s", {"a": {"b": ["x", 7, True, None, {}]}, "a.c": "dotted", "n": None})
    assert person.texts("a.b") == ("x", "7")
    assert person.texts("a.c") == ("dotted",)
    assert person.texts("n") == person.texts("a.b.c") == person.texts("none") == ()
