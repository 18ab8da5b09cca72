"""Profiles and suggestions on pages and over HTTP: asked for by whoever looks after a table, seen under the reader's masks, taken over as a patch."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from tests.meshes import A, Made, Source, write_mesh
from tests.served import served

from weft.access import Grant, Reader
from weft.product.audit import Span
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session, open_session

SET = """
classifications:
  - {name: secret, classification: [secret], mask: redact, clear: {roles: [owner]}}
row_filters:
  - {name: own region, tags: [regional], where: region IN reader.regions, clear: {roles: [owner]}}
"""
COLUMNS = {"id": "integer", "pay": "integer", "region": "string"}
REGIONS = ("north", "south", "N/A")
READERS = {
    "owner": Reader("eve@example.org", (Grant("owner", "people"),)),
    "steward": Reader("sam@example.org", (Grant("steward", "people"),)),
    "reader": Reader("kim@example.org", (Grant("reader", "people"),)),
    "stranger": Reader("bob@example.org"),
}
STAFF, BANDS = "people.staff.staff", "people.bands.band"


@dataclass
class Place:
    client: httpx.Client
    session: Session
    root: Path

    def page(self, path: str, who: str = "owner") -> str:
        answer = self.client.get(path, headers={"Accept": "text/html", "x-reader": who})
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def get(self, path: str, who: str = "owner", status: int = 200) -> dict[str, object]:
        answer = self.client.get(f"/api/v1{path}", headers={"x-reader": who})
        assert answer.status_code == status, answer.text
        found: dict[str, object] = answer.json()
        return found

    def post(self, path: str, who: str = "owner", body: object = None) -> httpx.Response:
        return self.client.post(f"/api/v1{path}", headers={"x-reader": who}, json=body)

    def done(self, path: str) -> str:
        for _ in range(600):
            state = str(self.get(path)["state"])
            if state not in ("waiting", "running"):
                return state
            time.sleep(0.05)
        return "never"


def file(shift: int) -> str:
    rows = (f"{at},{1000 + shift + 37 * at},{REGIONS[0 if at % 3 else 2]}\n" for at in range(60))
    return f"id,pay,region\n{''.join(rows)}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Staff has two snapshots with profiles, `pay` is secret; bands has none yet; of regions each sees their own."""
    root = tmp_path_factory.mktemp("served") / "mesh"
    staff = Made("staff", COLUMNS, "SELECT id, pay, region FROM file")
    band = Made("band", {"low": "integer", "name": "string"}, "SELECT id AS low, region AS name FROM file")
    regional = Made("place", {"region": "string"}, "SELECT DISTINCT region FROM file", more="tags: [regional]")
    source = Source("file", COLUMNS, file(0))
    write_mesh(
        root,
        A("people.staff", (staff,), (source,)),
        A("people.bands", (band,), (source,)),
        A("people.places", (regional,), (source,)),
    )
    contract = root / "domains/people/staff/contracts/staff.odcs.yaml"
    contract.write_text(
        contract.read_text().replace("- name: pay\n", "- name: pay\n        classification: secret\n", 1)
    )
    (root / "policies").mkdir()
    (root / "policies" / "classifications.yaml").write_text(SET)
    from weft.session.profiles import profiles

    for shift in (0, 90_000):
        (root / "domains/people/staff/file.csv").write_text(file(shift))
        with open_session(root) as session:
            assert session.apply(session.plan()).succeeded
            profiles(session, [STAFF, "people.places.place"])
    with open_session(root) as session:

        def who(request: Request) -> Reader:
            return READERS[request.headers["x-reader"]]

        with served(application(Serving(session, who))) as client:
            yield Place(client, session, root)


def test_a_page_shows_how_values_are_spread_how_many_are_empty_and_how_many_differ(place: Place) -> None:
    page = place.page(f"/tables/{STAFF}")
    part = page.partition('id="columns"')[2].partition("</section>")[0]
    assert part.count("<svg") == 3 and "How the values of pay are spread" in part
    assert "93\u202f183" in part and ">60<" in part and "From all rows" in part


def test_values_of_a_masked_column_are_on_no_page_and_in_no_answer(place: Place) -> None:
    paths = (f"/tables/{STAFF}", f"/tables/{STAFF}/columns/pay", f"/tables/{STAFF}/columns/id")
    answers = (f"/tables/{STAFF}/profile", f"/tables/{STAFF}/profile/history")
    seen = [place.page(path, "reader") for path in paths] + [json.dumps(place.get(path, "reader")) for path in answers]
    for text in seen:
        assert not any(
            value in text
            for value in ("91000", "91\u202f000", "93183", "93\u202f183", "93,183", "92091", "92\u202f091")
        )
    assert "you see it masked" in seen[0] and "You see this column masked" in seen[1]
    assert "93183" in json.dumps(place.get(f"/tables/{STAFF}/profile"))


def test_of_whom_rows_are_kept_no_count_of_all_rows_is_told(place: Place) -> None:
    page = place.page("/tables/people.places.place", "reader")
    assert "You see some of its rows" in page and "What is in the columns is not told" in page
    assert place.get("/tables/people.places.place/profile", "reader")["profile"] is None


def test_who_may_not_read_it_is_told_nothing_of_what_is_in_it(place: Place) -> None:
    assert (
        "<svg" not in place.page(f"/tables/{STAFF}", "stranger").partition('id="columns"')[2].partition("</section>")[0]
    )
    assert place.get(f"/tables/{STAFF}/profile", "stranger")["profile"] is None


def test_a_column_has_its_history_and_what_moved(place: Place) -> None:
    page = place.page(f"/tables/{STAFF}/columns/pay")
    assert "Mean" in page and "promised" not in page.partition('id="moved"')[2]
    assert "mean of 'pay'" in page and "moved" in page.partition('id="moved"')[2]
    history = place.get(f"/tables/{STAFF}/profile/history")
    assert len(history["profiles"]) == 2 and any(one["column"] == "pay" for one in history["drifts"])  # type: ignore[arg-type, attr-defined]


def test_a_column_has_its_frequent_values_patterns_and_findings(place: Place) -> None:
    page = place.page(f"/tables/{STAFF}/columns/region")
    assert "Most frequent values" in page and "66.7 %" in page and "Patterns" in page
    assert "What is untidy" in page and "N/A" in page


def test_what_is_no_column_is_told_with_the_closest(place: Place) -> None:
    answer = place.client.get(f"/tables/{STAFF}/columns/pya", headers={"Accept": "text/html", "x-reader": "owner"})
    assert answer.status_code == 404 and "pay" in answer.text


def test_scores_are_told_of_a_table_a_product_a_domain_and_the_mesh(place: Place) -> None:
    assert "Tidy values" in place.page(f"/tables/{STAFF}") and "Completeness" in place.page(f"/tables/{STAFF}").title()
    for within, tables in (("people.staff", 1), ("people", 2), ("", 2)):
        found = place.get(f"/scores?within={within}")
        assert found["tables"] == tables or (within != "people.staff" and int(str(found["tables"])) >= tables)
    place.get("/scores?within=nowhere", status=404)


def test_a_product_and_a_domain_say_how_tidy_their_tables_are_together(place: Place) -> None:
    for path in ("/products/people.staff", "/domains/people"):
        page = place.page(path)
        assert "How tidy it is" in page and "profiled" in page and "completeness" in page
    assert "How tidy it is" not in place.page("/products/people.staff", "stranger")


def test_a_column_is_told_over_http_too(place: Place) -> None:
    found = place.get(f"/tables/{STAFF}/columns/pay")
    assert len(found["profiles"]) == 2 and found["drifts"]  # type: ignore[arg-type]
    assert "93183" in json.dumps(found)
    assert "93183" not in json.dumps(place.get(f"/tables/{STAFF}/columns/pay", "reader"))
    place.get(f"/tables/{STAFF}/columns/pya", status=404)


def test_what_tells_rows_apart_is_told(place: Place) -> None:
    page = place.page(f"/tables/{STAFF}")
    assert "What belongs together" in page and "No two rows have the same <code>id</code>" in page


def test_scores_leave_out_what_the_reader_may_not_read_whole(place: Place) -> None:
    assert place.get("/scores?within=people.places")["tables"] == 1
    assert place.get("/scores?within=people.places", "reader")["tables"] == 0


def test_whoever_looks_after_it_has_it_profiled_and_everybody_sees_what_came_of_it(place: Place) -> None:
    assert "Profile it now" in place.page(f"/tables/{BANDS}", "steward")
    assert place.post(f"/tables/{BANDS}/profile", "steward").status_code == 202
    assert place.done(f"/tables/{BANDS}/profile/work") == "done"
    assert "How the values of low are spread" in place.page(f"/tables/{BANDS}", "reader")
    told = [json.loads(record.body) for record in place.session.registry.audit.records(Span())]
    began = [one for one in told if one.get("door") == "profile" and one["who"] == "sam@example.org"]
    assert [list(one["columns"]) for one in began] == [[f"{BANDS}@1"]]
    assert any(one["kind"] == "completed" and one["outcome"] == "done" for one in told)


@pytest.mark.parametrize("path", ["profile", "suggestions"])
def test_who_does_not_look_after_it_is_told_whom_to_ask(place: Place, path: str) -> None:
    answer = place.post(f"/tables/{STAFF}/{path}", "reader")
    assert answer.status_code == 403 and "steward" in answer.text
    assert "Suggest checks" not in place.page(f"/tables/{STAFF}", "reader")


def test_suggestions_are_accepted_one_by_one_into_a_patch_that_git_applies(place: Place) -> None:
    """Those of a masked column are not for whoever sees it masked."""
    path = f"/tables/{STAFF}/suggestions"
    assert "Suggest checks" in place.page(path)
    assert place.post(f"{path}/patch", body={"accept": ["nulls(id)"]}).status_code == 400
    assert place.post(path).status_code == 202
    assert place.done(path) == "done"
    page = place.page(path)
    assert "id is filled" in page and "False alarms expected" in page and 'value="nulls(id)"' in page
    answer = place.post(f"{path}/patch", body={"accept": ["nulls(id)"]})
    assert answer.status_code == 200 and 'filename="staff.patch"' in answer.headers["content-disposition"]
    assert "id is filled" in answer.text and "region is filled" not in answer.text
    applied = subprocess.run(
        ["git", "apply", "--check", "-"], input=answer.text, text=True, cwd=place.root, capture_output=True, check=False
    )
    assert applied.returncode == 0, applied.stderr
    assert place.post(f"{path}/patch", body={"accept": ["no(such)"]}).status_code == 404
    assert place.post(f"{path}/patch", body={"accept": []}).status_code == 400
    own, masked = json.dumps(place.get(path)), json.dumps(place.get(path, "steward"))
    assert "(pay)" in own and "pay" not in masked and "(id)" in masked
