"""Environments are copies of pointers; promotions and rollbacks are one transaction, and refused where something moved."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from weft.errors import Moved, Refused, RegistryFault, Unknown, WeftError
from weft.names import LineName
from weft.plan.promotion import Promotion, promotion
from weft.plan.rollback import Rollback, rollback
from weft.product.environment import Base
from weft.product.snapshot import Recorded, SnapshotFile
from weft.registry import open_registry
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import DOMAIN, Publisher, product

FLIGHTS, CREWS = product(), product("operations.crews")
LINE, CREW_LINE = FLIGHTS.line("flights", "1"), CREWS.line("crews", "1")
LATER = datetime.now(UTC) + timedelta(days=7)


@pytest.fixture
def two(publisher: Publisher) -> Publisher:
    """Two products in prod."""
    publisher.publish(FLIGHTS, "f1")
    publisher.publish(CREWS, "c1")
    return publisher


def made(registry: Registry, name: str = "dev") -> Publisher:
    registry.environments.use(name, "ann", LATER)
    return Publisher(registry, registry.journal.begin(name, "apply", "ann"), name)


def planned(registry: Registry, name: str = "dev") -> Promotion:
    bases = registry.environments.bases(name)
    return promotion(registry.recorded(name), registry.recorded("prod"), bases)


def promoted(registry: Registry, promoting: Promotion) -> object:
    return registry.environments.promote(promoting, registry.journal.begin("prod", "promote", "ann"))


def back(registry: Registry, environment: str = "prod", to: str = "") -> Rollback:
    publishes = registry.rollbacks.publishes(FLIGHTS.name, environment)
    return rollback(FLIGHTS.name, registry.recorded(environment), publishes, to)


def rolled_back(registry: Registry, planned: Rollback) -> int:
    return registry.rollbacks.roll_back(planned, registry.journal.begin(planned.environment, "rollback", "bob"))


def standing(recorded: Recorded) -> dict[LineName, tuple[str, str, str]]:
    return {line: (p.snapshot, p.fingerprint, p.checks) for line, p in recorded.pointers.items()}


def test_a_new_environment_stands_where_prod_does(registry: Registry, two: Publisher) -> None:
    assert not registry.recorded("dev").is_made
    assert registry.environments.use("dev", "ann", LATER)
    prod = registry.recorded("prod")
    assert registry.recorded("dev") == replace(prod, environment="dev")
    assert registry.products(environment="dev") == registry.products()
    assert registry.domains("dev") == (DOMAIN,)
    assert registry.environments.bases("dev") == {FLIGHTS.name: Base(1, "p1"), CREWS.name: Base(2, "p1")}


def test_what_is_not_made_yet_stands_where_prod_does(registry: Registry, two: Publisher) -> None:
    assert registry.recorded("dev").pointers == registry.recorded("prod").pointers
    assert registry.products(environment="dev") == registry.products()


def test_a_publish_in_an_environment_is_all_that_differs(registry: Registry, two: Publisher) -> None:
    made(registry).publish(FLIGHTS, "f2")
    (dev,) = registry.environments.all()
    assert (dev.name, dev.who, dev.revision, dev.changed) == ("dev", "ann", 2, (LINE,))
    assert registry.recorded("prod").pointers[LINE].fingerprint == "f1"
    assert registry.recorded("dev").pointers[CREW_LINE] == registry.recorded("prod").pointers[CREW_LINE]


def test_a_use_puts_off_the_end(registry: Registry, two: Publisher) -> None:
    made(registry)
    assert not registry.environments.use("dev", "bob", LATER + timedelta(days=1))
    (dev,) = registry.environments.all()
    assert (dev.who, dev.expires_at) == ("ann", LATER + timedelta(days=1))


def test_an_environment_whose_time_is_over_is_swept_with_its_files(registry: Registry, two: Publisher) -> None:
    registry.environments.use("dev", "ann", datetime.now(UTC) - timedelta(seconds=1))
    branch = Publisher(registry, registry.journal.begin("dev", "apply", "ann"), "dev")
    (file,) = branch.publish(FLIGHTS, "f2").new_snapshots[0].files
    kept, _ = sweep(registry)
    assert file.path in kept
    registry.journal.end(branch.run, "succeeded")
    registry.journal.end(two.run, "succeeded")
    kept, _ = sweep(registry)
    assert file.path not in kept
    assert len(kept) == 2
    assert registry.environments.all() == ()


def sweep(registry: Registry) -> tuple[frozenset[str], object]:
    return registry.journal.sweep(datetime.now(UTC) + timedelta(seconds=5))


def test_an_environment_in_which_a_run_is_at_work_is_not_removed(registry: Registry, two: Publisher) -> None:
    branch = made(registry)
    with pytest.raises(Refused, match="at work"):
        registry.environments.remove("dev")
    registry.journal.end(branch.run, "succeeded")
    registry.environments.remove("dev")
    assert not registry.recorded("dev").is_made


def test_an_unknown_environment_is_named_with_the_closest(registry: Registry, two: Publisher) -> None:
    made(registry, "feature_x")
    with pytest.raises(Unknown, match="Did you mean 'feature_x'"):
        registry.environments.remove("feature_y")


def test_nothing_is_published_in_an_environment_that_was_removed(registry: Registry, two: Publisher) -> None:
    branch = Publisher(registry, registry.journal.begin("dev", "apply", "ann"), "dev")
    with pytest.raises(RegistryFault, match="dev was removed"):
        branch.publish(FLIGHTS)


def test_an_update_keeps_what_the_environment_changed_and_takes_the_rest(registry: Registry, two: Publisher) -> None:
    made(registry).publish(FLIGHTS, "f2")
    two.publish(replace(CREWS, digest="p9"), "c9")
    assert registry.environments.update("dev", LATER) == ()
    dev = registry.recorded("dev")
    assert (dev.pointers[LINE].fingerprint, dev.pointers[CREW_LINE].fingerprint) == ("f2", "c9")
    assert dev.digests[CREWS.name] == "p9"
    assert [p.product for p in planned(registry).products] == [FLIGHTS.name]


def test_an_update_puts_what_both_changed_where_prod_stands(registry: Registry, two: Publisher) -> None:
    made(registry).publish(FLIGHTS, "f2")
    two.publish(FLIGHTS, "f3")
    assert planned(registry).conflicts
    assert registry.environments.update("dev", LATER) == (FLIGHTS.name,)
    assert registry.recorded("dev").pointers[LINE].fingerprint == "f3"
    assert planned(registry).products == ()


def test_a_promotion_moves_prod_and_leaves_the_environment_equal(registry: Registry, two: Publisher) -> None:
    made(registry).publish(replace(FLIGHTS, digest="p2"), "f2")
    promoted(registry, planned(registry))
    dev, prod = registry.recorded("dev"), registry.recorded("prod")
    assert standing(dev) == standing(prod)
    assert prod.digests[FLIGHTS.name] == "p2"
    assert planned(registry).products == ()
    assert registry.journal.facts("publishes").column("kind").to_pylist()[-1] == "promoted"


def test_a_product_that_an_environment_removed_is_removed_by_its_promotion(registry: Registry, two: Publisher) -> None:
    branch = made(registry)
    publication = branch.publication(FLIGHTS)
    gone = replace(publication.pointers[0], expects=1)
    registry.publish(replace(publication, pointers=(), new_snapshots=(), removed=(gone,), gone=True), DOMAIN)
    promoted(registry, planned(registry))
    assert set(registry.recorded("prod").digests) == {CREWS.name}
    assert set(registry.recorded("prod").pointers) == {CREW_LINE}


def test_a_promotion_is_refused_where_prod_moved_on_meanwhile(registry: Registry, two: Publisher) -> None:
    branch = made(registry)
    branch.publish(FLIGHTS, "f2")
    branch.publish(CREWS, "c2")
    promoting = planned(registry)
    two.publish(CREWS, "c9")
    before = registry.recorded("prod")
    with pytest.raises(
        Moved, match=r"operations\.crews of prod has moved .*expected revision 2, found 5.*env update dev"
    ):
        promoted(registry, promoting)
    assert registry.recorded("prod") == before


def test_a_promotion_is_refused_where_the_environment_moved_on_meanwhile(registry: Registry, two: Publisher) -> None:
    branch = made(registry)
    branch.publish(FLIGHTS, "f2")
    promoting = planned(registry)
    branch.publish(FLIGHTS, "f3")
    with pytest.raises(Moved, match="flights of dev"):
        promoted(registry, promoting)


def test_a_promotion_is_refused_where_what_it_was_built_on_moves_meanwhile(registry: Registry, two: Publisher) -> None:
    branch = made(registry)
    crew = registry.recorded("dev").pointers[CREW_LINE].snapshot
    publication = branch.publication(FLIGHTS, "f2")
    pointed = replace(publication.pointers[0], parts={"read crews": crew})
    registry.publish(replace(publication, pointers=(pointed,)), DOMAIN)
    promoting = planned(registry)
    assert promoting.relies == {CREW_LINE: 2}
    two.publish(CREWS, "c9")
    with pytest.raises(Moved, match="crews@1 of prod"):
        promoted(registry, promoting)
    assert "operations.crews.crews@1" in planned(registry).conflicts[0].message


def test_a_rollback_puts_back_pointers_documents_and_what_is_known_of_them(registry: Registry, two: Publisher) -> None:
    before = registry.recorded("prod")
    two.publish(replace(FLIGHTS, digest="p2"), "f2")
    revision = rolled_back(registry, back(registry))
    prod = registry.recorded("prod")
    assert standing(prod) == standing(before)
    assert prod.pointers[LINE].revision == revision == 4
    assert prod.digests == before.digests
    assert registry.products([FLIGHTS.name])[FLIGHTS.name].digest == "p1"


def test_what_was_rolled_back_is_held_until_it_is_resumed(registry: Registry, two: Publisher) -> None:
    two.publish(FLIGHTS, "f2")
    rolled_back(registry, back(registry))
    assert registry.recorded("prod").holds[FLIGHTS.name].who == "bob"
    with pytest.raises(RegistryFault, match=r"rolled back by bob .* --resume operations\.flights"):
        two.publish(FLIGHTS, "f3")
    registry.publish(replace(two.publication(FLIGHTS, "f4"), resumes=True), DOMAIN)
    assert registry.recorded("prod").holds == {}


def test_a_second_rollback_goes_farther_back(registry: Registry, two: Publisher) -> None:
    two.publish(FLIGHTS, "f2")
    two.publish(FLIGHTS, "f3")
    rolled_back(registry, back(registry))
    assert registry.recorded("prod").pointers[LINE].fingerprint == "f2"
    rolled_back(registry, back(registry))
    assert registry.recorded("prod").pointers[LINE].fingerprint == "f1"
    assert len(registry.recorded("prod").holds[FLIGHTS.name].withdrawn) == 2


def test_a_rollback_of_a_product_that_moves_meanwhile_is_told(registry: Registry, two: Publisher) -> None:
    two.publish(FLIGHTS, "f2")
    planned = back(registry)
    two.publish(FLIGHTS, "f3")
    with pytest.raises(Moved, match="expected revision 3, found 4"):
        rolled_back(registry, planned)
    assert registry.recorded("prod").holds == {}


def test_what_was_swept_already_is_refused_with_what_is_still_kept(registry: Registry, two: Publisher) -> None:
    two.publish(FLIGHTS, "f2")
    registry.journal.end(two.run, "succeeded")
    registry.journal.sweep(datetime.now(UTC) + timedelta(seconds=5))
    again = Publisher(registry, registry.journal.begin("prod", "apply", "ann"))
    again.publish(FLIGHTS, "f3")
    with pytest.raises(Refused, match=r"revision 1 .* is not kept any more. Still kept: revision 3"):
        back(registry, to="1")
    assert back(registry).to.revision == 3


def test_a_rollback_in_an_environment_may_go_to_where_it_began(registry: Registry, two: Publisher) -> None:
    made(registry).publish(FLIGHTS, "f2")
    rolled_back(registry, back(registry, "dev"))
    assert registry.recorded("dev").pointers[LINE].fingerprint == "f1"
    assert registry.recorded("prod").holds == {}


def test_what_an_earlier_environment_of_the_name_published_is_not_gone_back_to(
    registry: Registry, two: Publisher
) -> None:
    branch = made(registry)
    branch.publish(FLIGHTS, "f2")
    registry.journal.end(branch.run, "succeeded")
    registry.environments.remove("dev")
    made(registry).publish(FLIGHTS, "f3")
    assert [p.revision for p in registry.rollbacks.publishes(FLIGHTS.name, "dev")] == [4, 1]


def at_once(settings: Settings, *acts: Callable[[Registry], object]) -> list[WeftError | None]:
    """What each act said that began at the same moment as the others, on a registry opened for it."""
    together = Barrier(len(acts))

    def one(act: Callable[[Registry], object]) -> WeftError | None:
        with closing(open_registry(settings)) as registry:
            registry.recorded("prod")
            together.wait()
            try:
                act(registry)
            except WeftError as error:
                return error
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_of_two_promotions_at_once_one_wins_and_the_other_is_told(
    registry: Registry, two: Publisher, any_settings: Settings
) -> None:
    plans = []
    for name in ("dev", "feature"):
        made(registry, name).publish(FLIGHTS, name)
        plans.append(planned(registry, name))
    first, second = plans
    said = at_once(any_settings, lambda r: promoted(r, first), lambda r: promoted(r, second))
    (told,) = [error for error in said if error is not None]
    assert isinstance(told, Moved)
    assert "operations.flights of prod has moved" in str(told)
    winner = ("dev", "feature")[said.index(None)]
    assert registry.recorded("prod").pointers[LINE].fingerprint == winner


def test_of_a_promotion_and_a_publish_at_once_one_wins_and_the_other_is_told(
    registry: Registry, two: Publisher, any_settings: Settings
) -> None:
    made(registry).publish(FLIGHTS, "f2")
    promoting, publication = planned(registry), two.publication(FLIGHTS, "f3")
    said = at_once(any_settings, lambda r: promoted(r, promoting), lambda r: r.publish(publication, DOMAIN))
    (told,) = [error for error in said if error is not None]
    assert isinstance(told, Moved)
    assert "operations.flights" in str(told)
    assert registry.recorded("prod").pointers[LINE].fingerprint == ("f2", "f3")[said.index(None)]


def test_of_a_rollback_and_a_publish_at_once_one_wins_and_the_other_is_told(
    registry: Registry, two: Publisher, any_settings: Settings
) -> None:
    two.publish(FLIGHTS, "f2")
    going_back, publication = back(registry), two.publication(FLIGHTS, "f3")
    said = at_once(any_settings, lambda r: rolled_back(r, going_back), lambda r: r.publish(publication, DOMAIN))
    (told,) = [error for error in said if error is not None]
    assert "operations.flights" in str(told)
    assert registry.recorded("prod").pointers[LINE].fingerprint == ("f1", "f3")[said.index(None)]
    assert bool(registry.recorded("prod").holds) == (said.index(None) == 0)


def test_a_snapshot_file_that_an_environment_points_at_is_kept(registry: Registry, two: Publisher) -> None:
    made(registry)
    two.publish(FLIGHTS, "f2")
    file: SnapshotFile = registry.snapshots([registry.recorded("dev").pointers[LINE].snapshot]).popitem()[1].files[0]
    registry.journal.end(two.run, "succeeded")
    assert file.path in sweep(registry)[0]
