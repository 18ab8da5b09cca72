"""The life of an agreement: asked for, decided at one level or two, renewed, revoked; whoever comes second changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest

from weft.errors import Misuse, Refused, Unknown, WeftError
from weft.governance.agreements.deciding import approve, refuse, revoke
from weft.governance.agreements.listing import agreements
from weft.governance.agreements.outcome import Outcome
from weft.governance.agreements.requesting import Wish, renew, request
from weft.product.agreement import Agreement

from .conftest import AT, DELAYS, DEPARTURES, PLANE, Desk

TODAY = AT.date()


def asked(desk: Desk, name: str = DEPARTURES, by: str = "bob", **more: object) -> Agreement:
    found = request(desk(by), Wish(name, "where delays come from", "punctuality", **more)).agreement  # type: ignore[arg-type]
    assert found is not None
    return found


def state(found: Outcome) -> str:
    assert found.agreement is not None
    return found.agreement.state


def test_a_request_names_the_line_the_only_role_the_terms_and_how_long(desk: Desk) -> None:
    one = asked(desk)
    assert (one.port, one.line, one.role, one.reader, one.state) == (DEPARTURES, "1", "analyst", "bob", "requested")
    assert (one.terms.version, one.asked_until, one.until) == ("1.0.0", TODAY + timedelta(days=365), None)


def test_asking_twice_is_asking_once(desk: Desk) -> None:
    one = asked(desk)
    again = request(desk("bob"), Wish(DEPARTURES, "where delays come from", "punctuality"))
    assert (again.agreement, again.is_changed) == (one, False)


def test_two_levels_say_it_one_after_the_other(desk: Desk) -> None:
    one = asked(desk)
    with pytest.raises(Refused, match="waits for its first level"):
        approve(desk("otto"), one.id)
    half = approve(desk("stan"), one.id)
    assert (state(half), half.waits_for) == ("half approved", ("otto",))
    with pytest.raises(Refused, match=r"agreement a\d+ waits for its second level. otto decides first"):
        approve(desk("dora"), one.id)
    done = approve(desk("otto"), one.id)
    assert done.agreement is not None
    assert (state(done), done.agreement.until) == ("granted", TODAY + timedelta(days=365))
    assert [(r.word, r.who, r.level) for r in done.agreement.rulings] == [
        ("requested", "bob", 0),
        ("approved", "stan", 1),
        ("granted", "otto", 2),
    ]


def test_where_the_contract_names_nobody_the_domains_owners_decide(desk: Desk) -> None:
    one = asked(desk, DELAYS)
    with pytest.raises(Unknown):
        approve(desk("dora"), one.id)
    with pytest.raises(Refused, match="bob asked for agreement"):
        approve(desk("bob"), one.id)
    assert state(approve(desk("nora"), one.id)) == "granted"


def test_and_where_a_domain_has_no_owner_the_workspaces_does(desk: Desk) -> None:
    assert state(approve(desk(), asked(desk, PLANE).id)) == "granted"


def test_approving_once_more_changes_nothing(desk: Desk) -> None:
    one = asked(desk)
    approve(desk("stan"), one.id)
    assert not approve(desk("stan"), one.id).is_changed
    approve(desk("otto"), one.id)
    assert not approve(desk("otto"), one.id).is_changed


def test_nobody_approves_what_they_asked_for_unless_they_own_the_workspace(desk: Desk) -> None:
    own = asked(desk, DELAYS, by="nora", reader="operations.other")
    with pytest.raises(Refused, match="nora asked for agreement"):
        approve(desk("nora"), own.id)
    mine = asked(desk, by="")
    assert state(approve(desk(), mine.id)) == "granted"


def test_a_refusal_says_why_and_is_final(desk: Desk) -> None:
    one = asked(desk)
    with pytest.raises(Misuse, match="says why"):
        refuse(desk("stan"), one.id, " ")
    assert state(refuse(desk("stan"), one.id, "not for this")) == "refused"
    assert not refuse(desk("otto"), one.id, "nor me").is_changed
    with pytest.raises(Refused, match="was refused, and cannot be approved"):
        approve(desk("stan"), one.id)
    assert asked(desk).id != one.id


def granted(desk: Desk, **more: object) -> Agreement:
    one = asked(desk, DELAYS, **more)
    approve(desk("nora"), one.id)
    return one


def test_what_is_revoked_is_over_for_good(desk: Desk) -> None:
    one = granted(desk)
    with pytest.raises(Refused, match="is granted already"):
        refuse(desk("nora"), one.id, "too late")
    assert state(revoke(desk("nora"), one.id, "misused")) == "revoked"
    assert not revoke(desk("nora"), one.id, "again").is_changed
    with pytest.raises(Refused, match="was revoked, and cannot be approved"):
        approve(desk("nora"), one.id)
    with pytest.raises(Refused, match="was revoked, and cannot be renewed"):
        renew(desk("bob"), one.id)


def test_its_holder_gives_it_up_and_a_steward_may_end_it_and_nobody_else(desk: Desk) -> None:
    one, other = granted(desk), asked(desk)
    with pytest.raises(Unknown):
        revoke(desk("carl"), one.id, "envy")
    assert state(revoke(desk("bob"), one.id, "done")) == "revoked"
    assert state(revoke(desk("stan"), other.id, "not now")) == "revoked"


def test_more_time_is_asked_for_and_given_and_it_stays_in_force_meanwhile(desk: Desk) -> None:
    one = granted(desk, until=TODAY + timedelta(days=10))
    found = renew(desk("bob"), one.id, TODAY + timedelta(days=90))
    assert found.agreement is not None
    assert (found.agreement.is_in_force(TODAY), found.agreement.is_open, found.waits_for) == (True, True, ("nora",))
    assert not renew(desk("bob"), one.id, TODAY + timedelta(days=90)).is_changed
    done = approve(desk("nora"), one.id).agreement
    assert done is not None
    assert (done.until, done.is_open, done.rulings[-1].word) == (TODAY + timedelta(days=90), False, "renewed")


def test_a_renewal_that_is_refused_leaves_the_rest_of_its_time(desk: Desk) -> None:
    one = granted(desk, until=TODAY + timedelta(days=10))
    renew(desk("bob"), one.id)
    found = refuse(desk("nora"), one.id, "the line ends").agreement
    assert found is not None
    assert (found.state, found.until, found.is_open) == ("granted", TODAY + timedelta(days=10), False)


def test_who_decides_gives_more_time_at_once_and_not_to_themselves(desk: Desk) -> None:
    one = granted(desk)
    found = renew(desk("nora"), one.id, TODAY + timedelta(days=700)).agreement
    assert found is not None
    assert (found.until, found.is_open) == (TODAY + timedelta(days=700), False)


def test_an_expired_one_is_renewed_under_its_id(desk: Desk) -> None:
    one = granted(desk, until=TODAY)
    later = AT + timedelta(days=3)
    asked_again = renew(desk("bob", later), one.id).agreement
    assert asked_again is not None
    assert asked_again.standing(later.date()) == "expired"
    done = approve(desk("nora", later), one.id).agreement
    assert done is not None
    assert (done.id, done.standing(later.date())) == (one.id, "granted")


@pytest.mark.parametrize(
    ("until", "why"), [(TODAY - timedelta(days=1), "is over"), (date(2999, 1, 1), "at most 730 days")]
)
def test_a_day_that_is_over_or_too_far_is_refused(desk: Desk, until: date, why: str) -> None:
    with pytest.raises(Refused, match=why):
        asked(desk, until=until)


def test_whoever_approves_may_give_less(desk: Desk) -> None:
    one = asked(desk, DELAYS)
    found = approve(desk("nora"), one.id, TODAY + timedelta(days=5)).agreement
    assert found is not None
    assert found.until == TODAY + timedelta(days=5)


def test_a_request_says_its_purpose_and_its_use_case(desk: Desk) -> None:
    with pytest.raises(Misuse, match="a request says its purpose"):
        request(desk("bob"), Wish(DEPARTURES, " ", "x"))
    with pytest.raises(Misuse, match="a request says its use case"):
        request(desk("bob"), Wish(DEPARTURES, "x", ""))


def test_a_role_that_the_contract_does_not_name_is_unknown(desk: Desk) -> None:
    with pytest.raises(Unknown, match=r"there is no role 'analist'\. Did you mean 'analyst'"):
        asked(desk, role="analist")


def test_who_belongs_to_the_domain_needs_none(desk: Desk) -> None:
    with pytest.raises(Misuse, match="stan belongs to operations"):
        asked(desk, by="stan")


def test_others_are_asked_for_by_their_own_domain_or_the_ports_owner(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"bob may not ask for network\.routes"):
        asked(desk, by="bob", reader="network.routes")
    assert asked(desk, by="nora", reader="network.routes").reader == "network.routes"
    assert asked(desk, by="otto", reader="carl").reader == "carl"


def test_an_agreement_is_the_business_of_its_parties_and_its_domain_alone(desk: Desk) -> None:
    one = asked(desk)
    for name in ("bob", "otto", "dora", "stan", ""):
        assert [found.agreement.id for found in agreements(desk(name))] == [one.id], name
    for name in ("carl", "nora"):
        assert agreements(desk(name)) == (), name


def test_it_is_listed_as_theirs_to_decide_to_whoever_decides(desk: Desk) -> None:
    asked(desk)
    assert [found.is_yours_to_decide for name in ("stan", "bob") for found in agreements(desk(name))] == [True, False]


def at_once(*calls: Callable[[], Outcome]) -> list[str]:
    """How each of some calls ended that began at the same moment."""
    start = Barrier(len(calls))

    def ran(one: Callable[[], Outcome]) -> str:
        start.wait()
        try:
            found = one()
        except WeftError as error:
            return type(error).__name__
        return "did it" if found.is_changed else "nothing"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(ran, calls))


def test_of_two_approvers_at_once_one_counts(desk: Desk) -> None:
    one = asked(desk)
    approve(desk("stan"), one.id)
    offices = [desk("otto"), desk()]
    assert at_once(*(lambda at=at: approve(at, one.id) for at in offices)) == ["did it", "nothing"]  # type: ignore[misc]


def test_of_an_approval_and_a_revocation_at_once_the_revocation_stands(desk: Desk) -> None:
    one = asked(desk, DELAYS)
    offices = desk("nora"), desk()
    ended = at_once(lambda: approve(offices[0], one.id), lambda: revoke(offices[1], one.id, "no"))
    assert ended in (["did it", "did it"], ["Refused", "did it"])
    assert desk().agreement(one.id).state == "revoked"


def test_every_step_is_audited_and_an_event(desk: Desk) -> None:
    one = granted(desk)
    revoke(desk("nora"), one.id, "misused")
    from weft.product.audit import Span

    records = [r for r in desk().registry.audit.records(Span()) if r.kind == "decided"]
    assert [r.who for r in records] == ["bob", "nora", "nora"]
    events = desk().registry.journal.facts("events").to_pylist()
    assert [e["kind"] for e in events if "access" in e["kind"]] == [
        "access asked for",
        "access granted",
        "access revoked",
    ]
