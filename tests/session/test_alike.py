"""Where both lines are published, values tell which removed column an added one is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, write_mesh
from tests.session.test_environments import applied
from tests.session.test_lines import made

from weft.names import ProductName
from weft.session import open_session
from weft.session.alike import alike
from weft.session.lines import new_bridge

FOLDER = "domains/shop/scores"


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    """Line 1 has home and away; line 2, published too, calls them otherwise, in the other order, and hides where they come from."""
    sql = "SELECT id, home, away FROM score_file"
    scores = Made("scores", {"id": "integer key", "home": "integer", "away": "integer"}, sql)
    source = Source(
        "score_file", {"id": "integer", "home": "integer", "away": "integer"}, "id,home,away\n1,3,8\n2,4,9\n3,5,1\n"
    )
    root = write_mesh(tmp_path / "mesh", A("shop.scores", [scores], [source]))
    applied(root)
    made(root, "2.0.0", "shop.scores.scores")
    contract = root / FOLDER / "contracts" / "scores@2.odcs.yaml"
    text = contract.read_text()
    for old, new in (("name: home", "name: FIRST"), ("name: away", "name: second"), ("name: FIRST", "name: first")):
        assert old in text
        text = text.replace(old, new)
    contract.write_text(text)
    (root / FOLDER / "transforms" / "scores.sql").write_text("SELECT id, away AS first, home AS second FROM score_file")
    applied(root)
    return root


def test_the_share_of_equal_values_is_told_for_each_pair(renamed: Path) -> None:
    with open_session(renamed) as session:
        product = session.mesh.product(ProductName("shop.scores"))
        found = alike(session, product, "1")
        assert alike(session, product, "2") == {}
    assert found == {
        ("scores", "home", "first"): 0.0,
        ("scores", "home", "second"): 1.0,
        ("scores", "away", "first"): 1.0,
        ("scores", "away", "second"): 0.0,
    }


def test_a_bridge_reads_the_columns_that_have_the_values_and_says_so(renamed: Path) -> None:
    with open_session(renamed) as session:
        written = new_bridge(session, "shop.scores.scores@1", replaces=True)
    text = (renamed / FOLDER / "transforms" / "scores@1.sql").read_text()
    assert "second AS home" in text
    assert "first AS away" in text
    assert any("100% of the values equal" in note for note in written.notes)
    applied(renamed)


def test_what_is_not_published_in_both_lines_is_no_evidence(tmp_path: Path) -> None:
    sql = "SELECT id, home FROM score_file"
    source = Source("score_file", {"id": "integer", "home": "integer"}, "id,home\n1,3\n")
    root = write_mesh(
        tmp_path / "mesh", A("shop.scores", [Made("scores", {"id": "integer key", "home": "integer"}, sql)], [source])
    )
    applied(root)
    made(root, "2.0.0", "shop.scores.scores")
    with open_session(root) as session:
        assert alike(session, session.mesh.product(ProductName("shop.scores")), "1") == {}
