"""What was learnt of a text is answered again without reading it, and only for the same question."""

from __future__ import annotations

from typing import Any

import pytest

from weft.errors import Refused
from weft.sql import parts
from weft.sql.parts import Mixed, Rows
from weft.sql.remembered import Remembered

SALES = Rows.keyed(("week", "amount"), "week")
TOTAL = "SELECT week, sum(amount) AS total FROM sales GROUP BY week"


def test_what_is_remembered_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    remembered = Remembered()
    first = remembered.rows_kept(TOTAL, {"sales": SALES})
    assert remembered.has_learnt
    monkeypatch.setattr(parts, "rows_kept", _refuse)
    monkeypatch.setattr("weft.sql.remembered.rows_kept", _refuse)
    assert remembered.rows_kept(TOTAL, {"sales": SALES}) == first


def _refuse(*_: Any) -> None:
    raise AssertionError("it was read again")


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        (TOTAL, {"sales": Rows.keyed(("week", "amount"), "amount")}),
        (TOTAL.replace("GROUP BY week", "GROUP BY ALL HAVING sum(amount) > lag(1) OVER ()"), {"sales": SALES}),
    ],
)
def test_another_question_has_its_own_answer(text: str, reads: dict[str, Rows]) -> None:
    remembered = Remembered()
    assert isinstance(remembered.rows_kept(TOTAL, {"sales": SALES}), Rows)
    assert isinstance(remembered.rows_kept(text, reads), Mixed)


def test_a_rule_that_the_guard_refuses_is_refused_each_time() -> None:
    remembered = Remembered()
    for _ in range(2):
        with pytest.raises(Refused):
            remembered.rule("SELECT count(*) FROM read_csv('/etc/passwd')", "sales", None)
    assert not remembered.rules


def test_a_rule_over_another_column_is_another_rule() -> None:
    remembered = Remembered()
    texts = {remembered.rule("SELECT max({property}) FROM {object}", "sales", column).text for column in ("a", "b")}
    assert len(texts) == 2
