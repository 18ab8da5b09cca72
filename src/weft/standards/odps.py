"""Facts of the Open Data Product Standard that are said once."""

from __future__ import annotations

CURRENT = "v1.1.0"
MANIFEST = "product.odps.yaml"
