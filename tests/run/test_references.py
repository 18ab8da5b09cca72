"""Tables of one product that refer to each other: none is published beside rows of another that it does not fit."""

from __future__ import annotations

from pathlib import Path

from tests.meshes import A, Made, Source, write_mesh

from weft.product.checks import CheckResult
from weft.session import Session, open_session

SHOPS, SALES = {"name": "string key", "town": "string"}, {"id": "integer key", "shop": "string"}
REFERS = "- name: shop\n        relationships: [{to: shops.name}]\n"


def mesh(root: Path) -> Path:
    makes = [Made("shops", SHOPS, "SELECT name, town FROM list"), Made("sales", SALES, "SELECT id, shop FROM sold")]
    sources = [
        Source("list", {"name": "string", "town": "string"}, "name,town\na,A\nb,B\n"),
        Source("sold", {"id": "integer", "shop": "string"}, "id,shop\n1,a\n2,b\n"),
    ]
    write_mesh(root, A("trade.shops", makes, sources))
    contract = root / "domains" / "trade" / "shops" / "contracts" / "shops.odcs.yaml"
    contract.write_text(contract.read_text().replace("- name: shop\n", REFERS))
    return root


def failed(session: Session) -> list[CheckResult]:
    report = session.apply(session.plan())
    return [one for product in report.products for one in product.results if one.outcome == "failed"]


def test_a_table_that_stays_is_proved_against_one_that_moves(tmp_path: Path) -> None:
    root = mesh(tmp_path / "mesh")
    with open_session(root) as session:
        assert not failed(session)
        (root / "domains/trade/shops/list.csv").write_text("name,town\na,A\n")
        assert [(one.line, one.check, one.measured) for one in failed(session)] == [
            ("trade.shops.sales@1", "relationship(shop -> shops.name)", 1)
        ]
        with session.query("SELECT count(*) AS n FROM trade.shops.shops") as answer:
            assert answer.arrow().to_pylist() == [{"n": 2}]


def test_the_plan_says_what_is_proved_again_and_why(tmp_path: Path) -> None:
    root = mesh(tmp_path / "mesh")
    with open_session(root) as session:
        session.apply(session.plan())
        (root / "domains/trade/shops/list.csv").write_text("name,town\na,A\nb,B\nc,C\n")
        steps = {step.line: (step.action, step.reasons) for _, step in session.plan().plan.steps()}
        assert steps["trade.shops.sales@1"] == ("check", ("`shops`, which it refers to, moves",))
        assert session.apply(session.plan()).succeeded


def test_nothing_is_proved_again_where_nothing_moves(tmp_path: Path) -> None:
    root = mesh(tmp_path / "mesh")
    with open_session(root) as session:
        session.apply(session.plan())
        (root / "domains/trade/shops/sold.csv").write_text("id,shop\n1,a\n")
        steps = {step.line: step.action for _, step in session.plan().plan.steps()}
        assert steps["trade.shops.shops@1"] == "nothing"
        session.apply(session.plan())
        assert {step.action for _, step in session.plan().plan.steps()} == {"nothing"}
