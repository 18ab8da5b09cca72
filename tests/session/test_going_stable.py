"""A preview becomes what is promised: asked for verdicts or a reason, and its readers move on with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.previews import FLIGHTS, PREVIEW, ROUTES, go_stable, read_preview, write_preview

import weft
from weft.errors import Refused
from weft.session import Choice, open_session
from weft.session.judging import judge
from weft.session.planned import Planned
from weft.session.promoting import promote

DELAYS = "SELECT sum(flights * mean_delay)::BIGINT FROM network.routes.delays"


@pytest.fixture
def shown(root: Path) -> Path:
    """Applied, with a preview to which network.routes and Ada are invited."""
    write_preview(root)
    weft.open(root).apply().raise_for_failure()
    return root


def say(root: Path, word: str, who: str = "network.routes", comment: str = "as it should be") -> None:
    with open_session(root) as session:
        judge(session, PREVIEW, (word, comment), who)  # type: ignore[arg-type]


def planned(root: Path) -> Planned:
    with open_session(root) as session:
        return session.plan()


def test_a_version_that_was_shown_does_not_go_stable_unasked(shown: Path) -> None:
    go_stable(shown)
    (asked,) = planned(shown).evolution.stable
    assert (asked.version, asked.preview, asked.asks) == ("1.1.0", "1.1.0-beta.1", 1)
    with weft.open(shown) as mesh:
        with pytest.raises(Refused, match="goes stable, which asks for a good verdict") as refused:
            mesh.apply()
        assert "weft apply --because" in str(refused.value)
        assert mesh.query("SELECT sum(delay) FROM operations.flights.departures").fetchall() == [(174,)]


def test_one_good_verdict_lets_it_go_stable(shown: Path) -> None:
    say(shown, "good")
    go_stable(shown)
    assert not any(planned(shown).evolution.refused)
    with weft.open(shown) as mesh:
        mesh.apply().raise_for_failure()
        assert mesh.query("SELECT sum(delay) FROM operations.flights.departures").fetchall() == [(234,)]
        assert mesh.plan().is_empty


def test_a_bad_verdict_counts_against_it_until_it_is_answered(shown: Path) -> None:
    say(shown, "good")
    say(shown, "bad", "ada@example.org", "delays are too late")
    go_stable(shown)
    with weft.open(shown) as mesh:
        with pytest.raises(Refused, match="said to be bad"):
            mesh.apply()
        mesh.apply(because="Ada agreed to wait for 1.2.0").raise_for_failure()
        said = mesh.query("SELECT version, verdict, comment FROM mesh.verdicts ORDER BY given_at").fetchall()
        assert said[-1] == ("1.1.0", "reason", "Ada agreed to wait for 1.2.0")


def test_a_reason_is_recorded_once_and_a_run_that_failed_is_not_asked_again(shown: Path) -> None:
    go_stable(shown)
    sql = shown / FLIGHTS / "transforms/departures.sql"
    right = sql.read_text()
    sql.write_text(right.replace("f.tail", "nullif(f.tail, 'N3') AS tail"))
    with weft.open(shown) as mesh:
        assert not mesh.apply(because="nobody answered for a month").succeeded
        sql.write_text(right)
        mesh.apply().raise_for_failure()
        assert mesh.query("SELECT count(*) FROM mesh.verdicts WHERE verdict = 'reason'").fetchall() == [(1,)]


def test_taking_the_preview_away_first_does_not_get_around_it(shown: Path) -> None:
    folder = shown / FLIGHTS
    manifest = folder / "product.odps.yaml"
    kept = (folder / "transforms/departures@1.1.0-beta.1.sql").read_text()
    manifest.write_text("".join(line for line in manifest.read_text().splitlines(True) if "beta.1" not in line))
    for file in ("transforms/departures@1.1.0-beta.1.sql", "contracts/flights_beta.odcs.yaml", "build.yaml"):
        (folder / file).unlink()
    weft.open(shown).apply().raise_for_failure()
    (folder / "transforms/departures.sql").write_text(kept)
    for file in (manifest, folder / "contracts/flights.odcs.yaml"):
        text = file.read_text().replace("departures, version: 1.0.0", "departures, version: 1.1.0")
        file.write_text(
            text.replace("name: operations.flights\nversion: 1.0.0", "name: operations.flights\nversion: 1.1.0")
        )
    with weft.open(shown) as mesh, pytest.raises(Refused, match="asks for a good verdict"):
        mesh.apply()


def test_a_version_that_was_never_shown_asks_for_nothing(root: Path) -> None:
    weft.open(root).apply().raise_for_failure()
    write_preview(root)
    go_stable(root)
    with weft.open(root) as mesh:
        assert planned(root).evolution.stable == ()
        mesh.apply().raise_for_failure()


def test_the_mesh_says_how_many_verdicts(shown: Path) -> None:
    say(shown, "good")
    go_stable(shown)
    settings = shown / "mesh.yaml"
    settings.write_text("name: test\npreviews: {verdicts: 2}\n")
    with weft.open(shown) as mesh, pytest.raises(Refused, match="asks for 2 good verdicts"):
        mesh.apply()
    settings.write_text("name: test\npreviews: {verdicts: 0}\n")
    assert planned(shown).evolution.stable == ()


def test_who_asked_for_the_preview_reads_what_came_of_it_and_is_told(shown: Path) -> None:
    read_preview(shown)
    weft.open(shown).apply().raise_for_failure()
    say(shown, "good")
    go_stable(shown)
    with weft.open(shown) as mesh:
        (warning,) = mesh.check()
        assert (warning.severity, warning.place.file) == ("warning", f"{ROUTES}/product.odps.yaml")
        assert "asks for 1.1.0-beta.1 of 'operations.flights', which is gone: it reads 1.1.0" in warning.message
        mesh.apply().raise_for_failure()
        assert mesh.query(DELAYS).fetchall() == [(234,)]
        assert mesh.plan().is_empty
        (page,) = mesh.show("network.routes").how.inputs
        assert page.lines == ("operations.flights.departures@1",)
    read_it = shown / ROUTES / "product.odps.yaml"
    read_it.write_text(read_it.read_text().replace("1.1.0-beta.1", "1.1.0"))
    assert weft.open(shown).check() == ()


def test_a_preview_goes_stable_by_promotion_too_and_is_asked_there(shown: Path) -> None:
    go_stable(shown)
    with open_session(shown, "dev") as dev:
        plan = dev.plan(Choice())
        assert plan.evolution.stable == ()
        assert dev.apply(plan).succeeded
    with open_session(shown) as session:
        with pytest.raises(Refused, match="asks for a good verdict"):
            promote(session, "dev")
        promote(session, "dev", because="it was agreed on")
    with weft.open(shown) as mesh:
        assert mesh.query("SELECT sum(delay) FROM operations.flights.departures").fetchall() == [(234,)]
        assert mesh.query("SELECT comment FROM mesh.verdicts").fetchall() == [("it was agreed on",)]


def test_a_next_preview_of_the_same_version_is_asked_anew(shown: Path) -> None:
    say(shown, "good")
    folder = shown / FLIGHTS
    for file in ("product.odps.yaml", "build.yaml", "contracts/flights_beta.odcs.yaml"):
        (folder / file).write_text((folder / file).read_text().replace("beta.1", "beta.2"))
    (folder / "transforms/departures@1.1.0-beta.1.sql").rename(folder / "transforms/departures@1.1.0-beta.2.sql")
    weft.open(shown).apply().raise_for_failure()
    for file in ("product.odps.yaml", "build.yaml", "contracts/flights_beta.odcs.yaml"):
        (folder / file).write_text((folder / file).read_text().replace("beta.2", "beta.1"))
    (folder / "transforms/departures@1.1.0-beta.2.sql").rename(folder / "transforms/departures@1.1.0-beta.1.sql")
    go_stable(shown)
    (asked,) = planned(shown).evolution.stable
    assert (asked.preview, asked.good) == ("1.1.0-beta.2", 0)
