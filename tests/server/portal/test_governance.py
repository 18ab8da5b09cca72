"""Governance in the portal: the matrix, policies and waivers, personal data, decisions in steps, the audit trail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from weft.names import LineName
from weft.product.audit import AuditedRead, Ending
from weft.product.reads import Asked
from weft.server.portal.parts import part

from .walking import NASTY, PLANE, Walk, walking

POLICY = """\
-- title: Every product says a purpose
-- severity: error
-- owner: governance
SELECT product AS subject, 'it has no purpose' AS message, 'say it' AS mend FROM mesh.products WHERE product LIKE 'fleet.%'
"""


@pytest.fixture
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with walking(tmp_path_factory.mktemp("governance") / "mesh") as found:
        yield found


def published(walk: Walk, text: str = POLICY, name: str = "purposes") -> None:
    assert walk.say("gus", "put", f"/policies/{name}", {"text": text, "because": "asked for"}).status_code == 200


def test_the_matrix_leads_from_a_cell_to_who_fails(walk: Walk) -> None:
    published(walk)
    page = walk.look("newt", "/governance").text
    (link,) = re.findall(r'<td class="bad"><a href="([^"]+)"', page)
    assert link == "/governance/policies/purposes?domain=fleet"
    assert "fleet.planes" in walk.look("newt", link).text
    assert page.count('class="visually-hidden">conforms') == 2


def test_a_policy_that_cannot_be_computed_is_no_conformance(walk: Walk) -> None:
    published(walk)
    walk.session.registry.rules.publish(replace_text(walk, "SELECT subject, 'x' AS message FROM mesh.nothing"))
    page = walk.look("gus", "/governance").text
    assert "cannot be computed" in page and page.count("It could not be computed") == 3


def replace_text(walk: Walk, query: str) -> object:
    from dataclasses import replace

    (rule,) = walk.session.registry.rules.published("policy")
    return replace(rule, text=f"-- title: A\n-- owner: b\n{query}")


def test_a_policy_s_versions_say_what_changed(walk: Walk) -> None:
    published(walk)
    published(walk, POLICY.replace("error", "warning"))
    page = walk.look("newt", "/governance/policies/purposes").text
    assert 'class="removed">- -- severity: error' in page and 'class="added">+ -- severity: warning' in page
    assert "Version 2" in page and "asked for" in page


def test_a_waiver_is_given_shown_and_withdrawn_by_governance_alone(walk: Walk) -> None:
    published(walk)
    wanted = {"policy": "purposes", "subject": "fleet.planes", "until": "2999-01-01", "because": "it moves"}
    refused = walk.say("dora", "post", "/waivers", wanted)
    assert refused.status_code == 403 and "gus" in refused.json()["error"]["mend"]
    assert walk.say("gus", "post", "/waivers", wanted).status_code == 201
    page = walk.look("gus", "/governance/policies").text
    assert (
        "it moves" in page
        and "Withdraw it" in page
        and "Withdraw it" not in walk.look("dora", "/governance/policies").text
    )
    assert "waived until 1 January 2999" in walk.look("newt", "/governance/policies/purposes").text
    assert (
        walk.say("gus", "post", "/waivers/withdrawal", {"policy": "purposes", "subject": "fleet.planes"}).status_code
        == 200
    )


def test_a_retired_policy_is_kept_and_binds_nobody(walk: Walk) -> None:
    published(walk)
    assert walk.say("gus", "post", "/policies/purposes/retirement", {"because": "over"}).status_code == 200
    page = walk.look("newt", "/governance/policies").text
    assert "Policies that bind nobody" in page and "retired: over" in page


def test_what_binds_by_the_folder_goes_on_when_it_is_published_along(walk: Walk) -> None:
    (walk.session.settings.root / "policies" / "own.sql").write_text(POLICY)
    assert "own" in walk.look("gus", "/governance/new").text
    assert walk.say("dora", "post", "/policies/folder", {}).status_code == 403
    told = walk.say("gus", "post", "/policies/folder", {"because": "so that it goes on"}).json()
    assert [one["policy"] for one in told["policies"]] == ["own"]
    assert "So far policies bind by" not in walk.look("gus", "/governance/new").text


def test_who_may_not_write_a_policy_is_told_whom_to_ask(walk: Walk) -> None:
    page = walk.look("olga", "/governance/new")
    assert page.status_code == 403 and "gus" in page.text


def test_personal_data_is_told_to_whom_it_concerns(walk: Walk) -> None:
    def rows(name: str) -> set[str]:
        page = walk.look(name, "/governance/personal").text
        return {one for one in ("olga", "dora", "rita", "otto") if f'scope="row">{one}' in page}

    assert rows("gus") == rows("ada") == rows("olga") == {"olga", "dora", "rita"}
    assert (rows("otto"), rows("rita"), rows("newt")) == (set(), {"rita"}, set())
    assert "ask them" in walk.look("newt", "/governance/personal").text


def test_a_column_says_who_reads_it_unmasked(walk: Walk) -> None:
    page = walk.look("gus", "/governance/personal?by=columns").text
    row = page[page.index("fleet.planes.plane@1.tail") :].partition("</tr>")[0]
    assert "olga" in row and "rita" not in row and "*** in its place" in row


def test_who_did_read_is_told_for_so_many_days(walk: Walk) -> None:
    at, line = datetime.now(UTC), LineName(f"{PLANE}@1")
    walk.session.registry.journal.reads.keep(Asked(at, "rita", "prod", "query", "SELECT tail", {line: ("tail",)}))
    assert ">rita</th>" in walk.look("gus", "/governance/personal?by=reads&days=7").text
    assert ">rita</th>" not in walk.look("otto", "/governance/personal?by=reads&days=7").text


def test_public_columns_do_not_drown_the_list(walk: Walk) -> None:
    page = walk.look("newt", "/governance/classifications").text
    assert f"{PLANE}@1.tail" in page and f"{PLANE}@1.seats" not in page
    assert f"{PLANE}@1.seats" in walk.look("newt", "/governance/classifications?name=public").text


def test_a_decision_is_explained_in_steps_to_who_may_ask(walk: Walk) -> None:
    path = f"/governance/sight?table={PLANE}"
    assert "newt may not read" in walk.look("newt", path).text
    page = walk.look("olga", f"{path}&reader=rita").text
    assert "rita may read" in page and "not cleared for personal" in page and "Which rows" in page
    refused = walk.look("otto", f"{path}&reader=rita")
    assert refused.status_code == 403 and "governance and to auditors" in refused.text


def test_names_are_offered_as_far_as_they_may_be_known(walk: Walk) -> None:
    def names(who: str, kind: str, begun: str) -> list[str]:
        return walk.look(who, "/governance/names", kind=kind, begun=begun).json()["names"]

    assert PLANE in names("newt", "table", "plane")
    assert names("gus", "reader", "ol") == ["olga"] and names("newt", "reader", "ol") == []


def read(walk: Walk, who: str, columns: dict[str, tuple[str, ...]], sql: str = "SELECT 1") -> None:
    audit = walk.session.registry.audit
    audit.refused(AuditedRead(who, "query", columns, sql), Ending("refused", message="not theirs"))


def test_the_trail_is_searched_page_by_page(walk: Walk) -> None:
    for number in range(60):
        read(walk, "rita", {f"{PLANE}@1": ("tail",)}, f"SELECT {number}")
    first = walk.look("ada", "/governance/audit?what=read&who=rita").text
    assert "SELECT 59<" in first and "SELECT 9<" not in first
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = walk.look("ada", older.replace("&amp;", "&")).text
    assert "SELECT 9<" in second and "SELECT 59<" not in second and 'rel="next"' not in second


def test_an_owner_searches_what_is_theirs_and_nobody_else_any(walk: Walk) -> None:
    read(walk, "rita", {f"{PLANE}@1": ("tail",), "operations.flights.departures@1": ("id",)}, "SELECT secret")
    page = walk.look("olga", "/governance/audit?what=read").text
    assert f"{PLANE}@1" in page and "operations.flights" not in page and "SELECT secret" not in page
    assert walk.look("olga", "/governance/audit?domain=operations").status_code == 403
    for name in ("rita", "dora", "pat", "newt"):
        refused = walk.look(name, "/governance/audit")
        assert refused.status_code == 403 and "gus" in refused.text


def test_an_auditor_exports_and_others_are_told_who_does(walk: Walk) -> None:
    assert "Export with its proof" in walk.look("ada", "/governance/audit").text
    page = walk.look("gus", "/governance/audit").text
    assert "Export with its proof" not in page and "An auditor exports" in page
    answer = walk.say("ada", "post", "/audit/exports", {"since": "2026-01-01", "until": "2999-01-01"})
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"


def test_what_others_wrote_is_escaped_everywhere(walk: Walk) -> None:
    text = f"-- title: {NASTY}\n-- owner: {NASTY}\n--\n-- {NASTY}\nSELECT product AS subject, '{NASTY}' AS message FROM mesh.products"
    published(walk, text)
    wanted = {"policy": "purposes", "subject": NASTY, "until": "2999-01-01", "because": NASTY}
    assert walk.say("gus", "post", "/waivers", wanted).status_code == 201
    read(walk, NASTY, {f"{PLANE}@1": (NASTY,)}, NASTY)
    for path in (
        "/governance",
        "/governance/policies",
        "/governance/policies/purposes",
        "/governance/new?policy=purposes",
        "/governance/audit",
    ):
        assert "<img" not in walk.look("gus", path).text
    for path, name in (("/governance", "domain"), ("/governance/personal", "who"), ("/governance/sight", "reader")):
        assert "<img" not in walk.look("gus", path, **{name: NASTY}).text


def test_a_part_beyond_the_last_is_the_last() -> None:
    found = part(range(60), 9, "?page=")
    assert (list(found.items), found.number, found.most) == (list(range(50, 60)), 3, 3)
    assert part((), 1, "?page=").most == 1
