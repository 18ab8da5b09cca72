"""Two records compared now, where their sources are: by the weights that were published, as they were matched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.errors import WeftError
from weft.names import ProductName
from weft.plan.plan import Desired
from weft.query.stewarding.values import Evidence, Tied, Weighed
from weft.session.session import Session

if TYPE_CHECKING:
    from weft.core_data.explained import Explained
    from weft.product.core_data import RecordId
    from weft.product.product import Product


def with_weights(session: Session, found: Tied) -> Tied:
    """With how the two are compared; where that cannot be told here, with why. Values stay withheld where they were."""
    if session.settings.is_remote:
        return replace(found, not_weighed="their sources are not here; the portal shows pairs that wait")
    try:
        # What is read is shown under the masks of whoever asks; the sources are the workspace's own.
        with Session(session.settings, session.environment) as own:
            weighed = _weighed(own, found)
    except WeftError as error:
        return replace(found, not_weighed=str(error))
    return replace(found, weighed=weighed)


def _weighed(session: Session, found: Tied) -> Weighed:
    from weft.core_data import explain
    from weft.run.trying import core_request

    name, records = ProductName(found.product), (found.left.record, found.right.record)
    product: Product = session.mesh.product(name)
    session.use_environment()
    desired = Desired(session.mesh, {}, frozenset({name}), datetime.now(UTC))
    with core_request(session.workshop, (desired, session.recorded), product) as request:
        explained = explain(request, *records)
    weighed = _told(explained, records)
    return _without_values(weighed, explained) if found.withholds_values else weighed


def _told(found: Explained, records: tuple[RecordId, RecordId]) -> Weighed:
    """In the order in which the records were named."""
    is_turned = found.left.record != records[0]
    left, right = (found.right, found.left) if is_turned else (found.left, found.right)
    others = dict(right.values)
    evidence = tuple(
        Evidence(
            one.comparison, one.level, one.weight, *((one.right, one.left) if is_turned else (one.left, one.right))
        )
        for one in found.evidence
    )
    return Weighed(
        tuple((field, value, others.get(field)) for field, value in left.values),
        evidence,
        found.probability,
        found.weight,
        tuple(rule.name for rule in found.speaks),
        found.met_in,
        found.said,
    )


def _without_values(found: Weighed, explained: Explained) -> Weighed:
    """Nor with a steward's reason: it may say what is not for everybody."""
    bare = tuple(replace(one, left=None, right=None) for one in found.evidence)
    why = explained.decisions[-1].why if explained.decisions else ""
    return replace(found, values=(), evidence=bare, said=found.said.removesuffix(f": {why}") if why else found.said)
