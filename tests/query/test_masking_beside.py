"""An environment that was made before something was classified shows it no more than `prod` does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.meshes import A, Made, Source, write_mesh

from weft.access import Grant, Reader
from weft.query.answer import answer
from weft.session import Session, open_session

SET = "classifications:\n  - name: secret\n    classification: [secret]\n    mask: redact\n"
KIM = Reader("kim@example.org", (Grant("reader", "people"),))
STAFF = A(
    "people.staff",
    [Made("staff", {"name": "string key", "pay": "string"}, "SELECT name, pay FROM staff_file")],
    [Source("staff_file", {"name": "string", "pay": "string"}, "name,pay\nann,1234\n")],
)


def raised(root: Path) -> None:
    """The pay is secret from now on: no row changes by that, and nothing is built."""
    product = root / "domains" / "people" / "staff"
    contract, manifest = product / "contracts" / "staff.odcs.yaml", product / "product.odps.yaml"
    text = contract.read_text().replace("- name: pay\n", "- name: pay\n        classification: secret\n")
    contract.write_text(text.replace("version: 1.0.0", "version: 1.1.0", 1))
    head, ports, rest = manifest.read_text().partition("outputPorts:")
    manifest.write_text(f"{head}{ports}{rest.replace('1.0.0', '1.1.0', 1)}")


def pays(session: Session, table: str) -> list[str]:
    with answer(f"SELECT pay FROM {table}", replace(session.library, reader=KIM)) as found:
        return [row["pay"] for row in found.objects()]


def test_what_is_classified_by_now_is_masked_in_an_older_environment(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh", STAFF)
    (root / "policies").mkdir()
    (root / "policies" / "classifications.yaml").write_text(SET)
    for environment in ("prod", "older"):
        with open_session(root, environment) as session:
            assert session.apply(session.plan()).succeeded
            assert pays(session, "people.staff.staff") == ["1234"]
    raised(root)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    for environment in ("prod", "older"):
        with open_session(root, environment) as session:
            assert pays(session, "people.staff.staff") == ["***"]
