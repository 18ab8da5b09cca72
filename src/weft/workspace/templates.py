"""The texts of new files: complete, right as they are written, and with a mark where a person has something to say."""

from __future__ import annotations

MARK = "To be said:"
"""Begins each text that only a person can write."""

MESH = """\
name: {name}
# All else has a default:
#   domains: domains
#   registry: sqlite:///.weft/registry.db
#   store: .weft/store
#   engine: {{name: duckdb, threads: auto, memory: 75%}}
#   retention_days: 30
"""

GITIGNORE = """\
# What Weft keeps for itself: the registry, the snapshots and the caches.
.weft/
"""

DOMAIN = """\
name: {name}
description: "{mark} what this domain answers for."
{parent}team:
  name: {name}
  # members:
  #   - username: somebody@example.com
  #     role: owner
# support:
#   - channel: "#{name}"
#     url: https://example.com/{name}
# terms:
#   departure: A flight that was scheduled to leave, whether or not it did.
"""

MANIFEST = """\
apiVersion: v1.1.0
kind: DataProduct
id: {product}
name: {title}
domain: {domain}
version: 1.0.0
status: draft
type: {type}
description:
  purpose: "{mark} who needs this, and what for."
"""

EXAMPLE_PORTS = """\
inputPorts:
  - name: {table}_file
    version: 1.0.0
    contractId: {product}.{table}_file
outputPorts:
  - name: {table}
    version: 1.0.0
    contractId: {product}.{table}
"""

EXAMPLE_SOURCE = """\
# What arrives from outside: an example to be replaced by your own.
apiVersion: v3.2.0
kind: DataContract
id: {product}.{table}_file
version: 1.0.0
status: draft
servers:
  - server: file
    type: local
    path: ../data/{table}.csv
    format: csv
schema:
  - name: {table}_file
    logicalType: object
    properties:
      - name: id
        logicalType: integer
        required: true
      - name: name
        logicalType: string
        required: true
      - name: recorded_on
        logicalType: date
"""

EXAMPLE_PROMISE = """\
# What others may rely on.
apiVersion: v3.2.0
kind: DataContract
id: {product}.{table}
version: 1.0.0
status: draft
domain: {domain}
description:
  purpose: "{mark} what the table is for."
schema:
  - name: {table}
    logicalType: object
    description: One row for each thing that was recorded.
    properties:
      - name: id
        logicalType: integer
        primaryKey: true
        description: The key.
      - name: name
        logicalType: string
        required: true
        description: What it is called, without blanks around it.
      - name: recorded_on
        logicalType: date
        description: The day of the record.
    quality:
      - name: there are rows
        metric: rowCount
        mustBeGreaterThan: 0
"""

EXAMPLE_SQL = """\
SELECT id, trim(name) AS name, recorded_on
FROM {table}_file
"""

EXAMPLE_TEST = """\
- name: blanks around a name are removed
  given:
    {table}_file:
      - {{id: 1, name: " first ", recorded_on: "2024-01-01"}}
  expect:
    - {{id: 1, name: first, recorded_on: "2024-01-01"}}
"""

EXAMPLE_DATA = """\
id,name,recorded_on
1, first,2024-01-01
2,second ,2024-01-02
3,third,2024-01-03
"""
