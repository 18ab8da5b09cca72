"""Over small meshes of any shape: a plan of what was just applied is empty, and so is one of what was changed and claimed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.meshes import A, Made, Source, claimed, write_mesh

from weft.session import Session, open_session

FORMULAS = ("n", "n + 1", "n * 2", "abs(n)", "coalesce(n, 0)", "CASE WHEN n > 1 THEN n ELSE 0 END")
FILTERS = ("", "WHERE n > 0", "WHERE n <> 2", "QUALIFY row_number() OVER (ORDER BY n) < 3")
VERSIONS = ("1.0.0", "0.4.0", "1.3.0")
Shape = list[tuple[str, str, bool]]
"""Of each product in a row: the formula of its column, its filter, and whether a step of its own stands between."""


def shapes(length: int) -> st.SearchStrategy[Shape]:
    one = st.tuples(st.sampled_from(FORMULAS), st.sampled_from(FILTERS), st.booleans())
    return st.lists(one, min_size=length, max_size=length)


@st.composite
def before_and_after(draw: st.DrawFn) -> tuple[Shape, Shape, str]:
    length = draw(st.integers(1, 3))
    return draw(shapes(length)), draw(shapes(length)), draw(st.sampled_from(VERSIONS))


def written(root: Path, shape: Shape, version: str) -> None:
    source = Source("raw", {"n": "integer"}, "n\n1\n2\n3\n")
    products = []
    for at, (formula, where, has_step) in enumerate(shape):
        below = f"t{at - 1}" if at else "raw"
        sql = f"SELECT {formula} AS n FROM {'clean' if has_step else below} {where}"
        files = {"transforms/clean.sql": f"SELECT n FROM {below}\n"} if has_step else {}
        reads = [f"d.p{at - 1}.t{at - 1}"] if at else []
        made = [Made(f"t{at}", {"n": "integer"}, sql)]
        products.append(A(f"d.p{at}", made, [] if at else [source], reads, files, version))
    for file in root.glob("domains/d/*/transforms/clean.sql"):
        file.unlink()
    write_mesh(root, *products)
    for manifest in root.glob("domains/d/*/product.odps.yaml"):
        text = manifest.read_text()
        for at in range(len(shape)):
            text = text.replace(
                f"{{name: t{at}, version: 1.0.0, contractId: d.p{at}}}",
                f"{{name: t{at}, version: {version}, contractId: d.p{at}}}",
            )
        manifest.write_text(text)


def is_as_applied(session: Session) -> bool:
    session.refresh()
    planned = session.plan()
    return planned.plan.is_empty and not planned.evolution


@given(before_and_after())
@settings(max_examples=5, deadline=None, derandomize=True)
def test_a_plan_of_what_was_just_applied_is_empty(drawn: tuple[Shape, Shape, str]) -> None:
    before, after, version = drawn
    with TemporaryDirectory() as folder:
        root = Path(folder) / "mesh"
        written(root, before, version)
        with open_session(root) as session:
            assert session.apply(session.plan()).succeeded
            assert is_as_applied(session)
            written(root, after, version)
            session.refresh()
            planned = claimed(session)
            assert not any(planned.evolution.refused)
            assert all(change.least <= change.after or change.before.major == 0 for change in planned.evolution.changed)
            assert session.apply(planned).succeeded
            assert is_as_applied(session)
