"""Facts of the Open Data Contract Standard that are said once: its versions, and names that changed between them."""

from __future__ import annotations

CURRENT = "v3.2.0"
VERSIONS = ("v3.2.0", "v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0")
"""What is read. The 2.x versions, which the schema still lists, have another structure."""

SUFFIX = ".odcs.yaml"
OLD_METRICS = {"duplicateCount": "duplicateValues", "nullCheck": "nullValues", "validValues": "invalidValues"}
"""What 3.0's `rule` said, and the `metric` that it is since 3.1."""

VENDOR = "weft"
"""The `vendor` of the customProperties that are ours."""
