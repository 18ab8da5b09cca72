"""Which columns a query's columns come from, in one pass over its tree."""

from weft.sql.lineage.edges import column_lineage, columns_read
from weft.sql.lineage.flows import Columns, Edge

__all__ = ["Columns", "Edge", "column_lineage", "columns_read"]
