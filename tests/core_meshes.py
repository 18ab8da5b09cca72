"""A mesh with core data: people of a registry and of a dirty list, as a team would declare them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from weft.product.core_data import EVIDENCE

REGISTRY = """\
npi,family_name,first_name,city,state,changed
1,Archer,Ann,Boston,MA,2026-01-01
2,Baker,Ben,Albany,NY,2026-01-02
3,Cole,Cid,Boston,MA,2026-01-03
"""
CRM = """\
crm_id,last_name,first_name,city,state,npi
a,ARCHER,Ann,BOSTON,MA,1
b,Baker,Benjamin,Albany,NY,2
c,Cole,Cid,Boston,MA,
d,Dunn,Dee,Denver,CO,
"""
CORE = """\
entity: person
fields:
  last_name: name
  first_name: given_name
  city: city
  state: state
  npi: identifier
sources:
  registry:
    key: npi
    unique: true
    updated: changed
    fields: {last_name: family_name}
  crm:
    key: [crm_id]
rules:
  - same: [npi]
  - same: [last_name, first_name, city]
comparisons: {}
survivorship:
  sources: [registry, crm]
"""
TABLES: Mapping[str, Sequence[str]] = {
    "person": (
        "person_id string key", "last_name string", "first_name string", "city string", "state string", "npi string",
        "records integer", "sources integer", "updated_on date",
    ),
    "person_crosswalk": (
        "source string key", "source_id string key", "person_id string required", "probability number", "weight number",
        "decided_by string", "matched_with string", "content string",
    ),
    "person_review": (
        "left_source string key", "left_id string key", "right_source string key", "right_id string key",
        "left_person_id string", "right_person_id string", "probability number", "weight number", "reason string", "evidence array",
    ),
    "person_corroboration": (
        "person_id string key", "field string key", "value string", "agreeing integer", "saying integer", "variants integer",
    ),
    "person_history": ("at timestamp zoned", "event string", "person_id string", "other string", "why string", "records array"),
    "person_weights": ("comparison string key", "level string key", "m number", "u number", "weight number"),
}  # fmt: skip
MANIFEST = """\
apiVersion: v1.1.0
kind: DataProduct
id: people.person
name: person
version: 1.0.0
status: active
domain: people
description: {purpose: Everybody once.}
inputPorts:
  - {name: registry, version: 1.0.0, contractId: people.person.registry}
  - {name: crm, version: 1.0.0, contractId: people.person.crm}
outputPorts:
  - {name: person, version: 1.0.0, contractId: people.person}
"""
LISTS = {"evidence": EVIDENCE, "records": "VARCHAR[]"}
FOLDER = "domains/people/person"


def write_people(root: Path, core: str = CORE, tables: Mapping[str, Sequence[str]] = TABLES) -> Path:
    """One product of two sources, whose tables are those given; a column is its name, its type and flags."""
    files = {
        "mesh.yaml": "name: test\n",
        "domains/people/domain.yaml": "name: people\ndescription: People.\n",
        f"{FOLDER}/product.odps.yaml": MANIFEST,
        f"{FOLDER}/core.yaml": core,
        f"{FOLDER}/registry.csv": REGISTRY,
        f"{FOLDER}/crm.csv": CRM,
        f"{FOLDER}/contracts/person.odcs.yaml": contract("people.person", tables),
        f"{FOLDER}/contracts/registry.odcs.yaml": source("registry", REGISTRY),
        f"{FOLDER}/contracts/crm.odcs.yaml": source("crm", CRM),
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root / FOLDER


def contract(name: str, tables: Mapping[str, Sequence[str]], more: str = "") -> str:
    head = f"apiVersion: v3.2.0\nkind: DataContract\nid: {name}\nversion: 1.0.0\nstatus: active\n{more}schema:\n"
    return head + "".join(table(*one) for one in tables.items())


def source(name: str, csv: str) -> str:
    columns = [f"{column} {'date' if column == 'changed' else 'string'}" for column in csv.splitlines()[0].split(",")]
    server = f"servers:\n  - {{server: files, type: local, path: ../{name}.csv, format: csv}}\n"
    return contract(f"people.person.{name}", {name: columns}, server)


def table(name: str, columns: Sequence[str]) -> str:
    text, keys = f"  - name: {name}\n    logicalType: object\n    properties:\n", 0
    for said in columns:
        column, kind, *flags = said.split()
        text += f"      - {{name: {column}, logicalType: {kind}"
        text += ", physicalType: TIMESTAMPTZ" if "zoned" in flags else ""
        text += f", physicalType: '{LISTS[column]}'" if kind == "array" else ""
        if "key" in flags:
            keys += 1
            text += f", primaryKey: true, primaryKeyPosition: {keys}, required: true"
        text += (", required: true" if "required" in flags else "") + "}\n"
    return text
