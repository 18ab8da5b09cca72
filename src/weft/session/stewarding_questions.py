"""Questions about core data: what waits for a steward, all of one core id, and why two records are one or are not."""

from __future__ import annotations

from collections.abc import Callable

from weft.session.question import Question


def _review() -> Question:
    from weft.query.stewarding.values import Queue, Sought
    from weft.session.stewarded import reviewed

    return Question(tuple[str, Sought], Queue, reviewed, "query")


def _record() -> Question:
    from weft.query.stewarding.values import CoreRecord
    from weft.session.stewarded import known_of

    return Question(tuple[str, str], CoreRecord, known_of, "query")


def _tied() -> Question:
    from weft.product.core_data import RecordId
    from weft.query.stewarding.values import Tied
    from weft.session.stewarded import tie_of

    return Question(tuple[str, RecordId, RecordId], Tied, tie_of, "query")


def _id() -> Question:
    from weft.product.core_data import RecordId
    from weft.session.stewarded import core_id_of

    return Question(tuple[str, RecordId], str, core_id_of, "query")


def _unknown() -> Question:
    from weft.product.core_data import RecordId
    from weft.session.stewarded import unknown_records

    return Question(tuple[str, tuple[RecordId, ...]], tuple[RecordId, ...], unknown_records, "query")


STEWARDING: dict[str, Callable[[], Question]] = {
    "core.review": _review,
    "core.record": _record,
    "core.tied": _tied,
    "core.id": _id,
    "core.unknown": _unknown,
}
