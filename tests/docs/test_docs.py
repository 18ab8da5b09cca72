"""Every example of the documents runs and shows what it says, every link leads somewhere, and the reference leaves nothing out."""

from __future__ import annotations

import json
import os
import re
import shutil
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.docs.console import Shell, fits, shown_anew, steps
from tests.docs.settings import prepared
from tests.flights import applied_demo

import weft
from weft.cli.verbs import VERBS
from weft.product.checks import CheckKind, CheckResult, Outcome
from weft.product.contract import Metric, Operator, Severity
from weft.sources.location import TYPES
from weft.sources.options import COMPRESSIONS
from weft.sources.options import NAMES as OPTIONS
from weft.sql.functions import TABLE_FUNCTIONS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WRITE = bool(os.environ.get("WEFT_WRITE_DOCS"))
"""Whether to write down what commands say, for a person to read through, where it is not what a document shows."""
LINK = re.compile(r"\]\(([^)#\s]+)?(#[^)\s]+)?\)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [d for d in DOCUMENTS if "```console" in d.read_text()], ids=named)
def test_a_document_s_examples_run(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text()
    if "cd flights-demo" in text:
        demo = applied_demo(request.getfixturevalue("tmp_path_factory"), request.config)
        shutil.copytree(demo, tmp_path / "flights-demo")
    shell = Shell(tmp_path, prepared(path.name, tmp_path, request))
    anew: dict[int, str] = {}
    for step in steps(text):
        if step.file:
            target = shell.folder / step.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.text)
            continue
        status, said = shell.run(step.command)
        if WRITE and step.shown and not fits(step.shown, said):
            anew[step.line] = said
            continue
        where = f"{named(path)}:{step.line}: {step.command}\n\nexit status {status}, said:\n{said}"
        assert fits(step.shown, said), f"{where}\nshown:\n" + "\n".join(step.shown)
        assert status == 0 or step.shown, where
    if anew:
        path.write_text(shown_anew(text, anew))


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_link_leads_somewhere(path: Path) -> None:
    lost = []
    for target, anchor in LINK.findall(path.read_text()):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        file = (path.parent / target).resolve() if target else path
        if not file.exists() or (anchor and anchor[1:] not in anchors(file)):
            lost.append(target + anchor)
    assert lost == []


def anchors(path: Path) -> set[str]:
    """What the headings of a document are called in links, as GitHub does it."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower().strip()).replace(" ", "-") for head in heads}


def written_reference() -> dict[Path, str]:
    spec = spec_from_file_location("write_reference", ROOT / "docs" / "write_reference.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[Path, str] = module.written()
    return found


def test_the_reference_of_verbs_options_json_and_relations_is_as_the_program_is() -> None:
    stale = [named(path) for path, text in written_reference().items() if not path.exists() or path.read_text() != text]
    assert stale == [], "run `python docs/write_reference.py`"


def test_every_verb_s_json_is_told() -> None:
    told = (ROOT / "docs/reference/json.md").read_text()
    assert [verb for verb in VERBS if not re.search(rf"^## weft {verb}\b", told, re.M)] == []


def test_every_field_of_a_check_s_result_is_told() -> None:
    told = (ROOT / "docs/reference/json.md").read_text()
    assert [name for name in CheckResult.__dataclass_fields__ if f'"{name}"' not in told] == []


@pytest.mark.parametrize("schema", ["mesh", "domain", "build", "tests"])
def test_every_field_of_our_own_files_is_told(schema: str) -> None:
    told = (ROOT / "docs/reference/files.md").read_text()
    data = json.loads((files("weft.standards") / "schemas" / f"{schema}.schema.json").read_text())
    shape = data.get("items", data)
    assert [field for field in fields(shape) if f"`{field}`" not in told] == []


def fields(shape: dict[str, Any], above: str = "") -> list[str]:
    """The names of a schema's fields: those of an inner object as `engine.threads`, or as they are."""
    found = []
    for name, inner in (shape.get("properties") or {}).items():
        within = fields(inner, f"{name}.")
        found += within or [above + name]
    return found


def test_every_kind_of_check_is_told() -> None:
    told = (ROOT / "docs/reference/quality.md").read_text()
    words = (*get_args(CheckKind), *get_args(Metric), *get_args(Operator), *get_args(Outcome), *get_args(Severity))
    assert [word for word in words if f"`{word}`" not in told] == []


def test_every_option_of_a_source_is_told() -> None:
    told = (ROOT / "docs/reference/sources.md").read_text()
    assert [word for word in (*OPTIONS, *TYPES, *COMPRESSIONS) if f"`{word}`" not in told] == []


def test_what_stands_where_a_table_does_is_told() -> None:
    told = (ROOT / "docs/reference/sql.md").read_text()
    assert [name for name in TABLE_FUNCTIONS if f"`{name}`" not in told] == []


def test_every_name_of_the_package_is_told() -> None:
    told = (ROOT / "docs/reference/python.md").read_text()
    methods = [name for kind in (weft.OpenMesh, weft.Result) for name in vars(kind) if name[0] != "_"]
    names = [name for name in weft.__all__ if name not in ("OpenMesh", "Result", "__version__")]
    assert [name for name in (*methods, *names) if not re.search(rf"\b{name}\b", told)] == []
