"""What is written in place of what is recorded: the same relations, the same columns."""

from __future__ import annotations

from dataclasses import replace

from weft.names import LineName, ProductName
from weft.product.candidate import Candidate
from weft.product.contract import Team
from weft.product.mesh import Domain
from weft.product.snapshot import ColumnEdge
from weft.registry.facts import RELATIONS
from weft.registry.seam import Registry

from .publications import Publisher, product

WRITTEN = replace(product(), digest="p2", purpose="To see.")
NAME = WRITTEN.name


def test_every_relation_has_its_columns_over_a_candidate(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product(), "f1")
    found = registry.rules.facts(RELATIONS, "prod", Candidate((WRITTEN,)))
    assert {name: table.schema.names for name, table in found.items()} == {
        name: [column.name for column in relation.columns] for name, relation in RELATIONS.items()
    }


def test_a_product_that_was_never_applied_is_there_and_says_so(registry: Registry) -> None:
    (row,) = registry.rules.facts(["products"], "prod", Candidate((WRITTEN,)))["products"].to_pylist()
    assert (row["product"], row["purpose"], row["applied_at"], row["run"]) == (NAME, "To see.", None, None)


def test_a_written_product_stands_for_the_recorded_one(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product(), "f1")
    found = registry.rules.facts(["products", "tables"], "prod", Candidate((WRITTEN,)))
    assert found["products"].column("purpose").to_pylist() == ["To see."]
    assert found["tables"].column("snapshot").null_count == 0


def test_what_is_promised_no_more_stands_nowhere(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product(), "f1")
    silent = replace(WRITTEN, output_ports=())
    found = registry.rules.facts(["tables", "ports"], "prod", Candidate((silent,)))
    assert found["tables"].num_rows == 0
    assert "output" not in found["ports"].column("direction").to_pylist()


def test_what_is_gone_is_in_no_relation(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product(), "f1")
    found = registry.rules.facts(["products", "column_lineage"], "prod", Candidate(gone=(NAME,)))
    assert (found["products"].num_rows, found["column_lineage"].num_rows) == (0, 0)


def test_how_columns_are_computed_is_as_written(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product(), "f1")
    edge = ColumnEdge(LineName(f"{NAME}.flights@1"), "id", "source:file", "number", "value")
    found = registry.rules.facts(["column_lineage"], "prod", Candidate((WRITTEN,), edges={NAME: (edge,)}))
    assert found["column_lineage"].column("source_column").to_pylist() == ["number"]


def test_a_domain_is_as_written(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product(), "f1")
    domain = Domain(WRITTEN.domain, "domains/x", team=Team("the many"))
    found = registry.rules.facts(["domains"], "prod", Candidate((), (domain,)))
    assert found["domains"].column("team").to_pylist() == ["the many"]


def test_an_environment_that_is_not_made_stands_where_prod_does(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product(), "f1")
    found = registry.rules.facts(["products"], "spring", Candidate(gone=(ProductName("a.b"),)))
    assert found["products"].column("product").to_pylist() == [NAME]
